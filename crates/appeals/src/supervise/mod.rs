//! Supervision of one matter (督查督办): the card that hangs on it once a last day was missed, how far it climbed, what the office showed,
//! what a supervisor of another line found. A card climbs by itself ([`crate::decide::due_now`]) and is taken away by nothing but evidence:
//! not by a late answer, not by closing the matter, not by handing it on.

mod decide;
pub mod draw;
pub mod list;
mod store;

pub use store::{ALL as STATEMENTS, Ladder, MIGRATION};

pub(crate) use decide::{decide, ready};
pub(crate) use store::{DROP_SUPERVISED, DUMP_SUPERVISED, GUARD, PUT_SUPERVISED, held, put, rows};

use std::collections::BTreeMap;

use civic::journal::Stored;
use jiff::civil::Date;

use crate::appeal::{Escalation, Event, Stage, State};

/// Is how far missed days of a matter were told upwards, and what hangs on it because of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Supervision {
    /// How far missed last days were told upwards, by term.
    pub escalated: BTreeMap<String, Escalation>,
    /// Cards, oldest first.
    pub cards: Vec<Card>,
}

/// Is what hangs on a matter because a last day was missed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Number of its first step within the matter.
    pub version: i64,
    /// The day of its first step.
    pub day: Date,
    /// The term that was missed.
    pub term: String,
    /// The last day that was missed.
    pub last: Date,
    /// The office that was late.
    pub office: String,
    /// The rung it stands on.
    pub rung: u8,
    /// The day it came there.
    pub climbed: Date,
    /// The last day before the next rung; none on the topmost.
    pub next: Option<Date>,
    /// What the office showed and nobody judged so far: number of its event, day.
    pub shown: Option<(i64, Date)>,
    /// How often that was not enough.
    pub refused: u32,
    /// What supervisors did on the rungs: rung, day.
    pub measures: Vec<(u8, Date)>,
    /// The day it was taken away.
    pub lifted: Option<Date>,
}

impl Card {
    /// Tells whether it hangs and nothing was shown that waits to be judged.
    pub fn waits_for_office(&self) -> bool {
        self.lifted.is_none() && self.shown.is_none()
    }

    /// Tells whether the office showed something that waits for a supervisor.
    pub fn waits_for_supervisor(&self) -> bool {
        self.lifted.is_none() && self.shown.is_some()
    }
}

impl State {
    /// Finds the card of a missed day.
    pub fn card_of(&self, term: &str, last: Date) -> Option<&Card> {
        self.supervision.cards.iter().find(|card| card.term == term && card.last == last)
    }

    /// Finds the oldest card that still hangs.
    pub fn card_open(&self) -> Option<&Card> {
        self.supervision.cards.iter().find(|card| card.lifted.is_none())
    }

    /// Tells whether the word that a card is about is still owed.
    pub fn owes_for(&self, card: &Card) -> bool {
        let due = |date: &crate::appeal::DueDate| date.term == card.term && date.due.last == card.last;
        (self.owes_reply() && due(&self.due)) || self.pending_review().is_some_and(|review| due(&review.due))
    }

    /// Names the last day before a card climbs on; none while it stands still: on the topmost rung, while something that was shown waits
    /// to be judged, while the clock is stopped on a legal ground, and where its matter was taken back, declined or merged into another.
    pub fn climbs(&self, card: &Card) -> Option<Date> {
        let over = matches!(self.stage, Stage::Withdrawn | Stage::NotAccepted) || self.merged_into.is_some();
        let stopped = self.clock_paused() && self.owes_for(card);
        card.next.filter(|_| card.waits_for_office() && !over && !stopped)
    }

    /// Applies what belongs to supervision.
    pub(crate) fn apply_cards(&mut self, event: &Event, stored: &Stored) {
        match event {
            Event::Escalated { level, office, term, last, next, card: true, .. } => {
                let (rung, climbed, office) = (*level, stored.day, office.clone());
                match self.supervision.cards.iter_mut().find(|card| card.term == *term && card.last == *last) {
                    Some(card) => (card.rung, card.climbed, card.next, card.office) = (rung, climbed, *next, office),
                    None => self.supervision.cards.push(Card {
                        version: stored.version,
                        day: stored.day,
                        term: term.clone(),
                        last: *last,
                        office,
                        rung,
                        climbed,
                        next: *next,
                        shown: None,
                        refused: 0,
                        measures: Vec::new(),
                        lifted: None,
                    }),
                }
            }
            Event::EvidenceShown { of, .. } => self.change_card(*of, |card| card.shown = Some((stored.version, stored.day))),
            Event::EvidenceJudged { of, enough: true, .. } => self.change_card(*of, |card| card.lifted = Some(stored.day)),
            Event::EvidenceJudged { of, next, .. } => self.change_card(*of, |card| {
                (card.shown, card.next) = (None, *next);
                card.refused += 1;
            }),
            Event::MeasureTaken { of, rung, .. } => self.change_card(*of, |card| card.measures.push((*rung, stored.day))),
            _ => {}
        }
    }

    fn change_card(&mut self, version: i64, change: impl FnOnce(&mut Card)) {
        if let Some(card) = self.supervision.cards.iter_mut().find(|card| card.version == version) {
            change(card);
        }
    }
}
