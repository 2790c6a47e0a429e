//! The one way in: an event gets its place, its public entry, its sealed body.

use std::fmt;

use data_encoding::HEXLOWER;
use db::{Fault, Mark, Tx, params};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;
use uuid::Uuid;

use super::canonical::canonical;
use super::fact::{self, Public};
use super::seal::{Beside, Inside};
use super::sql;
use crate::chance::{self, Chance};
use crate::site::Site;
use crate::vault::{Key, KeyId};

/// Kind code of the entries of the daily batch.
pub const SEALED_KIND: &str = "sealed";
/// Key id of such an entry: no matter's key is in play.
pub(super) const NO_KEY: KeyId = 0;

/// Tells who did it, as the journal keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// The resident whose matter it is.
    Resident,
    /// Somebody the resident named to act for them.
    Delegate,
    /// A member of staff.
    Staff(Uuid),
    /// The passing of time, or a reaction.
    System,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Resident => f.write_str("resident"),
            Self::Delegate => f.write_str("delegate"),
            Self::Staff(id) => write!(f, "staff:{id}"),
            Self::System => f.write_str("system"),
        }
    }
}

impl Actor {
    /// Reads the journal's text form.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        match text {
            "resident" => Ok(Self::Resident),
            "delegate" => Ok(Self::Delegate),
            "system" => Ok(Self::System),
            other => {
                let id = other.strip_prefix("staff:").and_then(|id| id.parse().ok());
                id.map(Self::Staff).ok_or_else(|| Fault::other(format!("unknown actor {other} in the journal")))
            }
        }
    }
}

/// Holds what a noun hands to the journal.
pub struct NewEvent<'a> {
    /// The matter (or other stream) it belongs to.
    pub matter: Uuid,
    /// Its number within the matter, from 1; two writers of the same number cannot both succeed.
    pub version: i64,
    /// Who did it.
    pub actor: Actor,
    /// Kind code.
    pub kind: &'a str,
    /// What a stranger may read.
    pub public: Public,
    /// Everything else; sealed.
    pub body: Value,
    /// The matter's key.
    pub key: (KeyId, &'a Key),
}

/// Is an event as it stands in the journal, opened.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Place in the journal, from 1.
    pub position: i64,
    /// Place in the public log, from 0.
    pub leaf: i64,
    /// The matter it belongs to.
    pub matter: Uuid,
    /// Its number within the matter, from 1.
    pub version: i64,
    /// When it happened; never goes back along the journal.
    pub at: Timestamp,
    /// The civil day of `at` in the site's zone, as published.
    pub day: Date,
    /// Who did it.
    pub actor: Actor,
    /// Kind code.
    pub kind: String,
    /// The public entry, canonical JSON.
    pub fact: String,
    /// The opened body.
    pub body: Value,
    /// Opens the commitment; kept in the sealed body and in the receipt.
    pub nonce: [u8; 32],
    /// Key the body is sealed with.
    pub key_id: KeyId,
}

/// Takes the next place in the journal: its position, the size of the log with it, and its time, which never goes back. Within
/// a batch the head of the log is locked and kept in mind; it is written once, at the end.
fn next(tx: &mut Tx<'_>, jurisdiction: i64, now: Timestamp) -> Result<(i64, i64, Timestamp), Fault> {
    let (position, size, at) = if let Some(mark) = tx.mark() {
        let [position, size, at, hashed] = mark.figures;
        let (position, size, at) = (position + 1, size + 1, at.max(now.as_microsecond()));
        tx.set_mark(Mark { figures: [position, size, at, hashed], ..mark });
        (position, size, at)
    } else {
        let row = tx.row(sql::NEXT, params![jurisdiction, now.as_microsecond()])?;
        let row = row.ok_or_else(|| Fault::other("the site has no log head: run init first"))?;
        (row.get("position")?, row.get("size")?, row.get("at")?)
    };
    Ok((position, size, instant(at)?))
}

/// Tells how far the journal goes, inside the writer with what this batch has appended: the newest position, and its time.
/// `None` = no log was started.
pub fn reached(tx: &mut Tx<'_>, jurisdiction: i64) -> Result<Option<(i64, Timestamp)>, Fault> {
    if let Some(Mark { figures: [position, _, at, _], .. }) = tx.mark() {
        return Ok(Some((position, instant(at)?)));
    }
    let row = tx.row(sql::HEAD, params![jurisdiction])?;
    row.map(|row| Ok((row.get("position")?, instant(row.get("at")?)?))).transpose()
}

fn instant(micros: i64) -> Result<Timestamp, Fault> {
    Timestamp::from_microsecond(micros).map_err(|_| Fault::other("the journal's time is out of range"))
}

/// Appends an event. Runs inside the writer; the caller applies the result to its tables in the same savepoint.
pub fn append(tx: &mut Tx<'_>, site: &Site, now: Timestamp, chance: &mut Chance, event: NewEvent<'_>) -> Result<Stored, Fault> {
    let jurisdiction = site.jurisdiction;
    let (position, size, at) = next(tx, jurisdiction, now)?;
    let day = site.day(at);
    let nonce: [u8; 32] = chance::bytes(chance);
    let body = canonical(&event.body);
    let (key_id, key) = event.key;
    let commitment = fact::commitment(&nonce, &body);
    let fact = fact::render(event.kind, &fact::pseudonym(key), day, &event.public, &commitment)?;
    let (leaf, actor) = (size - 1, event.actor.to_string());
    let (matter, version, kind) = (event.matter, event.version, event.kind);
    let beside = Beside { jurisdiction, position, leaf, matter, version, actor: &actor, kind, fact: &fact };
    let sealed = Inside { at, nonce, body }.seal(key, &beside, chance);
    tx.later(
        sql::INSERT,
        params![jurisdiction, position, matter, version, at.as_microsecond(), actor, kind, fact.as_str(), sealed, key_id, leaf],
    )?;
    Ok(Stored {
        position,
        leaf,
        matter,
        version,
        at,
        day,
        actor: event.actor,
        kind: kind.to_owned(),
        fact,
        body: event.body,
        nonce,
        key_id,
    })
}

/// Appends an entry of which nothing but a commitment made elsewhere may be known (tier C): its body looks like chance and
/// has a constant length, so a real one and a dummy look alike to whoever reads the table.
pub fn append_sealed(
    tx: &mut Tx<'_>,
    site: &Site,
    now: Timestamp,
    chance: &mut Chance,
    commitment: Option<&str>,
) -> Result<(), Fault> {
    let jurisdiction = site.jurisdiction;
    let (position, size, at) = next(tx, jurisdiction, now)?;
    let day = site.day(at);
    let (matter, drawn) = (chance::id_plain(chance), chance::bytes::<32>(chance));
    let pseudonym = HEXLOWER.encode(&chance::bytes::<16>(chance));
    let dummy = HEXLOWER.encode(&drawn);
    let fact = fact::render(SEALED_KIND, &pseudonym, day, &Public::default(), commitment.unwrap_or(&dummy))?;
    let (actor, leaf) = (Actor::System.to_string(), size - 1);
    let beside = Beside { jurisdiction, position, leaf, matter, version: 1, actor: &actor, kind: SEALED_KIND, fact: &fact };
    let body = beside.batch_body(&site.keys.seal, at);
    let at = at.as_microsecond();
    tx.later(
        sql::INSERT,
        params![jurisdiction, position, matter, 1, at, actor.as_str(), SEALED_KIND, fact.as_str(), body, NO_KEY, leaf],
    )?;
    Ok(())
}
