//! What follows by itself when something that a bad rating set in motion was not there by its day: a call-back of another office, something put
//! right, the decision about an objection. Whoever owes it is told first, then the leaders (`rules/rating.toml`). Each step is an event, so the
//! resident sees it, and however many servers run the night it happens once.

use std::collections::BTreeSet;

use civic::directory::{Directory, Role};
use civic::permit::Act;
use jiff::civil::Date;

use super::Criticism;
use crate::alarm;
use crate::appeal::{Event, State};
use crate::coded::coded;
use crate::decide::{self, Ctx, leaders};

/// The step that reaches whoever owes it.
const FIRST: u8 = 1;

coded! {
    /// Says what a bad rating set in motion and somebody still owes.
    Owing {
        /// 独立回访
        Call = "call",
        /// 整改
        Rectify = "rectify",
        /// 裁定评价异议
        Decide = "decide",
    }
}

/// Is how far something that is late was told upwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Climbed {
    /// The step, from 1.
    pub step: u8,
    /// The day it was told.
    pub day: Date,
    /// The last day before the next step; none on the last.
    pub next: Option<Date>,
}

impl Criticism {
    /// Names the last day by which something is owed; none while nobody owes it. While an objection waits for its decision nothing has to be put
    /// right: the delay of whoever decides is not the office's.
    pub fn owed(&self, what: Owing) -> Option<Date> {
        match what {
            Owing::Call => self.call_due().map(|call| call.due.due.last),
            Owing::Rectify => Some(self.rectify.due.last).filter(|_| self.owes_rectification() && self.pending().is_none()),
            Owing::Decide => self.pending().map(|objection| objection.due.due.last),
        }
    }

    /// Names the last day before something that is owed is told to the next; none where nothing is owed or everybody was told.
    pub fn climbs(&self, what: Owing) -> Option<Date> {
        let last = self.owed(what)?;
        self.late.get(&what).map_or(Some(last), |climbed| climbed.next)
    }
}

impl State {
    /// Names the first day after which something that follows a bad rating may be told upwards.
    pub(crate) fn late_after_rating(&self) -> Option<Date> {
        let each = |one: &Criticism| Owing::ALL.iter().filter_map(|what| one.climbs(*what)).min();
        self.followup.criticisms.iter().filter_map(each).min()
    }
}

/// Finds the next step that is due and was not taken.
pub(crate) fn due(state: &State, ctx: &Ctx<'_>) -> Option<Event> {
    let all = state.followup.criticisms.iter().flat_map(|one| Owing::ALL.iter().map(move |what| (one, *what)));
    let mut missed = all.filter(|(one, what)| one.climbs(*what).is_some_and(|until| ctx.today > until));
    missed.find_map(|(one, what)| step(one, what, ctx))
}

fn step(one: &Criticism, what: Owing, ctx: &Ctx<'_>) -> Option<Event> {
    let last = one.owed(what)?;
    let climbed = one.late.get(&what);
    let level = climbed.map_or(FIRST, |climbed| climbed.step + 1);
    let rule = ctx.rules.late_step(what.code(), level)?;
    if climbed.is_none() && ctx.today <= decide::days_after(ctx, &rule.after, last) {
        return None;
    }
    let (directory, rated) = (ctx.directory, one.office.as_str());
    let office = match what {
        // nobody's in particular: whoever watches over all offices owes it
        Owing::Call => decide::top(directory, rated),
        Owing::Rectify => directory.acting(rated).map_or(rated, |office| office.code.as_str()).to_owned(),
        Owing::Decide => one.pending().map(|objection| objection.judge.clone())?,
    };
    let to = decide::reached(directory, rule.reaches, &office);
    let yesterday = ctx.today.yesterday().unwrap_or(ctx.today);
    let next = ctx.rules.late_step(what.code(), level + 1).map(|next| decide::days_after(ctx, &next.after, yesterday));
    Some(Event::FollowupLate { of: one.version, rating: one.rating, what, step: level, office, to, last, next })
}

/// Lists who hears of a step: whoever owes it at first, then the leaders above and the supervisors as well.
pub(crate) fn told(
    (directory, state): (&Directory, &State),
    (what, step, to): (Owing, u8, &str),
    own: impl Iterator<Item = String>,
) -> BTreeSet<String> {
    let subject = state.subject();
    let supervisors = directory.staff.values().filter(|staff| staff.active && staff.is(Role::Supervisor));
    let act = if what == Owing::Call { Act::CallBack } else { Act::See };
    let watching =
        supervisors.filter(|staff| alarm::asks(directory, staff, act, &subject)).map(|staff| format!("staff:{}", staff.id));
    let (called, first) = (what == Owing::Call, step == FIRST);
    let own = own.filter(|_| !called);
    let watching = watching.filter(|_| called || !first);
    let above = leaders(directory, to).filter(|_| !first).map(|staff| format!("staff:{}", staff.id));
    own.chain(watching).chain(above).collect()
}
