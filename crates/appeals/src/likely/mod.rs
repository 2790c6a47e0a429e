//! What is most like a matter (R4): open matters that may be the same one, with the reasons in points and in the people's own words,
//! for whoever takes it in. A person decides what is merged; nothing is merged by itself, and nothing is kept of it but, in memory, the
//! last answers until the next event (`memo`).
//!
//! With the words open, the index is asked for what is most alike among all that this person may read; without them, or while the
//! index is not ready, only clear columns speak: what came in lately at the same place. Texts are compared without the names and
//! numbers in them. Of a person it is known only whether the very same contact stands behind a matter of this one office: who
//! comes again with the same thing may need more help (E3). No person is looked up, and no office learns what somebody told another
//! one (E4): where a matter that this reader may read anyway was answered elsewhere, all that is said is that an answer exists.

mod memo;
mod score;
mod shared;

use std::collections::BTreeMap;
use std::sync::Arc;

use civic::directory::Staff;
use civic::permit::{Act, Who, may};
use civic::site::Site;
use data_encoding::HEXLOWER;
use db::{Fault, Question, Tx, values};
use jiff::ToSpan;
use search::Likeness;
use uuid::Uuid;

pub(crate) use memo::Memo;
pub use score::{Nearness, Reasons};

use crate::appeal::{Event, Identity, Stage, State};
use crate::find::{Finder, alike, by_work, nameless, settled};
use crate::joined;
use crate::queue;
use crate::store::{self, Loaded};

/// Matters shown at most.
pub const LIKELY_MAX: usize = 10;
/// Days looked back for what is near or of the same contact.
const BACK_DAYS: i64 = 90;
/// Matters compared at most, of each place and each contact.
const COMPARED_MAX: i64 = 20;
/// Pieces of work opened at most for one look: those of the same contact first, then the most alike, or the latest.
pub const OPENED_MAX: usize = 20;
/// Texts of one piece of work compared at most: many may have told it, each in other words.
const TEXTS_MAX: usize = 3;

/// Is a matter that may be the same.
#[derive(Debug, Clone)]
pub struct Likely {
    /// Where it stands.
    pub state: Arc<State>,
    /// The beginning of its text; none while the words of the matter at hand are not open.
    pub title: Option<String>,
    /// In what they are alike.
    pub reasons: Reasons,
    /// What these come to.
    pub points: f64,
    /// Whether merging is proposed.
    pub proposed: bool,
    /// True where the same resident told the same thing to this office before.
    pub again: bool,
    /// True where the resident says that it is the same as what many said.
    pub joined: bool,
}

/// Is what was found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The most alike first.
    pub rows: Vec<Likely>,
    /// True where the resident has an answer on this from another office, whoever that is.
    pub elsewhere: bool,
}

/// Tells whether this is the time to look for repeats: before a matter is accepted.
pub fn is_early(state: &State) -> bool {
    matches!(state.stage, Stage::Received | Stage::Registered) && state.merged_into.is_none()
}

/// Returns who is told of likely repeats: it is early, and they are of the holding office and may read.
fn told(site: &Site, who: &Who, state: &State) -> Option<Arc<Staff>> {
    let directory = site.directory();
    let staff = if let Who::Staff { id, .. } = who { directory.staff.get(id) } else { None };
    let holds = staff.filter(|staff| staff.office == state.owner && is_early(state));
    let reads = holds.filter(|_| may(&directory, who, Act::ReadPersonal, &state.subject()).is_ok());
    reads.cloned().map(Arc::new)
}

/// Is what [`near`] is answered.
pub type Near = [Vec<db::Row>];

/// Lists the questions whose answers [`find_among`] goes on from: matters of the same kind at the same place or the one above it.
/// None for whom nothing is told.
pub fn near(site: &Site, who: &Who, state: &State) -> Vec<Question<'static>> {
    if told(site, who, state).is_none() {
        return Vec::new();
    }
    let directory = site.directory();
    let (jurisdiction, owner, since) = (site.jurisdiction, state.owner.as_str(), since(state));
    let place = state.place.as_ref().and_then(|code| directory.places.get(code));
    let places = place.into_iter().flat_map(|place| [Some(&place.code), place.parent.as_ref()]).flatten();
    let near = |place: &String| {
        (store::NEAR_PLACE, values![jurisdiction, owner, state.kind.code(), place.as_str(), since.as_str(), COMPARED_MAX])
    };
    places.map(near).collect()
}

fn since(state: &State) -> String {
    state.received.saturating_sub(BACK_DAYS.days()).to_string()
}

/// Finds what may be the same, the likeliest first, for somebody who is [`told`]. `words` are those of the matter at hand where
/// this person has them open; the caller then logs whose titles come back before any leaves.
pub fn find(
    tx: &mut Tx<'_>,
    (site, finder): (&Site, &Finder),
    who: &Who,
    (state, words): (&State, Option<&str>),
) -> Result<Found, Fault> {
    let near = tx.ask(&near(site, who, state))?;
    find_among(tx, (site, finder), (who, &near), (state, words))
}

/// Does the same from what [`near`] was answered.
pub fn find_among(
    tx: &mut Tx<'_>,
    (site, finder): (&Site, &Finder),
    (who, near): (&Who, &Near),
    (state, words): (&State, Option<&str>),
) -> Result<Found, Fault> {
    let Some(staff) = told(site, who, state) else { return Ok(Found::default()) };
    // who wants no machine to read it is compared by place and day only
    let read = words.filter(|_| !state.unread);
    let (of, still) = ((state.matter, staff.id), read.map(|_| settled(tx, site, finder)).transpose()?.flatten());
    if let Some(known) = still.and_then(|position| finder.likely.get(position, of)) {
        return Ok(known);
    }
    let found = read.map(|words| alike(tx, site, (finder, &staff), (state, words))).transpose()?.flatten();
    let weighed = found.is_some();
    let (likeness, works) = match found {
        Some(near) => (near.likeness, by_work(near.rows).into_iter().map(Work::alike).collect()),
        None => (Likeness::plain(&read.map(nameless).unwrap_or_default()), lately(near)?),
    };
    let look = Look { site, who, state, words, read: read.map(nameless), likeness, weighed };
    let mut answer = Found::default();
    for work in look.with_joined(tx, works)? {
        look.weigh(tx, &work, &mut answer)?;
    }
    answer.rows.sort_by(|a, b| {
        let more = b
            .joined
            .cmp(&a.joined)
            .then(b.again.cmp(&a.again))
            .then(b.points.total_cmp(&a.points))
            .then(b.reasons.text.total_cmp(&a.reasons.text));
        more.then_with(|| b.state.number.cmp(&a.state.number))
    });
    answer.rows.truncate(LIKELY_MAX);
    if let Some(position) = still {
        finder.likely.put(position, of, &answer);
    }
    Ok(answer)
}

/// Is one piece of work that may be the same: its main matter, and those of its matters that are compared.
struct Work {
    main: Uuid,
    texts: Vec<Uuid>,
    same_contact: bool,
    joined: bool,
}

impl Work {
    fn one(id: Uuid) -> Self {
        Self { main: id, texts: vec![id], same_contact: false, joined: false }
    }

    fn alike((main, rows): (Uuid, Vec<store::Row>)) -> Self {
        Self { main, texts: rows.into_iter().map(|row| row.id).take(TEXTS_MAX).collect(), ..Self::one(main) }
    }
}

/// Lists what came in lately near by, the latest first.
fn lately(near: &Near) -> Result<Vec<Work>, Fault> {
    let mut found: BTreeMap<(i64, String), Uuid> = BTreeMap::new();
    for row in near.iter().flatten() {
        found.insert((row.get("received_at")?, row.get("number")?), row.get("id")?);
    }
    Ok(found.into_values().rev().map(Work::one).collect())
}

/// Tells whether it may be said that somebody is behind a matter: who told it in confidence is not known by what they say elsewhere.
fn open_about(state: &State) -> bool {
    state.identity == Identity::Named
}

/// Is a look from one matter at others.
struct Look<'a> {
    site: &'a Site,
    who: &'a Who,
    state: &'a State,
    words: Option<&'a str>,
    /// The words without names and numbers, where they may be compared.
    read: Option<String>,
    likeness: Likeness,
    /// Whether an index says how rare each pair is.
    weighed: bool,
}

impl Look<'_> {
    /// Puts what the resident joined before everything else.
    fn with_joined(&self, tx: &mut Tx<'_>, works: Vec<Work>) -> Result<Vec<Work>, Fault> {
        let mut works = self.with_contact(tx, works)?;
        let asked = self.state.place.as_deref().zip(self.state.joins.as_deref());
        let Some(asked) = asked.filter(|_| self.words.is_some()) else { return Ok(works) };
        let Some(joined) = joined::of_place(tx, self.site, self.state.received_at, asked)? else { return Ok(works) };
        match works.iter_mut().find(|work| work.main == joined.main) {
            Some(work) => work.joined = true,
            None => works.insert(0, Work { joined: true, ..Work::one(joined.main) }),
        }
        Ok(works)
    }

    /// Puts what is of the same contact in this office first, where words are open.
    fn with_contact(&self, tx: &mut Tx<'_>, works: Vec<Work>) -> Result<Vec<Work>, Fault> {
        let (jurisdiction, owner, since) = (self.site.jurisdiction, self.state.owner.as_str(), since(self.state));
        let mut questions: Vec<Question<'_>> = Vec::new();
        for contact in self.state.contacts.iter().filter(|_| self.read.is_some() && open_about(self.state)) {
            let contact =
                HEXLOWER.decode(contact.as_bytes()).map_err(|_| Fault::other("a contact's index is not hexadecimal"))?;
            questions.push((store::NEAR_CONTACT, values![jurisdiction, contact, owner, since.as_str(), COMPARED_MAX]));
        }
        let mut all: Vec<Work> = Vec::new();
        for row in tx.ask(&questions)?.iter().flatten() {
            let id = row.get("id")?;
            if all.iter().all(|work| work.main != id) {
                all.push(Work { same_contact: true, ..Work::one(id) });
            }
        }
        for work in works {
            match all.iter_mut().find(|known| known.main == work.main) {
                Some(known) => known.texts.extend(work.texts.into_iter().filter(|id| *id != work.main)),
                None => all.push(work),
            }
        }
        all.retain(|work| work.main != self.state.matter);
        all.truncate(OPENED_MAX);
        Ok(all)
    }

    fn opened(&self, tx: &mut Tx<'_>, id: Uuid) -> Result<Option<Loaded>, Fault> {
        let loaded = store::load(tx, self.site, id)?;
        let directory = self.site.directory();
        Ok(loaded.filter(|loaded| may(&directory, self.who, Act::ReadPersonal, &loaded.state.subject()).is_ok()))
    }

    /// Weighs one piece of work and puts it to the answer where it is alike enough.
    fn weigh(&self, tx: &mut Tx<'_>, work: &Work, answer: &mut Found) -> Result<(), Fault> {
        let Some(main) = self.opened(tx, work.main)? else { return Ok(()) };
        let rules = self.site.rules();
        let weights = rules.likeness();
        let state = &main.state;
        let mut reasons = Reasons::of(&self.site.directory(), self.state, (state.place.as_deref(), state.kind, state.received));
        for id in &work.texts {
            let other = if *id == work.main { Some(main.clone()) } else { self.opened(tx, *id)? };
            self.compare(other.as_ref(), &mut reasons);
        }
        let points = reasons.points(weights);
        let least = if self.weighed { weights.least } else { weights.unweighed };
        let same = weights.again.max(least);
        let known = open_about(self.state) && open_about(state);
        let of_same = |other: &State| known && self.state.contacts.iter().any(|contact| other.contacts.contains(contact));
        if state.owner != self.state.owner && self.read.is_some() && of_same(state) {
            answer.elsewhere |= reasons.text >= same && !state.replies.is_empty();
            return Ok(());
        }
        let again = work.same_contact && known && reasons.text >= same;
        let alike = reasons.text >= least && points >= weights.shown && state.is_open();
        if self.read.is_some() && !alike && !again && !work.joined {
            return Ok(());
        }
        let proposed = (work.joined || points >= weights.merge) && state.owner == self.state.owner && state.owes_reply();
        let title = self.words.and_then(|_| queue::title(&main));
        answer.rows.push(Likely { state: Arc::clone(state), title, reasons, points, proposed, again, joined: work.joined });
        Ok(())
    }

    /// Keeps the likeness of the text that is most alike.
    fn compare(&self, other: Option<&Loaded>, reasons: &mut Reasons) {
        let (Some(own), Some(other)) = (&self.read, other.filter(|other| !other.state.unread)) else { return };
        let filed = |event: &Event| if let Event::Filed(filing) = event { Some(filing.what.clone()) } else { None };
        let Some(text) = other.events.iter().find_map(|(_, event)| filed(event)) else { return };
        let text = nameless(&text);
        let likeness = self.likeness.to(&text);
        if likeness > reasons.text {
            reasons.text = likeness;
            reasons.shared = shared::shared(own, &self.likeness, &text);
        }
    }
}
