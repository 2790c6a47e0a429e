//! Ratings and what follows them, and what supervision did, put into words.

use appeals::Event;
use appeals::decide::LEADERS;
use appeals::followup::{Detail, Owing, list_of};
use civic::rules::RuleSet;
use civic::site::Site;
use maud::{Markup, html};

use super::acts::MARKS;
use super::story::{ground_words, office, quote};
use crate::desk::supervision::rung;
use crate::words::{Lang, day};

/// Tells whether an event is a rating, follows one, or is one of supervision.
pub fn follows(event: &Event) -> bool {
    matches!(
        event,
        Event::Rated { .. }
            | Event::GradeTold { .. }
            | Event::Criticised { .. }
            | Event::CalledBack { .. }
            | Event::Rectified { .. }
            | Event::RectificationRated { .. }
            | Event::RatingObjected { .. }
            | Event::ObjectionAnswered { .. }
            | Event::ObjectionDecided { .. }
            | Event::FollowupLate { .. }
            | Event::CriticismAnswered { .. }
            | Event::EvidenceShown { .. }
            | Event::EvidenceJudged { .. }
            | Event::MeasureTaken { .. }
    ) || matches!(event, Event::Escalated { level, .. } if *level > LEADERS)
}

/// Draws what belongs to such a step.
pub fn told(lang: Lang, site: &Site, event: &Event) -> Markup {
    let (directory, rules) = (site.directory(), site.rules());
    let graded = |grade: u8| html! { p { (lang.code("grade", &grade.to_string())) } };
    match event {
        Event::Rated { grade, words, detail, .. } => html! {
            (graded(*grade))
            (beside(lang, site, (*grade, detail)))
            (quote(words))
        },
        Event::GradeTold { grade, words, way, .. } => html! {
            (graded(*grade))
            p.quiet { (lang.code("told-by", way.code())) }
            (quote(words))
        },
        Event::RectificationRated { grade, words, .. } => html! { (graded(*grade)) (quote(words)) },
        Event::Criticised { call, rectify, .. } => html! {
            @if let Some(call) = call { p { (lang.say("story-call-until", &[("day", day(lang, call.due.last).into())])) } }
            p { (lang.say("story-rectify-until", &[("day", day(lang, rectify.due.last).into())])) }
        },
        Event::CalledBack { reached, drawn, words, .. } => html! {
            p {
                (lang.t(if *reached { "story-reached" } else { "story-not-reached" }))
                @if drawn.is_some() { " " (lang.t("story-drawn")) }
            }
            (quote(words))
        },
        Event::Rectified { words, late, .. } => html! {
            @if *late { p { (lang.t("story-rectified-late")) } }
            (quote(words))
        },
        Event::RatingObjected { ground, words, judge, heard_until, due, .. } => html! {
            (ground_words(lang, &rules, ("rating_objection", ground)))
            (quote(words))
            p {
                (lang.say("story-objected", &[
                    ("office", office(lang, &directory, judge).into()),
                    ("heard", day(lang, *heard_until).into()),
                    ("day", day(lang, due.due.last).into()),
                ]))
            }
        },
        Event::ObjectionDecided { judge, upheld, words, .. } => html! {
            p { (office(lang, &directory, judge)) }
            p { (lang.t(if *upheld { "story-set-aside" } else { "story-stands" })) }
            (quote(words))
        },
        Event::ObjectionAnswered { words, spoken, .. } => html! {
            @if let Some(spoken) = spoken { p.quiet { (lang.code("told-at", spoken.code())) } }
            (quote(words))
        },
        Event::CriticismAnswered { words, .. } | Event::EvidenceShown { words, .. } => quote(words),
        other => watched(lang, site, other),
    }
}

/// Draws what supervision did.
fn watched(lang: Lang, site: &Site, event: &Event) -> Markup {
    let (directory, rules) = (site.directory(), site.rules());
    match event {
        Event::Escalated { level, to, last, .. } => html! {
            p {
                (lang.say("story-escalated-on", &[
                    ("day", day(lang, *last).into()),
                    ("rung", rung(lang, &rules, *level).into()),
                    ("office", office(lang, &directory, to).into()),
                ]))
            }
        },
        Event::FollowupLate { what, step, office: late, to, last, .. } => html! {
            p {
                (lang.say(match what {
                    Owing::Call => "story-late-call",
                    Owing::Rectify => "story-late-rectify",
                    Owing::Decide => "story-late-decide",
                }, &[("day", day(lang, *last).into()), ("office", office(lang, &directory, late).into())]))
                " " (late_step(lang, &rules, (*what, *step)))
                @if to != late { " " (lang.say("story-late-to", &[("office", office(lang, &directory, to).into())])) }
            }
        },
        Event::EvidenceJudged { enough, words, next, .. } => html! {
            p { (lang.t(if *enough { "story-evidence-enough" } else { "story-evidence-not-enough" })) }
            @if let Some(next) = next { p { (lang.say("story-evidence-next", &[("day", day(lang, *next).into())])) } }
            (quote(words))
        },
        Event::MeasureTaken { rung: level, words, .. } => html! {
            p { (rung(lang, &rules, *level)) }
            (quote(words))
        },
        _ => html! {},
    }
}

/// Names a step of what follows when something after a bad rating is late.
pub fn late_step(lang: Lang, rules: &RuleSet, (what, step): (Owing, u8)) -> String {
    rules.late_step(what.code(), step).map_or_else(|| step.to_string(), |rule| lang.pick(&rule.zh, &rule.en).to_owned())
}

/// Draws reasons and marks.
fn beside(lang: Lang, site: &Site, (grade, detail): (u8, &Detail)) -> Markup {
    let rules = site.rules();
    let named = |code: &String| rules.ground(list_of(grade), code).map(|row| lang.pick(&row.zh, &row.en).to_owned());
    let reasons: Vec<String> = detail.reasons.iter().filter_map(named).collect();
    let marks = MARKS.iter().zip(detail.marks()).filter_map(|((_, label), (_, mark))| Some((label, mark?)));
    html! {
        @if !reasons.is_empty() { p { (reasons.join(&lang.t("list-comma"))) } }
        @for (label, mark) in marks {
            p.quiet { (lang.say("rating-marked", &[("what", lang.t(label).into()), ("grade", lang.code("grade", &mark.to_string()).into())])) }
        }
    }
}
