//! The outbox: what has to leave the house, written in the same transaction as the event it tells of.
//!
//! A row holds a template code, the event it speaks about and the state of delivery; address and words are read from
//! the sealed event when it is sent, so nothing personal is stored twice. A row names the channel that carries it, and each
//! channel has one worker, which takes its own rows.

use data_encoding::HEXLOWER;
use db::{Fault, Migration, Question, Row, Tx, params, values};
use jiff::Timestamp;
use uuid::Uuid;

use crate::chance::Chance;
use crate::clock;
use crate::site::Site;
use crate::vault::{open, seal};

/// Builds the table.
pub const MIGRATION: Migration = Migration {
    name: "0004_outbox",
    sql: "create table outbox (
            jurisdiction bigint not null,
            id uuid not null,
            matter uuid not null,
            event bigint not null,
            recipient text not null,
            template text not null,
            state text not null,
            attempts bigint not null,
            next_at bigint not null,
            made_at bigint not null,
            done_at bigint,
            detail text not null,
            primary key (jurisdiction, id));
          create index outbox_due on outbox (jurisdiction, state, next_at);
          create index outbox_matter on outbox (jurisdiction, matter, made_at);",
    sql_postgres: None,
};

/// Says which channel carries a message: what was written before was written for mail.
pub const CHANNEL_MIGRATION: Migration = Migration {
    name: "0310_outbox_channel",
    sql: "alter table outbox add column channel text not null default 'mail';
          drop index outbox_due;
          create index outbox_due on outbox (jurisdiction, state, channel, next_at);",
    sql_postgres: None,
};

/// Finds what is tried again, of which there is little beside what waits for a day of its own.
pub const AGAIN_MIGRATION: Migration = Migration {
    name: "0490_outbox_again",
    sql: "create index outbox_again on outbox (jurisdiction, channel, next_at) where state = 'waiting' and attempts > 0",
    sql_postgres: None,
};

/// The channel of letters.
pub const MAIL: &str = "mail";
/// The channel of short messages.
pub const SMS: &str = "sms";
/// The channel of chats.
pub const CHAT: &str = "chat";
/// What no machine carries: a person rings up.
pub const CALL: &str = "call";
/// What no machine carries: a person prints a letter and posts it.
pub const POST: &str = "post";

// A message is found by its id, those of a matter by the matter: what waits, of which there may be much, must not lead
db::statements! {
    PUT = "insert into outbox (jurisdiction, id, matter, event, recipient, template, state, attempts, next_at, made_at, detail, channel)
        values ($1, $2, $3, $4, $5, $6, $9, 0, $7, $8, '', $10)";
    DUE = "select id, matter, event, recipient, template, channel, state, attempts, made_at, done_at, detail from outbox
        where jurisdiction = $1 and state = 'waiting' and channel = $2 and next_at <= $3 and attempts = 0 order by next_at, id limit $4";
    AGAIN = "select id, matter, event, recipient, template, channel, state, attempts, made_at, done_at, detail from outbox
        where jurisdiction = $1 and channel = $2 and state = 'waiting' and attempts > 0 and (next_at <= $3 or next_at > $5)
        order by next_at, id limit $4";
    OF_MATTER = "select id, matter, event, recipient, template, channel, state, attempts, made_at, done_at, detail from outbox
        where jurisdiction = $1 and matter = $2 order by made_at, id";
    SENT = "update outbox set state = 'sent', attempts = attempts + 1, done_at = $3, detail = ''
        where jurisdiction = $1 and id = $2 and state || '' = 'waiting'";
    LATER = "update outbox set attempts = attempts + 1, next_at = $3, detail = $4
        where jurisdiction = $1 and id = $2 and state || '' = 'waiting'";
    GIVEN_UP = "update outbox set state = $3, attempts = attempts + 1, done_at = $4, detail = $5
        where jurisdiction = $1 and id = $2 and state || '' = 'waiting'";
    CALLED = "update outbox set attempts = attempts + 1 where jurisdiction = $1 and matter = $2 and state || '' = 'phone'";
    TOLD = "update outbox set state = 'told', done_at = $4
        where jurisdiction = $1 and matter = $2 and event = $3 and recipient = $5 and state || '' in ('phone', 'failed', 'returned')";
    DELIVERED = "update outbox set state = 'delivered', done_at = $3 where jurisdiction = $1 and id = $2 and state || '' = 'sent'";
    RETURNED = "update outbox set state = 'returned', done_at = $3, detail = ''
        where jurisdiction = $1 and id = $2 and state || '' = 'sent'";
    IN_STATE = "select cast(count(*) as bigint) as many, max(made_at) as last from outbox
        where jurisdiction = $1 and state = $2 and channel = $3";
    TROUBLE = "select detail, attempts, next_at from outbox where jurisdiction = $1 and state = $2 and channel = $3
        and attempts > 0 and detail <> '' order by next_at desc limit 1";
    OF = "select matter, event, recipient from outbox where jurisdiction = $1 and id = $2";
    STATE = "select state from outbox where jurisdiction = $1 and id = $2";
    WAITING = "select cast(count(*) as bigint) as waiting from outbox where jurisdiction = $1 and state = 'waiting' and next_at <= $2";
}

/// Begins the recipient of a trial that goes to a telephone.
const NUMBER: &str = "number:";
/// Template of the letter, or short message, by which an administrator sees that they arrive.
pub const TRIAL: &str = "trial";
/// Tries before a message is given up and becomes a task for a person.
pub const TRIES_MAX: i64 = 8;
/// Wait after the first failed try, in seconds; doubled after each further one.
const WAIT_FIRST_SECONDS: i64 = 60;
/// The longest wait between two tries, in seconds.
const WAIT_SECONDS_MAX: i64 = WAIT_FIRST_SECONDS << (TRIES_MAX - 2);
/// Of what is handed over in one round, a part of this size is kept for what is tried again, however much is new.
const AGAIN_PART: i64 = 5;
/// Microseconds in a second.
const SECOND_MICROS: i64 = 1_000_000;
/// Longest error text kept, in characters.
const DETAIL_CHARS_MAX: usize = 200;

/// Describes a message to be sent.
#[derive(Debug, Clone)]
pub struct Message {
    /// The matter it speaks about.
    pub matter: Uuid,
    /// Position of the event it tells of.
    pub event: i64,
    /// `resident`, `spokesperson:N`, or `staff:ID`.
    pub recipient: String,
    /// Template code.
    pub template: &'static str,
    /// The channel that carries it: [`MAIL`], [`SMS`] or [`CHAT`]; of what a person tells [`CALL`] or [`POST`].
    pub channel: &'static str,
}

/// Is a message in the outbox.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Id; also the message's `Message-ID`, so that a repeated sending is recognised.
    pub id: Uuid,
    /// The matter it speaks about.
    pub matter: Uuid,
    /// Position of the event it tells of.
    pub event: i64,
    /// `resident`, or `staff:ID`.
    pub recipient: String,
    /// Template code.
    pub template: String,
    /// The channel that carries it.
    pub channel: String,
    /// `waiting`, `sent`, `delivered` where the channel knows, `returned`, `failed`, `unreachable` or `dropped`; `phone` where a person has to ring up, `told` once they
    /// did, after a letter that failed or came back too.
    pub state: String,
    /// Tries so far.
    pub attempts: i64,
    /// When it was written.
    pub made_at: Timestamp,
    /// When it was sent or given up.
    pub done_at: Option<Timestamp>,
    /// Last error, without personal data.
    pub detail: String,
}

/// Puts a message into the outbox, inside the transaction of its event.
pub fn put(tx: &mut Tx<'_>, jurisdiction: i64, (id, now): (Uuid, Timestamp), message: &Message) -> Result<(), Fault> {
    put_for(tx, jurisdiction, (id, now, clock::at_once(now)), message)
}

/// Keeps a message that no machine can carry, for a person who rings up or posts a letter.
pub fn put_call(tx: &mut Tx<'_>, jurisdiction: i64, (id, now): (Uuid, Timestamp), message: &Message) -> Result<(), Fault> {
    keep(tx, jurisdiction, (id, now, now), (message, "phone"))
}

/// Puts a message into the outbox that is to leave at a later time.
pub fn put_for(
    tx: &mut Tx<'_>,
    jurisdiction: i64,
    (id, now, next): (Uuid, Timestamp, Timestamp),
    message: &Message,
) -> Result<(), Fault> {
    keep(tx, jurisdiction, (id, now, next), (message, "waiting"))
}

fn keep(
    tx: &mut Tx<'_>,
    jurisdiction: i64,
    (id, now, next): (Uuid, Timestamp, Timestamp),
    (message, state): (&Message, &str),
) -> Result<(), Fault> {
    let Message { matter, event, recipient, template, channel } = message;
    let (next, made) = (next.as_microsecond(), now.as_microsecond());
    tx.later(PUT, params![jurisdiction, id, *matter, *event, recipient.as_str(), *template, next, made, state, *channel])
}

/// Notes a call about a matter, and of which events, by position, the resident now knows.
pub fn called(tx: &mut Tx<'_>, jurisdiction: i64, (matter, told): (Uuid, &[(i64, String)]), now: Timestamp) -> Result<(), Fault> {
    tx.later(CALLED, params![jurisdiction, matter])?;
    for (event, recipient) in told {
        tx.later(TOLD, params![jurisdiction, matter, *event, now.as_microsecond(), recipient.as_str()])?;
    }
    Ok(())
}

/// Lists messages of a channel whose time has come: those that are tried again, and then the others, oldest first. What a clock that ran ahead
/// has planned is among them when it is set right.
pub fn due(tx: &mut Tx<'_>, jurisdiction: i64, channel: &str, now: Timestamp, count: i64) -> Result<Vec<Waiting>, Fault> {
    let (now, stray) = (now.as_microsecond(), clock::stray(now, WAIT_SECONDS_MAX).as_microsecond());
    let new = tx.rows(DUE, params![jurisdiction, channel, now, count])?;
    let again = tx.rows(AGAIN, params![jurisdiction, channel, now, count, stray])?;
    let room = (count - new.len() as i64).max(count / AGAIN_PART);
    let again = again.iter().take(usize::try_from(room).unwrap_or_default());
    again.chain(&new).take(usize::try_from(count).unwrap_or_default()).map(waiting).collect()
}

/// Lists the messages about a matter, for both sides to see.
pub fn of_matter(tx: &mut Tx<'_>, jurisdiction: i64, matter: Uuid) -> Result<Vec<Waiting>, Fault> {
    read(&tx.rows(OF_MATTER, params![jurisdiction, matter])?)
}

/// Returns the question that [`of_matter`] asks, for whoever asks more with it; [`read`] takes its answer.
pub fn question(jurisdiction: i64, matter: Uuid) -> Question<'static> {
    (OF_MATTER, values![jurisdiction, matter])
}

/// Reads what [`question`] is answered.
pub fn read(rows: &[Row]) -> Result<Vec<Waiting>, Fault> {
    rows.iter().map(waiting).collect()
}

/// Tells whether a message still waits: another process may have sent it since it was listed.
pub fn still_waits(tx: &mut Tx<'_>, jurisdiction: i64, id: Uuid) -> Result<bool, Fault> {
    let row = tx.row(STATE, params![jurisdiction, id])?;
    Ok(row.is_some_and(|row| row.get::<String>("state").is_ok_and(|state| state == "waiting")))
}

/// Counts what should have left by now.
pub fn count_waiting(tx: &mut Tx<'_>, jurisdiction: i64, now: Timestamp) -> Result<i64, Fault> {
    let row = tx.row(WAITING, params![jurisdiction, now.as_microsecond()])?.ok_or_else(|| Fault::other("a count gave no row"))?;
    row.get("waiting")
}

/// Notes that a message was handed over.
pub fn sent(tx: &mut Tx<'_>, jurisdiction: i64, id: Uuid, now: Timestamp) -> Result<(), Fault> {
    tx.run(SENT, params![jurisdiction, id, now.as_microsecond()])?;
    Ok(())
}

/// Notes that a message that was handed over arrived, as its channel says. False: it is not ours, or is known already.
pub fn delivered(tx: &mut Tx<'_>, jurisdiction: i64, id: Uuid, now: Timestamp) -> Result<bool, Fault> {
    Ok(tx.run(DELIVERED, params![jurisdiction, id, now.as_microsecond()])? == 1)
}

/// Notes a failed try: another one later, or given up after [`TRIES_MAX`]. Tells whether it was given up now.
pub fn failed(tx: &mut Tx<'_>, jurisdiction: i64, message: &Waiting, now: Timestamp, why: &str) -> Result<bool, Fault> {
    let detail: String = why.chars().take(DETAIL_CHARS_MAX).collect();
    if let Some(next) = next_try(message.attempts, now) {
        tx.run(LATER, params![jurisdiction, message.id, next.as_microsecond(), detail])?;
        return Ok(false);
    }
    Ok(tx.run(GIVEN_UP, params![jurisdiction, message.id, "failed", now.as_microsecond(), detail])? == 1)
}

/// Is whom a letter that came back was to reach, and about what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    /// The matter it speaks about.
    pub matter: Uuid,
    /// Position of the event it tells of.
    pub event: i64,
    /// `resident`, or `staff:ID`.
    pub recipient: String,
}

/// Notes that a letter that was handed over came back. `None`: it is not ours, or was never sent.
pub fn returned(tx: &mut Tx<'_>, jurisdiction: i64, id: Uuid, now: Timestamp) -> Result<Option<Returned>, Fault> {
    if tx.run(RETURNED, params![jurisdiction, id, now.as_microsecond()])? == 0 {
        return Ok(None);
    }
    let of = |row: Row| Ok(Returned { matter: row.get("matter")?, event: row.get("event")?, recipient: row.get("recipient")? });
    tx.row(OF, params![jurisdiction, id])?.map(of).transpose()
}

/// Counts the messages of a channel that are in a state, and says when the last of them was written.
pub fn in_state(tx: &mut Tx<'_>, jurisdiction: i64, (channel, state): (&str, &str)) -> Result<(i64, Option<Timestamp>), Fault> {
    let row = tx.row(IN_STATE, params![jurisdiction, state, channel])?.ok_or_else(|| Fault::other("a count gave no row"))?;
    Ok((row.get("many")?, row.get::<Option<i64>>("last")?.map(time).transpose()?))
}

/// Is why a message did not go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// In the words of whoever tried, without personal data.
    pub why: String,
    /// Tries so far.
    pub attempts: i64,
    /// When it is tried again; none where it was given up.
    pub next_at: Option<Timestamp>,
}

/// Finds why a message of a channel does not go out: one that is tried again, or else the last that was given up.
pub fn trouble(tx: &mut Tx<'_>, jurisdiction: i64, channel: &str) -> Result<Option<Trouble>, Fault> {
    for (state, again) in [("waiting", true), ("failed", false)] {
        let Some(row) = tx.row(TROUBLE, params![jurisdiction, state, channel])? else { continue };
        let next_at = if again { Some(time(row.get("next_at")?)?) } else { None };
        return Ok(Some(Trouble { why: row.get("detail")?, attempts: row.get("attempts")?, next_at }));
    }
    Ok(None)
}

/// Names the telephone that a trial goes to: under a seal that fits this message alone, for no number stands in the clear.
pub fn to_number(site: &Site, id: Uuid, mobile: &str, chance: &mut Chance) -> String {
    let sealed = seal(&site.keys.site_wide, &context(site, id), mobile.as_bytes(), chance);
    format!("{NUMBER}{}", HEXLOWER.encode(&sealed))
}

/// Reads the telephone that a trial goes to. `None`: the message is no trial.
pub fn number(site: &Site, message: &Waiting) -> Result<Option<String>, Fault> {
    let sealed = message.recipient.strip_prefix(NUMBER).and_then(|hex| HEXLOWER.decode(hex.as_bytes()).ok());
    let Some(sealed) = sealed else { return Ok(None) };
    let opened = open(&site.keys.site_wide, &context(site, message.id), &sealed)?;
    Ok(String::from_utf8(opened).ok())
}

fn context(site: &Site, id: Uuid) -> String {
    format!("{}|outbox|{id}|number|1", site.jurisdiction)
}

/// Notes that there is no address to send to; the person must be told in another way.
pub fn unreachable(tx: &mut Tx<'_>, jurisdiction: i64, id: Uuid, now: Timestamp) -> Result<(), Fault> {
    tx.run(GIVEN_UP, params![jurisdiction, id, "unreachable", now.as_microsecond(), ""])?;
    Ok(())
}

/// Notes that there is no reason any more to send it.
pub fn dropped(tx: &mut Tx<'_>, jurisdiction: i64, id: Uuid, now: Timestamp) -> Result<(), Fault> {
    tx.run(GIVEN_UP, params![jurisdiction, id, "dropped", now.as_microsecond(), ""])?;
    Ok(())
}

/// Returns when to try again after `attempts` earlier failures; `None` = give up.
fn next_try(attempts: i64, now: Timestamp) -> Option<Timestamp> {
    if attempts + 1 >= TRIES_MAX {
        return None;
    }
    let wait = WAIT_FIRST_SECONDS << attempts.clamp(0, TRIES_MAX);
    Timestamp::from_microsecond(now.as_microsecond() + wait * SECOND_MICROS).ok()
}

fn time(micros: i64) -> Result<Timestamp, Fault> {
    Timestamp::from_microsecond(micros).map_err(|_| Fault::other("an outbox time is out of range"))
}

fn waiting(row: &Row) -> Result<Waiting, Fault> {
    Ok(Waiting {
        id: row.get("id")?,
        matter: row.get("matter")?,
        event: row.get("event")?,
        recipient: row.get("recipient")?,
        template: row.get("template")?,
        channel: row.get("channel")?,
        state: row.get("state")?,
        attempts: row.get("attempts")?,
        made_at: time(row.get("made_at")?)?,
        done_at: row.get::<Option<i64>>("done_at")?.map(time).transpose()?,
        detail: row.get("detail")?,
    })
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_end() {
        let now = Timestamp::from_second(1_000_000).unwrap();
        let waits: Vec<i64> = (0..TRIES_MAX).filter_map(|n| next_try(n, now)).map(|next| next.as_second() - 1_000_000).collect();
        assert_eq!(waits, [60, 120, 240, 480, 960, 1_920, 3_840]);
        assert_eq!(waits.last(), Some(&WAIT_SECONDS_MAX));
    }
}
