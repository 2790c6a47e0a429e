//! The page of one's own booking: when to come, what was written down, who looked at it; and giving it back. The pass is typed, or goes
//! along in the form, and stands in no address.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::access::{self, Entry};
use civic::refusal::No;
use db::Fault;
use maud::{Markup, html};
use oversight::reception::store::BookingRow;
use oversight::reception::{Booking, Day, Standing, list, run};

use super::draw::clock;
use crate::app::App;
use crate::desk::admin::wrong;
use crate::error::Problem;
use crate::extract::Form;
use crate::kit::Tone;
use crate::kit::errors::{Errors, summary};
use crate::kit::notice::flash;
use crate::kit::shell::Page;
use crate::kit::state::chip;
use crate::link;
use crate::portal::own as opened;
use crate::portal::track::readings;
use crate::visit::Visit;
use crate::words::{Lang, day};

/// Asks for the pass.
pub async fn ask(visit: Visit) -> Response {
    pass_form(&visit, None)
}

/// Says how its pass is asked for.
const ASKED: opened::Asked =
    opened::Asked { title: "days-own", field: ("pass", "booking-pass", "booking-own-hint"), to: link::DAYS_OWN };

fn pass_form(visit: &Visit, wrong: Option<&str>) -> Response {
    let lang = visit.lang;
    let below = html! { p { a href=(link::DAYS) { (lang.t("day-back")) } } };
    opened::ask(visit, &ASKED, (&html! {}, &below), wrong)
}

/// Opens one's own booking, and gives it back where that was pressed.
pub async fn act(State(app): State<App>, visit: Visit, Form(sent): Form) -> Result<Response, Problem> {
    let lang = visit.lang;
    let pass = opened::typed(&sent, "pass");
    let Some(row) = open(&app, &visit, &pass).await? else {
        return Ok(pass_form(&visit, Some("booking-pass-wrong")));
    };
    if visit.switched || sent.get("act") != "cancel" {
        return show(&app, &visit, (&pass, row), (&Errors::default(), "")).await;
    }
    let (site, now, id) = (app.hall.site.clone(), app.now(), row.id);
    let given = app.hall.store.write(move |tx| {
        let mut chance = site.chance();
        run::give_back(tx, &site, (now, &mut chance), id)
    });
    match given.await {
        Ok(_) => {
            let row = open(&app, &visit, &pass).await?.ok_or(Problem::Absent)?;
            show(&app, &visit, (&pass, row), (&Errors::default(), "booking-done-cancelled")).await
        }
        Err(No::Refused(refusal)) => {
            let errors = wrong(lang, refusal.into())?;
            let page = show(&app, &visit, (&pass, row), (&errors, "")).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(no) => Err(no.into()),
    }
}

/// Finds the booking of a pass; wrong ones slow down by address.
async fn open(app: &App, visit: &Visit, pass: &str) -> Result<Option<BookingRow>, Problem> {
    let typed = pass.to_owned();
    opened::open(app, visit, move |tx, site| list::by_pass(tx, site, &typed)).await
}

async fn show(
    app: &App,
    visit: &Visit,
    (pass, row): (&str, BookingRow),
    (errors, said): (&Errors, &str),
) -> Result<Response, Problem> {
    let lang = visit.lang;
    let (site, id, day_id) = (app.hall.site.clone(), row.id, row.day);
    let read = app.hall.store.read(move |tx| Ok::<_, Fault>((list::day(tx, &site, day_id)?, access::of_matter(tx, &site, id)?)));
    let (day_row, looked) = read.await?;
    let day_row = day_row.ok_or(Problem::Absent)?;
    let body = html! {
        h1 { (lang.t("days-own")) }
        @if !said.is_empty() { (flash(Tone::Done, &lang.t(said))) }
        (summary(lang, errors))
        @match &row.booking {
            Some(booking) => { (own(lang, app, (booking, &day_row.day), (pass, day_row.called), &looked)) }
            None => p { (lang.t("booking-forgotten")) },
        }
        p { a href=(link::reception_day(day_row.day.id)) { (lang.t("day-again")) } " · " a href=(link::DAYS) { (lang.t("day-back")) } }
    };
    Ok(Page::new(visit, &lang.t("days-own")).show(&body))
}

fn own(lang: Lang, app: &App, (booking, shown): (&Booking, &Day), (pass, called): (&str, i64), looked: &[Entry]) -> Markup {
    let plan = &shown.plan;
    let tone = match booking.standing {
        Standing::Booked | Standing::Heard => Tone::Done,
        Standing::Waiting | Standing::Arrived | Standing::Called => Tone::Soon,
        Standing::Cancelled | Standing::Missed => Tone::Plain,
    };
    html! {
        p { (chip(tone, &lang.code("booking", booking.standing.code()))) @if !booking.reason.is_empty() { " " (booking.reason) } }
        p.big-number { (lang.say("day-called", &[("number", booking.seq.into())])) }
        dl.facts {
            div { dt { (lang.t("day-when")) } dd { (day(lang, plan.date)) @if let Some(slot) = booking.slot { " " (clock(plan.begins(slot))) } } }
            div { dt { (lang.t("day-where")) } dd { (plan.venue) } }
            div { dt { (lang.t("day-who")) } dd { (plan.name) " " (plan.post) } }
            @if called > 0 && booking.standing.is_open() { div { dt { (lang.t("day-now")) } dd { (lang.say("day-called", &[("number", called.into())])) } } }
            div { dt { (lang.t("booking-name")) } dd { (booking.person.name) } }
            div { dt { (lang.t("booking-about")) } dd { (booking.person.about) } }
            @if !booking.number.is_empty() { div { dt { (lang.t("booking-number")) } dd { span.code { (booking.number) } } } }
        }
        @if !booking.record.is_empty() { h2 { (lang.t("booking-record")) } div.words { (booking.record) } }
        h2 { (lang.t("booking-looked")) }
        (readings(lang, &app.hall.site, (looked, &[])))
        p.quiet { (lang.say("booking-kept", &[("days", i64::from(app.hall.site.rules().term("reception.keep").value).into())])) }
        @if matches!(booking.standing, Standing::Booked | Standing::Waiting) {
            form method="post" action=(link::DAYS_OWN) {
                input type="hidden" name="pass" value=(pass);
                input type="hidden" name="act" value="cancel";
                p { (lang.t("booking-cancel-why")) }
                div.acts { button.danger { (lang.t("booking-cancel")) } }
            }
        }
    }
}
