//! An accusation as its author sees it: the own copy that only the query code opens.

use appeals::sealed::Own;
use appeals::sealed::room::Told;
use maud::{Markup, html};

use super::story;
use crate::app::App;
use crate::desk::sealed::{step_name, step_told, step_tone};
use crate::kit::Tone;
use crate::kit::notice::notice;
use crate::kit::owner::owner_line;
use crate::kit::timeline::{Step, timeline};
use crate::words::{Lang, day};

/// Draws it, with what the supervising body did; no step of it is public.
pub fn draw(app: &App, lang: Lang, (own, told): (&Own, &[Told])) -> Markup {
    let directory = app.hall.site.directory();
    html! {
        p.quiet.code { (own.filing.number) }
        h1 { (story::title(lang, own.filing.kind)) }
        @if let Some(office) = directory.acting(&own.filing.owner) { (owner_line(lang, office, false)) }
        (notice(Tone::Way, &lang.t("sealed-title"), &html! { p { (lang.t("sealed-why")) } }))
        @if told.iter().any(|told| told.deed.stage().is_some()) {
            p { (lang.say("sealed-came-on", &[("day", day(lang, own.day).into())])) }
        } @else {
            p { (lang.say("sealed-day", &[("day", day(lang, own.day).into()), ("due", day(lang, own.filing.due.due.last).into())])) }
        }
        h2 { (lang.t("track-words")) }
        (story::quote(&own.filing.what))
        (story::attachments(lang, (story::OWN_FILES, 1), &own.filing.files))
        h2 { (lang.t("sealed-told-title")) }
        p.quiet { (lang.t("sealed-told-why")) }
        @if told.is_empty() { p { (lang.t("sealed-told-none")) } } @else { (timeline(&steps(app, lang, told))) }
        div.acts { a.button.second href="/track/receipt" download { (lang.t("receipt-download")) } }
    }
}

fn steps(app: &App, lang: Lang, told: &[Told]) -> Vec<Step> {
    let directory = app.hall.site.directory();
    let office = directory.supervising().map_or("", |office| lang.pick(&office.name, &office.name_en));
    let step = |told: &Told| Step {
        at: told.day.to_string(),
        when: day(lang, told.day),
        who: office.to_owned(),
        what: step_name(lang, &told.deed),
        tone: step_tone(&told.deed),
        more: step_told(lang, &app.hall.site, &told.deed),
    };
    told.iter().map(step).collect()
}
