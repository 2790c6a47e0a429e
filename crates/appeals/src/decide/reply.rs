//! Replying, delivering, telling by telephone, following up, closing.

use civic::refusal::Refusal;

use super::{Ctx, intake, words};
use crate::appeal::{Command, DueDate, Event, FileRef, Outcome, ReplyText, State, compute};

/// Clauses a reply may cite at most.
const BASIS_MAX: usize = 10;
/// Category of a matter answered at once before anybody chose one.
const CATEGORY_OTHER: &str = "99";
/// Lowest grade with which a resident says that it is solved (基本满意).
const GRADE_SATISFIED_MIN: u8 = 3;

pub(super) fn decide(state: &State, command: &Command, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::Reply { reply, outcome } => replied(state, (reply, *outcome), ctx),
        Command::RecordDelivery { manner, proof, files } => {
            ctx.ground("delivery", manner)?;
            if manner == "opened" {
                // only the resident's own page notes that
                return Err(Refusal::new("unknown_ground").instead("choose_ground"));
            }
            Ok(vec![delivered(state, (manner, &words(proof)?, files), ctx)])
        }
        Command::Open => {
            let waiting = state.last_word().is_some_and(|word| word.delivered.is_none());
            Ok(if waiting { vec![delivered(state, ("opened", "", &[]), ctx)] } else { Vec::new() })
        }
        Command::TellByPhone { reached, words: text, otherwise, speaker } => {
            // where nobody is waited for under that place, it was whoever waits first
            let named = state.untold.iter().any(|one| one.speaker == *speaker);
            let speaker = if named { *speaker } else { state.untold.first().and_then(|one| one.speaker) };
            let of = state.untold.iter().filter(|one| one.speaker == speaker).map(|one| one.version).collect();
            Ok(vec![Event::Phoned { of, reached: *reached, words: words(text)?, otherwise: *otherwise, speaker }])
        }
        Command::FollowUp { words: text, satisfied } => {
            Ok(vec![Event::FollowedUp { words: words(text)?, satisfied: *satisfied }])
        }
        Command::Close { ground, words: text, files } => {
            ctx.ground("close", ground)?;
            closable(state, ground, ctx)?;
            Ok(vec![Event::Closed { ground: ground.clone(), words: words(text)?, files: files.clone() }])
        }
        _ => unreachable!("decide sends only these commands here"),
    }
}

fn replied(state: &State, (reply, outcome): (&ReplyText, Outcome), ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    let reply = checked(reply, outcome, ctx)?;
    let mut events = Vec::new();
    if state.accepted.is_none() {
        // what can be done at once is done at once (即办件): one act accepts and answers
        events.push(intake::accepted(state, state.category.as_deref().unwrap_or(CATEGORY_OTHER), ctx));
    }
    events.push(Event::Replied { reply, outcome, shared_from: None });
    Ok(events)
}

/// Checks the parts that the law names (《信访工作条例》第三十二条); a "no" must show the way on.
pub(super) fn checked(reply: &ReplyText, outcome: Outcome, ctx: &Ctx<'_>) -> Result<ReplyText, Refusal> {
    if reply.basis.is_empty() || reply.basis.len() > BASIS_MAX {
        return Err(Refusal::new("basis_missing").with("max", BASIS_MAX).by("xf:32").instead("choose_clause"));
    }
    if let Some(unknown) = reply.basis.iter().find(|clause| ctx.rules.clause(clause).is_none()) {
        return Err(Refusal::new("unknown_clause").with("clause", unknown).instead("choose_clause"));
    }
    let refuses = matches!(outcome, Outcome::NotSupport | Outcome::PartSupport | Outcome::Explain);
    if refuses && reply.way_on.trim().is_empty() {
        return Err(Refusal::new("way_on_missing").by("xf:35").instead("write_way_on"));
    }
    Ok(ReplyText {
        request: words(&reply.request)?,
        facts: words(&reply.facts)?,
        opinion: words(&reply.opinion)?,
        basis: reply.basis.clone(),
        way_on: intake::note(&reply.way_on)?,
        files: reply.files.clone(),
    })
}

/// Notes that the last word reached the resident: the term for the next step starts today.
pub(super) fn delivered(state: &State, (manner, proof, files): (&str, &str, &[FileRef]), ctx: &Ctx<'_>) -> Event {
    Event::Delivered { manner: manner.to_owned(), proof: proof.to_owned(), until: next_step(state, ctx), files: files.to_vec() }
}

fn next_step(state: &State, ctx: &Ctx<'_>) -> Option<DueDate> {
    let term = match (&state.review, &state.recheck) {
        (_, Some(_)) => return None,
        (Some(review), None) if review.decided.is_some() => "xf.recheck_request",
        _ => "xf.review_request",
    };
    Some(compute(ctx.rules, ctx.calendar, term, ctx.today))
}

/// A matter is closed only when the resident says so or the law does.
fn closable(state: &State, ground: &str, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    let rated_well = state
        .rating
        .is_some_and(|rating| rating.grade >= GRADE_SATISFIED_MIN && state.reply().is_some_and(|reply| reply.leaf == rating.of));
    let over = state.last_word().and_then(|word| word.until.as_ref()).is_some_and(|until| ctx.today > until.due.last);
    let holds = match ground {
        // what staff note of a call is no word of the resident: only a grade signed with their key is
        "satisfied" => rated_well,
        "term_over" => over,
        "final" => state.recheck.as_ref().is_some_and(|review| review.decided.is_some()),
        "answered" => {
            let claims = ctx.rules.track(state.kind.code()).track == "claims" && !ctx.rules.track(state.kind.code()).simplified;
            !claims && state.last_word().is_some_and(|word| word.delivered.is_some())
        }
        _ => false,
    };
    if holds { Ok(()) } else { Err(Refusal::new("ground_not_met").with("ground", ground).instead("follow_up")) }
}
