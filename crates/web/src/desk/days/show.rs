//! One day at the desk: who is there, who comes next, what each brings; what was promised; and what came of it.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::access;
use civic::permit::Act;
use civic::session;
use db::Fault;
use maud::{Markup, html};
use oversight::reception::decide::{LINE_CHARS_MAX, WORDS_CHARS_MAX};
use oversight::reception::list::{self, Counts, queue};
use oversight::reception::store::{BookingRow, DayRow};
use oversight::reception::{Day, Held, Standing, plan};
use uuid::Uuid;

use super::act::heard_form;
use crate::desk::frame::Desk;
use crate::desk::queue::{listing, note_titles};
use crate::error::Problem;
use crate::extract::{Fields, Path};
use crate::kit::Tone;
use crate::kit::empty::empty;
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, Input, field, select};
use crate::kit::state::chip;
use crate::link;
use crate::portal::reception::{clock, facts, promises};
use crate::portal::track::story::office;
use crate::words::Lang;

/// Shows it.
pub async fn show(desk: Desk, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    draw(&desk, id, (&Fields::default(), &Errors::default())).await
}

/// Finds a day that this person receives people on. What others receive on is not there.
pub(super) async fn find(desk: &Desk, id: Uuid) -> Result<DayRow, Problem> {
    let row = desk.read(move |tx, site, _| list::day(tx, site, id)).await?.ok_or(Problem::Absent)?;
    desk.permit(Act::HoldReception, &plan::subject(&desk.directory(), &row.day.plan, Act::HoldReception))?;
    Ok(row)
}

/// Draws it. Whoever is named on it hears that this office looked.
pub(super) async fn draw(desk: &Desk, id: Uuid, (typed, errors): (&Fields, &Errors)) -> Result<Response, Problem> {
    let lang = desk.lang();
    let row = find(desk, id).await?;
    let reading = listing(desk);
    let read = desk.read(move |tx, site, now| {
        let rows = list::bookings(tx, site, id)?;
        let shown: Vec<Uuid> = rows.iter().filter(|row| row.booking.is_some()).map(|row| row.id).collect();
        let noted = shown.is_empty() || access::covers_list(tx, site, now, (&reading, &shown))?;
        Ok::<_, Fault>((rows, list::counts(tx, site, id)?, (!noted).then_some(shown)))
    });
    let (rows, counts, fresh) = read.await?;
    if let Some(fresh) = fresh {
        note_titles(desk, fresh).await?;
    }
    let shown = &row.day;
    let today = shown.plan.date == desk.app.today();
    let running = today && shown.held == Held::Planned;
    let title = lang.say("day-title", &[("name", shown.plan.name.clone().into()), ("post", shown.plan.post.clone().into())]);
    let body = html! {
        h1 { (title) }
        p { a href=(link::reception_day(id)) { (lang.t("desk-days-public")) } }
        @if shown.held == Held::Cancelled { p { (chip(Tone::Late, &lang.t("day-off"))) " " (shown.reason) } }
        (summary(lang, errors))
        @if running { (next(lang, (&row, &rows), counts)) }
        (people(lang, (&row, &rows, running), (typed, errors)))
        @if running { (door(desk, id, (typed, errors))) }
        h2 { (lang.t("day-promised")) }
        @if shown.promises.is_empty() { p.quiet { (lang.t("desk-promise-none")) } } @else { (promises(&desk.app, lang, &shown.promises)) (answers(lang, shown)) }
        @if shown.plan.date <= desk.app.today() && shown.held != Held::Cancelled { (promise(desk, id, (typed, errors))) }
        (finish(desk, (shown, counts), (typed, errors)))
        details { summary { (lang.t("desk-day-facts")) } (facts(&desk.app, lang, shown)) }
    };
    let page = desk.page(&title, &body);
    Ok(if errors.is_empty() { page } else { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() })
}

/// Draws the one button of the day: call whoever comes next.
fn next(lang: Lang, (row, rows): (&DayRow, &[BookingRow]), counts: Counts) -> Markup {
    let first = queue(rows).first().map(|row| (row.id, row.seq));
    html! {
        section.slip {
            h2 { (lang.t("day-now")) }
            @if row.called > 0 { p.big-number { (lang.say("day-called", &[("number", row.called.into())])) } } @else { p { (lang.t("day-called-none")) } }
            p.quiet { (lang.say("day-present", &[("count", counts.present.into()), ("heard", counts.heard.into())])) }
            @if let Some((booking, seq)) = first {
                form method="post" action=(link::desk_day(row.day.id)) { input type="hidden" name="booking" value=(booking); div.acts { button name="act" value="call" { (lang.say("desk-day-call", &[("number", seq.into())])) } } }
            }
        }
    }
}

/// Draws whoever booked and whoever came by, in the order of their times.
fn people(lang: Lang, (row, rows, running): (&DayRow, &[BookingRow], bool), (typed, errors): (&Fields, &Errors)) -> Markup {
    let mut list: Vec<&BookingRow> = rows.iter().filter(|row| row.standing != Standing::Cancelled).collect();
    list.sort_by_key(|row| (row.slot.unwrap_or(u16::MAX), row.seq));
    html! {
        h2 { (lang.t("desk-day-people")) }
        @if list.is_empty() { (empty(&lang.t("desk-day-nobody"), &lang.t("desk-day-nobody-why"), &html! {})) }
        @else { ul.finds { @for one in list { li id={ "b-" (one.id) } { (person(lang, (row, one, running), (typed, errors))) } } } }
    }
}

fn person(lang: Lang, (row, one, running): (&DayRow, &BookingRow, bool), (typed, errors): (&Fields, &Errors)) -> Markup {
    let plan = &row.day.plan;
    let tone = match one.standing {
        Standing::Arrived | Standing::Called => Tone::Soon,
        Standing::Heard => Tone::Done,
        _ => Tone::Plain,
    };
    let acts: &[(&str, &str)] = match one.standing {
        Standing::Booked | Standing::Waiting => &[("arrive", "desk-day-arrive"), ("miss", "desk-day-miss")],
        Standing::Arrived => &[("call", "desk-day-call-this"), ("miss", "desk-day-miss")],
        Standing::Called => &[("miss", "desk-day-miss")],
        Standing::Missed => &[("arrive", "desk-day-arrive")],
        Standing::Cancelled | Standing::Heard => &[],
    };
    let cancels = row.day.held == Held::Planned && matches!(one.standing, Standing::Booked | Standing::Waiting);
    html! {
        p {
            strong { (lang.say("day-called", &[("number", one.seq.into())])) }
            @if let Some(slot) = one.slot { " " (clock(plan.begins(slot))) }
            " " (chip(tone, &lang.code("booking", one.standing.code())))
        }
        @match &one.booking {
            None => p.quiet { (lang.t("booking-forgotten")) },
            Some(booking) => {
                p { (booking.person.name) @if !booking.person.mobile.is_empty() { " · " a href={ "tel:" (booking.person.mobile) } { (booking.person.mobile) } } " · " span.quiet { (lang.code("booked-by", booking.way.code())) } }
                p.words { (booking.person.about) }
                @if !booking.number.is_empty() { p { (lang.t("booking-number")) " " a href=(link::matter(&booking.number)) { (booking.number) } } }
                @if !booking.record.is_empty() { p.words { strong { (lang.t("booking-record")) } (lang.pick("：", ": ")) (booking.record) } }
                @if running && !acts.is_empty() {
                    form.inline method="post" action=(link::desk_day(row.day.id)) {
                        input type="hidden" name="booking" value=(one.id);
                        div.acts { @for (act, key) in acts { button.second name="act" value=(act) { (lang.t(key)) } } }
                    }
                }
                @if running && matches!(one.standing, Standing::Arrived | Standing::Called) { (heard_form(lang, (row.day.id, booking), (typed, errors))) }
                @if cancels { (cancel_one(lang, (row.day.id, one.id), (typed, errors))) }
            }
        }
    }
}

/// Asks why an office gives somebody's time back.
fn cancel_one(lang: Lang, (day, booking): (Uuid, Uuid), (typed, errors): (&Fields, &Errors)) -> Markup {
    let again = typed.get("booking") == booking.to_string() && typed.get("act") == "cancel";
    let (typed, errors) = if again { (typed.clone(), errors.clone()) } else { (Fields::default(), Errors::default()) };
    let id = format!("reason-{booking}");
    let reason = Field {
        name: "reason",
        id: &id,
        label: lang.t("day-reason"),
        required: true,
        chars_max: LINE_CHARS_MAX,
        ..Field::default()
    };
    html! {
        details open[again] {
            summary { (lang.t("desk-day-give-back")) }
            form method="post" action=(link::desk_day(day)) {
                input type="hidden" name="booking" value=(booking);
                (field(lang, &reason, &typed, &errors))
                div.acts { button.danger name="act" value="cancel" { (lang.t("desk-day-give-back")) } }
            }
        }
    }
}

/// Takes whoever comes by without having booked.
fn door(desk: &Desk, day: Uuid, (typed, errors): (&Fields, &Errors)) -> Markup {
    let lang = desk.lang();
    let again = typed.get("act") == "door";
    let (mut typed, errors) = if again { (typed.clone(), errors.clone()) } else { (Fields::default(), Errors::default()) };
    if !typed.has("submit_key") {
        typed.set("submit_key", session::token(&mut desk.app.chance()));
    }
    html! {
        details open[again] {
            summary { (lang.t("desk-day-door")) }
            form method="post" action=(link::desk_day(day)) data-once="" {
                input type="hidden" name="submit_key" value=(typed.get("submit_key"));
                (crate::portal::reception::person_fields(lang, (&typed, &errors)))
                div.acts { button name="act" value="door" { (lang.t("desk-day-door-go")) } }
            }
        }
    }
}

fn words<'a>(lang: Lang, (name, id): (&'a str, &'a str), key: &str) -> Field<'a> {
    Field { name, id, label: lang.t(key), input: Input::Area(4), required: true, chars_max: WORDS_CHARS_MAX, ..Field::default() }
}

/// Asks what was promised, by when, and who does it.
fn promise(desk: &Desk, day: Uuid, (typed, errors): (&Fields, &Errors)) -> Markup {
    let (lang, directory) = (desk.lang(), desk.directory());
    let again = typed.get("act") == "promise";
    let (typed, errors) = if again { (typed.clone(), errors.clone()) } else { (Fields::default(), Errors::default()) };
    let open = directory.offices.values().filter(|office| directory.open(office));
    let offices: Vec<(String, String)> = open.map(|own| (own.code.clone(), office(lang, &directory, &own.code))).collect();
    let by = Field { name: "office", label: lang.t("promise-office"), required: true, ..Field::default() };
    let due = Field { name: "due", label: lang.t("promise-due"), input: Input::Day, required: true, ..Field::default() };
    html! {
        details open[again] {
            summary { (lang.t("desk-promise")) }
            form method="post" action=(link::desk_day(day)) {
                p.hint { (lang.t("desk-promise-hint")) }
                (field(lang, &words(lang, ("words", "promise-words"), "promise-words"), &typed, &errors))
                (select(lang, &by, &offices, &typed, &errors))
                (field(lang, &due, &typed, &errors))
                div.acts { button name="act" value="promise" { (lang.t("desk-promise")) } }
            }
        }
    }
}

/// Asks what became of each promise that is open.
fn answers(lang: Lang, shown: &Day) -> Markup {
    let open = shown.promises.iter().enumerate().filter(|(_, promise)| !promise.kept());
    html! {
        @for (at, promise) in open {
            details {
                summary { (lang.say("promise-answer", &[("number", (at + 1).into())])) }
                form method="post" action=(link::desk_day(shown.id)) {
                    p.quiet { (promise.words) }
                    input type="hidden" name="promise" value=(at);
                    (field(lang, &words(lang, ("words", &format!("answer-{at}")), "promise-what"), &Fields::default(), &Errors::default()))
                    div.acts { button name="act" value="kept" { (lang.t("promise-kept")) } button.second name="act" value="open" { (lang.t("promise-not-yet")) } }
                }
            }
        }
    }
}

/// Asks what came of the day, or why it is called off.
fn finish(desk: &Desk, (shown, counts): (&Day, Counts), (typed, errors): (&Fields, &Errors)) -> Markup {
    let (lang, today) = (desk.lang(), desk.app.today());
    let plans = desk.permit(Act::PlanReception, &plan::subject(&desk.directory(), &shown.plan, Act::PlanReception)).is_ok();
    let of = |act: &str| {
        if typed.get("act") == act { (typed.clone(), errors.clone()) } else { (Fields::default(), Errors::default()) }
    };
    let (posted, off) = (of("post"), of("off"));
    let reason =
        Field { name: "reason", label: lang.t("day-reason"), required: true, chars_max: LINE_CHARS_MAX, ..Field::default() };
    html! {
        @if shown.held == Held::Planned && shown.plan.date <= today {
            details open[!posted.1.is_empty()] {
                summary { (lang.t("desk-day-post")) }
                form method="post" action=(link::desk_day(shown.id)) {
                    p.hint { (lang.say("desk-day-post-hint", &[("count", counts.heard.into())])) }
                    (field(lang, &words(lang, ("result", "result"), "day-result"), &posted.0, &posted.1))
                    div.acts { button name="act" value="post" { (lang.t("desk-day-post")) } }
                }
            }
        }
        @if plans && shown.held == Held::Planned && shown.plan.date >= today {
            details open[!off.1.is_empty()] {
                summary { (lang.t("desk-day-off")) }
                form method="post" action=(link::desk_day(shown.id)) {
                    p.hint { (lang.say("desk-day-off-hint", &[("count", (counts.booked + counts.waiting).into())])) }
                    (field(lang, &reason, &off.0, &off.1))
                    div.acts { button.danger name="act" value="off" { (lang.t("desk-day-off")) } }
                }
            }
        }
    }
}
