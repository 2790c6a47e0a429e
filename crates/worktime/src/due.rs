//! Due dates (民法典 201–203): the first day is not counted; a last day that is a rest day moves to the next working day.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
use crate::term::{TERM_VALUE_MAX, Term, Unit};

/// Rest days listed in the steps at most; further ones are only counted.
pub const SKIPPED_DAYS_MAX: usize = 40;

/// Is a span of days that are not counted, first and last included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// First day not counted.
    pub from: Date,
    /// Last day not counted.
    pub to: Date,
}

/// Shows how a due date came about, as data for a page to put into words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Steps {
    /// The day that started the term; not counted.
    pub start: Date,
    /// The first counted day.
    pub first: Date,
    /// The terms that were counted: the rule's own and its extensions.
    pub terms: Vec<Term>,
    /// Rest days stepped over while counting working days, the first [`SKIPPED_DAYS_MAX`] of them.
    pub skipped: Vec<Date>,
    /// Days not counted because the clock stood still.
    pub paused: u32,
}

/// Is a computed due date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// The unrolled day: what an office should aim at.
    pub target: Date,
    /// The legal last day, moved on where the target is a rest day.
    pub last: Date,
    /// True where a year without a notice was met: weekends only, to be computed anew.
    pub provisional: bool,
    /// The arithmetic.
    pub steps: Steps,
}

/// Computes a due date.
pub fn due(calendar: &Calendar, start: Date, term: Term) -> Due {
    due_with(calendar, start, term, (&[], &[]))
}

/// Computes a due date with pauses and extensions. Extensions are counted on from the unrolled target. A term above
/// [`TERM_VALUE_MAX`] is cut to it; dates end at 9999-12-31.
pub fn due_with(calendar: &Calendar, start: Date, term: Term, (pauses, extensions): (&[Pause], &[Term])) -> Due {
    let mut terms = vec![term];
    terms.extend_from_slice(extensions);
    let mut count = Count { calendar, pauses, skipped: Vec::new(), paused: 0 };
    let target = terms.iter().fold(start, |from, term| count.step(from, *term));
    let mut last = target;
    while !calendar.is_working(last) && last < Date::MAX {
        last = next(last);
    }
    let provisional = !calendar.knows(target) || !calendar.knows(last);
    let steps = Steps { start, first: next(start), terms, skipped: count.skipped, paused: count.paused };
    Due { target, last, provisional, steps }
}

/// Computes the instant a term of hours ends.
pub fn due_hours(start: Timestamp, hours: u32) -> Timestamp {
    start.saturating_add(i64::from(hours.min(TERM_VALUE_MAX)).hours()).unwrap_or(Timestamp::MAX)
}

struct Count<'a> {
    calendar: &'a Calendar,
    pauses: &'a [Pause],
    skipped: Vec<Date>,
    paused: u32,
}

impl Count<'_> {
    fn step(&mut self, from: Date, term: Term) -> Date {
        let value = term.value.min(TERM_VALUE_MAX);
        match term.unit {
            Unit::Month => {
                let end = from.saturating_add(i64::from(value).months());
                self.stretch(from, end)
            }
            // an hour term that is shown as a day ends on the day its last hour falls on
            Unit::Hour => self.days(from, value.div_ceil(24), false),
            Unit::Day => self.days(from, value, false),
            Unit::WorkingDay => self.days(from, value, true),
        }
    }

    fn days(&mut self, from: Date, value: u32, working: bool) -> Date {
        let (mut day, mut counted) = (from, 0);
        while counted < value && day < Date::MAX {
            day = next(day);
            if self.is_paused(day) {
                self.paused += 1;
            } else if working && !self.calendar.is_working(day) {
                if self.skipped.len() < SKIPPED_DAYS_MAX {
                    self.skipped.push(day);
                }
            } else {
                counted += 1;
            }
        }
        day
    }

    /// Moves a month term's end on by one day for each paused day before it.
    fn stretch(&mut self, from: Date, end: Date) -> Date {
        let (mut day, mut end) = (from, end);
        while day < end && day < Date::MAX {
            day = next(day);
            if self.is_paused(day) {
                self.paused += 1;
                end = next(end);
            }
        }
        end
    }

    fn is_paused(&self, day: Date) -> bool {
        self.pauses.iter().any(|pause| pause.from <= day && day <= pause.to)
    }
}

fn next(day: Date) -> Date {
    day.saturating_add(1.day())
}
