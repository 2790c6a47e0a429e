//! The strip beside a matter: what lies on the own office's table next, so that nobody has to go back for it.

use appeals::queue::Filter;
use appeals::store::Row;
use civic::permit::{Act, Subject};
use jiff::civil::Date;
use maud::{Markup, html};

use crate::desk::frame::Desk;
use crate::kit::{Tone, due};
use crate::link;

/// Rows of the strip.
const ROWS_MAX: i64 = 12;

/// Says what the strip shows; nothing for people without a table of their own.
pub fn filter(desk: &Desk) -> Option<Filter> {
    let own = Subject { owner: desk.person().office.clone(), ..Subject::default() };
    desk.permit(Act::See, &own).ok()?;
    Some(Filter { owes: Some(true), rows_max: Some(ROWS_MAX), ..Filter::default() })
}

/// Draws the strip.
pub fn draw(desk: &Desk, rows: Option<&[Row]>, here: &str) -> Markup {
    let lang = desk.lang();
    let Some(rows) = rows else { return html! {} };
    html! {
        nav.strip aria-label=(lang.t("strip-title")) {
            h2 { (lang.t("strip-title")) }
            @if rows.is_empty() { p.quiet { (lang.t("queue-empty")) } }
            ul {
                @for row in rows {
                    li {
                        a href=(link::matter(&row.number)) data-row="" aria-current=[(row.number == here).then_some("true")] {
                            strong { (lang.code("kind", row.kind.code())) } " "
                            span.quiet { (lang.code("stage", row.stage.code())) }
                            br;
                            span.code { (tail(&row.number)) } br; (due_words(desk, row))
                        }
                    }
                }
            }
        }
    }
}

/// Returns the end of a number, which tells matters of one day apart.
fn tail(number: &str) -> &str {
    number.get(number.len().saturating_sub(8)..).unwrap_or(number)
}

/// Says how long still, as a short sentence.
pub fn due_words(desk: &Desk, row: &Row) -> Markup {
    if let Some(on) = row.replied.as_ref().filter(|_| !row.owes).and_then(|day| day.parse().ok()) {
        return html! { span class={ "due-words " (Tone::Done.class()) } { (crate::kit::icon::icon(Tone::Done)) (due::answered(desk.lang(), on)) } };
    }
    let Ok(last) = row.due.parse::<Date>() else { return html! {} };
    let left = desk.app.hall.site.calendar().left(desk.app.today(), last);
    let tone = due::tone(left);
    html! { span class={ "due-words " (tone.class()) } { (crate::kit::icon::icon(tone)) (due::sentence(desk.lang(), left, last)) } }
}
