//! The addresses a site is written to: the one everybody knows, and those that one matter's or one letter's answer comes to.
//!
//! An answer's address carries the matter's id under a seal that is also its check, so nobody can make one, nothing is looked
//! up, and it says nothing about the matter to whoever sees it.

use civic::site::Site;
use civic::vault::{Key, derive, mac};
use data_encoding::BASE32_NOPAD;
use db::Fault;
use uuid::Uuid;

/// Bytes of the check: what has to be guessed.
const CHECK_BYTES: usize = 12;
/// Bytes of an id.
const ID_BYTES: usize = 16;
/// Longest part before the `@` (RFC 5321, 4.5.3.1.1), in characters.
const LOCAL_CHARS_MAX: usize = 64;
/// Sets the letters of a bounce apart from answers.
const RETURNED: char = 'r';
/// Begins the sealed part of an answer's address.
const ANSWERED: char = 'a';

/// Says what a mail was sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// The address everybody knows: something new.
    Intake,
    /// The address that the resident of this matter was given.
    Answer(Uuid),
    /// The address that this letter of ours comes back to.
    Returned(Uuid),
}

/// Knows a site's own addresses.
#[derive(Clone)]
pub struct Answers {
    local: String,
    domain: String,
    seal: Key,
    check: Key,
}

impl Answers {
    /// Takes the address that residents write to.
    pub fn of(site: &Site, address: &str) -> Result<Self, Fault> {
        let wrong = || Fault::other(format!("{address} is no address that mail could come to"));
        let (local, domain) = address.rsplit_once('@').ok_or_else(wrong)?;
        let sealed = BASE32_NOPAD.encode_len(CHECK_BYTES + ID_BYTES) + 2;
        let plain =
            |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic() && !b"<>()[],;:\\\"@+".contains(&b));
        if !plain(local) || !plain(domain) {
            return Err(wrong());
        }
        if local.len() + sealed > LOCAL_CHARS_MAX {
            let most = LOCAL_CHARS_MAX - sealed;
            return Err(Fault::other(format!("{address}: at most {most} characters before the @, for answers get an addition")));
        }
        let key = derive(&site.keys.code, &format!("minsheng/mail-address/1/{}", site.jurisdiction));
        Ok(Self {
            local: local.to_ascii_lowercase(),
            domain: domain.to_ascii_lowercase(),
            seal: derive(&key, "seal"),
            check: derive(&key, "check"),
        })
    }

    /// Returns the address everybody knows.
    pub fn intake(&self) -> String {
        format!("{}@{}", self.local, self.domain)
    }

    /// Returns the part of the addresses after the `@`.
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// Makes the address that the answer of a matter's resident comes to.
    pub fn answer(&self, matter: Uuid) -> String {
        self.sealed(ANSWERED, matter)
    }

    /// Makes the address that a letter comes back to when nobody can be reached.
    pub fn returned(&self, letter: Uuid) -> String {
        self.sealed(RETURNED, letter)
    }

    /// Reads an address. `None`: not one of ours.
    pub fn read(&self, address: &str) -> Option<To> {
        let address = address.trim().to_ascii_lowercase();
        let (local, domain) = address.rsplit_once('@')?;
        if domain != self.domain {
            return None;
        }
        if local == self.local {
            return Some(To::Intake);
        }
        let sealed = local.strip_prefix(self.local.as_str())?.strip_prefix('+')?;
        let what = sealed.chars().next()?;
        let id = self.open(what, sealed.get(1..)?)?;
        match what {
            ANSWERED => Some(To::Answer(id)),
            RETURNED => Some(To::Returned(id)),
            _ => None,
        }
    }

    fn sealed(&self, what: char, id: Uuid) -> String {
        let check = self.check(what, id.as_bytes());
        let hidden = self.hide(&check, id.as_bytes());
        let text = BASE32_NOPAD.encode(&[&check[..], &hidden[..]].concat()).to_ascii_lowercase();
        format!("{}+{what}{text}@{}", self.local, self.domain)
    }

    fn open(&self, what: char, text: &str) -> Option<Uuid> {
        let bytes = BASE32_NOPAD.decode(text.to_ascii_uppercase().as_bytes()).ok()?;
        let (check, hidden) = bytes.split_at_checked(CHECK_BYTES)?;
        let (check, hidden): ([u8; CHECK_BYTES], [u8; ID_BYTES]) = (check.try_into().ok()?, hidden.try_into().ok()?);
        let id = self.hide(&check, &hidden);
        // both sides come from keys of ours: how long the comparison takes tells nothing that helps to make an address
        (self.check(what, &id) == check).then(|| Uuid::from_bytes(id))
    }

    fn check(&self, what: char, id: &[u8; ID_BYTES]) -> [u8; CHECK_BYTES] {
        let whole = mac(&self.check, &[&[what as u8], id]);
        std::array::from_fn(|at| whole[at])
    }

    fn hide(&self, check: &[u8; CHECK_BYTES], id: &[u8; ID_BYTES]) -> [u8; ID_BYTES] {
        let stream = mac(&self.seal, &[check]);
        std::array::from_fn(|at| id[at] ^ stream[at])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn answers() -> Answers {
        let key = |byte| Key::new([byte; 32]);
        Answers { local: "minsheng".into(), domain: "qinghe.example".into(), seal: key(1), check: key(2) }
    }

    proptest! {
        #[test]
        fn an_address_leads_back_to_its_matter_and_no_other_spelling_does(id: u128, at in 0_usize..45, other in 0_usize..32) {
            let (answers, id) = (answers(), Uuid::from_u128(id));
            let address = answers.answer(id);
            prop_assert!(address.split('@').next().unwrap().len() <= LOCAL_CHARS_MAX);
            prop_assert_eq!(answers.read(&address.to_uppercase()), Some(To::Answer(id)));
            prop_assert_eq!(answers.read(&answers.returned(id)), Some(To::Returned(id)));
            let mut wrong: Vec<char> = address.chars().collect();
            let at = "minsheng+a".len() + at.min(address.find('@').unwrap() - "minsheng+a".len() - 1);
            let letter = char::from(b"abcdefghijklmnopqrstuvwxyz234567"[other]);
            prop_assume!(wrong[at] != letter);
            wrong[at] = letter;
            prop_assert_eq!(answers.read(&wrong.into_iter().collect::<String>()), None);
        }
    }

    #[test]
    fn what_is_not_ours_is_none() {
        let answers = answers();
        assert_eq!(answers.read(" MinSheng@Qinghe.Example "), Some(To::Intake));
        let answer = answers.answer(Uuid::nil());
        let returned = answer.replacen("+a", "+r", 1);
        for other in [
            "minsheng@else.example",
            "minsheng+@qinghe.example",
            "minsheng+a@qinghe.example",
            "x@qinghe.example",
            "",
            "@",
            &returned,
        ] {
            assert_eq!(answers.read(other), None, "{other}");
        }
    }
}
