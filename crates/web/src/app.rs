//! What every handler shares.

use std::sync::Arc;

use civic::chance::Chance;
use civic::hall::Hall;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::limits::Limits;

/// Says how the site runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// An invented county on this machine, for trying out.
    Demo,
    /// The real thing.
    Serve,
}

/// Is the state that handlers share. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// Site, data, clock.
    pub hall: Hall,
    /// Demo or real.
    pub mode: Mode,
    /// Every limit of the web edge.
    pub limits: Arc<Limits>,
}

impl App {
    /// Puts the state together.
    pub fn new(hall: Hall, mode: Mode, limits: Limits) -> Self {
        Self { hall, mode, limits: Arc::new(limits) }
    }

    /// Returns the present instant.
    pub fn now(&self) -> Timestamp {
        self.hall.clock.now()
    }

    /// Returns the present civil day of the site.
    pub fn today(&self) -> Date {
        self.hall.site.day(self.now())
    }

    /// Splits off a fresh random generator.
    pub fn chance(&self) -> Chance {
        self.hall.site.chance()
    }
}
