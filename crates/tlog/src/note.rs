//! Signed notes (C2SP signed-note) with Ed25519 keys.

use data_encoding::BASE64;
use ed25519_dalek::{Signature, Signer as _, SigningKey};

use crate::vkey::{self, Vkey, name_is_valid};
use crate::wrong::Wrong;

/// Largest note that is read, in bytes.
pub const NOTE_BYTES_MAX: usize = 64 * 1024;
/// Signature lines that are read.
const SIGNATURES_MAX: usize = 64;
/// Signature type byte of Ed25519.
const ED25519: u8 = 0x01;

/// Signs notes under a name.
pub struct Signer {
    name: String,
    key: SigningKey,
}

/// Checks notes signed under a name.
#[derive(Debug, Clone)]
pub struct Verifier(Vkey);

/// Is an opened note: its text, and which known keys signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The text, its last line feed included.
    pub text: String,
    /// Names of the known keys whose signatures fit.
    pub signers: Vec<String>,
    /// Signatures of keys not known here.
    pub unknown: usize,
}

impl Signer {
    /// Makes a signer from a key name and a 32-byte seed. The name holds no white space and no plus sign.
    pub fn new(name: &str, seed: [u8; 32]) -> Self {
        assert!(name_is_valid(name), "a key name holds no white space and no plus sign");
        Self { name: name.to_owned(), key: SigningKey::from_bytes(&seed) }
    }

    /// Returns the verifier key as text: `name+id+key`.
    pub fn vkey(&self) -> String {
        vkey::write(&self.name, ED25519, &self.key.verifying_key())
    }

    fn line(&self, text: &str) -> String {
        let signature = self.key.sign(text.as_bytes()).to_bytes();
        vkey::line(&self.name, ED25519, &self.key.verifying_key(), signature)
    }
}

impl Verifier {
    /// Reads a verifier key.
    pub fn parse(vkey: &str) -> Result<Self, Wrong> {
        vkey::read(vkey, ED25519, "a verifier key").map(Self)
    }

    /// Returns the key's name; a log's checkpoints carry it as origin.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    fn check(&self, text: &str, signature: &[u8]) -> Result<(), Wrong> {
        let signature = Signature::from_slice(signature).map_err(|_| Wrong::BadSignature)?;
        self.0.key.verify_strict(text.as_bytes(), &signature).map_err(|_| Wrong::BadSignature)
    }
}

/// Signs a text, which must end in a line feed.
pub fn sign(text: &str, signers: &[&Signer]) -> String {
    assert!(text.ends_with('\n'), "the text of a note ends in a line feed");
    signers.iter().fold(format!("{text}\n"), |note, signer| note + &signer.line(text))
}

/// Splits a note into its text and its signature lines.
pub(crate) fn split(note: &str) -> Result<(&str, &str), Wrong> {
    if note.len() > NOTE_BYTES_MAX {
        return Err(Wrong::TooLarge(NOTE_BYTES_MAX));
    }
    if note.chars().any(|c| c < ' ' && c != '\n') {
        return Err(Wrong::Malformed("control characters in a note"));
    }
    let split = note.rfind("\n\n").ok_or(Wrong::Malformed("a note without signatures"))?;
    let (text, signatures) = (&note[..=split], &note[split + 2..]);
    if signatures.is_empty() || !signatures.ends_with('\n') {
        return Err(Wrong::Malformed("signature lines of a note"));
    }
    Ok((text, signatures))
}

/// Is one signature line, not yet checked.
pub(crate) struct Line<'a> {
    /// The line without its line feed.
    pub(crate) text: &'a str,
    pub(crate) name: &'a str,
    pub(crate) id: [u8; 4],
    pub(crate) signature: Vec<u8>,
}

impl Line<'_> {
    /// Tells whether it says that it is of this key.
    pub(crate) fn is_by(&self, key: &Vkey) -> bool {
        self.name == key.name && self.id == key.id
    }
}

/// Reads the signature lines of a note.
pub(crate) fn lines(signatures: &str) -> Result<Vec<Line<'_>>, Wrong> {
    let malformed = Wrong::Malformed("a signature line");
    let mut read = Vec::new();
    for text in signatures.lines() {
        if read.len() >= SIGNATURES_MAX {
            return Err(Wrong::Malformed("too many signatures on a note"));
        }
        let (name, encoded) = text.strip_prefix("\u{2014} ").and_then(|line| line.split_once(' ')).ok_or(malformed)?;
        let bytes = BASE64.decode(encoded.as_bytes()).map_err(|_| malformed)?;
        let (id, signature) = bytes.split_first_chunk::<4>().ok_or(malformed)?;
        if !name_is_valid(name) || signature.is_empty() {
            return Err(malformed);
        }
        read.push(Line { text, name, id: *id, signature: signature.to_vec() });
    }
    Ok(read)
}

/// Opens a note: at least one known key must have signed it, and no known key's signature may be wrong.
pub fn open(note: &str, verifiers: &[&Verifier]) -> Result<Opened, Wrong> {
    let (text, signatures) = split(note)?;
    let mut opened = Opened { text: text.to_owned(), signers: Vec::new(), unknown: 0 };
    for line in lines(signatures)? {
        match verifiers.iter().find(|known| line.is_by(&known.0)) {
            Some(known) => {
                known.check(text, &line.signature)?;
                opened.signers.push(line.name.to_owned());
            }
            None => opened.unknown += 1,
        }
    }
    if opened.signers.is_empty() { Err(Wrong::Unsigned) } else { Ok(opened) }
}
