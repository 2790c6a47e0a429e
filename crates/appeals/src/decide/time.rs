//! What the passing of time does to a matter, by itself and once only.

use super::{Ctx, alarm, calendar, late, reply};
use crate::appeal::{Event, Identity, Stage, State, compute};
use crate::followup;

/// Lists what is due to happen to a matter now.
pub fn due_now(state: &State, ctx: &Ctx<'_>) -> Option<Event> {
    if !state.is_open() {
        // a card outlives the matter: only evidence takes it away; so does what a bad rating set in motion
        return late::climb(state, ctx).or_else(|| followup::late(state, ctx));
    }
    // a life before all else; then the calendar: what it moves must not be judged by the day it was
    alarm::alarm(state, ctx)
        .or_else(|| withdrawal(state, ctx))
        .or_else(|| calendar::recomputed(state, ctx))
        .or_else(|| silence(state, ctx))
        .or_else(|| posting(state, ctx))
        .or_else(|| closing(state, ctx))
        .or_else(|| late::escalation(state, ctx))
        .or_else(|| followup::late(state, ctx))
}

fn withdrawal(state: &State, ctx: &Ctx<'_>) -> Option<Event> {
    state.withdraw_until.filter(|until| *until <= ctx.now).map(|_| Event::Withdrawn)
}

/// An office that does not object in five working days has it (《信访工作条例》第二十三条).
fn silence(state: &State, ctx: &Ctx<'_>) -> Option<Event> {
    let offer = state.offer.as_ref().filter(|offer| ctx.today > offer.until)?;
    let office = ctx.directory.acting(&offer.to).map_or_else(|| offer.to.clone(), |office| office.code.clone());
    Some(Event::Taken { office, silent: true })
}

/// A reply that nobody can be reached for counts as delivered some time after it was posted on the tracking page.
fn posting(state: &State, ctx: &Ctx<'_>) -> Option<Event> {
    let word = state.last_word().filter(|word| word.delivered.is_none())?;
    let last = compute(ctx.rules, ctx.calendar, "site.anonymous_delivery", word.day).due.last;
    let unreachable = state.identity == Identity::Anonymous;
    (unreachable && ctx.today > last).then(|| reply::delivered(state, ("posted", "", &[]), ctx))
}

/// The time to ask for the next step has run out, or nothing follows a re-review.
fn closing(state: &State, ctx: &Ctx<'_>) -> Option<Event> {
    if !matches!(state.stage, Stage::Replied | Stage::FollowedUp) || state.pending_review().is_some() {
        return None;
    }
    let word = state.last_word()?;
    word.delivered?;
    let ground = match &word.until {
        None => "final",
        Some(until) if ctx.today > until.due.last => "term_over",
        Some(_) => return None,
    };
    Some(Event::Closed { ground: ground.to_owned(), words: String::new(), files: Vec::new() })
}
