//! Who a program speaks for: a resident, after number and query code; or itself, by its key.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use civic::directory::Client;
use civic::refusal::Refusal;
use civic::session::{self, TRACK_MINUTES_MAX};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::Body;
use crate::app::App;
use crate::error::Problem;
use crate::extract::Fields;
use crate::portal::track::{begin as begin_track, look};
use crate::session::{Resident, bearer};
use crate::visit::Visit;

/// What stands on the slip.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Shown {
    /// The matter's number.
    number: String,
    /// The query code.
    query_code: String,
}

/// A session of one matter. Its token goes into `Authorization: Bearer …`.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Begun {
    /// The token. Whoever holds it can do what the resident can.
    token: String,
    /// When it ends, RFC 3339.
    ends_at: String,
    /// Whether it is somebody whom the resident named, who may not do everything.
    delegate: bool,
}

/// Begins a session. Wrong codes slow down by number and by address, and the answer is the same whether the number exists or not.
pub(super) async fn begin(State(app): State<App>, visit: Visit, Body(shown): Body<Shown>) -> Result<Response, Problem> {
    let mut typed = Fields::default();
    typed.set("number", shown.number);
    typed.set("query_code", shown.query_code);
    let Some((opened, keys)) = look(&app, &visit, &typed).await? else {
        return Err(Refusal::new("code_wrong").instead("check_slip").into());
    };
    let token = begin_track(&app, &opened, keys).await?;
    let ends_at = app.now().saturating_add(SignedDuration::from_mins(TRACK_MINUTES_MAX)).unwrap_or(app.now());
    let body = Begun { token, ends_at: ends_at.to_string(), delegate: opened.delegate };
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

/// Ends the session.
pub(super) async fn end(State(app): State<App>, resident: Resident) -> Result<StatusCode, Problem> {
    let (jurisdiction, token) = (app.hall.site.jurisdiction, resident.token);
    app.hall.store.write(move |tx| session::end_track(tx, jurisdiction, &token)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Finds the program that shows its key; none where nothing is shown. A key that is not known, or was ended, is no silence.
pub(super) fn program(app: &App, headers: &HeaderMap) -> Result<Option<Client>, Problem> {
    let Some(key) = bearer(headers) else { return Ok(None) };
    let client = app.hall.site.directory().client(key).cloned();
    client
        .map(Some)
        .ok_or_else(|| Problem::Refused(StatusCode::UNAUTHORIZED, Refusal::new("key_unknown").instead("ask_administrator")))
}
