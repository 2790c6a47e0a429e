//! What another calendar does to the dates of a matter. Preview and run ask here, so that they say and do the same.
//!
//! An office's own day follows the arithmetic either way; the resident is told the reason. A day that has passed moves no
//! more: no correction makes late work timely. A resident's day to ask for the next step is never taken back: who was told
//! a later day may rely on it (信赖保护).

use jiff::civil::Date;
use worktime::{Calendar, Pause};

use super::Ctx;
use crate::appeal::{DueDate, Event, State, recompute};

/// Is a date that another calendar moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The date as promised.
    pub before: DueDate,
    /// The date under the other calendar.
    pub after: DueDate,
}

/// Lists the running dates of an open matter that come out otherwise under a calendar.
pub fn moved(state: &State, calendar: &Calendar, today: Date) -> Vec<Moved> {
    if !state.is_open() {
        return Vec::new();
    }
    let own = state.owes_reply().then(|| of_office((&state.due, &state.pauses), calendar, today));
    let review = state.pending_review().map(|review| of_office((&review.due, &review.pauses), calendar, today));
    let asks = !state.owes_word();
    let word = state.last_word().filter(|_| asks).and_then(|word| word.until.as_ref());
    let word = word.map(|until| of_resident(until, calendar, today));
    [own, review, word].into_iter().flatten().flatten().collect()
}

/// Returns the first of them as an event; the next follows once it is applied.
pub(super) fn recomputed(state: &State, ctx: &Ctx<'_>) -> Option<Event> {
    let Moved { before, after } = moved(state, ctx.calendar, ctx.today).into_iter().next()?;
    Some(Event::DueRecomputed { due: after, before: Some(before.due.last) })
}

fn of_office((before, pauses): (&DueDate, &[Pause]), calendar: &Calendar, today: Date) -> Option<Moved> {
    let passed = today > before.due.last && !before.due.provisional;
    let after = recompute(calendar, before, pauses, None);
    (!passed && differs(before, &after)).then(|| Moved { before: before.clone(), after })
}

fn of_resident(before: &DueDate, calendar: &Calendar, today: Date) -> Option<Moved> {
    let after = recompute(calendar, before, &[], None);
    let over = today > after.due.last;
    (!over && after.due.last >= before.due.last && differs(before, &after)).then(|| Moved { before: before.clone(), after })
}

fn differs(before: &DueDate, after: &DueDate) -> bool {
    let what = |date: &DueDate| (date.due.target, date.due.last, date.due.provisional);
    what(before) != what(after)
}
