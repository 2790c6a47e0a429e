//! The cards that hang on matters whose last day was missed: what waits for a supervisor first, then what climbs, unowned and returned
//! matters first. Nothing here takes a card away: that is done at the matter, with evidence.

use appeals::supervise::list::{self, Listed, PAGE_MAX, Place};
use appeals::supervise::{Card, Ladder};
use axum::response::Response;
use civic::permit::Act;
use db::Fault;
use maud::{Markup, html};

use super::{rung, rung_tone, sees};
use crate::desk::dossiers::ways;
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::{Fields, Query};
use crate::kit::Tone;
use crate::kit::due::source;
use crate::kit::empty::empty;
use crate::kit::pager::{Pager, pager};
use crate::kit::print::slip;
use crate::kit::state::chip;
use crate::kit::table::{Table, table};
use crate::link;
use crate::portal::track::story::office;
use crate::take::text_links;
use crate::words::day;

/// Shows them: of all offices for those who watch, of the own one for everybody else.
pub async fn show(desk: Desk, Query(query): Query) -> Result<Response, Problem> {
    let of = sees(&desk)?;
    let lang = desk.lang();
    let lifted = query.get("standing") == Ladder::Lifted.code();
    let standing = if lifted { Ladder::Lifted } else { Ladder::Climbs };
    let (who, own, after) = (desk.staff.who(), of.clone(), place(&query));
    let first = after.is_none();
    let read = desk.read(move |tx, site, _| {
        let own = own.as_deref();
        let mut waiting = Vec::new();
        if first && !lifted {
            waiting = list::cards(tx, site, &who, (Ladder::Evidence, own, None))?.0;
        }
        Ok::<_, Fault>((waiting, list::cards(tx, site, &who, (standing, own, after))?))
    });
    let (waiting, (all, next)) = read.await?;
    let here = if lifted { link::SUPERVISION_LIFTED } else { link::SUPERVISION };
    let joint = if lifted { '&' } else { '?' };
    let pages = Pager {
        before: (!first).then(|| here.to_owned()),
        after: next
            .filter(|_| all.len() >= PAGE_MAX)
            .map(|(rank, number, of)| format!("{here}{joint}rank={rank}&number={number}&of={of}")),
        here: String::new(),
    };
    let lead = if of.is_some() { "supervision-lead-own" } else { "supervision-lead" };
    let title = lang.t("supervision-title");
    let caption = if lifted { "supervision-lifted" } else { "supervision-climbing" };
    let both = html! {
        @if !waiting.is_empty() { (rows(&desk, (&waiting, "supervision-waiting"))) }
        @if !all.is_empty() { (rows(&desk, (&all, caption))) }
    };
    let body = html! {
        h1 { (title) }
        p.lead { (lang.t(lead)) }
        (ways(&desk))
        div.acts.no-print {
            @if lifted { a.button.second href=(link::SUPERVISION) { (lang.t("supervision-open")) } }
            @else { a.button.second href=(link::SUPERVISION_LIFTED) { (lang.t("supervision-lifted")) } }
        }
        @if waiting.is_empty() && all.is_empty() { (empty(&lang.t("supervision-empty"), &lang.t("supervision-empty-why"), &html! {})) }
        @else { (slip(lang, &title, &both)) }
        (pager(lang, &pages))
        @if !(waiting.is_empty() && all.is_empty()) { (text_links(lang, link::SUPERVISION_TAKE)) }
        (ladder(&desk))
    };
    Ok(desk.page(&title, &body))
}

fn place(query: &Fields) -> Option<Place> {
    let of = query.get("of").parse().ok()?;
    Some((query.get("rank").to_owned(), query.get("number").to_owned(), of))
}

fn rows(desk: &Desk, (all, caption): (&[Listed], &'static str)) -> Markup {
    let lang = desk.lang();
    let heads = ["queue-matter", "supervision-rung", "supervision-evidence", "supervision-next"].map(|key| lang.t(key)).to_vec();
    let rows = all.iter().filter_map(|one| row(desk, one)).collect();
    table(&Table { caption: lang.t(caption), heads, rows })
}

fn row(desk: &Desk, one: &Listed) -> Option<Vec<Markup>> {
    let (lang, directory, rules) = (desk.lang(), desk.directory(), desk.app.hall.site.rules());
    let state = &one.state;
    let card = state.supervision.cards.iter().find(|card| card.version == one.of)?;
    let term = rules.find_term(&card.term).map_or_else(|| card.term.clone(), |term| lang.pick(&term.zh, &term.en).to_owned());
    Some(vec![
        html! {
            a.code href=(link::matter(&state.number)) data-row="" { (state.number) }
            br;
            span.quiet { (lang.code("kind", state.kind.code())) " · " (office(lang, &directory, &card.office)) }
            @if state.disputed { br; (chip(Tone::Late, &lang.t("supervision-unowned"))) }
            @else if state.returns > 0 { br; (chip(Tone::Soon, &lang.say("supervision-returned", &[("count", i64::from(state.returns).into())]))) }
        },
        html! {
            (chip(rung_tone(card.rung), &rung(lang, &rules, card.rung))) br;
            span.quiet { (lang.say("supervision-since", &[("day", day(lang, card.climbed).into())])) " · " (lang.say("supervision-missed", &[("term", term.into()), ("day", day(lang, card.last).into())])) }
            @for (level, on) in &card.measures { br; (lang.say("supervision-measure", &[("what", rung(lang, &rules, *level).into()), ("day", day(lang, *on).into())])) }
        },
        html! { (evidence(desk, (state, card))) },
        html! {
            @match (card.lifted, state.climbs(card)) {
                (Some(on), _) => { (chip(Tone::Done, &lang.say("supervision-lifted-on", &[("day", day(lang, on).into())]))) }
                (None, Some(next)) => { (lang.say("supervision-climbs", &[("rung", rung(lang, &rules, card.rung + 1).into()), ("day", day(lang, next).into())])) }
                (None, None) => { (lang.t("supervision-stands")) }
            }
        },
    ])
}

/// Says what was shown, and leads whoever may to the next step.
fn evidence(desk: &Desk, (state, card): (&appeals::State, &Card)) -> Markup {
    let lang = desk.lang();
    let subject = state.subject();
    let act = |act: Act| {
        html! { br; a.no-print href=(link::matter_act(&state.number, act)) { (lang.code("act", act.code())) span.unseen { (state.number) } } }
    };
    html! {
        @match card.shown {
            Some((_, on)) => { (lang.say("supervision-shown", &[("day", day(lang, on).into())])) }
            None if card.lifted.is_some() => { (lang.t("supervision-enough")) }
            None if state.owes_for(card) => { (lang.t("supervision-owes")) }
            None => { (lang.t("supervision-none")) }
        }
        @if card.refused > 0 { br; span.quiet { (lang.say("supervision-refused", &[("count", i64::from(card.refused).into())])) } }
        @if card.waits_for_supervisor() && desk.permit(Act::JudgeEvidence, &subject).is_ok() { (act(Act::JudgeEvidence)) }
        @if card.waits_for_office() && !state.owes_for(card) && desk.permit(Act::ShowEvidence, &subject).is_ok() { (act(Act::ShowEvidence)) }
    }
}

/// Says what the ladder is, and where each rung stands written.
fn ladder(desk: &Desk) -> Markup {
    let (lang, rules) = (desk.lang(), desk.app.hall.site.rules());
    html! {
        details {
            summary { (lang.t("supervision-ladder")) }
            p { (lang.t("supervision-ladder-why")) }
            ol {
                @for rung in rules.ladder() {
                    li {
                        strong { (lang.pick(&rung.zh, &rung.en)) } " — "
                        @if let Some(term) = rules.find_term(&rung.after) { (lang.pick(&term.zh, &term.en)) " · " (source(lang, &rules, term)) }
                        " · " (crate::kit::refusal::clause_words(lang, &rules, &rung.clause))
                    }
                }
            }
        }
    }
}
