//! Forms and queries.

use std::error::Error;

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use civic::refusal::Refusal;

use super::fields::{Fields, too_much};
use crate::app::App;
use crate::error::Problem;

/// Reads a plain form from the body.
#[derive(Debug, Clone)]
pub struct Form(pub Fields);

/// Reads the query of an address.
#[derive(Debug, Clone)]
pub struct Query(pub Fields);

/// Returns the kind of the body, without its parameters.
pub(crate) fn kind(headers: &HeaderMap) -> &str {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim()
}

/// Refuses a body that is announced as too large before a byte of it is read.
pub(crate) fn announced(headers: &HeaderMap, max: usize) -> Result<(), Problem> {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > max) { Err(too_much("body_large", max)) } else { Ok(()) }
}

/// Refuses a kind of body that no form of ours sends.
fn unknown_kind() -> Problem {
    Problem::Refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, Refusal::new("body_kind"))
}

async fn body(headers: &HeaderMap, body: Body, max: usize) -> Result<Vec<u8>, Problem> {
    announced(headers, max)?;
    let bytes = to_bytes(body, max).await.map_err(|error| {
        let mut cause: Option<&(dyn Error + 'static)> = Some(&error);
        while let Some(inner) = cause {
            if inner.to_string().contains("length limit exceeded") {
                return too_much("body_large", max);
            }
            cause = inner.source();
        }
        Problem::bad("body_broken")
    })?;
    Ok(bytes.into())
}

impl FromRequest<App> for Form {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (parts, inner) = request.into_parts();
        let bytes = body(&parts.headers, inner, app.limits.form_bytes_max).await?;
        match kind(&parts.headers) {
            "application/x-www-form-urlencoded" => Ok(Self(Fields::parse(&app.limits, &bytes)?)),
            "" if bytes.is_empty() => Ok(Self(Fields::default())),
            _ => Err(unknown_kind()),
        }
    }
}

impl FromRequestParts<App> for Query {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        if query.len() > app.limits.query_bytes_max {
            return Err(Problem::Refused(StatusCode::URI_TOO_LONG, Refusal::new("query_long")));
        }
        Ok(Self(Fields::parse(&app.limits, query.as_bytes())?))
    }
}
