//! What the newest batches of this process put into the log: whoever files asks for the proof of an entry the moment its commit
//! is durable, and what proves it was in the writer's hands just then. Kept in memory, bounded, and worth nothing but time.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tlog::{Hash, HashSource};

use super::nodes::Nodes;
use crate::site::Site;

/// Batches kept: about ten KiB each.
const BATCHES_MAX: usize = 64;

/// Is a batch: the entries it added, and the checkpoint and the tiles it wrote.
pub(super) struct Batch {
    /// Size of the log before it.
    pub from: u64,
    /// Size of the log with it.
    pub size: u64,
    /// The signed checkpoint of that size.
    pub note: String,
    /// Level, index and hashes of each tile.
    pub tiles: Vec<(u8, u64, Vec<Hash>)>,
}

/// Keeps the newest batches.
#[derive(Default)]
pub struct Fresh {
    /// What the running batch wrote, which is not durable yet.
    draft: Mutex<Option<Batch>>,
    batches: Mutex<VecDeque<Arc<Batch>>>,
}

impl Fresh {
    /// Notes what the running batch writes; none when one begins.
    pub(super) fn draft(&self, batch: Option<Batch>) {
        *self.draft.lock().unwrap_or_else(PoisonError::into_inner) = batch;
    }

    /// Keeps what the running batch wrote: it is durable.
    pub(super) fn keep(&self) {
        let Some(batch) = self.draft.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
        let mut batches = self.batches.lock().unwrap_or_else(PoisonError::into_inner);
        batches.truncate(BATCHES_MAX - 1);
        batches.push_front(Arc::new(batch));
    }

    /// Finds the batch that added a leaf.
    fn of(&self, leaf: u64) -> Option<Arc<Batch>> {
        let batches = self.batches.lock().unwrap_or_else(PoisonError::into_inner);
        batches.iter().find(|batch| (batch.from..batch.size).contains(&leaf)).map(Arc::clone)
    }
}

/// Proves a leaf that this process added a moment ago: the hashes, and the first checkpoint that covers it. `None` = what is
/// needed is not at hand, and stands in the database.
pub fn fresh_proof(site: &Site, leaf: i64) -> Option<(Vec<Hash>, String)> {
    let leaf = u64::try_from(leaf).ok()?;
    let batch = site.fresh.of(leaf)?;
    let hashes = tlog::prove_inclusion(leaf, batch.size, &mut AtHand { batch: &batch, nodes: &site.nodes }).ok()?;
    Some((hashes, batch.note.clone()))
}

/// Gives the tiles of a batch, and what is known of older ones.
struct AtHand<'a> {
    batch: &'a Batch,
    nodes: &'a Nodes,
}

/// Says that a tile is not at hand.
struct Elsewhere;

impl HashSource for AtHand<'_> {
    type Error = Elsewhere;

    fn tile(&mut self, level: u8, index: u64) -> Result<Vec<Hash>, Elsewhere> {
        let found = self.batch.tiles.iter().find(|(l, i, _)| (*l, *i) == (level, index));
        found.map(|(_, _, hashes)| hashes.clone()).ok_or(Elsewhere)
    }

    fn known(&mut self, level: u32, index: u64) -> Option<Hash> {
        self.nodes.get((level, index))
    }

    fn learnt(&mut self, level: u32, index: u64, hash: &Hash) {
        self.nodes.put((level, index), *hash);
    }
}
