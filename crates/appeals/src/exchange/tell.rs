//! What is sent of a step: made of the journal, with the copies of its files that others are shown.

use civic::exchange::Owed;
use civic::file::FileStore;
use civic::journal::Stored;
use civic::site::Site;
use db::{Fault, Tx};
use jiff::civil::Date;
use uuid::Uuid;

use super::{Added, EARLIER_MAX, Item, Matter, Slot};
use crate::appeal::{Event, FileRef, Filing, Manner, ReplyText, Step};
use crate::decide::goes_along;
use crate::filing::cleaned;
use crate::store::{self, Loaded};

/// Is an item, and the bytes of its files.
pub type Telling = (Item, Vec<Vec<u8>>);

/// Makes an item of what is owed, and its files. `None`: the matter was erased, so there is nothing to tell.
pub fn tell(tx: &mut Tx<'_>, site: &Site, files: &FileStore, owed: Owed) -> Result<Option<Telling>, Fault> {
    let Some(loaded) = store::load(tx, site, owed.matter)? else { return Ok(None) };
    let Some((stored, event)) = loaded.events.iter().find(|(stored, _)| stored.version == owed.n) else {
        return Err(Fault::other("a step that is owed to another site is not in the journal"));
    };
    let Some(step) = step_of(&loaded, event) else { return Ok(None) };
    let (handed, refs) = match event {
        Event::HandedDown { manner, back, .. } => {
            let (matter, refs) = whole(&loaded, stored, (*manner, *back));
            (matter.map(Box::new), refs)
        }
        other => (None, other.files().to_vec()),
    };
    let bytes = refs.iter().map(|file| cleaned(files, site, &loaded.key, file)).collect::<Result<Vec<_>, Fault>>()?;
    let slots = refs.iter().zip(&bytes).map(|(file, bytes)| Slot { name: file.name.clone(), size: bytes.len() as u64 });
    let to = loaded.state.handed.above.as_ref().filter(|_| !step.is_down()).map(|above| above.sent.matter);
    let mark = format!("{}.{}", stored.position, stored.at.as_microsecond());
    let item = Item { matter: owed.matter, to, n: owed.n, before: owed.before, mark, step, handed, files: slots.collect() };
    Ok(Some((item, bytes)))
}

/// Names the matter at the site that handed it down; none where it was not, or was erased.
pub fn told_to(tx: &mut Tx<'_>, site: &Site, matter: Uuid) -> Result<Option<Uuid>, Fault> {
    let loaded = store::load(tx, site, matter)?;
    Ok(loaded.and_then(|loaded| loaded.state.handed.above.as_ref().map(|above| above.sent.matter)))
}

/// Says what an event is to the other side.
fn step_of(loaded: &Loaded, event: &Event) -> Option<Step> {
    Some(match event {
        Event::HandedDown { words, .. } => Step::Handed { words: words.clone() },
        Event::Supplemented { words, .. } => Step::Supplemented { words: words.clone() },
        Event::Reopened { words, .. } => Step::Reopened { words: words.clone() },
        // the grade is about the answer; the words are for the office they were written to
        Event::Rated { grade, .. } => Step::Rated { grade: *grade, words: String::new() },
        Event::Reminded { words } => Step::Reminded { words: words.clone() },
        Event::TakenBack { words, .. } => Step::TakenBack { words: words.clone() },
        Event::Heard { step: Step::Handed { .. }, .. } => Step::Received { number: loaded.state.number.clone() },
        Event::Accepted { due, .. } => Step::Accepted { last: due.due.last },
        Event::Extended { due, words, .. } => Step::Extended { last: due.due.last, words: words.clone() },
        Event::SupplementAsked { words, until } => Step::Asked { words: words.clone(), until: *until },
        Event::Replied { reply, outcome, .. } => {
            Step::Answered { reply: ReplyText { files: Vec::new(), ..reply.clone() }, outcome: *outcome }
        }
        Event::SentBack { ground, words } => Step::SentBack { ground: ground.clone(), words: words.clone() },
        // to a site above it says that it is not accepted here; to one below that it is over
        Event::NotAccepted { ground, words } if loaded.state.above().is_some() => {
            Step::NotAccepted { ground: ground.clone(), words: words.clone() }
        }
        Event::Closed { .. } if loaded.state.above().is_some() => Step::Closed,
        Event::NotAccepted { .. } | Event::Closed { .. } | Event::Withdrawn => Step::Ended { stage: loaded.state.stage },
        _ => return None,
    })
}

/// Puts together a matter as it was filed and what was added until it was handed down.
fn whole(loaded: &Loaded, until: &Stored, (manner, back): (Manner, Option<Date>)) -> (Option<Matter>, Vec<FileRef>) {
    let Some((_, Event::Filed(filing))) = loaded.events.first() else { return (None, Vec::new()) };
    let mut refs = filing.files.clone();
    let mut earlier = Vec::new();
    for (_, event) in loaded.events.iter().filter(|(stored, _)| stored.version < until.version) {
        if let Event::Supplemented { words, files } = event {
            earlier.push((words.clone(), files.clone()));
        }
    }
    let earlier = earlier.split_off(earlier.len().saturating_sub(EARLIER_MAX));
    let added = earlier.iter().map(|(words, files)| Added { words: words.clone(), files: files.len() }).collect();
    refs.extend(earlier.into_iter().flat_map(|(_, files)| files));
    (Some(matter(filing, (manner, back), (filing.files.len(), added))), refs)
}

fn matter(filing: &Filing, (manner, back): (Manner, Option<Date>), (files, earlier): (usize, Vec<Added>)) -> Matter {
    let along = |text: &String| if goes_along(filing.identity) { text.clone() } else { String::new() };
    Matter {
        number: filing.number.clone(),
        manner,
        back,
        what: filing.what.clone(),
        place: filing.place.clone(),
        place_words: filing.place_words.clone(),
        kind: filing.kind,
        identity: filing.identity,
        name: along(&filing.name),
        mobile: along(&filing.mobile),
        email: along(&filing.email),
        address: along(&filing.address),
        danger: filing.danger,
        people: filing.people,
        language: filing.language.clone(),
        unread: filing.unread,
        spokespersons: filing.spokespersons.iter().filter(|_| goes_along(filing.identity)).cloned().collect(),
        files,
        earlier,
    }
}
