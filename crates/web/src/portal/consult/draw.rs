//! How a consultation looks: who asks what until when, how far it is, its points with their answers, drafts and what changed in them.

use std::collections::BTreeMap;

use civic::directory::Directory;
use civic::rules::RuleSet;
use insight::consult::consultation::{Answer, Line, Outcome};
use insight::consult::decide::{ASIDE, THEMES, numbered};
use insight::consult::list::Counts;
use insight::consult::text::{Change, Fate};
use insight::consult::{Consultation, Stage};
use jiff::civil::Date;
use maud::{Markup, html};

use crate::app::App;
use crate::kit::Tone;
use crate::kit::state::chip;
use crate::link;
use crate::portal::track::story::office;
use crate::words::{Lang, day};

/// Names a reason why a voice is in no point.
pub fn ground_name(lang: Lang, rules: &RuleSet, code: &str) -> String {
    rules.ground(ASIDE, code).map_or_else(|| code.to_owned(), |ground| lang.pick(&ground.zh, &ground.en).to_owned())
}

/// Names a theme.
pub fn theme_name(lang: Lang, rules: &RuleSet, code: &str) -> String {
    rules.ground(THEMES, code).map_or_else(|| code.to_owned(), |ground| lang.pick(&ground.zh, &ground.en).to_owned())
}

/// Names the place it is about.
pub fn places(lang: Lang, directory: &Directory, code: &str) -> String {
    directory.places.get(code).map_or_else(String::new, |place| lang.pick(&place.name, &place.name_en).to_owned())
}

/// Says who asks, about where and what.
pub fn asked_by(app: &App, lang: Lang, shown: &Consultation) -> String {
    let (directory, rules, plan) = (app.hall.site.directory(), app.hall.site.rules(), &shown.plan);
    [office(lang, &directory, &plan.office), places(lang, &directory, &plan.place), theme_name(lang, &rules, &plan.theme)]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ")
}

/// Says how far it is.
pub fn stage_chip(lang: Lang, (shown, today): (&Consultation, Date)) -> Markup {
    let tone = match shown.stage {
        Stage::Gathering | Stage::Commenting if shown.until < today => Tone::Soon,
        Stage::Gathering | Stage::Commenting => Tone::Way,
        Stage::Decided => Tone::Soon,
        Stage::Done => Tone::Done,
        Stage::Stopped => Tone::Plain,
    };
    let word = match shown.stage {
        Stage::Gathering | Stage::Commenting if shown.until < today => lang.t("consult-sorting"),
        Stage::Done if shown.decisions.last().is_some_and(|decision| !decision.adopted) => lang.t("consult-dropped"),
        stage => lang.code("consult-stage", stage.code()),
    };
    chip(tone, &word)
}

/// Draws one as a list shows it.
pub fn face(app: &App, lang: Lang, (shown, counts, to): (&Consultation, &Counts, &str)) -> Markup {
    let today = app.today();
    html! {
        a.find href=(to) { strong { (shown.plan.title) } }
        p.quiet { (asked_by(app, lang, shown)) }
        p {
            (stage_chip(lang, (shown, today))) " "
            @if shown.stage.is_open() && shown.until >= today { (lang.say("consult-until", &[("day", day(lang, shown.until).into())])) " " }
            span.quiet { (lang.say("consult-said", &[("count", counts.all().into())])) }
        }
        (owes(app, lang, shown))
    }
}

/// Says that the office has said nothing about carrying out for too long.
pub fn owes(app: &App, lang: Lang, shown: &Consultation) -> Markup {
    let days = i64::from(app.hall.site.rules().term(insight::consult::decide::REPORT).value);
    let late =
        shown.owes_since().filter(|since| since.checked_add(jiff::Span::new().days(days)).is_ok_and(|last| last < app.today()));
    html! {
        @if let Some(since) = late { p { (chip(Tone::Late, &lang.say("consult-silent", &[("day", day(lang, since).into()), ("days", days.into())]))) } }
    }
}

/// Draws what the office makes of a point.
pub fn outcome(lang: Lang, answer: Option<&Answer>) -> Markup {
    match answer {
        None => chip(Tone::Soon, &lang.t("point-open")),
        Some(answer) => {
            let tone = match answer.outcome {
                Outcome::Taken => Tone::Done,
                Outcome::Partly => Tone::Way,
                Outcome::Not => Tone::Plain,
            };
            chip(tone, &lang.code("point", answer.outcome.code()))
        }
    }
}

/// Lists the points, each with its answer and the way to what was said.
pub fn points(lang: Lang, shown: &Consultation, behind: &BTreeMap<u32, i64>) -> Markup {
    html! {
        ol.finds {
            @for (number, point) in numbered(shown) {
                @let many = behind.get(&number).copied().unwrap_or_default();
                li id={ "point-" (number) } {
                    p { strong { (lang.say("point-number", &[("number", number.into())])) " " (point.title) } }
                    p { (outcome(lang, point.answer())) " " a href=(link::consult_point(shown.number, number)) { (lang.say("point-behind", &[("count", many.into())])) } }
                    @if let Some(answer) = point.answer() { p.words { (answer.words) } }
                }
            }
        }
    }
}

/// Draws the text of a draft: each paragraph with the points it comes from.
pub fn lines(lang: Lang, (number, shown): (i64, &[Line])) -> Markup {
    html! {
        ol.draft {
            @for (at, line) in (1_usize..).zip(shown) {
                li id={ "line-" (at) } { p { (line.words) " " (from(lang, (number, &line.points))) } }
            }
        }
    }
}

fn from(lang: Lang, (number, points): (i64, &[u32])) -> Markup {
    html! {
        @for point in points { a.from href=(link::consult_point(number, *point)) { (lang.say("line-from", &[("number", (*point).into())])) } " " }
    }
}

/// Draws what changed between two drafts: what went is struck through, what came is underlined.
pub fn diff(lang: Lang, (number, changes): (i64, &[Change])) -> Markup {
    html! {
        p.hint { (lang.t("diff-legend")) }
        ul.draft {
            @for change in changes {
                li {
                    p {
                        @for piece in &change.pieces {
                            @match piece.fate {
                                Fate::Same => (piece.words),
                                Fate::Gone => del { (piece.words) },
                                Fate::New => ins { (piece.words) },
                            }
                        }
                        @if change.fate != Some(Fate::Gone) { " " (from(lang, (number, &change.points))) }
                    }
                }
            }
        }
    }
}
