//! Whether the access log is the one that was written: each entry against its chain, each closed day against its leaf in
//! the public log, the end of the chain against its sealed head.

use std::collections::{BTreeMap, BTreeSet};

use data_encoding::HEXLOWER;
use db::{Fault, Row, Tx, params};
use jiff::Timestamp;
use serde_json::Value;

use super::head::{self, Found};
use super::{ALL_FROM, entry_after};
use crate::finding::{Finding, What};
use crate::journal;
use crate::site::Site;

/// Entries read at once.
const PAGE_ROWS: i64 = 1_000;
/// Missing entries named for each gap.
const NAMED_MAX: i64 = 100;
/// What an entry is called.
const ENTRY: &str = "access_entry";
/// What a closed day is called.
const ROOT: &str = "access_root";
/// What the end of the chain is called.
const HEAD: &str = "access_head";

db::statements! {
    ROOT_EVENTS = "select position from event where jurisdiction = $1 and kind = 'access_root' and position > $2
        order by position limit $3";
    ROOTS = "select day, seq from access_root where jurisdiction = $1 order by day";
}

/// Is a day's root as the public log holds it.
struct Root {
    position: i64,
    day: String,
    seq: i64,
    hash: String,
}

/// Compares everything; returns what does not hold, in order.
pub fn check(tx: &mut Tx<'_>, site: &Site) -> Result<Vec<Finding>, Fault> {
    let roots = published(tx, site)?;
    let mut walk = Walk { last: (0, [0; 32]), found: BTreeSet::new(), open: BTreeMap::new() };
    let closed = roots.last().map_or((0, ""), |root| (root.seq, root.day.as_str()));
    let anchors: BTreeMap<i64, &Root> = roots.iter().map(|root| (root.seq, root)).collect();
    loop {
        let rows = tx.rows(ALL_FROM, params![site.jurisdiction, walk.last.0, PAGE_ROWS])?;
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            walk.meet(site, row, (&anchors, closed))?;
        }
    }
    let lost = roots.iter().filter(|root| root.seq > walk.last.0).map(|root| root.seq).max();
    walk.gap(lost.map_or(0, |seq| seq + 1));
    end(tx, site, &mut walk)?;
    days(tx, site, &roots, &mut walk)?;
    Ok(walk.found.into_iter().collect())
}

/// Goes along the chain.
struct Walk {
    last: (i64, [u8; 32]),
    found: BTreeSet<Finding>,
    /// Days without a root, with the number of their last entry.
    open: BTreeMap<String, i64>,
}

impl Walk {
    fn say(&mut self, what: What, noun: &str, position: i64) {
        self.found.insert(Finding::new(what, noun, position));
    }

    /// Names the entries that are missing before one.
    fn gap(&mut self, before: i64) {
        for seq in (self.last.0 + 1..before).take(NAMED_MAX as usize) {
            self.say(What::Missing, ENTRY, seq);
        }
    }

    fn meet(&mut self, site: &Site, row: &Row, (anchors, closed): (&BTreeMap<i64, &Root>, (i64, &str))) -> Result<(), Fault> {
        let (seq, day, hash): (i64, String, Vec<u8>) = (row.get("seq")?, row.get("day")?, row.get("hash")?);
        let follows = seq == self.last.0 + 1;
        self.gap(seq);
        let read = entry_after(row, &self.last.1).ok();
        // after a gap nothing tells what the entry was chained to
        let fits = read.as_ref().is_some_and(|entry| !follows || entry.hash == entry.hashed);
        let anchored = anchors.get(&seq).is_none_or(|root| root.hash == HEXLOWER.encode(&hash));
        if !fits || !anchored {
            self.say(What::Changed, ENTRY, seq);
        } else if read.is_some_and(|entry| site.day(entry.at).to_string() != day) {
            self.say(What::Redated, ENTRY, seq);
        }
        if seq > closed.0 && day.as_str() > closed.1 {
            self.open.insert(day, seq);
        }
        self.last = (seq, hash.try_into().unwrap_or([0; 32]));
        Ok(())
    }
}

/// Compares the end of the chain with its sealed head.
fn end(tx: &mut Tx<'_>, site: &Site, walk: &mut Walk) -> Result<(), Fault> {
    match head::find(tx, site)? {
        Found::Nothing => walk.say(What::Missing, HEAD, 0),
        Found::Forged(seq) => walk.say(What::Changed, HEAD, seq),
        Found::Whole((seq, _)) if seq > walk.last.0 => walk.gap(seq + 1),
        Found::Whole((seq, _)) if seq < walk.last.0 => walk.say(What::Added, ENTRY, walk.last.0),
        Found::Whole((seq, hash)) if hash != walk.last.1 => walk.say(What::Changed, ENTRY, seq),
        Found::Whole(_) => {}
    }
    Ok(())
}

/// Compares the table of closed days with the log, and looks for days that went by without a root. A site that stood
/// still since such a day closes it at its next start.
fn days(tx: &mut Tx<'_>, site: &Site, roots: &[Root], walk: &mut Walk) -> Result<(), Fault> {
    let mut table = BTreeMap::new();
    for row in tx.rows(ROOTS, params![site.jurisdiction])? {
        table.insert(row.get::<String>("day")?, row.get::<i64>("seq")?);
    }
    for root in roots {
        match table.remove(&root.day) {
            None => walk.say(What::Missing, ROOT, root.position),
            Some(seq) if seq != root.seq => walk.say(What::Changed, ROOT, root.position),
            Some(_) => {}
        }
    }
    for seq in table.into_values() {
        walk.say(What::Added, ROOT, seq);
    }
    let Some(row) = tx.row(journal::HEAD, params![site.jurisdiction])? else { return Ok(()) };
    let newest = Timestamp::from_microsecond(row.get("at")?).map_err(|_| Fault::other("the log's time is out of range"))?;
    let newest = site.day(newest).to_string();
    let passed: Vec<i64> = walk.open.iter().filter(|(day, _)| **day < newest).map(|(_, seq)| *seq).collect();
    for seq in passed {
        walk.say(What::Missing, ROOT, seq);
    }
    Ok(())
}

/// Lists the roots in the journal. One that was edited is told by the check of the journal, which knows its leaf.
fn published(tx: &mut Tx<'_>, site: &Site) -> Result<Vec<Root>, Fault> {
    let (mut roots, mut after) = (Vec::new(), 0);
    loop {
        let rows = tx.rows(ROOT_EVENTS, params![site.jurisdiction, after, PAGE_ROWS])?;
        let Some(last) = rows.last() else { return Ok(roots) };
        after = last.get("position")?;
        for row in &rows {
            roots.extend(root(tx, site, row.get("position")?)?);
        }
    }
}

fn root(tx: &mut Tx<'_>, site: &Site, position: i64) -> Result<Option<Root>, Fault> {
    let Some(raw) = journal::stored(tx, site.jurisdiction, position)? else { return Ok(None) };
    let Ok(Some(key)) = site.keystore.get(raw.key_id) else { return Ok(None) };
    let Ok(stored) = journal::examine(site, &raw, &key) else { return Ok(None) };
    let Ok(fact) = serde_json::from_str::<Value>(&stored.fact) else { return Ok(None) };
    let text = |name: &str| fact["x"][name].as_str().map(str::to_owned);
    let parts = text("day").zip(text("root")).zip(stored.body["seq"].as_i64());
    Ok(parts.map(|((day, hash), seq)| Root { position, day, seq, hash }))
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;
