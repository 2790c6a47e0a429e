//! The journal's own word for it: this site was restored from a backup, or goes on without entries that are lost.

use civic::hall::Hall;
use civic::journal::{self, Actor, OwnEvent};
use data_encoding::HEXLOWER;
use db::Fault;
use serde_json::{Map, Value};
use tlog::Hash;
use uuid::Uuid;

/// Kind code of the event.
const KIND: &str = "restored";

/// Says what is kept and what is lost.
pub(crate) struct Restored {
    /// Entries that are kept: what came after the first `size` of the lost log is not in this one.
    pub size: u64,
    /// Entries of the lost log, as far as anybody knows.
    pub lost: Option<u64>,
    /// Its root, where it is known.
    pub root: Option<Hash>,
    /// What else is to be kept, sealed.
    pub body: Value,
}

fn stream(jurisdiction: i64) -> Uuid {
    journal::own_stream(&format!("minsheng/restored/{jurisdiction}"))
}

/// Appends the event: strangers who hold a newer checkpoint learn why the log no longer begins with it.
pub(crate) fn append(hall: &Hall, restored: Restored) -> Result<(), Fault> {
    let (site, now) = (hall.site.clone(), hall.clock.now());
    let Restored { size, lost, root, body } = restored;
    hall.store.write_blocking(move |tx| {
        let stream = stream(site.jurisdiction);
        let version = journal::of_matter(tx, site.jurisdiction, stream)?.len() as i64 + 1;
        let mut fields = Map::from_iter([("size".to_owned(), size.into())]);
        fields.extend(lost.map(|lost| ("lost".to_owned(), lost.into())));
        fields.extend(root.map(|root| ("root".to_owned(), HEXLOWER.encode(&root).into())));
        let own = OwnEvent { stream, version, actor: Actor::System, kind: KIND, fields, body };
        journal::append_own(tx, &site, (now, &mut site.chance()), own).map(drop)
    })
}

/// Returns the size of the largest lost log that this one says it does not go on from; 0 where it says nothing.
pub(crate) fn told(hall: &Hall) -> Result<u64, Fault> {
    let site = &hall.site;
    let jurisdiction = site.jurisdiction;
    let events = hall.store.read_blocking(move |tx| journal::of_matter(tx, jurisdiction, stream(jurisdiction)))?;
    let mut told = 0;
    for raw in &events {
        // a row that somebody put in who does not hold the keys says nothing
        let key = site.keystore.get(raw.key_id)?;
        if key.is_some_and(|key| journal::examine(site, raw, &key).is_ok()) {
            let fact: Value = serde_json::from_str(&raw.fact).unwrap_or_default();
            told = fact["x"]["lost"].as_u64().unwrap_or(0).max(told);
        }
    }
    Ok(told)
}
