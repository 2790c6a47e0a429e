//! What the channel keeps: parts that wait for the rest of their message, what was handed over and not yet heard of, who wants no
//! messages, and what was asked back.

use civic::chance::Chance;
use civic::directory::contact_index;
use civic::site::Site;
use civic::vault::{Key, derive, mac, open, seal};
use db::{Fault, Migration, Tx, params};
use jiff::Timestamp;
use uuid::Uuid;

/// Builds the tables.
pub const MIGRATION: Migration = Migration {
    name: "0311_sms",
    sql: "create table sms_piece (
            jurisdiction bigint not null,
            whole bytea not null,
            at bigint not null,
            seen bytea not null,
            many bigint not null,
            envelope bytea not null,
            content bytea not null,
            came_at bigint not null,
            used bigint not null,
            primary key (jurisdiction, whole, at, seen));
          create index sms_piece_came on sms_piece (jurisdiction, used, came_at);
          create table sms_sent (
            jurisdiction bigint not null,
            reference text not null,
            message uuid,
            state text not null,
            at bigint not null,
            primary key (jurisdiction, reference));
          create index sms_sent_message on sms_sent (jurisdiction, message);
          create index sms_sent_at on sms_sent (jurisdiction, at);
          create table sms_stop (
            jurisdiction bigint not null,
            number bytea not null,
            at bigint not null,
            primary key (jurisdiction, number));
          create table sms_asked (
            jurisdiction bigint not null,
            number bytea not null,
            message uuid not null,
            matter uuid not null,
            choice text not null,
            at bigint not null,
            primary key (jurisdiction, number, message));
          create index sms_asked_at on sms_asked (jurisdiction, at);",
    sql_postgres: None,
};

db::statements! {
    PUT_PIECE = "insert into sms_piece (jurisdiction, whole, at, seen, many, envelope, content, came_at, used)
        values ($1, $2, $3, $4, $5, $6, $7, $8, 0) on conflict (jurisdiction, whole, at, seen) do nothing";
    READY = "select whole, many from sms_piece where jurisdiction = $1 and used = 0 group by whole, many
        having count(distinct at) >= many or min(came_at) <= $2 or min(came_at) > $3 order by min(came_at) limit $4";
    OF_WHOLE = "select whole, many, at, seen, envelope, content from sms_piece
        where jurisdiction = $1 and whole = $2 and many = $3 and used + 0 = 0 order by at, came_at, seen";
    USED = "update sms_piece set used = 1, content = $5, envelope = $5 where jurisdiction = $1 and whole = $2 and at = $3 and seen = $4
        and used + 0 = 0";
    SWEEP_PIECES = "delete from sms_piece where jurisdiction = $1 and used = 1 and came_at < $2";
    PUT_SENT = "insert into sms_sent (jurisdiction, reference, message, state, at) values ($1, $2, $3, '', $4)
        on conflict (jurisdiction, reference) do update set message = excluded.message";
    PUT_HEARD = "insert into sms_sent (jurisdiction, reference, state, at) values ($1, $2, $3, $4)
        on conflict (jurisdiction, reference) do update set state = excluded.state, at = excluded.at";
    SENT_MESSAGE = "select message from sms_sent where jurisdiction = $1 and reference = $2";
    PARTS = "select state from sms_sent where jurisdiction = $1 and message = $2";
    SWEEP_SENT = "delete from sms_sent where jurisdiction = $1 and at < $2";
    STOP = "insert into sms_stop (jurisdiction, number, at) values ($1, $2, $3) on conflict (jurisdiction, number) do nothing";
    START = "delete from sms_stop where jurisdiction = $1 and number = $2";
    STOPPED = "select at from sms_stop where jurisdiction = $1 and number = $2";
    PUT_ASKED = "insert into sms_asked (jurisdiction, number, message, matter, choice, at) values ($1, $2, $3, $4, '', $5)
        on conflict (jurisdiction, number, message) do nothing";
    ASKED = "select message, matter, choice from sms_asked where jurisdiction = $1 and number = $2 order by at, message";
    CHOSEN = "update sms_asked set choice = $3, matter = $4 where jurisdiction = $1 and number = $2";
    DROP_ASKED = "delete from sms_asked where jurisdiction = $1 and number = $2 and message = $3";
    SWEEP_ASKED = "delete from sms_asked where jurisdiction = $1 and at < $2";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

/// How long a part that became a message is remembered, so that it makes no second one when it comes once more, in seconds.
const REMEMBERED_SECONDS: i64 = 3 * 86_400;
/// How long a carrier may take to say what became of a message, in seconds.
const HEARD_SECONDS_MAX: i64 = 7 * 86_400;
/// Messages put together in one round.
const WHOLE_MAX: i64 = 256;
/// Microseconds in a second.
const SECOND_MICROS: i64 = 1_000_000;

/// Is a part of a message that is about to be kept.
#[derive(Debug, Clone)]
pub struct Coming {
    whole: Vec<u8>,
    at: u8,
    of: u8,
    seen: Vec<u8>,
    envelope: Vec<u8>,
    content: Vec<u8>,
}

impl Coming {
    /// Seals a part. `whole` is what all parts of its message have in common.
    pub fn seal(site: &Site, (whole, at, of): (&str, u8, u8), (envelope, words): (&[u8], &[u8]), chance: &mut Chance) -> Self {
        let named = |label: &[u8], part: &[u8]| {
            mac(&site.keys.index, &[label, &site.jurisdiction.to_be_bytes(), whole.as_bytes(), part])[..16].to_vec()
        };
        let key = key(site);
        let (whole, seen) = (named(b"minsheng/sms-whole/1", b""), named(b"minsheng/sms-part/1", words));
        let envelope = seal(&key, &context(site, &whole, "envelope"), envelope, chance);
        let content = seal(&key, &context(site, &whole, "content"), words, chance);
        Self { whole, at, of, seen, envelope, content }
    }

    /// Keeps it; one that was kept before is the same.
    pub fn put(&self, tx: &mut Tx<'_>, jurisdiction: i64, now: Timestamp) -> Result<(), Fault> {
        let Self { whole, at, of, seen, envelope, content } = self.clone();
        let (at, of, now) = (i64::from(at), i64::from(of), now.as_microsecond());
        tx.run(PUT_PIECE, params![jurisdiction, whole, at, seen, of, envelope, content, now]).map(drop)
    }
}

fn key(site: &Site) -> Key {
    derive(&site.keys.code, "minsheng/sms-piece/1")
}

fn context(site: &Site, whole: &[u8], field: &str) -> String {
    format!("{}|sms_piece|{}|{field}|1", site.jurisdiction, data_encoding::HEXLOWER.encode(whole))
}

/// Is a part that waits for the rest.
#[derive(Debug, Clone)]
pub struct Piece {
    whole: Vec<u8>,
    seen: Vec<u8>,
    /// Which part it is, from 1.
    pub at: i64,
    envelope: Vec<u8>,
    content: Vec<u8>,
}

impl Piece {
    /// Opens what the carrier wrote on it, and its words.
    pub fn open(&self, site: &Site) -> Result<(Vec<u8>, Vec<u8>), Fault> {
        let key = key(site);
        let envelope = open(&key, &context(site, &self.whole, "envelope"), &self.envelope)?;
        Ok((envelope, open(&key, &context(site, &self.whole, "content"), &self.content)?))
    }

    /// Notes that it became part of a message. False: it was one before.
    pub fn used(&self, tx: &mut Tx<'_>, jurisdiction: i64) -> Result<bool, Fault> {
        let (whole, seen, nothing) = (self.whole.clone(), self.seen.clone(), Vec::<u8>::new());
        Ok(tx.run(USED, params![jurisdiction, whole, self.at, seen, nothing])? == 1)
    }
}

/// Lists the messages of which all parts are there, or that were waited for since before a time, or came after another, which only a
/// clock that was turned back can tell; each with how many parts it has.
pub fn ready(tx: &mut Tx<'_>, jurisdiction: i64, (before, after): (Timestamp, Timestamp)) -> Result<Vec<(Vec<u8>, i64)>, Fault> {
    let (before, after) = (before.as_microsecond(), after.as_microsecond());
    let rows = tx.rows(READY, params![jurisdiction, before, after, WHOLE_MAX])?;
    rows.iter().map(|row| Ok((row.get("whole")?, row.get("many")?))).collect()
}

/// Lists the parts of a message that wait, first part first; of the same part the older one first.
pub fn pieces(tx: &mut Tx<'_>, jurisdiction: i64, (whole, many): (Vec<u8>, i64)) -> Result<Vec<Piece>, Fault> {
    let rows = tx.rows(OF_WHOLE, params![jurisdiction, whole, many])?;
    let read = |row: &db::Row| {
        Ok(Piece {
            whole: row.get("whole")?,
            seen: row.get("seen")?,
            at: row.get("at")?,
            envelope: row.get("envelope")?,
            content: row.get("content")?,
        })
    };
    rows.iter().map(read).collect()
}

/// Ties the carrier's name of a message, or of a part of it, to what the outbox calls it.
pub fn put_sent(tx: &mut Tx<'_>, jurisdiction: i64, (reference, message): (&str, Uuid), now: Timestamp) -> Result<(), Fault> {
    tx.run(PUT_SENT, params![jurisdiction, reference, message, now.as_microsecond()]).map(drop)
}

/// Notes what a carrier said of a message, or a part of it. Answers with what the outbox calls it, where that is known yet.
pub fn put_heard(
    tx: &mut Tx<'_>,
    jurisdiction: i64,
    (reference, arrived): (&str, bool),
    now: Timestamp,
) -> Result<Option<Uuid>, Fault> {
    let state = if arrived { "there" } else { "lost" };
    tx.run(PUT_HEARD, params![jurisdiction, reference, state, now.as_microsecond()])?;
    tx.row(SENT_MESSAGE, params![jurisdiction, reference])?.map_or(Ok(None), |row| row.get("message"))
}

/// Says what became of all parts of a message: true: all are there; false: one is lost; none: not all was heard of.
pub fn arrived(tx: &mut Tx<'_>, jurisdiction: i64, message: Uuid) -> Result<Option<bool>, Fault> {
    let rows = tx.rows(PARTS, params![jurisdiction, message])?;
    let states: Vec<String> = rows.iter().map(|row| row.get("state")).collect::<Result<_, _>>()?;
    if states.iter().any(|state| state == "lost") {
        return Ok(Some(false));
    }
    Ok((!states.is_empty() && states.iter().all(|state| state == "there")).then_some(true))
}

fn number_of(site: &Site, number: &str) -> Vec<u8> {
    contact_index(&site.keys.index, number)
}

/// Notes that a number wants messages no more, or wants them again.
pub fn stop(tx: &mut Tx<'_>, site: &Site, (number, stops): (&str, bool), now: Timestamp) -> Result<(), Fault> {
    let number = number_of(site, number);
    if stops {
        tx.run(STOP, params![site.jurisdiction, number, now.as_microsecond()]).map(drop)
    } else {
        tx.run(START, params![site.jurisdiction, number]).map(drop)
    }
}

/// Tells whether a number wants no messages.
pub fn is_stopped(tx: &mut Tx<'_>, site: &Site, number: &str) -> Result<bool, Fault> {
    Ok(tx.row(STOPPED, params![site.jurisdiction, number_of(site, number)])?.is_some())
}

/// Is a message of which was asked back where it belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The message in the inbox.
    pub message: Uuid,
    /// The matter it may belong to.
    pub matter: Uuid,
    /// `join`, `new`, or empty while nothing was answered.
    pub choice: String,
}

/// Notes that was asked where a message belongs.
pub fn put_asked(
    tx: &mut Tx<'_>,
    site: &Site,
    (number, message, matter): (&str, Uuid, Uuid),
    now: Timestamp,
) -> Result<(), Fault> {
    let row = params![site.jurisdiction, number_of(site, number), message, matter, now.as_microsecond()];
    tx.run(PUT_ASKED, row).map(drop)
}

/// Lists what a number was asked about and was not settled, oldest first.
pub fn asked(tx: &mut Tx<'_>, site: &Site, number: &str) -> Result<Vec<Asked>, Fault> {
    let rows = tx.rows(ASKED, params![site.jurisdiction, number_of(site, number)])?;
    let read = |row: &db::Row| Ok(Asked { message: row.get("message")?, matter: row.get("matter")?, choice: row.get("choice")? });
    rows.iter().map(read).collect()
}

/// Notes where all that a number was asked about belongs.
pub fn chosen(tx: &mut Tx<'_>, site: &Site, number: &str, (choice, matter): (&'static str, Uuid)) -> Result<(), Fault> {
    tx.run(CHOSEN, params![site.jurisdiction, number_of(site, number), choice, matter]).map(drop)
}

/// Forgets what was asked about a message that found its place.
pub fn settled(tx: &mut Tx<'_>, site: &Site, (number, message): (&str, Uuid)) -> Result<(), Fault> {
    tx.run(DROP_ASKED, params![site.jurisdiction, number_of(site, number), message]).map(drop)
}

/// Forgets what is too old to be of use.
pub fn sweep(tx: &mut Tx<'_>, jurisdiction: i64, now: Timestamp) -> Result<(), Fault> {
    let before = |seconds: i64| now.as_microsecond() - seconds * SECOND_MICROS;
    tx.run(SWEEP_PIECES, params![jurisdiction, before(REMEMBERED_SECONDS)])?;
    tx.run(SWEEP_ASKED, params![jurisdiction, before(REMEMBERED_SECONDS)])?;
    tx.run(SWEEP_SENT, params![jurisdiction, before(HEARD_SECONDS_MAX)]).map(drop)
}
