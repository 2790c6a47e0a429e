//! Sessions: of staff after log-in, of residents after number and query code. A random token in a cookie; only its
//! hash is stored. Ending one acts on the next request.

use data_encoding::BASE64URL_NOPAD;
use db::{Fault, Migration, Question, Row, Tx, params, values};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::chance::{self, Chance};

/// Builds the tables.
pub const MIGRATION: Migration = Migration {
    name: "0006_session",
    sql: "create table session (
            jurisdiction bigint not null,
            token_hash bytea not null,
            id uuid not null,
            staff uuid not null,
            created_at bigint not null,
            seen_at bigint not null,
            device text not null,
            primary key (jurisdiction, token_hash));
          create index session_staff on session (jurisdiction, staff);
          create table track_session (
            jurisdiction bigint not null,
            token_hash bytea not null,
            matter uuid not null,
            delegate boolean not null,
            rating_seed bytea,
            created_at bigint not null,
            primary key (jurisdiction, token_hash));",
    sql_postgres: None,
};

db::statements! {
    PUT = "insert into session (jurisdiction, token_hash, id, staff, created_at, seen_at, device)
        values ($1, $2, $3, $4, $5, $5, $6)";
    FIND = "select session.id, session.staff, session.created_at, session.seen_at, session.device from session
        join credential on credential.jurisdiction = session.jurisdiction and credential.staff = session.staff
        where session.jurisdiction = $1 and session.token_hash = $2 and credential.closed = false";
    TOUCH = "update session set seen_at = $3 where jurisdiction = $1 and token_hash = $2";
    LIST = "select id, staff, created_at, seen_at, device from session where jurisdiction = $1 and staff = $2
        order by seen_at desc";
    END = "delete from session where jurisdiction = $1 and staff = $2 and id = $3";
    END_OTHERS = "delete from session where jurisdiction = $1 and staff = $2 and id <> $3";
    SWEEP = "delete from session where jurisdiction = $1 and (seen_at < $2 or created_at < $3)";
    PUT_TRACK = "insert into track_session (jurisdiction, token_hash, matter, delegate, rating_seed, created_at)
        values ($1, $2, $3, $4, $5, $6)";
    FIND_TRACK = "select matter, delegate, rating_seed, created_at from track_session
        where jurisdiction = $1 and token_hash = $2 and created_at > $3";
    END_TRACK = "delete from track_session where jurisdiction = $1 and token_hash = $2";
    SWEEP_TRACK = "delete from track_session where jurisdiction = $1 and created_at < $2";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

/// Staff sessions end after so many minutes without a request.
pub const IDLE_MINUTES_MAX: i64 = 15;
/// Staff sessions end after so many hours in any case.
pub const AGE_HOURS_MAX: i64 = 10;
/// Residents' sessions end after so many minutes.
pub const TRACK_MINUTES_MAX: i64 = 30;
/// Longest device description kept, in characters.
const DEVICE_CHARS_MAX: usize = 120;
/// A session is touched at most so often, in microseconds (one minute), to spare writes.
const TOUCH_MICROS: i64 = 60_000_000;
const MINUTE_MICROS: i64 = 60_000_000;

/// Is a running session of a member of staff.
#[derive(Debug, Clone)]
pub struct Session {
    /// Id, shown in lists and bound to readings.
    pub id: Uuid,
    /// The member of staff.
    pub staff: Uuid,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used.
    pub seen_at: Timestamp,
    /// Browser, as it calls itself.
    pub device: String,
}

/// Is a resident's session, bound to one matter.
#[derive(Debug, Clone)]
pub struct TrackSession {
    /// The matter.
    pub matter: Uuid,
    /// True for somebody the resident named.
    pub delegate: bool,
    /// Signs ratings; derived from the query code and sealed under the token itself.
    pub rating_seed: Option<Vec<u8>>,
    /// When it began.
    pub created_at: Timestamp,
}

/// Draws a new token for a cookie.
pub fn token(chance: &mut Chance) -> String {
    BASE64URL_NOPAD.encode(&chance::bytes::<32>(chance))
}

fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(format!("minsheng/session/{token}")).to_vec()
}

/// Begins a staff session.
pub fn begin(
    tx: &mut Tx<'_>,
    jurisdiction: i64,
    now: Timestamp,
    token: &str,
    (id, staff, device): (Uuid, Uuid, &str),
) -> Result<(), Fault> {
    let device: String = device.chars().filter(|c| !c.is_control()).take(DEVICE_CHARS_MAX).collect();
    tx.run(PUT, params![jurisdiction, hash(token), id, staff, now.as_microsecond(), device])?;
    Ok(())
}

/// Finds a staff session that is still good.
pub fn find(tx: &mut Tx<'_>, jurisdiction: i64, now: Timestamp, token: &str) -> Result<Option<Session>, Fault> {
    let (sql, params) = question(jurisdiction, token);
    read(&tx.rows(sql, &params)?, now)
}

/// Returns the question that [`find`] asks, for whoever asks more with it; [`read`] takes its answer.
pub fn question(jurisdiction: i64, token: &str) -> Question<'static> {
    (FIND, values![jurisdiction, hash(token)])
}

/// Reads what [`question`] is answered: a session that is still good.
pub fn read(rows: &[Row], now: Timestamp) -> Result<Option<Session>, Fault> {
    let Some(row) = rows.first() else { return Ok(None) };
    let session = session(row)?;
    let (now, idle, age) = (now.as_microsecond(), IDLE_MINUTES_MAX * MINUTE_MICROS, AGE_HOURS_MAX * 60 * MINUTE_MICROS);
    let good = now - session.seen_at.as_microsecond() < idle && now - session.created_at.as_microsecond() < age;
    Ok(good.then_some(session))
}

/// Tells whether a session should be touched now.
pub fn wants_touch(session: &Session, now: Timestamp) -> bool {
    now.as_microsecond() - session.seen_at.as_microsecond() > TOUCH_MICROS
}

/// Notes that a session is in use.
pub fn touch(tx: &mut Tx<'_>, jurisdiction: i64, now: Timestamp, token: &str) -> Result<(), Fault> {
    tx.later(TOUCH, params![jurisdiction, hash(token), now.as_microsecond()])
}

/// Lists the sessions of a member of staff, newest use first.
pub fn list(tx: &mut Tx<'_>, jurisdiction: i64, staff: Uuid) -> Result<Vec<Session>, Fault> {
    tx.rows(LIST, params![jurisdiction, staff])?.iter().map(session).collect()
}

/// Ends one session of a member of staff.
pub fn end(tx: &mut Tx<'_>, jurisdiction: i64, staff: Uuid, id: Uuid) -> Result<bool, Fault> {
    Ok(tx.run(END, params![jurisdiction, staff, id])? == 1)
}

/// Ends every session of a member of staff but one; a nil id ends all.
pub fn end_others(tx: &mut Tx<'_>, jurisdiction: i64, staff: Uuid, own: Uuid) -> Result<u64, Fault> {
    tx.run(END_OTHERS, params![jurisdiction, staff, own])
}

/// Begins a resident's session.
pub fn begin_track(tx: &mut Tx<'_>, jurisdiction: i64, token: &str, track: &TrackSession) -> Result<(), Fault> {
    let at = track.created_at.as_microsecond();
    tx.later(PUT_TRACK, params![jurisdiction, hash(token), track.matter, track.delegate, track.rating_seed.clone(), at])
}

/// Finds a resident's session that is still good.
pub fn find_track(tx: &mut Tx<'_>, jurisdiction: i64, now: Timestamp, token: &str) -> Result<Option<TrackSession>, Fault> {
    let since = now.as_microsecond() - TRACK_MINUTES_MAX * MINUTE_MICROS;
    let row = tx.row(FIND_TRACK, params![jurisdiction, hash(token), since])?;
    row.map(|row| {
        Ok(TrackSession {
            matter: row.get("matter")?,
            delegate: row.get("delegate")?,
            rating_seed: row.get("rating_seed")?,
            created_at: time(row.get("created_at")?)?,
        })
    })
    .transpose()
}

/// Ends a resident's session.
pub fn end_track(tx: &mut Tx<'_>, jurisdiction: i64, token: &str) -> Result<(), Fault> {
    tx.run(END_TRACK, params![jurisdiction, hash(token)])?;
    Ok(())
}

/// Deletes sessions that are over.
pub fn sweep(tx: &mut Tx<'_>, jurisdiction: i64, now: Timestamp) -> Result<(), Fault> {
    let now = now.as_microsecond();
    let (idle, age) = (now - IDLE_MINUTES_MAX * MINUTE_MICROS, now - AGE_HOURS_MAX * 60 * MINUTE_MICROS);
    tx.run(SWEEP, params![jurisdiction, idle, age])?;
    tx.run(SWEEP_TRACK, params![jurisdiction, now - TRACK_MINUTES_MAX * MINUTE_MICROS])?;
    Ok(())
}

fn session(row: &Row) -> Result<Session, Fault> {
    Ok(Session {
        id: row.get("id")?,
        staff: row.get("staff")?,
        created_at: time(row.get("created_at")?)?,
        seen_at: time(row.get("seen_at")?)?,
        device: row.get("device")?,
    })
}

fn time(micros: i64) -> Result<Timestamp, Fault> {
    Timestamp::from_microsecond(micros).map_err(|_| Fault::other("a session's time is out of range"))
}
