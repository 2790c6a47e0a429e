//! What may be the same matter, beside one that is not accepted yet: rows of the own office's table, merged by a person or
//! not at all. Titles only while the words of the matter itself are open, and noted before they leave.

use appeals::State;
use appeals::likely::{self, Likely, Near};
use civic::access::{self, Reading};
use civic::permit::{Act, Who};
use civic::site::Site;
use db::{Fault, Tx};
use jiff::Timestamp;
use maud::{Markup, html};
use uuid::Uuid;

use super::acts::asked;
use crate::desk::frame::Desk;
use crate::desk::queue::note_titles;
use crate::error::Problem;
use crate::kit::Tone;
use crate::kit::state::chip;
use crate::link;
use crate::portal::track::stage;
use crate::words::day;

/// Is what was found.
#[derive(Default)]
pub struct Look {
    found: Vec<Likely>,
    /// Whose titles have to be noted before they leave.
    fresh: Vec<Uuid>,
}

/// Looks for likely repeats of a matter; nothing where there are none, or where it is too late to look. `near` is what was asked
/// ahead for it.
pub fn look(
    (tx, site, now): (&mut Tx<'_>, &Site, Timestamp),
    ((who, near), reading): ((&Who, Option<&Near>), &Reading),
    (state, words): (&State, Option<&str>),
) -> Result<Look, Fault> {
    let found = match near {
        _ if !likely::is_early(state) => return Ok(Look::default()),
        Some(near) => likely::find_among(tx, site, (who, near), (state, words))?,
        None => likely::find(tx, site, who, (state, words))?,
    };
    let titled: Vec<_> = found.iter().filter(|one| one.title.is_some()).map(|one| one.state.matter).collect();
    let noted = titled.is_empty() || access::covers_list(tx, site, now, (reading, &titled))?;
    Ok(Look { found, fresh: if noted { Vec::new() } else { titled } })
}

/// Draws what was found, once it is noted whose titles are shown.
pub async fn draw(desk: &Desk, state: &State, look: Look) -> Result<Markup, Problem> {
    let Look { found, fresh } = look;
    if found.is_empty() {
        return Ok(html! {});
    }
    if !fresh.is_empty() {
        note_titles(desk, fresh).await?;
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
    let place = one.state.place.as_ref().and_then(|code| directory.places.get(code));
    let place = place.map_or_else(|| lang.t("field-place-unknown"), |place| lang.pick(&place.name, &place.name_en).to_owned());
    let received = day(lang, one.state.received);
    html! {
        a href=(link::matter(&one.state.number)) {
            (one.title.clone().unwrap_or_else(|| lang.code("kind", one.state.kind.code())))
        }
        " " (stage(lang, one.state.stage))
        @if one.same_contact { " " (chip(Tone::Plain, &lang.t("likely-contact"))) }
        br;
        span.quiet { span.code { (one.state.number) } " · " (place) " · " (received) }
        @if merges && one.state.is_open() {
            br;
            a href=(link::matter_merge(&state.number, &one.state.number)) {
                (lang.t("likely-merge")) span.unseen { (one.state.number) }
            }
        }
    }
}
