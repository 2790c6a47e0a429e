//! The door of the room: password and a fresh one-time code, each time. They open the own key, or make one at the first time
//! and after an administrator had to give the account a new password.

use appeals::sealed::keys::{self, HandlerKey, Kept};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use civic::account::{self, PASSWORD_CHARS_MAX};
use civic::refusal::{No, Refusal};
use maud::html;

use super::permitted;
use crate::desk::account::{code_field, prove};
use crate::desk::frame::{Desk, kept};
use crate::error::Problem;
use crate::extract::{Fields, Form};
use crate::kept as words;
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, Input, field};
use crate::kit::refusal::reason;
use crate::link;

/// Draws the door.
pub fn draw(desk: &Desk, typed: &Fields, errors: &Errors) -> Response {
    let lang = desk.lang();
    let password = Field {
        name: "password",
        label: lang.t("login-password"),
        input: Input::Password,
        complete: "current-password",
        required: true,
        chars_max: PASSWORD_CHARS_MAX,
        ..Field::default()
    };
    let body = html! {
        h1 { (lang.t("nav-sealed")) }
        p.lead { (lang.t("sealed-door-lead")) }
        (summary(lang, errors))
        form method="post" action=(link::SEALED_ENTER) {
            input type="text" value=(desk.person().login) autocomplete="username" readonly hidden;
            input type="hidden" name="next" value=(next(typed));
            (words::carried(&desk.visit, typed))
            (field(lang, &password, typed, errors))
            (field(lang, &code_field(lang), typed, errors))
            div.acts { button { (lang.t("sealed-door-enter")) } }
        }
        p.quiet { (lang.say("sealed-door-why", &[("minutes", super::RECHECK_MINUTES_MAX.into())])) }
    };
    desk.page(&lang.t("nav-sealed"), &body)
}

/// Asks again of somebody whose five minutes were over, and leads back to where they were.
pub fn ask_again(desk: &Desk, path: &str) -> Response {
    let mut typed = Fields::default();
    typed.set("next", path);
    draw(desk, &typed, &Errors::default())
}

/// Asks again of somebody who sent a form after their five minutes; its words come along.
pub fn ask_with(desk: &Desk, path: &str, sent: &Fields) -> Response {
    let mut answer = draw(desk, &words::keep(path, sent).unwrap_or_default(), &Errors::default());
    *answer.status_mut() = StatusCode::UNAUTHORIZED;
    answer
}

/// Lets somebody in.
pub async fn enter(desk: Desk, Form(fields): Form) -> Result<Response, Problem> {
    if !permitted(&desk) {
        return Err(Problem::Absent);
    }
    match try_enter(&desk, &fields).await {
        Ok(()) => Ok(words::offered(&desk.visit, &fields).unwrap_or_else(|| Redirect::to(next(&fields)).into_response())),
        Err(No::Refused(refusal)) => {
            let mut errors = Errors::default();
            errors.add("password", reason(desk.lang(), &refusal));
            Ok((StatusCode::FORBIDDEN, draw(&desk, &kept(&fields), &errors)).into_response())
        }
        Err(no) => Err(no.into()),
    }
}

/// Leaves the room; the key is wiped.
pub async fn leave(desk: Desk) -> Result<Response, Problem> {
    if !permitted(&desk) {
        return Err(Problem::Absent);
    }
    desk.app.ring.leave(desk.staff.session.id);
    Ok(Redirect::to(link::DESK).into_response())
}

fn next(fields: &Fields) -> &str {
    link::local(fields.get("next")).filter(|to| to.starts_with(link::SEALED)).unwrap_or(link::SEALED)
}

async fn try_enter(desk: &Desk, fields: &Fields) -> Result<(), No> {
    let password = fields.get("password").to_owned();
    let (_, step) = prove(desk, &password, fields.get("code")).await?;
    let (known, key) = opened(desk, password).await?;
    let staff = desk.person().id;
    desk.write(move |tx, site, _| {
        if !account::passed(tx, site, staff, step)? {
            return Err(Refusal::new("old_wrong").instead("login_again").into());
        }
        if let Some(new) = known {
            keys::forget(tx, site, staff)?;
            keys::put(tx, site, &new)?;
        }
        Ok(())
    })
    .await?;
    desk.app.ring.enter(desk.staff.session.id, key, desk.app.now());
    tracing::info!(%staff, "a handler opened their key");
    Ok(())
}

/// Opens the own key, or makes a new one; that one is to be kept.
async fn opened(desk: &Desk, password: String) -> Result<(Option<Kept>, HandlerKey), No> {
    let (app, staff) = (&desk.app, desk.person().id);
    let known = desk.read(move |tx, site, _| keys::of(tx, site, staff)).await?;
    let (site, cost, mut chance) = (app.hall.site.clone(), app.cost(), app.chance());
    let work = move || -> Result<_, db::Fault> {
        if let Some(key) = known.map(|kept| kept.unlock(&site, &password)).transpose()?.flatten() {
            return Ok((None, key));
        }
        let (kept, key) = Kept::make(&site, staff, (&password, cost), &mut chance)?;
        Ok((Some(kept), key))
    };
    Ok(app.gate.run(work).await??)
}

/// Puts the own key under a new password, for whoever has one: with the old password in hand nothing is lost.
pub async fn carried_over(desk: &Desk, old: &str, new: &str) -> Result<Option<Kept>, No> {
    let (app, staff) = (&desk.app, desk.person().id);
    let Some(known) = desk.read(move |tx, site, _| keys::of(tx, site, staff)).await? else { return Ok(None) };
    let (site, cost, mut chance, old, new) = (app.hall.site.clone(), app.cost(), app.chance(), old.to_owned(), new.to_owned());
    let work = move || -> Result<_, db::Fault> {
        let key = known.unlock(&site, &old)?;
        key.map(|key| known.under(&site, &key, (&new, cost), &mut chance)).transpose()
    };
    Ok(app.gate.run(work).await??)
}
