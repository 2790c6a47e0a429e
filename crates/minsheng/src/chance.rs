//! The system's randomness, asked for nowhere else.

use civic::chance::Chance;
use db::Fault;
use rand_core::SeedableRng;

/// Draws a seed from the system.
pub(crate) fn seed() -> Result<[u8; 32], Fault> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| Fault::other("the system gives no randomness").caused_by(error))?;
    Ok(seed)
}

/// Makes a generator seeded from the system.
pub(crate) fn fresh() -> Result<Chance, Fault> {
    Ok(Chance::from_seed(seed()?))
}
