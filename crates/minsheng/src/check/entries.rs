//! The order of public entries, and the signatures of ratings (`docs/log-format.md`, sections 2, 3 and 8).

use std::collections::HashMap;

use appeals::code::{rating_holds, rating_text, second_text};
use data_encoding::HEXLOWER;
use db::Fault;
use jiff::civil::Date;

use super::fact::{Fact, Pseudonym, Rating};
use super::{Findings, crew};

/// Best grade of a rating.
const GRADE_MAX: i64 = 5;
/// Signatures checked by one hand in a row.
const SIGNATURES_AT_ONCE: usize = 64;

/// Looks at the entries of a log in their order.
#[derive(Debug, Default)]
pub(crate) struct Entries {
    day: Option<Date>,
    matters: Vec<Option<Pseudonym>>,
    keys: HashMap<Pseudonym, Vec<RatingKey>>,
    /// Ratings whose signature has still to be looked at.
    signed: Vec<Signed>,
    /// Ratings whose signature holds.
    pub ratings: u64,
    /// Those of them under a code that was issued anew at a window.
    pub ratings_reissued: u64,
}

#[derive(Debug, Clone)]
struct RatingKey {
    key: Box<str>,
    reissued: bool,
}

/// Is a rating with the keys it may be signed with.
#[derive(Debug)]
struct Signed {
    index: usize,
    text: String,
    signature: Box<str>,
    keys: Vec<RatingKey>,
}

impl Entries {
    /// Takes the next entry, as it was read.
    pub(crate) fn take(&mut self, read: Result<Option<Fact>, &'static str>, findings: &mut Findings) {
        let index = self.matters.len();
        let matter = match read {
            Ok(fact) => fact.and_then(|fact| self.version_1(index, fact, findings)),
            Err(why) => {
                findings.wrong(format!("entry {index} {why}"));
                None
            }
        };
        self.matters.push(matter);
    }

    /// Returns the day of the newest entry.
    pub(crate) fn last_day(&self) -> Option<Date> {
        self.day
    }

    fn version_1(&mut self, index: usize, fact: Fact, findings: &mut Findings) -> Option<Pseudonym> {
        findings.hold(fact.matter.is_some(), || format!("entry {index} lacks a field of version 1 or has it in another form"));
        self.order(index, fact.day, findings);
        let matter = fact.matter?;
        if let Some((key, reissued)) = fact.key {
            self.keys.entry(matter).or_default().push(RatingKey { key, reissued });
        }
        if let Some(rating) = fact.rating {
            match self.rating(index, matter, *rating) {
                Some(signed) => self.signed.push(signed),
                None => unsigned(index, findings),
            }
        }
        Some(matter)
    }

    fn order(&mut self, index: usize, day: Option<Date>, findings: &mut Findings) {
        let Some(date) = day else {
            findings.wrong(format!("entry {index} has no day"));
            return;
        };
        if let Some(before) = self.day.filter(|before| date < *before) {
            findings.wrong(format!("entry {index} is dated {date}, after one of {before}"));
        }
        self.day = Some(date);
    }

    /// Finds what the signature of a rating has to fit; none where nothing can.
    fn rating(&self, index: usize, matter: Pseudonym, rating: Rating) -> Option<Signed> {
        let (grade, of, signature) = (rating.grade?, rating.of?, rating.signature?);
        let grade = u8::try_from(grade).ok().filter(|grade| (1..=GRADE_MAX).contains(&i64::from(*grade)))?;
        let rated = *self.matters.get(usize::try_from(of).ok()?)?;
        let keys = self.keys.get(&matter).filter(|_| rated == Some(matter))?.clone();
        let pseudonym = HEXLOWER.encode(&matter);
        let text = match rating.beside {
            None => rating_text(&pseudonym, of, grade),
            Some((reasons, marks)) => {
                let marks = marks.map(|mark| mark.map_or_else(String::new, |mark| mark.to_string()));
                second_text(&pseudonym, (of, grade), (&reasons, &marks))
            }
        };
        Some(Signed { index, text, signature, keys })
    }

    /// Looks at the signatures that were met since the last time.
    pub(crate) fn settle(&mut self, findings: &mut Findings) -> Result<(), Fault> {
        let signed = std::mem::take(&mut self.signed);
        let results = crew::work(
            |hand| signed.chunks(SIGNATURES_AT_ONCE).try_for_each(hand),
            Settled::default,
            |settled, some| {
                for one in some {
                    settled.look(one);
                }
                Ok(())
            },
        )?;
        let mut unsigned_ones = Vec::new();
        for mut settled in results {
            self.ratings += settled.ratings;
            self.ratings_reissued += settled.reissued;
            unsigned_ones.append(&mut settled.unsigned);
        }
        unsigned_ones.sort_unstable();
        for index in unsigned_ones {
            unsigned(index, findings);
        }
        Ok(())
    }
}

/// Counts what one hand found of signatures.
#[derive(Default)]
struct Settled {
    ratings: u64,
    reissued: u64,
    unsigned: Vec<usize>,
}

impl Settled {
    fn look(&mut self, signed: &Signed) {
        match signed.keys.iter().find(|known| rating_holds(&known.key, &signed.signature, &signed.text)) {
            Some(key) => {
                self.ratings += 1;
                self.reissued += u64::from(key.reissued);
            }
            None => self.unsigned.push(signed.index),
        }
    }
}

fn unsigned(index: usize, findings: &mut Findings) {
    findings.wrong(format!("entry {index} is a rating that no key of its matter signed"));
}

#[cfg(test)]
mod tests {
    use appeals::code::Code;
    use civic::journal::canonical;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::super::fact::read;
    use super::*;

    fn look(entries: &mut Entries, all: &[&[u8]], findings: &mut Findings) {
        for entry in all {
            entries.take(read(entry), findings);
        }
        entries.settle(findings).unwrap();
    }

    fn findings(entries: &[String]) -> Vec<String> {
        let mut findings = Findings::default();
        let all: Vec<&[u8]> = entries.iter().map(String::as_bytes).collect();
        look(&mut Entries::default(), &all, &mut findings);
        findings.0
    }

    fn entry(day: &str, kind: &str, x: &Value) -> String {
        canonical(&json!({"v": 1, "k": kind, "m": "5".repeat(32), "d": day, "h": "8".repeat(64), "x": x}))
    }

    #[test]
    fn good_entries_unknown_kinds_and_later_versions_pass() {
        let later = canonical(&json!({"v": 2, "anything": true}));
        let none: [String; 0] = [];
        assert_eq!(findings(&[entry("2026-11-24", "filed", &json!({})), entry("2026-11-25", "danced", &json!({})), later]), none);
    }

    #[test]
    fn a_rating_counts_under_a_published_key_of_its_matter_only() {
        let (code, other) = (Code::parse("7QXA-0000-1111-2222").unwrap(), Code::parse("7QXA-0000-1111-2223").unwrap());
        let (seed, matter) = (code.seed(), "5".repeat(32));
        let filed = entry("2026-11-24", "filed", &json!({"rk": seed.rating_key()}));
        let replied = entry("2026-11-25", "replied", &json!({}));
        let rated = |grade: u8, of: i64, sig: String| entry("2026-11-26", "rated", &json!({"g": grade, "of": of, "sig": sig}));
        let good = rated(5, 1, seed.sign_rating(&matter, 1, 5));
        let (mut entries, mut none) = (Entries::default(), Findings::default());
        let again = entry("2026-11-26", "code_reissued", &json!({"rk": other.seed().rating_key()}));
        let later = rated(1, 1, other.seed().sign_rating(&matter, 1, 1));
        look(&mut entries, &[&filed, &replied, &good, &again, &later].map(String::as_bytes), &mut none);
        assert_eq!((none.0.len(), entries.ratings, entries.ratings_reissued), (0, 2, 1));
        for bad in [
            rated(4, 1, seed.sign_rating(&matter, 1, 5)),
            rated(5, 0, seed.sign_rating(&matter, 1, 5)),
            rated(5, 9, seed.sign_rating(&matter, 9, 5)),
            rated(6, 1, seed.sign_rating(&matter, 1, 6)),
            rated(5, 1, other.seed().sign_rating(&matter, 1, 5)),
            good.replace("5555", "6666"),
        ] {
            assert_eq!(findings(&[filed.clone(), replied.clone(), bad.clone()]).len(), 1, "{bad}");
        }
    }

    #[test]
    fn each_kind_of_falsehood_is_named() {
        let good = entry("2026-11-24", "filed", &json!({}));
        for (bad, word) in [
            (entry("2026-11-23", "filed", &json!({})), "is dated 2026-11-23, after one of 2026-11-24"),
            (entry("2026-1-2", "filed", &json!({})), "has no day"),
            (good.replace("\"d\"", " \"d\""), "is not canonical JSON"),
            (good.replace("\"v\":1", "\"v\":1.0"), "is not canonical JSON"),
            (good.replace("\"v\":1", "\"v\":1,\"v\":1"), "is not canonical JSON"),
            (good.replace("5555", "555G"), "another form"),
            (entry("2026-11-24", "rated", &json!({"g": 5, "of": 0, "sig": "AAAA"})), "no key of its matter signed"),
            (entry("2026-11-24", "filed", &json!({"rk": "x".repeat(600)})), "longer than 512 bytes"),
            ("[]".to_owned(), "is not canonical JSON"),
        ] {
            let found = findings(&[good.clone(), bad]);
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].contains(word) && found[0].contains("entry 1"), "{found:?}");
        }
    }

    proptest! {
        #[test]
        fn parser_of_entries(entry: Vec<u8>, text: String) {
            let all: [&[u8]; 4] = [&entry, text.as_bytes(), b"{\"v\":1e400}", b"{\"v\":1,\"x\":{\"of\":-1}}"];
            look(&mut Entries::default(), &all, &mut Findings::default());
        }
    }
}
