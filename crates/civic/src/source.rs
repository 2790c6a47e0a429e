//! Sources: what this site goes to by itself to hear what came in: a mailbox elsewhere, a carrier's gateway.
//!
//! Of each it is known up to which position it was read, when it was last reached, and what stood in the way since, so that a
//! person who asks why nothing comes need not read a log.

use db::{Fault, Migration, Row, Tx, params};
use jiff::Timestamp;

use crate::site::Site;

/// Builds the table.
pub const MIGRATION: Migration = Migration {
    name: "0301_source",
    sql: "create table source (
            jurisdiction bigint not null,
            channel text not null,
            name text not null,
            validity bigint not null,
            position bigint not null,
            reached_at bigint,
            trouble text not null,
            trouble_since bigint,
            primary key (jurisdiction, channel, name));",
    sql_postgres: None,
};

db::statements! {
    CURSOR = "select validity, position from source where jurisdiction = $1 and channel = $2 and name = $3";
    REACHED = "insert into source (jurisdiction, channel, name, validity, position, reached_at, trouble)
            values ($1, $2, $3, $4, $5, $6, '')
        on conflict (jurisdiction, channel, name) do update set validity = excluded.validity,
            position = case when source.validity = excluded.validity and source.position > excluded.position
                then source.position else excluded.position end,
            reached_at = excluded.reached_at, trouble = '', trouble_since = null";
    FAILED = "insert into source (jurisdiction, channel, name, validity, position, trouble, trouble_since)
            values ($1, $2, $3, 0, 0, $4, $5)
        on conflict (jurisdiction, channel, name) do update set trouble = excluded.trouble,
            trouble_since = coalesce(source.trouble_since, excluded.trouble_since)";
    ALL_OF = "select name, reached_at, trouble, trouble_since from source where jurisdiction = $1 and channel = $2 order by name";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

/// Names a source: the channel, and its own name there, such as `minsheng@imap.qinghe.example/INBOX`.
pub type Name<'a> = (&'a str, &'a str);

/// Says up to which position a source was read; 0 where it was not, or was made anew since, with another `validity`.
pub fn cursor(tx: &mut Tx<'_>, site: &Site, (channel, name): Name<'_>, validity: i64) -> Result<i64, Fault> {
    let Some(row) = tx.row(CURSOR, params![site.jurisdiction, channel, name])? else { return Ok(0) };
    if row.get::<i64>("validity")? == validity { row.get("position") } else { Ok(0) }
}

/// Notes that a source was reached, and read up to a position. Within one `validity` the position goes forward only.
pub fn reached(
    tx: &mut Tx<'_>,
    site: &Site,
    (channel, name): Name<'_>,
    (validity, position): (i64, i64),
    now: Timestamp,
) -> Result<(), Fault> {
    tx.run(REACHED, params![site.jurisdiction, channel, name, validity, position, now.as_microsecond()]).map(drop)
}

/// Notes by a code what stands in the way to a source. The time at which it began stays.
pub fn failed(tx: &mut Tx<'_>, site: &Site, (channel, name): Name<'_>, trouble: &str, now: Timestamp) -> Result<(), Fault> {
    tx.run(FAILED, params![site.jurisdiction, channel, name, trouble, now.as_microsecond()]).map(drop)
}

/// Is how things stand with a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its name.
    pub name: String,
    /// When it was last reached.
    pub reached_at: Option<Timestamp>,
    /// What stands in the way by code, and since when.
    pub trouble: Option<(String, Timestamp)>,
}

/// Lists the sources of a channel by name.
pub fn all(tx: &mut Tx<'_>, site: &Site, channel: &str) -> Result<Vec<Source>, Fault> {
    let rows = tx.rows(ALL_OF, params![site.jurisdiction, channel])?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Source, Fault> {
    let time = |name: &str| row.get::<Option<i64>>(name)?.map(instant).transpose();
    let trouble: String = row.get("trouble")?;
    let since = time("trouble_since")?;
    Ok(Source { name: row.get("name")?, reached_at: time("reached_at")?, trouble: since.map(|since| (trouble, since)) })
}

fn instant(micros: i64) -> Result<Timestamp, Fault> {
    Timestamp::from_microsecond(micros).map_err(|error| Fault::other("a source's time is out of range").caused_by(error))
}
