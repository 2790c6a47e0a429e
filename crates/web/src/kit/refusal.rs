//! A refusal: why not, by which clause, and what instead.

use civic::refusal::Refusal;
use civic::rules::{Instrument, RuleSet};
use maud::{Markup, html};

use super::Tone;
use super::icon::icon;
use crate::link;
use crate::words::{Arg, Lang, cite};

/// Says why, as one sentence.
pub fn reason(lang: Lang, refusal: &Refusal) -> String {
    let key = format!("refusal-{}", refusal.code.replace('_', "-"));
    let facts: Vec<(&str, Arg<'_>)> = refusal.facts.iter().map(|(name, value)| (*name, fact(lang, name, value))).collect();
    lang.say(&key, &facts)
}

/// Says a fact of a refusal: acts and numbers are put into words, the rest stands as it is.
fn fact<'a>(lang: Lang, name: &str, value: &'a str) -> Arg<'a> {
    match name {
        "act" => lang.code("act", value).into(),
        _ => value.parse::<i64>().map_or_else(|_| value.into(), Into::into),
    }
}

/// Says what can be done instead.
pub fn way_on(lang: Lang, refusal: &Refusal) -> Option<String> {
    refusal.way_on.map(|way| lang.code("way", way))
}

/// Draws a refusal.
pub fn refusal_block(lang: Lang, rules: &RuleSet, refusal: &Refusal) -> Markup {
    html! {
        section.notice.late.refusal {
            p { (icon(Tone::Late)) span { (reason(lang, refusal)) } }
            @if let Some(way) = way_on(lang, refusal) { p { (way) } }
            @if let Some(clause) = &refusal.clause { p.quiet { (lang.t("refusal-clause")) (clause_link(lang, rules, clause)) } }
        }
    }
}

/// Says a clause reference such as `xf:28` or `信访工作条例:31`.
pub fn clause_words(lang: Lang, rules: &RuleSet, clause: &str) -> String {
    let (law, key, article) = law_of(rules, clause);
    let name = match law {
        Some(law) => lang.pick(&law.name, &law.name_en),
        None => lang.pick(key, rules.english_name(key).unwrap_or(key)),
    };
    cite(lang, name, article)
}

/// Finds the law of a clause reference, where its text is at hand, and splits the reference.
fn law_of<'a>(rules: &'a RuleSet, clause: &'a str) -> (Option<&'a Instrument>, &'a str, &'a str) {
    let (key, article) = clause.split_once(':').unwrap_or((clause, ""));
    (rules.instrument(key).or_else(|| rules.instruments().find(|law| law.name == key)), key, article)
}

/// Draws a clause reference such as `xf:28` or `信访工作条例:31`, linked where its text is at hand.
pub fn clause_link(lang: Lang, rules: &RuleSet, clause: &str) -> Markup {
    let words = clause_words(lang, rules, clause);
    html! { @if let (Some(law), ..) = law_of(rules, clause) { a href=(link::instrument(&law.key)) { (words) } } @else { (words) } }
}
