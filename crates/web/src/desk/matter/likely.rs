//! What may be the same matter, beside one that is not accepted yet: the most alike open matters this person may read, with the
//! reasons; merged by a person or not at all. Titles only while the words of the matter itself are open, and noted before they leave.

use appeals::State;
use appeals::find::Finder;
use appeals::likely::{self, Found, Likely, Near, Nearness, Reasons};
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
use crate::kit::notice::notice;
use crate::kit::state::chip;
use crate::link;
use crate::portal::track::stage;
use crate::portal::track::story::office;
use crate::words::{Lang, day};

/// Is what was found.
#[derive(Default)]
pub struct Look {
    found: Found,
    /// Whether words were compared.
    open: bool,
    /// Whose titles have to be noted before they leave.
    fresh: Vec<Uuid>,
}

/// Looks for likely repeats of a matter; nothing where there are none, or where it is too late to look. `near` is what was asked
/// ahead for it.
pub fn look(
    (tx, site, now): (&mut Tx<'_>, &Site, Timestamp),
    finder: &Finder,
    ((who, near), reading): ((&Who, Option<&Near>), &Reading),
    (state, words): (&State, Option<&str>),
) -> Result<Look, Fault> {
    let found = match near {
        _ if !likely::is_early(state) => return Ok(Look::default()),
        Some(near) => likely::find_among(tx, (site, finder), (who, near), (state, words))?,
        None => likely::find(tx, (site, finder), who, (state, words))?,
    };
    let titled: Vec<_> = found.rows.iter().filter(|one| one.title.is_some()).map(|one| one.state.matter).collect();
    let noted = titled.is_empty() || access::covers_list(tx, site, now, (reading, &titled))?;
    Ok(Look { found, open: words.is_some() && !state.unread, fresh: if noted { Vec::new() } else { titled } })
}

/// Draws what was found, once it is noted whose titles are shown.
pub async fn draw(desk: &Desk, state: &State, look: Look) -> Result<Markup, Problem> {
    let Look { found, open, fresh } = look;
    if found.rows.is_empty() && !found.elsewhere {
        return Ok(html! {});
    }
    if !fresh.is_empty() {
        note_titles(desk, fresh).await?;
    }
    let merges = asked(desk, state).into_iter().any(|(act, _, answer)| act == Act::Merge && answer.is_ok());
    let lang = desk.lang();
    let proposed = found.rows.iter().find(|one| merges && one.proposed && one.state.merged_into.is_none());
    Ok(html! {
        section.likely {
            h2 { (lang.t("likely-title")) }
            @if found.elsewhere { (notice(Tone::Way, &lang.t("likely-elsewhere"), &html! { p { (lang.t("likely-elsewhere-why")) } })) }
            @if let Some(one) = proposed { (propose(desk, state, one)) }
            @if !found.rows.is_empty() {
                p.quiet { @if open { (lang.t("likely-why")) } @else { (lang.t("likely-why-closed")) } }
                ul { @for one in &found.rows { li { (row(desk, (state, merges), one)) } } }
            }
        }
    })
}

/// Draws the one button that merges; a person presses it, and un-merging stays.
fn propose(desk: &Desk, state: &State, one: &Likely) -> Markup {
    let lang = desk.lang();
    let number = [("number", one.state.number.as_str().into())];
    html! {
        form.likely-merge method="post" action=(link::matter_act(&state.number, Act::Merge)) data-once="" {
            p { strong { (lang.say("likely-proposed", &number)) } }
            input type="hidden" name="seen" value=(state.version);
            input type="hidden" name="main" value=(one.state.number);
            div.acts { button { (lang.say("likely-merge-into", &number)) } }
            p.quiet { (lang.t("likely-undo")) }
        }
    }
}

fn row(desk: &Desk, (state, merges): (&State, bool), one: &Likely) -> Markup {
    let (lang, directory) = (desk.lang(), desk.directory());
    let place = one.state.place.as_ref().and_then(|code| directory.places.get(code));
    let place = place.map_or_else(|| lang.t("field-place-unknown"), |place| lang.pick(&place.name, &place.name_en).to_owned());
    let received = day(lang, one.state.received);
    let elsewhere = (one.state.owner != state.owner).then(|| office(lang, &directory, &one.state.owner));
    html! {
        a href=(link::matter(&one.state.number)) {
            (one.title.clone().unwrap_or_else(|| lang.code("kind", one.state.kind.code())))
        }
        " " (stage(lang, one.state.stage))
        br;
        span.quiet {
            span.code { (one.state.number) } " · " (place) " · " (received)
            @if let Some(office) = elsewhere { " · " (office) }
        }
        br;
        span.quiet { (reasons(lang, &one.reasons)) }
        @if one.joined { br; (chip(Tone::Way, &lang.t("likely-joined"))) }
        @if one.again { br; (chip(Tone::Way, &lang.t("likely-again"))) }
        @if merges && one.state.is_open() && one.state.owner == state.owner {
            br;
            a href=(link::matter_merge(&state.number, &one.state.number)) {
                (lang.t("likely-merge")) span.unseen { (one.state.number) }
            }
        }
    }
}

/// Says in what two matters are alike.
pub(in crate::desk) fn reasons(lang: Lang, reasons: &Reasons) -> String {
    let mut all = Vec::new();
    if !reasons.shared.is_empty() {
        let words = reasons.shared.join(&lang.t("list-comma"));
        all.push(lang.say("likely-shared", &[("words", words.into())]));
    }
    match reasons.near {
        Some(Nearness::Same) => all.push(lang.t("likely-place-same")),
        Some(Nearness::Within) => all.push(lang.t("likely-place-within")),
        Some(Nearness::Beside) => all.push(lang.t("likely-place-beside")),
        None => {}
    }
    all.push(match reasons.days {
        0 => lang.t("likely-same-day"),
        days => lang.say("likely-days", &[("days", days.into())]),
    });
    if reasons.kind {
        all.push(lang.t("likely-kind"));
    }
    all.join(" · ")
}
