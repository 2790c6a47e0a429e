//! The questions: those of the own office with what waits there, and those of others into which one can type what people said.

use std::collections::BTreeMap;

use axum::response::Response;
use civic::permit::{Act, Subject};
use db::Fault;
use insight::consult::list::{self, Counts};
use insight::consult::store::ConsultRow;
use maud::html;
use uuid::Uuid;

use super::{own, permitted};
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::kit::Tone;
use crate::kit::empty::empty;
use crate::kit::state::chip;
use crate::link;
use crate::portal::consult::face;

/// Counts what people said to the own office's questions and nobody put anywhere so far; nothing for people who do not keep them.
pub async fn waiting(desk: &Desk) -> Result<i64, Problem> {
    if desk.permit(Act::KeepConsultation, &own(desk)).is_err() {
        return Ok(0);
    }
    let office = desk.person().office.clone();
    let read = desk.read(move |tx, site, _| {
        let directory = site.directory();
        let mut many = 0;
        for row in list::open(tx, site)?.iter().filter(|row| directory.is_now(&row.consult.plan.office, &office)) {
            many += list::counts(tx, site, row.consult.id)?.unsorted;
        }
        Ok::<_, Fault>(many)
    });
    Ok(read.await?)
}

/// Shows them.
pub async fn show(desk: Desk) -> Result<Response, Problem> {
    permitted(&desk)?;
    let lang = desk.lang();
    let read = desk.read(move |tx, site, _| {
        let (open, past) = (list::open(tx, site)?, list::past(tx, site, None)?);
        let mut counts = BTreeMap::new();
        for row in open.iter().chain(&past) {
            counts.insert(row.consult.id, list::counts(tx, site, row.consult.id)?);
        }
        Ok::<_, Fault>((open, past, counts))
    });
    let (open, past, counts): (Vec<ConsultRow>, Vec<ConsultRow>, BTreeMap<Uuid, Counts>) = read.await?;
    let directory = desk.directory();
    let mine = |row: &&ConsultRow| directory.is_now(&row.consult.plan.office, &desk.person().office);
    let keeps = desk.permit(Act::KeepConsultation, &own(&desk)).is_ok();
    let types = desk.permit(Act::TakeVoice, &Subject::site()).is_ok();
    let asks = desk.permit(Act::DecideConsultation, &own(&desk)).is_ok();
    let (ours, others): (Vec<&ConsultRow>, Vec<&ConsultRow>) = open.iter().partition(mine);
    let over: Vec<&ConsultRow> = past.iter().filter(mine).collect();
    let none = Counts::default();
    let of = |row: &ConsultRow| counts.get(&row.consult.id).unwrap_or(&none);
    let body = html! {
        h1 { (lang.t("nav-consult")) }
        p.lead { (lang.t("desk-consult-lead")) }
        @if asks { div.acts { a.button href=(link::DESK_CONSULT_NEW) { (lang.t("desk-consult-new")) } } }
        @if keeps {
            h2 { (lang.t("desk-consult-ours")) }
            @if ours.is_empty() { (empty(&lang.t("desk-consult-empty"), &lang.t("desk-consult-empty-why"), &html! {})) }
            ul.finds {
                @for row in &ours {
                    li {
                        (face(&desk.app, lang, (&row.consult, of(row), &link::desk_consult(row.consult.number))))
                        @if of(row).unsorted > 0 { p { (chip(Tone::Soon, &lang.say("desk-consult-waits", &[("count", of(row).unsorted.into())]))) } }
                        @if types { p { a href=(link::desk_consult_voices(row.consult.number)) { (lang.t("desk-consult-type")) } } }
                    }
                }
            }
        }
        @if types {
            h2 { (lang.t("desk-consult-others")) }
            @if others.is_empty() { p.quiet { (lang.t("desk-consult-others-none")) } }
            ul.finds {
                @for row in &others {
                    li {
                        (face(&desk.app, lang, (&row.consult, of(row), &link::consult(row.consult.number))))
                        p { a href=(link::desk_consult_voices(row.consult.number)) { (lang.t("desk-consult-type")) } }
                    }
                }
            }
        }
        @if keeps && !over.is_empty() {
            h2 { (lang.t("consult-past")) }
            ul.finds { @for row in &over { li { (face(&desk.app, lang, (&row.consult, of(row), &link::desk_consult(row.consult.number)))) } } }
        }
    };
    Ok(desk.page(&lang.t("nav-consult"), &body))
}
