//! What pages are drawn from.

use civic::pass::Pass;
use civic::site::Site;
use db::{Fault, Tx, params};
use jiff::civil::Date;
use uuid::Uuid;

use super::LABELS;
use super::booking::Standing;
use super::often::{self, Duty};
use super::store::{self, BookingRow, DayRow};

/// Days that are shown at once.
pub const DAYS_MAX: i64 = 60;

/// Finds a day.
pub fn day(tx: &mut Tx<'_>, site: &Site, id: Uuid) -> Result<Option<DayRow>, Fault> {
    store::day(tx, site, (store::DAY, params![site.jurisdiction, id]))
}

/// Finds a day by its short number.
pub fn day_by_number(tx: &mut Tx<'_>, site: &Site, number: i64) -> Result<Option<DayRow>, Fault> {
    store::day(tx, site, (store::DAY_BY_NUMBER, params![site.jurisdiction, number]))
}

/// Lists the days from one on, the next first.
pub fn coming(tx: &mut Tx<'_>, site: &Site, from: Date) -> Result<Vec<DayRow>, Fault> {
    store::days(&tx.rows(store::COMING, params![site.jurisdiction, from.to_string(), DAYS_MAX])?, site)
}

/// Lists the days before one, the newest first. `after` names the last day that was shown.
pub fn before(tx: &mut Tx<'_>, site: &Site, (until, after): (Date, Option<&DayRow>)) -> Result<Vec<DayRow>, Fault> {
    let (date, begins, id) = match after {
        Some(row) => (row.day.plan.date, i64::from(row.day.plan.from), row.day.id),
        None => (until, 0, Uuid::nil()),
    };
    store::days(&tx.rows(store::BEFORE, params![site.jurisdiction, date.to_string(), begins, id, DAYS_MAX])?, site)
}

/// Says how it stands with every leader who has to sit every so often.
pub fn duties(tx: &mut Tx<'_>, site: &Site, today: Date) -> Result<Vec<Duty>, Fault> {
    let (directory, rules) = (site.directory(), site.rules());
    let begun: Option<String> = tx.row(store::BEGUN, params![site.jurisdiction])?.map(|row| row.get("day")).transpose()?;
    let months = i16::try_from(rules.term(often::COUNTY).value).unwrap_or(1);
    let present = often::Period::of(today, months);
    let (first, next) = (present.before(months).first.to_string(), present.next.to_string());
    let rows = tx.rows(store::SAT, params![site.jurisdiction, first, next])?;
    let read = |text: &str| text.parse::<Date>().map_err(|_| Fault::other("a reception day has no date"));
    let sat = rows
        .iter()
        .map(|row| Ok((row.get("leader")?, read(&row.get::<String>("day")?)?)))
        .collect::<Result<Vec<(Uuid, Date)>, Fault>>()?;
    let begun = begun.as_deref().map(read).transpose()?;
    Ok(often::look(&directory, &rules, (today, begun), &sat))
}

/// Finds a booking.
pub fn booking(tx: &mut Tx<'_>, site: &Site, id: Uuid) -> Result<Option<BookingRow>, Fault> {
    store::booking(tx, site, (store::BOOKING, params![site.jurisdiction, id]))
}

/// Finds the booking of a pass. The same steps are taken whether there is one or not.
pub fn by_pass(tx: &mut Tx<'_>, site: &Site, typed: &str) -> Result<Option<BookingRow>, Fault> {
    let pass = Pass::parse(typed);
    let hash = pass.as_ref().map(|pass| pass.hash(site, &LABELS)).unwrap_or_default();
    let found = store::booking(tx, site, (store::BOOKING_BY_PASS, params![site.jurisdiction, hash]))?;
    Ok(found.filter(|_| pass.is_some()))
}

/// Lists the bookings of a day, by their numbers.
pub fn bookings(tx: &mut Tx<'_>, site: &Site, day: Uuid) -> Result<Vec<BookingRow>, Fault> {
    store::bookings(&tx.rows(store::BOOKINGS, params![site.jurisdiction, day])?, site)
}

/// Counts the bookings of a day, by how far they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Have a time.
    pub booked: i64,
    /// Wait for one.
    pub waiting: i64,
    /// Are there and not yet heard.
    pub present: i64,
    /// Were heard.
    pub heard: i64,
    /// Did not come, or gave it back.
    pub gone: i64,
}

impl Counts {
    /// Counts all of them.
    pub fn all(&self) -> i64 {
        self.booked + self.waiting + self.present + self.heard + self.gone
    }
}

/// Counts them.
pub fn counts(tx: &mut Tx<'_>, site: &Site, day: Uuid) -> Result<Counts, Fault> {
    let mut counts = Counts::default();
    for row in tx.rows(store::COUNTS, params![site.jurisdiction, day])? {
        let many: i64 = row.get("many")?;
        match Standing::parse(&row.get::<String>("standing")?) {
            Some(Standing::Booked) => counts.booked += many,
            Some(Standing::Waiting) => counts.waiting += many,
            Some(Standing::Arrived | Standing::Called) => counts.present += many,
            Some(Standing::Heard) => counts.heard += many,
            Some(Standing::Cancelled | Standing::Missed) | None => counts.gone += many,
        }
    }
    Ok(counts)
}

/// Puts the people who are there in the order in which they are called: by their time, then by their number.
#[must_use]
pub fn queue(rows: &[BookingRow]) -> Vec<&BookingRow> {
    let mut present: Vec<&BookingRow> = rows.iter().filter(|row| row.standing == Standing::Arrived).collect();
    present.sort_by_key(|row| (row.slot.unwrap_or(u16::MAX), row.seq));
    present
}
