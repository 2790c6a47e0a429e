//! How far programs of others were told of what became of what they sent: one row each, a place in the list of changes. Nothing is queued: what
//! is told is what has changed behind that place, so a program that is down for a day is told all of it when it is back, in order.

use data_encoding::HEXLOWER;
use db::{Fault, Migration, Row, Tx, params};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::clock;
use crate::site::Site;
use crate::vault::mac;

/// Builds the table.
pub const MIGRATION: Migration = Migration {
    name: "0352_hook",
    sql: "create table hook (
            jurisdiction bigint not null,
            client uuid not null,
            changed_at bigint not null,
            matter uuid not null,
            attempts bigint not null,
            next_at bigint not null,
            reached_at bigint,
            trouble text not null,
            trouble_since bigint,
            trial boolean not null,
            primary key (jurisdiction, client));",
    sql_postgres: None,
};

db::statements! {
    FIND = "select client, changed_at, matter, attempts, next_at, reached_at, trouble, trouble_since, trial from hook
        where jurisdiction = $1 and client = $2";
    TOLD = "insert into hook (jurisdiction, client, changed_at, matter, attempts, next_at, reached_at, trouble, trial)
            values ($1, $2, $3, $4, 0, 0, $5, '', false)
        on conflict (jurisdiction, client) do update set changed_at = excluded.changed_at, matter = excluded.matter, attempts = 0,
            next_at = 0, reached_at = excluded.reached_at, trouble = '', trouble_since = null, trial = false";
    FAILED = "insert into hook (jurisdiction, client, changed_at, matter, attempts, next_at, trouble, trouble_since, trial)
            values ($1, $2, 0, $3, 1, $4, $5, $6, false)
        on conflict (jurisdiction, client) do update set attempts = hook.attempts + 1, next_at = excluded.next_at,
            trouble = excluded.trouble, trouble_since = coalesce(hook.trouble_since, excluded.trouble_since), trial = false";
    REWIND = "insert into hook (jurisdiction, client, changed_at, matter, attempts, next_at, trouble, trial)
            values ($1, $2, $3, $4, 0, 0, '', false)
        on conflict (jurisdiction, client) do update set changed_at = excluded.changed_at, matter = excluded.matter, attempts = 0, next_at = 0";
    TRY = "insert into hook (jurisdiction, client, changed_at, matter, attempts, next_at, trouble, trial)
            values ($1, $2, 0, $3, 0, 0, '', true)
        on conflict (jurisdiction, client) do update set trial = true, attempts = 0, next_at = 0";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

/// The first pause after a failure, in seconds; each further one is twice as long.
const PAUSE_SECONDS: i64 = 15;
/// The longest pause, in seconds: a program that is back is told within this time.
const PAUSE_SECONDS_MAX: i64 = 900;

/// How often the pause is doubled at most.
const DOUBLINGS_MAX: i64 = 6;

/// Is how far a program was told, and how that went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// Everything up to this change was told: when it happened, and to which matter.
    pub place: (Timestamp, Uuid),
    /// Failures in a row.
    pub attempts: i64,
    /// Nothing is tried before.
    pub next_at: Timestamp,
    /// When it was last reached.
    pub reached_at: Option<Timestamp>,
    /// What stands in the way, in a few words of the worker's, and since when.
    pub trouble: Option<(String, Timestamp)>,
    /// Whether somebody asked for a trial, with nothing in it.
    pub trial: bool,
}

impl Default for Hook {
    fn default() -> Self {
        let beginning = Timestamp::UNIX_EPOCH;
        let place = (beginning, Uuid::nil());
        Self { place, attempts: 0, next_at: beginning, reached_at: None, trouble: None, trial: false }
    }
}

impl Hook {
    /// Tells whether it is not yet time for another try.
    pub fn waits(&self, now: Timestamp) -> bool {
        clock::waits(self.next_at, now, PAUSE_SECONDS_MAX)
    }
}

/// Returns what a program checks signatures with: derived, so that it can be shown again and lies nowhere.
pub fn secret(site: &Site, client: Uuid) -> String {
    HEXLOWER.encode(&mac(&site.keys.index, &[b"minsheng/hook/1", &site.jurisdiction.to_be_bytes(), client.as_bytes()]))
}

/// Reads how far a program was told; from the beginning where it never was.
pub fn find(tx: &mut Tx<'_>, site: &Site, client: Uuid) -> Result<Hook, Fault> {
    tx.row(FIND, params![site.jurisdiction, client])?.as_ref().map_or_else(|| Ok(Hook::default()), read)
}

/// Notes that a program was reached and told everything up to a place.
pub fn told(tx: &mut Tx<'_>, site: &Site, client: Uuid, place: (Timestamp, Uuid), now: Timestamp) -> Result<(), Fault> {
    tx.run(TOLD, params![site.jurisdiction, client, place.0.as_microsecond(), place.1, now.as_microsecond()]).map(drop)
}

/// Notes what stood in the way, and pauses: the longer, the more often in a row.
pub fn failed(tx: &mut Tx<'_>, site: &Site, client: Uuid, why: &str, (before, now): (&Hook, Timestamp)) -> Result<(), Fault> {
    let pause = SignedDuration::from_secs(pause(before.attempts));
    let next = now.saturating_add(pause).unwrap_or(now).as_microsecond();
    tx.run(FAILED, params![site.jurisdiction, client, Uuid::nil(), next, why, now.as_microsecond()]).map(drop)
}

fn pause(failures: i64) -> i64 {
    (PAUSE_SECONDS << failures.clamp(0, DOUBLINGS_MAX)).min(PAUSE_SECONDS_MAX)
}

/// Goes back: everything that has changed since is told again.
pub fn rewind(tx: &mut Tx<'_>, site: &Site, client: Uuid, since: Timestamp) -> Result<(), Fault> {
    tx.run(REWIND, params![site.jurisdiction, client, since.as_microsecond(), Uuid::nil()]).map(drop)
}

/// Asks for a trial with nothing in it, at once.
pub fn try_out(tx: &mut Tx<'_>, site: &Site, client: Uuid) -> Result<(), Fault> {
    tx.run(TRY, params![site.jurisdiction, client, Uuid::nil()]).map(drop)
}

fn read(row: &Row) -> Result<Hook, Fault> {
    let time = |micros: i64| {
        Timestamp::from_microsecond(micros).map_err(|error| Fault::other("a time of a hook is out of range").caused_by(error))
    };
    let maybe = |name: &str| row.get::<Option<i64>>(name)?.map(time).transpose();
    let trouble: String = row.get("trouble")?;
    Ok(Hook {
        place: (time(row.get("changed_at")?)?, row.get("matter")?),
        attempts: row.get("attempts")?,
        next_at: time(row.get("next_at")?)?,
        reached_at: maybe("reached_at")?,
        trouble: maybe("trouble_since")?.map(|since| (trouble, since)),
        trial: row.get("trial")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_stay_short_enough_to_be_told_soon_after_a_bad_day() {
        assert_eq!([0, 1, 2, 5].map(pause), [15, 30, 60, 480]);
        assert!((0..200).all(|failures| pause(failures) <= PAUSE_SECONDS_MAX));
    }
}
