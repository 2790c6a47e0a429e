//! Time as a parameter: rooms take `now`; only the door and the test kit own a clock.

use std::sync::Arc;

use jiff::Timestamp;

/// Tells the time. The door reads the system clock; tests set theirs.
pub trait Clock: Send + Sync {
    /// Returns the present instant.
    fn now(&self) -> Timestamp;
}

/// Is a clock that many threads share.
pub type SharedClock = Arc<dyn Clock>;
