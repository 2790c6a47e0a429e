//! What list and page of issues draw alike: titles, lines of figures, the parts of a score.

use insight::board::Warning;
use insight::rules::{Choice, HotRules};
use jiff::Timestamp;
use maud::{Markup, html};

use super::look::{Card, Title};
use crate::desk::frame::Desk;
use crate::kit::spark::{bar, spark};
use crate::words::{Lang, day_short, moment};

/// Names an issue; for whoever may read none of its matters, by the place of most of them and the words that several have.
pub fn name(desk: &Desk, card: &Card) -> String {
    let lang = desk.lang();
    let words = match &card.title {
        Title::Named(title) | Title::Own(title) => return title.clone(),
        Title::Words(words) if words.is_empty() => lang.t("issue-nameless"),
        Title::Words(words) => words.join(&lang.t("list-comma")),
    };
    let most = card.places.iter().max_by_key(|(_, count)| *count).and_then(|(code, _)| code.as_deref());
    match most {
        Some(code) => lang.say("issue-at", &[("place", place(desk, Some(code)).into()), ("words", words.into())]),
        None => words,
    }
}

/// Names a place.
pub fn place(desk: &Desk, code: Option<&str>) -> String {
    let lang = desk.lang();
    let Some(code) = code else { return lang.t("issue-no-place") };
    let place = desk.directory().places.get(code).map(|place| lang.pick(&place.name, &place.name_en).to_owned());
    place.unwrap_or_else(|| code.to_owned())
}

/// Draws the last weeks as a line.
pub fn trend(lang: Lang, card: &Card) -> Markup {
    let now = card.trend.last().copied().unwrap_or(0);
    let most = card.trend.iter().copied().max().unwrap_or(0);
    let numbers = [("weeks", card.trend.len()), ("now", now), ("most", most)];
    let args = numbers.map(|(name, count)| (name, (count as i64).into()));
    spark(&lang.say("issue-trend-said", &args), &card.trend)
}

/// Says since when and until when.
pub fn span(desk: &Desk, card: &Card) -> String {
    let day = |at: Timestamp| day_short(desk.lang(), desk.app.hall.site.day(at));
    desk.lang().say("issue-span", &[("from", day(card.span.0).into()), ("to", day(card.span.1).into())])
}

/// Draws each part of a score with its figure and a bar, and how they come to the sum.
pub fn parts(lang: Lang, rules: &HotRules, card: &Card) -> Markup {
    let most = card.score.parts.iter().map(|part| part.points).fold(0.0, f64::max);
    html! {
        ul.parts {
            @for part in &card.score.parts {
                @if let Some(factor) = rules.factors.iter().find(|factor| factor.id == part.id) {
                    li {
                        span { (lang.pick(&factor.zh, &factor.en)) }
                        (bar(part.points, most))
                        span.quiet { (format!("{:.1} × {} = {:.1}", part.value, factor.weight, part.points)) }
                    }
                }
            }
        }
        p.quiet {
            (lang.say("issue-sum", &[("scale", format!("{:.2}", card.score.scale).into()), ("total", format!("{:.1}", card.score.total).into())]))
        }
    }
}

/// Says why an early warning was told.
pub fn reason(desk: &Desk, warning: &Warning) -> String {
    let (lang, at) = (desk.lang(), Timestamp::from_second(warning.at).unwrap_or_default());
    let usual = match warning.usual_tenths {
        ..10 => lang.t("issue-usual-less"),
        tenths => (tenths / 10).to_string(),
    };
    let facts = [
        ("at", moment(lang, at, &desk.app.hall.site.zone).into()),
        ("hours", warning.hours.into()),
        ("people", (warning.people as i64).into()),
        ("usual", usual.into()),
    ];
    lang.say("issue-warned", &facts)
}

/// Names a code of a list of the rules.
pub fn choice<'a>(lang: Lang, all: &'a [Choice], code: &'a str) -> &'a str {
    all.iter().find(|choice| choice.code == code).map_or(code, |choice| lang.pick(&choice.zh, &choice.en))
}
