//! The calendar: days to come and days that were, with what a person may do there; and what the own leaders still owe.

use axum::response::Response;
use civic::permit::{Act, Subject};
use db::Fault;
use maud::html;
use oversight::reception::list;
use oversight::reception::{Held, book, plan};
use uuid::Uuid;

use super::{own, permitted};
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::Query;
use crate::kit::empty::empty;
use crate::kit::pager::{Pager, pager};
use crate::link;
use crate::portal::reception::{duty_words, face};

/// Shows it.
pub async fn show(desk: Desk, Query(query): Query) -> Result<Response, Problem> {
    permitted(&desk)?;
    let lang = desk.lang();
    let after: Option<Uuid> = query.get("after").parse().ok();
    let read = desk.read(move |tx, site, now| {
        let today = site.day(now);
        let coming = list::coming(tx, site, today)?;
        let mut free = Vec::with_capacity(coming.len());
        for row in &coming {
            free.push(if row.day.held == Held::Planned { Some(book::free(tx, site, now, &row.day)?.len()) } else { None });
        }
        let last = match after {
            Some(after) => list::day(tx, site, after)?,
            None => None,
        };
        Ok::<_, Fault>((coming, free, list::before(tx, site, (today, last.as_ref()))?, list::duties(tx, site, today)?))
    });
    let (coming, free, before, duties) = read.await?;
    let plans = desk.permit(Act::PlanReception, &own(&desk)).is_ok();
    let books = desk.permit(Act::BookReception, &Subject::site()).is_ok();
    let directory = desk.directory();
    let holds = |plan_of: &oversight::reception::day::Plan| {
        desk.permit(Act::HoldReception, &plan::subject(&directory, plan_of, Act::HoldReception)).is_ok()
    };
    let next = before.last().filter(|_| before.len() as i64 == list::DAYS_MAX).map(|row| row.day.id);
    let pages = Pager {
        before: after.map(|_| link::DESK_DAYS.to_owned()),
        after: next.map(|id| format!("{}?after={id}", link::DESK_DAYS)),
        here: String::new(),
    };
    let to = |row: &oversight::reception::store::DayRow| {
        if holds(&row.day.plan) { link::desk_day(row.day.id) } else { link::reception_day(row.day.id) }
    };
    let body = html! {
        h1 { (lang.t("days-title")) }
        p.lead { (lang.t("desk-days-lead")) }
        @if plans { div.acts { a.button href=(link::DESK_DAYS_NEW) { (lang.t("desk-days-new")) } } }
        (duty_words(&desk.app, lang, &duties))
        h2 { (lang.t("days-coming")) }
        @if coming.is_empty() { (empty(&lang.t("days-empty"), &lang.t("desk-days-empty-why"), &html! {})) }
        @else {
            ul.finds {
                @for (row, free) in coming.iter().zip(&free) {
                    li {
                        (face(&desk.app, lang, (&row.day, &to(row), *free)))
                        @if books && row.day.held == Held::Planned { p { a href=(link::desk_day_book(row.day.id)) { (lang.t("desk-days-book")) } } }
                    }
                }
            }
        }
        @if !before.is_empty() {
            h2 { (lang.t("days-before")) }
            ul.finds { @for row in &before { li { (face(&desk.app, lang, (&row.day, &to(row), None))) } } }
            (pager(lang, &pages))
        }
    };
    Ok(desk.page(&lang.t("days-title"), &body))
}
