//! Names and keys of those who sign: how a verifier key is written and read, and how a signature stands on a note. The same for
//! every type of signature but the type byte (C2SP signed-note).

use data_encoding::{BASE64, HEXLOWER};
use ed25519_dalek::VerifyingKey;
use sha2::{Digest, Sha256};

use crate::wrong::Wrong;

/// Is a verifier key: a name, and a key for one type of signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Vkey {
    pub(crate) name: String,
    pub(crate) id: [u8; 4],
    pub(crate) key: VerifyingKey,
}

fn key_id(name: &str, kind: u8, key: &[u8; 32]) -> [u8; 4] {
    let hash = Sha256::new().chain_update(name).chain_update([b'\n', kind]).chain_update(key).finalize();
    [hash[0], hash[1], hash[2], hash[3]]
}

/// Tells whether a name can stand on a note.
pub(crate) fn name_is_valid(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c == '+' || c.is_control())
}

/// Writes a verifier key: `name+id+key`.
pub(crate) fn write(name: &str, kind: u8, key: &VerifyingKey) -> String {
    let public = key.to_bytes();
    let id = HEXLOWER.encode(&key_id(name, kind, &public));
    let typed: Vec<u8> = std::iter::once(kind).chain(public).collect();
    format!("{name}+{id}+{}", BASE64.encode(&typed))
}

/// Reads a verifier key of one type; `what` names it where it is malformed.
pub(crate) fn read(vkey: &str, kind: u8, what: &'static str) -> Result<Vkey, Wrong> {
    let malformed = Wrong::Malformed(what);
    let (name, rest) = vkey.trim().split_once('+').ok_or(malformed)?;
    let (id, key) = rest.split_once('+').ok_or(malformed)?;
    let key = BASE64.decode(key.as_bytes()).map_err(|_| malformed)?;
    let (typed, key) = key.split_first().ok_or(malformed)?;
    let key: [u8; 32] = key.try_into().map_err(|_| malformed)?;
    let computed = key_id(name, kind, &key);
    let fits = *typed == kind && name_is_valid(name) && HEXLOWER.encode(&computed) == id;
    let key = VerifyingKey::from_bytes(&key).map_err(|_| malformed)?;
    if fits { Ok(Vkey { name: name.to_owned(), id: computed, key }) } else { Err(malformed) }
}

/// Writes a signature line with its line feed.
pub(crate) fn line(name: &str, kind: u8, key: &VerifyingKey, signed: impl IntoIterator<Item = u8>) -> String {
    let bytes: Vec<u8> = key_id(name, kind, &key.to_bytes()).into_iter().chain(signed).collect();
    format!("\u{2014} {name} {}\n", BASE64.encode(&bytes))
}
