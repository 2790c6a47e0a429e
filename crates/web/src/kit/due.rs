//! The due line: how long still, until when, and on demand the arithmetic with its clause.

use civic::rules::{RuleSet, TermRule};
use jiff::civil::Date;
use maud::{Markup, html};
use worktime::{Due, Left, Term, Unit};

use super::Tone;
use super::icon::icon;
use crate::link;
use crate::words::{Lang, cite, day, day_short};

/// Working days before the last one from which a due date counts as soon.
const SOON_DAYS: i64 = 3;

/// Is a due date as a page shows it.
pub struct DueView<'a> {
    /// The rules in force.
    pub rules: &'a RuleSet,
    /// The date and its arithmetic.
    pub due: &'a Due,
    /// How its last day stands to today.
    pub left: Left,
    /// The rule it follows from, for the clause.
    pub rule: Option<&'a TermRule>,
}

/// Tells what it means how a last day stands to today.
pub fn tone(left: Left) -> Tone {
    match left {
        Left::Over(_) => Tone::Late,
        Left::Today | Left::Ahead(..=SOON_DAYS) => Tone::Soon,
        Left::Ahead(_) => Tone::Way,
    }
}

/// Says how long still and until when: `还剩 3 个工作日 · 12月1日前`.
pub fn sentence(lang: Lang, left: Left, last: Date) -> String {
    let day = day_short(lang, last);
    match left {
        Left::Over(days) => lang.say("due-late", &[("days", days.into()), ("day", day.into())]),
        Left::Today => lang.say("due-today", &[("day", day.into())]),
        Left::Ahead(days) => lang.say("due-left", &[("days", days.into()), ("day", day.into())]),
    }
}

/// Says that the word that was due is given: nothing presses any more.
pub fn answered(lang: Lang, on: Date) -> String {
    lang.say("due-answered", &[("day", day_short(lang, on).into())])
}

/// Draws the line of a matter that is answered.
pub fn answered_line(lang: Lang, on: Date) -> Markup {
    html! { div class={ "due " (Tone::Done.class()) } { p { (icon(Tone::Done)) strong { (answered(lang, on)) } } } }
}

/// Draws the line with its arithmetic folded away.
pub fn due_line(lang: Lang, view: &DueView<'_>) -> Markup {
    let tone = tone(view.left);
    html! {
        div class={ "due " (tone.class()) } {
            p { (icon(tone)) strong { (sentence(lang, view.left, view.due.last)) } }
            details {
                summary { (lang.t("due-how")) }
                (arithmetic(lang, view))
            }
        }
    }
}

/// Draws the arithmetic: start, what was counted, what was skipped, where it ends, by which clause.
pub fn arithmetic(lang: Lang, view: &DueView<'_>) -> Markup {
    let (due, steps) = (view.due, &view.due.steps);
    html! {
        ol.arithmetic {
            li { (lang.say("due-start", &[("day", day(lang, steps.start).into())])) }
            li { (lang.say("due-first", &[("day", day(lang, steps.first).into())])) }
            @for (at, counted) in steps.terms.iter().enumerate() {
                li { (lang.say(if at == 0 { "due-count" } else { "due-extended" }, &[("term", term(lang, *counted).into())])) }
            }
            @if !steps.skipped.is_empty() { li { (lang.say("due-skipped", &[("days", steps.skipped.len().into())])) } }
            @if steps.paused > 0 { li { (lang.say("due-paused", &[("days", steps.paused.into())])) } }
            li { (lang.say("due-target", &[("day", day(lang, due.target).into())])) }
            @if due.last != due.target { li { (lang.say("due-rolled", &[("day", day(lang, due.last).into())])) } }
        }
        @if due.provisional { p.quiet { (lang.t("due-provisional")) } }
        @if let Some(rule) = view.rule { p.quiet { (cite_rule(lang, view.rules, rule)) } }
    }
}

/// Says a term: `15 日`, `5 个工作日`.
pub fn term(lang: Lang, term: Term) -> String {
    let key = match term.unit {
        Unit::Hour => "term-hour",
        Unit::Day => "term-day",
        Unit::WorkingDay => "term-working-day",
        Unit::Month => "term-month",
    };
    lang.say(key, &[("n", term.value.into())])
}

/// Cites a rule with a link to it, marked where a person still has to check it.
pub fn cite_rule(lang: Lang, rules: &RuleSet, rule: &TermRule) -> Markup {
    html! { a href=(link::rule(&rule.id)) { (source(lang, rules, rule)) } @if rule.unsure() { " " span.unsure { (lang.t("unsure")) } } }
}

/// Names the source of a rule, in the page's language where the instrument is known.
pub fn source(lang: Lang, rules: &RuleSet, rule: &TermRule) -> String {
    let law = rules.instruments().find(|law| law.name.ends_with(&rule.instrument));
    let chinese = law.map_or(rule.instrument.as_str(), |law| law.name.as_str());
    cite(lang, lang.pick(chinese, rules.english_name(&rule.instrument).unwrap_or(chinese)), &rule.article)
}
