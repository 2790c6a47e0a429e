//! Cosignatures (C2SP tlog-cosignature): a witness says that it saw this checkpoint, when, and that every earlier one it saw
//! is a prefix of it.

use ed25519_dalek::{Signature, Signer as _, SigningKey};

use crate::note::{lines, split};
use crate::vkey::{self, Vkey, name_is_valid};
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
pub struct Witness(Vkey);

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
        vkey::write(&self.name, COSIGNATURE_V1, &self.key.verifying_key())
    }

    /// Cosigns the text of a checkpoint at a time: returns the signature line with its line feed.
    pub fn cosign(&self, text: &str, at: u64) -> String {
        let signature = self.key.sign(message(at, text).as_bytes()).to_bytes();
        let timed = at.to_be_bytes().into_iter().chain(signature);
        vkey::line(&self.name, COSIGNATURE_V1, &self.key.verifying_key(), timed)
    }
}

impl Witness {
    /// Reads the verifier key of a witness.
    pub fn parse(vkey: &str) -> Result<Self, Wrong> {
        vkey::read(vkey, COSIGNATURE_V1, "the verifier key of a witness").map(Self)
    }

    /// Returns the witness's name.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Finds this witness's cosignature on a note. `None`: there is none. One under this key that does not fit is wrong.
    pub fn find(&self, note: &str) -> Result<Option<Cosignature>, Wrong> {
        let (text, signatures) = split(note)?;
        for line in lines(signatures)? {
            if !line.is_by(&self.0) {
                continue;
            }
            let (at, signature) = line.signature.split_first_chunk::<8>().ok_or(Wrong::BadSignature)?;
            let at = u64::from_be_bytes(*at);
            let signature = Signature::from_slice(signature).map_err(|_| Wrong::BadSignature)?;
            let fits = self.0.key.verify_strict(message(at, text).as_bytes(), &signature);
            fits.map_err(|_| Wrong::BadSignature)?;
            return Ok(Some(Cosignature { at, line: format!("{}\n", line.text) }));
        }
        Ok(None)
    }
}
