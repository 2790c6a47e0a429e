//! Setting up an account with a one-time code: the person scans the second factor, confirms it with a code, and chooses a
//! password. The code opens nothing else and is dead afterwards.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use civic::account::news::{self, News};
use civic::account::{self, Credential};
use civic::guess::{self, GuessKey};
use civic::refusal::{No, Refusal};
use maud::html;

use super::login::{code_field, named};
use super::password::{check_new, new_fields, whose};
use crate::app::App;
use crate::desk::frame::kept;
use crate::error::Problem;
use crate::extract::{Fields, Form};
use crate::kit::Tone;
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, field};
use crate::kit::notice::notice;
use crate::kit::qr::qr;
use crate::kit::refusal::reason;
use crate::kit::shell::Page;
use crate::link;
use crate::visit::Visit;

/// Longest setup code as people type it, in characters.
const SETUP_CHARS_MAX: usize = 40;

/// Asks for the setup code.
pub async fn show(visit: Visit) -> Response {
    ask(&visit, &Fields::default(), &Errors::default())
}

/// Opens the account with the code, and finishes once password and second factor are there.
pub async fn go_on(State(app): State<App>, visit: Visit, headers: HeaderMap, Form(fields): Form) -> Result<Response, Problem> {
    let mut errors = Errors::default();
    let opened = match open(&app, &visit, fields.get("setup")).await {
        Ok(opened) => opened,
        Err(No::Refused(refusal)) => {
            errors.add("setup", reason(visit.lang, &refusal));
            return Ok((StatusCode::FORBIDDEN, ask(&visit, &fields, &errors)).into_response());
        }
        Err(no) => return Err(no.into()),
    };
    if !fields.has("finish") {
        return Ok(choose(&visit, &opened, &fields, &errors));
    }
    check_new(visit.lang, &fields, &opened.login, &mut errors);
    let step = account::verify_code(&opened.secret, fields.get("code"), app.now(), 0);
    if step.is_none() {
        errors.add("code", visit.lang.t("setup-code-wrong"));
    }
    let Some(step) = step.filter(|_| errors.is_empty()) else {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, choose(&visit, &opened, &kept(&fields), &errors)).into_response());
    };
    let phc = app.gate.hash(fields.get("password").to_owned(), (app.cost(), app.chance())).await?;
    let site = Arc::clone(&app.hall.site);
    let (now, device) = (app.now(), named(&headers));
    app.hall
        .store
        .write(move |tx| {
            account::finish_setup(tx, &site, opened.staff, &phc, step)?;
            let by = (now, &mut site.chance());
            news::note(tx, site.jurisdiction, by, opened.staff, (News::SetUp, &device))
        })
        .await?;
    Ok(Redirect::to(link::DESK_LOGIN).into_response())
}

async fn open(app: &App, visit: &Visit, code: &str) -> Result<Credential, No> {
    let (site, now, code) = (Arc::clone(&app.hall.site), app.now(), code.to_owned());
    let keys = [GuessKey::address(&site, visit.peer.address)];
    let (asked, counted) = (Arc::clone(&site), keys.clone());
    let (wait, found) = app
        .hall
        .store
        .read(move |tx| Ok::<_, No>((guess::waiting(tx, &asked, now, &counted)?, account::setup(tx, &asked, now, &code)?)))
        .await?;
    if wait > 0 {
        return Err(Refusal::new("slow_down").with("seconds", wait).instead("wait_and_retry").into());
    }
    if let Some(found) = found {
        return Ok(found);
    }
    app.hall.store.write(move |tx| guess::failed(tx, &site, now, &keys)).await?;
    Err(Refusal::new("setup_wrong").instead("ask_administrator").into())
}

fn ask(visit: &Visit, typed: &Fields, errors: &Errors) -> Response {
    let lang = visit.lang;
    let code = Field {
        name: "setup",
        label: lang.t("setup-code"),
        hint: lang.t("setup-code-hint"),
        required: true,
        chars_max: SETUP_CHARS_MAX,
        ..Field::default()
    };
    let body = html! {
        h1 { (lang.t("setup-title")) }
        p { (lang.t("setup-lead")) }
        (summary(lang, errors))
        form method="post" action=(link::DESK_SETUP) {
            (field(lang, &code, typed, errors))
            div.acts { button { (lang.t("go-on")) } }
        }
    };
    Page::new(visit, &lang.t("setup-title")).show(&body)
}

fn choose(visit: &Visit, opened: &Credential, typed: &Fields, errors: &Errors) -> Response {
    let lang = visit.lang;
    let [new, again] = new_fields(lang);
    let secret = account::secret_text(&opened.secret);
    let body = html! {
        h1 { (lang.t("setup-title")) }
        p { (lang.say("setup-for", &[("login", opened.login.as_str().into())])) }
        (summary(lang, errors))
        form method="post" action=(link::DESK_SETUP) {
            input type="hidden" name="setup" value=(typed.get("setup"));
            input type="hidden" name="finish" value="1";
            (whose(&opened.login))
            h2 { (lang.t("setup-factor")) }
            p { (lang.t("setup-factor-how")) }
            (qr(&account::uri(&opened.secret, &opened.login), &lang.t("setup-qr")))
            p { (lang.t("setup-secret")) " " code.code { (secret) } }
            (notice(Tone::Soon, &lang.t("setup-keep"), &html! { p { (lang.t("setup-keep-why")) } }))
            (field(lang, &code_field(lang), typed, errors))
            h2 { (lang.t("setup-password")) }
            @for one in [&new, &again] { (field(lang, one, typed, errors)) }
            div.acts { button { (lang.t("setup-finish")) } }
        }
    };
    Page::new(visit, &lang.t("setup-title")).show(&body)
}
