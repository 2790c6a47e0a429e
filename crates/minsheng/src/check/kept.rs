//! What a stranger kept: older checkpoints, receipts, and promises of one.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use db::Fault;
use jiff::civil::Date;
use tlog::checkpoint::Checkpoint;
use tlog::note::Verifier;

use super::tree::Tree;
use super::{Findings, receipt};

/// Is what the stranger kept: older checkpoints, receipts, and promises of one, by the name of their file.
#[derive(Default)]
pub(crate) struct Kept {
    checkpoints: Vec<(String, Checkpoint)>,
    receipts: Vec<(String, receipt::Receipt)>,
    promises: Vec<(String, receipt::Promise)>,
    /// Places of the receipts whose entry was met, and of the promises that were kept.
    met: BTreeSet<usize>,
    fulfilled: BTreeSet<usize>,
}

/// Is the entry of something kept: of the receipt at a place, with whether it is the same; or of a promise.
pub(crate) enum Met {
    Receipt(usize, bool),
    Promise(usize),
}

impl Kept {
    /// Reads the files of older checkpoints, and of receipts and promises.
    pub(crate) fn read(
        since: &[PathBuf],
        receipts: &[PathBuf],
        verifier: &Verifier,
        findings: &mut Findings,
    ) -> Result<Self, Fault> {
        let text =
            |file: &PathBuf| fs::read_to_string(file).map_err(|error| Fault::other(format!("{}: {error}", file.display())));
        let mut kept = Self::default();
        for file in since {
            match Checkpoint::open(&text(file)?, verifier) {
                Ok(checkpoint) => kept.checkpoints.push((file.display().to_string(), checkpoint)),
                Err(wrong) => findings.wrong(format!("{}: {wrong}", file.display())),
            }
        }
        for file in receipts {
            let (name, text) = (file.display().to_string(), text(file)?);
            let held = if receipt::is_promise(&text) {
                receipt::promise(&text, verifier).map(|promise| kept.promises.push((name.clone(), promise)))
            } else {
                receipt::check(&text, verifier).map(|receipt| {
                    kept.checkpoints.push((name.clone(), receipt.checkpoint.clone()));
                    kept.receipts.push((name.clone(), receipt));
                })
            };
            held.unwrap_or_else(|wrong| findings.wrong(format!("{name}: {wrong}")));
        }
        Ok(kept)
    }

    /// Takes heads that stand in another log.
    pub(crate) fn add(&mut self, whose: &str, heads: Vec<Checkpoint>) {
        let named = heads.into_iter().map(|head| (format!("{whose}, entry about the head of size {}", head.size), head));
        self.checkpoints.extend(named);
    }

    /// Compares the entries of a bundle with the receipts for them, and looks for those that were promised.
    pub(crate) fn meet(&self, first: u64, entries: &[&[u8]]) -> Vec<Met> {
        let mut met = Vec::new();
        for (place, (_, receipt)) in self.receipts.iter().enumerate() {
            let at = receipt.index.checked_sub(first).and_then(|at| usize::try_from(at).ok());
            let entry = at.and_then(|at| entries.get(at));
            met.extend(entry.map(|entry| Met::Receipt(place, receipt.entry.as_bytes() == *entry)));
        }
        for (place, (_, promise)) in self.promises.iter().enumerate() {
            let promised = format!("\"h\":\"{}\"", promise.h);
            let there = entries.iter().any(|entry| String::from_utf8_lossy(entry).contains(&promised));
            met.extend(there.then_some(Met::Promise(place)));
        }
        met
    }

    /// Notes what was met.
    pub(crate) fn note(&mut self, met: Met, findings: &mut Findings) {
        match met {
            Met::Promise(place) => drop(self.fulfilled.insert(place)),
            Met::Receipt(place, same) => {
                self.met.insert(place);
                let (name, receipt) = &self.receipts[place];
                findings.hold(same, || format!("{name}: entry {} of the log is not the one on the receipt", receipt.index));
            }
        }
    }

    /// Compares the whole log with what was kept: the log must begin with every kept tree and hold every receipt's entry.
    /// What was promised for a day that has passed must be there.
    pub(crate) fn compare(&self, tree: &Tree, last: Option<Date>, findings: &mut Findings) {
        for (_, (name, promise)) in self.promises.iter().enumerate().filter(|(place, _)| !self.fulfilled.contains(place)) {
            let late = last.is_some_and(|day| day > promise.by);
            findings.hold(!late, || format!("{name}: the entry promised until {} is not in the log", promise.by));
        }
        for (name, checkpoint) in &self.checkpoints {
            let same = tree.root(checkpoint.size) == Some(checkpoint.root);
            findings.hold(same, || format!("{name}: the log does not begin with the one this checkpoint states"));
        }
        for (_, (name, receipt)) in self.receipts.iter().enumerate().filter(|(place, _)| !self.met.contains(place)) {
            findings.wrong(format!("{name}: the log has no entry {}", receipt.index));
        }
    }
}
