//! Taking what was typed in for somebody.

use std::sync::Arc;

use appeals::appeal::Channel;
use appeals::filing::{self, Filed, Form, NotFiled};
use appeals::{Command, Identity, Kind, run, store};
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::permit::{Act, Subject};
use civic::refusal::{No, Refusal};
use db::Fault;
use maud::html;
use serde_json::json;

use super::form::draw;
use crate::desk::frame::Desk;
use crate::desk::matter::{likely, look_for_likely};
use crate::desk::queue::listing;
use crate::desk::slip;
use crate::error::Problem;
use crate::extract::{Fields, Upload};
use crate::files;
use crate::kit::errors::Errors;
use crate::kit::refusal::reason;
use crate::portal::file::{self, FiledCopy, not_taken, room, sentence};
use crate::portal::track::story::office;

/// Files the matter and offers its slip. A form sent twice makes one matter.
pub async fn send(desk: Desk, upload: Upload) -> Result<Response, Problem> {
    let permit = desk.permit(Act::FileForPerson, &Subject::site())?;
    let chosen = !upload.files.is_empty();
    let Upload { fields, files: sent, refused } = upload;
    if desk.visit.switched {
        let mut errors = Errors::default();
        if fields.has("files") {
            errors.add("files", desk.lang().t("files-again"));
        }
        return Ok(draw(&desk, &fields, &errors));
    }
    let again = |desk: &Desk, fields: &Fields, errors: Errors| {
        // a device that kept it without a network is told in its own way, and shows the form itself
        if desk.visit.json { wrong(&errors) } else { again(desk, fields, (errors, chosen)) }
    };
    if !refused.is_empty() {
        let mut errors = Errors::default();
        for (name, refusal) in &refused {
            errors.add("files", not_taken(desk.lang(), name, refusal));
        }
        return Ok(again(&desk, &fields, errors));
    }
    if let Some(refusal) = cannot_refer(&desk, &fields) {
        let mut errors = Errors::default();
        errors.add("referred", reason(desk.lang(), &refusal));
        return Ok(again(&desk, &fields, errors));
    }
    let (form, uploads, keeper) = (form(&desk, &fields), room(sent), desk.app.clone());
    let keep = move |key: &_, uploads: &[_]| files::keep(&keeper, key, uploads);
    match filing::file(&desk.app.hall, &form, &uploads, Some(&permit), keep).await {
        Ok(filed) => {
            let more = referred(&desk, &fields, &filed).await?;
            hand_out(&desk, (&form, filed), more).await
        }
        Err(NotFiled::OtherForm) => Err(Refusal::new("key_reused").instead("begin_anew").into()),
        Err(NotFiled::Fields(list)) => {
            let mut errors = Errors::default();
            for error in &list {
                errors.add(error.field, sentence(desk.lang(), error));
            }
            Ok(again(&desk, &fields, errors))
        }
        Err(NotFiled::No(No::Refused(refusal))) => {
            let mut errors = Errors::default();
            errors.add("files", reason(desk.lang(), &refusal));
            Ok(again(&desk, &fields, errors))
        }
        Err(NotFiled::No(no)) => Err(no.into()),
    }
}

/// Says what is wrong, field by field.
fn wrong(errors: &Errors) -> Response {
    let list: Vec<_> = errors.iter().map(|(field, detail)| json!({"field": field, "detail": detail})).collect();
    (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({"errors": list}))).into_response()
}

/// Shows the form again; a browser cannot be given chosen files back, so that they have to be chosen again is said.
fn again(desk: &Desk, fields: &Fields, (mut errors, chosen): (Errors, bool)) -> Response {
    if chosen && errors.of("files").is_none() {
        errors.add("files", desk.lang().t("files-again"));
    }
    (StatusCode::UNPROCESSABLE_ENTITY, draw(desk, fields, &errors)).into_response()
}

/// Takes the fields as a resident's own form does, and notes by which way the person came.
fn form(desk: &Desk, fields: &Fields) -> Form {
    let channel = Channel::parse(fields.get("channel")).filter(|own| *own != Channel::Web).unwrap_or(Channel::Window);
    Form { channel, ..file::form(fields, &desk.visit) }
}

/// Says before anything is filed why a referral cannot be noted: an accusation lies in its own compartment, where no office
/// may be asked, and only another office that still works can have sent somebody here.
fn cannot_refer(desk: &Desk, fields: &Fields) -> Option<Refusal> {
    let (directory, code) = (desk.directory(), fields.get("referred"));
    if code.is_empty() {
        return None;
    }
    if fields.get("kind") == Kind::Accusation.code() {
        return Some(Refusal::new("referral_of_accusation").instead("write_it_down"));
    }
    let code = match directory.offices.get(code).filter(|office| directory.open(office)) {
        None => "unknown_office",
        Some(office) if office.code == desk.person().office => "own_office",
        Some(_) => return None,
    };
    Some(Refusal::new(code).instead("choose_office"))
}

/// Notes on the new matter that another office had sent the person on. The matter is filed by now, so a no becomes a line
/// on the slip.
async fn referred(desk: &Desk, fields: &Fields, filed: &Filed) -> Result<Option<String>, Problem> {
    if !fields.has("referred") || filed.repeated {
        return Ok(None);
    }
    let lang = desk.lang();
    let command = Command::ReportReferral { office: fields.get("referred").to_owned(), words: lang.t("counter-referred-note") };
    let request = run::Request { who: desk.staff.who(), matter: filed.matter, seen: None, command };
    let why = match run::act(&desk.app.hall, request).await {
        Ok(_) => return Ok(None),
        Err(No::Refused(refusal)) => reason(lang, &refusal),
        Err(No::Absent) => lang.t("absent-why"),
        Err(no) => return Err(no.into()),
    };
    Ok(Some(lang.say("counter-referred-not", &[("why", why.into())])))
}

async fn hand_out(desk: &Desk, (form, filed): (&Form, Filed), more: Option<String>) -> Result<Response, Problem> {
    let named = form.identity != Identity::Anonymous.code();
    let unreached = named && form.mobile.is_empty() && form.email.is_empty();
    let unreached = unreached.then(|| desk.lang().t("slip-no-contact"));
    let (matter, number) = (filed.matter, filed.number.clone());
    let (owner, due) = (filed.owner.clone(), filed.due.due.last.to_string());
    let copy = FiledCopy::new(&desk.app, (form, String::new()), filed);
    let ticket = slip::keep_filed(desk, copy, unreached.into_iter().chain(more).collect()).await?;
    if desk.visit.json {
        let owner = office(desk.lang(), &desk.directory(), &owner);
        let taken = json!({"number": number, "owner": {"name": owner}, "due": due, "slip": ticket});
        return Ok((StatusCode::CREATED, Json(taken)).into_response());
    }
    // an accusation lies in its own compartment and is compared with nothing
    let (who, reading, what, finder) = (desk.staff.who(), listing(desk), form.what.clone(), Arc::clone(&desk.app.finder));
    let look = desk.read(move |tx, site, now| {
        let Some(loaded) = store::load(tx, site, matter)? else { return Ok(None) };
        let look = look_for_likely((tx, site, now), &finder, ((&who, None), &reading), (&loaded.state, Some(&what)))?;
        Ok::<_, Fault>(Some((loaded.state, look)))
    });
    let likely = if let Some((state, look)) = look.await? {
        likely(desk, &state, look).await?
    } else {
        html! {}
    };
    Ok(slip::offer(desk, (&number, &ticket), &likely))
}
