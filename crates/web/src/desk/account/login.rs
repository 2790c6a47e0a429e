//! Log-in: name, password and one-time code on one page. A wrong try never says what was wrong, and waiting grows.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{Extensions, HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use civic::account::{self, Credential, news};
use civic::guess::{self, GuessKey};
use civic::refusal::{No, Refusal};
use civic::site::Site;
use civic::{chance, session};
use jiff::Timestamp;
use maud::html;

use crate::app::{App, Mode};
use crate::desk::frame::kept;
use crate::error::Problem;
use crate::extract::{Fields, Form, Query};
use crate::kept as words;
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, Input, field};
use crate::kit::refusal::{reason, way_on};
use crate::kit::shell::{FORM, Filled, Page};
use crate::link;
use crate::session::{Staff, device_cookie, device_token, staff_cookie};
use crate::visit::{Signed, Visit, network};
use crate::words::Lang;

/// Longest log-in name, in characters.
const LOGIN_CHARS_MAX: usize = 64;
/// Digits of a one-time code.
const CODE_CHARS: usize = 6;

/// Shows the form; whoever is signed in goes on at once.
pub async fn show(State(app): State<App>, visit: Visit, Query(query): Query) -> Response {
    if matches!(visit.signed, Signed::Staff { .. }) {
        return Redirect::to(next(&query)).into_response();
    }
    draw(&app, &visit, &query, &Errors::default())
}

/// Lets a person in, or says no without saying why.
pub async fn enter(
    State(app): State<App>,
    visit: Visit,
    extensions: Extensions,
    headers: HeaderMap,
    Form(fields): Form,
) -> Result<Response, Problem> {
    let token = device_token(&headers, visit.peer).unwrap_or_else(|| news::device_token(&mut app.chance()));
    let device = Device { token, name: named(&headers) };
    if visit.switched {
        return Ok(draw(&app, &visit, &kept(&fields), &Errors::default()));
    }
    match try_enter(&app, &visit, &fields, device.clone()).await {
        Ok(Entered { token, unseen }) => {
            end_before(&app, extensions.get::<Staff>()).await?;
            let cookies = AppendHeaders([
                (header::SET_COOKIE, staff_cookie(visit.peer, &token)),
                (header::SET_COOKIE, device_cookie(visit.peer, &device.token)),
            ]);
            Ok(match words::offered(&visit, &fields) {
                Some(page) => (cookies, page).into_response(),
                // what happened to the account comes first; the way on stands on that page
                None if unseen => (cookies, Redirect::to(&link::account_news(next(&fields)))).into_response(),
                None => (cookies, Redirect::to(next(&fields))).into_response(),
            })
        }
        Err(No::Refused(refusal)) => {
            tracing::warn!(code = refusal.code, network = %network(visit.peer.address), "a log-in was refused");
            let problem = Problem::refused(refusal.clone());
            let status = if refusal.code == "slow_down" { problem.into_response().status() } else { StatusCode::FORBIDDEN };
            let mut errors = Errors::default();
            errors.add("", sentence(visit.lang, &refusal));
            Ok((status, draw(&app, &visit, &kept(&fields), &errors)).into_response())
        }
        Err(no) => Err(no.into()),
    }
}

/// Returns what a browser calls itself.
pub(super) fn named(headers: &HeaderMap) -> String {
    headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

/// Is what somebody signs in on.
#[derive(Debug, Clone)]
struct Device {
    /// What it is known by again.
    token: String,
    /// What it calls itself.
    name: String,
}

/// Is a session that began.
struct Entered {
    /// The session's token.
    token: String,
    /// True where something happened to the account that its owner has not seen.
    unseen: bool,
}

/// Ends the session that this browser had before, so that none is left behind that nobody holds any more.
async fn end_before(app: &App, before: Option<&Staff>) -> Result<(), No> {
    let Some((staff, own)) = before.map(|before| (before.person.id, before.session.id)) else { return Ok(()) };
    let jurisdiction = app.hall.site.jurisdiction;
    app.hall.store.write(move |tx| session::end(tx, jurisdiction, staff, own).map(drop)).await?;
    Ok(())
}

async fn try_enter(app: &App, visit: &Visit, fields: &Fields, device: Device) -> Result<Entered, No> {
    let (site, now) = (Arc::clone(&app.hall.site), app.now());
    let login = fields.get("login").to_lowercase();
    let keys = keys(&site, visit, &login);
    let (asked, name, counted) = (Arc::clone(&site), login.clone(), keys.clone());
    let (wait, found) = app
        .hall
        .store
        .read(move |tx| Ok::<_, No>((guess::waiting(tx, &asked, now, &counted)?, account::by_login(tx, &asked, &name)?)))
        .await?;
    if wait > 0 {
        return Err(Refusal::new("slow_down").with("seconds", wait).instead("wait_and_retry").into());
    }
    let usable = found.filter(|credential| is_usable(&site, credential));
    let phc = usable.as_ref().map(|credential| credential.password.clone());
    let fits = app.gate.fits(fields.get("password").to_owned(), phc, (app.cost(), app.chance())).await?;
    let step = usable.as_ref().and_then(|found| account::verify_code(&found.secret, fields.get("code"), now, found.last_step));
    let token = session::token(&mut app.chance());
    let begun = match (fits, usable, step) {
        (true, Some(credential), Some(step)) => {
            tracing::info!(staff = %credential.staff, "a member of staff showed both factors");
            let (language, token, keys) = (visit.lang.tag(), token.clone(), keys.clone());
            begin(app, now, Entering { staff: credential.staff, step, token, device, language, keys }).await?
        }
        _ => None,
    };
    if let Some(unseen) = begun {
        return Ok(Entered { token, unseen });
    }
    app.hall.store.write(move |tx| guess::failed(tx, &site, now, &keys)).await?;
    Err(Refusal::new("login_wrong").instead("login_again").into())
}

/// An account that was closed, never set up, or whose person has left cannot be entered.
fn is_usable(site: &Site, credential: &Credential) -> bool {
    let active = site.directory().staff.get(&credential.staff).is_some_and(|staff| staff.active);
    active && !credential.closed && !credential.password.is_empty()
}

/// Counts tries at a name from an address, and from the address as a whole.
fn keys(site: &Site, visit: &Visit, login: &str) -> Vec<GuessKey> {
    let mut keys = vec![GuessKey::log_in(site, login, visit.peer.address)];
    if !visit.peer.unlimited {
        keys.push(GuessKey::address(site, visit.peer.address));
    }
    keys
}

struct Entering {
    staff: uuid::Uuid,
    step: i64,
    token: String,
    device: Device,
    language: &'static str,
    keys: Vec<GuessKey>,
}

/// Begins the session; none when the one-time code was used by somebody else in the meantime. Tells whether something happened
/// to the account before that its owner has not seen.
async fn begin(app: &App, now: Timestamp, entering: Entering) -> Result<Option<bool>, No> {
    let site = Arc::clone(&app.hall.site);
    let id = chance::id_plain(&mut app.chance());
    app.hall
        .store
        .write(move |tx| {
            let Entering { staff, step, token, device, language, keys } = entering;
            if !account::passed(tx, &site, staff, step)? {
                return Ok(None);
            }
            guess::passed(tx, &site, &keys)?;
            let jurisdiction = site.jurisdiction;
            session::begin(tx, jurisdiction, now, &token, (id, staff, &device.name))?;
            let unseen = news::of_staff(tx, jurisdiction, staff)?.iter().any(|happened| happened.open);
            let by = (now, &mut site.chance());
            news::entered(tx, jurisdiction, by, staff, (&device.token, &device.name, language))?;
            Ok(Some(unseen))
        })
        .await
}

fn next(fields: &Fields) -> &str {
    link::local(fields.get("next")).unwrap_or(link::DESK)
}

fn sentence(lang: Lang, refusal: &Refusal) -> String {
    let parts: Vec<String> = std::iter::once(reason(lang, refusal)).chain(way_on(lang, refusal)).collect();
    parts.join(if lang == Lang::En { " " } else { "" })
}

/// Asks who it is of somebody whose session ended while they typed; their words come along.
pub fn ask_again(app: &App, visit: &Visit, words: &Fields) -> Response {
    draw(app, visit, words, &Errors::default())
}

fn draw(app: &App, visit: &Visit, typed: &Fields, errors: &Errors) -> Response {
    let lang = visit.lang;
    let login = Field {
        name: "login",
        label: lang.t("login-name"),
        complete: "username",
        required: true,
        chars_max: LOGIN_CHARS_MAX,
        ..Field::default()
    };
    let password = Field {
        name: "password",
        label: lang.t("login-password"),
        input: Input::Password,
        complete: "current-password",
        required: true,
        chars_max: account::PASSWORD_CHARS_MAX,
        ..Field::default()
    };
    let code = code_field(lang);
    let body = html! {
        h1 { (lang.t("login-title")) }
        p.lead { (lang.t("login-lead")) }
        (summary(lang, errors))
        form id=(FORM) method="post" action=(link::DESK_LOGIN) {
            input type="hidden" name="next" value=(next(typed));
            (words::carried(visit, typed))
            (field(lang, &login, typed, errors))
            (field(lang, &password, typed, errors))
            (field(lang, &code, typed, errors))
            div.acts { button { (lang.t("login-enter")) } }
        }
        p { (lang.t("login-first")) " " a href=(link::DESK_SETUP) { (lang.t("setup-title")) } }
        @if app.mode == Mode::Demo { p { a href=(link::DEMO) { (lang.t("login-demo")) } } }
    };
    let form = Filled { to: link::DESK_LOGIN.to_owned(), files: false };
    Page::new(visit, &lang.t("login-title")).form(form).show(&body)
}

/// Describes the field for a one-time code.
pub fn code_field(lang: Lang) -> Field<'static> {
    Field {
        name: "code",
        label: lang.t("login-code"),
        hint: lang.t("login-code-hint"),
        input: Input::Digits,
        complete: "one-time-code",
        required: true,
        chars_max: CODE_CHARS + 1,
        ..Field::default()
    }
}
