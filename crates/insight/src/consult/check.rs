//! The tables of consultations against the journal: each consultation and each voice folded anew from its events must be what its row says, and
//! the voices behind a point those that were put there. A row that is missing leaves a gap in the numbers. Nothing is written.

use std::collections::BTreeSet;

use civic::journal;
use civic::site::Site;
use db::{Fault, Tx, params};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::store::{self, ConsultRow, VoiceRow};
use super::{Consultation, Standing, Voice, consultation, list, voice};

/// Consultations read at once.
const PAGE_CONSULTS: i64 = 100;
/// Differences named; more are counted only.
const NAMED_MAX: usize = 20;

/// Folds every consultation and every voice again and says where the tables differ.
pub fn compare(tx: &mut Tx<'_>, site: &Site) -> Result<Vec<String>, Fault> {
    let (mut found, mut last) = (Vec::new(), 0);
    loop {
        let rows = tx.rows(store::ALL_CONSULTS, params![site.jurisdiction, last, PAGE_CONSULTS])?;
        if rows.is_empty() {
            break;
        }
        for (own, row) in rows.iter().zip(store::consults(&rows, site)?) {
            // by the row's own number: what is sealed may say another
            let number: i64 = own.get("number")?;
            if number != last + 1 {
                found.push(format!("no row says what consultation {} is", last + 1));
            }
            last = number;
            one(tx, site, (&row, &mut found))?;
        }
    }
    let more = found.len().saturating_sub(NAMED_MAX);
    found.truncate(NAMED_MAX);
    if more > 0 {
        found.push(format!("and {more} more differences of consultations"));
    }
    Ok(found)
}

fn one(tx: &mut Tx<'_>, site: &Site, (row, found): (&ConsultRow, &mut Vec<String>)) -> Result<(), Fault> {
    let (number, id) = (row.consult.number, row.consult.id);
    let mut told: Option<Consultation> = None;
    for event in events::<consultation::Event>(tx, site, id)?.unwrap_or_default() {
        match &mut told {
            Some(consult) => consult.apply(&event),
            None => told = Consultation::begin(id, &event),
        }
    }
    if told.as_ref() != Some(&row.consult) || !store::is_clear(tx, site, &row.consult)? {
        found.push(format!("the row of consultation {number} says something else than its events"));
    }
    let (mut after, mut next, mut behind) = (0, 1, BTreeSet::new());
    loop {
        let voices = list::voices(tx, site, (id, after))?;
        let Some(newest) = voices.last() else { break };
        after = newest.seq;
        for voice in &voices {
            if voice.seq != next {
                found.push(format!("no row says what voice {next} of consultation {number} is"));
            }
            next = voice.seq + 1;
            if !fits(tx, site, voice)? {
                let seq = voice.seq;
                found.push(format!("the row of voice {seq} of consultation {number} says something else than its events"));
            }
            let points = voice.voice.iter().flat_map(|voice| &voice.points);
            behind.extend(points.map(|point| (i64::from(*point), voice.seq, voice.id)));
        }
    }
    if next != row.seq + 1 {
        found.push(format!("consultation {number} has other numbers than voices"));
    }
    let rows = tx.rows(store::POINTED, params![site.jurisdiction, id])?;
    let put = rows
        .iter()
        .map(|row| Ok((row.get("point")?, row.get("seq")?, row.get("voice")?)))
        .collect::<Result<BTreeSet<(i64, i64, Uuid)>, Fault>>()?;
    if put != behind {
        found.push(format!("the voices behind the points of consultation {number} are not those that were put there"));
    }
    Ok(())
}

/// Tells whether a voice's row is what its events say; of one that was taken back only that nothing is left.
fn fits(tx: &mut Tx<'_>, site: &Site, row: &VoiceRow) -> Result<bool, Fault> {
    let Some(all) = events::<voice::Event>(tx, site, row.id)? else {
        return Ok(row.voice.is_none() && row.standing == Standing::Withdrawn);
    };
    let mut told: Option<Voice> = None;
    for event in &all {
        match &mut told {
            Some(voice) => voice.apply(event),
            None => told = Voice::begin(row.id, event),
        }
    }
    let Some(told) = told else { return Ok(false) };
    let same = match &row.voice {
        Some(voice) => *voice == told,
        None => told.standing == Standing::Withdrawn,
    };
    Ok(same
        && (row.consult, row.seq, row.standing) == (told.said.consult, told.said.seq, told.standing)
        && row.ground == told.ground)
}

/// Opens the events of a stream. `None`: its key is gone.
fn events<T: DeserializeOwned>(tx: &mut Tx<'_>, site: &Site, stream: Uuid) -> Result<Option<Vec<T>>, Fault> {
    let mut all = Vec::new();
    for raw in &journal::of_matter(tx, site.jurisdiction, stream)? {
        let Some(key) = site.keystore.get(raw.key_id)? else { return Ok(None) };
        let body = journal::open_body(site, raw, &key)?.body;
        all.push(serde_json::from_value(body).map_err(|_| Fault::other("an event of a consultation cannot be read"))?);
    }
    Ok(Some(all))
}
