//! Changing the directory: one event per entry, the table and the snapshot after it.

use data_encoding::HEXLOWER;
use db::{Fault, Tx, params};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::entry::Entry;
use super::{snapshot, sql};
use crate::chance::Chance;
use crate::journal::{self, Actor, NewEvent, Public, Stored, canonical};
use crate::site::Site;

/// Kind code of a change of the directory.
pub const KIND: &str = "directory_set";

/// Names the stream all changes of a site's directory belong to.
pub fn stream(jurisdiction: i64) -> Uuid {
    Uuid::from_u128(0x6d69_6e73_6865_6e67_8000_0000_0000_0000 | u128::from(jurisdiction.unsigned_abs()))
}

/// Sets an entry: adds it, or replaces the one with the same code. `change` says what kind of change it was
/// (`added`, `renamed`, `merged`, `abolished`, …).
pub fn set(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    actor: Actor,
    (entry, change): (&Entry, &str),
) -> Result<Stored, Fault> {
    let jurisdiction = site.jurisdiction;
    let row = tx.row(journal::ADVANCE_DIRECTORY, params![jurisdiction])?;
    let version: i64 = row.ok_or_else(|| Fault::other("the site has no log head: run init first"))?.get("directory")?;
    let head = tx.row(journal::HEAD, params![jurisdiction])?.ok_or_else(|| Fault::other("no log head"))?;
    let key_id: i64 = head.get("directory_key")?;
    let key = site.keystore.get(key_id)?.ok_or_else(|| Fault::other("the directory's key was shredded"))?;
    let doc = serde_json::to_value(entry).expect("entries are plain data");
    let mut fields = Map::new();
    fields.insert("noun".into(), entry.noun().into());
    fields.insert("change".into(), change.into());
    if entry.is_public() {
        fields.insert("code".into(), entry.code().into());
        fields.insert("sha256".into(), HEXLOWER.encode(&Sha256::digest(canonical(&doc))).into());
    }
    let event = NewEvent {
        matter: stream(jurisdiction),
        version,
        actor,
        kind: KIND,
        public: Public { fields, ..Public::default() },
        body: json!({"entry": doc, "change": change}),
        key: (key_id, &key),
    };
    let stored = journal::append(tx, site, now, chance, event)?;
    apply(tx, jurisdiction, &stored)?;
    site.draft(snapshot::load(tx, site, version)?);
    Ok(stored)
}

/// Applies a directory event to the table; other events are none of its business.
pub fn apply(tx: &mut Tx<'_>, jurisdiction: i64, event: &Stored) -> Result<(), Fault> {
    if event.kind != KIND {
        return Ok(());
    }
    let doc: &Value = &event.body["entry"];
    let entry: Entry = serde_json::from_value(doc.clone()).map_err(|e| Fault::other(format!("directory event: {e}")))?;
    tx.run(sql::PUT, params![jurisdiction, entry.noun(), entry.code(), canonical(doc)])?;
    Ok(())
}
