//! The few files that never change under their name: one stylesheet, one script, one mark.

use std::sync::LazyLock;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::error::Problem;
use crate::extract::Path;
use crate::route::Route;

/// The look of every page, for papers that bring it with them.
pub const STYLE: &str = include_str!("../assets/style.css");
/// A year: the name changes with the content.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// Lists the addresses.
pub const ROUTES: &[Route] = &[Route::public("/assets/{name}", "GET", || get(show))];

struct Asset {
    name: String,
    kind: &'static str,
    text: &'static str,
}

static ASSETS: LazyLock<[Asset; 3]> = LazyLock::new(|| {
    [
        asset("style", "css", "text/css; charset=utf-8", STYLE),
        asset("extra", "js", "text/javascript; charset=utf-8", include_str!("../assets/extra.js")),
        asset("mark", "svg", "image/svg+xml", include_str!("../assets/mark.svg")),
    ]
});

fn asset(stem: &str, ending: &str, kind: &'static str, text: &'static str) -> Asset {
    let hash = HEXLOWER.encode(&Sha256::digest(text)[..8]);
    Asset { name: format!("{stem}-{hash}.{ending}"), kind, text }
}

fn address(at: usize) -> String {
    format!("/assets/{}", ASSETS[at].name)
}

/// Returns the address of the stylesheet.
pub fn style() -> String {
    address(0)
}

/// Returns the address of the script.
pub fn extra() -> String {
    address(1)
}

/// Returns the address of the mark.
pub fn mark() -> String {
    address(2)
}

async fn show(Path(name): Path<String>) -> Result<Response, Problem> {
    let asset = ASSETS.iter().find(|asset| asset.name == name).ok_or(Problem::Absent)?;
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(asset.kind)), (header::CACHE_CONTROL, FOR_EVER)];
    Ok((headers, asset.text).into_response())
}
