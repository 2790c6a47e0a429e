//! Words that fit any story, and the names and contacts of invented residents.

use std::collections::BTreeMap;

use civic::chance::Chance;
use serde::Deserialize;

use super::slots::{below, one};

/// The words as they are written down.
const WORDS: &str = include_str!("words.toml");
/// How many residents of a hundred leave an e-mail address as well.
const EMAIL_PERCENT: u32 = 70;
/// Mobile numbers that begin so; further people share one.
const MOBILES: usize = 100_000_000;
/// First digits of every resident's mobile number; no network uses them.
const MOBILE_PREFIX: &str = "154";

/// Holds the lists to draw from.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names of the lists say what they hold")]
pub struct Words {
    pub surnames: Vec<String>,
    pub given: Vec<String>,
    pub mail_hosts: Vec<String>,
    pub offer: Vec<String>,
    pub followed_good: Vec<String>,
    pub followed_bad: Vec<String>,
    /// What residents write beside a grade.
    pub rated: BTreeMap<String, Vec<String>>,
    /// What whoever supervises answers to criticism.
    pub answered_criticism: Vec<String>,
    pub close_good: Vec<String>,
    pub close_answered: Vec<String>,
    pub proof: Vec<String>,
    pub extra: Vec<String>,
    pub way_on: Vec<String>,
    pub way_on_answer: Vec<String>,
    pub way_on_praise: Vec<String>,
    pub transfer_ask: Vec<String>,
    pub transfer_add: Vec<String>,
    pub told: Vec<String>,
    pub missed: Vec<String>,
}

impl Words {
    /// Reads the words.
    pub fn read() -> Self {
        toml::from_str(WORDS).expect("the words are part of the program and a test reads them")
    }
}

/// Is an invented resident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Name.
    pub name: String,
    /// Mobile number.
    pub mobile: String,
    /// E-mail address; empty when there is none.
    pub email: String,
}

impl Person {
    /// Invents the person with a number: no two of the first hundred million share a contact.
    pub fn invent(words: &Words, number: usize, chance: &mut Chance) -> Self {
        let name = format!("{}{}", one(chance, &words.surnames), one(chance, &words.given));
        let host = one(chance, &words.mail_hosts);
        let email = if below(chance, 100) < EMAIL_PERCENT { format!("jumin{number:03}@{host}") } else { String::new() };
        Self { name, mobile: format!("{MOBILE_PREFIX}{:08}", (20_000_000 + number * 7_919) % MOBILES), email }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rand_core::SeedableRng;

    use super::*;

    #[test]
    fn words_are_there_and_no_two_residents_share_a_contact() {
        let (words, mut chance) = (Words::read(), Chance::seed_from_u64(1));
        assert_eq!(words.rated.keys().collect::<Vec<_>>(), ["1", "2", "3", "4", "5"]);
        let people: Vec<Person> = (0..500).map(|number| Person::invent(&words, number, &mut chance)).collect();
        let mobiles: BTreeSet<&str> = people.iter().map(|person| person.mobile.as_str()).collect();
        assert_eq!(mobiles.len(), 500);
        assert!(mobiles.iter().all(|mobile| mobile.len() == 11));
    }
}
