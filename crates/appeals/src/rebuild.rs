//! Building the tables anew from the journal, matter by matter, and comparing them with the live ones, byte for byte.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use civic::hall::Hall;
use civic::journal::{self, Raw};
use civic::site::Site;
use db::{Fault, Tx, Value};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::store::tally::{self, Axis, Tally};
use crate::store::{self, DUMPS, Whole, Written};

/// Events read at once.
const PAGE_EVENTS: i64 = 2_000;

/// Empties the matters' tables and fills them again from the events. Reactions are not run again. Returns how many events
/// were applied.
pub fn rebuild(tx: &mut Tx<'_>, site: &Site) -> Result<u64, Fault> {
    store::clear(tx)?;
    let (mut applied, mut tally) = (0, Tally::default());
    lives(tx, site.jurisdiction, |tx, events| {
        let folded = fold(site, events)?;
        applied += folded.applied;
        tally.join(&folded.tally);
        store::put(tx, &folded.rows)
    })?;
    store::recount(tx, site.jurisdiction)?;
    tally::clear(tx, site.jurisdiction)?;
    tally.settle();
    tally::write(tx, site.jurisdiction, &tally)?;
    tally::over(tx, site.jurisdiction)?;
    Ok(applied)
}

/// Counts for the boards what was there before they were, where that is still to be done: a page of matters after the other, while
/// everything else goes on. What dies in the middle, or is overtaken by an erasure, is begun again by the next call.
pub fn count(hall: &Hall) -> Result<(), Fault> {
    let (site, jurisdiction) = (Arc::clone(&hall.site), hall.site.jurisdiction);
    if !hall.store.read_blocking(move |tx| tally::filling(tx, jurisdiction))? {
        return Ok(());
    }
    // alone in its batch or with all of it, so that what commands before it added is not counted twice
    let reached = Arc::new(AtomicI64::new(0));
    let told = Arc::clone(&reached);
    hall.store.write_all_blocking(std::iter::once(move |tx: &mut Tx<'_>| {
        let position = journal::reached(tx, jurisdiction)?.map_or(0, |(position, _)| position);
        told.store(position, Ordering::Release);
        tally::begin(tx, jurisdiction, position)
    }))?;
    let position = reached.load(Ordering::Acquire);
    let (mut tally, mut after) = (Tally::default(), Uuid::nil());
    loop {
        let mut events = hall.store.read_blocking(move |tx| journal::matters(tx, jurisdiction, after, PAGE_EVENTS))?;
        let Some(last) = events.last() else { break };
        after = last.matter;
        events.retain(|event| event.position <= position);
        tally.join(&fold(&site, events)?.tally);
    }
    let matters: i64 =
        tally.counted.iter().filter(|((axis, ..), _)| *axis == Axis::Office).map(|(_, counted)| counted.came).sum();
    tally.settle();
    if hall.store.write_blocking(move |tx| tally::end(tx, jurisdiction, (position, &tally)))? {
        tracing::info!(matters, "the figures of the boards were counted");
    }
    Ok(())
}

/// Is what whole matters come to.
#[derive(Default)]
pub struct Folded {
    /// Their rows in the tables.
    pub rows: Vec<Written>,
    /// The events that went into them.
    pub applied: u64,
    /// What they add to the counters.
    pub tally: Tally,
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

/// Folds whole matters into what they come to in the tables. What is another
/// noun's stream, and matters whose key was shredded, have none.
pub fn fold(site: &Site, events: Vec<Raw>) -> Result<Folded, Fault> {
    let keys = site.keystore.several(events.iter().map(|raw| raw.key_id).collect())?;
    let mut folded = Folded::default();
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
            folded.applied += u64::from(whole.is_some());
        }
        if let Some(whole) = whole {
            folded.rows.extend(whole.rows(site.jurisdiction)?);
            folded.tally.add(whole.state(), 1);
        }
    }
    Ok(folded)
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
    let tally = tally::all(tx, site.jurisdiction)?;
    let mut hash = Sha256::new();
    for (key, counted) in &tally.counted {
        hash.update(format!("{key:?} {counted:?}"));
    }
    all.push(("tally", hash.finalize_reset().into()));
    for (key, many) in &tally.standing {
        hash.update(format!("{key:?} {many}"));
    }
    all.push(("standing", hash.finalize().into()));
    Ok(all)
}
