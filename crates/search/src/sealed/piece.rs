//! The form of a sealed file: a head, then pieces of one size, each sealed with its place, the last one marked as such.
//!
//! So any piece opens alone, and none can be changed, moved, left out or added without being noticed; nor can a file stand
//! under another one's name.

use std::io;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};

/// Bytes of one piece before sealing.
pub(crate) const PIECE_BYTES: usize = 16 * 1024;
/// Bytes a seal adds.
const TAG_BYTES: usize = 16;
/// Bytes of one piece in the file.
pub(crate) const SEALED_BYTES: usize = PIECE_BYTES + TAG_BYTES;
/// Chance in a file's head.
pub(crate) const SALT_BYTES: usize = 15;
/// First bytes of a file.
const MAGIC: &[u8; 4] = b"MSX1";
/// Bytes of the head.
pub(crate) const HEAD_BYTES: usize = MAGIC.len() + SALT_BYTES;

/// Seals pieces under a key.
#[derive(Clone)]
pub(crate) struct Seal(XChaCha20Poly1305);

/// Says which piece of which file.
#[derive(Clone, Copy)]
pub(crate) struct At<'a> {
    pub name: &'a str,
    pub salt: &'a [u8; SALT_BYTES],
    pub number: u32,
    pub last: bool,
}

impl At<'_> {
    fn nonce(&self) -> XNonce {
        let mut nonce = [0; 24];
        nonce[..SALT_BYTES].copy_from_slice(self.salt);
        nonce[SALT_BYTES..SALT_BYTES + 4].copy_from_slice(&self.number.to_be_bytes());
        nonce[23] = u8::from(self.last);
        XNonce::from(nonce)
    }
}

impl Seal {
    /// Takes the key.
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(key.into()))
    }

    /// Seals a piece.
    pub(crate) fn seal(&self, at: At<'_>, plain: &[u8]) -> io::Result<Vec<u8>> {
        let payload = Payload { msg: plain, aad: at.name.as_bytes() };
        self.0.encrypt(&at.nonce(), payload).map_err(|_| io::Error::other("a piece is too long to be sealed"))
    }

    /// Opens a piece.
    pub(crate) fn open(&self, at: At<'_>, sealed: &[u8]) -> io::Result<Vec<u8>> {
        let payload = Payload { msg: sealed, aad: at.name.as_bytes() };
        self.0.decrypt(&at.nonce(), payload).map_err(|_| damaged(at.name))
    }
}

/// Makes the head of a file.
pub(crate) fn head(salt: &[u8; SALT_BYTES]) -> Vec<u8> {
    [MAGIC.as_slice(), salt].concat()
}

/// Reads the head of a file.
pub(crate) fn salt(name: &str, head: &[u8; HEAD_BYTES]) -> io::Result<[u8; SALT_BYTES]> {
    let (magic, salt) = head.split_at(MAGIC.len());
    match (magic == MAGIC, salt.try_into()) {
        (true, Ok(salt)) => Ok(salt),
        _ => Err(damaged(name)),
    }
}

/// Returns how many pieces a file of so many bytes has and how long it is opened; none when no file is so long.
pub(crate) fn measure(bytes: u64) -> Option<(u32, usize)> {
    let sealed = bytes.checked_sub(HEAD_BYTES as u64)?;
    let pieces = sealed.div_ceil(SEALED_BYTES as u64);
    let plain = sealed.checked_sub(pieces * TAG_BYTES as u64).filter(|_| pieces > 0)?;
    Some((u32::try_from(pieces).ok()?, usize::try_from(plain).ok()?))
}

/// Says that a file does not open.
pub(crate) fn damaged(name: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the index file {name} does not open"))
}
