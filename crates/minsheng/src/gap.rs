//! What was published is kept beside the keys, outside the database, and witnesses remember it too: so an older state of
//! the data that was put back is seen before it publishes anything, and can go on only after the log itself says so.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use civic::hall::Hall;
use civic::journal::{self, Tiles, Verdict};
use civic::vault::KeyFiles;
use data_encoding::HEXLOWER;
use db::Fault;
use serde_json::json;
use tlog::Hash;
use tlog::checkpoint::Checkpoint;
use tlog::note::Verifier;

use crate::backup::restored::{self, Restored};
use crate::config::Config;
use crate::watch::Watch;
use crate::witness::ask::{self, Answer};

/// Name of the file in the key folder: the newest checkpoint that was seen durable.
const FILE: &str = "published.txt";
/// Longest time a witness has for its word at the start, in seconds: one that does not answer holds nothing up.
const START_SECONDS_MAX: u64 = 3;

/// Is a log that was published and that this data does not go on from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Gap {
    /// How many entries it had.
    pub lost: u64,
    /// Its root, where it is known.
    pub root: Option<Hash>,
    /// How many entries are here.
    pub here: u64,
    /// Who remembers it.
    pub seen: String,
}

impl Gap {
    fn words(&self) -> String {
        let Self { lost, here, seen, .. } = self;
        format!(
            "this data is not the newest: a log of {lost} entries was published ({seen}), and the one here, of {here}, does not go \
             on from it. Nothing is served, so that nothing else is published under the same name. Put the newer data back; if it \
             is lost, say so in the log itself: minsheng restore --acknowledge-gap --reason TEXT"
        )
    }
}

/// Refuses data that is behind what was published, unless its log says so.
pub(crate) fn check(config: &Config, hall: &Hall) -> Result<(), Fault> {
    match look(config, hall)? {
        Some(gap) if gap.lost > restored::told(hall)? => Err(Fault::other(gap.words())),
        _ => Ok(()),
    }
}

/// Looks for a log that was published and is not here: by the mark beside the keys, and by what witnesses cosigned.
pub(crate) fn look(config: &Config, hall: &Hall) -> Result<Option<Gap>, Fault> {
    let here = head(hall)?;
    let mut gaps = Vec::new();
    if let Some(mark) = mark(config, hall)?
        && !goes_on_from(hall, &mark)?
    {
        gaps.push(Gap { lost: mark.size, root: Some(mark.root), here: here.0, seen: format!("{FILE} beside the keys") });
    }
    let peers = ask::peers(config, Duration::from_secs(START_SECONDS_MAX))?;
    let old = hall.store.read_blocking({
        let jurisdiction = hall.site.jurisdiction;
        move |tx| Ok::<_, Fault>(journal::witnessed(tx, jurisdiction)?.map_or(0, |(size, _)| size))
    })?;
    for (peer, answer) in peers.iter().zip(ask::all(&peers, hall, &here, old)) {
        let witness = peer.witness.name();
        match answer {
            Answer::Cosigned(_) => {}
            Answer::Ahead(lost) | Answer::Fork(lost) => {
                gaps.push(Gap { lost, root: None, here: here.0, seen: format!("the witness {witness}") });
            }
            Answer::Failed(why) => tracing::warn!(witness, why, "a witness could not be asked at the start"),
        }
    }
    // of equal ones the first, which knows the root
    Ok(gaps.into_iter().rev().max_by_key(|gap| gap.lost))
}

/// Says for the operator's tool what the mark beside the keys says against this log, if anything.
pub(crate) fn finding(config: &Config, hall: &Hall) -> Result<Option<String>, Fault> {
    let mark = match mark(config, hall) {
        Ok(mark) => mark,
        Err(fault) => return Ok(Some(fault.to_string())),
    };
    let Some(mark) = mark else { return Ok(None) };
    if goes_on_from(hall, &mark)? || restored::told(hall)? >= mark.size {
        return Ok(None);
    }
    Ok(Some(format!("the log does not go on from the one of {} entries that was published ({FILE} beside the keys)", mark.size)))
}

fn head(hall: &Hall) -> Result<(u64, String), Fault> {
    let jurisdiction = hall.site.jurisdiction;
    let head = hall.store.read_blocking(move |tx| journal::head(tx, jurisdiction))?;
    head.ok_or_else(|| Fault::other("the site has no log: run init first"))
}

/// Reads the mark.
fn mark(config: &Config, hall: &Hall) -> Result<Option<Checkpoint>, Fault> {
    mark_at(&config.keys(), hall)
}

fn open(vkey: &str, note: &str) -> Result<Checkpoint, Fault> {
    let verifier = Verifier::parse(vkey).map_err(|wrong| Fault::other(wrong.to_string()))?;
    Checkpoint::open(note, &verifier)
        .map_err(|wrong| Fault::other(format!("{FILE} beside the keys is not what this site put there: {wrong}")))
}

/// Reads the mark that lies in another key folder of this site.
pub(crate) fn mark_at(folder: &Path, hall: &Hall) -> Result<Option<Checkpoint>, Fault> {
    let Some(note) = KeyFiles::at(folder).kept(FILE)? else { return Ok(None) };
    open(&hall.site.vkey(), &note).map(Some)
}

/// Tells whether this log begins with the one that a checkpoint states.
fn goes_on_from(hall: &Hall, mark: &Checkpoint) -> Result<bool, Fault> {
    let (jurisdiction, size, root) = (hall.site.jurisdiction, mark.size, mark.root);
    hall.store.read_blocking(move |tx| {
        let here = journal::head(tx, jurisdiction)?.map_or(0, |(size, _)| size);
        Ok(here >= size && tlog::root(size, &mut Tiles::new(tx, jurisdiction))? == root)
    })
}

/// Says in the log that entries are lost, and takes this log as the newest from then on. `None`: nothing is lost.
pub(crate) fn acknowledge(config: &Config, hall: &Hall, reason: &str) -> Result<Option<Gap>, Fault> {
    let Some(gap) = look(config, hall)?.filter(|gap| restored::told(hall).is_ok_and(|told| gap.lost > told)) else {
        return Ok(None);
    };
    let body = json!({
        "size": gap.here,
        "lost": gap.lost,
        "root": gap.root.map(|root| HEXLOWER.encode(&root)),
        "seen": gap.seen,
        "reason": reason,
    });
    restored::append(hall, Restored { size: gap.here, lost: Some(gap.lost), root: gap.root, body })?;
    remember(config, hall)?;
    Ok(Some(gap))
}

/// Keeps the newest checkpoint as it is now.
pub(crate) fn remember(config: &Config, hall: &Hall) -> Result<(), Fault> {
    keep(config, &head(hall)?.1)
}

/// Keeps a checkpoint as the newest that was published.
fn keep(config: &Config, note: &str) -> Result<(), Fault> {
    KeyFiles::at(config.keys()).keep(FILE, note)
}

/// Keeps the newest checkpoint again and again, and looks each time whether it goes on from the one before.
pub(crate) struct Keeping {
    config: Config,
    hall: Hall,
    watch: Arc<Watch>,
    last: Option<Checkpoint>,
}

impl Keeping {
    /// Begins with what was kept before.
    pub(crate) fn begin(config: &Config, hall: &Hall, watch: &Arc<Watch>) -> Self {
        Self { config: config.clone(), hall: hall.clone(), watch: Arc::clone(watch), last: None }
    }

    /// Keeps the newest checkpoint, unless it is kept already.
    pub(crate) fn round(&mut self) -> Result<(), Fault> {
        let (size, note) = head(&self.hall)?;
        if self.last.as_ref().is_some_and(|last| last.size == size) && self.watch.trouble().is_none() {
            return Ok(());
        }
        if let Some(last) = &self.last
            && !goes_on_from(&self.hall, last)?
        {
            let words = format!(
                "the log of {size} entries does not go on from the one of {} that was published: an older state of the data was put \
                 in place while the program runs",
                last.size
            );
            self.watch.found(Some(words.clone()));
            self.note(Verdict::Differs)?;
            return Err(Fault::other(words));
        }
        keep(&self.config, &note)?;
        let first = self.last.is_none() || self.watch.trouble().is_some();
        self.last = Some(open(&self.hall.site.vkey(), &note)?);
        self.watch.found(None);
        // once after a start, and once after a trouble: a row for each checkpoint says no more
        if first { self.note(Verdict::Agrees) } else { Ok(()) }
    }

    /// Notes for everybody whether the log goes on from what was published before.
    fn note(&self, verdict: Verdict) -> Result<(), Fault> {
        let (jurisdiction, now) = (self.hall.site.jurisdiction, self.hall.clock.now());
        self.hall.store.write_blocking(move |tx| journal::note_verdict(tx, jurisdiction, now, (journal::OWN, verdict, None)))
    }
}
