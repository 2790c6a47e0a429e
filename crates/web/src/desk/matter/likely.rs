//! What may be the same matter, beside one that is not accepted yet: rows of the own office's table, merged by a person or
//! not at all. Titles only while the words of the matter itself are open, and noted before they leave.

use appeals::State;
use appeals::likely::{self, Likely};
use civic::permit::Act;
use maud::{Markup, html};

use super::acts::asked;
use crate::desk::frame::Desk;
use crate::desk::queue::note_titles;
use crate::error::Problem;
use crate::kit::Tone;
use crate::kit::state::chip;
use crate::link;
use crate::portal::track::stage;
use crate::words::day;

/// Draws the likely repeats of a matter; nothing where there are none, or where it is too late to look.
pub async fn draw(desk: &Desk, state: &State, words: Option<&str>) -> Result<Markup, Problem> {
    if !likely::is_early(state) {
        return Ok(html! {});
    }
    let (who, of, words) = (desk.staff.who(), state.clone(), words.map(str::to_owned));
    let found = desk.read(move |tx, site, _| likely::find(tx, site, &who, (&of, words.as_deref()))).await?;
    if found.is_empty() {
        return Ok(html! {});
    }
    let titled: Vec<_> = found.iter().filter(|one| one.title.is_some()).map(|one| one.row.id).collect();
    if !titled.is_empty() {
        note_titles(desk, titled).await?;
    }
    let merges = asked(desk, state).into_iter().any(|(act, _, answer)| act == Act::Merge && answer.is_ok());
    let lang = desk.lang();
    Ok(html! {
        section.likely {
            h2 { (lang.t("likely-title")) }
            p.quiet { (lang.t("likely-why")) }
            ul { @for one in &found { li { (row(desk, (state, merges), one)) } } }
        }
    })
}

fn row(desk: &Desk, (state, merges): (&State, bool), one: &Likely) -> Markup {
    let (lang, directory) = (desk.lang(), desk.directory());
    let place = one.row.place.as_ref().and_then(|code| directory.places.get(code));
    let place = place.map_or_else(|| lang.t("field-place-unknown"), |place| lang.pick(&place.name, &place.name_en).to_owned());
    let received = one.row.received.parse().map_or_else(|_| String::new(), |received| day(lang, received));
    html! {
        a href=(link::matter(&one.row.number)) {
            (one.title.clone().unwrap_or_else(|| lang.code("kind", one.row.kind.code())))
        }
        " " (stage(lang, one.row.stage))
        @if one.same_contact { " " (chip(Tone::Plain, &lang.t("likely-contact"))) }
        br;
        span.quiet { span.code { (one.row.number) } " · " (place) " · " (received) }
        @if merges && one.row.open {
            br;
            a href=(link::matter_merge(&state.number, &one.row.number)) {
                (lang.t("likely-merge")) span.unseen { (one.row.number) }
            }
        }
    }
}
