//! The form and order of public entries, and the signatures of ratings (`docs/log-format.md`, sections 2, 3 and 8).

use std::collections::HashMap;

use appeals::code::{rating_holds, rating_text};
use civic::journal::{FACT_BYTES_MAX, canonical};
use jiff::civil::Date;
use serde_json::Value;

use super::Findings;

/// Version of the entry format that is read here; other versions are passed over.
const VERSION: i64 = 1;
/// Largest whole number in an entry.
const INTEGER_MAX: u64 = 1 << 53;
/// Best grade of a rating.
const GRADE_MAX: i64 = 5;

/// Looks at the entries of a log in their order.
#[derive(Debug, Default)]
pub(crate) struct Entries {
    day: Option<Date>,
    matters: Vec<Option<String>>,
    keys: HashMap<String, Vec<RatingKey>>,
    /// Ratings whose signature holds.
    pub ratings: u64,
    /// Those of them under a code that was issued anew at a window.
    pub ratings_reissued: u64,
}

#[derive(Debug)]
struct RatingKey {
    key: String,
    reissued: bool,
}

impl Entries {
    /// Looks at the next entry.
    pub(crate) fn look(&mut self, entry: &[u8], findings: &mut Findings) {
        let index = self.matters.len();
        let matter = match read(entry) {
            Ok(fact) if fact["v"].as_i64() != Some(VERSION) => None,
            Ok(fact) => Some(self.version_1(index, &fact, findings)),
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

    fn version_1(&mut self, index: usize, fact: &Value, findings: &mut Findings) -> String {
        let text = |name: &str| fact[name].as_str().unwrap_or_default();
        let formed = is_hex(text("m"), 32) && is_hex(text("h"), 64) && !text("k").is_empty();
        findings.hold(formed, || format!("entry {index} lacks a field of version 1 or has it in another form"));
        self.order(index, text("d"), findings);
        let matter = text("m").to_owned();
        let fields = &fact["x"];
        if let Some(key) = fields["rk"].as_str() {
            let reissued = text("k") == "code_reissued";
            self.keys.entry(matter.clone()).or_default().push(RatingKey { key: key.to_owned(), reissued });
        }
        if text("k") == "rated" {
            self.rating(index, &matter, fields, findings);
        }
        matter
    }

    fn order(&mut self, index: usize, day: &str, findings: &mut Findings) {
        let Some(date) = day.parse::<Date>().ok().filter(|date| date.to_string() == day) else {
            findings.wrong(format!("entry {index} has no day"));
            return;
        };
        if let Some(before) = self.day.filter(|before| date < *before) {
            findings.wrong(format!("entry {index} is dated {date}, after one of {before}"));
        }
        self.day = Some(date);
    }

    fn rating(&mut self, index: usize, matter: &str, fields: &Value, findings: &mut Findings) {
        let held = (|| {
            let (grade, of, signature) = (fields["g"].as_i64()?, fields["of"].as_i64()?, fields["sig"].as_str()?);
            let grade = u8::try_from(grade).ok().filter(|grade| (1..=GRADE_MAX).contains(&i64::from(*grade)))?;
            let rated = self.matters.get(usize::try_from(of).ok()?)?;
            let text = rating_text(matter, of, grade);
            let keys = self.keys.get(matter).filter(|_| rated.as_deref() == Some(matter))?;
            keys.iter().find(|known| rating_holds(&known.key, signature, &text))
        })();
        match held {
            Some(key) => {
                self.ratings += 1;
                self.ratings_reissued += u64::from(key.reissued);
            }
            None => findings.wrong(format!("entry {index} is a rating that no key of its matter signed")),
        }
    }
}

fn read(entry: &[u8]) -> Result<Value, &'static str> {
    if entry.len() > FACT_BYTES_MAX {
        return Err("is longer than 512 bytes");
    }
    let text = std::str::from_utf8(entry).map_err(|_| "is not UTF-8")?;
    let fact: Value = serde_json::from_str(text).map_err(|_| "is not JSON")?;
    // numbers first: the canonical form does not exist for others
    if !whole(&fact) || canonical(&fact) != text || !fact.is_object() {
        return Err("is not canonical JSON");
    }
    Ok(fact)
}

fn whole(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_i64().is_some_and(|number| number.unsigned_abs() <= INTEGER_MAX),
        Value::Array(list) => list.iter().all(whole),
        Value::Object(map) => map.values().all(whole),
        _ => true,
    }
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

#[cfg(test)]
mod tests {
    use appeals::code::Code;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn findings(entries: &[String]) -> Vec<String> {
        let (mut look, mut findings) = (Entries::default(), Findings::default());
        for entry in entries {
            look.look(entry.as_bytes(), &mut findings);
        }
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
        let (mut look, mut none) = (Entries::default(), Findings::default());
        let again = entry("2026-11-26", "code_reissued", &json!({"rk": other.seed().rating_key()}));
        let later = rated(1, 1, other.seed().sign_rating(&matter, 1, 1));
        for one in [&filed, &replied, &good, &again, &later] {
            look.look(one.as_bytes(), &mut none);
        }
        assert_eq!((none.0.len(), look.ratings, look.ratings_reissued), (0, 2, 1));
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
            let (mut look, mut findings) = (Entries::default(), Findings::default());
            look.look(&entry, &mut findings);
            look.look(text.as_bytes(), &mut findings);
            look.look(b"{\"v\":1e400}", &mut findings);
            look.look(b"{\"v\":1,\"x\":{\"of\":-1}}", &mut findings);
        }
    }
}
