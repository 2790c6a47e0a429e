//! Offline proofs (C2SP tlog-proof): an entry's place in a log, with the checkpoint it is proven against.

use data_encoding::BASE64;

use crate::checkpoint::Checkpoint;
use crate::note::Verifier;
use crate::tree::{Hash, leaf_hash, verify_inclusion};
use crate::wrong::Wrong;

const HEADER: &str = "c2sp.org/tlog-proof@v1";
/// Longest inclusion proof, one hash a level.
const HASHES_MAX: usize = 64;

/// Proves that an entry is in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlogProof {
    /// Data of the application, if any.
    pub extra: Option<Vec<u8>>,
    /// Number of the leaf.
    pub index: u64,
    /// The inclusion proof.
    pub hashes: Vec<Hash>,
    /// The signed checkpoint.
    pub checkpoint: String,
}

impl TlogProof {
    /// Renders the file.
    pub fn to_text(&self) -> String {
        let extra = self.extra.as_ref().map_or_else(String::new, |extra| format!("extra {}\n", BASE64.encode(extra)));
        let mut text = format!("{HEADER}\n{extra}index {}\n", self.index);
        for hash in &self.hashes {
            text.push_str(&BASE64.encode(hash));
            text.push('\n');
        }
        text.push('\n');
        text + &self.checkpoint
    }

    /// Reads the file.
    pub fn parse(text: &str) -> Result<Self, Wrong> {
        let malformed = Wrong::Malformed("a log proof");
        let (head, checkpoint) = text.split_once("\n\n").ok_or(malformed)?;
        let mut lines = head.lines();
        if lines.next() != Some(HEADER) {
            return Err(malformed);
        }
        let mut line = lines.next().ok_or(malformed)?;
        let mut extra = None;
        if let Some(encoded) = line.strip_prefix("extra ") {
            extra = Some(BASE64.decode(encoded.as_bytes()).map_err(|_| malformed)?);
            line = lines.next().ok_or(malformed)?;
        }
        let index: u64 = line.strip_prefix("index ").and_then(|index| index.parse().ok()).ok_or(malformed)?;
        let mut hashes = Vec::new();
        for line in lines {
            let hash = BASE64.decode(line.as_bytes()).map_err(|_| malformed)?;
            hashes.push(hash.try_into().map_err(|_| malformed)?);
        }
        let proof = Self { extra, index, hashes, checkpoint: checkpoint.to_owned() };
        if proof.hashes.len() <= HASHES_MAX && proof.to_text() == text { Ok(proof) } else { Err(malformed) }
    }

    /// Checks that the entry stands in the log at the proven place; returns the checkpoint it was proven against.
    pub fn verify(&self, entry: &[u8], verifier: &Verifier) -> Result<Checkpoint, Wrong> {
        let checkpoint = Checkpoint::open(&self.checkpoint, verifier)?;
        verify_inclusion(self.index, checkpoint.size, &leaf_hash(entry), &self.hashes, &checkpoint.root)?;
        Ok(checkpoint)
    }
}
