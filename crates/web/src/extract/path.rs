//! Path parameters: what does not parse is not there.

use axum::extract::{FromRequestParts, Path as Inner};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::error::Problem;

/// Reads the parameters of a path.
#[derive(Debug, Clone)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Inner(value) = Inner::<T>::from_request_parts(parts, app).await.map_err(|_| Problem::Absent)?;
        Ok(Self(value))
    }
}
