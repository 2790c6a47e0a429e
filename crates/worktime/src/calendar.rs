//! Which days are worked: Monday to Friday, minus the days off, plus the weekend days worked in exchange (调休).

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use serde::Deserialize;
use thiserror::Error;

/// Days one entry of a notice may span.
const SPAN_DAYS_MAX: usize = 31;

/// Years a notice can be of. Dates of any other come from a slip of the finger, or from somebody who tries.
pub const YEARS: RangeInclusive<i16> = 2000..=2199;

/// Is the arrangement of one year, as its notice says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Year {
    /// The year of the notice.
    pub year: i16,
    /// Days off, weekends included where the notice names them; may reach into the year before.
    pub off: BTreeSet<Date>,
    /// Weekend days that are worked.
    pub work: BTreeSet<Date>,
    /// The notice.
    pub source: String,
    /// True when a person still has to check it against the notice.
    pub unsure: bool,
}

/// Says how a last day stands to the day on which somebody looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// It is still to come: working days until then, itself included; 0 when only rest days lie between.
    Ahead(i64),
    /// It is today.
    Today,
    /// It has passed: working days since then, today included; 0 from the next day until the rest days are over.
    Over(i64),
}

/// Says why a calendar file was refused.
#[derive(Debug, Error)]
pub enum YearError {
    /// It is not the TOML that is expected.
    #[error("the calendar file cannot be read: {0}")]
    Form(#[from] toml::de::Error),
    /// No notice can be of this year.
    #[error("{0} is not a year between {first} and {last}", first = YEARS.start(), last = YEARS.end())]
    Year(i16),
    /// A day or span is wrong.
    #[error("\"{0}\" is not a day or a span of days within the year of the notice")]
    Day(String),
    /// A day stands in both lists, or a worked day is no weekend day.
    #[error("{0} cannot be a worked weekend day: it is off, or it is a weekday anyway")]
    Worked(Date),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    year: i16,
    source: String,
    verified: String,
    off: Vec<String>,
    work: Vec<String>,
}

impl Year {
    /// Reads a calendar file (`year`, `source`, `verified`, `off`, `work`; spans as `first/last`).
    pub fn parse(text: &str) -> Result<Self, YearError> {
        let file: File = toml::from_str(text)?;
        if !YEARS.contains(&file.year) {
            return Err(YearError::Year(file.year));
        }
        let mut year = Self {
            year: file.year,
            off: BTreeSet::new(),
            work: BTreeSet::new(),
            source: file.source,
            unsure: file.verified != "yes",
        };
        for span in &file.off {
            year.off.extend(days(span, file.year)?);
        }
        for span in &file.work {
            year.work.extend(days(span, file.year)?);
        }
        match year.work.iter().find(|day| year.off.contains(day) || !is_weekend(**day)) {
            Some(day) => Err(YearError::Worked(*day)),
            None => Ok(year),
        }
    }
}

/// Reads `2026-01-01` or `2026-01-01/2026-01-03`.
fn days(span: &str, year: i16) -> Result<Vec<Date>, YearError> {
    let wrong = || YearError::Day(span.to_owned());
    let (first, last) = span.split_once('/').unwrap_or((span, span));
    let (first, last) = (day(first).ok_or_else(wrong)?, day(last).ok_or_else(wrong)?);
    let near = |day: Date| day.year() == year || day.year() == year - 1;
    let days: Vec<Date> = first.series(1.day()).take_while(|day| *day <= last).take(SPAN_DAYS_MAX + 1).collect();
    if days.is_empty() || days.len() > SPAN_DAYS_MAX || !near(first) || last.year() != year && last != first || !near(last) {
        return Err(wrong());
    }
    Ok(days)
}

/// Reads a day as people and calendars write it, `2026-02-13`, and nothing that only begins like one.
pub fn day(text: &str) -> Option<Date> {
    text.parse::<Date>().ok().filter(|day| day.to_string() == text)
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// A Monday.
const MONDAY: Date = Date::constant(1970, 1, 5);

/// Counts the days from Monday to Friday from a Monday long ago to a day, that one included; negative before it.
fn weekdays_until(day: Date) -> i64 {
    let days = day.duration_since(MONDAY).as_hours() / 24;
    5 * days.div_euclid(7) + (days.rem_euclid(7) + 1).min(5)
}

/// Is the working calendar over all loaded years.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    years: BTreeMap<i16, Year>,
    off: BTreeSet<Date>,
    work: BTreeSet<Date>,
}

impl Calendar {
    /// Returns the calendar of the years that ship: 2024, 2025, 2026.
    pub fn builtin() -> Self {
        let mut calendar = Self::default();
        for text in [
            include_str!("../../../rules/calendar/2024.toml"),
            include_str!("../../../rules/calendar/2025.toml"),
            include_str!("../../../rules/calendar/2026.toml"),
        ] {
            calendar.add(Year::parse(text).expect("the shipped calendars are checked by a test"));
        }
        calendar
    }

    /// Adds a year, or replaces it. A day the notice of the following year names counts as that notice says.
    pub fn add(&mut self, year: Year) {
        self.years.insert(year.year, year);
        let (mut off, mut work) = (BTreeSet::new(), BTreeSet::new());
        for year in self.years.values() {
            for day in &year.off {
                off.insert(*day);
                work.remove(day);
            }
            for day in &year.work {
                work.insert(*day);
                off.remove(day);
            }
        }
        (self.off, self.work) = (off, work);
    }

    /// Tells whether a day is worked. Without the year's notice: Monday to Friday.
    pub fn is_working(&self, day: Date) -> bool {
        self.work.contains(&day) || !(is_weekend(day) || self.off.contains(&day))
    }

    /// Tells whether the notice of the day's year is loaded.
    pub fn knows(&self, day: Date) -> bool {
        self.years.contains_key(&day.year())
    }

    /// Lists the loaded years.
    pub fn years(&self) -> impl Iterator<Item = &Year> {
        self.years.values()
    }

    /// Writes what the calendar says: a line with the loaded years, then one for each day that is off or worked. Two
    /// calendars with one text compute the same dates, and others do not.
    pub fn text(&self) -> String {
        let years: Vec<String> = self.years.keys().map(i16::to_string).collect();
        let off = self.off.iter().map(|day| (*day, "off"));
        let days: BTreeMap<Date, &str> = off.chain(self.work.iter().map(|day| (*day, "work"))).collect();
        days.iter().fold(years.join(" ") + "\n", |text, (day, what)| format!("{text}{day} {what}\n"))
    }

    /// Counts the working days of a year.
    pub fn working_days(&self, year: i16) -> usize {
        let first = Date::constant(year, 1, 1);
        first.series(1.day()).take_while(|day| day.year() == year).filter(|day| self.is_working(*day)).count()
    }

    /// Counts the working days from today to a last day, that one included: negative when it has passed. A count of 0
    /// does not tell a last day from one that passed over a holiday; [`Calendar::left`] does.
    pub fn working_days_left(&self, today: Date, last: Date) -> i64 {
        if today <= last { self.working_days_after(today, last) } else { -self.working_days_after(last, today) }
    }

    /// Counts the working days after one day, up to another, without going through them one by one.
    fn working_days_after(&self, from: Date, to: Date) -> i64 {
        let Some(first) = from.tomorrow().ok().filter(|first| *first <= to) else { return 0 };
        let weekdays = weekdays_until(to) - weekdays_until(from);
        let off = self.off.range(first..=to).filter(|day| !is_weekend(**day) && !self.work.contains(day)).count() as i64;
        let work = self.work.range(first..=to).filter(|day| is_weekend(**day) || self.off.contains(day)).count() as i64;
        weekdays - off + work
    }

    /// Tells how a last day stands to today. Dates alone decide what is over; working days only measure how far.
    pub fn left(&self, today: Date, last: Date) -> Left {
        let days = self.working_days_left(today, last);
        match today.cmp(&last) {
            Ordering::Less => Left::Ahead(days),
            Ordering::Equal => Left::Today,
            Ordering::Greater => Left::Over(-days),
        }
    }
}
