//! Reviews (复查) and re-reviews (复核): asked by the resident, decided by the next higher office.

use civic::refusal::Refusal;

use super::{Ctx, reply, words};
use crate::appeal::{Command, Event, State, compute};

pub(super) fn decide(state: &State, command: &Command, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::AskReview { words: text } => {
            let office = superior(&state.owner, ctx)?;
            let due = compute(ctx.rules, ctx.calendar, "xf.review_decide", ctx.today);
            Ok(with_opening(state, Event::ReviewAsked { office, words: words(text)?, due }, ctx))
        }
        Command::AskRecheck { words: text } => {
            let reviewer = state.review.as_ref().map_or("", |review| review.office.as_str());
            let office = superior(reviewer, ctx)?;
            let due = compute(ctx.rules, ctx.calendar, "xf.recheck_decide", ctx.today);
            Ok(with_opening(state, Event::RecheckAsked { office, words: words(text)?, due }, ctx))
        }
        Command::DecideReview { reply, outcome } => {
            Ok(vec![Event::ReviewDecided { reply: reply::checked(reply, *outcome, ctx)?, outcome: *outcome }])
        }
        Command::DecideRecheck { reply, outcome } => {
            Ok(vec![Event::RecheckDecided { reply: reply::checked(reply, *outcome, ctx)?, outcome: *outcome }])
        }
        _ => unreachable!("decide sends only these commands here"),
    }
}

fn superior(office: &str, ctx: &Ctx<'_>) -> Result<String, Refusal> {
    let superior = ctx.directory.offices.get(office).and_then(|office| office.superior.as_deref());
    let acting = superior.and_then(|code| ctx.directory.acting(code));
    acting.map(|office| office.code.clone()).ok_or_else(|| Refusal::new("no_superior_here").instead("higher_site"))
}

/// Whoever asks for a review has read what it is about.
fn with_opening(state: &State, event: Event, ctx: &Ctx<'_>) -> Vec<Event> {
    let unread = state.last_word().is_some_and(|word| word.delivered.is_none());
    let mut events = Vec::new();
    if unread {
        events.push(reply::delivered(state, ("opened", "", &[]), ctx));
    }
    events.push(event);
    events
}
