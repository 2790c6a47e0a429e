//! The rows of a view, as a table that turns into cards.

use appeals::queue::Page;
use appeals::store::Row;
use maud::{Markup, html};

use super::filter::View;
use crate::desk::frame::Desk;
use crate::desk::matter::due_words;
use crate::kit::Tone;
use crate::kit::empty::empty;
use crate::kit::pager::{Pager, pager};
use crate::kit::state::chip;
use crate::kit::table::{Table, table};
use crate::link;
use crate::portal::track::stage;
use crate::portal::track::story::office;

/// Draws the rows with their titles.
pub fn draw(desk: &Desk, view: &View, (page, titles): (&Page, &[Option<String>])) -> Markup {
    let lang = desk.lang();
    if page.rows.is_empty() {
        return empty(&lang.t("queue-empty"), &lang.t("queue-empty-why"), &html! {});
    }
    let heads = ["queue-matter", "queue-stage", "queue-due", "fact-place", "queue-hand"].map(|key| lang.t(key)).to_vec();
    let rows = page.rows.iter().enumerate().map(|(at, row)| cells(desk, row, titles.get(at).and_then(Option::as_deref)));
    let pages = Pager {
        before: view.filter.after.as_ref().map(|_| view.address(None)),
        after: page.next.as_ref().map(|next| view.address(Some(next))),
        here: String::new(),
    };
    html! {
        (table(&Table { caption: lang.t("queue-caption"), heads, rows: rows.collect() }))
        (pager(lang, &pages))
    }
}

fn cells(desk: &Desk, row: &Row, title: Option<&str>) -> Vec<Markup> {
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
        },
        html! { (stage(lang, row.stage)) },
        html! { @if row.owes { (due_words(desk, row)) } @else { (lang.t("queue-over")) } },
        html! { (place.map_or_else(|| lang.t("field-place-unknown"), |place| lang.pick(&place.name, &place.name_en).to_owned())) },
        html! { (office(lang, &directory, &row.owner)) @if let Some(handler) = handler { " · " (handler) } },
    ]
}
