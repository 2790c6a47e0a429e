//! Taking what was typed in for somebody.

use appeals::Command;
use appeals::appeal::Channel;
use appeals::filing::{self, Filed, Form, NotFiled};
use appeals::{run, store};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::permit::{Act, Subject};
use civic::refusal::{No, Refusal};
use maud::html;

use super::form::draw;
use crate::desk::frame::Desk;
use crate::desk::matter::likely;
use crate::desk::slip;
use crate::error::Problem;
use crate::extract::{Fields, Upload};
use crate::files;
use crate::kit::errors::Errors;
use crate::kit::refusal::reason;
use crate::portal::file::{self, room, sentence};
use crate::portal::track::story::office;
use crate::words::day;

/// Files the matter and offers its slip. A form sent twice makes one matter.
pub async fn send(desk: Desk, upload: Upload) -> Result<Response, Problem> {
    let permit = desk.permit(Act::FileForPerson, &Subject::site())?;
    let Upload { fields, files: sent } = upload;
    let (form, uploads, keeper) = (form(&desk, &fields), room(sent), desk.app.clone());
    let keep = move |key: &_, uploads: &[_]| files::keep(&keeper, key, uploads);
    match filing::file(&desk.app.hall, &form, &uploads, Some(&permit), keep).await {
        Ok(filed) => {
            referred(&desk, &fields, &filed).await?;
            hand_out(&desk, (&form.what, &filed)).await
        }
        Err(NotFiled::OtherForm) => Err(Refusal::new("key_reused").instead("begin_anew").into()),
        Err(NotFiled::Fields(list)) => {
            let mut errors = Errors::default();
            for error in &list {
                errors.add(error.field, sentence(desk.lang(), error));
            }
            Ok(again(&desk, &fields, &errors))
        }
        Err(NotFiled::No(No::Refused(refusal))) => {
            let mut errors = Errors::default();
            errors.add("files", reason(desk.lang(), &refusal));
            Ok(again(&desk, &fields, &errors))
        }
        Err(NotFiled::No(no)) => Err(no.into()),
    }
}

fn again(desk: &Desk, fields: &Fields, errors: &Errors) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, draw(desk, fields, errors)).into_response()
}

/// Takes the fields as a resident's own form does, and notes by which way the person came.
fn form(desk: &Desk, fields: &Fields) -> Form {
    let channel = Channel::parse(fields.get("channel")).filter(|own| *own != Channel::Web).unwrap_or(Channel::Window);
    Form { channel, ..file::form(fields, &desk.visit) }
}

/// Notes on the new matter that another office had sent the person on.
async fn referred(desk: &Desk, fields: &Fields, filed: &Filed) -> Result<(), Problem> {
    if !fields.has("referred") || filed.repeated {
        return Ok(());
    }
    let words = desk.lang().t("counter-referred-note");
    let command = Command::ReportReferral { office: fields.get("referred").to_owned(), words };
    let request = run::Request { who: desk.staff.who(), matter: filed.matter, seen: None, command };
    match run::act(&desk.app.hall, request).await {
        // an accusation lies in its own compartment, and some roles may not report: the matter is filed all the same
        Ok(_) | Err(No::Refused(_) | No::Absent) => Ok(()),
        Err(no) => Err(no.into()),
    }
}

async fn hand_out(desk: &Desk, (what, filed): (&str, &Filed)) -> Result<Response, Problem> {
    let (lang, directory) = (desk.lang(), desk.directory());
    let owner = office(lang, &directory, &filed.owner);
    let line = lang.say("receipt-owner", &[("office", owner.into()), ("day", day(lang, filed.due.due.last).into())]);
    let ticket = slip::keep(desk, (&filed.number, &filed.code.shown()), vec![line]).await?;
    let matter = filed.matter;
    // an accusation lies in its own compartment and is compared with nothing
    let loaded = desk.read(move |tx, site, _| store::load(tx, site, matter)).await?;
    let likely = if let Some(loaded) = &loaded {
        likely(desk, &loaded.state, Some(what)).await?
    } else {
        html! {}
    };
    Ok(slip::offer(desk, (&filed.number, &ticket), &likely))
}
