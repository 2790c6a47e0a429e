//! Drafts: what a resident has typed so far, kept per step for a day, so that no error and no lost session costs a word.
//!
//! The cookie holds a random token. Only its hash is stored, and the content is sealed under a key derived from the token
//! itself: at rest nobody can open it, this program included. It does not know what a step holds.

use db::{Fault, Migration, Tx, params};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::chance::Chance;
use crate::refusal::{No, Refusal};
use crate::vault::{Key, derive, open, seal};

/// Builds the table.
pub const MIGRATION: Migration = Migration {
    name: "0007_draft",
    sql: "create table draft (
            jurisdiction bigint not null,
            token_hash bytea not null,
            step text not null,
            at bigint not null,
            content bytea not null,
            primary key (jurisdiction, token_hash, step));
          create index draft_at on draft (jurisdiction, at);",
    sql_postgres: None,
};

db::statements! {
    PUT = "insert into draft (jurisdiction, token_hash, step, at, content) values ($1, $2, $3, $4, $5)
        on conflict (jurisdiction, token_hash, step) do update set at = excluded.at, content = excluded.content";
    COUNT = "select cast(count(*) as bigint) as steps from draft where jurisdiction = $1 and token_hash = $2 and step <> $3";
    GET = "select content from draft where jurisdiction = $1 and token_hash = $2 and step = $3 and at > $4";
    ALL_STEPS = "select step, content from draft where jurisdiction = $1 and token_hash = $2 and at > $3 order by step";
    ERASE = "delete from draft where jurisdiction = $1 and token_hash = $2";
    SWEEP = "delete from draft where jurisdiction = $1 and at <= $2";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

/// Drafts are kept so many hours after the last word.
pub const DRAFT_HOURS_MAX: i64 = 24;
/// Longest content of one step, in bytes.
pub const DRAFT_BYTES_MAX: usize = 128 * 1024;
/// Steps of one draft.
pub const DRAFT_STEPS_MAX: i64 = 16;
/// Microseconds in an hour.
const HOUR_MICROS: i64 = 3_600_000_000;

/// Is the token of one draft, as its cookie holds it, with the site it belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Draft<'a> {
    /// Begins the row's key.
    pub jurisdiction: i64,
    /// Random text of the cookie ([`crate::session::token`]).
    pub token: &'a str,
}

impl Draft<'_> {
    fn hash(&self) -> Vec<u8> {
        Sha256::digest(format!("minsheng/draft/{}", self.token)).to_vec()
    }

    /// Returns the key that only the cookie opens; attachments of a draft are sealed under it too.
    pub fn key(&self) -> Key {
        derive(&Key::new(Sha256::digest(self.token).into()), "minsheng/draft-key/1")
    }

    fn context(&self, step: &str) -> String {
        format!("{}|draft|{step}|content|1", self.jurisdiction)
    }
}

/// Keeps what was typed at a step, in place of what was typed there before.
pub fn put(
    tx: &mut Tx<'_>,
    draft: Draft<'_>,
    (now, chance): (Timestamp, &mut Chance),
    (step, content): (&str, &[u8]),
) -> Result<(), No> {
    if content.len() > DRAFT_BYTES_MAX {
        return Err(Refusal::new("draft_long").with("max_kib", DRAFT_BYTES_MAX >> 10).instead("shorten").into());
    }
    let row = tx.row(COUNT, params![draft.jurisdiction, draft.hash(), step])?;
    let steps: i64 = row.ok_or_else(|| Fault::other("a count gave no row"))?.get("steps")?;
    if steps >= DRAFT_STEPS_MAX {
        return Err(Refusal::new("draft_full").instead("begin_anew").into());
    }
    let sealed = seal(&draft.key(), &draft.context(step), content, chance);
    tx.run(PUT, params![draft.jurisdiction, draft.hash(), step, now.as_microsecond(), sealed])?;
    Ok(())
}

/// Finds what was typed at a step within the last day.
pub fn get(tx: &mut Tx<'_>, draft: Draft<'_>, now: Timestamp, step: &str) -> Result<Option<Vec<u8>>, Fault> {
    let row = tx.row(GET, params![draft.jurisdiction, draft.hash(), step, oldest(now)])?;
    row.map(|row| open(&draft.key(), &draft.context(step), &row.get::<Vec<u8>>("content")?)).transpose()
}

/// Lists all steps of a draft with what was typed, in the order of their names.
pub fn all(tx: &mut Tx<'_>, draft: Draft<'_>, now: Timestamp) -> Result<Vec<(String, Vec<u8>)>, Fault> {
    let rows = tx.rows(ALL_STEPS, params![draft.jurisdiction, draft.hash(), oldest(now)])?;
    rows.iter()
        .map(|row| {
            let step: String = row.get("step")?;
            let content = open(&draft.key(), &draft.context(&step), &row.get::<Vec<u8>>("content")?)?;
            Ok((step, content))
        })
        .collect()
}

/// Erases a draft: after filing, and when the person asks.
pub fn erase(tx: &mut Tx<'_>, draft: Draft<'_>) -> Result<(), Fault> {
    tx.run(ERASE, params![draft.jurisdiction, draft.hash()])?;
    Ok(())
}

/// Deletes drafts that are a day old. Returns how many steps went.
pub fn sweep(tx: &mut Tx<'_>, jurisdiction: i64, now: Timestamp) -> Result<u64, Fault> {
    tx.run(SWEEP, params![jurisdiction, oldest(now)])
}

fn oldest(now: Timestamp) -> i64 {
    now.as_microsecond() - DRAFT_HOURS_MAX * HOUR_MICROS
}
