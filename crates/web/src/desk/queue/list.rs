//! The rows of a view, as a table that turns into cards.

use std::sync::Arc;

use appeals::State;
use appeals::queue::{Ask, Page, Scope};
use appeals::store::Row;
use insight::reading::Suggestion;
use jiff::Timestamp;
use jiff::civil::Date;
use maud::{Markup, html};

use super::calls;
use super::filter::View;
use crate::desk::frame::Desk;
use crate::desk::matter::due_words;
use crate::kit::Tone;
use crate::kit::due;
use crate::kit::empty::empty;
use crate::kit::icon::icon;
use crate::kit::pager::{Pager, pager};
use crate::kit::state::chip;
use crate::kit::table::{Table, table};
use crate::link;
use crate::portal::track::stage;
use crate::portal::track::story::office;
use crate::reading::path;
use crate::words::{day, moment};

/// Is what stands beside the rows of a page, in their order.
#[derive(Default)]
pub struct Beside {
    /// Beginnings of the texts, for whoever may read them.
    pub titles: Vec<Option<String>>,
    /// What a machine suggests for those that nobody has sorted yet.
    pub suggested: Vec<Option<Suggestion>>,
    /// What others ask of the own office.
    pub asks: Vec<Vec<Ask>>,
    /// Where the matters stand, for the list of what has to be told by telephone.
    pub calls: Vec<Option<Arc<State>>>,
}

/// Draws the rows with their titles and with what is asked.
pub fn draw(desk: &Desk, view: &View, (page, beside): (&Page, &Beside)) -> Markup {
    let lang = desk.lang();
    if view.scope == Scope::Calls {
        return calls::draw(desk, view, (page, beside));
    }
    if page.rows.is_empty() {
        return empty(&lang.t("queue-empty"), &lang.t("queue-empty-why"), &html! {});
    }
    let heads = ["queue-matter", "queue-stage", "queue-due", "fact-place", "queue-hand"].map(|key| lang.t(key)).to_vec();
    let suggested = |at: usize| beside.suggested.get(at).and_then(Option::as_ref);
    let mut order: Vec<usize> = (0..page.rows.len()).collect();
    // among what is due on one day the more pressing and the more basic need come first; it changes no day
    order.sort_by_key(|at| (page.rows[*at].rank.clone(), suggested(*at).map_or((u8::MAX, u8::MAX), first)));
    let rows = order.into_iter().map(|at| {
        let asks = beside.asks.get(at).map_or(&[][..], Vec::as_slice);
        cells(desk, &page.rows[at], (beside.titles.get(at).and_then(Option::as_deref), asks, suggested(at)))
    });
    html! {
        (table(&Table { caption: lang.t("queue-caption"), heads, rows: rows.collect() }))
        (pager(lang, &pages(view, page)))
    }
}

/// Leads to the pages before and behind.
pub fn pages(view: &View, page: &Page) -> Pager {
    Pager {
        before: view.filter.after.as_ref().map(|_| view.address(None)),
        after: page.next.as_ref().map(|next| view.address(Some(next))),
        here: String::new(),
    }
}

/// Says what comes first of one day: what presses most, then the most basic need.
fn first(suggestion: &Suggestion) -> (u8, u8) {
    let pressing = suggestion.pressing.as_ref().map_or(u8::MAX, |pressing| pressing.level);
    (pressing, suggestion.need.unwrap_or(u8::MAX))
}

/// Says in a line what a machine suggests.
fn hint(desk: &Desk, row: &Row, suggestion: &Suggestion) -> Markup {
    let (lang, rules) = (desk.lang(), desk.app.hall.site.rules());
    let danger = suggestion.pressing.as_ref().is_some_and(|pressing| pressing.level == 1) && !row.danger;
    let need = suggestion.need.and_then(|level| rules.need(level));
    html! {
        @if danger { br; (chip(Tone::Late, &lang.t("suggest-maybe-danger"))) }
        @if let Some(subject) = &suggestion.subject {
            br;
            span.quiet {
                (lang.say("suggest-row", &[("subject", path(lang, &rules, &subject.code).into())]))
                @if let Some(need) = need { " · " (lang.pick(&need.zh, &need.en)) }
            }
        }
    }
}

fn cells(desk: &Desk, row: &Row, (title, asks, suggested): (Option<&str>, &[Ask], Option<&Suggestion>)) -> Vec<Markup> {
    let (lang, directory, rules) = (desk.lang(), desk.directory(), desk.app.hall.site.rules());
    let category = row.category.as_ref().and_then(|code| rules.category(code));
    let place = row.place.as_ref().and_then(|code| directory.places.get(code));
    let handler = row.handler.and_then(|id| directory.staff.get(&id)).map(|staff| staff.name.clone());
    vec![
        html! {
            a href=(link::matter(&row.number)) data-row="" {
                (title.map_or_else(|| lang.code("kind", row.kind.code()), str::to_owned))
            }
            @if row.danger { " " (chip(Tone::Late, &lang.t("press-danger"))) }
            br;
            span.quiet {
                span.code { (row.number) } " · " (lang.code("kind", row.kind.code()))
                @if let Some(category) = category { " · " (lang.pick(&category.zh, &category.en)) }
                @if row.people > 1 { " · " (lang.say("queue-people", &[("count", row.people.into())])) }
            }
            @if let Some(suggestion) = suggested { (hint(desk, row, suggestion)) }
        },
        html! { (stage(lang, row.stage)) },
        html! { @if !asks.is_empty() { @for ask in asks { (asked(desk, ask)) } } @else if row.owes { (due_words(desk, row)) } @else { (lang.t("queue-over")) } },
        html! { (place.map_or_else(|| lang.t("field-place-unknown"), |place| lang.pick(&place.name, &place.name_en).to_owned())) },
        html! { (office(lang, &directory, &row.owner)) @if let Some(handler) = handler { " · " (handler) } },
    ]
}

/// Says what another office asks and until when.
fn asked(desk: &Desk, ask: &Ask) -> Markup {
    let (lang, site) = (desk.lang(), &desk.app.hall.site);
    let (tone, until) = match (ask.until.parse::<Date>(), ask.until.parse::<Timestamp>()) {
        (_, Ok(at)) => {
            let tone = if at < desk.app.hall.clock.now() { Tone::Late } else { Tone::Soon };
            (tone, moment(lang, at, &site.zone))
        }
        (Ok(last), Err(_)) => (due::tone(site.calendar().left(desk.app.today(), last)), day(lang, last)),
        (Err(_), Err(_)) => (Tone::Plain, String::new()),
    };
    let key = match ask.what.as_str() {
        "offered" => "ask-offered",
        "co_handler" => "ask-co-handler",
        "whistled" => "ask-whistled",
        "referral" => "ask-referral",
        _ => "ask-reviewer",
    };
    let words = lang.say(key, &[("until", until.into())]);
    html! { p.ask { span class={ "due-words " (tone.class()) } { (icon(tone)) (words) } } }
}
