//! The figures that a site states about its offices, computed again from the entries of its log: nothing of the site is believed but what its
//! log holds.

use std::collections::{BTreeMap, BTreeSet};

use appeals::figures::{Figures, STATEMENT, Said, Statement};
use data_encoding::{BASE64, HEXLOWER};
use db::Fault;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tlog::note::{self, Verifier};
use tlog::{Hash, leaf_hash};

use super::Findings;
use super::crew::{self, Hand};
use super::remote::Remote;
use super::tree::{TILE_HASHES, Tree};
use super::walk::{ROUND_BUNDLES, bundle};

/// Is what the site serves.
#[derive(Debug, Deserialize)]
struct Served {
    statements: Vec<Statement>,
}

/// Is one statement whose signature holds.
#[derive(Debug)]
struct Stated {
    root: String,
    name: String,
    table: String,
}

/// Is all that is stated, by the size of the log it is stated of.
#[derive(Debug, Default)]
pub(crate) struct All(BTreeMap<u64, Vec<Stated>>);

impl All {
    /// Counts the statements.
    pub(crate) fn count(&self) -> usize {
        self.0.values().map(Vec::len).sum()
    }

    /// Returns the size of the largest log that something is stated of.
    pub(crate) fn size(&self) -> u64 {
        self.0.last_key_value().map_or(0, |(size, _)| *size)
    }
}

/// Reads what the site states; what this key did not sign, or does not fit its table, is a finding.
pub(crate) fn fetch(remote: &Remote, verifier: &Verifier, findings: &mut Findings) -> Result<All, Fault> {
    let served: Served = serde_json::from_slice(&remote.statements()?)
        .map_err(|error| Fault::other("the statements of figures are no JSON of the form of section 13").caused_by(error))?;
    let mut all = All::default();
    for (at, Statement { statement, table }) in served.statements.into_iter().enumerate() {
        let opened = match note::open(&statement, &[verifier]) {
            Ok(opened) if !opened.signers.is_empty() => opened,
            _ => {
                findings.wrong(format!("statement {at} is not signed by this key"));
                continue;
            }
        };
        let lines: Vec<&str> = opened.text.lines().collect();
        let [STATEMENT, origin, size, root, name, sum] = lines[..] else {
            findings.wrong(format!("statement {at} is not of the form of section 13"));
            continue;
        };
        findings.hold(origin == verifier.name(), || format!("{name}: stated of another log, {origin}"));
        findings.hold(sum == HEXLOWER.encode(&Sha256::digest(&table)), || {
            format!("{name}: the table is not the one that was signed")
        });
        let Ok(size) = size.parse() else {
            findings.wrong(format!("{name}: stated of a log of no size"));
            continue;
        };
        all.0.entry(size).or_default().push(Stated { root: root.to_owned(), name: name.to_owned(), table });
    }
    Ok(all)
}

/// Is a bundle as a hand read it.
struct Read {
    index: u64,
    leaves: Vec<Hash>,
    said: Vec<Option<Said>>,
}

/// Fetches every entry up to a size and computes each stated table at the size it is stated of. Returns the tree.
pub(crate) fn recompute(remote: &Remote, all: &All, size: u64, findings: &mut Findings) -> Result<Tree, Fault> {
    let (mut tree, mut figures) = (Tree::default(), Figures::default());
    let bundles = size.div_ceil(TILE_HASHES as u64);
    for first in (0..bundles).step_by(ROUND_BUNDLES as usize) {
        let find = |hand: Hand<'_, u64>| (first..bundles.min(first + ROUND_BUNDLES)).try_for_each(hand);
        let fetch = |all: &mut Vec<Read>, index| {
            all.push(read(remote, (index, size))?);
            Ok(())
        };
        let mut round: Vec<Read> = crew::work(find, Vec::new, fetch)?.into_iter().flatten().collect();
        round.sort_unstable_by_key(|read| read.index);
        for read in round {
            tree.extend(read.leaves);
            for said in read.said {
                figures.take(said);
                if let Some(stated) = all.0.get(&figures.entries) {
                    compare(&figures, stated, findings);
                }
            }
        }
    }
    for wrong in std::mem::take(&mut figures.draws.wrong) {
        findings.wrong(wrong);
    }
    for (size, stated) in &all.0 {
        let root = tree.root(*size).map(|root| BASE64.encode(&root));
        findings.hold(stated.iter().all(|one| Some(&one.root) == root.as_ref()), || {
            format!("figures are stated of a log of {size} entries with another root")
        });
    }
    Ok(tree)
}

/// Compares what is stated of a log with what its entries say; a table that is not stated is missing.
fn compare(figures: &Figures, stated: &[Stated], findings: &mut Findings) {
    let names: BTreeSet<&str> = stated.iter().map(|one| one.name.as_str()).collect();
    for one in stated {
        match figures.table(&one.name) {
            None => findings.wrong(format!("{}: nobody can compute this table", one.name)),
            Some(table) if table == one.table => {}
            Some(table) => findings.wrong(format!("{}: {}", one.name, difference(&one.table, &table))),
        }
    }
    // of which day "today" is the site says; every month has to be there
    for name in figures.names("").into_iter().filter(|name| !name.starts_with("overdue")) {
        findings.hold(names.contains(name.as_str()), || format!("{name}: the log holds figures of it, and none are stated"));
    }
}

/// Names the first line that differs.
fn difference(stated: &str, computed: &str) -> String {
    let (mut one, mut other) = (stated.lines(), computed.lines());
    loop {
        match (one.next(), other.next()) {
            (Some(a), Some(b)) if a == b => {}
            (a, b) => {
                let shown = |line: Option<&str>| line.map_or("nothing".to_owned(), |line| line.replace('\t', " "));
                return format!("stated is “{}”, the log says “{}”", shown(a), shown(b));
            }
        }
    }
}

fn read(remote: &Remote, (index, size): (u64, u64)) -> Result<Read, Fault> {
    bundle(remote, (index, size), |entries| Read {
        index,
        leaves: entries.iter().map(|entry| leaf_hash(entry)).collect(),
        said: entries.iter().map(|entry| std::str::from_utf8(entry).ok().and_then(Said::read)).collect(),
    })
}
