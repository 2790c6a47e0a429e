//! Danger to life that nobody opens: it is told again, and further up, until somebody does. Minutes are rules of the site;
//! who is told stands in [`crate::alarm`].

use civic::rules::RuleSet;
use jiff::Timestamp;

use super::{Ctx, HEAD, LEADERS};
use crate::alarm::reaching;
use crate::appeal::{Event, State};

/// When each step up begins, counted from the filing.
const STEPS: [(u8, &str); 2] = [(HEAD, "site.danger_head"), (LEADERS, "site.danger_leaders")];

/// Finds out whether it is to be told again now.
pub(super) fn alarm(state: &State, ctx: &Ctx<'_>) -> Option<Event> {
    let due = next_alarm(state, ctx.rules)?;
    let begun = |term: &str| state.received_at.saturating_add(ctx.rules.clock(term)).is_ok_and(|at| at <= ctx.now);
    let level = STEPS.iter().filter(|(_, term)| begun(term)).map(|(level, _)| *level).max().unwrap_or(0);
    (due <= ctx.now).then(|| Event::Alarmed { level: reaching(ctx.directory, &state.subject(), level, ctx.today) })
}

/// Says when danger to life is told again unless somebody opens the matter: with the next step up, or some minutes after
/// the last time. `None` where nothing is to be told.
pub fn next_alarm(state: &State, rules: &RuleSet) -> Option<Timestamp> {
    if !state.unheard() {
        return None;
    }
    let after = |from: Timestamp, term: &str| from.saturating_add(rules.clock(term)).ok();
    let (last, level) = state.alarm.map_or((state.received_at, 0), |alarm| (alarm.at, alarm.level));
    let often = after(state.received_at, "hl.urgent").is_some_and(|end| last < end);
    let again = after(last, if often { "site.danger_repeat" } else { "site.danger_repeat_later" });
    let steps = STEPS.iter().filter(|(step, _)| *step > level).filter_map(|(_, term)| after(state.received_at, term));
    steps.chain(again).min()
}
