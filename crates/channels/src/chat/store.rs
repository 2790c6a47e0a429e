//! What the channel keeps: what somebody is in the middle of telling, sealed, until it is sent or let be.

use civic::directory::contact_index;
use civic::inbox;
use civic::site::Site;
use civic::vault::{Key, derive, open, seal};
use db::{Fault, Migration, Tx, params};
use jiff::Timestamp;
use uuid::Uuid;

use super::talk::Talk;

/// Builds the tables.
pub const MIGRATION: Migration = Migration {
    name: "0361_chat",
    sql: "create table chat_talk (
            jurisdiction bigint not null,
            who bytea not null,
            content bytea not null,
            message uuid not null,
            at bigint not null,
            primary key (jurisdiction, who));
          create index chat_talk_at on chat_talk (jurisdiction, at);",
    sql_postgres: None,
};

db::statements! {
    PUT = "insert into chat_talk (jurisdiction, who, content, message, at) values ($1, $2, $3, $4, $5)
        on conflict (jurisdiction, who) do update set content = excluded.content, message = excluded.message, at = excluded.at";
    GET = "select content, at from chat_talk where jurisdiction = $1 and who = $2";
    ERASE = "delete from chat_talk where jurisdiction = $1 and who = $2";
    OLD = "select who, content, message from chat_talk where jurisdiction = $1 and (at <= $2 or at > $3) order by at limit $4";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

/// Talks that are ended in one round because nobody went on with them.
const OLD_MAX: i64 = 100;
/// Microseconds in a second.
const SECOND_MICROS: i64 = 1_000_000;

fn key(site: &Site) -> Key {
    derive(&site.keys.code, "minsheng/chat-talk/1")
}

fn of(site: &Site, contact: &str) -> Vec<u8> {
    contact_index(&site.keys.index, contact)
}

fn context(site: &Site, who: &[u8]) -> String {
    format!("{}|chat_talk|{}|content|1", site.jurisdiction, data_encoding::HEXLOWER.encode(who))
}

fn read(site: &Site, who: &[u8], sealed: &[u8]) -> Result<Talk, Fault> {
    let opened = open(&key(site), &context(site, who), sealed)?;
    serde_json::from_slice(&opened).map_err(|error| Fault::other("a talk cannot be read").caused_by(error))
}

/// Keeps what somebody is in the middle of telling; `message` is the last one they said it by.
pub(super) fn put(
    tx: &mut Tx<'_>,
    (site, now): (&Site, Timestamp),
    contact: &str,
    (talk, message): (&Talk, Uuid),
) -> Result<(), Fault> {
    let who = of(site, contact);
    let plain = serde_json::to_vec(talk).expect("texts are plain data");
    let content = seal(&key(site), &context(site, &who), &plain, &mut site.chance());
    tx.run(PUT, params![site.jurisdiction, who, content, message, now.as_microsecond()]).map(drop)
}

/// Finds what somebody is in the middle of telling, unless they left it for too long.
pub(super) fn find(tx: &mut Tx<'_>, site: &Site, contact: &str, now: Timestamp) -> Result<Option<Talk>, Fault> {
    let who = of(site, contact);
    let Some(row) = tx.row(GET, params![site.jurisdiction, who.clone()])? else { return Ok(None) };
    let since = now.as_microsecond() - row.get::<i64>("at")?;
    if since.abs() >= super::TALK_SECONDS * SECOND_MICROS {
        return Ok(None);
    }
    read(site, &who, &row.get::<Vec<u8>>("content")?).map(Some)
}

/// Forgets what somebody was telling: the words, and the pictures where they are not needed any more.
pub(super) fn erase(tx: &mut Tx<'_>, site: &Site, contact: &str, talk: &Talk) -> Result<(), Fault> {
    tx.run(ERASE, params![site.jurisdiction, of(site, contact)])?;
    hollow(tx, site, talk)
}

fn hollow(tx: &mut Tx<'_>, site: &Site, talk: &Talk) -> Result<(), Fault> {
    talk.pictures.iter().try_for_each(|message| inbox::hollow(tx, site.jurisdiction, *message))
}

/// Tells whether somebody left a talk for too long.
pub(super) fn has_old(tx: &mut Tx<'_>, site: &Site, now: Timestamp) -> Result<bool, Fault> {
    let at = |seconds: i64| now.as_microsecond() + seconds * SECOND_MICROS;
    let old = params![site.jurisdiction, at(-super::TALK_SECONDS), at(super::TALK_SECONDS), 1];
    Ok(tx.row(OLD, old)?.is_some())
}

/// Forgets what nobody went on with. Returns by which messages it was told last, so that whoever told it hears of it.
pub(super) fn end_old(tx: &mut Tx<'_>, site: &Site, now: Timestamp) -> Result<Vec<Uuid>, Fault> {
    let at = |seconds: i64| now.as_microsecond() + seconds * SECOND_MICROS;
    let rows = tx.rows(OLD, params![site.jurisdiction, at(-super::TALK_SECONDS), at(super::TALK_SECONDS), OLD_MAX])?;
    let mut ended = Vec::new();
    for row in &rows {
        let who: Vec<u8> = row.get("who")?;
        let talk = read(site, &who, &row.get::<Vec<u8>>("content")?)?;
        tx.run(ERASE, params![site.jurisdiction, who])?;
        hollow(tx, site, &talk)?;
        ended.push(row.get("message")?);
    }
    Ok(ended)
}
