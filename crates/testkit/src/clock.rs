//! A clock that stands still until a test moves it.

use std::sync::{Mutex, PoisonError};

use civic::clock::Clock;
use jiff::{Span, Timestamp};

/// Tells the time a test has set.
pub struct FakeClock {
    now: Mutex<Timestamp>,
}

impl FakeClock {
    /// Makes a clock that stands at an instant, such as `2026-11-24T02:00:00Z`.
    pub fn at(instant: &str) -> Self {
        Self { now: Mutex::new(parse(instant)) }
    }

    /// Sets the clock, forward or back.
    pub fn set(&self, instant: &str) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = parse(instant);
    }

    /// Moves the clock on by a span of hours or less; by days with [`FakeClock::days`].
    pub fn advance(&self, span: Span) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.checked_add(span).expect("tests stay within the range of time");
    }

    /// Moves the clock on by whole days.
    pub fn days(&self, days: i64) {
        self.advance(Span::new().hours(24 * days));
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn parse(instant: &str) -> Timestamp {
    instant.parse().expect("tests write instants as RFC 3339")
}
