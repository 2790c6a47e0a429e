//! Events of the site itself: they belong to no matter, and are sealed under the site's own key.

use db::{Fault, Tx, params};
use jiff::Timestamp;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::append::{Actor, NewEvent, Stored, append};
use super::fact::Public;
use super::sql;
use crate::chance::Chance;
use crate::site::Site;

/// Is an event of the site itself.
#[derive(Debug)]
pub struct OwnEvent {
    /// Which of its streams, see [`own_stream`].
    pub stream: Uuid,
    /// Its number within the stream, from 1.
    pub version: i64,
    /// Who did it.
    pub actor: Actor,
    /// Kind code.
    pub kind: &'static str,
    /// What the public entry says beside kind and day.
    pub fields: Map<String, Value>,
    /// The body.
    pub body: Value,
}

/// Names a stream of the site's own by a label that no other stream has. The id is no secret.
pub fn own_stream(label: &str) -> Uuid {
    let mut id = [0; 16];
    id.copy_from_slice(&Sha256::digest(label)[..16]);
    Uuid::from_bytes(id)
}

/// Appends an event of the site itself. Runs inside the writer.
pub fn append_own(tx: &mut Tx<'_>, site: &Site, (now, chance): (Timestamp, &mut Chance), own: OwnEvent) -> Result<Stored, Fault> {
    let head = tx.row(sql::HEAD, params![site.jurisdiction])?.ok_or_else(|| Fault::other("no log head"))?;
    let key_id: i64 = head.get("directory_key")?;
    let key = site.keystore.get(key_id)?.ok_or_else(|| Fault::other("the site's own key was shredded"))?;
    let OwnEvent { stream, version, actor, kind, fields, body } = own;
    let public = Public { fields, ..Public::default() };
    let event = NewEvent { matter: stream, version, actor, kind, public, body, key: (key_id, &key) };
    append(tx, site, now, chance, event)
}
