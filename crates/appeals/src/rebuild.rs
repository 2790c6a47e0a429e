//! Building the tables anew from the journal, and comparing them with the live ones, byte for byte.

use std::collections::BTreeMap;

use civic::journal;
use civic::site::Site;
use db::{Fault, Tx, params};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::appeal::{Event, State};
use crate::store;

/// Events read at once.
const PAGE_EVENTS: i64 = 1_000;

/// Empties the matters' tables and fills them again from the events. Reactions are not run again.
pub fn rebuild(tx: &mut Tx<'_>, site: &Site) -> Result<u64, Fault> {
    store::clear(tx)?;
    let mut states: BTreeMap<Uuid, State> = BTreeMap::new();
    let (mut after, mut applied) = (0, 0);
    loop {
        let raws = journal::page(tx, site.jurisdiction, after, PAGE_EVENTS)?;
        let Some(last) = raws.last() else { return Ok(applied) };
        after = last.position;
        for raw in &raws {
            applied += u64::from(one(tx, site, &mut states, raw)?);
        }
    }
}

fn one(tx: &mut Tx<'_>, site: &Site, states: &mut BTreeMap<Uuid, State>, raw: &journal::Raw) -> Result<bool, Fault> {
    if raw.kind == journal::SEALED_KIND || (raw.kind != "filed" && !states.contains_key(&raw.matter)) {
        return Ok(false); // another noun's stream
    }
    let Some(key) = site.keystore.get(raw.key_id)? else { return Ok(false) };
    let stored = journal::open_body(site, raw, &key)?;
    let event = store::parse(&stored)?;
    if let Event::Filed(filing) = &event {
        let state = State::begin(filing, &stored);
        store::apply(tx, site.jurisdiction, None, &state, &event)?;
        states.insert(raw.matter, state);
        return Ok(true);
    }
    if let Some(state) = states.get_mut(&raw.matter) {
        let before = state.clone();
        state.apply(&event, &stored);
        store::apply(tx, site.jurisdiction, Some(&before), state, &event)?;
    }
    Ok(true)
}

/// Hashes every derived table: two equal lists mean equal tables.
pub fn fingerprints(tx: &mut Tx<'_>, site: &Site) -> Result<Vec<(&'static str, [u8; 32])>, Fault> {
    let mut all = Vec::new();
    for (table, dump) in store::DUMPS {
        let mut hash = Sha256::new();
        for row in tx.rows(dump, params![site.jurisdiction])? {
            hash.update(format!("{:?}\n", row.values()));
        }
        all.push((*table, hash.finalize().into()));
    }
    Ok(all)
}
