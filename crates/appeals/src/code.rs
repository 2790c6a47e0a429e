//! The query code: 80 bits, derived and never stored, and what grows out of it: the keyed hash that finds the matter,
//! the rating key, and the key of the resident's own copy.
//!
//! It is HMAC-SHA-256(code key, jurisdiction ‖ submit key ‖ body hash), so a form sent twice shows the same code.

use civic::journal::Actor;
use civic::site::Site;
use civic::spelled::{encode, fold_code};
use civic::vault::{Key, derive, mac};
use data_encoding::BASE64;
use db::Fault;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

use crate::followup::Detail;

/// Bytes in a query code.
const CODE_BYTES: usize = 10;
/// Characters in a query code, without the dashes.
pub const CODE_CHARS: usize = 16;

/// Is a query code in its plain form: sixteen characters, no dashes.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Code(…)")
    }
}

impl Code {
    /// Derives the code of a filing.
    pub fn of_filing(site: &Site, submit_key: &str, form: &[u8; 32]) -> Self {
        Self::derived(site, &[b"filing", submit_key.as_bytes(), form])
    }

    /// Derives a further code for a matter: a delegate's, or a re-issued one.
    pub fn of_event(site: &Site, purpose: &str, matter: uuid::Uuid, version: i64) -> Self {
        Self::derived(site, &[purpose.as_bytes(), matter.as_bytes(), &version.to_be_bytes()])
    }

    fn derived(site: &Site, parts: &[&[u8]]) -> Self {
        let jurisdiction = site.jurisdiction.to_be_bytes();
        let mut all: Vec<&[u8]> = vec![b"minsheng/query-code/1", &jurisdiction];
        all.extend_from_slice(parts);
        Self(encode(&mac(&site.keys.code, &all)[..CODE_BYTES]))
    }

    /// Reads a code as people type it. `None` = it cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        let folded = fold_code(text);
        (folded.len() == CODE_CHARS && folded.bytes().all(|b| b.is_ascii_alphanumeric())).then_some(Self(folded))
    }

    /// Writes the code in four groups, as people read it.
    pub fn shown(&self) -> String {
        let groups: Vec<&str> = (0..4).map(|at| &self.0[at * 4..at * 4 + 4]).collect();
        groups.join("-")
    }

    /// Computes the keyed hash under which the database knows the code.
    pub fn hash(&self, site: &Site) -> Vec<u8> {
        let key = derive(&site.keys.code, "minsheng/query-code-hash/1");
        mac(&key, &[&site.jurisdiction.to_be_bytes(), self.0.as_bytes()])[..16].to_vec()
    }

    /// Derives the seed that a resident's session may keep in place of the code.
    pub fn seed(&self) -> Seed {
        Seed(derive(&Key::new(mac(&Key::new([0; 32]), &[self.0.as_bytes()])), "minsheng/code-seed/1"))
    }
}

/// Stands for the code during a session: it signs ratings and opens the resident's own copy.
#[derive(Debug, Clone)]
pub struct Seed(Key);

impl Seed {
    /// Takes a seed back from a session.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Key::new(bytes))
    }

    /// Lends the bytes for a session to seal.
    pub fn bytes(&self) -> &[u8; 32] {
        self.0.bytes()
    }

    fn signer(&self) -> SigningKey {
        SigningKey::from_bytes(derive(&self.0, "minsheng/rating/1").bytes())
    }

    /// Returns the public half of the rating key, base64, as the filing entry publishes it.
    pub fn rating_key(&self) -> String {
        BASE64.encode(self.signer().verifying_key().as_bytes())
    }

    /// Signs a rating; base64.
    pub fn sign_rating(&self, pseudonym: &str, of: i64, grade: u8) -> String {
        BASE64.encode(&self.signer().sign(rating_text(pseudonym, of, grade).as_bytes()).to_bytes())
    }

    /// Signs a rating with what stands beside its grade; base64.
    pub fn sign_rating_with(&self, pseudonym: &str, of: i64, grade: u8, detail: &Detail) -> String {
        BASE64.encode(&self.signer().sign(rating_text_with(pseudonym, of, grade, detail).as_bytes()).to_bytes())
    }

    /// Returns the key of the resident's own copy of an accusation.
    pub fn own_key(&self) -> Key {
        derive(&self.0, "minsheng/own-copy/1")
    }
}

/// Writes the text a rating signs: the pseudonym, the leaf of the rated reply, the grade.
pub fn rating_text(pseudonym: &str, of: i64, grade: u8) -> String {
    format!("minsheng/rating/1\n{pseudonym}\n{of}\n{grade}\n")
}

/// Writes the text that a rating signs with what stands beside its grade. Where nothing does it is the first text, as it was before there
/// was anything beside a grade.
pub fn rating_text_with(pseudonym: &str, of: i64, grade: u8, detail: &Detail) -> String {
    if detail.is_empty() {
        return rating_text(pseudonym, of, grade);
    }
    let marks = detail.marks().map(|(_, mark)| mark.map_or_else(String::new, |mark| mark.to_string()));
    second_text(pseudonym, (of, grade), (&detail.reasons(), &marks))
}

/// Writes the second text from the fields as a public entry holds them: reasons, then the marks, each empty where none was given.
pub fn second_text(pseudonym: &str, (of, grade): (i64, u8), (reasons, marks): (&str, &[String; 3])) -> String {
    format!("minsheng/rating/2\n{pseudonym}\n{of}\n{grade}\n{reasons}\n{}\n", marks.join("\n"))
}

/// Checks a rating's signature under a published rating key. Strictly: under a key of small order one signature would fit
/// every text, so whoever publishes such a key could be rated by anybody.
pub fn rating_holds(rating_key: &str, signature: &str, text: &str) -> bool {
    let key = BASE64.decode(rating_key.as_bytes()).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let signature = BASE64.decode(signature.as_bytes()).ok().and_then(|bytes| Signature::from_slice(&bytes).ok());
    match (key.and_then(|key| VerifyingKey::from_bytes(&key).ok()), signature) {
        (Some(key), Some(signature)) => key.verify_strict(text.as_bytes(), &signature).is_ok(),
        _ => false,
    }
}

/// Computes the keyed hash of a submit key, under which a repeated form is recognised.
pub fn submit_hash(site: &Site, submit_key: &str) -> Vec<u8> {
    let key = derive(&site.keys.code, "minsheng/submit-key/1");
    mac(&key, &[&site.jurisdiction.to_be_bytes(), submit_key.as_bytes()])[..16].to_vec()
}

/// Says who acts when a code was shown: the resident or the one they named.
pub fn actor(delegate: bool) -> Actor {
    if delegate { Actor::Delegate } else { Actor::Resident }
}

/// Opens a seed that a session keeps sealed under its own token.
pub fn open_seed(token: &str, sealed: &[u8]) -> Result<Seed, Fault> {
    let bytes = civic::vault::open(&session_key(token), "track_session|seed|1", sealed)?;
    let bytes = bytes.try_into().map_err(|_| Fault::other("a session's seed has a wrong length"))?;
    Ok(Seed::new(bytes))
}

/// Seals a seed under a session's token, so that the database alone cannot rate.
pub fn seal_seed(token: &str, seed: &Seed, chance: &mut civic::chance::Chance) -> Vec<u8> {
    civic::vault::seal(&session_key(token), "track_session|seed|1", seed.bytes(), chance)
}

fn session_key(token: &str) -> Key {
    Key::new(mac(&Key::new([0; 32]), &[b"minsheng/session-seed/1", token.as_bytes()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_back_however_it_is_typed_and_shows_in_four_groups() {
        let code = Code("0123456789ABCDEF".into());
        assert_eq!(code.shown(), "0123-4567-89AB-CDEF");
        for typed in ["0123-4567-89ab-cdef", "o123 4567 89AB CDEF", "０１２３４５６７８９ＡＢＣＤＥＦ"] {
            assert_eq!(Code::parse(typed), Some(code.clone()), "{typed}");
        }
        assert_eq!(Code::parse("0123-4567"), None);
        assert_eq!(format!("{code:?}"), "Code(…)");
    }

    #[test]
    fn a_rating_holds_only_under_its_own_key_and_text() {
        let (seed, other) = (Code("A".repeat(16)).seed(), Code("B".repeat(16)).seed());
        let signature = seed.sign_rating("aa", 7, 5);
        assert!(rating_holds(&seed.rating_key(), &signature, &rating_text("aa", 7, 5)));
        assert!(!rating_holds(&seed.rating_key(), &signature, &rating_text("aa", 7, 4)));
        assert!(!rating_holds(&other.rating_key(), &signature, &rating_text("aa", 7, 5)));
        assert!(!rating_holds("x", "y", "z"));
    }

    #[test]
    fn a_key_of_small_order_rates_nothing() {
        // the neutral point as key and as commitment, zero as answer: it fits every text where the check is not strict
        let mut neutral = [0; 64];
        neutral[0] = 1;
        let (key, signature) = (BASE64.encode(&neutral[..32]), BASE64.encode(&neutral));
        for grade in 1..=5 {
            assert!(!rating_holds(&key, &signature, &rating_text("aa", 7, grade)));
        }
    }
}
