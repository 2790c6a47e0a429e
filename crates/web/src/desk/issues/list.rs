//! The list: what was told early and waits for an answer, then the hottest issues, each with what made it hot.

use axum::response::Response;
use insight::rules::HotRules;
use maud::{Markup, html};

use super::draw::{choice, name, parts, place, reason, span, trend};
use super::look::{self, Card, Listed, Told};
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::kit::Tone;
use crate::kit::empty::empty;
use crate::kit::notice::notice;
use crate::link;
use crate::portal::track::story::office;

/// Places named on a card.
const PLACES_MAX: usize = 3;

/// Shows the list.
pub async fn show(desk: Desk) -> Result<Response, Problem> {
    let (lang, rules) = (desk.lang(), HotRules::builtin());
    let listed = look::list(&desk).await?;
    let body = html! {
        h1 { (lang.t("nav-issues")) }
        p.lead { (lang.t("issues-lead")) }
        @match &listed {
            None => { (notice(Tone::Plain, &lang.t("issues-forming"), &html! { p { (lang.t("issues-forming-why")) } })) }
            Some(listed) => { (drawn(&desk, &rules, listed)) }
        }
        (formula(&desk, &rules))
    };
    Ok(desk.page(&lang.t("nav-issues"), &body))
}

fn drawn(desk: &Desk, rules: &HotRules, listed: &Listed) -> Markup {
    let lang = desk.lang();
    html! {
        @if !listed.told.is_empty() {
            h2 { (lang.t("issues-told")) }
            @for told in &listed.told { (warned(desk, rules, told)) }
        }
        @if listed.cards.is_empty() { (empty(&lang.t("issues-none"), &lang.t("issues-none-why"), &html! {})) }
        @else {
            h2 { (lang.t("issues-hot")) }
            @if listed.all > listed.cards.len() {
                p.quiet { (lang.say("issues-first", &[("shown", (listed.cards.len() as i64).into()), ("all", (listed.all as i64).into())])) }
            }
            ol.issues { @for card in &listed.cards { li { (one(desk, rules, card)) } } }
        }
    }
}

fn warned(desk: &Desk, rules: &HotRules, told: &Told) -> Markup {
    let (lang, directory) = (desk.lang(), desk.directory());
    let seen = !told.warning.answers.is_empty();
    notice(
        if seen { Tone::Soon } else { Tone::Late },
        &name(desk, &told.card),
        &html! {
            p { (reason(desk, &told.warning)) }
            @if !told.warning.proposal.is_empty() {
                p { (lang.t("issue-proposal")) (choice(lang, &rules.measures, &told.warning.proposal)) }
            }
            p.quiet {
                (lang.say("issue-told-to", &[("office", office(lang, &directory, &told.warning.office).into())]))
                @if seen { " " (lang.t("issue-seen-already")) }
            }
            div.acts { a.button href=(link::issue(&told.card.number)) { (lang.t("issue-open")) } }
        },
    )
}

fn one(desk: &Desk, rules: &HotRules, card: &Card) -> Markup {
    let (lang, directory) = (desk.lang(), desk.directory());
    let counts = [("people", card.facts.people), ("matters", card.matters.0), ("open", card.matters.1)];
    let places: Vec<String> = card.places.iter().take(PLACES_MAX).map(|(code, _)| place(desk, code.as_deref())).collect();
    html! {
        div.issue {
            div {
                a.find href=(link::issue(&card.number)) data-row="" { strong { (name(desk, card)) } }
                p { (lang.say("issue-counts", &counts.map(|(name, count)| (name, (count as i64).into())))) }
                p.quiet {
                    (places.join(&lang.t("list-comma")))
                    @if card.places.len() > PLACES_MAX { (lang.t("issue-more-places")) }
                    " · " (office(lang, &directory, &card.owner)) " · " (span(desk, card))
                }
            }
            (trend(lang, card))
        }
        details {
            summary { (lang.say("issue-why-here", &[("total", format!("{:.0}", card.score.total).into())])) }
            (parts(lang, rules, card))
        }
    }
}

/// Explains how the list is sorted, with every weight.
fn formula(desk: &Desk, rules: &HotRules) -> Markup {
    let lang = desk.lang();
    let likeness = [("full", rules.likeness.full), ("least", rules.likeness.least)];
    html! {
        details {
            summary { (lang.t("issues-formula")) }
            p { (lang.t("issues-formula-why")) }
            ul { @for factor in &rules.factors { li { (lang.pick(&factor.zh, &factor.en)) " × " (factor.weight) } } }
            p { (lang.say("issues-formula-likeness", &likeness.map(|(name, share)| (name, format!("{share}").into())))) }
            p.quiet { (lang.say("issues-kept", &[("days", rules.kept.days.into()), ("most", (rules.kept.most as i64).into())])) }
        }
    }
}
