//! Cosignatures (C2SP tlog-cosignature): a witness says that it saw this checkpoint, when, and that every earlier one it saw
//! is a prefix of it.

use data_encoding::{BASE64, HEXLOWER};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

use crate::note::{key_id, lines, name_is_valid, split};
use crate::wrong::Wrong;

/// Signature type byte of `cosignature/v1`.
const COSIGNATURE_V1: u8 = 0x04;

/// Cosigns checkpoints under a witness's name.
pub struct Cosigner {
    name: String,
    key: SigningKey,
}

/// Is the public key of a witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    name: String,
    id: [u8; 4],
    key: VerifyingKey,
}

/// Is a cosignature that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosignature {
    /// When the witness says it cosigned, in seconds of the Unix epoch.
    pub at: u64,
    /// The signature line as it stands on the note, with its line feed.
    pub line: String,
}

/// Renders what a witness signs: its time, then the whole text of the checkpoint.
fn message(at: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {at}\n{text}")
}

impl Cosigner {
    /// Makes a cosigner from a key name and a 32-byte seed. The name holds no white space and no plus sign.
    pub fn new(name: &str, seed: [u8; 32]) -> Result<Self, Wrong> {
        if name_is_valid(name) {
            Ok(Self { name: name.to_owned(), key: SigningKey::from_bytes(&seed) })
        } else {
            Err(Wrong::Malformed("the name of a witness"))
        }
    }

    /// Returns the verifier key as text: `name+id+key`.
    pub fn vkey(&self) -> String {
        let public = self.key.verifying_key().to_bytes();
        let id = HEXLOWER.encode(&key_id(&self.name, COSIGNATURE_V1, &public));
        let typed: Vec<u8> = std::iter::once(COSIGNATURE_V1).chain(public).collect();
        format!("{}+{id}+{}", self.name, BASE64.encode(&typed))
    }

    /// Cosigns the text of a checkpoint at a time: returns the signature line with its line feed.
    pub fn cosign(&self, text: &str, at: u64) -> String {
        let id = key_id(&self.name, COSIGNATURE_V1, &self.key.verifying_key().to_bytes());
        let signature = self.key.sign(message(at, text).as_bytes()).to_bytes();
        let bytes: Vec<u8> = id.into_iter().chain(at.to_be_bytes()).chain(signature).collect();
        format!("\u{2014} {} {}\n", self.name, BASE64.encode(&bytes))
    }
}

impl Witness {
    /// Reads the verifier key of a witness.
    pub fn parse(vkey: &str) -> Result<Self, Wrong> {
        let malformed = Wrong::Malformed("the verifier key of a witness");
        let (name, rest) = vkey.trim().split_once('+').ok_or(malformed)?;
        let (id, key) = rest.split_once('+').ok_or(malformed)?;
        let key = BASE64.decode(key.as_bytes()).map_err(|_| malformed)?;
        let (kind, key) = key.split_first().ok_or(malformed)?;
        let key: [u8; 32] = key.try_into().map_err(|_| malformed)?;
        let computed = key_id(name, COSIGNATURE_V1, &key);
        let fits = *kind == COSIGNATURE_V1 && name_is_valid(name) && HEXLOWER.encode(&computed) == id;
        let key = VerifyingKey::from_bytes(&key).map_err(|_| malformed)?;
        if fits { Ok(Self { name: name.to_owned(), id: computed, key }) } else { Err(malformed) }
    }

    /// Returns the witness's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Finds this witness's cosignature on a note. `None`: there is none. One under this key that does not fit is wrong.
    pub fn find(&self, note: &str) -> Result<Option<Cosignature>, Wrong> {
        let (text, signatures) = split(note)?;
        for line in lines(signatures)? {
            if line.name != self.name || line.id != self.id {
                continue;
            }
            let (at, signature) = line.signature.split_first_chunk::<8>().ok_or(Wrong::BadSignature)?;
            let at = u64::from_be_bytes(*at);
            let signature = Signature::from_slice(signature).map_err(|_| Wrong::BadSignature)?;
            let fits = self.key.verify_strict(message(at, text).as_bytes(), &signature);
            fits.map_err(|_| Wrong::BadSignature)?;
            return Ok(Some(Cosignature { at, line: format!("{}\n", line.text) }));
        }
        Ok(None)
    }
}
