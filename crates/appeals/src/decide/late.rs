//! What follows when the legal last day has passed without the promised word: the head of the late office is told, and
//! some working days later the leaders above it and the supervisors. Each step is an event, so that the resident sees it
//! and nothing happens twice.

use civic::directory::{Directory, Role, Staff};

use super::Ctx;
use crate::appeal::{DueDate, Event, State, compute};

/// Offices walked upwards at most, so that a broken tree cannot hang the night.
const OFFICES_ABOVE_MAX: usize = 16;
/// The step that reaches the head of the late office.
pub const HEAD: u8 = 1;
/// The step that reaches the leaders above and the supervisors. Nothing follows it.
pub const LEADERS: u8 = 2;

/// Finds the next step up that is due and was not taken.
pub(super) fn escalation(state: &State, ctx: &Ctx<'_>) -> Option<Event> {
    state.promised().into_iter().find_map(|(office, due)| step(state, (office, due), ctx))
}

fn step(state: &State, (office, date): (&str, &DueDate), ctx: &Ctx<'_>) -> Option<Event> {
    let last = date.due.last;
    let taken = state.escalated.get(&date.term).filter(|taken| taken.last == last);
    let up = taken.map_or((HEAD, last), |taken| (taken.level + 1, taken.next.unwrap_or(last)));
    let (level, until) = up;
    if level > LEADERS || ctx.today <= until {
        return None;
    }
    let office = ctx.directory.acting(office).map_or(office, |office| office.code.as_str()).to_owned();
    let to = if level == HEAD { office.clone() } else { above(ctx.directory, &office) };
    let next = (level == HEAD).then(|| compute(ctx.rules, ctx.calendar, "site.escalate", last).due.last);
    Some(Event::Escalated { level, office, to, term: date.term.clone(), last, next })
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

/// Lists the leaders of an office.
pub fn leaders<'a>(directory: &'a Directory, office: &'a str) -> impl Iterator<Item = &'a Staff> {
    directory.staff_of(office).filter(|staff| staff.is(Role::Leader))
}
