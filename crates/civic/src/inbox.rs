//! The inbox: what came in by another channel, kept as it came until it has become what it is: a matter, words added to one,
//! a letter that was returned.
//!
//! A peer is told "taken" once its message is durable here, before anybody looks into it, so no error of a parser loses an
//! appeal. What is one message in the world is one row, however often it is delivered. It is sealed under a key that becomes
//! the key of the matter it makes, so whoever is erased there is erased here.

use db::{Fault, Migration, Row, Tx, params};
use jiff::Timestamp;
use uuid::Uuid;

use crate::file::{Address, FileStore};
use crate::site::Site;
use crate::vault::{Key, KeyId, mac, open, seal};
use crate::{chance, clock};

/// Builds the table.
pub const MIGRATION: Migration = Migration {
    name: "0300_inbox",
    sql: "create table inbox (
            jurisdiction bigint not null,
            id uuid not null,
            channel text not null,
            seen bytea not null,
            key_id bigint not null,
            envelope bytea not null,
            content bytea not null,
            file text not null,
            size bigint not null,
            state text not null,
            outcome text not null,
            attempts bigint not null,
            next_at bigint not null,
            came_at bigint not null,
            done_at bigint,
            matter uuid,
            detail text not null,
            primary key (jurisdiction, id));
          create unique index inbox_seen on inbox (jurisdiction, channel, seen);
          create index inbox_due on inbox (jurisdiction, channel, state, next_at);
          create index inbox_done on inbox (jurisdiction, done_at);
          create index inbox_matter on inbox (jurisdiction, matter);
          create index inbox_file on inbox (jurisdiction, file);",
    sql_postgres: None,
};

db::statements! {
    PUT = "insert into inbox (jurisdiction, id, channel, seen, key_id, envelope, content, file, size, state, outcome, attempts,
            next_at, came_at, detail)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', '', 0, $11, $10, '')
        on conflict (jurisdiction, channel, seen) do nothing";
    IS_THERE = "select id from inbox where jurisdiction = $1 and channel = $2 and seen = $3";
    DUE = "select id, key_id, envelope, content, file, state, outcome, attempts, came_at, matter from inbox
        where jurisdiction = $1 and channel = $2 and state = 'waiting' and (next_at <= $3 or next_at > $5) order by next_at, id limit $4";
    ONE = "select id, key_id, envelope, content, file, state, outcome, attempts, came_at, matter from inbox
        where jurisdiction = $1 and id = $2";
    WAIT = "update inbox set next_at = $3 where jurisdiction = $1 and id = $2 and state || '' = 'waiting'";
    ENVELOPE = "select key_id, envelope from inbox where jurisdiction = $1 and id = $2";
    BECAME = "update inbox set state = $3, outcome = $4, matter = $5, done_at = $6, attempts = attempts + 1, detail = ''
        where jurisdiction = $1 and id = $2 and state || '' = 'waiting'";
    LATER = "update inbox set attempts = attempts + 1, next_at = $3, detail = $4
        where jurisdiction = $1 and id = $2 and state || '' = 'waiting'";
    FAILED = "update inbox set state = 'failed', attempts = attempts + 1, done_at = $3, detail = $4
        where jurisdiction = $1 and id = $2 and state || '' = 'waiting'";
    AGAIN = "update inbox set state = 'waiting', outcome = $5, attempts = 0, next_at = $3, done_at = null, detail = ''
        where jurisdiction = $1 and id = $2 and state || '' = $4";
    EMPTY = "delete from inbox where jurisdiction = $1 and done_at <= $2 and state <> 'failed'
        and not (channel in ('sms', 'chat') and outcome = 'filed')";
    BLANK = "update inbox set envelope = $3, content = $3, file = '' where jurisdiction = $1 and done_at <= $2
        and channel = 'sms' and outcome = 'filed' and (length(envelope) > 0 or file <> '')";
    HOLLOW = "update inbox set content = $3, file = '' where jurisdiction = $1 and id = $2 and state || '' <> 'waiting'";
    DROP_OF = "delete from inbox where jurisdiction = $1 and matter = $2";
    DISCARD = "delete from inbox where jurisdiction = $1 and id = $2 and state || '' = 'waiting'";
    FILED = "select id from inbox where jurisdiction = $1 and matter = $2 and outcome = 'filed'";
    MADE = "select matter from inbox where jurisdiction = $1 and channel = $2 and outcome = $3 order by came_at desc, id desc limit $4";
    NAMES = "select id from inbox where jurisdiction = $1 and file = $2 limit 1";
    STANDS = "select state, outcome, cast(count(*) as bigint) as many, max(came_at) as last from inbox
        where jurisdiction = $1 and channel = $2 group by state, outcome order by state, outcome";
    STUCK = "select id, state, outcome, attempts, came_at, detail from inbox
        where jurisdiction = $1 and channel = $2 and state = $3 order by came_at desc, id limit $4";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

/// Tries before a message waits for a person.
pub const TRIES_MAX: i64 = 5;
/// Largest message kept in its row, in bytes; larger ones stand in a file.
const ROW_BYTES_MAX: usize = 64 * 1024;
/// Outcome of a message that a person wants taken, until it is.
const SURE: &str = "sure";
/// Wait after the first failed try, in seconds; doubled after each further one.
const WAIT_FIRST_SECONDS: i64 = 30;
/// Nothing is planned further ahead than this, in seconds.
const WAIT_SECONDS_MAX: i64 = 600;
/// Microseconds in a second.
const SECOND_MICROS: i64 = 1_000_000;
/// Longest error text kept, in characters.
const DETAIL_CHARS_MAX: usize = 200;

/// Is a message that is about to be kept: sealed, and its file durable.
#[derive(Debug)]
pub struct Coming {
    id: Uuid,
    channel: &'static str,
    seen: Vec<u8>,
    key: KeyId,
    envelope: Vec<u8>,
    content: Vec<u8>,
    file: String,
    size: i64,
}

impl Coming {
    /// Returns the id it will be known by.
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// Seals a message outside the writer. `fingerprint` is what makes it the same message when it comes once more; what does
    /// not fit a row is made durable as a file.
    pub fn seal(
        (site, files, now): (&Site, &FileStore, Timestamp),
        (channel, fingerprint): (&'static str, &[u8]),
        (envelope, bytes): (&[u8], &[u8]),
    ) -> Result<Self, Fault> {
        let (key_id, key) = site.keystore.take()?;
        let mut chance = site.chance();
        let id = chance::id_ordered(&mut chance, now);
        let (content, file) = if bytes.len() <= ROW_BYTES_MAX {
            (seal(&key, &context(site, id, "content"), bytes, &mut chance), String::new())
        } else {
            (Vec::new(), files.put((&key, &context_of_file(site)), bytes, &mut chance)?.to_string())
        };
        Ok(Self {
            id,
            channel,
            seen: seen(site, channel, fingerprint),
            key: key_id,
            envelope: seal(&key, &context(site, id, "envelope"), envelope, &mut chance),
            content,
            file,
            size: bytes.len() as i64,
        })
    }
}

/// Is a message that came in and waits to become something.
#[derive(Debug, Clone)]
pub struct Came {
    /// Its id.
    pub id: Uuid,
    /// The key it is sealed under, for the matter it may make.
    pub key: (KeyId, Key),
    /// What the channel wrote on it.
    pub envelope: Vec<u8>,
    /// Its bytes, as they came.
    pub bytes: Vec<u8>,
    /// Tries so far.
    pub attempts: i64,
    /// When it came.
    pub came_at: Timestamp,
    /// True where a person wants it taken, whoever wrote it.
    pub sure: bool,
}

impl Came {
    /// Makes the submit key of the matter it becomes: nobody who knows the message can compute it, and it is the same each time.
    pub fn submit_key(&self, site: &Site) -> String {
        submit_key(site, self.id)
    }
}

/// Makes the submit key of the matter that a message became.
fn submit_key(site: &Site, message: Uuid) -> String {
    let key = mac(&site.keys.code, &[b"minsheng/inbox-submit/1", &site.jurisdiction.to_be_bytes(), message.as_bytes()]);
    data_encoding::HEXLOWER.encode(&key[..16])
}

/// Finds the submit key of a matter that a message became, as long as the message is kept.
pub fn submit_key_of(tx: &mut Tx<'_>, site: &Site, matter: Uuid) -> Result<Option<String>, Fault> {
    let row = tx.row(FILED, params![site.jurisdiction, matter])?;
    Ok(row.map(|row| row.get("id")).transpose()?.map(|id| submit_key(site, id)))
}

/// Says what became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Became {
    /// Something of this code: a matter, words added, a returned letter.
    Done(&'static str),
    /// Nothing, for this reason; a person may have it looked at again.
    Aside(&'static str),
}

/// Finds the message that a matter was made of, as long as it is kept.
pub fn made_of(tx: &mut Tx<'_>, site: &Site, matter: Uuid) -> Result<Option<Uuid>, Fault> {
    tx.row(FILED, params![site.jurisdiction, matter])?.map(|row| row.get("id")).transpose()
}

/// Keeps a message. False: it was here already, so it may be called taken.
pub fn put(tx: &mut Tx<'_>, jurisdiction: i64, coming: &Coming, now: Timestamp) -> Result<bool, Fault> {
    let Coming { id, channel, seen, key, envelope, content, file, size } = coming;
    let (seen, envelope, content) = (seen.clone(), envelope.clone(), content.clone());
    // what was kept while the clock ran ahead is due when it was set right, too
    let due = clock::at_once(now).as_microsecond();
    let (file, now) = (file.as_str(), now.as_microsecond());
    let put = tx.run(PUT, params![jurisdiction, *id, *channel, seen, *key, envelope, content, file, *size, now, due])?;
    Ok(put == 1)
}

/// Tells whether a message was kept before, so that its bytes need not be sealed once more.
pub fn is_there(tx: &mut Tx<'_>, site: &Site, channel: &'static str, fingerprint: &[u8]) -> Result<bool, Fault> {
    Ok(tx.row(IS_THERE, params![site.jurisdiction, channel, seen(site, channel, fingerprint)])?.is_some())
}

/// Lists what waits to be looked into, oldest first, sealed; also what a clock that ran ahead has put off.
pub fn due(tx: &mut Tx<'_>, jurisdiction: i64, channel: &str, now: Timestamp, count: i64) -> Result<Vec<Row>, Fault> {
    let stray = clock::stray(now, WAIT_SECONDS_MAX).as_microsecond();
    tx.rows(DUE, params![jurisdiction, channel, now.as_microsecond(), count, stray])
}

/// Finds a message, sealed, whatever became of it. `None`: it is kept no more, or what it said is not.
pub fn one(tx: &mut Tx<'_>, jurisdiction: i64, id: Uuid) -> Result<Option<Row>, Fault> {
    let row = tx.row(ONE, params![jurisdiction, id])?;
    let said = |row: &Row| Ok::<_, Fault>(!row.get::<Vec<u8>>("content")?.is_empty() || !row.get::<String>("file")?.is_empty());
    let Some(row) = row else { return Ok(None) };
    Ok(said(&row)?.then_some(row))
}

/// Opens what [`due`] and [`one`] find. `None`: its key was shredded, so there is nothing to look into.
pub fn unseal(site: &Site, files: &FileStore, row: &Row) -> Result<Option<Came>, Fault> {
    let (id, key_id): (Uuid, KeyId) = (row.get("id")?, row.get("key_id")?);
    let Some(key) = site.keystore.get(key_id)? else { return Ok(None) };
    let address: String = row.get("file")?;
    let bytes = if address.is_empty() {
        open(&key, &context(site, id, "content"), &row.get::<Vec<u8>>("content")?)?
    } else {
        let address = Address::parse(&address).ok_or_else(|| Fault::other("a message has a wrong address"))?;
        files.get(&address, (&key, &context_of_file(site)))?
    };
    let envelope = open(&key, &context(site, id, "envelope"), &row.get::<Vec<u8>>("envelope")?)?;
    let (attempts, came_at) = (row.get("attempts")?, time(row.get("came_at")?)?);
    let sure = row.get::<String>("outcome")? == SURE;
    Ok(Some(Came { id, key: (key_id, key), envelope, bytes, attempts, came_at, sure }))
}

/// Notes what became of a message, in the transaction that makes it so. False: another process was first, and nothing may be
/// made of it again.
pub fn became(
    tx: &mut Tx<'_>,
    jurisdiction: i64,
    (id, now): (Uuid, Timestamp),
    (what, matter): (Became, Option<Uuid>),
) -> Result<bool, Fault> {
    let (state, code) = match what {
        Became::Done(code) => ("done", code),
        Became::Aside(code) => ("aside", code),
    };
    Ok(tx.run(BECAME, params![jurisdiction, id, state, code, matter, now.as_microsecond()])? == 1)
}

/// Has a message looked into at another time, which is no failed try. False: something became of it already.
pub fn wait(tx: &mut Tx<'_>, jurisdiction: i64, id: Uuid, until: Timestamp) -> Result<bool, Fault> {
    Ok(tx.run(WAIT, params![jurisdiction, id, until.as_microsecond()])? == 1)
}

/// Opens what the channel wrote on a message, for whoever answers it. `None`: it is kept no more.
pub fn envelope(tx: &mut Tx<'_>, site: &Site, id: Uuid) -> Result<Option<Vec<u8>>, Fault> {
    let Some(row) = tx.row(ENVELOPE, params![site.jurisdiction, id])? else { return Ok(None) };
    let Some(key) = site.keystore.get(row.get("key_id")?)? else { return Ok(None) };
    let sealed: Vec<u8> = row.get("envelope")?;
    if sealed.is_empty() {
        return Ok(None);
    }
    open(&key, &context(site, id, "envelope"), &sealed).map(Some)
}

/// Notes a failed try: another one later, or after [`TRIES_MAX`] a person has to look.
pub fn failed(tx: &mut Tx<'_>, jurisdiction: i64, came: (Uuid, i64), now: Timestamp, why: &str) -> Result<(), Fault> {
    let (id, attempts) = came;
    let detail: String = why.chars().take(DETAIL_CHARS_MAX).collect();
    match next_try(attempts, now) {
        Some(next) => tx.run(LATER, params![jurisdiction, id, next, detail])?,
        None => tx.run(FAILED, params![jurisdiction, id, now.as_microsecond(), detail])?,
    };
    Ok(())
}

/// Has a message that was laid aside, or failed, looked into once more; one that was laid aside is taken this time. False: it is
/// in that state no more.
pub fn again(tx: &mut Tx<'_>, jurisdiction: i64, (id, state): (Uuid, &str), now: Timestamp) -> Result<bool, Fault> {
    let outcome = if state == "aside" { SURE } else { "" };
    Ok(tx.run(AGAIN, params![jurisdiction, id, clock::at_once(now).as_microsecond(), state, outcome])? == 1)
}

/// Deletes what became something, or was laid aside, before a time; what waits or failed stays until a person has looked. Of a short
/// message, or one of a chat, that became a matter the empty row stays: whoever has nothing else rates by it months later. For a chat
/// it goes on saying over which group somebody is written to.
pub fn sweep(tx: &mut Tx<'_>, jurisdiction: i64, before: Timestamp) -> Result<u64, Fault> {
    tx.run(BLANK, params![jurisdiction, before.as_microsecond(), Vec::<u8>::new()])?;
    tx.run(EMPTY, params![jurisdiction, before.as_microsecond()])
}

/// Forgets what a message said of which nothing is needed any more; who it came from stays as long as any message does, to be answered.
pub fn hollow(tx: &mut Tx<'_>, jurisdiction: i64, id: Uuid) -> Result<(), Fault> {
    tx.run(HOLLOW, params![jurisdiction, id, Vec::<u8>::new()]).map(drop)
}

/// Deletes what became a matter that is erased.
pub fn drop_of(tx: &mut Tx<'_>, jurisdiction: i64, matter: Uuid) -> Result<(), Fault> {
    tx.run(DROP_OF, params![jurisdiction, matter]).map(drop)
}

/// Deletes a message that waits and must not be kept. False: something became of it already.
pub fn discard(tx: &mut Tx<'_>, jurisdiction: i64, id: Uuid) -> Result<bool, Fault> {
    Ok(tx.run(DISCARD, params![jurisdiction, id])? == 1)
}

/// Tells whether a file belongs to a message.
pub fn names_file(tx: &mut Tx<'_>, jurisdiction: i64, address: &str) -> Result<bool, Fault> {
    Ok(tx.row(NAMES, params![jurisdiction, address])?.is_some())
}

/// Lists the matters that the newest messages of a channel became something of: `filed` or `added`.
pub fn made(tx: &mut Tx<'_>, jurisdiction: i64, (channel, outcome): (&str, &str), count: i64) -> Result<Vec<Uuid>, Fault> {
    let rows = tx.rows(MADE, params![jurisdiction, channel, outcome, count])?;
    rows.iter().map(|row| row.get("matter")).collect()
}

/// Counts the messages of a channel that are in one state for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// `waiting`, `done`, `aside` or `failed`.
    pub state: String,
    /// What they became, or why they lie aside.
    pub outcome: String,
    /// How many.
    pub many: i64,
    /// When the last one came.
    pub last: Timestamp,
}

/// Counts the messages of a channel.
pub fn stands(tx: &mut Tx<'_>, jurisdiction: i64, channel: &str) -> Result<Vec<Standing>, Fault> {
    let rows = tx.rows(STANDS, params![jurisdiction, channel])?;
    let read = |row: &Row| {
        let (state, outcome) = (row.get("state")?, row.get("outcome")?);
        Ok(Standing { state, outcome, many: row.get("many")?, last: time(row.get("last")?)? })
    };
    rows.iter().map(read).collect()
}

/// Is a message that lies aside or failed, as the page of channels lists it: nothing of its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stuck {
    /// Its id.
    pub id: Uuid,
    /// Why.
    pub outcome: String,
    /// When it came.
    pub came_at: Timestamp,
    /// The last error, without personal data.
    pub detail: String,
}

/// Lists the newest messages of a channel in one state.
pub fn stuck(tx: &mut Tx<'_>, jurisdiction: i64, (channel, state): (&str, &str), count: i64) -> Result<Vec<Stuck>, Fault> {
    let rows = tx.rows(STUCK, params![jurisdiction, channel, state, count])?;
    let read = |row: &Row| {
        let (id, outcome, detail) = (row.get("id")?, row.get("outcome")?, row.get("detail")?);
        Ok(Stuck { id, outcome, came_at: time(row.get("came_at")?)?, detail })
    };
    rows.iter().map(read).collect()
}

fn context(site: &Site, id: Uuid, field: &str) -> String {
    format!("{}|inbox|{id}|{field}|1", site.jurisdiction)
}

fn context_of_file(site: &Site) -> String {
    format!("{}|inbox-file|1", site.jurisdiction)
}

fn seen(site: &Site, channel: &str, fingerprint: &[u8]) -> Vec<u8> {
    let parts: [&[u8]; 4] = [b"minsheng/inbox-seen/1", &site.jurisdiction.to_be_bytes(), channel.as_bytes(), fingerprint];
    mac(&site.keys.index, &parts)[..16].to_vec()
}

/// Returns when to try again after `attempts` earlier failures, in microseconds; `None` = a person has to look.
fn next_try(attempts: i64, now: Timestamp) -> Option<i64> {
    let wait = WAIT_FIRST_SECONDS << attempts.clamp(0, TRIES_MAX);
    (attempts + 1 < TRIES_MAX).then(|| now.as_microsecond() + wait * SECOND_MICROS)
}

fn time(micros: i64) -> Result<Timestamp, Fault> {
    Timestamp::from_microsecond(micros).map_err(|_| Fault::other("the time of a message is out of range"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_end_with_a_person() {
        let now = Timestamp::from_second(1_000).unwrap();
        let waits: Vec<i64> = (0..TRIES_MAX)
            .filter_map(|tries| next_try(tries, now))
            .map(|at| (at - now.as_microsecond()) / SECOND_MICROS)
            .collect();
        assert_eq!(waits, [30, 60, 120, 240]);
        assert!(waits.iter().all(|wait| *wait <= WAIT_SECONDS_MAX));
    }
}
