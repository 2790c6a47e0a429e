//! Merkle tree, signed notes, checkpoints, tiles and proofs, after RFC 6962 and the C2SP texts signed-note,
//! tlog-checkpoint, tlog-tiles, tlog-proof, tlog-cosignature and tlog-witness.
//!
//! Everything here is a pure function over bytes and hashes. This crate does no input or output, reads no clock,
//! draws no random number (keys come as seeds) and knows nothing of what the entries mean.

pub mod bundle;
pub mod checkpoint;
pub mod cosignature;
pub mod note;
pub mod proof;
mod tile;
mod tree;
mod vkey;
pub mod witness;
mod wrong;

pub use tile::{Tile, Written, append};
pub use tree::{
    EMPTY_ROOT, Hash, HashSource, leaf_hash, node_hash, prove_consistency, prove_inclusion, root, verify_consistency,
    verify_inclusion,
};
pub use wrong::Wrong;
