//! What may be done about a card. Pure, as everything in [`crate::decide`].

use civic::permit::Act;
use civic::refusal::Refusal;

use super::Card;
use crate::appeal::{Command, Event, State};
use crate::decide::{Ctx, next_rung, words};

/// The first rung on which somebody has to do something: hold a talk.
const MEASURE_RUNG_MIN: u8 = 3;

fn need(holds: bool, code: &'static str, way: &'static str) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(Refusal::new(code).instead(way)) }
}

fn to_show(state: &State) -> Option<&Card> {
    state.supervision.cards.iter().find(|card| card.waits_for_office() && !state.owes_for(card))
}

fn to_judge(state: &State) -> Option<&Card> {
    state.supervision.cards.iter().find(|card| card.waits_for_supervisor())
}

/// Finds the card on whose rung something has to be done and was not.
fn to_measure(state: &State) -> Option<&Card> {
    let missing = |card: &&Card| card.rung >= MEASURE_RUNG_MIN && !card.measures.iter().any(|(rung, _)| *rung == card.rung);
    state.supervision.cards.iter().filter(|card| card.lifted.is_none()).find(missing)
}

/// Tells whether an act of supervision fits the state.
pub(crate) fn ready(state: &State, act: Act) -> Result<(), Refusal> {
    let open = state.card_open();
    match act {
        Act::ShowEvidence => {
            need(open.is_some(), "no_card", "read_timeline")?;
            need(to_judge(state).is_none(), "evidence_waits", "wait_for_supervisor")?;
            need(to_show(state).is_some(), "answer_before_evidence", "reply")
        }
        Act::JudgeEvidence => need(to_judge(state).is_some(), "no_evidence_yet", "read_timeline"),
        _ => need(to_measure(state).is_some(), "no_measure_due", "read_timeline"),
    }
}

fn none() -> Refusal {
    Refusal::new("no_card").instead("read_timeline")
}

/// Decides a command of supervision.
pub(crate) fn decide(state: &State, command: &Command, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    Ok(vec![match command {
        Command::ShowEvidence { words: text, files } => {
            need(!files.is_empty(), "evidence_missing", "add_evidence")?;
            let of = to_show(state).ok_or_else(none)?.version;
            Event::EvidenceShown { of, words: words(text)?, files: files.clone() }
        }
        Command::JudgeEvidence { enough, words: text } => {
            let card = to_judge(state).ok_or_else(none)?;
            let next = if *enough { None } else { next_rung(ctx, card.rung, ctx.today) };
            Event::EvidenceJudged { of: card.version, enough: *enough, words: words(text)?, next }
        }
        Command::NoteMeasure { words: text } => {
            let card = to_measure(state).ok_or_else(none)?;
            Event::MeasureTaken { of: card.version, rung: card.rung, words: words(text)? }
        }
        _ => unreachable!("decide sends only these commands here"),
    }])
}
