//! Slips: a query code made at the counter is printed on a page outside the staff session, once, and never drawn inside it.
//!
//! The staff page holds a ticket only. Whoever shows it first gets the slip; then the ticket is dead. What lies in between
//! is sealed under the ticket itself.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::draft::{self, Draft};
use civic::refusal::{No, Refusal};
use civic::session;
use jiff::Timestamp;
use maud::{Markup, html};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::Form;
use crate::kit::Tone;
use crate::kit::notice::notice;
use crate::kit::print::{slip, slip_head};
use crate::kit::shell::Page;
use crate::link;
use crate::portal::file::{self, FiledCopy};
use crate::visit::{Signed, Visit};

/// A ticket is good for so many minutes.
const TICKET_MINUTES_MAX: i64 = 15;
/// Name under which a slip is kept.
const STEP: &str = "slip";

#[derive(Serialize, Deserialize)]
struct Slip {
    number: String,
    code: String,
    lines: Vec<String>,
    /// What a filing at the counter gave: the same paper as everybody else's.
    filed: Option<FiledCopy>,
    at: Timestamp,
}

/// Keeps a slip with a new code and returns its ticket.
pub async fn keep(desk: &Desk, (number, code): (&str, &str)) -> Result<String, No> {
    let (number, code) = (number.to_owned(), code.to_owned());
    put(desk, Slip { number, code, lines: Vec::new(), filed: None, at: desk.app.now() }).await
}

/// Keeps the slip of a filing and returns its ticket. `lines` are sentences below it.
pub async fn keep_filed(desk: &Desk, filed: FiledCopy, lines: Vec<String>) -> Result<String, No> {
    let (number, code) = (filed.number.clone(), filed.code.clone());
    put(desk, Slip { number, code, lines, filed: Some(filed), at: desk.app.now() }).await
}

async fn put(desk: &Desk, kept: Slip) -> Result<String, No> {
    let ticket = session::token(&mut desk.app.chance());
    let content = serde_json::to_vec(&kept).expect("a slip is plain data");
    let token = ticket.clone();
    desk.write(move |tx, site, by| {
        draft::put(tx, Draft { jurisdiction: site.jurisdiction, token: &token }, by, (STEP, &content))
    })
    .await?;
    Ok(ticket)
}

/// Shows the staff what to do with a slip: print it in a window of its own and hand it over. `more` stands below.
pub fn offer(desk: &Desk, (number, ticket): (&str, &str), more: &Markup) -> Response {
    let lang = desk.lang();
    let body = html! {
        h1 { (lang.t("slip-ready")) }
        p.big.code { (number) }
        (notice(Tone::Soon, &lang.t("slip-once"), &html! { p { (lang.t("slip-once-why")) } }))
        form method="post" action=(link::SLIP) target="_blank" rel="noopener" {
            input type="hidden" name="ticket" value=(ticket);
            div.acts {
                button { (lang.t("slip-print")) }
                a.button.second href=(link::matter(number)) { (lang.t("slip-matter")) }
                a.button.second href=(link::COUNTER) { (lang.t("slip-next")) }
            }
        }
        (more)
    };
    desk.page(&lang.t("slip-ready"), &body)
}

/// Draws the slip, once.
pub async fn show(State(app): State<App>, mut visit: Visit, Form(fields): Form) -> Result<Response, Problem> {
    visit.signed = Signed::Nobody;
    let Some(kept) = take(&app, fields.get("ticket")).await? else {
        let gone =
            Problem::Refused(StatusCode::GONE, Refusal::new("slip_gone").with("minutes", TICKET_MINUTES_MAX).instead("reissue"));
        return Ok(gone.into_response());
    };
    let lang = visit.lang;
    let paper = html! {
        @if let Some(filed) = &kept.filed { (file::paper(&app, &visit, filed)) }
        @else { (slip_head(lang, &visit.base, (&kept.number, &kept.code))) }
        @for line in &kept.lines { p { (line) } }
        p { (lang.t("slip-how")) }
        p { (lang.t("slip-keep")) }
    };
    let body = html! { h1 { (lang.t("slip-title")) } (slip(lang, &lang.t("slip-title"), &paper)) };
    Ok(Page::new(&visit, &lang.t("slip-title")).show(&body))
}

/// Takes a slip out: it is gone afterwards, whoever asks again.
async fn take(app: &App, ticket: &str) -> Result<Option<Slip>, Problem> {
    let (site, now, token) = (Arc::clone(&app.hall.site), app.now(), ticket.to_owned());
    let found = app.hall.store.write(move |tx| {
        let draft = Draft { jurisdiction: site.jurisdiction, token: &token };
        let found = draft::get(tx, draft, now, STEP)?;
        if found.is_some() {
            draft::erase(tx, draft)?;
        }
        Ok::<_, db::Fault>(found)
    });
    let kept: Option<Slip> = found.await?.and_then(|content| serde_json::from_slice(&content).ok());
    Ok(kept.filter(|kept| now.as_second() - kept.at.as_second() < TICKET_MINUTES_MAX * 60))
}
