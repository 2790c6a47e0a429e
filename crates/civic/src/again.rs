//! What programs send again, because the answer got lost, is done once: each key with the hash of what was sent under it, for a day.

use db::{Fault, Migration, Tx, params};
use jiff::{SignedDuration, Timestamp};

use crate::refusal::{No, Refusal};
use crate::site::Site;

/// Builds the table.
pub const MIGRATION: Migration = Migration {
    name: "0350_again",
    sql: "create table again (
            jurisdiction bigint not null,
            key_hash bytea not null,
            said_hash bytea not null,
            made_at bigint not null,
            primary key (jurisdiction, key_hash));
          create index again_made on again (jurisdiction, made_at);",
    sql_postgres: None,
};

db::statements! {
    FIND = "select said_hash from again where jurisdiction = $1 and key_hash = $2 and made_at > $3";
    PUT = "insert into again (jurisdiction, key_hash, said_hash, made_at) values ($1, $2, $3, $4)
        on conflict (jurisdiction, key_hash) do update set said_hash = excluded.said_hash, made_at = excluded.made_at";
    SWEEP = "delete from again where jurisdiction = $1 and made_at <= $2";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

/// How long a key is remembered, in hours.
pub const KEPT_HOURS: i64 = 24;
/// Says that the same was done before: no fault of whoever asks again.
pub const DONE: &str = "done_before";

/// Is what was sent: the hash of its key, bound to what it acts on, and of all it says.
#[derive(Debug, Clone, Copy)]
pub struct Again {
    /// Of the key.
    pub key: [u8; 32],
    /// Of what was said.
    pub said: [u8; 32],
}

/// Notes what is about to be done in this transaction. Refused as [`DONE`] where the same was done, as `key_reused` where something else
/// was.
pub fn note(tx: &mut Tx<'_>, site: &Site, now: Timestamp, sent: &Again) -> Result<(), No> {
    let row = tx.row(FIND, params![site.jurisdiction, sent.key.as_slice(), since(now)])?;
    if let Some(row) = row {
        let said: Vec<u8> = row.get("said_hash")?;
        return Err(if said == sent.said { Refusal::new(DONE) } else { Refusal::new("key_reused").instead("begin_anew") }.into());
    }
    tx.run(PUT, params![site.jurisdiction, sent.key.as_slice(), sent.said.as_slice(), now.as_microsecond()])?;
    Ok(())
}

/// Forgets what is older than a day.
pub fn sweep(tx: &mut Tx<'_>, jurisdiction: i64, now: Timestamp) -> Result<(), Fault> {
    tx.run(SWEEP, params![jurisdiction, since(now)]).map(drop)
}

fn since(now: Timestamp) -> i64 {
    now.saturating_sub(SignedDuration::from_hours(KEPT_HOURS)).unwrap_or(now).as_microsecond()
}
