//! Checkpoints (C2SP tlog-checkpoint): origin, size and root of a log as a signed note.

use data_encoding::BASE64;

use crate::note::{self, Signer, Verifier};
use crate::tree::Hash;
use crate::wrong::Wrong;

/// States the size and root of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Name of the log; also the name of its key.
    pub origin: String,
    /// Number of leaves.
    pub size: u64,
    /// Root of the tree.
    pub root: Hash,
    /// Further lines, none of them empty.
    pub extensions: Vec<String>,
}

impl Checkpoint {
    /// Renders the text that is signed.
    pub fn to_text(&self) -> String {
        let mut text = format!("{}\n{}\n{}\n", self.origin, self.size, BASE64.encode(&self.root));
        for line in &self.extensions {
            text.push_str(line);
            text.push('\n');
        }
        text
    }

    /// Reads the text of a checkpoint.
    pub fn parse(text: &str) -> Result<Self, Wrong> {
        let malformed = Wrong::Malformed("a checkpoint");
        let body = text.strip_suffix('\n').ok_or(malformed)?;
        let mut lines = body.split('\n');
        let (origin, size, root) = match (lines.next(), lines.next(), lines.next()) {
            (Some(origin), Some(size), Some(root)) if !origin.is_empty() => (origin, size, root),
            _ => return Err(malformed),
        };
        let number: u64 = size.parse().map_err(|_| malformed)?;
        let root = BASE64.decode(root.as_bytes()).map_err(|_| malformed)?;
        let extensions: Vec<String> = lines.map(str::to_owned).collect();
        if number.to_string() != size || extensions.iter().any(String::is_empty) {
            return Err(malformed);
        }
        let root = root.try_into().map_err(|_| malformed)?;
        Ok(Self { origin: origin.to_owned(), size: number, root, extensions })
    }

    /// Signs it as a note.
    pub fn sign(&self, signer: &Signer) -> String {
        note::sign(&self.to_text(), &[signer])
    }

    /// Opens a signed checkpoint; the key must carry the log's name.
    pub fn open(note: &str, verifier: &Verifier) -> Result<Self, Wrong> {
        let opened = note::open(note, &[verifier])?;
        let checkpoint = Self::parse(&opened.text)?;
        if checkpoint.origin == verifier.name() { Ok(checkpoint) } else { Err(Wrong::Malformed("a checkpoint of another log")) }
    }

    /// Reads a checkpoint without checking who signed it: for looking, never for trusting.
    pub fn peek(note: &str) -> Result<Self, Wrong> {
        let split = note.rfind("\n\n").ok_or(Wrong::Malformed("a note without signatures"))?;
        Self::parse(&note[..=split])
    }
}
