//! Taking one letter: as a resident's own form is taken, with the days and the pile it came with.

use std::sync::Arc;

use appeals::appeal::Origin;
use appeals::filing::{self, Filed, Form, NotFiled};
use appeals::likely::{self, Reasons};
use appeals::{Event, Identity, Kind, store};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::permit::{Act, Subject};
use civic::refusal::{No, Refusal};
use db::Fault;
use jiff::civil::Date;
use maud::{Markup, html};
use uuid::Uuid;

use super::form::{CHANNEL, draw, next};
use crate::desk::frame::Desk;
use crate::desk::matter::reasons;
use crate::desk::register::entry;
use crate::desk::slip;
use crate::error::Problem;
use crate::extract::{Fields, Upload};
use crate::files;
use crate::kit::Tone;
use crate::kit::errors::Errors;
use crate::kit::notice::notice;
use crate::kit::refusal::reason;
use crate::link;
use crate::portal::file::{self, FiledCopy, not_taken, room, sentence};
use crate::words::day;

/// Matters named that a letter looks like.
const REPEATS_MAX: usize = 3;
/// Words that a letter shares with one of them, at least.
const SHARED_MIN: usize = 2;
/// What stays from letter to letter.
const KEPT: [&str; 4] = ["pile", "came", "total", "done"];

/// Files the letter and shows the form for the next one. A letter sent twice makes one matter, and is counted once.
pub async fn send(desk: Desk, upload: Upload) -> Result<Response, Problem> {
    let permit = desk.permit(Act::FileForPerson, &Subject::site())?;
    let chosen = !upload.files.is_empty();
    let Upload { fields, files: sent, refused } = upload;
    let mut errors = Errors::default();
    if desk.visit.switched {
        if fields.has("files") {
            errors.add("files", desk.lang().t("files-again"));
        }
        return draw(&desk, &fields, (&errors, &html! {})).await;
    }
    for (name, refusal) in &refused {
        errors.add("files", not_taken(desk.lang(), name, refusal));
    }
    let form = form(&desk, &fields, &mut errors);
    if !errors.is_empty() {
        return again(&desk, &fields, (errors, chosen)).await;
    }
    let (uploads, keeper) = (room(sent), desk.app.clone());
    let keep = move |key: &_, uploads: &[_]| files::keep(&keeper, key, uploads);
    match filing::file(&desk.app.hall, &form, &uploads, Some(&permit), keep).await {
        Ok(filed) => one_more(&desk, &fields, (&form, filed)).await,
        Err(NotFiled::OtherForm) => Err(Refusal::new("key_reused").instead("begin_anew").into()),
        Err(NotFiled::Fields(list)) => {
            for error in &list {
                errors.add(error.field, sentence(desk.lang(), error));
            }
            again(&desk, &fields, (errors, chosen)).await
        }
        Err(NotFiled::No(No::Refused(refusal))) => {
            errors.add("files", reason(desk.lang(), &refusal));
            again(&desk, &fields, (errors, chosen)).await
        }
        Err(NotFiled::No(no)) => Err(no.into()),
    }
}

async fn again(desk: &Desk, fields: &Fields, (mut errors, chosen): (Errors, bool)) -> Result<Response, Problem> {
    if chosen && errors.of("files").is_none() {
        errors.add("files", desk.lang().t("files-again"));
    }
    let page = draw(desk, fields, (&errors, &html! {})).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// Takes the fields as a resident's own form does, and the days: a letter does not arrive before it was posted, nor tomorrow.
fn form(desk: &Desk, fields: &Fields, errors: &mut Errors) -> Form {
    let (lang, today) = (desk.lang(), desk.app.today());
    let mut day = |name: &'static str, until: Date| {
        let text = fields.get(name);
        let day = worktime::day(text).filter(|day| *day <= until);
        if !text.is_empty() && day.is_none() {
            errors.add(name, lang.t("letter-day-wrong"));
        }
        day
    };
    let came = day("came", today);
    let posted = day("posted", came.unwrap_or(today));
    if came.is_none() && errors.of("came").is_none() {
        errors.add("came", lang.t("letter-day-wrong"));
    }
    let pile = fields.get("pile").parse().ok();
    Form {
        channel: CHANNEL,
        address: fields.get("address").to_owned(),
        origin: Some(Origin { pile, came, posted, ..Origin::default() }),
        ..file::form(fields, &desk.visit)
    }
}

/// Says what became of the letter, and offers an empty form for the next one.
async fn one_more(desk: &Desk, fields: &Fields, (form, filed): (&Form, Filed)) -> Result<Response, Problem> {
    let mut typed = Fields::default();
    for name in KEPT {
        typed.set(name, fields.get(name));
    }
    let done: usize = fields.get("done").parse().unwrap_or(0);
    typed.set("done", (done + 1).to_string());
    typed.set("identity", Identity::Named.code());
    next(desk, &mut typed);
    let alike = if filed.repeated {
        html! {}
    } else {
        repeats(desk, (filed.matter, &form.what)).await?
    };
    let told = told(desk, (form, filed)).await?;
    let above = html! { (told) (alike) };
    draw(desk, &typed, (&Errors::default(), &above)).await
}

/// Says which matters of the own office the letter looks like: help for whoever sorts it, seen here and nowhere else, and kept nowhere. No title is
/// shown, so no word of anybody is read for it.
async fn repeats(desk: &Desk, (matter, what): (Uuid, &str)) -> Result<Markup, Problem> {
    let (who, finder, what, own) =
        (desk.staff.who(), Arc::clone(&desk.app.finder), what.to_owned(), desk.person().office.clone());
    let found = desk.read(move |tx, site, _| {
        let Some(loaded) = store::load(tx, site, matter)? else { return Ok(Vec::new()) };
        if !likely::is_early(&loaded.state) || loaded.state.owner != own {
            return Ok(Vec::new());
        }
        let found = likely::find(tx, (site, &finder), &who, (&loaded.state, Some(&what)))?;
        let ours =
            found.rows.into_iter().filter(|one| one.state.owner == own && (one.proposed || one.again || alike(&one.reasons)));
        Ok::<_, Fault>(ours.take(REPEATS_MAX).collect())
    });
    let (lang, found) = (desk.lang(), found.await?);
    if found.is_empty() {
        return Ok(html! {});
    }
    let list = html! {
        p { (lang.t("letter-alike-why")) }
        ul {
            @for one in &found {
                li {
                    a href=(link::matter(&one.state.number)) { span.code { (one.state.number) } } " "
                    (lang.code("kind", one.state.kind.code())) " · " (day(lang, one.state.received))
                    br; span.quiet { (reasons(lang, &one.reasons)) }
                }
            }
        }
    };
    Ok(notice(Tone::Way, &lang.say("letter-alike", &[("number", found[0].state.number.as_str().into())]), &list))
}

/// Tells whether words speak for it, and not only the same place or day.
fn alike(reasons: &Reasons) -> bool {
    reasons.shared.len() >= SHARED_MIN
}

/// Says under which number the letter stands. A notice of receipt is offered where somebody can be written to; the code on it is printed
/// outside this session.
pub async fn told(desk: &Desk, (form, filed): (&Form, Filed)) -> Result<Markup, Problem> {
    let (lang, number, matter) = (desk.lang(), filed.number.clone(), filed.matter);
    let (sealed, repeated) = (form.kind == Kind::Accusation.code(), filed.repeated);
    let reachable = form.identity != Identity::Anonymous.code();
    let copy = FiledCopy::new(&desk.app, (form, String::new()), filed);
    let ticket = if reachable { Some(slip::keep_filed(desk, copy, Vec::new()).await?) } else { None };
    let loaded = desk.read(move |tx, site, _| store::load(tx, site, matter)).await?;
    let place = loaded.and_then(|loaded| match loaded.events.first() {
        Some((_, Event::Filed(filing))) => {
            filing.origin.as_ref().and_then(|origin| origin.entry.as_ref().map(|own| entry(lang, own)))
        }
        _ => None,
    });
    let title = match (sealed, repeated, place) {
        (true, ..) => lang.t("letter-sealed"),
        (_, true, Some(place)) => lang.say("letter-repeated", &[("entry", place.into())]),
        (_, _, Some(place)) => lang.say("letter-entered", &[("entry", place.into())]),
        (_, _, None) => lang.t("letter-entered-none"),
    };
    let body = html! {
        p { (lang.t("receipt-number")) " " span.code { (number) } }
        @if sealed { p { (lang.t("letter-sealed-why")) } }
        @if let Some(ticket) = ticket {
            form.inline method="post" action=(link::SLIP) target="_blank" rel="noopener" {
                input type="hidden" name="ticket" value=(ticket);
                button.second { (lang.t("letter-receipt")) }
            }
            p.hint { (lang.t("letter-receipt-why")) }
        } @else { p.hint { (lang.t("letter-no-receipt")) } }
    };
    Ok(html! { div role="status" { (notice(Tone::Done, &title, &body)) } })
}
