//! Calls of the demo's hotline: two days of them with their waits and end words, and some that nobody answered. All numbers are invented.

use std::sync::Arc;

use civic::directory::Role;
use civic::hall::Hall;
use civic::hotline::{self, Told, What};
use civic::refusal::No;
use db::Fault;
use jiff::{SignedDuration, Timestamp};

/// Calls told of.
const CALLS: i64 = 36;
/// Minutes between two of them.
const EVERY_MINUTES: i64 = 47;
/// One in so many was not answered; the older ones of these were rung back.
const MISSED_EVERY: i64 = 9;
/// Calls whose callers wait to be rung back.
const WAITING: i64 = 2;
/// The words that calls were ended with, in turn.
const WORDS: [&str; 6] = ["2_answered", "3_progress", "2_answered", "4_sent_on", "3_progress", "6_silent"];

/// Tells the site of its calls, as an exchange would have.
pub(super) fn fill(hall: &Hall, now: Timestamp) -> Result<(), Fault> {
    let site = Arc::clone(&hall.site);
    let done = hall.store.write_blocking(move |tx| {
        let (directory, mut chance) = (site.directory(), site.chance());
        let Some(staff) = directory.staff.values().find(|staff| staff.is(Role::HotlineOperator)) else { return Ok(()) };
        for number in 0..CALLS {
            let began = now - SignedDuration::from_mins(25 + (CALLS - number) * EVERY_MINUTES);
            let (call, caller) = (format!("demo-{number}"), format!("1390000{:04}", 2_100 + number));
            let mut tell = |what, seconds: i64| {
                let at = began + SignedDuration::from_secs(seconds);
                let told = Told { call: &call, what, at, caller: &caller, office: &staff.office };
                hotline::hear(tx, &site, at, &told).map(|_| at)
            };
            tell(What::Ringing, 0)?;
            let missed = number % MISSED_EVERY == MISSED_EVERY - 1;
            if !missed {
                tell(What::Answered, 3 + number * 7 % 19)?;
            }
            let ended = tell(What::Ended, if missed { 41 } else { 100 + number * 37 % 300 })?;
            let known = hotline::call_of(tx, &site, &call)?.map(|id| hotline::load(tx, &site, id)).transpose()?.flatten();
            let Some(known) = known else { continue };
            let waits = missed && number >= CALLS - WAITING * MISSED_EVERY;
            if missed && !waits {
                hotline::settled(tx, &site, (ended, &mut chance), (&known, staff, true))?;
            }
            if !missed {
                hotline::take(tx, &site, (ended, &mut chance), (&known, staff))?;
                let word = WORDS[usize::try_from(number).unwrap_or_default() % WORDS.len()];
                hotline::wrap(tx, &site, (ended, &mut chance), (&known, staff), word)?;
            }
        }
        Ok::<_, No>(())
    });
    done.map_err(|no| match no {
        No::Failed(fault) => fault,
        other => Fault::other(format!("the demo's calls: {other}")),
    })
}
