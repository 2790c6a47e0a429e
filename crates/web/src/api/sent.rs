//! What a program sent, and how it goes on: number, topic, office, days and steps; never words or a person (decision 0037).

use appeals::shown::{self, Place, Shown};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use civic::directory::Scope;
use civic::hook;
use civic::refusal::Refusal;
use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::body::Body;
use super::sessions::program;
use super::view::Office;
use super::{etag, open};
use crate::app::App;
use crate::error::Problem;
use crate::extract::Query;
use crate::visit::Visit;

/// A matter that the asking program sent.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Sent {
    /// Its number.
    number: String,
    /// Where it stands, by code.
    state: String,
    /// Whether it is open.
    open: bool,
    /// The office that holds it.
    owner: Office,
    /// Code of its place.
    place: Option<String>,
    /// The last day of the running term.
    due: String,
    /// When it came in, RFC 3339.
    received_at: String,
    /// When something last happened to it, RFC 3339.
    changed_at: String,
}

/// A page of them, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SentPage {
    /// The matters.
    items: Vec<Sent>,
    /// Goes into `cursor` of the next question; `null` at the end.
    next: Option<String>,
}

/// Lists what the program sent.
pub(super) async fn list(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    Query(query): Query,
) -> Result<Response, Problem> {
    let id = follower(&app, &headers)?;
    let count = open::count(&query)?;
    let behind = cursor(query.get("cursor"), app.now())?;
    let (site, directory) = (app.hall.site.clone(), app.hall.site.directory());
    let read = move |tx: &mut db::Tx<'_>| shown::own(tx, &site, id, behind, count.cast_signed() as i64 + 1);
    let mut rows = app.hall.store.read(read).await?;
    let more = rows.len() > count;
    rows.truncate(count);
    let next = rows.last().filter(|_| more).map(|last| written(Place { received_at: last.received_at, matter: last.matter }));
    let items = rows.iter().map(|row| told(row, |code| Office::of(visit.lang, &directory, code))).collect();
    let page = SentPage { items, next };
    let mark = etag::mark(0, &page);
    Ok(etag::answer(&headers, &mark, Json(page)))
}

/// A page of what has changed, the oldest change first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Changes {
    /// The matters, each as it is now.
    items: Vec<Sent>,
    /// Goes into `cursor` of the next question, now or tomorrow: what happens later stands behind it.
    next: String,
    /// Whether more stands behind it already.
    more: bool,
}

/// Lists what has changed of what the program sent, behind a place: the same list that its hook is told.
pub(super) async fn changes(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    Query(query): Query,
) -> Result<Response, Problem> {
    let (id, count) = (follower(&app, &headers)?, open::count(&query)?);
    let behind = match query.get("cursor") {
        "" => Place { received_at: Timestamp::UNIX_EPOCH, matter: Uuid::nil() },
        text => read_cursor(text).ok_or_else(|| Problem::bad("cursor_broken"))?,
    };
    let (site, directory) = (app.hall.site.clone(), app.hall.site.directory());
    let after = (behind.received_at, behind.matter);
    let read = move |tx: &mut db::Tx<'_>| shown::changed_rows(tx, &site, id, after, count.cast_signed() as i64 + 1);
    let mut rows = app.hall.store.read(read).await?;
    let more = rows.len() > count;
    rows.truncate(count);
    let next = rows.last().map_or(behind, |last| Place { received_at: last.changed_at, matter: last.matter });
    let items = rows.iter().map(|row| told(row, |code| Office::of(visit.lang, &directory, code))).collect();
    let page = Changes { items, next: written(next), more };
    let mark = etag::mark(0, &page);
    Ok(etag::answer(&headers, &mark, Json(page)))
}

/// From when on all is told again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Since {
    /// RFC 3339.
    #[schema(format = DateTime)]
    since: String,
}

/// Has the hook of the program told again what has changed since a time.
pub(super) async fn replay(State(app): State<App>, headers: HeaderMap, Body(from): Body<Since>) -> Result<StatusCode, Problem> {
    let id = follower(&app, &headers)?;
    let since: Timestamp = from.since.parse().map_err(|_| Problem::bad("since_broken"))?;
    let site = app.hall.site.clone();
    app.hall.store.write(move |tx| hook::rewind(tx, &site, id, since)).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Finds the program that asks what became of what it sent.
fn follower(app: &App, headers: &HeaderMap) -> Result<Uuid, Problem> {
    let missing = || Problem::Refused(StatusCode::UNAUTHORIZED, Refusal::new("key_missing").instead("ask_administrator"));
    let client = program(app, headers)?.ok_or_else(missing)?;
    if client.may(Scope::Follow) {
        return Ok(client.id);
    }
    Err(Refusal::new("scope_missing").with("scope", Scope::Follow.code()).instead("ask_administrator").into())
}

fn told(row: &Shown, office: impl Fn(&str) -> Office) -> Sent {
    Sent {
        number: row.number.clone(),
        state: row.stage.clone(),
        open: row.is_open,
        owner: office(&row.owner),
        place: row.place.clone(),
        due: row.due.clone(),
        received_at: row.received_at.to_string(),
        changed_at: row.changed_at.to_string(),
    }
}

fn written(place: Place) -> String {
    let mut bytes = place.received_at.as_microsecond().to_be_bytes().to_vec();
    bytes.extend(place.matter.as_bytes());
    BASE64URL_NOPAD.encode(&bytes)
}

fn cursor(text: &str, now: Timestamp) -> Result<Place, Problem> {
    if text.is_empty() {
        return Ok(Place::before(now.saturating_add(jiff::SignedDuration::from_hours(1)).unwrap_or(now)));
    }
    read_cursor(text).ok_or_else(|| Problem::bad("cursor_broken"))
}

fn read_cursor(text: &str) -> Option<Place> {
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
    let (time, matter) = bytes.split_first_chunk::<8>()?;
    let received_at = Timestamp::from_microsecond(i64::from_be_bytes(*time)).ok()?;
    Some(Place { received_at, matter: Uuid::from_slice(matter).ok()? })
}
