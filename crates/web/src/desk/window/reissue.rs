//! A lost code: the person shows who they are, two members of staff stand by, the old code is dead, and all of it is on the
//! timeline.

use appeals::appeal::Command;
use appeals::run::{self, Request};
use appeals::{number, store};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::permit::{Act, Subject};
use civic::refusal::{No, Refusal};
use maud::html;

use super::slip;
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::{Fields, Form};
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, field, select};
use crate::kit::refusal::reason;

/// Shows the form.
pub(super) async fn show(desk: Desk) -> Result<Response, Problem> {
    desk.permit(Act::ReissueCode, &Subject::site())?;
    Ok(draw(&desk, &Fields::default(), &Errors::default()))
}

/// Gives a new code.
pub(super) async fn save(desk: Desk, Form(fields): Form) -> Result<Response, Problem> {
    match reissue(&desk, &fields).await {
        Ok(kept) => slip::offer(&desk, &kept).await,
        Err(No::Refused(refusal)) => {
            let mut errors = Errors::default();
            errors.add(if refusal.code == "second_person" { "second" } else { "number" }, reason(desk.lang(), &refusal));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, draw(&desk, &fields, &errors)).into_response())
        }
        Err(no) => Err(no.into()),
    }
}

async fn reissue(desk: &Desk, fields: &Fields) -> Result<slip::Slip, No> {
    let unknown = || No::from(Refusal::new("number_unknown").instead("check_number"));
    let number = number::parse(fields.get("number")).ok_or_else(unknown)?;
    let row = desk.read(move |tx, site, _| store::by_number(tx, site.jurisdiction, &number)).await?;
    let row = row.ok_or_else(unknown)?;
    let second = fields.get("second").parse().map_err(|_| Refusal::new("second_person").instead("choose_colleague"))?;
    let command = Command::ReissueCode { shown: fields.get("shown").to_owned(), second };
    let done = run::act(&desk.app.hall, Request { who: desk.staff.who(), matter: row.id, seen: None, command }).await?;
    let code = done.code.as_ref().ok_or_else(|| Refusal::new("no_code").instead("try_again"))?;
    Ok(slip::Slip::anew(&done.state, code))
}

fn draw(desk: &Desk, typed: &Fields, errors: &Errors) -> Response {
    let (lang, directory) = (desk.lang(), desk.directory());
    let colleagues = directory.staff.values().filter(|staff| staff.active && staff.id != desk.person().id);
    let colleagues: Vec<(String, String)> =
        colleagues.map(|staff| (staff.id.to_string(), format!("{} · {}", staff.name, staff.title))).collect();
    let number = Field { name: "number", label: lang.t("code-number"), required: true, chars_max: 40, ..Field::default() };
    let shown = Field {
        name: "shown",
        label: lang.t("code-shown"),
        hint: lang.t("code-shown-hint"),
        required: true,
        chars_max: 200,
        ..Field::default()
    };
    let second = Field {
        name: "second",
        label: lang.t("code-second"),
        hint: lang.t("code-second-hint"),
        required: true,
        ..Field::default()
    };
    let body = html! {
        h1 { (lang.t("window-code-title")) }
        p { (lang.t("code-why")) }
        (summary(lang, errors))
        form method="post" action="/desk/window/code" {
            (field(lang, &number, typed, errors))
            (field(lang, &shown, typed, errors))
            (select(lang, &second, &colleagues, typed, errors))
            div.acts { button { (lang.t("code-give")) } a.button.second href="/desk/window" { (lang.t("back")) } }
        }
    };
    desk.page(&lang.t("window-code-title"), &body)
}
