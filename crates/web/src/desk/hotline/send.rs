//! Filing what was said in a call: by the same way as everything that is filed. What is urgent goes to the office on duty in the same breath.

use appeals::appeal::Channel;
use appeals::filing::{self, Filed, Form, NotFiled};
use appeals::{Command, Identity, Kind, run};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::hotline::{self, Call};
use civic::permit::{Act, Subject};
use civic::refusal::{No, Refusal};
use maud::{Markup, html};
use uuid::Uuid;

use super::call::{self, Seen};
use crate::desk::frame::Desk;
use crate::desk::slip;
use crate::error::Problem;
use crate::extract::{Fields, Form as Sent, Path};
use crate::kit::Tone;
use crate::kit::errors::Errors;
use crate::kit::notice::notice;
use crate::kit::refusal::reason;
use crate::link;
use crate::portal::file::{self, FiledCopy, danger_calls, sentence};

/// Files it and offers the slip; a form sent twice makes one matter.
pub async fn send(desk: Desk, Path(id): Path<Uuid>, Sent(mut fields): Sent) -> Result<Response, Problem> {
    let permit = desk.permit(Act::FileForPerson, &Subject::site())?;
    let urgent = fields.has("urgent");
    if urgent {
        fields.set("danger", "1");
    }
    // whoever sends the form has it open, also where it is one more matter of the call
    let mut seen = call::read(&desk, id).await?;
    seen.more = true;
    if seen.call.staff != Some(desk.person().id) {
        return Err(Refusal::new("call_take_first").instead("call_take").into());
    }
    if desk.visit.switched {
        return Ok(call::draw(&desk, &seen, (&fields, &Errors::default())));
    }
    let form = Form { channel: Channel::Hotline, ..file::form(&fields, &desk.visit) };
    match filing::file(&desk.app.hall, &form, &[], Some(&permit), |_, _| Ok(Vec::new())).await {
        Ok(filed) => {
            note(&desk, &form, (&seen.call, &filed)).await?;
            let told = if urgent {
                hand_over(&desk, &form, (&seen.call, &filed)).await?
            } else {
                html! {}
            };
            offer(&desk, &form, (id, filed), told).await
        }
        Err(NotFiled::OtherForm) => Err(Refusal::new("key_reused").instead("begin_anew").into()),
        Err(NotFiled::Fields(list)) => Ok(again(&desk, (&seen, &fields), &list)),
        Err(NotFiled::No(no)) => Err(no.into()),
    }
}

fn again(desk: &Desk, (seen, fields): (&Seen, &Fields), list: &[filing::FieldError]) -> Response {
    let mut errors = Errors::default();
    for error in list {
        errors.add(error.field, sentence(desk.lang(), error));
    }
    (StatusCode::UNPROCESSABLE_ENTITY, call::draw(desk, seen, (fields, &errors))).into_response()
}

/// Tells whether a matter may be connected with the call it was told in.
fn connects(form: &Form) -> bool {
    form.kind != Kind::Accusation.code() && form.identity == Identity::Named.code()
}

/// Notes at the call what was filed in it; of what nobody may connect with a caller the call forgets everything instead.
async fn note(desk: &Desk, form: &Form, (call, filed): (&Call, &Filed)) -> Result<(), Problem> {
    let (staff, id, matter, connects) = (desk.staff.person.clone(), call.id, filed.matter, connects(form));
    desk.write(move |tx, site, (now, chance)| {
        if !connects {
            return Ok(hotline::hush(tx, site, id)?);
        }
        Ok::<_, No>(hotline::filed(tx, site, (now, chance), (id, matter), Some(&staff))?)
    })
    .await?;
    Ok(())
}

/// Hands an urgent matter to the office on duty, and says what the operator has to do now. The alarm rings there by itself until
/// somebody opens it.
async fn hand_over(desk: &Desk, form: &Form, (call, filed): (&Call, &Filed)) -> Result<Markup, Problem> {
    let (lang, directory) = (desk.lang(), desk.directory());
    let duty = desk.app.hotline.as_ref().map(|hotline| hotline.on_duty.clone()).unwrap_or_default();
    let office = directory.offices.get(&duty).filter(|own| own.code != filed.owner && directory.open(own));
    let calls =
        |words: String| html! { (notice(Tone::Late, &lang.t("danger-title"), &html! { (danger_calls(lang)) p { (words) } })) };
    let Some(office) = office.filter(|_| form.kind != Kind::Accusation.code() && !filed.repeated) else {
        return Ok(calls(lang.t("call-urgent-here")));
    };
    let words = lang.t("call-urgent-words");
    let command = Command::Assign { to: office.code.clone(), words };
    let request = run::Request { who: desk.staff.who(), matter: filed.matter, seen: None, command };
    match run::act(&desk.app.hall, request).await {
        Ok(_) => {}
        Err(No::Refused(refusal)) => return Ok(calls(reason(lang, &refusal))),
        Err(no) => return Err(no.into()),
    }
    if connects(form) {
        let (staff, id) = (desk.staff.person.clone(), call.id);
        desk.write(move |tx, site, by| Ok::<_, No>(hotline::note(tx, site, by, (id, "urgent"), Some(&staff))?)).await?;
    }
    let name = lang.pick(&office.name, &office.name_en).to_owned();
    let told = lang.say("call-urgent-done", &[("office", name.into())]);
    Ok(
        html! { (calls(told)) @if !office.phone.is_empty() { p { a.big-number href={ "tel:" (office.phone) } { (office.phone) } } } },
    )
}

/// Offers the slip to be read out, and the end of the call below it.
async fn offer(desk: &Desk, form: &Form, (id, filed): (Uuid, Filed), told: Markup) -> Result<Response, Problem> {
    let lang = desk.lang();
    let number = filed.number.clone();
    let copy = FiledCopy::new(&desk.app, (form, String::new()), filed);
    let ticket = slip::keep_filed(desk, copy, Vec::new()).await?;
    let seen = call::read(desk, id).await?;
    let more = html! {
        (told)
        p { (lang.t("call-read-out")) }
        (call::wrap(desk, &seen.call))
        @if !seen.call.hushed { p { a href={ (link::hotline_call(id)) "?more=1" } { (lang.t("call-more")) } } }
        p { a href=(link::hotline_call(id)) { (lang.t("call-back")) } }
    };
    Ok(slip::offer(desk, (&number, &ticket), &more))
}
