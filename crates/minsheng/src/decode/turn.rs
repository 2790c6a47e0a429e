//! Places among children: so many at one time, and whoever waits longer than a while is told that the site is busy.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use db::{Fault, FaultKind};

/// Holds the places that are free.
#[derive(Debug)]
pub(super) struct Turns {
    free: Mutex<usize>,
    freed: Condvar,
}

/// Is a place among the children, given back when it is dropped.
pub(super) struct Turn<'a>(&'a Turns);

impl Turns {
    /// Makes so many places.
    pub(super) fn new(count: usize) -> Self {
        Self { free: Mutex::new(count), freed: Condvar::new() }
    }

    /// Waits for a turn. None within the time: the site is busy.
    pub(super) fn wait(&self, wait: Duration) -> Result<Turn<'_>, Fault> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.freed.wait_timeout_while(free, wait, |free| *free == 0).unwrap_or_else(PoisonError::into_inner);
        let (mut free, _) = waited;
        if *free == 0 {
            return Err(Fault::new(FaultKind::Busy, "too many files wait to be looked into"));
        }
        *free -= 1;
        Ok(Turn(self))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.freed.notify_one();
    }
}
