//! The question to a witness (C2SP tlog-witness, `add-checkpoint`): the size it knew, a consistency proof from there, and
//! the signed checkpoint; and what a witness decides about it.

use data_encoding::BASE64;

use crate::checkpoint::Checkpoint;
use crate::note::Verifier;
use crate::tree::{EMPTY_ROOT, Hash, verify_consistency};
use crate::wrong::Wrong;

/// Longest consistency proof, in hashes.
const HASHES_MAX: usize = 63;

/// Asks a witness to cosign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// Size of the checkpoint that the witness cosigned last; 0 where there was none.
    pub old: u64,
    /// Proves that the old tree is a prefix of the new one.
    pub proof: Vec<Hash>,
    /// The signed checkpoint.
    pub note: String,
}

/// Says why a witness does not cosign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The question is malformed, or its old size is larger than the checkpoint's (400).
    Malformed(Wrong),
    /// The log's key did not sign it (403).
    Unsigned,
    /// The witness cosigned another size last, which this names, or another root of the same size (409).
    Conflict(u64),
    /// The proof does not lead from the old tree to the new one (422).
    Unproven,
}

impl AddCheckpoint {
    /// Renders the body of the request.
    pub fn to_text(&self) -> String {
        let proof: String = self.proof.iter().fold(String::new(), |text, hash| text + &BASE64.encode(hash) + "\n");
        format!("old {}\n{proof}\n{}", self.old, self.note)
    }

    /// Reads the body of a request.
    pub fn parse(text: &str) -> Result<Self, Wrong> {
        let malformed = Wrong::Malformed("a request to a witness");
        let (head, note) = text.split_once("\n\n").ok_or(malformed)?;
        let mut lines = head.split('\n');
        let old = lines.next().and_then(|line| line.strip_prefix("old ")).ok_or(malformed)?;
        let number: u64 = old.parse().map_err(|_| malformed)?;
        let mut proof = Vec::new();
        for line in lines {
            let hash = BASE64.decode(line.as_bytes()).map_err(|_| malformed)?;
            proof.push(hash.try_into().map_err(|_| malformed)?);
        }
        let request = Self { old: number, proof, note: note.to_owned() };
        if request.proof.len() <= HASHES_MAX && request.to_text() == text { Ok(request) } else { Err(malformed) }
    }

    /// Decides as a witness that cosigned `last` (size and root) of this log before: returns the checkpoint to cosign.
    pub fn judge(&self, log: &Verifier, last: Option<(u64, Hash)>) -> Result<Checkpoint, Refused> {
        let checkpoint = Checkpoint::open(&self.note, log).map_err(|wrong| match wrong {
            Wrong::Unsigned | Wrong::BadSignature => Refused::Unsigned,
            other => Refused::Malformed(other),
        })?;
        if self.old > checkpoint.size {
            return Err(Refused::Malformed(Wrong::Malformed("the old size is larger than the checkpoint's")));
        }
        let (size, root) = last.unwrap_or((0, EMPTY_ROOT));
        if self.old != size || (size == checkpoint.size && root != checkpoint.root) {
            return Err(Refused::Conflict(size));
        }
        let proven = verify_consistency((size, &root), (checkpoint.size, &checkpoint.root), &self.proof);
        proven.map(|()| checkpoint).map_err(|_| Refused::Unproven)
    }
}
