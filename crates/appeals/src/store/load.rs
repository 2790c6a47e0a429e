//! Finding matters and folding their states.

use std::sync::Arc;

use civic::journal::{self, Raw, Stored};
use civic::permit::Subject;
use civic::site::Site;
use civic::vault::Key;
use db::{Fault, Question, Tx, params};
use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use super::sql;
use crate::appeal::{Event, Identity, Kind, Stage, State, guarded};

/// Is the clear row of a matter, as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The matter.
    pub id: Uuid,
    /// Its number.
    pub number: String,
    /// Number of its newest event.
    pub version: i64,
    /// Position of the filing event, for its title.
    pub position: i64,
    /// Its key.
    pub key_id: i64,
    /// What the resident wants.
    pub kind: Kind,
    /// Where it stands.
    pub stage: Stage,
    /// Whether something is still owed.
    pub open: bool,
    /// The holder.
    pub owner: String,
    /// The member of staff who works on it.
    pub handler: Option<Uuid>,
    /// Place code.
    pub place: Option<String>,
    /// First-level category.
    pub category: Option<String>,
    /// True under the simplified track.
    pub simplified: bool,
    /// True where a life may be in danger.
    pub danger: bool,
    /// How many people stand behind it.
    pub people: i64,
    /// When it came in.
    pub received_at: Timestamp,
    /// The day it came in.
    pub received: String,
    /// The day to aim at.
    pub target: String,
    /// The legal last day.
    pub due: String,
    /// What lists sort by.
    pub rank: String,
    /// Whether an answer is owed.
    pub owes: bool,
    /// True where the calendar of the year is not known yet.
    pub provisional: bool,
    /// How often it was returned.
    pub returns: i64,
    /// True while the joint conference has to rule.
    pub disputed: bool,
    /// The day of the newest reply.
    pub replied: Option<String>,
    /// The newest grade.
    pub rating: Option<i64>,
    /// The matter it was merged into.
    pub merged_into: Option<Uuid>,
    /// The way it came in.
    pub channel: String,
    /// How the resident is known.
    pub identity: Identity,
}

impl Row {
    /// Describes the matter to the permit as far as a list knows it.
    pub fn subject(&self) -> Subject {
        Subject {
            matter: self.id,
            owner: self.owner.clone(),
            place: self.place.clone(),
            handler: self.handler,
            guarded: guarded(self.kind, self.identity),
            ..Subject::default()
        }
    }
}

/// Reads a row of any statement that selects the clear columns.
pub fn row_of(row: &db::Row) -> Result<Row, Fault> {
    let wrong = |what: &str| Fault::other(format!("a matter has an unknown {what}"));
    Ok(Row {
        id: row.get("id")?,
        number: row.get("number")?,
        version: row.get("version")?,
        position: row.get("position")?,
        key_id: row.get("key_id")?,
        kind: Kind::parse(&row.get::<String>("kind")?).ok_or_else(|| wrong("kind"))?,
        stage: Stage::parse(&row.get::<String>("stage")?).ok_or_else(|| wrong("stage"))?,
        open: row.get("is_open")?,
        owner: row.get("owner")?,
        handler: row.get("handler")?,
        place: row.get("place")?,
        category: row.get("category")?,
        simplified: row.get("simplified")?,
        danger: row.get("danger")?,
        people: row.get("people")?,
        received_at: Timestamp::from_microsecond(row.get("received_at")?).map_err(|_| wrong("time"))?,
        received: row.get("received")?,
        target: row.get("target")?,
        due: row.get("due")?,
        rank: row.get("rank")?,
        owes: row.get("owes")?,
        provisional: row.get("provisional")?,
        returns: row.get("returns")?,
        disputed: row.get("disputed")?,
        replied: row.get("replied")?,
        rating: row.get("rating")?,
        merged_into: row.get("merged_into")?,
        channel: row.get("channel")?,
        identity: Identity::parse(&row.get::<String>("identity")?).ok_or_else(|| wrong("identity"))?,
    })
}

/// Finds the clear row of a matter.
pub fn row(tx: &mut Tx<'_>, jurisdiction: i64, id: Uuid) -> Result<Option<Row>, Fault> {
    tx.row(sql::GET, params![jurisdiction, id])?.as_ref().map(row_of).transpose()
}

/// Finds the clear row of a number.
pub fn by_number(tx: &mut Tx<'_>, jurisdiction: i64, number: &str) -> Result<Option<Row>, Fault> {
    tx.row(sql::BY_NUMBER, params![jurisdiction, number])?.as_ref().map(row_of).transpose()
}

/// Is a matter with its events opened.
#[derive(Clone)]
pub struct Loaded {
    /// The matter's key.
    pub key: Key,
    /// Where it stands.
    pub state: Arc<State>,
    /// Its events, oldest first.
    pub events: Arc<Vec<(Stored, Event)>>,
}

/// Opens a matter's events and folds them. `None` = not there, or its key was shredded. What was opened a moment ago is
/// taken as it was; only events that came since are opened.
pub fn load(tx: &mut Tx<'_>, site: &Site, id: Uuid) -> Result<Option<Loaded>, Fault> {
    Ok(load_with(tx, site, id, Vec::new())?.0)
}

/// Opens a matter and asks what is to be known beside it on the same way.
pub fn load_with(
    tx: &mut Tx<'_>,
    site: &Site,
    id: Uuid,
    beside: Vec<Question<'_>>,
) -> Result<(Option<Loaded>, Vec<Vec<db::Row>>), Fault> {
    let kept = site.kept.get::<Loaded>(id);
    let known = kept.as_ref().map_or(0, |kept| kept.state.version);
    let mut questions = beside;
    questions.push(journal::question(site.jurisdiction, id, known));
    let mut answers = tx.ask(&questions)?;
    let raws = journal::raws(answers.pop().unwrap_or_default())?;
    let lying = Lying { id, kept, raws };
    let Some(key_id) = lying.key_id() else { return Ok((None, answers)) };
    let key = site.keystore.get(key_id)?;
    Ok((put_together(tx, site, lying, key)?, answers))
}

/// Opens several matters of which this transaction has read id and version. What is not open up to there is asked for on one
/// way, so whoever has very many takes some at a time.
pub fn opened_several(tx: &mut Tx<'_>, site: &Site, ids: &[(Uuid, i64)]) -> Result<Vec<Option<Loaded>>, Fault> {
    let mut questions = Vec::new();
    let kept: Vec<_> = ids
        .iter()
        .map(|(id, version)| {
            let kept = site.kept.get::<Loaded>(*id);
            let known = kept.as_ref().map_or(0, |kept| kept.state.version);
            let asks = known < *version;
            if asks {
                questions.push(journal::question(site.jurisdiction, *id, known));
            }
            (*id, kept, asks)
        })
        .collect();
    let mut answers = tx.ask(&questions)?.into_iter();
    let lying = kept.into_iter().map(|(id, kept, asks)| {
        let rows = if asks { answers.next().unwrap_or_default() } else { Vec::new() };
        Ok(Lying { id, kept, raws: journal::raws(rows)? })
    });
    let lying = lying.collect::<Result<Vec<_>, Fault>>()?;
    let keys = site.keystore.several(lying.iter().filter_map(Lying::key_id).collect())?;
    let opened = lying.into_iter().map(|lying| {
        let Some(key_id) = lying.key_id() else { return Ok(None) };
        let key = match keys.get(&key_id) {
            Some(key) => Some(key.clone()),
            None => site.keystore.get(key_id)?, // which tells what was shredded from what is lost
        };
        put_together(tx, site, lying, key)
    });
    opened.collect()
}

/// Is a matter as it was found: what was opened before, and the events since.
struct Lying {
    id: Uuid,
    kept: Option<Arc<Loaded>>,
    raws: Vec<Raw>,
}

impl Lying {
    /// Names its key; none where nothing is there.
    fn key_id(&self) -> Option<i64> {
        self.kept.as_ref().map(|kept| kept.state.key_id).or(self.raws.first().map(|raw| raw.key_id))
    }
}

fn put_together(tx: &Tx<'_>, site: &Site, lying: Lying, key: Option<Key>) -> Result<Option<Loaded>, Fault> {
    let Lying { id, kept, raws } = lying;
    let Some(key) = key else {
        site.kept.forget(id);
        return Ok(None);
    };
    if let Some(kept) = kept.as_ref().filter(|_| raws.is_empty()) {
        return Ok(Some(Loaded::clone(kept)));
    }
    let Some(loaded) = open(site, kept.as_deref(), key, &raws)? else { return Ok(None) };
    if tx.sees_only_committed() {
        site.kept.put(id, Arc::new(loaded.clone()), loaded.events.len());
    }
    Ok(Some(loaded))
}

/// Opens the matter of a row that this transaction has read: nothing is asked for where all up to the row's version is open.
pub fn opened(tx: &mut Tx<'_>, site: &Site, row: &Row) -> Result<Option<Loaded>, Fault> {
    opened_at(tx, site, (row.id, row.version, row.key_id))
}

/// Opens a matter of whose row this transaction has read id, version and key.
pub fn opened_at(tx: &mut Tx<'_>, site: &Site, (id, version, key_id): (Uuid, i64, i64)) -> Result<Option<Loaded>, Fault> {
    let kept = site.kept.get::<Loaded>(id);
    match kept.filter(|kept| kept.state.version >= version) {
        Some(kept) if site.keystore.get(key_id)?.is_some() => Ok(Some(Loaded::clone(&kept))),
        _ => load(tx, site, id),
    }
}

/// Opens whole matters out of their events, which stand in the order of the matters. What is another noun's stream, and what
/// was shredded, is none.
pub fn opened_all(site: &Site, raws: Vec<Raw>) -> Result<Vec<Loaded>, Fault> {
    let keys = site.keystore.several(raws.iter().map(|raw| raw.key_id).collect())?;
    let lives = raws.chunk_by(|one, next| one.matter == next.matter).filter(|life| life[0].kind == "filed");
    let opened = lives.map(|life| match keys.get(&life[0].key_id) {
        Some(key) => open(site, None, key.clone(), life),
        None => Ok(None),
    });
    opened.filter_map(Result::transpose).collect()
}

/// Opens events and puts them on what was opened before.
fn open(site: &Site, kept: Option<&Loaded>, key: Key, raws: &[Raw]) -> Result<Option<Loaded>, Fault> {
    let mut events = Vec::with_capacity(kept.map_or(0, |kept| kept.events.len()) + raws.len());
    events.extend(kept.into_iter().flat_map(|kept| kept.events.iter().cloned()));
    let mut state = kept.map(|kept| State::clone(&kept.state));
    for raw in raws {
        let stored = journal::open_body(site, raw, &key)?;
        let event = parse(&stored)?;
        match (&mut state, &event) {
            (Some(state), event) => state.apply(event, &stored),
            (None, Event::Filed(filing)) => state = Some(State::begin(filing, &stored)),
            (None, _) => return Ok(None), // another noun's stream
        }
        events.push((stored, event));
    }
    Ok(state.map(|state| Loaded { key, state: Arc::new(state), events: Arc::new(events) }))
}

/// Reads the event out of an opened body.
pub fn parse(stored: &Stored) -> Result<Event, Fault> {
    Event::deserialize(&stored.body).map_err(|error| {
        Fault::other(format!("event {} of kind {} cannot be read", stored.position, stored.kind)).caused_by(error)
    })
}
