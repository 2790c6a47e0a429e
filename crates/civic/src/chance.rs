//! Chance as a parameter: one seeded generator type, seeded from the system by the door and by a
//! number in tests. Nothing below the door asks the system for randomness.

use jiff::Timestamp;
use rand_core::Rng;
use uuid::{Builder, Uuid};

/// Is the only random generator of the product (ChaCha20, cryptographically strong).
pub type Chance = rand_chacha::ChaCha20Rng;

/// Draws an array of random bytes.
pub fn bytes<const N: usize>(chance: &mut Chance) -> [u8; N] {
    let mut drawn = [0; N];
    chance.fill_bytes(&mut drawn);
    drawn
}

/// Makes a time-ordered id (UUID version 7) from the given time and chance.
pub fn id_ordered(chance: &mut Chance, now: Timestamp) -> Uuid {
    let millis = now.as_millisecond().max(0).unsigned_abs();
    Builder::from_unix_timestamp_millis(millis, &bytes(chance)).into_uuid()
}

/// Makes an id that tells nothing about time (UUID version 4), as tier C needs.
pub fn id_plain(chance: &mut Chance) -> Uuid {
    Builder::from_random_bytes(bytes(chance)).into_uuid()
}
