//! Registering, accepting, declining; the clock's extension and pauses.

use civic::refusal::Refusal;
use civic::rules::category_of;
use worktime::{Pause, Term};

use super::{Ctx, optional_words, words};
use crate::appeal::{Command, DueDate, Event, Kind, Stage, State, Suggested, compute, first_due, recompute};

/// Accusations have a compartment of their own; nothing else is put under them, or read for it.
const SEALED: &str = "21";

pub(super) fn decide(state: &State, command: &Command, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    Ok(vec![match command {
        Command::Sort { to, said } => return sorted(state, (to, said.as_ref()), ctx),
        Command::NameKind { to, said } => named(state, (*to, *said), ctx)?,
        Command::Register { category } => {
            known_category(category, ctx)?;
            Event::Registered { category: category.clone() }
        }
        Command::Accept { category } => {
            known_category(category, ctx)?;
            accepted(state, category, ctx)
        }
        Command::NotAccept { ground, words: text } => {
            ctx.ground("not_accept", ground)?;
            Event::NotAccepted { ground: ground.clone(), words: words(text)? }
        }
        Command::Simplify => simplified(state, ctx)?,
        Command::Extend { ground, days, words: text } => extended(state, (ground, *days, text), ctx)?,
        Command::Pause { ground, words: text } => {
            ctx.ground("pause", ground)?;
            if !ctx.rules.pauses(&state.shown_due().term).any(|known| known.code == *ground) {
                return Err(Refusal::new("no_pause").by("xf:36").instead("reply"));
            }
            Event::Paused { ground: ground.clone(), words: words(text)? }
        }
        Command::Resume => resumed(state, ctx),
        Command::AskSupplement { words: text } => {
            let until = compute(ctx.rules, ctx.calendar, "site.supplement_answer", ctx.today).due.last;
            Event::SupplementAsked { words: words(text)?, until }
        }
        _ => unreachable!("decide sends only these commands here"),
    }])
}

/// Says what it is about. Whoever says so of a matter that nobody registered yet registers it with that.
fn sorted(state: &State, (to, said): (&str, Option<&Suggested>), ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    if !ctx.rules.is_subject(to) || category_of(to) == SEALED {
        return Err(Refusal::new("unknown_category").instead("choose_category"));
    }
    if state.sorted.as_ref().is_some_and(|sorted| sorted.to == to) {
        return Err(Refusal::new("same_subject").instead("choose_category"));
    }
    let said = said.filter(|said| ctx.rules.is_subject(&said.code)).cloned();
    let registered = Event::Registered { category: category_of(to).to_owned() };
    let first = Some(registered).filter(|_| state.stage == Stage::Received);
    Ok(first.into_iter().chain([Event::Sorted { to: to.to_owned(), said }]).collect())
}

/// Says which kind it is. Its clock may come sooner by that, counted from today; it never comes later.
fn named(state: &State, (to, said): (Kind, Option<Kind>), ctx: &Ctx<'_>) -> Result<Event, Refusal> {
    if to == Kind::Accusation {
        return Err(Refusal::new("kind_sealed").instead("tell_sealed_way"));
    }
    if state.kind == to {
        return Err(Refusal::new("same_kind").instead("choose_kind"));
    }
    let due = first_due(ctx.rules, ctx.calendar, to, ctx.today);
    Ok(Event::KindNamed { to, due: Some(due).filter(|due| due.due.last < state.due.due.last), said })
}

fn known_category(category: &str, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    ctx.rules.category(category).map(drop).ok_or_else(|| Refusal::new("unknown_category").instead("choose_category"))
}

/// Accepts: the handling term begins today, unless the kind has one term that has run since receipt.
pub(super) fn accepted(state: &State, category: &str, ctx: &Ctx<'_>) -> Event {
    let track = ctx.rules.track(state.kind.code());
    let due =
        if track.first == track.handle { state.due.clone() } else { compute(ctx.rules, ctx.calendar, &track.handle, ctx.today) };
    Event::Accepted { category: category.to_owned(), due }
}

pub(super) fn simplified(state: &State, ctx: &Ctx<'_>) -> Result<Event, Refusal> {
    let start = state.accepted.unwrap_or(ctx.today);
    let due = compute(ctx.rules, ctx.calendar, "xf.simple_handle", start);
    // the simplified track is a promise to be quicker; it never lengthens
    if due.due.last > state.due.due.last {
        return Err(Refusal::new("simple_not_shorter").instead("reply"));
    }
    Ok(Event::Simplified { due })
}

fn extended(state: &State, (ground, days, text): (&str, u32, &str), ctx: &Ctx<'_>) -> Result<Event, Refusal> {
    ctx.ground("extend", ground)?;
    let rule = ctx.rules.term(&state.due.term);
    let limit = rule.extension_term().ok_or_else(|| Refusal::new("no_extension").instead("reply"))?;
    if days == 0 || days > limit.value {
        let refusal =
            Refusal::new("extension_too_long").with("max", limit.value).by(format!("{}:{}", rule.instrument, rule.article));
        return Err(refusal);
    }
    let due = recompute(ctx.calendar, &state.due, &state.pauses, Some(Term { value: days, unit: limit.unit }));
    Ok(Event::Extended { ground: ground.to_owned(), words: words(text)?, due })
}

/// Extends a merged matter as its main one was just extended, where its own term may be.
pub(super) fn extended_too(child: &State, main: &DueDate, (ground, text): (&str, &str), ctx: &Ctx<'_>) -> Option<Event> {
    let more = *main.due.steps.terms.last()?;
    let limit = ctx.rules.find_term(&child.due.term)?.extension_term()?;
    let fits = more.unit == limit.unit && more.value <= limit.value && ctx.today <= child.due.due.last;
    if !fits || !child.owes_reply() || child.accepted.is_none() || child.extended {
        return None;
    }
    let due = recompute(ctx.calendar, &child.due, &child.pauses, Some(more));
    Some(Event::Extended { ground: ground.to_owned(), words: text.to_owned(), due })
}

pub(super) fn resumed(state: &State, ctx: &Ctx<'_>) -> Event {
    let (paused, pauses, due) = match state.pending_review() {
        Some(review) => (review.paused, &review.pauses, &review.due),
        None => (state.paused, &state.pauses, &state.due),
    };
    let mut pauses = pauses.clone();
    pauses.extend(paused.map(|from| Pause { from, to: ctx.today }));
    Event::Resumed { due: Some(recompute(ctx.calendar, due, &pauses, None)) }
}

/// Checks optional words; used by acts where a note is welcome and not needed.
pub(super) fn note(text: &str) -> Result<String, Refusal> {
    optional_words(text)
}
