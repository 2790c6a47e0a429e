//! The system clock, read nowhere else, and steadied: while the program runs, a clock that jumps is not followed.
//!
//! A wrong time that lasts a minute would do what cannot be undone: terms of thousands of matters would run out, letters
//! would go to everybody, and the log, whose time never goes back, would carry a day that has not come for ever. What the
//! machine measures time spans with goes on evenly, so a jump shows against it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use civic::clock::{Clock, SharedClock};
use jiff::{SignedDuration, Timestamp};

/// How far the clock may go back at once and still be followed, in seconds: time servers put it right by less.
const BACK_SECONDS_MAX: i64 = 3_600;
/// How far it may go on at once, in seconds: a machine that slept over the longest holiday wakes with such a step.
const AHEAD_SECONDS_MAX: i64 = 11 * 86_400;

struct System {
    last: Mutex<Last>,
}

/// Is what the time was when it was asked for last.
struct Last {
    at: Timestamp,
    measured: Instant,
    jumped: bool,
}

impl Clock for System {
    fn now(&self) -> Timestamp {
        let (told, measured) = (told(), Instant::now());
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, jumped) = steady(last.at, measured.saturating_duration_since(last.measured), told);
        match (jumped, last.jumped) {
            (true, false) => tracing::error!(
                system = %told,
                kept = %at,
                "the system's clock jumped and is not followed; put it right, or start the program anew if it is right now"
            ),
            (false, true) => tracing::warn!(now = %at, "the system's clock is followed again"),
            _ => {}
        }
        *last = Last { at, measured, jumped };
        at
    }
}

#[expect(clippy::disallowed_methods, reason = "the door owns the clock")]
fn told() -> Timestamp {
    Timestamp::now()
}

/// Decides what time it is, from the time before, what was measured since, and what the system says; and whether that jumped.
fn steady(before: Timestamp, passed: Duration, told: Timestamp) -> (Timestamp, bool) {
    let even = SignedDuration::try_from(passed).ok().and_then(|passed| before.checked_add(passed).ok()).unwrap_or(before);
    let off = told.duration_since(even).as_secs();
    if (-BACK_SECONDS_MAX..=AHEAD_SECONDS_MAX).contains(&off) { (told, false) } else { (even, true) }
}

/// Returns the system clock.
pub(crate) fn system() -> SharedClock {
    Arc::new(System { last: Mutex::new(Last { at: told(), measured: Instant::now(), jumped: false }) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_jumps_is_not_followed_and_one_that_is_put_right_is() {
        let before: Timestamp = "2026-11-25T02:00:00Z".parse().unwrap();
        let second = Duration::from_secs(1);
        let even: Timestamp = "2026-11-25T02:00:01Z".parse().unwrap();
        for follows in ["2026-11-25T02:00:01Z", "2026-11-25T02:00:04Z", "2026-11-25T01:59:00Z", "2026-12-05T02:00:00Z"] {
            let told = follows.parse().unwrap();
            assert_eq!(steady(before, second, told), (told, false), "{follows}");
        }
        for jump in [
            "2026-11-25T00:00:00Z",
            "1970-01-01T00:00:00Z",
            "2027-12-30T02:00:00Z",
            "2038-01-19T03:14:08Z",
            "2028-02-29T12:00:00Z",
        ] {
            assert_eq!(steady(before, second, jump.parse().unwrap()), (even, true), "{jump}");
        }
        assert_eq!(steady(Timestamp::MAX, second, before), (Timestamp::MAX, true), "the end of time is no panic");
    }
}
