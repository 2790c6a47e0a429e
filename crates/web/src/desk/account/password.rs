//! A new password: only with the old one and a fresh one-time code. Every other session of the account ends.

use std::sync::Arc;

use appeals::sealed::keys;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::account::news::{self, News};
use civic::account::{self, Credential, PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN};
use civic::guess::{self, GuessKey};
use civic::refusal::{No, Refusal};
use civic::session;
use maud::{Markup, html};

use super::login::code_field;
use crate::desk::frame::{Desk, done, kept};
use crate::desk::sealed;
use crate::error::Problem;
use crate::extract::{Fields, Form};
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, Input, field};
use crate::kit::refusal::reason;
use crate::link;
use crate::words::Lang;

/// Shows the form.
pub async fn show(desk: Desk) -> Response {
    draw(&desk, &Fields::default(), &Errors::default())
}

/// Changes the password.
pub async fn change(desk: Desk, Form(fields): Form) -> Result<Response, Problem> {
    let mut errors = Errors::default();
    check_new(desk.lang(), &fields, &desk.person().login, &mut errors);
    if errors.is_empty() {
        match try_change(&desk, &fields).await {
            Ok(()) => return Ok(done(link::ACCOUNT, "password")),
            Err(No::Refused(refusal)) => errors.add("old", reason(desk.lang(), &refusal)),
            Err(no) => return Err(no.into()),
        }
    }
    Ok((StatusCode::UNPROCESSABLE_ENTITY, draw(&desk, &kept(&fields), &errors)).into_response())
}

/// Checks a new password and its repetition.
pub(super) fn check_new(lang: Lang, fields: &Fields, login: &str, errors: &mut Errors) {
    if let Err(refusal) = account::rule(fields.get("password"), login) {
        errors.add("password", reason(lang, &refusal));
    } else if fields.get("password") != fields.get("again") {
        errors.add("again", lang.t("password-differs"));
    }
}

/// Has the signed-in person show password and a fresh one-time code again. Returns the account and the code's step, which
/// whoever writes uses up.
pub async fn prove(desk: &Desk, password: &str, code: &str) -> Result<(Credential, i64), No> {
    let (app, staff) = (&desk.app, desk.person().id);
    let keys = vec![GuessKey::log_in(&app.hall.site, &desk.person().login, desk.visit.peer.address)];
    let counted = keys.clone();
    let (wait, known) = desk
        .read(move |tx, site, now| Ok::<_, No>((guess::waiting(tx, site, now, &counted)?, account::by_staff(tx, site, staff)?)))
        .await?;
    if wait > 0 {
        return Err(Refusal::new("slow_down").with("seconds", wait).instead("wait_and_retry").into());
    }
    let known = known.ok_or(No::Absent)?;
    let fits = app.gate.fits(password.to_owned(), Some(known.password.clone()), (app.cost(), app.chance())).await?;
    let step = account::verify_code(&known.secret, code, app.now(), known.last_step).filter(|_| fits);
    let Some(step) = step else {
        let (site, now) = (Arc::clone(&app.hall.site), app.now());
        app.hall.store.write(move |tx| guess::failed(tx, &site, now, &keys)).await?;
        return Err(Refusal::new("old_wrong").instead("login_again").into());
    };
    Ok((known, step))
}

async fn try_change(desk: &Desk, fields: &Fields) -> Result<(), No> {
    let (app, staff) = (&desk.app, desk.person().id);
    let (_, step) = prove(desk, fields.get("old"), fields.get("code")).await?;
    let own_key = sealed::carried_over(desk, fields.get("old"), fields.get("password")).await?;
    let phc = app.gate.hash(fields.get("password").to_owned(), (app.cost(), app.chance())).await?;
    let here = desk.staff.session.clone();
    desk.write(move |tx, site, (now, chance)| {
        let jurisdiction = site.jurisdiction;
        account::finish_setup(tx, site, staff, &phc, step)?;
        if let Some(kept) = &own_key {
            keys::put(tx, site, kept)?;
        }
        session::end_others(tx, jurisdiction, staff, here.id)?;
        // a device that another had signed in on with the old password counts as new from now on
        news::forget_devices(tx, jurisdiction, staff, here.created_at)?;
        Ok(news::note(tx, jurisdiction, (now, chance), staff, (News::Password, &here.device))?)
    })
    .await?;
    tracing::info!(%staff, "a password was changed; the other sessions ended");
    Ok(())
}

/// Describes the two fields of a new password.
pub(super) fn new_fields(lang: Lang) -> [Field<'static>; 2] {
    let new = Field {
        name: "password",
        label: lang.t("password-new"),
        hint: lang.say("password-hint", &[("min", PASSWORD_CHARS_MIN.into())]),
        input: Input::Password,
        complete: "new-password",
        required: true,
        chars_max: PASSWORD_CHARS_MAX,
        ..Field::default()
    };
    let again = Field { name: "again", label: lang.t("password-again"), hint: String::new(), ..new.clone() };
    [new, again]
}

/// Describes the field of the present password.
pub(super) fn old_field(lang: Lang) -> Field<'static> {
    let [new, _] = new_fields(lang);
    Field { name: "old", label: lang.t("password-old"), hint: String::new(), complete: "current-password", ..new }
}

/// Draws whose password it is, unseen and not sent: a password manager keeps the new one under this name.
pub(super) fn whose(login: &str) -> Markup {
    html! { input type="text" value=(login) autocomplete="username" readonly hidden; }
}

fn draw(desk: &Desk, typed: &Fields, errors: &Errors) -> Response {
    let lang = desk.lang();
    let [new, again] = new_fields(lang);
    let old = old_field(lang);
    let body = html! {
        h1 { (lang.t("password-title")) }
        p { (lang.t("password-why")) }
        (summary(lang, errors))
        form method="post" action=(link::ACCOUNT_PASSWORD) {
            (whose(&desk.person().login))
            @for one in [&old, &code_field(lang), &new, &again] { (field(lang, one, typed, errors)) }
            div.acts {
                button { (lang.t("password-change")) }
                a.button.second href=(link::ACCOUNT) { (lang.t("back")) }
            }
        }
    };
    desk.page(&lang.t("password-title"), &body)
}
