//! Time as a parameter: rooms take `now`; only the door and the test kit own a clock.
//!
//! A clock may run ahead for hours before somebody sets it right. What was planned meanwhile must not wait for those hours: what is to be done
//! at once is due a day earlier than it was written, and what is planned further ahead than its kind ever is was planned by such a clock.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

/// How far ahead a clock may run, in hours, so that what was to be done at once does not wait when it is set right.
const AHEAD_HOURS_MAX: i64 = 24;
/// How far the clocks of several machines may differ, in seconds.
const CLOCKS_DIFFER_SECONDS_MAX: i64 = 300;

/// Tells the time. The door reads the system clock; tests set theirs.
pub trait Clock: Send + Sync {
    /// Returns the present instant.
    fn now(&self) -> Timestamp;
}

/// Is a clock that many threads share.
pub type SharedClock = Arc<dyn Clock>;

/// Returns from when on something is due that waits for nothing, by a clock that may run ahead.
#[must_use]
pub fn at_once(now: Timestamp) -> Timestamp {
    now.saturating_sub(SignedDuration::from_hours(AHEAD_HOURS_MAX)).unwrap_or(now)
}

/// Returns behind when nothing lies that was planned `longest` seconds ahead at most, unless a clock ran ahead.
#[must_use]
pub fn stray(now: Timestamp, longest: i64) -> Timestamp {
    now.saturating_add(SignedDuration::from_secs(longest + CLOCKS_DIFFER_SECONDS_MAX)).unwrap_or(Timestamp::MAX)
}

/// Tells whether something that is planned `longest` seconds ahead at most has to wait still. What lies further ahead waits no more.
#[must_use]
pub fn waits(next: Timestamp, now: Timestamp, longest: i64) -> bool {
    next > now && next <= stray(now, longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_clock_that_ran_ahead_has_planned_waits_no_more() {
        let (now, longest) = (Timestamp::from_second(1_000_000).unwrap(), 900);
        for (ahead, still) in
            [(-60, false), (0, false), (1, true), (900, true), (1_200, true), (1_201, false), (3 * 3_600, false)]
        {
            let next = now + SignedDuration::from_secs(ahead);
            assert_eq!(waits(next, now, longest), still, "{ahead}");
        }
        assert!(at_once(now + SignedDuration::from_hours(24)) <= now && at_once(Timestamp::MIN) == Timestamp::MIN);
    }
}
