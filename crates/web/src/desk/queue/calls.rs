//! The list of what residents have to be told by telephone: what to say, until when, how often it was tried.

use appeals::State;
use appeals::queue::Page;
use appeals::store::Row;
use civic::permit::Act;
use maud::{Markup, html};

use super::filter::View;
use super::list::{Beside, pages};
use crate::desk::act::sentences;
use crate::desk::frame::Desk;
use crate::desk::hotline;
use crate::kit::Tone;
use crate::kit::empty::empty;
use crate::kit::pager::pager;
use crate::kit::print::slip;
use crate::kit::state::chip;
use crate::kit::table::{Table, table};
use crate::link;
use crate::portal::track::stage;

/// Draws the list, for the screen and for paper.
pub fn draw(desk: &Desk, view: &View, (page, beside): (&Page, &Beside)) -> Markup {
    let lang = desk.lang();
    // whoever called and was not answered is rung back too, from the hotline's own list
    let missed = html! { @if hotline::permitted(desk).is_ok() { p.no-print { a href={ (link::HOTLINE) "#missed" } { (lang.t("hotline-missed")) } } } };
    if page.rows.is_empty() {
        return html! { (empty(&lang.t("calls-empty"), &lang.t("calls-empty-why"), &html! {})) (missed) };
    }
    let heads = ["queue-matter", "calls-say", "calls-do"].map(|key| lang.t(key)).to_vec();
    let rows = page.rows.iter().enumerate().map(|(at, row)| {
        let title = beside.titles.get(at).and_then(Option::as_deref);
        cells(desk, (row, title), beside.calls.get(at).and_then(Option::as_deref))
    });
    let list = table(&Table { caption: lang.t("calls-caption"), heads, rows: rows.collect() });
    html! {
        p { (lang.t("calls-lead")) }
        (slip(lang, &lang.t("scope-calls"), &list))
        (pager(lang, &pages(view, page)))
        (missed)
    }
}

fn cells(desk: &Desk, (row, title): (&Row, Option<&str>), state: Option<&State>) -> Vec<Markup> {
    let lang = desk.lang();
    let calls = state.map_or(0, |state| state.calls);
    let tried = lang.say("call-tries", &[("count", calls.into())]);
    vec![
        html! {
            a href=(link::matter(&row.number)) data-row="" {
                (title.map_or_else(|| lang.code("kind", row.kind.code()), str::to_owned))
            }
            " " (stage(lang, row.stage))
            br;
            span.quiet { span.code { (row.number) } " · " (lang.code("kind", row.kind.code())) }
        },
        html! { @if let Some(state) = state { (sentences(desk, state)) } },
        html! {
            p { @if calls > 0 { (chip(Tone::Soon, &tried)) } @else { (lang.t("call-not-tried")) } }
            a.button.second.no-print href=(link::matter_act(&row.number, Act::TellByPhone)) {
                (lang.t(if state.is_some_and(State::post_only) { "call-do-post" } else { "call-do" })) span.unseen { (row.number) }
            }
        },
    ]
}
