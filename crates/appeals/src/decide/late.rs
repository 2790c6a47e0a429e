//! What follows when the legal last day has passed without the promised word: the ladder of supervision, as the rules have it
//! (`rules/supervision.toml`). The late office is told first, then the leaders above it and the supervisors, then higher and louder. Each rung is
//! an event, so that the resident sees it and nothing happens twice; and one rung follows another by days that really passed, so that a clock
//! that jumps climbs one rung at most.

use civic::directory::{Directory, Role, Staff};
use civic::rules::Reaches;
use jiff::civil::Date;

use super::Ctx;
use crate::appeal::{DueDate, Event, State, compute};
use crate::supervise::Card;

/// Offices walked upwards at most, so that a broken tree cannot hang the night.
const OFFICES_ABOVE_MAX: usize = 16;
/// The rung that reaches the late office.
pub const HEAD: u8 = 1;
/// The first rung that reaches the leaders above and the supervisors.
pub const LEADERS: u8 = 2;

/// Finds the next rung that is due and was not climbed.
pub(super) fn escalation(state: &State, ctx: &Ctx<'_>) -> Option<Event> {
    let missed = state.promised().into_iter().find_map(|(office, due)| first(state, (office, due), ctx));
    missed.or_else(|| climb(state, ctx))
}

/// A missed day gets its card. What was told upwards before there were cards goes on where it stood.
fn first(state: &State, (office, date): (&str, &DueDate), ctx: &Ctx<'_>) -> Option<Event> {
    let last = date.due.last;
    if state.card_of(&date.term, last).is_some() {
        return None;
    }
    let taken = state.supervision.escalated.get(&date.term).filter(|taken| taken.last == last);
    let (level, until) = match taken {
        None => (HEAD, days_of(ctx, HEAD, last)),
        Some(taken) => (taken.level + 1, taken.next?),
    };
    if ctx.today <= until {
        return None;
    }
    rung(state, ctx, (level, office, &date.term, last))
}

/// Lets a card that hangs climb on.
pub(super) fn climb(state: &State, ctx: &Ctx<'_>) -> Option<Event> {
    let due = |card: &&Card| state.climbs(card).is_some_and(|next| ctx.today > next);
    let card = state.supervision.cards.iter().find(due)?;
    let promised = state.promised();
    // whoever owes the word now is late with it; once it was said, whoever was
    let owing = promised.iter().find(|(_, date)| date.term == card.term && date.due.last == card.last);
    let office = owing.map_or(card.office.as_str(), |(office, _)| office);
    rung(state, ctx, (card.rung + 1, office, &card.term, card.last))
}

fn rung(state: &State, ctx: &Ctx<'_>, (level, office, term, last): (u8, &str, &str, Date)) -> Option<Event> {
    let reaches = ctx.rules.rung(level)?.reaches;
    // one piece of work has one card: that of the matter it was merged into
    let card = state.merged_into.is_none();
    if !card && level > LEADERS {
        return None;
    }
    let office = ctx.directory.acting(office).map_or(office, |office| office.code.as_str()).to_owned();
    let to = reached(ctx.directory, reaches, &office);
    let next = next_rung(ctx, level, ctx.today);
    Some(Event::Escalated { level, office, to, term: term.to_owned(), last, next, card })
}

/// Names the last day before the rung above one; none where there is none. It is counted from the day before: whoever climbs in the night
/// after a day speaks of that day.
pub(crate) fn next_rung(ctx: &Ctx<'_>, level: u8, today: Date) -> Option<Date> {
    ctx.rules.rung(level + 1)?;
    Some(days_of(ctx, level + 1, today.yesterday().unwrap_or(today)))
}

fn days_of(ctx: &Ctx<'_>, level: u8, from: Date) -> Date {
    days_after(ctx, ctx.rules.rung(level).map_or("", |rung| rung.after.as_str()), from)
}

/// Names the office whose people a step upwards reaches.
pub(crate) fn reached(directory: &Directory, reaches: Reaches, office: &str) -> String {
    match reaches {
        Reaches::Office | Reaches::Supervisors => office.to_owned(),
        Reaches::Leaders => above(directory, office),
        Reaches::Top => top(directory, office),
    }
}

/// Names the last day of a term that begins on a day; a term of nothing is that day itself.
pub(crate) fn days_after(ctx: &Ctx<'_>, after: &str, from: Date) -> Date {
    match ctx.rules.find_term(after) {
        Some(term) if term.value > 0 => compute(ctx.rules, ctx.calendar, after, from).due.last,
        _ => from,
    }
}

/// Names the nearest office above that has a leader; without one the office itself.
pub(super) fn above(directory: &Directory, office: &str) -> String {
    let superior = |code: &str| directory.acting(code)?.superior.as_deref().and_then(|code| directory.acting(code));
    let mut at = superior(office);
    for _ in 0..OFFICES_ABOVE_MAX {
        match at {
            Some(found) if leaders(directory, &found.code).next().is_some() => return found.code.clone(),
            Some(found) => at = superior(&found.code),
            None => break,
        }
    }
    office.to_owned()
}

/// Names the topmost office above that has a leader; without one the office itself.
pub(crate) fn top(directory: &Directory, office: &str) -> String {
    let mut at = office.to_owned();
    for _ in 0..OFFICES_ABOVE_MAX {
        let next = above(directory, &at);
        if next == at {
            break;
        }
        at = next;
    }
    at
}

/// Lists the leaders of an office.
pub fn leaders<'a>(directory: &'a Directory, office: &'a str) -> impl Iterator<Item = &'a Staff> {
    directory.staff_of(office).filter(|staff| staff.is(Role::Leader))
}
