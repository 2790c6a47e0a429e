//! What stands first on the page of a matter that was not accepted: who decided and when, the ground with its clause, where
//! to turn, and what the resident can still do.

use appeals::Event;
use appeals::State;
use appeals::view::Step;
use civic::directory::Office;
use civic::site::Site;
use maud::{Markup, html};

use super::story::{ground_words, office, quote};
use crate::kit::Tone;
use crate::kit::notice::notice;
use crate::kit::refusal::clause_link;
use crate::link;
use crate::words::{Lang, day};

/// Whom to turn to when a matter should have been accepted: superiors watch over acceptance and have it put right.
const WATCHED_BY: &str = "xf:40";

/// Draws the decision and the ways on; nothing for a matter that was not declined.
pub fn draw(lang: Lang, site: &Site, (state, steps): (&State, &[Step])) -> Markup {
    let decided = steps.iter().rev().find_map(|step| match &step.event {
        Event::NotAccepted { ground, words } => Some((step, ground, words)),
        _ => None,
    });
    let Some((step, ground, words)) = decided else { return html! {} };
    let (directory, rules) = (site.directory(), site.rules());
    let holder = directory.acting(&state.owner);
    let above = holder.and_then(|office| office.superior.as_ref()).and_then(|code| directory.acting(code));
    let name = office(lang, &directory, holder.map_or(&state.owner, |office| &office.code));
    let title = lang.say("declined-title", &[("office", name.into()), ("day", day(lang, step.day).into())]);
    let body = html! {
        (ground_words(lang, &rules, ("not_accept", ground)))
        (quote(words))
    };
    html! {
        (notice(Tone::Late, &title, &body))
        h2 { (lang.t("declined-ways")) }
        ul {
            li { (lang.t("declined-anew")) " " a href=(link::FILE) { (lang.t("declined-anew-link")) } }
            @if let Some(office) = holder { li { (lang.t("declined-ask")) (reach(lang, office)) } }
            @if let Some(office) = above {
                li { (lang.t("declined-above")) (reach(lang, office)) " " span.quiet { (clause_link(lang, &rules, WATCHED_BY)) } }
            }
        }
    }
}

/// Says how to reach an office: name, telephone, address, hours, as far as they are known.
fn reach(lang: Lang, office: &Office) -> Markup {
    html! {
        strong { (lang.pick(&office.name, &office.name_en)) }
        @if !office.phone.is_empty() { " " a href={ "tel:" (office.phone) } { (office.phone) } }
        @for more in [&office.address, &office.hours].into_iter().filter(|more| !more.is_empty()) { " · " (more) }
    }
}
