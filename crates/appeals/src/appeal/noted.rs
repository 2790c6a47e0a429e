//! What happened to a matter that figures count, with the day and the office it counts for: as strangers count it from the public
//! entries, so that a board says the same as they do.

use civic::journal::Stored;
use jiff::civil::Date;

use super::event::Event;
use super::kind::{Kind, Outcome, Stage};
use super::state::State;
use crate::decide::HEAD;

/// Lowest grade that counts as satisfied (基本满意).
pub const GRADE_SATISFIED_MIN: u8 = 3;

/// Says what figures count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A reply, on or before the last day then in force or after it.
    Replied {
        /// True where it came in time.
        in_time: bool,
    },
    /// The last day passed without the promised word, and the head of the late office was told.
    Late,
    /// The resident reopened it.
    Reopened,
    /// It was closed, withdrawn or not accepted.
    Ended,
    /// The resident rated the reply.
    Rated {
        /// True from [`GRADE_SATISFIED_MIN`] on.
        satisfied: bool,
    },
}

/// Is one thing that figures count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// What.
    pub what: What,
    /// When.
    pub day: Date,
    /// The office it counts for.
    pub office: String,
}

impl State {
    /// Notes what figures count of an event, before it is applied.
    pub(super) fn note_figures(&mut self, event: &Event, stored: &Stored) {
        let what = match event {
            Event::Replied { .. } => Some(What::Replied { in_time: stored.day <= self.due_told }),
            Event::Escalated { level: HEAD, .. } => Some(What::Late),
            Event::Reopened { .. } => Some(What::Reopened),
            Event::Closed { .. } | Event::Withdrawn | Event::NotAccepted { .. } => Some(What::Ended),
            Event::Rated { grade, .. } => Some(What::Rated { satisfied: *grade >= GRADE_SATISFIED_MIN }),
            _ => None,
        };
        if let Some(what) = what {
            let office = if let Event::Escalated { office, .. } = event { office } else { &self.owner };
            self.noted.push(Noted { what, day: stored.day, office: office.clone() });
        }
        match event {
            Event::Accepted { due, .. }
            | Event::Simplified { due }
            | Event::Extended { due, .. }
            | Event::Reopened { due, .. }
            | Event::DueRecomputed { due, .. }
            | Event::KindNamed { due: Some(due), .. }
            | Event::Resumed { due: Some(due) } => self.due_told = due.due.last,
            Event::Replied { outcome, .. } | Event::ReviewDecided { outcome, .. } | Event::RecheckDecided { outcome, .. } => {
                self.outcome = Some(*outcome);
            }
            _ => {}
        }
    }

    /// Returns the office that held it first.
    pub fn first_owner(&self) -> &str {
        self.former.first().unwrap_or(&self.owner)
    }

    /// Returns the code of the topic or category that people said it is about; none while nobody did.
    pub fn subject_code(&self) -> Option<&str> {
        self.sorted.as_ref().map(|sorted| sorted.to.as_str()).or(self.category.as_deref())
    }

    /// Tells whether the resident asks for something and still does: not praise, and not taken back.
    pub fn asks(&self) -> bool {
        self.kind != Kind::Praise && self.stage != Stage::Withdrawn
    }

    /// Tells whether what was asked for was granted, in whole or in part, and whoever asked does not say that it did not help.
    pub fn met(&self) -> bool {
        let granted = matches!(self.outcome, Some(Outcome::Support | Outcome::PartSupport));
        let word = self.last_word().map(|word| word.leaf);
        let bad = self.rating.is_some_and(|rating| rating.grade < GRADE_SATISFIED_MIN && Some(rating.of) == word);
        granted && !bad && self.asks() && !self.owes_word()
    }
}
