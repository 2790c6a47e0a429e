//! "Others have said this too" (R4): what many said of one place, as far as a stranger may be told, so that the next one can join them
//! without writing anything twice.
//!
//! Told are a subject, a place and a rounded count of at least ten people ([`civic::people`]); no word of anybody, no number, no
//! day, no matter. Only main matters that a person merged others into count, and nothing guarded: complaints and what was told in confidence
//! are neither counted nor told, and accusations lie elsewhere. What somebody types is compared with nobody's words, so nobody learns by
//! typing what others wrote.

use std::collections::{BTreeMap, BTreeSet};

use civic::people::{Cell, FEWEST, publish};
use civic::site::Site;
use db::{Fault, Tx, params};
use jiff::{Timestamp, ToSpan};
use uuid::Uuid;

use crate::appeal::{Identity, Kind, State, guarded};
use crate::likely::is_early;
use crate::store;

/// Days looked back.
const BACK_DAYS: i64 = 90;
/// Digits of a topic.
pub const TOPIC_DIGITS: usize = 4;
/// Merged matters of one place looked at.
const LOOKED_AT_MAX: i64 = 500;
/// Pieces of work of one place opened, those with the most matters first.
const WORKS_MAX: usize = 3;
/// Matters of one piece of work opened to count people.
pub const COUNTED_MAX: usize = 60;

/// Is what many said of one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// The main matter; for the office, never for a stranger.
    pub main: Uuid,
    /// What it is about: the topic it was sorted under, or its category.
    pub subject: String,
    /// How many people said it, rounded.
    pub people: u64,
    /// Whether there are more than were counted.
    pub more: bool,
}

/// Tells whether a matter that is filed may still join others: early, about no one who serves the place, at a known place, and its
/// resident lets a machine read it and has not joined yet.
pub fn may_join(state: &State) -> bool {
    let early = is_early(state) && state.joins.is_none();
    early && state.kind.joins() && state.place.is_some() && !state.unread
}

/// Tells whether there is anything many said of the place of a matter, whatever it is about, that it may still join; so that its
/// words are read for a subject only where that leads to something.
pub fn is_near(tx: &mut Tx<'_>, site: &Site, state: &State) -> Result<bool, Fault> {
    let Some(place) = state.place.as_deref().filter(|_| may_join(state)) else { return Ok(false) };
    Ok(works(tx, site, state.received_at, place)?.iter().any(|(main, _)| *main != state.matter))
}

/// Finds what many said of a place about a subject, a code on any level. None where they are too few to be told of.
pub fn of_place(tx: &mut Tx<'_>, site: &Site, now: Timestamp, (place, subject): (&str, &str)) -> Result<Option<Joined>, Fault> {
    for (main, others) in works(tx, site, now, place)?.into_iter().take(WORKS_MAX) {
        let Some(loaded) = store::load(tx, site, main)? else { continue };
        let state = &loaded.state;
        let fits = state.owes_reply() && !state.subject().guarded && state.place.as_deref() == Some(place);
        let Some(own) = about(state).filter(|own| fits && subject.starts_with(own)) else { continue };
        let (people, more) = people(tx, site, state, &others)?;
        if let [Cell::About(people)] = publish(&[people]).0[..] {
            return Ok(Some(Joined { main, subject: own.to_owned(), people, more }));
        }
    }
    Ok(None)
}

/// Lists the pieces of work of a place that may have enough people behind them: each main matter with those merged into it, the
/// biggest first.
fn works(tx: &mut Tx<'_>, site: &Site, now: Timestamp, place: &str) -> Result<Vec<(Uuid, Vec<Uuid>)>, Fault> {
    let since = site.day(now).saturating_sub(BACK_DAYS.days()).to_string();
    let mut works: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
    for row in &tx.rows(store::JOINED, params![site.jurisdiction, place, since, LOOKED_AT_MAX])? {
        let (kind, identity): (String, String) = (row.get("kind")?, row.get("identity")?);
        let told = Kind::parse(&kind).zip(Identity::parse(&identity)).is_some_and(|(kind, identity)| !guarded(kind, identity));
        if told {
            works.entry(row.get("merged_into")?).or_default().push(row.get("id")?);
        }
    }
    let enough = |others: &Vec<Uuid>| others.len() as u64 + 1 >= FEWEST;
    let mut works: Vec<(Uuid, Vec<Uuid>)> = works.into_iter().filter(|(_, others)| enough(others)).collect();
    works.sort_by_key(|(main, others)| (std::cmp::Reverse(others.len()), *main));
    Ok(works)
}

/// Returns what a matter is about, as far as it is told: its topic once a person sorted it, else its category.
fn about(state: &State) -> Option<&str> {
    let topic = state.sorted.as_ref().and_then(|sorted| sorted.to.get(..TOPIC_DIGITS));
    topic.or(state.category.as_deref())
}

/// Counts the people behind one piece of work, each once: who left the same contact twice is one of them.
fn people(tx: &mut Tx<'_>, site: &Site, main: &State, others: &[Uuid]) -> Result<(u64, bool), Fault> {
    let mut known = BTreeSet::new();
    let mut nameless = 0;
    let mut count = |state: &State| {
        if state.contacts.is_empty() {
            nameless += 1;
        } else {
            known.extend(state.contacts.first().cloned());
        }
    };
    count(main);
    for id in others.iter().take(COUNTED_MAX) {
        if let Some(loaded) = store::load(tx, site, *id)? {
            count(&loaded.state);
        }
    }
    Ok((known.len() as u64 + nameless, others.len() > COUNTED_MAX))
}
