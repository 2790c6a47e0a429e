//! From the wire to what is durable. A carrier is told "taken" of nothing that is not kept by then, and nobody has looked into it yet.

use appeals::undelivered;
use civic::file::FileStore;
use civic::hall::Hall;
use civic::inbox;
use civic::outbox;
use civic::site::Site;
use db::{Fault, Tx};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::smpp::{Part, Receipt};
use super::{CHANNEL, coding, command, store};

/// Seconds within which the same words of the same number are the same message: a carrier that heard no "taken" brings it again.
const SAME_WORDS_SECONDS: i64 = 86_400;
/// The same for a command, which is meant each time, in seconds.
const SAME_COMMAND_SECONDS: i64 = 60;
/// How long a message waits for its missing parts, in seconds; then what is there is taken.
pub const PARTS_SECONDS_MAX: i64 = 3_600;

/// Is a message as a carrier handed it over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    /// The number it comes from.
    pub from: String,
    /// The number it was sent to.
    pub to: String,
    /// Its alphabet.
    pub coding: u8,
    /// Its words.
    pub words: Vec<u8>,
    /// Which part of a message it is; none where it is whole.
    pub part: Option<Part>,
    /// The carrier's own name of it, which is never another's; none where it has none.
    pub id: Option<String>,
}

/// Is what a carrier wrote on a message, as the inbox keeps it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Envelope {
    /// The number it comes from.
    pub(super) from: String,
    /// The number it was sent to.
    pub(super) to: String,
    /// Its alphabet.
    pub(super) coding: u8,
    /// Parts that never came.
    #[serde(default)]
    pub(super) missing: u32,
}

impl Envelope {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Fault> {
        serde_json::from_slice(bytes).map_err(|error| Fault::other("an envelope cannot be read").caused_by(error))
    }

    fn written(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("numbers and texts are plain data")
    }
}

/// Names a message so that it is known when it comes once more: by the carrier's name of it, else by number, words and time. The
/// second and third names are those it may have had shortly before, or has by a clock that was turned.
fn names(text: &Text, now: Timestamp) -> Vec<Vec<u8>> {
    if let Some(id) = &text.id {
        return vec![format!("id|{id}").into_bytes()];
    }
    let said_once = command::read(&coding::read(text.coding, &text.words)).is_said_once();
    let seconds = if said_once { SAME_WORDS_SECONDS } else { SAME_COMMAND_SECONDS };
    let at = now.as_second().div_euclid(seconds);
    let name = |at: i64| {
        let head = format!("words|{}|{}|{}|{seconds}|{at}|", text.from, text.to, text.coding);
        [head.as_bytes(), &text.words].concat()
    };
    vec![name(at), name(at - 1), name(at + 1)]
}

/// Is what is kept of a message: a whole one, or a part.
enum Kept {
    Whole(inbox::Coming),
    Part(store::Coming),
}

/// Keeps messages, those that are here already too. Durable when this returns. Blocks; not for asynchronous code.
pub fn keep(hall: &Hall, files: &FileStore, texts: &[Text]) -> Result<(), Fault> {
    let (site, now) = (&hall.site, hall.clock.now());
    let named: Vec<Vec<Vec<u8>>> =
        texts.iter().map(|text| if text.part.is_some() { Vec::new() } else { names(text, now) }).collect();
    let (of_read, asked) = (site.clone(), named.clone());
    let known: Vec<bool> = hall
        .store
        .read_blocking(move |tx| asked.iter().map(|names| is_known(tx, &of_read, names)).collect::<Result<_, Fault>>())?;
    let mut chance = site.chance();
    let mut kept = Vec::new();
    for ((text, names), known) in texts.iter().zip(&named).zip(known) {
        if known {
            continue;
        }
        let envelope = Envelope { from: text.from.clone(), to: text.to.clone(), coding: text.coding, missing: 0 }.written();
        kept.push(match (text.part, names.first()) {
            (Some(part), _) => {
                let whole = format!("{}|{}|{}|{}|{}", text.from, text.to, text.coding, part.reference, part.of);
                let sealed = (envelope.as_slice(), text.words.as_slice());
                Kept::Part(store::Coming::seal(site, (&whole, part.at, part.of), sealed, &mut chance))
            }
            (None, Some(name)) => {
                Kept::Whole(inbox::Coming::seal((site, files, now), (CHANNEL, name), (&envelope, &text.words))?)
            }
            (None, None) => continue,
        });
    }
    if kept.is_empty() {
        return Ok(());
    }
    let jurisdiction = site.jurisdiction;
    hall.store.write_blocking(move |tx| {
        for one in &kept {
            match one {
                Kept::Whole(coming) => inbox::put(tx, jurisdiction, coming, now).map(drop)?,
                Kept::Part(coming) => coming.put(tx, jurisdiction, now)?,
            }
        }
        Ok(())
    })
}

fn is_known(tx: &mut Tx<'_>, site: &Site, names: &[Vec<u8>]) -> Result<bool, Fault> {
    for name in names {
        if inbox::is_there(tx, site, CHANNEL, name)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Puts messages together whose parts are all there, or have been waited for long enough. Returns how many.
pub fn join(hall: &Hall, files: &FileStore) -> Result<usize, Fault> {
    let (jurisdiction, now) = (hall.site.jurisdiction, hall.clock.now());
    let wait = SignedDuration::from_secs(PARTS_SECONDS_MAX);
    let ready = hall.store.read_blocking(move |tx| store::ready(tx, jurisdiction, (now - wait, now + wait)))?;
    let mut joined = 0;
    for (whole, many) in ready {
        let mut pieces = hall.store.read_blocking(move |tx| store::pieces(tx, jurisdiction, (whole, many)))?;
        // of two that call themselves the same part, the older one goes with the older message
        pieces.dedup_by_key(|piece| piece.at);
        let missing = (many - pieces.len() as i64).max(0) as u32;
        joined += usize::from(put_together(hall, files, (&pieces, missing))?);
    }
    Ok(joined)
}

fn put_together(hall: &Hall, files: &FileStore, (parts, missing): (&[store::Piece], u32)) -> Result<bool, Fault> {
    let (site, now, jurisdiction) = (&hall.site, hall.clock.now(), hall.site.jurisdiction);
    let (mut words, mut envelope) = (Vec::new(), None);
    for part in parts {
        let (written, said) = part.open(site)?;
        envelope.get_or_insert(written);
        words.extend(said);
    }
    let Some(envelope) = envelope else { return Ok(false) };
    let envelope = Envelope { missing, ..Envelope::read(&envelope)? };
    let text = Text { from: envelope.from.clone(), to: envelope.to.clone(), coding: envelope.coding, words, ..Text::default() };
    let names = names(&text, now);
    let coming = inbox::Coming::seal((site, files, now), (CHANNEL, &names[0]), (&envelope.written(), &text.words))?;
    let (site, parts) = (site.clone(), parts.to_vec());
    hall.store.write_blocking(move |tx| {
        for part in &parts {
            if !part.used(tx, jurisdiction)? {
                // another process put them together
                return Ok(false);
            }
        }
        if !is_known(tx, &site, &names)? {
            inbox::put(tx, jurisdiction, &coming, now)?;
        }
        Ok(true)
    })
}

/// Notes what a carrier says became of messages. Durable when this returns.
pub fn heard(hall: &Hall, receipts: Vec<Receipt>) -> Result<(), Fault> {
    let (site, now) = (hall.site.clone(), hall.clock.now());
    hall.store.write_blocking(move |tx| {
        for Receipt { reference, arrived } in &receipts {
            let Some(arrived) = *arrived else { continue };
            if let Some(message) = store::put_heard(tx, site.jurisdiction, (reference, arrived), now)? {
                settle(tx, &site, now, message)?;
            }
        }
        Ok(())
    })
}

/// Tells both sides what became of a message, as far as all its parts are heard of.
pub(super) fn settle(tx: &mut Tx<'_>, site: &Site, now: Timestamp, message: uuid::Uuid) -> Result<(), Fault> {
    match store::arrived(tx, site.jurisdiction, message)? {
        None => Ok(()),
        Some(true) => outbox::delivered(tx, site.jurisdiction, message, now).map(drop),
        Some(false) => {
            // what a resident should have read in it is told by a person
            if let Some(of) = outbox::returned(tx, site.jurisdiction, message, now)?.filter(|of| of.recipient == "resident") {
                undelivered::note(tx, site, now, (of.matter, of.event))?;
            }
            Ok(())
        }
    }
}
