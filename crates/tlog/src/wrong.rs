//! What can be wrong with a note, a checkpoint, a proof or a tile.

use thiserror::Error;

/// Says what a verifier or parser found wrong, as a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Wrong {
    /// The text has another form than its specification says.
    #[error("the text is malformed: {0}")]
    Malformed(&'static str),
    /// It is longer than this verifier reads.
    #[error("the text is larger than {0} bytes")]
    TooLarge(usize),
    /// No signature of a known key is on the note.
    #[error("no signature of a known key")]
    Unsigned,
    /// A known key's signature does not fit.
    #[error("a known key's signature does not fit the text")]
    BadSignature,
    /// The proof does not lead to the root.
    #[error("the proof does not lead to the root")]
    BadProof,
    /// An index lies outside the tree.
    #[error("the index lies outside the tree")]
    OutOfTree,
}
