//! The seal of a body. It holds the exact time, the nonce and the words, and it is tied to everything that stands in clear
//! beside it: whoever edits a column of an event, or moves its body to another row, breaks it.

use std::fmt;

use db::{Fault, FaultKind};
use jiff::Timestamp;
use uuid::Uuid;

use super::commitment;
use crate::chance::Chance;
use crate::vault::{Key, mac, open, seal};

/// Is what stands in clear beside a body.
pub(super) struct Beside<'a> {
    pub jurisdiction: i64,
    pub position: i64,
    pub leaf: i64,
    pub matter: Uuid,
    pub version: i64,
    pub actor: &'a str,
    pub kind: &'a str,
    pub fact: &'a str,
}

impl Beside<'_> {
    fn context(&self) -> String {
        let Self { jurisdiction, position, leaf, matter, version, actor, kind, fact } = self;
        format!("{jurisdiction}|event|{position}|body|1|{leaf}|{matter}|{version}|{actor}|{kind}|{fact}")
    }
}

/// Length of the body of an entry of the daily batch, in bytes.
const BATCH_BODY_BYTES: usize = 96;

impl Beside<'_> {
    /// Makes the body of an entry of the daily batch: nothing but chance to whoever reads the table, so that a real one and a
    /// dummy look alike; to whoever holds the key a seal over the time and everything else that stands beside it.
    pub(super) fn batch_body(&self, key: &Key, at: Timestamp) -> Vec<u8> {
        let (context, at) = (self.context(), at.as_microsecond().to_be_bytes());
        let parts = (0_u8..).flat_map(|part| mac(key, &[b"batch body", context.as_bytes(), &at, &[part]]));
        parts.take(BATCH_BODY_BYTES).collect()
    }
}

/// Is what lies inside.
pub(super) struct Inside {
    pub at: Timestamp,
    pub nonce: [u8; 32],
    pub body: String,
}

impl Inside {
    /// Seals it.
    pub(super) fn seal(&self, key: &Key, beside: &Beside<'_>, chance: &mut Chance) -> Vec<u8> {
        let mut plain = self.at.as_microsecond().to_be_bytes().to_vec();
        plain.extend_from_slice(&self.nonce);
        plain.extend_from_slice(self.body.as_bytes());
        seal(key, &beside.context(), &plain, chance)
    }

    /// Opens it and checks that the public entry commits to it.
    pub(super) fn open(key: &Key, beside: &Beside<'_>, committed: &str, sealed: &[u8]) -> Result<Self, Damage> {
        let plain = open(key, &beside.context(), sealed).map_err(|_| Damage::Changed)?;
        let (at, rest) = plain.split_first_chunk::<8>().ok_or(Damage::Changed)?;
        let (nonce, body) = rest.split_first_chunk::<32>().ok_or(Damage::Changed)?;
        let at = Timestamp::from_microsecond(i64::from_be_bytes(*at)).map_err(|_| Damage::Changed)?;
        let body = String::from_utf8(body.to_vec()).map_err(|_| Damage::Changed)?;
        if committed == commitment(nonce, &body) { Ok(Self { at, nonce: *nonce, body }) } else { Err(Damage::Changed) }
    }
}

/// Says how an event differs from the one that was appended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// Its body, its public entry or a column beside them is another.
    Changed,
    /// Its time is another.
    Redated,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Changed => "it is not the one that was appended",
            Self::Redated => "its time is not the one it was appended with",
        })
    }
}

impl Damage {
    /// Makes a fault of it, for whoever only wanted to read.
    pub(super) fn fault(self, position: i64) -> Fault {
        Fault::new(FaultKind::Corrupt, format!("event {position}: {self}"))
    }
}
