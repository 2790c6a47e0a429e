//! The vault: keys, sealing and opening. It knows no noun and no page; it turns bytes into sealed
//! bytes and back, and keeps the keys in files and in a key store apart from the data.
//!
//! Key inventory (`docs/keys.md` tells the life of each):
//! master key → wraps site keys, derives index, session, second-factor keys; site key (versioned) →
//! wraps one random key per matter; code key → query codes; log key → checkpoints.

mod crypto;
mod files;
mod keystore;

pub use crypto::{Key, derive, index, mac, open, seal};
pub use files::{ABOVE_FILE, ESCROW_FILE, KeyFiles, Keys, private_folder};
pub use keystore::{GUARDS as KEYSTORE_GUARDS, KeyId, KeyStore, MIGRATIONS as KEYSTORE_MIGRATIONS};
