//! Hashes of complete subtrees of the log. They never change, and every proof of a fresh entry needs nearly the same ones:
//! those asked for lately are kept in memory, bounded, and are worth nothing but time.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tlog::Hash;

/// Hashes of one generation; two are kept, some 2 MiB in all.
const GENERATION_HASHES_MAX: usize = 16_384;

/// Is a subtree: its level above the leaves, and its index there.
type Place = (u32, u64);

/// Keeps hashes of complete subtrees, the ones wanted lately.
#[derive(Default)]
pub struct Nodes {
    generations: Mutex<Generations>,
}

#[derive(Default)]
struct Generations {
    young: HashMap<Place, Hash>,
    old: HashMap<Place, Hash>,
}

impl Nodes {
    /// Finds a hash.
    pub(super) fn get(&self, place: Place) -> Option<Hash> {
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(hash) = generations.young.get(&place) {
            return Some(*hash);
        }
        let hash = generations.old.remove(&place)?;
        generations.put(place, hash);
        Some(hash)
    }

    /// Keeps a hash. The subtree must be part of what was committed: a batch that is undone would leave a wrong one.
    pub(super) fn put(&self, place: Place, hash: Hash) {
        self.generations.lock().unwrap_or_else(PoisonError::into_inner).put(place, hash);
    }
}

impl Generations {
    fn put(&mut self, place: Place, hash: Hash) {
        if self.young.len() >= GENERATION_HASHES_MAX {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(place, hash);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wanted_stays_and_there_is_an_end() {
        let nodes = Nodes::default();
        nodes.put((3, 0), [7; 32]);
        for index in 1..4 * GENERATION_HASHES_MAX as u64 {
            nodes.put((0, index), [1; 32]);
            assert_eq!(nodes.get((3, 0)), Some([7; 32]));
        }
        assert_eq!(nodes.get((0, 1)), None);
        let generations = nodes.generations.lock().unwrap();
        assert!(generations.young.len() + generations.old.len() <= 2 * GENERATION_HASHES_MAX);
    }
}
