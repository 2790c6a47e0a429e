//! What a joint conference is about and what it settled: agenda, papers, who came, rulings and what became of each. The page of the file is its
//! minutes, and prints as such.

use civic::directory::Directory;
use maud::{Markup, html};
use oversight::dossier::Dossier;
use oversight::dossier::decide::QUORUM;
use oversight::dossier::state::Ruling;

use super::show::passed;
use crate::desk::frame::Desk;
use crate::kit::Tone;
use crate::kit::state::chip;
use crate::link;
use crate::portal::track::story::office;
use crate::words::{Lang, day};

/// Says who came, and whether that is enough.
pub(super) fn quorum(desk: &Desk, one: &Dossier) -> Markup {
    let (lang, directory, rules) = (desk.lang(), desk.directory(), desk.app.hall.site.rules());
    let percent = rules.term(QUORUM).value;
    let came: Vec<String> = one.attended.iter().map(|code| office(lang, &directory, code)).collect();
    let facts = [("count", came.len().into()), ("of", one.members().len().into()), ("percent", i64::from(percent).into())];
    html! {
        @if came.is_empty() { (lang.t("dossier-came-none")) } @else { (came.join(&lang.t("list-comma"))) }
        " · " (lang.say(if one.quorate(percent) { "dossier-quorate" } else { "dossier-not-quorate" }, &facts))
    }
}

/// Draws agenda and rulings.
pub(super) fn agenda(desk: &Desk, one: &Dossier) -> Markup {
    let (lang, directory, rules) = (desk.lang(), desk.directory(), desk.app.hall.site.rules());
    html! {
        h2 { (lang.t("dossier-agenda")) }
        ol {
            @for (at, item) in one.agenda().iter().enumerate() {
                @let why = rules.ground("agenda", &item.why).map(|row| lang.pick(&row.zh, &row.en).to_owned()).unwrap_or_default();
                li {
                    a.code href=(link::matter(&item.matter.number)) { (item.matter.number) } " · " (why)
                    @if !item.papers.is_empty() { p.words { (item.papers) } }
                    @match one.rulings.iter().find(|ruling| ruling.item == at) {
                        Some(ruling) => {
                            (ruled(lang, &directory, ruling))
                            @if !ruling.kept() && passed(desk, ruling.due) { p { (chip(Tone::Late, &lang.t("dossier-ruling-late"))) } }
                        }
                        None => { p { (chip(Tone::Soon, &lang.t("dossier-not-ruled"))) } }
                    }
                }
            }
        }
    }
}

/// Draws one ruling and what became of it.
pub fn ruled(lang: Lang, directory: &Directory, ruling: &Ruling) -> Markup {
    html! {
        p { strong { (lang.say("dossier-ruled", &[("office", office(lang, directory, &ruling.to).into()), ("day", day(lang, ruling.day).into()), ("due", day(lang, ruling.due).into())])) } }
        p.words { (ruling.words) }
        @if ruling.binds { p.quiet { (lang.t("dossier-binds")) } }
        @if let Some(route) = ruling.route { p.quiet { (lang.say("dossier-routes", &[("day", day(lang, route).into())])) } }
        @for note in &ruling.follow {
            p { (chip(if note.good { Tone::Done } else { Tone::Soon }, &lang.t(if note.good { "dossier-kept" } else { "dossier-not-yet" }))) " " span.quiet { (day(lang, note.day)) } }
            p.words { (note.words) }
        }
    }
}
