//! What stands on the hotline's desk now: calls that ring, calls in which somebody talks, my calls without an end word, and whom to ring
//! back.

use appeals::filing::phone;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use civic::access::{self, Purpose, Reading};
use civic::hotline::{self, Call, State, Table};
use civic::refusal::{No, Refusal};
use jiff::Timestamp;
use maud::{Markup, html};
use uuid::Uuid;

use super::{masked, permitted};
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::{Fields, Form, Query};
use crate::kit::Tone;
use crate::kit::empty::empty;
use crate::kit::errors::Errors;
use crate::kit::field::{Field, Input, field};
use crate::kit::notice::notice;
use crate::kit::print::slip;
use crate::kit::state::chip;
use crate::kit::table::{Table as Rows, table};
use crate::link;
use crate::words::{Lang, moment};

/// Longest number that is typed, in characters.
const NUMBER_CHARS_MAX: usize = 20;

/// Shows the desk; to a page that asks whether it is still as it was, it says so.
pub async fn show(desk: Desk, Query(query): Query) -> Result<Response, Problem> {
    let now = desk.app.now();
    let table = read(&desk).await?;
    if query.get("seen") == print(&table) {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let lang = desk.lang();
    let quiet = table.ringing.is_empty();
    let body = html! {
        h1 { (lang.t("hotline-title")) }
        p.lead { (lang.t("hotline-lead")) }
        @if let Some(hotline) = &desk.app.hotline {
            p.quiet { (lang.say("hotline-number", &[("number", hotline.number.as_str().into())])) @if !hotline.heard { " " (lang.t("hotline-unheard")) } }
        } @else { (notice(Tone::Plain, &lang.t("hotline-none"), &html! { p { (lang.t("hotline-none-way")) } })) }
        div data-live={ (link::HOTLINE) "?seen=" (print(&table)) } {}
        section aria-labelledby="ringing" {
            h2 #ringing { (lang.t("hotline-ringing")) }
            @if quiet { (empty(&lang.t("hotline-quiet"), &lang.t("hotline-quiet-why"), &html! {})) }
            @else { ul.calls { @for (at, call) in table.ringing.iter().enumerate() { li { (ring(&desk, call, now, at == 0)) } } } }
        }
        (manual(lang, quiet))
        (mine(&desk, &table))
        (talks(&desk, &table, now))
        (missed(&desk, &table.missed, now))
        p { a href=(link::HOTLINE_FIGURES) { (lang.t("hotline-figures")) } " · " a href={ (link::DESK) "?scope=calls" } { (lang.t("hotline-calls")) } }
    };
    Ok(desk.page(&lang.t("hotline-title"), &body))
}

async fn read(desk: &Desk) -> Result<Table, Problem> {
    permitted(desk)?;
    let who = desk.staff.who();
    Ok(desk.read(move |tx, site, now| hotline::table(tx, site, now, &who)).await?)
}

/// Says in a few characters what stands on the desk, so that a page knows whether it is still so.
fn print(table: &Table) -> String {
    let parts = [&table.ringing, &table.talking, &table.open, &table.missed];
    let short = |id: Uuid| id.simple().to_string()[20..].to_owned();
    // whose a call is counts too: one that is handed on is news to whoever gets it
    let one = |call: &Call| short(call.id) + &call.staff.map_or_else(String::new, short);
    let of = |calls: &Vec<Call>| calls.iter().map(one).collect::<Vec<_>>().join("-");
    parts.map(of).join(".")
}

/// Draws a call that rings, with the button that takes it.
fn ring(desk: &Desk, call: &Call, now: Timestamp, first: bool) -> Markup {
    let lang = desk.lang();
    html! {
        form.inline-call method="post" action=(link::hotline_act(call.id)) {
            p {
                strong.big-number { (number(lang, call)) } " "
                (chip(waits(desk, call, now), &lang.say("hotline-rings", &[("seconds", seconds(call.began_at, now).into())])))
            }
            button name="act" value="take" data-row="" autofocus[first] { (lang.t("hotline-take")) span.unseen { " " (number(lang, call)) } }
        }
    }
}

/// Says how pressing a call is that rings: beyond the seconds of the rules it is late.
fn waits(desk: &Desk, call: &Call, now: Timestamp) -> Tone {
    let soon = i64::from(desk.app.hall.site.rules().term("hl.answer").value);
    if seconds(call.began_at, now) > soon { Tone::Late } else { Tone::Soon }
}

fn seconds(from: Timestamp, to: Timestamp) -> i64 {
    (to.as_second() - from.as_second()).max(0)
}

pub(super) fn number(lang: Lang, call: &Call) -> String {
    if call.caller.is_empty() { lang.t("hotline-hidden") } else { masked(&call.caller) }
}

/// Draws the line for a call of which no exchange tells.
fn manual(lang: Lang, focus: bool) -> Markup {
    let number = Field {
        name: "number",
        label: lang.t("hotline-manual-number"),
        hint: lang.t("hotline-manual-hint"),
        input: Input::Phone,
        chars_max: NUMBER_CHARS_MAX,
        focus,
        ..Field::default()
    };
    html! {
        form.find-form method="post" action=(link::HOTLINE) data-once="" {
            (field(lang, &number, &Fields::default(), &Errors::default()))
            button.second[!focus] accesskey="n" { (lang.t("hotline-manual")) " " kbd { "Alt+N" } }
        }
    }
}

/// Takes word of a call from the operator: it is this person's at once.
pub async fn begin(desk: Desk, Form(fields): Form) -> Result<Response, Problem> {
    permitted(&desk)?;
    let typed = fields.get("number");
    let caller = phone(typed).ok_or_else(|| Refusal::new("call_number_odd").instead("call_number_again"))?;
    let (staff, session) = (desk.staff.person.clone(), desk.staff.session.id);
    let who = desk.staff.who();
    let id = desk
        .write(move |tx, site, (now, chance)| {
            let id = hotline::begin(tx, site, (now, chance), (&staff, &caller))?;
            // whoever is close to the caller hands the telephone to somebody else
            hotline::read(tx, site, &who, id)?;
            access::record(tx, site, now, &reading(id, &staff, session))?;
            Ok::<_, No>(id)
        })
        .await?;
    Ok(Redirect::to(&link::hotline_call(id)).into_response())
}

/// Describes the reading of the number that calls.
pub(super) fn reading(call: Uuid, staff: &civic::directory::Staff, session: Uuid) -> Reading {
    Reading { staff: staff.id, office: staff.office.clone(), session, matter: call, purpose: Purpose::Counter }
}

/// Draws my calls that go on or have no end word.
fn mine(desk: &Desk, all: &Table) -> Markup {
    let (lang, own) = (desk.lang(), Some(desk.person().id));
    let calls: Vec<&Call> = all.talking.iter().filter(|call| call.staff == own).chain(&all.open).collect();
    html! {
        @if !calls.is_empty() {
            section aria-labelledby="mine" {
                h2 #mine { (lang.t("hotline-mine")) }
                ul.plain {
                    @for call in calls {
                        li { a href=(link::hotline_call(call.id)) data-row="" { (number(lang, call)) } " " (state(lang, call)) " " span.quiet { (moment(lang, call.began_at, &desk.app.hall.site.zone)) } }
                    }
                }
            }
        }
    }
}

pub(super) fn state(lang: Lang, call: &Call) -> Markup {
    let tone = match call.state {
        State::Ringing => Tone::Soon,
        State::Talking => Tone::Way,
        State::Ended => Tone::Done,
        State::Missed => Tone::Late,
    };
    chip(tone, &lang.code("call-state", call.state.code()))
}

/// Draws the calls in which somebody else talks, or that were handed on and wait for somebody.
fn talks(desk: &Desk, all: &Table, now: Timestamp) -> Markup {
    let (lang, directory, own) = (desk.lang(), desk.directory(), desk.person().id);
    let rows = all.talking.iter().filter(|call| call.staff != Some(own)).map(|call| {
        let by = call.staff.and_then(|id| directory.staff.get(&id)).map(|staff| staff.name.clone());
        let minutes = seconds(call.answered_at.unwrap_or(call.began_at), now) / 60;
        vec![
            html! { (number(lang, call)) },
            html! { (lang.say("hotline-talks", &[("minutes", minutes.into())])) },
            html! {
                @if let Some(by) = by { (by) } @else {
                    form method="post" action=(link::hotline_act(call.id)) { button.second name="act" value="take" { (lang.t("hotline-take")) span.unseen { " " (number(lang, call)) } } }
                }
            },
        ]
    });
    let rows: Vec<Vec<Markup>> = rows.collect();
    let heads = ["hotline-caller", "hotline-since", "hotline-by"].map(|key| lang.t(key)).to_vec();
    html! {
        @if !rows.is_empty() {
            section { h2 { (lang.t("hotline-talking")) } (table(&Rows { caption: lang.t("hotline-talking"), heads, rows })) }
        }
    }
}

/// Draws whom to ring back, the longest wait first, for the screen and for paper.
fn missed(desk: &Desk, calls: &[Call], now: Timestamp) -> Markup {
    let (lang, zone) = (desk.lang(), &desk.app.hall.site.zone);
    let rows = calls.iter().map(|call| {
        let hours = seconds(call.began_at, now) / 3_600;
        vec![
            html! { a href=(link::hotline_call(call.id)) data-row="" { (number(lang, call)) } },
            html! { (moment(lang, call.began_at, zone)) @if hours >= 2 { " " (chip(Tone::Late, &lang.say("hotline-hours", &[("hours", hours.into())]))) } },
            html! { a.button.second.no-print href=(link::hotline_call(call.id)) { (lang.t("hotline-ring-back")) span.unseen { " " (number(lang, call)) } } },
        ]
    });
    let heads = ["hotline-caller", "hotline-came", "hotline-do"].map(|key| lang.t(key)).to_vec();
    let list = table(&Rows { caption: lang.t("hotline-missed"), heads, rows: rows.collect() });
    html! {
        section aria-labelledby="missed" {
            h2 #missed { (lang.t("hotline-missed")) }
            @if calls.is_empty() { p.quiet { (lang.t("hotline-missed-none")) } }
            @else { p { (lang.t("hotline-missed-why")) } (slip(lang, &lang.t("hotline-missed"), &list)) }
            @if calls.len() >= hotline::LIST_MAX { p.quiet { (lang.say("hotline-first", &[("count", hotline::LIST_MAX.into())])) } }
        }
    }
}
