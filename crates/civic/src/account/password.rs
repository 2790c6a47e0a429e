//! Passwords.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{CustomizedPasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use db::Fault;

use crate::chance::{self, Chance};
use crate::refusal::Refusal;

/// Shortest password, in characters: there is always a second factor.
pub const PASSWORD_CHARS_MIN: usize = 10;
/// Longest password, in characters.
pub const PASSWORD_CHARS_MAX: usize = 128;

/// Passwords that everybody tries first; compared after folding to lower case.
const COMMON: &str = include_str!("common.txt");

/// Says how dear one hash is.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
}

impl Cost {
    /// Is what staff passwords cost: 64 MiB, three passes.
    pub const STAFF: Self = Self { memory_kib: 64 * 1024, passes: 3 };
    /// Is what demo and tests use, where the password is printed anyway.
    pub const CHEAP: Self = Self { memory_kib: 64, passes: 1 };
}

/// Checks a new password against the rule: length, and none that everybody tries first.
pub fn rule(password: &str, login: &str) -> Result<(), Refusal> {
    let count = password.chars().count();
    if count < PASSWORD_CHARS_MIN {
        return Err(Refusal::new("password_short").with("min", PASSWORD_CHARS_MIN));
    }
    if count > PASSWORD_CHARS_MAX {
        return Err(Refusal::new("password_long").with("max", PASSWORD_CHARS_MAX));
    }
    let folded = password.to_lowercase();
    let mut drawn = folded.chars();
    let first = drawn.next();
    let monotone = drawn.all(|c| Some(c) == first);
    if monotone || folded.contains(&login.to_lowercase()) || COMMON.lines().any(|known| known == folded) {
        return Err(Refusal::new("password_common"));
    }
    Ok(())
}

/// Hashes a password into a PHC string.
pub fn hash(password: &str, cost: Cost, chance: &mut Chance) -> Result<String, Fault> {
    let params = Params::new(cost.memory_kib, cost.passes, 1, None).map_err(|e| Fault::other(e.to_string()))?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    let salt: [u8; 16] = chance::bytes(chance);
    let made = argon.hash_password_customized(password.as_bytes(), &salt, None, None, params);
    made.map(|phc: PasswordHash| phc.to_string()).map_err(|e| Fault::other(format!("hashing a password: {e}")))
}

/// Checks a password against a PHC string. A string that cannot be read never fits.
pub fn verify(password: &str, phc: &str) -> bool {
    PasswordHash::new(phc).is_ok_and(|known| Argon2::default().verify_password(password.as_bytes(), &known).is_ok())
}

#[cfg(test)]
mod tests {
    use rand_core::SeedableRng;

    use super::*;

    #[test]
    fn the_rule_refuses_what_everybody_tries_and_takes_any_script() {
        for (password, code) in [
            ("short", "password_short"),
            ("1234567890", "password_common"),
            ("aaaaaaaaaaaaaa", "password_common"),
            ("wang.li-2026", "password_common"),
            ("qwertyuiop", "password_common"),
        ] {
            assert_eq!(rule(password, "wang.li").unwrap_err().code, code, "{password}");
        }
        assert!(rule("村口的老槐树今年又开花了", "wang.li").is_ok());
        assert!(rule(&"长".repeat(129), "wang.li").is_err());
    }

    #[test]
    fn a_hash_fits_its_password_only() {
        let phc = hash("村口的老槐树", Cost::CHEAP, &mut Chance::seed_from_u64(1)).unwrap();
        assert!(phc.starts_with("$argon2id$"));
        assert!(verify("村口的老槐树", &phc));
        assert!(!verify("村口的老榆树", &phc));
        assert!(!verify("x", "not a hash"));
    }
}
