//! The system clock, read nowhere else.

use std::sync::Arc;

use civic::clock::{Clock, SharedClock};
use jiff::Timestamp;

struct System;

impl Clock for System {
    #[expect(clippy::disallowed_methods, reason = "the door owns the clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Returns the system clock.
pub(crate) fn system() -> SharedClock {
    Arc::new(System)
}
