//! Passwords.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{CustomizedPasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use db::Fault;
use zeroize::Zeroizing;

use crate::chance::{self, Chance};
use crate::refusal::Refusal;
use crate::vault::Key;

/// Shortest password, in characters: there is always a second factor.
pub const PASSWORD_CHARS_MIN: usize = 10;
/// Longest password, in characters.
pub const PASSWORD_CHARS_MAX: usize = 128;

/// Passwords that everybody tries first, and short words that many build on; in lower case, sorted. The long ones and the
/// words are those that leaked most often, by the lists of zxcvbn (MIT) and Django (BSD-3-Clause).
const COMMON: &str = include_str!("common.txt");
/// Words of this place: a password of nothing else is the next that a stranger tries.
const PLACE: &[&str] = &[
    "minsheng",
    "民声",
    "信访",
    "xinfang",
    "政府",
    "zhengfu",
    "12345",
    "群众",
    "qunzhong",
    "admin",
    "管理员",
    "password",
    "密码",
    "服务",
    "fuwu",
];

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

/// Checks a new password against the rule: length, and none that everybody tries first. Kinds of characters do not matter.
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
    if monotone || folded.contains(&login.to_lowercase()) || is_known(&folded) || is_of_place(&folded) {
        return Err(Refusal::new("password_common"));
    }
    Ok(())
}

/// Tells whether everybody tries it: as it stands, or a known word with digits and signs before and behind.
fn is_known(folded: &str) -> bool {
    let word = folded.trim_matches(|c: char| !c.is_alphabetic());
    COMMON.lines().any(|known| known == folded || known == word)
}

/// Tells whether it is made of words of the place, digits and signs alone.
fn is_of_place(folded: &str) -> bool {
    let rest = PLACE.iter().fold(folded.to_owned(), |rest, word| rest.replace(word, ""));
    rest.len() < folded.len() && !rest.contains(char::is_alphabetic)
}

/// Hashes a password into a PHC string.
pub fn hash(password: &str, cost: Cost, chance: &mut Chance) -> Result<String, Fault> {
    let params = Params::new(cost.memory_kib, cost.passes, 1, None).map_err(|e| Fault::other(e.to_string()))?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    let salt: [u8; 16] = chance::bytes(chance);
    let made = argon.hash_password_customized(password.as_bytes(), &salt, None, None, params);
    made.map(|phc: PasswordHash| phc.to_string()).map_err(|e| Fault::other(format!("hashing a password: {e}")))
}

/// Derives a key from a password, for what only its owner is to open: Argon2id, with a salt of its own, so that it tells
/// nothing of the hash that is kept.
pub fn key(password: &str, cost: Cost, salt: &[u8]) -> Result<Key, Fault> {
    let failed = |error: argon2::Error| Fault::other(format!("deriving a key from a password: {error}"));
    let params = Params::new(cost.memory_kib, cost.passes, 1, None).map_err(failed)?;
    let mut bytes = Zeroizing::new([0; 32]);
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon.hash_password_into(password.as_bytes(), salt, bytes.as_mut()).map_err(failed)?;
    Ok(Key::new(*bytes))
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
    fn the_rule_of_passwords_by_table() {
        assert!(COMMON.lines().count() >= 3_000, "at least the three thousand that leaked most often");
        let cjk = "山高水长路远人勤春华秋实风调雨顺".repeat(4);
        assert_eq!(cjk.chars().count(), 64);
        let nine = "槐花开满院子了呀啦";
        assert_eq!(nine.chars().count(), 9);
        for (password, code) in [
            (nine, Some("password_short")),
            ("槐花开满院子了呀啦哦", None),
            (cjk.as_str(), None),
            (&"x7".repeat(64), None),
            (&"x7".repeat(65), Some("password_long")),
            // no kind of character is asked for or forbidden
            ("correct horse battery staple", None),
            ("    spaces at both ends    ", None),
            ("8274 6193 5501", None),
            ("ÄÖÜ ß – ☂ — 🌧 okay", None),
            // what leaked most often, also with something before and behind, in any case
            ("QWERTYUIOP", Some("password_common")),
            ("dragon2026!!", Some("password_common")),
            ("2026-Sunshine-2026", Some("password_common")),
            ("password123456", Some("password_common")),
            // words of the place and nothing else
            ("民声12345民声12345", Some("password_common")),
            ("minsheng-admin-2026", Some("password_common")),
            ("信访密码123456", Some("password_common")),
            ("民声里有槐花香一九八四", None),
            // the log-in name
            ("i-am-Wang.Li-again", Some("password_common")),
        ] {
            assert_eq!(rule(password, "wang.li").err().map(|refusal| refusal.code), code, "{password}");
        }
    }

    #[test]
    fn a_password_counts_as_it_was_typed() {
        let typed = format!(" 槐  Tree {}", "长".repeat(110));
        let phc = hash(&typed, Cost::CHEAP, &mut Chance::seed_from_u64(2)).unwrap();
        assert!(verify(&typed, &phc));
        let mut cut = typed.clone();
        cut.pop();
        for other in [typed.trim(), &typed.to_lowercase(), &typed.replace("  ", " ").replace(" Tree", "Tree"), &cut] {
            assert!(!verify(other, &phc), "{other}");
        }
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
