//! The Merkle tree of RFC 6962, section 2.1, over stored tiles.

use sha2::{Digest, Sha256};

use crate::wrong::Wrong;

/// Is a SHA-256 hash.
pub type Hash = [u8; 32];

/// Root of the empty tree: SHA-256 of nothing.
pub const EMPTY_ROOT: Hash = [
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41, 0xe4, 0x64,
    0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
];

/// Levels of the tree that one tile spans.
const TILE_LEVELS: u32 = 8;

/// Gives stored tiles: level and number of the tile, its hashes as far as they exist.
pub trait HashSource {
    /// What can go wrong while reading.
    type Error;

    /// Returns the hashes of a tile, at least as many as the tree in question needs.
    fn tile(&mut self, level: u8, index: u64) -> Result<Vec<Hash>, Self::Error>;

    /// Returns the hash of a complete subtree, by level (0 = leaves) and index, where it is known without folding its tile.
    fn known(&mut self, _level: u32, _index: u64) -> Option<Hash> {
        None
    }

    /// Is told the hash of a complete subtree that was just folded: it never changes however the tree grows.
    fn learnt(&mut self, _level: u32, _index: u64, _hash: &Hash) {}
}

/// Hashes an entry into a leaf: SHA-256(0x00 ‖ entry).
pub fn leaf_hash(entry: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(entry).finalize().into()
}

/// Hashes two children into their parent: SHA-256(0x01 ‖ left ‖ right).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// Stands for a hash that is not there.
const NO_HASH: Hash = [0; 32];

/// Folds a row of hashes, a power of two of them, into the hash above.
pub(crate) fn fold(mut row: Vec<Hash>) -> Hash {
    debug_assert!(row.len().is_power_of_two(), "only complete subtrees are folded");
    while row.len() > 1 {
        row = row.chunks_exact(2).map(|pair| node_hash(&pair[0], &pair[1])).collect();
    }
    row[0]
}

/// Returns the hash of the complete subtree at a level (0 = leaves) and index.
fn node<S: HashSource>(level: u32, index: u64, source: &mut S) -> Result<Hash, S::Error> {
    if let Some(hash) = source.known(level, index) {
        return Ok(hash);
    }
    let tile_level = level / TILE_LEVELS;
    let inside = level % TILE_LEVELS;
    let first = index << inside;
    let tile = source.tile(tile_level as u8, first >> TILE_LEVELS)?;
    let start = (first & 0xff) as usize;
    // A tile that was cut short holds no such subtree. What stands in its place leads to no root that was ever signed.
    let Some(row) = tile.get(start..start + (1 << inside)) else { return Ok(NO_HASH) };
    let hash = fold(row.to_vec());
    source.learnt(level, index, &hash);
    Ok(hash)
}

/// Returns the largest power of two below `n` (`n` ≥ 2).
fn split(n: u64) -> u64 {
    1 << (n - 1).ilog2()
}

/// Returns the hash over the leaves `low..high`, as the recursion of RFC 6962 meets them.
fn range<S: HashSource>(low: u64, high: u64, source: &mut S) -> Result<Hash, S::Error> {
    let count = high - low;
    if count.is_power_of_two() {
        let level = count.trailing_zeros();
        return node(level, low >> level, source);
    }
    let middle = low + split(count);
    Ok(node_hash(&range(low, middle, source)?, &range(middle, high, source)?))
}

/// Returns the root of the tree of a size.
pub fn root<S: HashSource>(size: u64, source: &mut S) -> Result<Hash, S::Error> {
    if size == 0 { Ok(EMPTY_ROOT) } else { range(0, size, source) }
}

/// Proves that a leaf is in the tree of a size (RFC 6962, 2.1.1). `index` must be below `size`.
pub fn prove_inclusion<S: HashSource>(index: u64, size: u64, source: &mut S) -> Result<Vec<Hash>, S::Error> {
    assert!(index < size, "a proof is asked for a leaf inside the tree");
    let (mut low, mut high, mut proof) = (0, size, Vec::new());
    while high - low > 1 {
        let middle = low + split(high - low);
        if index < middle {
            proof.push(range(middle, high, source)?);
            high = middle;
        } else {
            proof.push(range(low, middle, source)?);
            low = middle;
        }
    }
    proof.reverse();
    Ok(proof)
}

/// Proves that the tree of the old size is a prefix of the new one (RFC 6962, 2.1.2).
pub fn prove_consistency<S: HashSource>(old: u64, new: u64, source: &mut S) -> Result<Vec<Hash>, S::Error> {
    assert!(old <= new, "the old tree is not larger than the new one");
    if old == 0 || old == new {
        return Ok(Vec::new());
    }
    let (mut low, mut high, mut whole, mut proof) = (0, new, true, Vec::new());
    while old != high {
        let middle = low + split(high - low);
        if old <= middle {
            proof.push(range(middle, high, source)?);
            high = middle;
        } else {
            proof.push(range(low, middle, source)?);
            low = middle;
            whole = false;
        }
    }
    if !whole {
        proof.push(range(low, high, source)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Checks an inclusion proof (RFC 9162, 2.1.3.2).
pub fn verify_inclusion(index: u64, size: u64, leaf: &Hash, proof: &[Hash], root: &Hash) -> Result<(), Wrong> {
    if index >= size {
        return Err(Wrong::OutOfTree);
    }
    let (mut fn_, mut sn, mut hash) = (index, size - 1, *leaf);
    for step in proof {
        if sn == 0 {
            return Err(Wrong::BadProof);
        }
        if fn_ & 1 == 1 || fn_ == sn {
            hash = node_hash(step, &hash);
            while fn_ & 1 == 0 && fn_ != 0 {
                fn_ >>= 1;
                sn >>= 1;
            }
        } else {
            hash = node_hash(&hash, step);
        }
        fn_ >>= 1;
        sn >>= 1;
    }
    if sn == 0 && hash == *root { Ok(()) } else { Err(Wrong::BadProof) }
}

/// Checks a consistency proof (RFC 9162, 2.1.4.2). An empty old tree is a prefix of every tree.
pub fn verify_consistency(old: (u64, &Hash), new: (u64, &Hash), proof: &[Hash]) -> Result<(), Wrong> {
    let ((old_size, old_root), (new_size, new_root)) = (old, new);
    let same = |fits: bool| if fits { Ok(()) } else { Err(Wrong::BadProof) };
    if old_size > new_size {
        return Err(Wrong::OutOfTree);
    }
    if old_size == 0 {
        return same(proof.is_empty() && *old_root == EMPTY_ROOT);
    }
    if old_size == new_size {
        return same(proof.is_empty() && old_root == new_root);
    }
    let mut steps = proof.iter();
    let first = if old_size.is_power_of_two() { old_root } else { steps.next().ok_or(Wrong::BadProof)? };
    let (mut fn_, mut sn) = (old_size - 1, new_size - 1);
    while fn_ & 1 == 1 {
        fn_ >>= 1;
        sn >>= 1;
    }
    let (mut from_old, mut from_new) = (*first, *first);
    for step in steps {
        if sn == 0 {
            return Err(Wrong::BadProof);
        }
        if fn_ & 1 == 1 || fn_ == sn {
            from_old = node_hash(step, &from_old);
            from_new = node_hash(step, &from_new);
            while fn_ & 1 == 0 && fn_ != 0 {
                fn_ >>= 1;
                sn >>= 1;
            }
        } else {
            from_new = node_hash(&from_new, step);
        }
        fn_ >>= 1;
        sn >>= 1;
    }
    same(sn == 0 && from_old == *old_root && from_new == *new_root)
}
