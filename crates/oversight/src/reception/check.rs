//! The tables of reception days against the journal: each day and each booking folded anew from its events must be what its row says, and
//! the taken times those of the bookings. A row that is missing leaves a gap in the numbers. Nothing is written.

use std::collections::BTreeSet;

use civic::journal;
use civic::site::Site;
use db::{Fault, Tx, params};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::list;
use super::store::{self, BookingRow, DayRow};
use super::{Booking, Day, booking, day};

/// Days read at once.
const PAGE_DAYS: i64 = 200;
/// Differences named; more are counted only.
const NAMED_MAX: usize = 20;

/// Folds every day and every booking again and says where the tables differ.
pub fn compare(tx: &mut Tx<'_>, site: &Site) -> Result<Vec<String>, Fault> {
    let (mut found, mut last) = (Vec::new(), 0);
    loop {
        let rows = tx.rows(store::ALL_DAYS, params![site.jurisdiction, last, PAGE_DAYS])?;
        if rows.is_empty() {
            break;
        }
        for (own, row) in rows.iter().zip(store::days(&rows, site)?) {
            // by the row's own number: what is sealed may say another
            let number: i64 = own.get("number")?;
            if number != last + 1 {
                found.push(format!("no row says what reception day {} is", last + 1));
            }
            last = number;
            one(tx, site, (&row, &mut found))?;
        }
    }
    let more = found.len().saturating_sub(NAMED_MAX);
    found.truncate(NAMED_MAX);
    if more > 0 {
        found.push(format!("and {more} more differences of reception days"));
    }
    Ok(found)
}

fn one(tx: &mut Tx<'_>, site: &Site, (row, found): (&DayRow, &mut Vec<String>)) -> Result<(), Fault> {
    let number = row.day.number;
    let mut told: Option<Day> = None;
    for event in events::<day::Event>(tx, site, row.day.id)?.unwrap_or_default() {
        match &mut told {
            Some(day) => day.apply(&event),
            None => told = Day::begin(row.day.id, &event),
        }
    }
    if told.as_ref() != Some(&row.day) || !store::is_clear(tx, site, &row.day)? {
        found.push(format!("the row of reception day {number} says something else than its events"));
    }
    let bookings = list::bookings(tx, site, row.day.id)?;
    let whole = bookings.iter().map(|booking| booking.seq).eq(1..=row.seq);
    if !whole || row.called > row.seq {
        found.push(format!("reception day {number} has other numbers than bookings"));
    }
    let mut slots = BTreeSet::new();
    for booking in &bookings {
        if !fits(tx, site, booking)? {
            found.push(format!(
                "the row of booking {} of reception day {number} says something else than its events",
                booking.seq
            ));
        }
        slots.extend(booking.slot.map(|slot| (i64::from(slot), booking.id)));
    }
    let rows = tx.rows(store::TAKEN, params![site.jurisdiction, row.day.id])?;
    let taken =
        rows.iter().map(|row| Ok((row.get("slot")?, row.get("booking")?))).collect::<Result<BTreeSet<(i64, Uuid)>, Fault>>()?;
    if taken != slots {
        found.push(format!("the taken times of reception day {number} are not those of its bookings"));
    }
    Ok(())
}

/// Tells whether a booking's row is what its events say; of one that was forgotten only that nothing is left.
fn fits(tx: &mut Tx<'_>, site: &Site, row: &BookingRow) -> Result<bool, Fault> {
    let Some(all) = events::<booking::Event>(tx, site, row.id)? else { return Ok(row.booking.is_none()) };
    let mut told: Option<Booking> = None;
    for event in &all {
        match &mut told {
            Some(booking) => booking.apply(event),
            None => told = Booking::begin(row.id, event),
        }
    }
    let Some(told) = told else { return Ok(false) };
    let same = row.booking.as_ref().is_none_or(|booking| *booking == told);
    Ok(same && (row.day, row.seq, row.slot, row.standing) == (told.day, told.seq, told.slot, told.standing))
}

/// Opens the events of a stream. `None`: its key is gone.
fn events<T: DeserializeOwned>(tx: &mut Tx<'_>, site: &Site, stream: Uuid) -> Result<Option<Vec<T>>, Fault> {
    let mut all = Vec::new();
    for raw in &journal::of_matter(tx, site.jurisdiction, stream)? {
        let Some(key) = site.keystore.get(raw.key_id)? else { return Ok(None) };
        let body = journal::open_body(site, raw, &key)?.body;
        all.push(serde_json::from_value(body).map_err(|_| Fault::other("an event of a reception cannot be read"))?);
    }
    Ok(Some(all))
}
