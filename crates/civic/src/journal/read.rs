//! Reading events back, sealed or opened.

use std::borrow::Cow;

use db::{Fault, Question, Row, Tx, params, values};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use uuid::Uuid;

use super::append::{Actor, NO_KEY, Stored};
use super::seal::{Beside, Damage, Inside};
use super::sql;
use crate::site::Site;
use crate::vault::{Key, KeyId};

/// Is an event as it lies in the table, its body still sealed.
#[derive(Debug, Clone)]
pub struct Raw {
    /// Place in the journal, from 1.
    pub position: i64,
    /// The matter it belongs to.
    pub matter: Uuid,
    /// Its number within the matter, from 1.
    pub version: i64,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it, as text.
    pub actor: String,
    /// Kind code.
    pub kind: String,
    /// The public entry.
    pub fact: String,
    /// The sealed body.
    pub body: Vec<u8>,
    /// Key the body is sealed with.
    pub key_id: KeyId,
    /// Place in the public log, from 0.
    pub leaf: i64,
}

fn raw(mut row: Row) -> Result<Raw, Fault> {
    Ok(Raw {
        position: row.get("position")?,
        matter: row.get("matter")?,
        version: row.get("version")?,
        at: Timestamp::from_microsecond(row.get("at")?).map_err(|_| Fault::other("an event's time is out of range"))?,
        actor: row.take("actor")?,
        kind: row.take("kind")?,
        fact: row.take("fact")?,
        body: row.take("body")?,
        key_id: row.get("key_id")?,
        leaf: row.get("leaf")?,
    })
}

/// Lists the events of one matter, oldest first.
pub fn of_matter(tx: &mut Tx<'_>, jurisdiction: i64, matter: Uuid) -> Result<Vec<Raw>, Fault> {
    of_matter_after(tx, jurisdiction, matter, 0)
}

/// Lists the events of one matter after a version, oldest first.
pub fn of_matter_after(tx: &mut Tx<'_>, jurisdiction: i64, matter: Uuid, version: i64) -> Result<Vec<Raw>, Fault> {
    raws(tx.rows(sql::OF_MATTER, params![jurisdiction, matter, version])?)
}

/// Returns the question that [`of_matter_after`] asks, for whoever asks more with it; [`raws`] takes its answer.
pub fn question(jurisdiction: i64, matter: Uuid, version: i64) -> Question<'static> {
    (sql::OF_MATTER, values![jurisdiction, matter, version])
}

/// Reads what [`question`] is answered.
pub fn raws(rows: Vec<Row>) -> Result<Vec<Raw>, Fault> {
    rows.into_iter().map(raw).collect()
}

/// Finds the event at a position.
pub fn stored(tx: &mut Tx<'_>, jurisdiction: i64, position: i64) -> Result<Option<Raw>, Fault> {
    tx.row(sql::AT_POSITION, params![jurisdiction, position])?.map(raw).transpose()
}

/// Names the matter whose event has a place in the public log.
pub fn matter_at(tx: &mut Tx<'_>, jurisdiction: i64, leaf: i64) -> Result<Option<Uuid>, Fault> {
    tx.row(sql::MATTER_AT, params![jurisdiction, leaf])?.map(|row| row.get("matter")).transpose()
}

/// Lists up to `count` events after a position, for whoever follows the journal.
pub fn page(tx: &mut Tx<'_>, jurisdiction: i64, after: i64, count: i64) -> Result<Vec<Raw>, Fault> {
    tx.rows(sql::PAGE, params![jurisdiction, after, count])?.into_iter().map(raw).collect()
}

/// Lists about `count` events in the order of their matters, from after one on: of each matter listed all, oldest first.
pub fn matters(tx: &mut Tx<'_>, jurisdiction: i64, after: Uuid, count: i64) -> Result<Vec<Raw>, Fault> {
    let rows = tx.rows(sql::MATTERS, params![jurisdiction, after, count])?;
    let mut raws = rows.into_iter().map(raw).collect::<Result<Vec<_>, Fault>>()?;
    if raws.len() as i64 == count
        && let Some(last) = raws.last().map(|raw| raw.matter)
    {
        raws.truncate(raws.partition_point(|raw| raw.matter < last));
        raws.extend(of_matter(tx, jurisdiction, last)?);
    }
    Ok(raws)
}

/// Is what a public entry says about its body.
#[derive(Deserialize)]
struct Clear<'a> {
    #[serde(rename = "d", borrow)]
    day: Cow<'a, str>,
    #[serde(rename = "h", borrow, default)]
    commitment: Cow<'a, str>,
}

fn beside<'a>(site: &Site, raw: &'a Raw) -> Beside<'a> {
    Beside {
        jurisdiction: site.jurisdiction,
        position: raw.position,
        leaf: raw.leaf,
        matter: raw.matter,
        version: raw.version,
        actor: &raw.actor,
        kind: &raw.kind,
        fact: &raw.fact,
    }
}

/// Checks an entry of the daily batch, which has nothing to open: its body is a seal over all that stands beside it.
pub fn examine_sealed(site: &Site, raw: &Raw) -> Result<(), Damage> {
    let whole = raw.key_id == NO_KEY && raw.body == beside(site, raw).batch_body(&site.keys.seal, raw.at);
    if whole { Ok(()) } else { Err(Damage::Changed) }
}

/// Opens a sealed event and checks it: that its seal is whole, that its public entry commits to its body, that its time
/// is the one it was appended with.
pub fn examine(site: &Site, raw: &Raw, key: &Key) -> Result<Stored, Damage> {
    let fact: Clear<'_> = serde_json::from_str(&raw.fact).map_err(|_| Damage::Changed)?;
    let day: Date = fact.day.parse().map_err(|_| Damage::Changed)?;
    let inside = Inside::open(key, &beside(site, raw), &fact.commitment, &raw.body)?;
    if inside.at != raw.at {
        return Err(Damage::Redated);
    }
    Ok(Stored {
        position: raw.position,
        leaf: raw.leaf,
        matter: raw.matter,
        version: raw.version,
        at: raw.at,
        day,
        actor: Actor::parse(&raw.actor).map_err(|_| Damage::Changed)?,
        kind: raw.kind.clone(),
        fact: raw.fact.clone(),
        body: serde_json::from_str(&inside.body).map_err(|_| Damage::Changed)?,
        nonce: inside.nonce,
        key_id: raw.key_id,
    })
}

/// Opens a sealed event; a damaged one is a fault.
pub fn open_body(site: &Site, raw: &Raw, key: &Key) -> Result<Stored, Fault> {
    examine(site, raw, key).map_err(|damage| damage.fault(raw.position))
}
