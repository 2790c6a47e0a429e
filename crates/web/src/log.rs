//! The public log as C2SP tlog-tiles wants it: checkpoint, tiles, entry bundles, and the key that checks them.
//!
//! Everything here is for strangers and their tools: no cookie, no language, open to other sites' scripts.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use civic::journal::{self, Tiles};
use db::Fault;
use tlog::{HashSource, Tile, bundle};

use crate::app::App;
use crate::error::Problem;
use crate::extract::Path;
use crate::route::Route;

/// Lists the addresses.
pub const ROUTES: &[Route] = &[
    Route::public("/log/checkpoint", "GET", || get(checkpoint)),
    Route::public("/log/vkey", "GET", || get(vkey)),
    Route::public("/log/tile/{*rest}", "GET", || get(tile)),
];

/// A checkpoint is at most a second old.
const SHORTLY: &str = "public, max-age=1";
/// A key stays for the site's life; an hour lets a mistake be put right.
const AN_HOUR: &str = "public, max-age=3600";
/// A tile of a width never changes.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const TEXT: &str = "text/plain; charset=utf-8";
const BYTES: &str = "application/octet-stream";

fn answer(kind: &'static str, caching: &'static str, body: impl IntoResponse) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static(caching)),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin")),
    ];
    (headers, body).into_response()
}

async fn checkpoint(State(app): State<App>) -> Result<Response, Problem> {
    let site = Arc::clone(&app.hall.site);
    let published = app.hall.store.read(move |tx| journal::published(tx, &site)).await?;
    let (_, note) = published.ok_or(Problem::Absent)?;
    Ok(answer(TEXT, SHORTLY, note))
}

async fn vkey(State(app): State<App>) -> Response {
    answer(TEXT, AN_HOUR, format!("{}\n", app.hall.site.vkey()))
}

async fn tile(State(app): State<App>, Path(rest): Path<String>) -> Result<Response, Problem> {
    let tile = Tile::parse(&format!("tile/{rest}")).map_err(|_| Problem::Absent)?;
    let site = Arc::clone(&app.hall.site);
    let found = app.hall.store.read(move |tx| read(tx, site.jurisdiction, tile)).await?;
    Ok(answer(BYTES, FOR_EVER, found.ok_or(Problem::Absent)?))
}

/// Reads a tile of the published tree: exactly as wide as asked for, never empty.
fn read(tx: &mut db::Tx<'_>, jurisdiction: i64, tile: Tile) -> Result<Option<Vec<u8>>, Fault> {
    let Some((size, _)) = journal::head(tx, jurisdiction)? else { return Ok(None) };
    if !tile.exists(size) {
        return Ok(None);
    }
    let Some(level) = tile.level else {
        let entries = journal::entries(tx, jurisdiction, tile.index, tile.width)?;
        return Ok(Some(bundle::encode(entries.iter().map(String::as_bytes))));
    };
    let mut hashes = Tiles::new(tx, jurisdiction).tile(level, tile.index)?;
    hashes.truncate(usize::from(tile.width));
    Ok(Some(hashes.concat()))
}
