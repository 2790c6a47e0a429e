//! The own matter, as its resident sees it.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::{etag, view};
use crate::app::App;
use crate::error::Problem;
use crate::session::Resident;
use crate::visit::Visit;

use crate::portal::track::load;
pub(super) use crate::portal::track::{file, receipt, take_archive as archive};

/// Tells the matter.
pub(super) async fn show(
    State(app): State<App>,
    visit: Visit,
    resident: Resident,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    told(&app, &visit, &resident, &headers).await
}

async fn told(app: &App, visit: &Visit, resident: &Resident, headers: &HeaderMap) -> Result<Response, Problem> {
    let found = load(app, resident).await?;
    let (version, matter) = view::matter(app, visit.lang, (resident, &found));
    let mark = etag::mark(version, &matter);
    Ok(etag::answer(headers, &mark, Json(matter)))
}
