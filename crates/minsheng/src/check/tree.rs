//! The tree recomputed from its leaves, by nothing but the definition of RFC 6962.

use tlog::{EMPTY_ROOT, Hash, leaf_hash, node_hash};

/// Hashes in a full tile.
pub(crate) const TILE_HASHES: usize = 256;

/// Holds the hashes of all leaves seen so far.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    leaves: Vec<Hash>,
}

impl Tree {
    /// Gives the hashes of all leaves back.
    pub(crate) fn leaves(self) -> Vec<Hash> {
        self.leaves
    }

    /// Adds the hashes of the next leaves.
    pub(crate) fn extend(&mut self, leaves: Vec<Hash>) {
        self.leaves.extend(leaves);
    }

    /// Adds an entry as the next leaf.
    pub(crate) fn push(&mut self, entry: &[u8]) {
        self.leaves.push(leaf_hash(entry));
    }

    /// Counts the leaves.
    pub(crate) fn size(&self) -> u64 {
        self.leaves.len() as u64
    }

    /// Returns the root of the first `size` leaves. `None` when there are fewer.
    pub(crate) fn root(&self, size: u64) -> Option<Hash> {
        let size = usize::try_from(size).ok()?;
        self.leaves.get(..size).map(root)
    }

    /// Returns the rows of hashes that tiles hold, level by level.
    pub(crate) fn levels(self) -> Vec<Vec<Hash>> {
        let above = above(&self.leaves);
        let leaves = Some(self.leaves).filter(|leaves| !leaves.is_empty());
        leaves.into_iter().chain(above).collect()
    }
}

/// Returns the rows of hashes that tiles hold, level by level, above that of the leaves.
pub(crate) fn above(leaves: &[Hash]) -> Vec<Vec<Hash>> {
    let mut rows: Vec<Vec<Hash>> = Vec::new();
    loop {
        let (full, _) = rows.last().map_or(leaves, Vec::as_slice).as_chunks::<TILE_HASHES>();
        if full.is_empty() {
            return rows;
        }
        let row = full.iter().map(|tile| root(tile)).collect();
        rows.push(row);
    }
}

/// Returns the root of a tree of these leaves.
pub(crate) fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => EMPTY_ROOT,
        [one] => *one,
        many => {
            let (left, right) = many.split_at(many.len().next_power_of_two() / 2);
            node_hash(&root(left), &root(right))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Levels(Vec<Vec<Hash>>);

    impl tlog::HashSource for Levels {
        type Error = std::convert::Infallible;

        fn tile(&mut self, level: u8, index: u64) -> Result<Vec<Hash>, Self::Error> {
            let start = index as usize * TILE_HASHES;
            let row = &self.0[usize::from(level)];
            Ok(row[start..row.len().min(start + TILE_HASHES)].to_vec())
        }
    }

    #[test]
    fn roots_and_tiles_are_those_of_the_log_crate() {
        for size in [0_u64, 1, 2, 3, 255, 256, 257, 700] {
            let mut tree = Tree::default();
            (0..size).for_each(|n| tree.push(&n.to_be_bytes()));
            let own = tree.root(size).unwrap();
            assert_eq!(tree.root(size + 1), None);
            assert_eq!(tlog::root(size, &mut Levels(tree.levels())).unwrap(), own, "size {size}");
        }
    }
}
