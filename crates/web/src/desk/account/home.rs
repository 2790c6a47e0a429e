//! One's own account: who I am here, and where I am signed in. To end another session takes the password and a code again:
//! whoever finds a screen left open does not lock its owner out.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::account;
use civic::refusal::{No, Refusal};
use civic::session::{self, Session};
use db::Fault;
use maud::{Markup, html};

use super::login::code_field;
use super::news;
use super::password::{old_field, prove, whose};
use crate::desk::frame::{Desk, done};
use crate::error::Problem;
use crate::extract::{Fields, Form, Query};
use crate::kit::choice::{Choice, Choices, choices};
use crate::kit::device::device;
use crate::kit::errors::{Errors, summary};
use crate::kit::facts::facts;
use crate::kit::field::field;
use crate::kit::refusal::reason;
use crate::kit::table::{Table, table};
use crate::link;
use crate::words::moment;

/// Shows the page.
pub async fn show(desk: Desk, Query(query): Query) -> Result<Response, Problem> {
    draw(&desk, &query, &Errors::default()).await
}

async fn draw(desk: &Desk, typed: &Fields, errors: &Errors) -> Result<Response, Problem> {
    let (lang, person) = (desk.lang(), desk.staff.person.clone());
    let id = person.id;
    let read = desk.read(move |tx, site, _| {
        Ok::<_, Fault>((session::list(tx, site.jurisdiction, id)?, account::news::of_staff(tx, site.jurisdiction, id)?))
    });
    let (sessions, happened) = read.await?;
    let directory = desk.directory();
    let office = directory.offices.get(&person.office).map_or("", |office| lang.pick(&office.name, &office.name_en));
    let roles: Vec<String> = person.roles.iter().map(|role| lang.code("role", role.code())).collect();
    let about = [
        (lang.t("account-name"), html! { (person.name) " · " (person.title) }),
        (lang.t("account-office"), html! { (office) }),
        (lang.t("account-roles"), html! { (roles.join(&lang.t("list-comma"))) }),
        (lang.t("login-name"), html! { (person.login) }),
    ];
    let body = html! {
        h1 { (lang.t("nav-account")) }
        (summary(lang, errors))
        (news::before(desk, (&happened, typed)))
        (facts(&about))
        div.acts { a.button.second href=(link::ACCOUNT_PASSWORD) { (lang.t("password-title")) } " " a.button.second href=(link::ACCOUNT_RELATIVES) { (lang.t("own-relatives")) } }
        h2 { (lang.t("sessions-title")) }
        p { (lang.say("sessions-why", &[("minutes", session::IDLE_MINUTES_MAX.into()), ("hours", session::AGE_HOURS_MAX.into())])) }
        (list(desk, &sessions))
        @if sessions.len() > 1 { (ending(desk, &sessions, typed, errors)) }
        (news::list(desk, &happened))
    };
    Ok(desk.page(&lang.t("nav-account"), &body))
}

fn list(desk: &Desk, sessions: &[Session]) -> Markup {
    let lang = desk.lang();
    let zone = &desk.app.hall.site.zone;
    let heads = ["session-device", "session-began", "session-seen"].map(|key| lang.t(key)).to_vec();
    let row = |session: &Session| {
        let own = session.id == desk.staff.session.id;
        vec![
            html! { span title=(session.device) { (device(lang, &session.device)) } @if own { " " strong { (lang.t("session-this")) } br; small { (lang.t("session-sign-out")) } } },
            html! { (moment(lang, session.created_at, zone)) },
            html! { (moment(lang, session.seen_at, zone)) },
        ]
    };
    table(&Table { caption: lang.t("sessions-caption"), heads, rows: sessions.iter().map(row).collect() })
}

/// Draws the choice of a session to end, with password and code.
fn ending(desk: &Desk, sessions: &[Session], typed: &Fields, errors: &Errors) -> Markup {
    let lang = desk.lang();
    let zone = &desk.app.hall.site.zone;
    let others = sessions.iter().filter(|session| session.id != desk.staff.session.id);
    let choice = |session: &Session| Choice {
        value: session.id.to_string(),
        title: device(lang, &session.device),
        hint: moment(lang, session.created_at, zone),
    };
    let list = others.map(choice).collect();
    let which = Choices { name: "session", legend: lang.t("session-which"), list, ..Choices::default() };
    html! {
        h2 { (lang.t("session-end")) }
        form method="post" action=(link::ACCOUNT_END) {
            (whose(&desk.person().login))
            (choices(&which, typed, errors))
            (field(lang, &old_field(lang), typed, errors))
            (field(lang, &code_field(lang), typed, errors))
            div.acts { button { (lang.t("session-end")) } }
        }
    }
}

/// Ends one of the own sessions, for whoever shows password and code again. One of another person is not there.
pub async fn end(desk: Desk, Form(fields): Form) -> Result<Response, Problem> {
    match try_end(&desk, &fields).await {
        Ok(()) => Ok(done(link::ACCOUNT, "ended")),
        Err(No::Refused(refusal)) => {
            let mut errors = Errors::default();
            errors.add("old", reason(desk.lang(), &refusal));
            let mut typed = Fields::default();
            typed.set("session", fields.get("session"));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, draw(&desk, &typed, &errors).await?).into_response())
        }
        Err(no) => Err(no.into()),
    }
}

async fn try_end(desk: &Desk, fields: &Fields) -> Result<(), No> {
    let id = fields.get("session").parse().map_err(|_| No::Absent)?;
    let staff = desk.person().id;
    let (_, step) = prove(desk, fields.get("old"), fields.get("code")).await?;
    desk.write(move |tx, site, _| {
        if !account::passed(tx, site, staff, step)? {
            return Err(Refusal::new("old_wrong").instead("login_again").into());
        }
        if session::end(tx, site.jurisdiction, staff, id)? { Ok(()) } else { Err(No::Absent) }
    })
    .await
}
