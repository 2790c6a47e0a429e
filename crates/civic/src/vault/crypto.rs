//! The primitives: HMAC-SHA-256, HKDF-SHA-256 and one authenticated envelope.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use db::{Fault, FaultKind};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::chance::{self, Chance};

/// Version byte of the envelope.
const ENVELOPE_VERSION: u8 = 1;
/// Suite byte: XChaCha20-Poly1305 with a random 192-bit nonce.
const SUITE_XCHACHA20_POLY1305: u8 = 1;
/// Length of the nonce in bytes.
const NONCE_BYTES: usize = 24;
/// Length of the envelope's head (version, suite, nonce) in bytes.
const HEAD_BYTES: usize = 2 + NONCE_BYTES;

/// Holds 32 secret bytes and wipes them when dropped. It never prints them.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Key([u8; 32]);

impl Key {
    /// Wraps raw bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Draws a fresh key.
    pub fn random(chance: &mut Chance) -> Self {
        Self(chance::bytes(chance))
    }

    /// Lends the bytes to a primitive.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

/// Computes HMAC-SHA-256 over the parts, each preceded by its length so that no two lists collide.
pub fn mac(key: &Key, parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key.bytes()).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Derives a purpose key from a parent key (HKDF-SHA-256, the label as info).
pub fn derive(parent: &Key, label: &str) -> Key {
    let mut out = [0; 32];
    Hkdf::<Sha256>::new(None, parent.bytes()).expand(label.as_bytes(), &mut out).expect("32 bytes is a legal HKDF length");
    Key(out)
}

/// Computes the blind index of a value under a field name: equal values can be found, none can be read.
pub fn index(key: &Key, field: &str, value: &str) -> Vec<u8> {
    mac(key, &[b"index", field.as_bytes(), value.as_bytes()])[..16].to_vec()
}

/// Seals bytes under a key. The context (jurisdiction, table, position, field, version) is authenticated with
/// them, so a sealed value moved elsewhere does not open.
pub fn seal(key: &Key, context: &str, plain: &[u8], chance: &mut Chance) -> Vec<u8> {
    let nonce: [u8; NONCE_BYTES] = chance::bytes(chance);
    let cipher = XChaCha20Poly1305::new(key.bytes().into());
    let sealed = cipher
        .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: context.as_bytes() })
        .expect("sealing fails only above 256 GiB");
    let mut envelope = Vec::with_capacity(HEAD_BYTES + sealed.len());
    envelope.extend_from_slice(&[ENVELOPE_VERSION, SUITE_XCHACHA20_POLY1305]);
    envelope.extend_from_slice(&nonce);
    envelope.extend_from_slice(&sealed);
    envelope
}

/// Opens an envelope. A wrong key, a moved or a changed envelope is `Corrupt`, never wrong bytes.
pub fn open(key: &Key, context: &str, envelope: &[u8]) -> Result<Vec<u8>, Fault> {
    let corrupt = || Fault::new(FaultKind::Corrupt, format!("sealed data does not open ({context})"));
    let (head, sealed) = envelope.split_at_checked(HEAD_BYTES).ok_or_else(corrupt)?;
    if head[..2] != [ENVELOPE_VERSION, SUITE_XCHACHA20_POLY1305] {
        return Err(Fault::new(FaultKind::Corrupt, format!("sealed data has an unknown envelope ({context})")));
    }
    let nonce: [u8; NONCE_BYTES] = head[2..].try_into().map_err(|_| corrupt())?;
    XChaCha20Poly1305::new(key.bytes().into())
        .decrypt(&XNonce::from(nonce), Payload { msg: sealed, aad: context.as_bytes() })
        .map_err(|_| corrupt())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand_core::SeedableRng;

    use super::*;

    proptest! {
        #[test]
        fn what_is_sealed_opens_only_with_its_key_and_context(plain: Vec<u8>, seed: u64, flip: usize) {
            let mut chance = Chance::seed_from_u64(seed);
            let key = Key::random(&mut chance);
            let sealed = seal(&key, "99|event|1|body|1", &plain, &mut chance);
            prop_assert_eq!(open(&key, "99|event|1|body|1", &sealed).unwrap(), plain);
            prop_assert!(open(&key, "99|event|2|body|1", &sealed).is_err());
            prop_assert!(open(&Key::random(&mut chance), "99|event|1|body|1", &sealed).is_err());
            let mut bent = sealed.clone();
            let at = flip % bent.len();
            bent[at] ^= 1;
            prop_assert!(open(&key, "99|event|1|body|1", &bent).is_err());
        }
    }

    #[test]
    fn parts_do_not_run_together_in_a_mac() {
        let key = Key::new([7; 32]);
        assert_ne!(mac(&key, &[b"ab", b"c"]), mac(&key, &[b"a", b"bc"]));
    }
}
