//! The few files that never change under their name: one stylesheet, two scripts, one mark; and the two that must keep theirs: what makes
//! the site a program on a telephone, and the worker that shows a page without a network.

use std::sync::LazyLock;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use data_encoding::HEXLOWER;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::error::Problem;
use crate::extract::Path;
use crate::link;
use crate::route::Route;
use crate::visit::Visit;

/// The look of every page, for papers that bring it with them.
pub const STYLE: &str = include_str!("../assets/style.css");
/// A year: the name changes with the content.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// Lists the addresses.
pub const ROUTES: &[Route] = &[
    Route::public("/assets/{name}", "GET", || get(show)),
    Route::public(WORKER, "GET", || get(worker)),
    Route::public(MANIFEST, "GET", || get(manifest)),
];

/// Where the worker lies: it answers for what lies beside and below it.
const WORKER: &str = "/worker.js";
/// Where it is said what the site is as a program.
pub const MANIFEST: &str = "/manifest.webmanifest";
/// The script of the page for writing without a network.
const OFFLINE: &str = concat!(include_str!("../assets/waiting.js"), include_str!("../assets/offline.js"));

struct Asset {
    name: String,
    kind: &'static str,
    text: &'static str,
}

static ASSETS: LazyLock<[Asset; 4]> = LazyLock::new(|| {
    [
        asset("style", "css", "text/css; charset=utf-8", STYLE),
        asset("extra", "js", "text/javascript; charset=utf-8", include_str!("../assets/extra.js")),
        asset("mark", "svg", "image/svg+xml", include_str!("../assets/mark.svg")),
        asset("offline", "js", "text/javascript; charset=utf-8", OFFLINE),
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

/// Returns the address of the script of the page for writing without a network.
pub fn offline() -> String {
    address(3)
}

/// Sends the worker. It names the files of its page, so that a new version of any of them makes a new worker.
async fn worker() -> Response {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let files: Vec<String> = (0..ASSETS.len()).map(address).collect();
        let files = serde_json::to_string(&files).unwrap_or_default();
        let text = concat!(include_str!("../assets/waiting.js"), include_str!("../assets/worker.js"));
        let text = text.replace("FILES_OF_THE_PAGE", &files);
        let version = HEXLOWER.encode(&Sha256::digest(&text)[..8]);
        text.replace("VERSION", &version)
    });
    plain("text/javascript; charset=utf-8", TEXT.as_str())
}

/// Says what the site is as a program that is put on a telephone's first screen.
async fn manifest(visit: Visit) -> Response {
    let lang = visit.lang;
    let icon = json!({"src": mark(), "type": "image/svg+xml", "sizes": "any", "purpose": "any"});
    let shortcut = |key: &str, to: &str| json!({"name": lang.t(key), "url": to});
    let manifest = json!({
        "id": "/", "name": format!("{} · {}", lang.t("site-name"), visit.site), "short_name": lang.t("site-name"),
        "lang": lang.tag(), "start_url": link::HOME, "scope": "/", "display": "standalone",
        "background_color": "#ffffff", "theme_color": "#1d4e63", "icons": [icon],
        "shortcuts": [shortcut("nav-file", link::FILE), shortcut("nav-track", link::TRACK), shortcut("offline-title", link::OFFLINE)],
    });
    plain("application/manifest+json", &manifest.to_string())
}

/// Answers with a file that keeps its name: it is asked for each time whether it is still so.
fn plain(kind: &'static str, text: &str) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(kind))], text.to_owned()).into_response()
}

async fn show(Path(name): Path<String>) -> Result<Response, Problem> {
    let asset = ASSETS.iter().find(|asset| asset.name == name).ok_or(Problem::Absent)?;
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(asset.kind)), (header::CACHE_CONTROL, FOR_EVER)];
    Ok((headers, asset.text).into_response())
}
