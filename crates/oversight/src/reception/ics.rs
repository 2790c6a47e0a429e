//! Days as a calendar that other programs follow (iCalendar, RFC 5545): every day keeps its id, a change raises its sequence, what was
//! called off says so. No word about who comes.

use civic::site::Site;
use jiff::Timestamp;
use jiff::civil::Time;

use super::day::{Day, Held, Plan};
use crate::ics::{self, Entry, When};

/// Names the writer (RFC 5545, 3.7.3).
const PRODUCT: &str = "-//Minsheng//Reception days//ZH";

/// Is a day as the calendar shows it, in the reader's language.
#[derive(Debug, Clone)]
pub struct Shown<'a> {
    /// The day.
    pub day: &'a Day,
    /// Its title.
    pub title: String,
    /// What people should know.
    pub words: String,
    /// Where.
    pub place: String,
    /// Its page.
    pub address: String,
}

/// Writes a calendar. `host` is the site's own name.
pub fn calendar(site: &Site, (name, host): (&str, &str), days: &[Shown<'_>]) -> String {
    let entry = |shown: &Shown<'_>| {
        let Shown { day, title, words, place, address } = shown.clone();
        let when = When::Between(begins(site, &day.plan, day.plan.from)?, begins(site, &day.plan, day.plan.ends())?);
        let cancelled = day.held == Held::Cancelled;
        Some(Entry { id: day.id, version: day.version, when, cancelled, title, words, place, address })
    };
    let entries: Vec<Entry> = days.iter().filter_map(entry).collect();
    ics::calendar((PRODUCT, name, host), &entries)
}

/// Returns when a slot of a day begins.
pub fn begins(site: &Site, plan: &Plan, minutes: u16) -> Option<Timestamp> {
    let time = Time::new(i8::try_from(minutes / 60 % 24).ok()?, i8::try_from(minutes % 60).ok()?, 0, 0).ok()?;
    // a day may end at midnight
    let date = if minutes >= 24 * 60 { plan.date.tomorrow().ok()? } else { plan.date };
    Some(date.to_datetime(time).to_zoned_datetime(site.zone.clone()).ok()?.timestamp())
}
