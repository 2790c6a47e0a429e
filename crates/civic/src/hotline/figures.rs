//! Figures about the service: how many calls an hour brought, how many were answered, how soon. Calls are counted, people are not.

use db::{Fault, Row, Tx, params};
use jiff::{SignedDuration, Timestamp};

use super::{sql, time};
use crate::site::Site;

/// Counts the calls of one hour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hour {
    /// Which hour, from the beginning of the time that was asked for.
    pub at: i64,
    /// Calls that an exchange told of.
    pub calls: i64,
    /// Those that somebody answered.
    pub answered: i64,
    /// Those answered within the time that was asked for.
    pub soon: i64,
    /// Seconds that those who were answered waited, together.
    pub waited: i64,
}

/// Counts the calls of an office's desk hour by hour; hours without a call are left out. `soon` is how soon is soon enough.
pub fn hours(
    tx: &mut Tx<'_>,
    site: &Site,
    (from, to): (Timestamp, Timestamp),
    (office, soon): (&str, SignedDuration),
) -> Result<Vec<Hour>, Fault> {
    let soon = i64::try_from(soon.as_micros()).unwrap_or(i64::MAX);
    let rows = tx.rows(sql::HOURS, params![site.jurisdiction, office, from.as_microsecond(), to.as_microsecond(), soon])?;
    let read = |row: &Row| {
        Ok(Hour {
            at: row.get("hour")?,
            calls: row.get("many")?,
            answered: row.get("answered")?,
            soon: row.get("soon")?,
            waited: row.get::<i64>("waited")? / 1_000_000,
        })
    };
    rows.iter().map(read).collect()
}

/// Counts with which words the calls of an office's desk were ended.
pub fn wraps(
    tx: &mut Tx<'_>,
    site: &Site,
    (from, to): (Timestamp, Timestamp),
    office: &str,
) -> Result<Vec<(String, i64)>, Fault> {
    let rows = tx.rows(sql::WRAPS, params![site.jurisdiction, office, from.as_microsecond(), to.as_microsecond()])?;
    rows.iter().map(|row| Ok((row.get("wrapup")?, row.get("many")?))).collect()
}

/// Says when an exchange last told of a call, and how many it told of since a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Last {
    /// When the last call began.
    pub at: Option<Timestamp>,
    /// How many since.
    pub calls: i64,
}

/// Reads when an exchange last told of a call.
pub fn last(tx: &mut Tx<'_>, site: &Site, since: Timestamp) -> Result<Last, Fault> {
    let row = tx.row(sql::LAST, params![site.jurisdiction, since.as_microsecond()])?;
    let Some(row) = row else { return Ok(Last { at: None, calls: 0 }) };
    Ok(Last { at: row.get::<Option<i64>>("last")?.map(time).transpose()?, calls: row.get("many")? })
}
