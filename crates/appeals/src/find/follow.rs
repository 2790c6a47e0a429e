//! Following the journal: what happened since the last commit is taken in, some at a time; an empty index is filled from all
//! matters there are.

use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use civic::hall::Hall;
use civic::journal::{self, Raw};
use civic::site::Site;
use db::{Context, Fault, Tx, params};
use search::{Change, Index};
use uuid::Uuid;

use super::document::{document, key};
use super::{Finder, fault};
use crate::changes::{Changed, changes, filing, opened};
use crate::store;

/// Events looked at in one step.
const EVENTS_MAX: i64 = 2_000;
/// Events read at once while the index is filled.
const PAGE_EVENTS: i64 = 4_000;
/// Stands behind the position in a mark while an erased matter is still in the files.
const UNPURGED: char = '!';

db::statements! {
    HEAD = "select cast(coalesce(max(position), 0) as bigint) as position from event where jurisdiction = $1";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

/// Is how far a commit of the index has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    /// Everything up to this position of the journal is in it.
    pub position: i64,
    /// An erased matter is still in the files, though nobody finds it.
    unpurged: bool,
}

impl Mark {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let position = text.trim_end_matches(UNPURGED);
        Some(Self { position: position.parse().ok()?, unpurged: position.len() < text.len() })
    }

    fn text(self) -> String {
        if self.unpurged { format!("{}{UNPURGED}", self.position) } else { self.position.to_string() }
    }
}

/// Says what one step took in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Events looked at; those with which an empty index was filled do not count.
    pub events: usize,
    /// Whether there is more to do at once.
    pub more: bool,
}

/// Returns what matters are called in the index.
pub(super) fn keys(tx: &mut Tx<'_>, site: &Site, matters: impl IntoIterator<Item = Uuid>) -> Result<Vec<u64>, Fault> {
    let mut keys = Vec::new();
    for matter in matters {
        keys.extend(filing(tx, site, matter)?.map(key));
    }
    Ok(keys)
}

impl Finder {
    /// Takes in what happened since the last commit, or fills an empty index.
    pub fn step(&self, hall: &Hall) -> Result<Taken, Fault> {
        let index = self.opened(&hall.site)?;
        let stepped = match Mark::parse(index.view().mark()) {
            Some(mark) => follow(&index, hall, mark),
            None => self.fill(&index, hall).map(|()| Taken { events: 0, more: true }),
        };
        if !stepped.as_ref().is_ok_and(|taken| taken.events == 0) {
            self.likely.forget();
        }
        stepped.inspect_err(|_| self.close())
    }

    /// Writes the files anew when an erased matter is still in them. Tells whether there was one.
    pub fn purge(&self) -> Result<bool, Fault> {
        let Some(index) = self.index() else { return Ok(false) };
        let Some(mark) = Mark::parse(index.view().mark()).filter(|mark| mark.unpurged) else { return Ok(false) };
        if !index.purge().map_err(fault)? {
            return Ok(false);
        }
        index.commit(&Mark { unpurged: false, ..mark }.text()).map_err(fault)?;
        Ok(true)
    }

    /// Fills the index from every matter there is: one thread reads, two open and cut, and the index writes beside them.
    fn fill(&self, index: &Arc<Index>, hall: &Hall) -> Result<(), Fault> {
        let jurisdiction = hall.site.jurisdiction;
        let head = hall
            .store
            .read_blocking(move |tx| tx.row(HEAD, params![jurisdiction])?.map_or(Ok(0), |row| row.get::<i64>("position")))?;
        self.filled.store(0, Ordering::Relaxed);
        self.of.store(head.unsigned_abs(), Ordering::Relaxed);
        let (hand, take) = sync_channel::<Vec<Raw>>(4);
        let take = Mutex::new(take);
        thread::scope(|scope| {
            let workers: Vec<_> = (0..2).map(|_| scope.spawn(|| self.work(index, &hall.site, &take))).collect();
            let read = read_all(hall, |lives| hand.send(lives).is_ok());
            drop(hand);
            for worker in workers {
                worker.join().map_err(|_| Fault::other("filling the search index panicked"))??;
            }
            read
        })?;
        index.commit(&Mark { position: head, unpurged: false }.text()).map_err(fault)
    }

    /// Opens and cuts what the reader hands over, until there is no more.
    fn work(&self, index: &Index, site: &Site, take: &Mutex<Receiver<Vec<Raw>>>) -> Result<(), Fault> {
        loop {
            let lives = take.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(lives) = lives else { return Ok(()) };
            self.filled.fetch_add(lives.len() as u64, Ordering::Relaxed);
            let opened = store::opened_all(site, lives)?;
            index.take(opened.iter().map(|loaded| Change::Add(document(loaded))).collect()).map_err(fault)?;
        }
    }
}

/// Reads the events of all matters, some whole matters at a time, until the taker wants no more.
fn read_all(hall: &Hall, mut hand: impl FnMut(Vec<Raw>) -> bool) -> Result<(), Fault> {
    let (jurisdiction, mut after) = (hall.site.jurisdiction, Uuid::nil());
    loop {
        let lives = hall.store.read_blocking(move |tx| journal::matters(tx, jurisdiction, after, PAGE_EVENTS))?;
        let Some(last) = lives.last() else { return Ok(()) };
        after = last.matter;
        if !hand(lives) {
            return Ok(());
        }
    }
}

fn follow(index: &Index, hall: &Hall, mark: Mark) -> Result<Taken, Fault> {
    let site = Arc::clone(&hall.site);
    let read = move |tx: &mut Tx<'_>| {
        let changes = changes(tx, &site, (mark.position, EVENTS_MAX))?;
        let all: Vec<&Changed> = changes.matters.iter().collect();
        let mut taken = Vec::with_capacity(all.len());
        opened(tx, &site, &all, |changed, loaded| {
            taken.push(match loaded {
                Some(loaded) => Change::Put(document(&loaded)),
                None => Change::Drop(key(changed.filed)),
            });
        })?;
        Ok::<_, Fault>((changes, taken))
    };
    let (changes, taken) = hall.store.read_blocking(read)?;
    let Some(last) = changes.last else { return Ok(Taken { events: 0, more: false }) };
    index.take(taken).map_err(fault)?;
    let mark = Mark { position: last, unpurged: mark.unpurged || changes.erased };
    index.commit(&mark.text()).map_err(fault).context("while committing the search index")?;
    Ok(Taken { events: changes.events, more: changes.more })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_as_they_are_written() {
        for mark in [Mark { position: 7, unpurged: false }, Mark { position: 0, unpurged: true }] {
            assert_eq!(Mark::parse(&mark.text()), Some(mark));
        }
        assert_eq!(Mark::parse(""), None);
        assert_eq!(Mark::parse("x!"), None);
    }
}
