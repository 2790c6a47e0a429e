//! Building the tables anew from the journal, matter by matter, and comparing them with the live ones, byte for byte.

use civic::journal::{self, Raw};
use civic::site::Site;
use db::{Fault, Tx, Value};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::store::{self, DUMPS, Whole, Written};

/// Events read at once.
const PAGE_EVENTS: i64 = 2_000;

/// Empties the matters' tables and fills them again from the events. Reactions are not run again. Returns how many events
/// were applied.
pub fn rebuild(tx: &mut Tx<'_>, site: &Site) -> Result<u64, Fault> {
    store::clear(tx)?;
    let mut applied = 0;
    lives(tx, site.jurisdiction, |tx, events| {
        let (rows, count) = fold(site, events)?;
        applied += count;
        store::put(tx, &rows)
    })?;
    store::recount(tx, site.jurisdiction)?;
    Ok(applied)
}

/// Hands on all events in the order of their matters, some whole matters at a time.
pub fn lives(
    tx: &mut Tx<'_>,
    jurisdiction: i64,
    mut hand: impl FnMut(&mut Tx<'_>, Vec<Raw>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut after = Uuid::nil();
    loop {
        let events = journal::matters(tx, jurisdiction, after, PAGE_EVENTS)?;
        let Some(last) = events.last() else { return Ok(()) };
        after = last.matter;
        hand(tx, events)?;
    }
}

/// Folds whole matters into the rows they have in the tables, and counts the events that went into them. What is another
/// noun's stream, and matters whose key was shredded, have none.
pub fn fold(site: &Site, events: Vec<Raw>) -> Result<(Vec<Written>, u64), Fault> {
    let keys = site.keystore.several(events.iter().map(|raw| raw.key_id).collect())?;
    let (mut rows, mut applied) = (Vec::new(), 0);
    for life in events.chunk_by(|one, next| one.matter == next.matter) {
        if life[0].kind != "filed" {
            continue; // another noun's stream
        }
        let mut whole: Option<Whole> = None;
        for raw in life {
            let key = match keys.get(&raw.key_id) {
                Some(key) => key.clone(),
                None => match site.keystore.get(raw.key_id)? {
                    Some(key) => key,
                    None => continue,
                },
            };
            let stored = journal::open_body(site, raw, &key)?;
            let event = store::parse(&stored)?;
            match &mut whole {
                Some(whole) => whole.apply(&event, &stored),
                None => whole = Whole::begin(event, &stored),
            }
            applied += u64::from(whole.is_some());
        }
        if let Some(whole) = whole {
            rows.extend(whole.rows(site.jurisdiction)?);
        }
    }
    Ok((rows, applied))
}

/// Hashes the values of a row, the jurisdiction aside, alike on both engines. The salt is drawn anew each time, so that nobody
/// prepares rows for it.
pub fn digest(salt: &[u8; 32], values: &[Value]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(salt);
    for value in values {
        let (mark, bytes): (u8, &[u8]) = match value {
            Value::Null => (0, &[]),
            Value::Int(number) => (1, &number.to_be_bytes()),
            Value::Bool(yes) => (1, &i64::from(*yes).to_be_bytes()),
            Value::Real(number) => (2, &number.to_be_bytes()),
            Value::Text(text) => (3, text.as_bytes()),
            Value::Blob(bytes) => (4, bytes),
            Value::Uuid(id) => (4, id.as_bytes()),
        };
        hash.update([mark]);
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    }
    hash.finalize().into()
}

/// Hashes every derived table: two equal lists mean equal tables.
pub fn fingerprints(tx: &mut Tx<'_>, site: &Site) -> Result<Vec<(&'static str, [u8; 32])>, Fault> {
    let mut all = Vec::new();
    for dump in DUMPS {
        let mut hash = Sha256::new();
        dump.each(tx, site.jurisdiction, |rows| {
            for row in &rows {
                hash.update(digest(&[0; 32], row.values()));
            }
            Ok(())
        })?;
        all.push((dump.table, hash.finalize().into()));
    }
    Ok(all)
}
