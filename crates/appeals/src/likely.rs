//! Likely repeats (R4): what lies, or lay lately, on the table of the same office and may be the same matter. A hint for
//! whoever takes a matter in; nothing is merged by itself, and nothing is kept of it.
//!
//! It compares places, kinds and texts. Of a person it knows only whether the very same contact stands behind a matter of
//! this one office within these days, and only for somebody who has the matter's words open: no person is looked up, and
//! no office learns what somebody told another one.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use civic::permit::{Act, Who, may};
use civic::site::Site;
use data_encoding::HEXLOWER;
use db::{Fault, Question, Tx, values};
use jiff::ToSpan;
use uuid::Uuid;

use crate::appeal::{Event, Stage, State};
use crate::queue;
use crate::store;

/// Matters shown at most.
pub const LIKELY_MAX: usize = 5;
/// Days looked back.
const BACK_DAYS: i64 = 90;
/// Matters compared at most, of each place and each contact.
const COMPARED_MAX: i64 = 20;
/// Matters opened at most for one look: those of the same contact first, then the latest.
pub const OPENED_MAX: usize = 20;
/// What the same contact counts beside a likeness of a thousand.
const CONTACT_WEIGHT: usize = 300;

/// Is a matter that may be the same.
#[derive(Debug, Clone)]
pub struct Likely {
    /// Where it stands.
    pub state: Arc<State>,
    /// The beginning of its text; none while the words of the matter at hand are not open.
    pub title: Option<String>,
    /// True where the same contact stands behind both.
    pub same_contact: bool,
    likeness: usize,
}

impl Likely {
    fn weight(&self) -> usize {
        self.likeness + if self.same_contact { CONTACT_WEIGHT } else { 0 }
    }
}

/// Tells whether this is the time to look for repeats: before a matter is accepted.
pub fn is_early(state: &State) -> bool {
    matches!(state.stage, Stage::Received | Stage::Registered) && state.merged_into.is_none()
}

/// Tells whether somebody is told of likely repeats: it is early, and they are of the holding office and may read.
fn is_told(site: &Site, who: &Who, state: &State) -> bool {
    let directory = site.directory();
    let staff = if let Who::Staff { id, .. } = who { directory.staff.get(id) } else { None };
    let holds = staff.is_some_and(|staff| staff.office == state.owner);
    is_early(state) && holds && may(&directory, who, Act::ReadPersonal, &state.subject()).is_ok()
}

/// Is what [`near`] is answered.
pub type Near = [Vec<db::Row>];

/// Lists the questions whose answers [`find_among`] goes on from: matters of the same kind at the same place or the one above it.
/// None for whom nothing is told.
pub fn near(site: &Site, who: &Who, state: &State) -> Vec<Question<'static>> {
    if !is_told(site, who, state) {
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

/// Finds what may be the same, the likeliest first, for somebody who [`is_told`]. `words` are those of the matter at hand where
/// this person has them open; the caller then logs whose titles come back before any leaves.
pub fn find(tx: &mut Tx<'_>, site: &Site, who: &Who, (state, words): (&State, Option<&str>)) -> Result<Vec<Likely>, Fault> {
    let near = tx.ask(&near(site, who, state))?;
    find_among(tx, site, (who, &near), (state, words))
}

/// Does the same from what [`near`] was answered.
pub fn find_among(
    tx: &mut Tx<'_>,
    site: &Site,
    (who, near): (&Who, &Near),
    (state, words): (&State, Option<&str>),
) -> Result<Vec<Likely>, Fault> {
    if !is_told(site, who, state) {
        return Ok(Vec::new());
    }
    let directory = site.directory();
    let own = words.map(pairs);
    let mut found = Vec::new();
    for (id, (version, key_id, _, _), same_contact) in candidates(tx, site, (state, words.is_some()), near)? {
        let Some(loaded) = store::opened_at(tx, site, (id, version, key_id))? else { continue };
        if may(&directory, who, Act::ReadPersonal, &loaded.state.subject()).is_err() {
            continue;
        }
        let text =
            loaded.events.iter().find_map(|(_, event)| if let Event::Filed(filing) = event { Some(&filing.what) } else { None });
        let likeness = own.as_ref().zip(text).map_or(0, |(own, text)| likeness(own, &pairs(text)));
        let title = words.and_then(|_| queue::title(&loaded));
        found.push(Likely { state: loaded.state, title, same_contact, likeness });
    }
    found.sort_by_key(|one| Reverse((one.weight(), one.state.received_at, one.state.number.clone())));
    found.truncate(LIKELY_MAX);
    Ok(found)
}

/// Is what is known of a matter before it is opened: version, key, when it came in, number.
type Clear = (i64, i64, i64, String);

/// Lists what is near and, where words are open, what is of the same contact: at most [`OPENED_MAX`], for each is opened.
fn candidates(
    tx: &mut Tx<'_>,
    site: &Site,
    (state, open): (&State, bool),
    near: &Near,
) -> Result<Vec<(Uuid, Clear, bool)>, Fault> {
    let (jurisdiction, owner, since) = (site.jurisdiction, state.owner.as_str(), since(state));
    let mut questions: Vec<Question<'_>> = Vec::new();
    for contact in state.contacts.iter().filter(|_| open) {
        let contact = HEXLOWER.decode(contact.as_bytes()).map_err(|_| Fault::other("a contact's index is not hexadecimal"))?;
        questions.push((store::NEAR_CONTACT, values![jurisdiction, contact, owner, since.as_str(), COMPARED_MAX]));
    }
    let of_contact = tx.ask(&questions)?;
    let mut found: BTreeMap<Uuid, (Clear, bool)> = BTreeMap::new();
    for (rows, same_contact) in near.iter().map(|rows| (rows, false)).chain(of_contact.iter().map(|rows| (rows, true))) {
        for row in rows {
            let clear = (row.get("version")?, row.get("key_id")?, row.get("received_at")?, row.get("number")?);
            found.insert(row.get("id")?, (clear, same_contact));
        }
    }
    found.remove(&state.matter);
    let mut found: Vec<(Uuid, Clear, bool)> = found.into_iter().map(|(id, (clear, same))| (id, clear, same)).collect();
    found.sort_by(|(_, a, of_a), (_, b, of_b)| (of_b, b.2, &b.3).cmp(&(of_a, a.2, &a.3)));
    found.truncate(OPENED_MAX);
    Ok(found)
}

/// Lists the pairs of neighbouring letters in a text, each once and in order.
fn pairs(text: &str) -> Vec<(char, char)> {
    let letters = text.chars().filter(|letter| letter.is_alphanumeric());
    let mut pairs: Vec<(char, char)> = letters.clone().zip(letters.skip(1)).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// Says of a thousand how much two texts have in common.
fn likeness(a: &[(char, char)], b: &[(char, char)]) -> usize {
    let (mut rest, mut both) = (b.iter().peekable(), 0);
    for pair in a {
        while rest.next_if(|other| *other < pair).is_some() {}
        both += usize::from(rest.next_if_eq(&pair).is_some());
    }
    2_000 * both / (a.len() + b.len()).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_one_thing_are_more_alike_than_texts_of_two() {
        let alike = |a: &str, b: &str| likeness(&pairs(a), &pairs(b));
        let own = "村口的水管漏了三天，没人来修";
        assert_eq!(alike(own, own), 1_000);
        assert!(alike(own, "村口水管一直在漏，三天了没人修") > alike(own, "小学门口的路灯坏了"));
        assert_eq!((alike("", ""), alike(own, "")), (0, 0));
    }
}
