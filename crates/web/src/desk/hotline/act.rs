//! What is done to a call: taken, handed on, ended with a word, shown to be the caller's.

use axum::response::{IntoResponse, Redirect, Response};
use civic::access;
use civic::directory::{Directory, Staff};
use civic::hotline;
use civic::permit::{self, Act, Subject, Who};
use civic::refusal::{No, Refusal};
use uuid::Uuid;

use super::list::reading;
use crate::desk::frame::{Desk, done};
use crate::error::Problem;
use crate::extract::{Form, Path};
use crate::link;

/// Does it.
pub async fn run(desk: Desk, Path(id): Path<Uuid>, Form(fields): Form) -> Result<Response, Problem> {
    let act = fields.get("act").to_owned();
    if act == "code" && desk.app.sms_number.is_none() {
        return Err(Refusal::new("call_no_sms").instead("call_by_number").into());
    }
    let (staff, session, who) = (desk.staff.person.clone(), desk.staff.session.id, desk.staff.who());
    let (word, to, said) = (fields.get("wrapup").to_owned(), fields.get("to").to_owned(), fields.get("code").to_owned());
    let what = act.clone();
    desk.write(move |tx, site, (now, chance)| {
        let call = hotline::read(tx, site, &who, id)?;
        if what == "take" {
            hotline::take(tx, site, (now, chance), (&call, &staff))?;
            return Ok(access::record(tx, site, now, &reading(id, &staff, session))?);
        }
        if call.staff != Some(staff.id) {
            return Err(Refusal::new("call_take_first").instead("call_take").into());
        }
        match what.as_str() {
            "wrap" => hotline::wrap(tx, site, (now, chance), (&call, &staff), &word),
            "unreached" => Ok(hotline::settled(tx, site, (now, chance), (&call, &staff, false))?),
            "code" => hotline::ask_code(tx, site, (now, chance), (&call, &staff)),
            "prove" => hotline::prove(tx, site, (now, chance), (&call, &staff), &said).map(drop),
            "pass" => {
                let (office, colleague) = target(&site.directory(), &staff, &to)?;
                hotline::pass(tx, site, (now, chance), (&call, &staff), (&office, colleague))
            }
            _ => Err(No::Absent),
        }
    })
    .await?;
    Ok(match act.as_str() {
        "wrap" => done(link::HOTLINE, "call_ended"),
        "pass" => done(link::HOTLINE, "call_passed"),
        "unreached" => done(link::HOTLINE, "saved"),
        _ => Redirect::to(&link::hotline_call(id)).into_response(),
    })
}

/// Reads to whom a call is handed on: `staff:ID` of the own office, or `office:CODE` where somebody takes calls.
fn target(directory: &Directory, by: &Staff, to: &str) -> Result<(String, Option<Uuid>), No> {
    let nobody = || No::from(Refusal::new("call_pass_nobody").instead("choose_whom"));
    if let Some(id) = to.strip_prefix("staff:") {
        let id: Uuid = id.parse().map_err(|_| nobody())?;
        let colleague = directory.staff.get(&id).filter(|own| own.active && own.office == by.office && takes(directory, own));
        return colleague.map(|own| (own.office.clone(), Some(own.id))).ok_or_else(nobody);
    }
    let code = to.strip_prefix("office:").ok_or_else(nobody)?;
    let office = directory.offices.get(code).filter(|office| directory.open(office)).ok_or_else(nobody)?;
    let anybody = directory.staff.values().any(|own| own.active && own.office == office.code && takes(directory, own));
    if anybody { Ok((office.code.clone(), None)) } else { Err(nobody()) }
}

/// Tells whether somebody takes calls at their own office's desk.
pub(super) fn takes(directory: &Directory, staff: &Staff) -> bool {
    let who = Who::Staff { id: staff.id, session: Uuid::nil() };
    let subject = Subject { owner: staff.office.clone(), ..Subject::default() };
    permit::may(directory, &who, Act::TakeCall, &subject).is_ok()
}
