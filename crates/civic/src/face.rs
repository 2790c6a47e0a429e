//! What a row shows of a noun, sealed under the noun's own key: one way for every room that keeps such rows. The seal is bound to table, id
//! and version, so that no row stands in for another one, nor for itself as it was before.

use std::collections::HashMap;

use db::{Fault, FaultKind, Row};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::chance::Chance;
use crate::site::Site;
use crate::vault::{self, Key, KeyId};

/// Says which row it is: table, id and version.
pub type At<'a> = (&'a str, Uuid, i64);

fn context(site: &Site, (table, id, version): At<'_>) -> String {
    format!("{}|{table}|{id}|face|1|{version}", site.jurisdiction)
}

/// Seals what a row shows.
pub fn seal<T: Serialize>(site: &Site, at: At<'_>, (what, key): (&T, &Key), chance: &mut Chance) -> Result<Vec<u8>, Fault> {
    let plain = serde_json::to_vec(what)
        .map_err(|error| Fault::other(format!("a row of {} cannot be written", at.0)).caused_by(error))?;
    Ok(vault::seal(key, &context(site, at), &plain, chance))
}

/// Opens what a row shows.
pub fn open<T: DeserializeOwned>(site: &Site, at: At<'_>, (sealed, key): (&[u8], &Key)) -> Result<T, Fault> {
    let plain = vault::open(key, &context(site, at), sealed)?;
    serde_json::from_slice(&plain).map_err(|_| Fault::new(FaultKind::Corrupt, format!("a row of {} cannot be read", at.0)))
}

/// Holds the keys of some rows.
pub struct Keys<'a> {
    site: &'a Site,
    known: HashMap<KeyId, Key>,
}

impl<'a> Keys<'a> {
    /// Asks for the keys of rows, all at once; each row names its own as `key_id`.
    pub fn of(site: &'a Site, rows: &[Row]) -> Result<Self, Fault> {
        let ids = rows.iter().map(|row| row.get("key_id")).collect::<Result<Vec<KeyId>, Fault>>()?;
        Ok(Self { site, known: site.keystore.several(ids)? })
    }

    /// Returns a key. `None`: it was destroyed.
    pub fn get(&self, id: KeyId) -> Result<Option<Key>, Fault> {
        match self.known.get(&id) {
            Some(key) => Ok(Some(key.clone())),
            None => self.site.keystore.get(id),
        }
    }

    /// Returns a key that must be there: what it opens is never destroyed.
    pub fn must(&self, id: KeyId) -> Result<Key, Fault> {
        self.get(id)?.ok_or_else(|| Fault::new(FaultKind::Corrupt, "the key of a row that is kept for ever is not there"))
    }
}
