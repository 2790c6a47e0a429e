//! Language and print size, kept in two cookies.

use axum::http::header;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};

use crate::extract::Form;
use crate::link;
use crate::visit::Visit;
use crate::words::Lang;

/// Keeps what was switched and shows the same page again.
pub async fn keep(mut visit: Visit, Form(fields): Form) -> Response {
    if let Some(lang) = Lang::parse(fields.get("lang")) {
        visit.lang = lang;
    }
    if fields.has("large") {
        visit.large = fields.get("large") == "1";
    }
    let back = link::local(fields.get("back")).unwrap_or(link::HOME);
    let cookies = visit.settings().map(|cookie| (header::SET_COOKIE, cookie));
    (AppendHeaders(cookies), Redirect::to(back)).into_response()
}
