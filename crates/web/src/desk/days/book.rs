//! Booking for somebody on the telephone or at a counter, with the slip to print or to read out.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::directory::Role;
use civic::permit::{Act, Subject};
use civic::session;
use maud::html;
use oversight::reception::booking::Way;
use oversight::reception::{book, list};
use uuid::Uuid;

use crate::desk::admin::wrong;
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::{Fields, Form, Path};
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, select};
use crate::kit::print::slip;
use crate::kit::shell::FORM;
use crate::link;
use crate::portal::reception::{booked_lines, facts, person_fields, read_person, slot_options};

/// Shows the form.
pub async fn begin(desk: Desk, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    let mut typed = Fields::default();
    typed.set("submit_key", session::token(&mut desk.app.chance()));
    draw(&desk, id, (&typed, &Errors::default())).await
}

/// Takes it.
pub async fn send(desk: Desk, Path(id): Path<Uuid>, Form(sent): Form) -> Result<Response, Problem> {
    if desk.visit.switched {
        return draw(&desk, id, (&sent, &Errors::default())).await;
    }
    let way = if desk.person().is(Role::HotlineOperator) { Way::Phone } else { Way::Counter };
    let person = read_person(desk.lang(), &sent);
    let new =
        book::New { day: id, slot: sent.get("slot").parse().ok(), way, person, submit_key: sent.get("submit_key").to_owned() };
    let booked = async {
        let ready = book::prepare(&desk.app.hall.site, new)?;
        let who = desk.staff.who();
        desk.write(move |tx, site, by| book::book(tx, site, by, (&ready, Some(&who)))).await
    };
    let lang = desk.lang();
    match booked.await {
        Ok(done) => {
            let title = lang.t(if done.booking.slot.is_some() { "booking-made" } else { "booking-queued" });
            let body = html! {
                h1 { (title) }
                (slip(lang, &title, &booked_lines(lang, &done)))
                p { a href=(link::desk_day_book(id)) { (lang.t("desk-days-next")) } " · " a href=(link::DESK_DAYS) { (lang.t("days-title")) } }
            };
            Ok(desk.page(&title, &body))
        }
        Err(no) => {
            let errors = wrong(lang, no)?;
            let page = draw(&desk, id, (&sent, &errors)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

async fn draw(desk: &Desk, id: Uuid, (typed, errors): (&Fields, &Errors)) -> Result<Response, Problem> {
    desk.permit(Act::BookReception, &Subject::site())?;
    let lang = desk.lang();
    let read = desk.read(move |tx, site, now| {
        let Some(row) = list::day(tx, site, id)? else { return Ok(None) };
        let free = book::free(tx, site, now, &row.day)?;
        Ok::<_, db::Fault>(Some((row, free)))
    });
    let (row, free) = read.await?.ok_or(Problem::Absent)?;
    let slot = Field { name: "slot", label: lang.t("day-slot"), depends: true, ..Field::default() };
    let to = link::desk_day_book(id);
    let title = lang.t("desk-days-book");
    let body = html! {
        h1 { (title) }
        (facts(&desk.app, lang, &row.day))
        (summary(lang, errors))
        form id=(FORM) method="post" action=(to) data-once="" {
            input type="hidden" name="submit_key" value=(typed.get("submit_key"));
            @if !free.is_empty() { (select(lang, &slot, &slot_options(lang, &row.day.plan, &free), typed, errors)) }
            (person_fields(lang, (typed, errors)))
            div.acts { button { (lang.t(if free.is_empty() { "day-queue" } else { "day-book-go" })) } a.button.second href=(link::DESK_DAYS) { (lang.t("back")) } }
        }
    };
    Ok(desk.form_page(&title, (to.clone(), &body)))
}
