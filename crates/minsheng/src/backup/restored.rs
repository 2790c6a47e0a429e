//! The journal's own word for it: this site was restored from a backup.

use civic::hall::Hall;
use civic::journal::{self, Actor, NewEvent, Public};
use db::{Fault, params};
use serde_json::{Map, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::manifest::Manifest;

/// Kind code of the event.
const KIND: &str = "restored";

fn stream(jurisdiction: i64) -> Uuid {
    let digest = Sha256::digest(format!("minsheng/restored/{jurisdiction}"));
    Uuid::from_slice(&digest[..16]).expect("16 bytes make an id")
}

/// Appends the event: strangers who hold a newer checkpoint learn why the log no longer begins with it.
pub(super) fn append(hall: &Hall, manifest: &Manifest, shredded_again: usize) -> Result<(), Fault> {
    let (site, now) = (hall.site.clone(), hall.clock.now());
    let (made, size) = (manifest.made.to_string(), manifest.log_size);
    hall.store.write_blocking(move |tx| {
        let stream = stream(site.jurisdiction);
        let version = journal::of_matter(tx, site.jurisdiction, stream)?.len() as i64 + 1;
        let head = tx.row(journal::HEAD, params![site.jurisdiction])?.ok_or_else(|| Fault::other("no log head"))?;
        let key_id: i64 = head.get("directory_key")?;
        let key = site.keystore.get(key_id)?.ok_or_else(|| Fault::other("the site's own key was shredded"))?;
        let fields = Map::from_iter([("size".to_owned(), size.into())]);
        let event = NewEvent {
            matter: stream,
            version,
            actor: Actor::System,
            kind: KIND,
            public: Public { fields, ..Public::default() },
            body: json!({"made": made, "size": size, "shredded_again": shredded_again}),
            key: (key_id, &key),
        };
        journal::append(tx, &site, now, &mut site.chance(), event).map(drop)
    })
}
