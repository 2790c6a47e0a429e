//! Asking: what somebody may find, counted and shown; nothing else exists for them.

use std::sync::Arc;

use civic::directory::{Directory, Staff};
use civic::permit::{Act, Reach, Relation, Who, may, reach};
use civic::site::Site;
use db::{Fault, Tx, params};
use jiff::Timestamp;
use search::{Answer, Ask, Cursor, Filter, Order, Part, View, shown};

use super::document::key;
use super::document::{RECEIVED, mark};
use super::follow::Mark;
use super::narrow::Narrow;
use super::{Finder, fault};
use crate::appeal::Event;
use crate::changes::changes;
use crate::queue;
use crate::store::{self, Row, row_of};

/// Events since the last commit that a question leaves out at most; with more, the index has to come nearer first.
pub const NEW_MAX: i64 = 10_000;
/// Rows of one page.
pub const ROWS_MAX: usize = 20;
/// Characters of a text that are shown.
const SHOWN_CHARS_MAX: usize = 72;

/// Says in which order rows come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// What fits best first.
    #[default]
    Fit,
    /// What came in last first.
    Newest,
}

/// Is what somebody looks for.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// What has to stand in the words.
    pub phrases: Vec<String>,
    /// What must not.
    pub without: Vec<String>,
    /// What it is narrowed to.
    pub narrow: Narrow,
    /// Order.
    pub sort: Sort,
    /// Where the page before ended.
    pub after: Option<Cursor>,
}

/// Is the text that fits, cut to where it does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// Its parts.
    pub parts: Vec<Part>,
    /// Whether an office said it and not the resident.
    pub answer: bool,
}

/// Is what was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// Matters in all.
    pub total: u64,
    /// The rows of this page.
    pub rows: Vec<Row>,
    /// Where each stands in the text that fits; none where the asker may not read it.
    pub shown: Vec<Option<Shown>>,
    /// Where the next page begins; none on the last.
    pub next: Option<Cursor>,
    /// Counts by [`FACETS`](super::FACETS).
    pub facets: Vec<Vec<(String, u64)>>,
    /// Whether two thirds of the words were enough, for all of them stood nowhere.
    pub loose: bool,
}

/// Answers a question of a member of staff; none while the index is not as far as it has to be. The caller notes whose texts are shown
/// before any leaves.
pub fn ask(
    tx: &mut Tx<'_>,
    site: &Site,
    (finder, staff, now): (&Finder, &Arc<Staff>, Timestamp),
    question: &Question,
) -> Result<Option<Found>, Fault> {
    let directory = site.directory();
    let words = !question.phrases.is_empty() || !question.without.is_empty();
    // whoever may not read the words does not learn from a hit that they are there
    let act = if words { Act::ReadPersonal } else { Act::See };
    let Some((view, within)) = reachable(tx, site, (finder, staff), act)? else { return Ok(None) };
    let midnight = |day: jiff::civil::Date| {
        day.at(0, 0, 0, 0).to_zoned_datetime(site.zone.clone()).map_or(0, |at| at.timestamp().as_second())
    };
    let filter = Filter::All(vec![within, question.narrow.filter(&directory, site.day(now), midnight)]);
    let order = if question.sort == Sort::Newest || question.phrases.is_empty() { Order::Figure(RECEIVED) } else { Order::Fit };
    let mut asked = Ask {
        phrases: question.phrases.clone(),
        without: question.without.clone(),
        loose: false,
        filter,
        order,
        after: question.after,
        rows_max: ROWS_MAX,
    };
    let mut answer = view.find(&asked).map_err(fault)?;
    if answer.total == 0 && asked.phrases.len() > 1 {
        asked.loose = true;
        answer = view.find(&asked).map_err(fault)?;
    }
    put_together(tx, site, (&directory, staff), (answer, question, asked.loose)).map(Some)
}

/// Returns the index and which of it somebody may do an act to: what the permit says, without relatives' matters and without what
/// changed since the last commit. None while the index is not as far as it has to be.
pub(super) fn reachable(
    tx: &mut Tx<'_>,
    site: &Site,
    (finder, staff): (&Finder, &Arc<Staff>),
    act: Act,
) -> Result<Option<(View, Filter)>, Fault> {
    let Some(view) = finder.index().map(|index| index.view()) else { return Ok(None) };
    let Some(mark) = Mark::parse(view.mark()) else { return Ok(None) };
    let fresh = changes(tx, site, (mark.position, NEW_MAX))?;
    if fresh.more {
        return Ok(None);
    }
    let mut left_out: Vec<u64> = fresh.matters.into_iter().map(|changed| key(changed.filed)).collect();
    let hidden = queue::hidden(tx, site, staff)?;
    left_out.extend(super::follow::keys(tx, site, hidden)?);
    let seen = within(&reach(&site.directory(), staff, act));
    Ok(Some((view, Filter::All(vec![seen, Filter::Keys(left_out).denied()]))))
}

/// Returns the position up to which the index knows everything, where nothing at all happened since.
pub(crate) fn settled(tx: &mut Tx<'_>, site: &Site, finder: &Finder) -> Result<Option<i64>, Fault> {
    let mark = finder.index().and_then(|index| Mark::parse(index.view().mark()));
    let Some(mark) = mark else { return Ok(None) };
    Ok(changes(tx, site, (mark.position, 1))?.nothing().then_some(mark.position))
}

fn put_together(
    tx: &mut Tx<'_>,
    site: &Site,
    (directory, staff): (&Directory, &Staff),
    (answer, question, loose): (Answer, &Question, bool),
) -> Result<Found, Fault> {
    let who = Who::Staff { id: staff.id, session: uuid::Uuid::nil() };
    let (mut rows, mut shown) = (Vec::with_capacity(answer.hits.len()), Vec::with_capacity(answer.hits.len()));
    for hit in &answer.hits {
        let row = tx.row(store::OF_FILING, params![site.jurisdiction, hit.key as i64])?;
        let Some(row) = row.map(|row| row_of(&row)).transpose()? else { continue };
        let loaded = store::opened(tx, site, &row)?;
        let loaded = loaded.filter(|loaded| may(directory, &who, Act::ReadPersonal, &loaded.state.subject()).is_ok());
        shown.push(loaded.map(|loaded| part(&loaded.events, &question.phrases)));
        rows.push(row);
    }
    Ok(Found { total: answer.total, rows, shown, next: answer.next, facets: answer.facets, loose })
}

/// Cuts out where it was found: in what the resident said, else in an answer, else the beginning.
fn part(events: &[(civic::journal::Stored, Event)], phrases: &[String]) -> Shown {
    let texts = events.iter().flat_map(|(_, event)| match event {
        Event::Filed(filing) => vec![(&filing.what, false)],
        Event::Supplemented { words, .. } => vec![(words, false)],
        Event::Replied { reply, .. } => vec![(&reply.facts, true), (&reply.opinion, true)],
        _ => Vec::new(),
    });
    let mut first = None;
    for (text, answer) in texts {
        let parts = shown(text, phrases, SHOWN_CHARS_MAX);
        if parts.iter().any(|part| part.found) {
            return Shown { parts, answer };
        }
        first = first.or(Some(Shown { parts, answer }));
    }
    first.unwrap_or_default()
}

/// Makes a reach a filter of the index: the nearest relation decides, as in the permit.
fn within(reach: &Reach) -> Filter {
    let own = |mark: fn(&str) -> String| Filter::marks(reach.own.iter().map(|code| mark(code)));
    let below = Filter::marks(reach.below.iter().map(|code| mark::owner(code)));
    let sets = [
        (Relation::Holder, own(mark::owner)),
        (Relation::Invited, own(mark::invited)),
        (Relation::Reviewer, own(mark::reviewer)),
        (Relation::Superior, below),
        (Relation::Former, own(mark::former)),
    ];
    let granted = |relations: &[Relation]| {
        if relations.contains(&Relation::Unrelated) {
            return Filter::Every;
        }
        let mut all = Vec::new();
        for (at, (relation, set)) in sets.iter().enumerate() {
            if relations.contains(relation) {
                let nearer = sets[..at].iter().map(|(_, nearer)| nearer.clone().denied());
                all.push(Filter::All(std::iter::once(set.clone()).chain(nearer).collect()));
            }
        }
        Filter::Either(all)
    };
    let here = reach.places.iter().map(|code| mark::place(code)).chain([mark::handler(reach.staff)]);
    let near = Filter::All(vec![granted(&reach.near), Filter::marks(here), Filter::Mark(mark::GUARDED.to_owned()).denied()]);
    match (granted(&reach.relations), reach.near.is_empty()) {
        (Filter::Every, _) => Filter::Every,
        (wide, true) => wide,
        (wide, false) => Filter::Either(vec![wide, near]),
    }
}
