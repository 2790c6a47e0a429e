//! Taking the form that books a day, and the slip that comes of it.

use appeals::number;
use axum::extract::State;
use axum::response::Response;
use civic::refusal::No;
use maud::{Markup, html};
use oversight::reception::book::{self, ABOUT_CHARS_MAX, Done, NAME_CHARS_MAX, NUMBER_CHARS_MAX, New, Ready};
use oversight::reception::booking::{Person, Way};
use oversight::reception::day::Plan;
use uuid::Uuid;

use super::day;
use super::draw::clock;
use crate::app::App;
use crate::desk::admin::wrong;
use crate::error::Problem;
use crate::extract::{Fields, Form, Path};
use crate::kit::Tone;
use crate::kit::errors::Errors;
use crate::kit::field::{Field, Input, field};
use crate::kit::notice::notice;
use crate::kit::print::slip;
use crate::kit::shell::Page;
use crate::link;
use crate::portal::forum::accuses;
use crate::portal::within::{self, Taken};
use crate::visit::Visit;
use crate::words::{Lang, day as day_words};

/// Takes the form. A form sent twice makes one booking and gives the same answer.
pub async fn send(State(app): State<App>, visit: Visit, Path(id): Path<Uuid>, Form(sent): Form) -> Result<Response, Problem> {
    if visit.switched {
        return day::draw(&app, &visit, id, (&sent, &Errors::default())).await;
    }
    let person = read_person(visit.lang, &sent);
    let typed = forum::words::Typed { text: person.about.clone(), ..forum::words::Typed::default() };
    if accuses(&app, &typed) {
        let mut errors = Errors::default();
        errors.add("about", visit.lang.t("day-accuses"));
        return day::draw(&app, &visit, id, (&sent, &errors)).await;
    }
    let new = New {
        day: id,
        slot: sent.get("slot").parse().ok(),
        way: Way::Web,
        person,
        submit_key: sent.get("submit_key").to_owned(),
    };
    match take(&app, &visit, new).await {
        Ok(done) => Ok(taken(&visit, &done)),
        Err(No::Refused(refusal)) if refusal.facts.iter().any(|(name, _)| *name == "field") => {
            let errors = wrong(visit.lang, refusal.into())?;
            day::draw(&app, &visit, id, (&sent, &errors)).await
        }
        Err(no) => Err(no.into()),
    }
}

/// Reads who comes and about what.
pub(crate) fn read_person(lang: Lang, sent: &Fields) -> Person {
    let text = |name: &str| sent.get(name).to_owned();
    Person {
        name: text("name"),
        mobile: text("mobile"),
        about: text("about"),
        number: number::parse(sent.get("number")).unwrap_or_default(),
        language: lang.tag().to_owned(),
    }
}

/// Says how a booking is taken.
const BOOKING: Taken<New, Ready, Done> =
    Taken { name: "booking", prepare: book::prepare, write: book::book, repeated: |done| done.repeated };

/// Takes a booking within the limits.
pub(crate) async fn take(app: &App, visit: &Visit, new: New) -> Result<Done, No> {
    within::take(app, visit, &BOOKING, new).await
}

/// Says on a slip when somebody comes, with which number.
pub(crate) fn booked_lines(lang: Lang, done: &Done) -> Markup {
    let plan = &done.day.plan;
    html! {
        p.quiet { (lang.t("booking-seq")) }
        p.big-number { (lang.say("day-called", &[("number", done.booking.seq.into())])) }
        @match done.booking.slot {
            Some(slot) => p { strong { (day_words(lang, plan.date)) " " (clock(plan.begins(slot))) } },
            None => p { (lang.t("booking-waits")) },
        }
        p { (plan.name) " " (plan.post) " · " (plan.venue) }
        p.quiet { (lang.t("booking-pass")) }
        p.big.code { (done.pass.shown()) }
        p { (lang.t("booking-pass-why")) }
    }
}

/// Shows what became of it, with the pass, once.
pub(crate) fn taken(visit: &Visit, done: &Done) -> Response {
    let lang = visit.lang;
    let title = lang.t(if done.booking.slot.is_some() { "booking-made" } else { "booking-queued" });
    let told = if done.booking.person.mobile.is_empty() { "booking-untold" } else { "booking-told" };
    let body = html! {
        h1 { (title) }
        (slip(lang, &title, &booked_lines(lang, done)))
        (notice(Tone::Plain, &lang.t("booking-next"), &html! { p { (lang.t("booking-bring")) } p { (lang.t(told)) } }))
        p { a href=(link::DAYS_OWN) { (lang.t("days-own")) } " · " a href=(link::reception_day(done.day.id)) { (lang.t("day-again")) } }
    };
    Page::new(visit, &title).show(&body)
}

/// Lists the free times of a day.
pub(crate) fn slot_options(lang: Lang, plan: &Plan, free: &[u16]) -> Vec<(String, String)> {
    let first = (String::new(), lang.t("day-slot-first"));
    std::iter::once(first).chain(free.iter().map(|slot| (slot.to_string(), clock(plan.begins(*slot))))).collect()
}

/// Asks who comes and about what.
pub(crate) fn person_fields(lang: Lang, (typed, errors): (&Fields, &Errors)) -> Markup {
    let name = Field {
        name: "name",
        label: lang.t("booking-name"),
        required: true,
        complete: "name",
        chars_max: NAME_CHARS_MAX,
        ..Field::default()
    };
    let mobile = Field {
        name: "mobile",
        label: lang.t("booking-mobile"),
        hint: lang.t("booking-mobile-hint"),
        input: Input::Phone,
        complete: "tel",
        chars_max: 20,
        ..Field::default()
    };
    let about = Field {
        name: "about",
        label: lang.t("booking-about"),
        hint: lang.t("booking-about-hint"),
        input: Input::Area(4),
        required: true,
        chars_max: ABOUT_CHARS_MAX,
        ..Field::default()
    };
    let number = Field {
        name: "number",
        label: lang.t("booking-number"),
        hint: lang.t("booking-number-hint"),
        chars_max: NUMBER_CHARS_MAX,
        ..Field::default()
    };
    html! {
        (field(lang, &name, typed, errors))
        (field(lang, &about, typed, errors))
        (field(lang, &mobile, typed, errors))
        (field(lang, &number, typed, errors))
    }
}
