//! An accusation as its author sees it: the own copy that only the query code opens.

use appeals::sealed::Own;
use appeals::sealed::room::Told;
use appeals::sealed::term;
use maud::{Markup, html};

use super::load::Reported;
use super::{pressed, story};
use crate::app::App;
use crate::desk::sealed::{step_name, step_told, step_tone};
use crate::extract::Fields;
use crate::kit::Tone;
use crate::kit::due;
use crate::kit::errors::Errors;
use crate::kit::notice::notice;
use crate::kit::owner::owner_line;
use crate::kit::timeline::{Step, timeline};
use crate::words::{Lang, day};

/// Draws it, with what the supervising body did; no step of it is public.
pub fn draw(app: &App, lang: Lang, (own, told): (&Own, &[Told]), reports: &[Reported]) -> Markup {
    let directory = app.hall.site.directory();
    html! {
        p.quiet.code { (own.filing.number) }
        h1 { (story::title(lang, own.filing.kind)) }
        @if let Some(office) = directory.acting(&own.filing.owner) { (owner_line(lang, office, false)) }
        (notice(Tone::Way, &lang.t("sealed-title"), &html! { p { (lang.t("sealed-why")) } }))
        (promised(app, lang, (own, told)))
        h2 { (lang.t("track-words")) }
        (story::quote(&own.filing.what))
        (story::attachments(lang, (story::OWN_FILES, 1), &own.filing.files))
        h2 { (lang.t("sealed-told-title")) }
        p.quiet { (lang.t("sealed-told-why")) }
        (done(app, lang, (own, told)))
        (pressed::draw(app, lang, (Ok(own.body()), reports), (&Fields::default(), &Errors::default())))
        (super::page::take_away(lang))
    }
}

/// Says until when the accuser hears something, and what; or that the day is over.
pub fn promised(app: &App, lang: Lang, (own, told): (&Own, &[Told])) -> Markup {
    let site = &app.hall.site;
    let rules = site.rules();
    let came = ("day", day(lang, own.day).into());
    let Some(due) = term::of_told(site, (own, told)) else { return html! { p { (lang.say("sealed-came-on", &[came])) } } };
    let decided = told.iter().any(|told| told.deed.stage().is_some());
    let id = if decided { "sealed-result-day" } else { "sealed-day" };
    let rule = rules.find_term(&due.term);
    html! {
        p {
            (lang.say(id, &[came, ("due", day(lang, due.due.last).into())]))
            @if let Some(rule) = rule { " " span.quiet { (due::cite_rule(lang, &rules, rule)) } }
        }
        @if due.due.last < app.today() { (notice(Tone::Late, &lang.t("sealed-over"), &html! { p { (lang.t("sealed-over-why")) } })) }
    }
}

/// Draws what the body did that looks into it.
pub fn done(app: &App, lang: Lang, (own, told): (&Own, &[Told])) -> Markup {
    html! { @if told.is_empty() { p { (lang.t("sealed-told-none")) } } @else { (timeline(&steps(app, lang, (own, told)))) } }
}

fn steps(app: &App, lang: Lang, (own, told): (&Own, &[Told])) -> Vec<Step> {
    let directory = app.hall.site.directory();
    let office = own.body().office(&directory).map_or("", |office| lang.pick(&office.name, &office.name_en));
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
