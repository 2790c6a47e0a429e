//! Fetching a whole log and checking that each part of it fits the others. Bundles are fetched and read by as many hands as there
//! are cores; what depends on their order is looked at in order, a round at a time.

use db::Fault;
use tlog::{Hash, leaf_hash};

use super::Findings;
use super::crew::{self, Hand};
use super::entries::Entries;
use super::fact::{self, Fact};
use super::kept::{Kept, Met};
use super::remote::Remote;
use super::tree::{TILE_HASHES, Tree};

/// Bundles in a round: a quarter of a million entries.
pub(super) const ROUND_BUNDLES: u64 = 1_024;

/// Is a bundle as a hand read it.
struct Read {
    index: u64,
    leaves: Vec<Hash>,
    facts: Vec<Result<Option<Fact>, &'static str>>,
    met: Vec<Met>,
}

/// Fetches every entry, in order.
pub(crate) fn entries(remote: &Remote, size: u64, kept: &mut Kept, findings: &mut Findings) -> Result<(Tree, Entries), Fault> {
    let (mut tree, mut entries) = (Tree::default(), Entries::default());
    let bundles = size.div_ceil(TILE_HASHES as u64);
    for first in (0..bundles).step_by(ROUND_BUNDLES as usize) {
        let known: &Kept = kept;
        let find = |hand: Hand<'_, u64>| (first..bundles.min(first + ROUND_BUNDLES)).try_for_each(hand);
        let fetch = |all: &mut Vec<Read>, index| {
            all.push(read(remote, (index, size), known)?);
            Ok(())
        };
        let mut round: Vec<Read> = crew::work(find, Vec::new, fetch)?.into_iter().flatten().collect();
        round.sort_unstable_by_key(|read| read.index);
        for read in round {
            read.met.into_iter().for_each(|met| kept.note(met, findings));
            read.facts.into_iter().for_each(|fact| entries.take(fact, findings));
            tree.extend(read.leaves);
        }
        entries.settle(findings)?;
    }
    Ok((tree, entries))
}

fn read(remote: &Remote, (index, size): (u64, u64), kept: &Kept) -> Result<Read, Fault> {
    bundle(remote, (index, size), |entries| Read {
        index,
        leaves: entries.iter().map(|entry| leaf_hash(entry)).collect(),
        facts: entries.iter().map(|entry| fact::read(entry)).collect(),
        met: kept.meet(index * TILE_HASHES as u64, entries),
    })
}

/// Fetches a bundle of a log of some size and lends its entries: exactly as many as it holds.
pub(super) fn bundle<T>(remote: &Remote, (index, size): (u64, u64), take: impl FnOnce(&[&[u8]]) -> T) -> Result<T, Fault> {
    let width = (size - index * TILE_HASHES as u64).min(TILE_HASHES as u64) as usize;
    let bytes = remote.bundle(index, width)?;
    let entries = tlog::bundle::decode(&bytes).map_err(|wrong| Fault::other(format!("entry bundle {index}: {wrong}")))?;
    if entries.len() != width {
        return Err(Fault::other(format!("entry bundle {index} holds {} entries, {width} were asked for", entries.len())));
    }
    Ok(take(&entries))
}

/// Compares every tile that the site serves with the recomputed one.
pub(crate) fn tiles(remote: &Remote, tree: Tree, findings: &mut Findings) -> Result<(), Fault> {
    let levels = tree.levels();
    let compare = |wrong: &mut Vec<(usize, usize)>, (level, index, tile): (usize, usize, &[Hash])| {
        let served = remote.tile(level as u8, index as u64, tile.len())?;
        wrong.extend((served != tile.concat()).then_some((level, index)));
        Ok(())
    };
    let all = levels
        .iter()
        .enumerate()
        .flat_map(|(level, row)| row.chunks(TILE_HASHES).enumerate().map(move |(index, tile)| (level, index, tile)));
    let mut wrong: Vec<_> =
        crew::work(|hand| all.into_iter().try_for_each(hand), Vec::new, compare)?.into_iter().flatten().collect();
    wrong.sort_unstable();
    for (level, index) in wrong {
        findings.wrong(format!("tile {level}/{index} does not hold the hashes of its entries"));
    }
    Ok(())
}
