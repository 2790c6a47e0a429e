//! Number and query code. Wrong ones slow down by number and by address; the answer is the same whether the number
//! exists or not, and so are the steps taken.

use appeals::track::{self, Opened};
use appeals::{Command, code, number, run};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use civic::guess::{self, GuessKey};
use civic::permit::Who;
use civic::refusal::{No, Refusal};
use civic::session::{self, TrackSession};
use civic::site::Site;
use db::{Fault, Tx};
use jiff::Timestamp;
use maud::html;

use super::acts::grade;
use super::load;
use crate::app::App;
use crate::error::Problem;
use crate::extract::{Fields, Form, Query};
use crate::kept;
use crate::kit::Tone;
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, field};
use crate::kit::notice::notice;
use crate::kit::shell::{FORM, Filled, Page};
use crate::link;
use crate::session::{CLEARED, track_cookie, track_cookie_gone, track_token};
use crate::visit::Visit;

/// Longest number or code that is read, in characters.
const TYPED_CHARS_MAX: usize = 60;

/// Shows the form, with the number where somebody came with one.
pub async fn ask(visit: Visit, Query(query): Query) -> Response {
    let mut typed = Fields::default();
    if let Some(number) = number::parse(query.get("number")) {
        typed.set("number", number);
    }
    if let Some(grade) = grade(query.get("grade")) {
        typed.set("grade", grade.to_string());
    }
    form(&visit, &typed, &Errors::default())
}

/// Asks for number and code of somebody whose half hour ended while they typed; their words come along, files do not.
pub fn ask_again(visit: &Visit, words: &Fields, files: bool) -> Response {
    let mut errors = Errors::default();
    if files {
        errors.add("", visit.lang.t("kept-no-files"));
    }
    form(visit, words, &errors)
}

fn form(visit: &Visit, typed: &Fields, errors: &Errors) -> Response {
    let lang = visit.lang;
    let line = |name, label, hint| Field {
        name,
        label: lang.t(label),
        hint: lang.t(hint),
        required: true,
        chars_max: TYPED_CHARS_MAX,
        ..Field::default()
    };
    let body = html! {
        h1 { (lang.t("track-title")) }
        p.lead { (lang.t("track-lead")) }
        (summary(lang, errors))
        form id=(FORM) method="post" action=(link::TRACK) {
            (kept::carried(visit, typed))
            @if let Some(grade) = grade(typed.get("grade")) {
                (notice(Tone::Soon, &lang.say("rate-chosen", &[("grade", lang.code("grade", &grade.to_string()).into())]), &html! { p { (lang.t("rate-chosen-why")) } }))
                input type="hidden" name="grade" value=(grade);
            }
            (field(lang, &line("number", "field-number", "field-number-hint"), typed, errors))
            (field(lang, &line("query_code", "field-query-code", "field-query-code-hint"), typed, errors))
            div.acts { button { (lang.t("track-open")) } }
        }
        p.quiet { (lang.t("track-lost")) }
    };
    Page::new(visit, &lang.t("track-title")).form(Filled { to: link::TRACK.to_owned(), files: false }).show(&body)
}

/// Opens a matter: programs get it as JSON, people a page under a cookie.
pub async fn open(State(app): State<App>, visit: Visit, Form(sent): Form) -> Result<Response, Problem> {
    if visit.switched {
        return Ok(form(&visit, &sent, &Errors::default()));
    }
    let Some((opened, keys)) = look(&app, &visit, &sent).await? else { return Ok(wrong(&visit, &sent)) };
    if visit.json {
        let (site, now, noted) = (app.hall.site.clone(), app.now(), opening(&opened));
        app.hall.store.write(move |tx| note_opened(tx, &site, now, noted.as_ref())).await?;
        return load::as_json(&app, &visit, &opened).await;
    }
    let token = begin(&app, &opened, keys).await?;
    let cookie = AppendHeaders([(header::SET_COOKIE, track_cookie(visit.peer, &token))]);
    if let Some(page) = kept::offered(&visit, &sent) {
        return Ok((cookie, page).into_response());
    }
    // whoever came by a grade in a letter finds it chosen; they send it themselves
    let chosen = grade(sent.get("grade")).map_or(String::new(), |grade| format!("?grade={grade}#rate"));
    Ok((cookie, Redirect::to(&format!("{}{chosen}", link::TRACK_MATTER))).into_response())
}

/// Begins a session on what number and code opened, and returns its token.
pub async fn begin(app: &App, opened: &Opened, keys: Vec<GuessKey>) -> Result<String, Problem> {
    let token = session::token(&mut app.chance());
    let seed = code::seal_seed(&token, &opened.seed, &mut app.chance());
    let track = TrackSession { matter: opened.matter, delegate: opened.delegate, rating_seed: Some(seed), created_at: app.now() };
    let (site, now, noted) = (app.hall.site.clone(), app.now(), opening(opened));
    let kept = token.clone();
    let begin = move |tx: &mut Tx<'_>| {
        note_opened(tx, &site, now, noted.as_ref())?;
        guess::passed(tx, &site, &keys)?;
        session::begin_track(tx, site.jurisdiction, &kept, &track)
    };
    app.hall.store.write(begin).await?;
    Ok(token)
}

/// Counts tries at the number as it was typed, from this address and by all, and from the address.
fn keys(site: &Site, visit: &Visit, typed: &str) -> Vec<GuessKey> {
    let folded: String = typed.chars().filter(char::is_ascii_alphanumeric).take(TYPED_CHARS_MAX).collect();
    let mut keys = GuessKey::number(site, &number::parse(typed).unwrap_or(folded), visit.peer.address).to_vec();
    if !visit.peer.unlimited {
        keys.push(GuessKey::address(site, visit.peer.address));
    }
    keys
}

/// Looks what `number` and `query_code` open, with what tries are counted at; a wrong one is counted.
pub async fn look(app: &App, visit: &Visit, sent: &Fields) -> Result<Option<(Opened, Vec<GuessKey>)>, Problem> {
    let keys = keys(&app.hall.site, visit, sent.get("number"));
    if let Some(opened) = opened(app, sent, &keys).await? {
        return Ok(Some((opened, keys)));
    }
    let (site, now) = (app.hall.site.clone(), app.now());
    app.hall.store.write(move |tx| guess::failed(tx, &site, now, &keys)).await?;
    Ok(None)
}

async fn opened(app: &App, sent: &Fields, keys: &[GuessKey]) -> Result<Option<Opened>, No> {
    let (site, now, keys) = (app.hall.site.clone(), app.now(), keys.to_vec());
    let typed = |name: &str| -> String { sent.get(name).chars().take(TYPED_CHARS_MAX).collect() };
    let (number, code) = (typed("number"), typed("query_code"));
    app.hall.store.read(move |tx| looked(tx, &site, (now, &keys), (&number, &code))).await
}

fn looked(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, keys): (Timestamp, &[GuessKey]),
    (number, code): (&str, &str),
) -> Result<Option<Opened>, No> {
    let seconds = guess::waiting(tx, site, now, keys)?;
    let opened = track::open(tx, site, number, code)?;
    if seconds > 0 {
        return Err(Refusal::new("slow_down").with("seconds", seconds).instead("check_slip").into());
    }
    Ok(opened)
}

/// Asks to note that a reply was opened: for the anonymous that is its delivery.
fn opening(opened: &Opened) -> Option<run::Request> {
    let matter = opened.matter;
    let who = if opened.delegate { Who::Delegate { matter } } else { Who::Resident { matter } };
    (!opened.accusation).then_some(run::Request { who, matter, seen: None, command: Command::Open })
}

/// Notes it; where there is nothing to note, nothing happens.
fn note_opened(tx: &mut Tx<'_>, site: &Site, now: Timestamp, request: Option<&run::Request>) -> Result<(), Fault> {
    let Some(request) = request else { return Ok(()) };
    match tx.savepoint(|tx| run::execute(tx, site, now, request)) {
        Err(No::Failed(fault)) => Err(fault),
        _ => Ok(()),
    }
}

fn wrong(visit: &Visit, sent: &Fields) -> Response {
    if visit.json {
        return Problem::refused(Refusal::new("code_wrong").instead("check_slip")).into_response();
    }
    let mut errors = Errors::default();
    let (why, how) = (visit.lang.t("refusal-code-wrong"), visit.lang.t("way-check-slip"));
    errors.add("number", format!("{why}{how}"));
    (StatusCode::FORBIDDEN, form(visit, sent, &errors)).into_response()
}

/// Ends the session on this device.
pub async fn leave(State(app): State<App>, visit: Visit, headers: axum::http::HeaderMap) -> Result<Response, Problem> {
    if let Some(token) = track_token(&headers, visit.peer) {
        let jurisdiction = app.hall.site.jurisdiction;
        app.hall.store.write(move |tx| session::end_track(tx, jurisdiction, &token)).await?;
    }
    let gone = AppendHeaders([(header::SET_COOKIE, track_cookie_gone(visit.peer)), CLEARED]);
    Ok((gone, Redirect::to(link::TRACK)).into_response())
}
