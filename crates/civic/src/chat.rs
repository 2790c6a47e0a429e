//! Groups of a chat that are bound to a place (`directory::ChatGroup`): how far each was told what is published there. One row each, a place
//! in the list of what is published; nothing is queued.
//!
//! A group cannot be asked whether it heard something, so what is told is noted before it is told (decision 0046).

use db::{Fault, Migration, Row, Tx, params};
use jiff::{SignedDuration, Timestamp};

use crate::clock;
use crate::site::Site;

/// Builds the table.
pub const MIGRATION: Migration = Migration {
    name: "0360_chat_told",
    sql: "create table chat_told (
            jurisdiction bigint not null,
            code text not null,
            since bigint not null,
            item text not null,
            next_at bigint not null,
            told_at bigint,
            trouble text not null,
            trouble_since bigint,
            primary key (jurisdiction, code));",
    sql_postgres: None,
};

db::statements! {
    TOLD = "select since, item, next_at, told_at, trouble, trouble_since from chat_told where jurisdiction = $1 and code = $2";
    BEGIN = "insert into chat_told (jurisdiction, code, since, item, next_at, trouble) values ($1, $2, $3, '', 0, '')
        on conflict (jurisdiction, code) do nothing";
    CLAIM = "update chat_told set since = $3, item = $4, next_at = $5, told_at = $6, trouble = '', trouble_since = null
        where jurisdiction = $1 and code = $2 and since = $7 and item = $8";
    BACK = "update chat_told set since = $3, item = $4, next_at = $5, told_at = $6, trouble = $7,
            trouble_since = coalesce(trouble_since, $8) where jurisdiction = $1 and code = $2";
    TROUBLE = "update chat_told set trouble = $3, trouble_since = coalesce(trouble_since, $4) where jurisdiction = $1 and code = $2";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

/// The job of the process that has a link to the other end, and sends.
pub const JOB: &str = "chat";
/// Template of the message by which an administrator sees that a group is linked.
pub const TRIAL: &str = "chat_group_trial";

/// Nothing is planned further ahead than this, in seconds.
const PAUSE_SECONDS_MAX: i64 = 1_800;

/// Is how far a group was told what is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The last thing told: when it became public, and its name.
    pub place: (Timestamp, String),
    /// Nothing is told before.
    pub next_at: Timestamp,
    /// When something was last told.
    pub told_at: Option<Timestamp>,
    /// What stands in the way, by a code, and since when.
    pub trouble: Option<(String, Timestamp)>,
}

impl Told {
    /// Tells whether it is not yet time for another thing.
    pub fn waits(&self, now: Timestamp) -> bool {
        clock::waits(self.next_at, now, PAUSE_SECONDS_MAX)
    }
}

/// Reads how far a group was told; none where it was never looked at.
pub fn told(tx: &mut Tx<'_>, site: &Site, code: &str) -> Result<Option<Told>, Fault> {
    tx.row(TOLD, params![site.jurisdiction, code])?.as_ref().map(read_told).transpose()
}

fn read_told(row: &Row) -> Result<Told, Fault> {
    let maybe = |name: &str| row.get::<Option<i64>>(name)?.map(time).transpose();
    let trouble: String = row.get("trouble")?;
    Ok(Told {
        place: (time(row.get("since")?)?, row.get("item")?),
        next_at: time(row.get("next_at")?)?,
        told_at: maybe("told_at")?,
        trouble: maybe("trouble_since")?.filter(|_| !trouble.is_empty()).map(|since| (trouble, since)),
    })
}

/// Begins: nothing that was public before is told.
pub fn begin(tx: &mut Tx<'_>, site: &Site, code: &str, now: Timestamp) -> Result<(), Fault> {
    tx.run(BEGIN, params![site.jurisdiction, code, now.as_microsecond()]).map(drop)
}

/// Notes that something is about to be told, before it is: whatever happens, it is told once at most. False: another process was first.
pub fn claim(
    tx: &mut Tx<'_>,
    site: &Site,
    (code, before): (&str, &Told),
    (place, gap): (&(Timestamp, String), SignedDuration),
    now: Timestamp,
) -> Result<bool, Fault> {
    let next = now.saturating_add(gap).unwrap_or(now).as_microsecond();
    let (since, item) = (place.0.as_microsecond(), place.1.as_str());
    let (old, old_item) = (before.place.0.as_microsecond(), before.place.1.as_str());
    let row = params![site.jurisdiction, code, since, item, next, now.as_microsecond(), old, old_item];
    Ok(tx.run(CLAIM, row)? == 1)
}

/// Goes back, where it is certain that nothing was told; it is tried again later.
pub fn back(
    tx: &mut Tx<'_>,
    site: &Site,
    (code, before): (&str, &Told),
    (trouble, next): (&str, Timestamp),
    now: Timestamp,
) -> Result<(), Fault> {
    let (since, item) = (before.place.0.as_microsecond(), before.place.1.as_str());
    let told = before.told_at.map(Timestamp::as_microsecond);
    let row = params![site.jurisdiction, code, since, item, next.as_microsecond(), told, trouble, now.as_microsecond()];
    tx.run(BACK, row).map(drop)
}

/// Notes that nobody knows whether something was told: it is not told again.
pub fn unsure(tx: &mut Tx<'_>, site: &Site, code: &str, trouble: &str, now: Timestamp) -> Result<(), Fault> {
    tx.run(TROUBLE, params![site.jurisdiction, code, trouble, now.as_microsecond()]).map(drop)
}

fn time(micros: i64) -> Result<Timestamp, Fault> {
    Timestamp::from_microsecond(micros).map_err(|_| Fault::other("a time of a chat is out of range"))
}
