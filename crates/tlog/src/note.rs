//! Signed notes (C2SP signed-note) with Ed25519 keys.

use data_encoding::BASE64;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

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
pub struct Verifier {
    name: String,
    id: [u8; 4],
    key: VerifyingKey,
}

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

pub(crate) fn key_id(name: &str, kind: u8, key: &[u8; 32]) -> [u8; 4] {
    let hash = Sha256::new().chain_update(name).chain_update([b'\n', kind]).chain_update(key).finalize();
    [hash[0], hash[1], hash[2], hash[3]]
}

pub(crate) fn name_is_valid(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c == '+' || c.is_control())
}

impl Signer {
    /// Makes a signer from a key name and a 32-byte seed. The name holds no white space and no plus sign.
    pub fn new(name: &str, seed: [u8; 32]) -> Self {
        assert!(name_is_valid(name), "a key name holds no white space and no plus sign");
        Self { name: name.to_owned(), key: SigningKey::from_bytes(&seed) }
    }

    /// Returns the verifier key as text: `name+id+key`.
    pub fn vkey(&self) -> String {
        let public = self.key.verifying_key().to_bytes();
        let id = data_encoding::HEXLOWER.encode(&key_id(&self.name, ED25519, &public));
        let typed: Vec<u8> = std::iter::once(ED25519).chain(public).collect();
        format!("{}+{id}+{}", self.name, BASE64.encode(&typed))
    }

    fn line(&self, text: &str) -> String {
        let id = key_id(&self.name, ED25519, &self.key.verifying_key().to_bytes());
        let signature = self.key.sign(text.as_bytes()).to_bytes();
        let bytes: Vec<u8> = id.into_iter().chain(signature).collect();
        format!("\u{2014} {} {}\n", self.name, BASE64.encode(&bytes))
    }
}

impl Verifier {
    /// Reads a verifier key.
    pub fn parse(vkey: &str) -> Result<Self, Wrong> {
        let malformed = Wrong::Malformed("a verifier key");
        let (name, rest) = vkey.trim().split_once('+').ok_or(malformed)?;
        let (id, key) = rest.split_once('+').ok_or(malformed)?;
        let key = BASE64.decode(key.as_bytes()).map_err(|_| malformed)?;
        let (kind, key) = key.split_first().ok_or(malformed)?;
        let key: [u8; 32] = key.try_into().map_err(|_| malformed)?;
        let computed = key_id(name, ED25519, &key);
        let fits = *kind == ED25519 && name_is_valid(name) && data_encoding::HEXLOWER.encode(&computed) == id;
        let key = VerifyingKey::from_bytes(&key).map_err(|_| malformed)?;
        if fits { Ok(Self { name: name.to_owned(), id: computed, key }) } else { Err(malformed) }
    }

    /// Returns the key's name; a log's checkpoints carry it as origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn check(&self, text: &str, signature: &[u8]) -> Result<(), Wrong> {
        let signature = Signature::from_slice(signature).map_err(|_| Wrong::BadSignature)?;
        self.key.verify_strict(text.as_bytes(), &signature).map_err(|_| Wrong::BadSignature)
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
        match verifiers.iter().find(|known| known.name == line.name && known.id == line.id) {
            Some(known) => {
                known.check(text, &line.signature)?;
                opened.signers.push(line.name.to_owned());
            }
            None => opened.unknown += 1,
        }
    }
    if opened.signers.is_empty() { Err(Wrong::Unsigned) } else { Ok(opened) }
}
