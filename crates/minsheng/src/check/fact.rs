//! Reading one public entry (`docs/log-format.md`, sections 2 and 3). Nearly all are of the plain form that [`Scan`] reads in
//! one go; whatever it does not know is read the long way, which decides.

use civic::journal::{FACT_BYTES_MAX, canonical};
use jiff::civil::Date;
use serde_json::Value;

/// Version of the entry format that is read here; other versions are passed over.
const VERSION: i64 = 1;
/// Largest whole number in an entry.
const INTEGER_MAX: u64 = 1 << 53;
/// Digits that a whole number has at most where it is surely not larger.
const DIGITS_SURE: usize = 15;
/// Objects and lists within one another that the short way follows.
const DEPTH_MAX: usize = 4;

/// Is a matter's pseudonym.
pub(crate) type Pseudonym = [u8; 16];

/// Is what an entry of version 1 says, as far as a stranger checks it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fact {
    /// The pseudonym; none where a field that every entry has is missing or of another form.
    pub matter: Option<Pseudonym>,
    /// The day; none where there is none of the right form.
    pub day: Option<Date>,
    /// A rating key, and whether it came with a code that was issued anew.
    pub key: Option<(Box<str>, bool)>,
    /// What is rated.
    pub rating: Option<Box<Rating>>,
}

/// Is what a rating says; what is missing or of another type is none.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Rating {
    /// The grade.
    pub grade: Option<i64>,
    /// Place of the rated reply in the log.
    pub of: Option<i64>,
    /// The signature.
    pub signature: Option<Box<str>>,
    /// Reasons and marks that were signed with the grade, where there are any: the second text.
    pub beside: Option<(Box<str>, [Option<i64>; 3])>,
}

/// Reads an entry. `None`: it is of another version; an error says what is wrong with its form.
pub(crate) fn read(entry: &[u8]) -> Result<Option<Fact>, &'static str> {
    if entry.len() > FACT_BYTES_MAX {
        return Err("is longer than 512 bytes");
    }
    let text = std::str::from_utf8(entry).map_err(|_| "is not UTF-8")?;
    if let Some(said) = Scan::of(text) {
        return Ok(said.fact());
    }
    let fact: Value = serde_json::from_str(text).map_err(|_| "is not JSON")?;
    // numbers first: the canonical form does not exist for others
    if !whole(&fact) || canonical(&fact) != text || !fact.is_object() {
        return Err("is not canonical JSON");
    }
    Ok(Said::of(&fact).fact())
}

fn whole(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_i64().is_some_and(|number| number.unsigned_abs() <= INTEGER_MAX),
        Value::Array(list) => list.iter().all(whole),
        Value::Object(map) => map.values().all(whole),
        _ => true,
    }
}

/// Holds the fields of an entry that matter here, not yet judged.
#[derive(Debug, Default)]
struct Said<'a> {
    version: Option<i64>,
    kind: Option<&'a str>,
    matter: Option<&'a str>,
    day: Option<&'a str>,
    commitment: Option<&'a str>,
    rating_key: Option<&'a str>,
    grade: Option<i64>,
    of: Option<i64>,
    signature: Option<&'a str>,
    reasons: Option<&'a str>,
    marks: [Option<i64>; 3],
}

/// Names the marks beside a grade.
const MARKS: [&str; 3] = ["ms", "rc", "ef"];
/// Kinds of entries that are signed with the rating key.
const SIGNED: [&str; 2] = ["rated", "rectification_rated"];

impl<'a> Said<'a> {
    fn of(fact: &'a Value) -> Self {
        let (text, x) = (|name: &str| fact[name].as_str(), &fact["x"]);
        Self {
            version: fact["v"].as_i64(),
            kind: text("k"),
            matter: text("m"),
            day: text("d"),
            commitment: text("h"),
            rating_key: x["rk"].as_str(),
            grade: x["g"].as_i64(),
            of: x["of"].as_i64(),
            signature: x["sig"].as_str(),
            reasons: x["rs"].as_str(),
            marks: MARKS.map(|name| x[name].as_i64()),
        }
    }

    fn fact(self) -> Option<Fact> {
        if self.version != Some(VERSION) {
            return None;
        }
        let kind = self.kind.unwrap_or_default();
        let formed = !kind.is_empty() && self.commitment.is_some_and(|text| bytes::<32>(text).is_some());
        let day = self.day.and_then(|text| text.parse::<Date>().ok().filter(|date| date.to_string() == text));
        let beside = self.reasons.map(|reasons| (Box::from(reasons), self.marks));
        let rating = || Rating { grade: self.grade, of: self.of, signature: self.signature.map(Box::from), beside };
        Some(Fact {
            matter: self.matter.filter(|_| formed).and_then(bytes),
            day,
            key: self.rating_key.map(|key| (Box::from(key), kind == "code_reissued")),
            rating: SIGNED.contains(&kind).then(|| Box::new(rating())),
        })
    }
}

/// Reads bytes in lower-case hexadecimal.
fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let whole = text.len() == 2 * N && data_encoding::HEXLOWER.decode_mut(text.as_bytes(), &mut bytes).is_ok();
    whole.then_some(bytes)
}

/// Goes through an entry that is canonical at first sight: plain keys in order, texts without escapes, small whole numbers.
struct Scan<'a> {
    text: &'a str,
    at: usize,
    said: Said<'a>,
}

/// Says where in the entry a value stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In the entry itself.
    Outside,
    /// In its `x`.
    Inside,
    /// Deeper.
    Elsewhere,
}

impl<'a> Scan<'a> {
    /// Reads it; none where it is not of the plain form.
    fn of(text: &'a str) -> Option<Said<'a>> {
        let mut scan = Self { text, at: 0, said: Said::default() };
        scan.object(Place::Outside, DEPTH_MAX)?;
        (scan.at == text.len()).then_some(scan.said)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn object(&mut self, place: Place, depth: usize) -> Option<()> {
        self.eat(b'{')?;
        if self.eat(b'}').is_some() {
            return Some(());
        }
        let mut before: Option<&str> = None;
        loop {
            let key = self.string()?;
            // in ASCII the order of bytes is the order of UTF-16 units
            if !key.is_ascii() || before.is_some_and(|before| before >= key) {
                return None;
            }
            before = Some(key);
            self.eat(b':')?;
            self.value(place, key, depth)?;
            if self.eat(b',').is_none() {
                return self.eat(b'}');
            }
        }
    }

    fn value(&mut self, place: Place, key: &str, depth: usize) -> Option<()> {
        match self.peek()? {
            b'"' => {
                let text = self.string()?;
                match (place, key) {
                    (Place::Outside, "k") => self.said.kind = Some(text),
                    (Place::Outside, "m") => self.said.matter = Some(text),
                    (Place::Outside, "d") => self.said.day = Some(text),
                    (Place::Outside, "h") => self.said.commitment = Some(text),
                    (Place::Inside, "rk") => self.said.rating_key = Some(text),
                    (Place::Inside, "sig") => self.said.signature = Some(text),
                    (Place::Inside, "rs") => self.said.reasons = Some(text),
                    _ => {}
                }
                Some(())
            }
            b'{' => {
                let inside = if (place, key) == (Place::Outside, "x") { Place::Inside } else { Place::Elsewhere };
                self.object(inside, depth.checked_sub(1)?)
            }
            b'[' => self.list(depth.checked_sub(1)?),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            _ => {
                let number = self.number()?;
                match (place, key) {
                    (Place::Outside, "v") => self.said.version = Some(number),
                    (Place::Inside, "g") => self.said.grade = Some(number),
                    (Place::Inside, "of") => self.said.of = Some(number),
                    (Place::Inside, name) => {
                        if let Some(at) = MARKS.iter().position(|own| *own == name) {
                            self.said.marks[at] = Some(number);
                        }
                    }
                    _ => {}
                }
                Some(())
            }
        }
    }

    fn list(&mut self, depth: usize) -> Option<()> {
        self.eat(b'[')?;
        if self.eat(b']').is_some() {
            return Some(());
        }
        loop {
            self.value(Place::Elsewhere, "", depth)?;
            if self.eat(b',').is_none() {
                return self.eat(b']');
            }
        }
    }

    fn word(&mut self, word: &str) -> Option<()> {
        self.text[self.at..].starts_with(word).then(|| self.at += word.len())
    }

    fn string(&mut self) -> Option<&'a str> {
        self.eat(b'"')?;
        let rest = &self.text[self.at..];
        let length = rest.bytes().position(|byte| byte == b'"' || byte == b'\\' || byte < b' ')?;
        self.at += length;
        self.eat(b'"')?;
        Some(&rest[..length])
    }

    fn number(&mut self) -> Option<i64> {
        let rest = &self.text[self.at..];
        let sign = usize::from(rest.starts_with('-'));
        let digits = rest[sign..].bytes().take_while(u8::is_ascii_digit).count();
        let plain = (1..=DIGITS_SURE).contains(&digits) && (!rest[sign..].starts_with('0') || &rest[..sign + digits] == "0");
        self.at += sign + digits;
        plain.then(|| rest[..sign + digits].parse().ok()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// What the long way says alone.
    fn long(text: &str) -> Result<Option<Fact>, &'static str> {
        let fact: Value = serde_json::from_str(text).map_err(|_| "is not JSON")?;
        let canonical = whole(&fact) && fact.is_object() && canonical(&fact) == text;
        if canonical { Ok(Said::of(&fact).fact()) } else { Err("is not canonical JSON") }
    }

    fn agree(text: &str) -> Result<(), TestCaseError> {
        if let Some(said) = Scan::of(text) {
            prop_assert_eq!(Ok(said.fact()), long(text), "{}", text);
        }
        Ok(())
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-(1_i64 << 53)..=1 << 53).prop_map(Value::from),
            "[a-z\"\\\\\n民é]{0,6}".prop_map(Value::from),
        ];
        leaf.prop_recursive(6, 24, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::btree_map("[a-z民]{0,3}|rk|sig|g|of|rs|ms", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_short_way_never_says_anything_else_than_the_long_one(
            x in value(), v in 0_i64..3, kind in "filed|rated|code_reissued|[a-z]{0,3}", day in "20[0-9]{2}-[01][0-9]-[0-3][0-9]",
            cut in 0_usize..400, put in "[ -~]?",
        ) {
            let (m, h) = ("0f".repeat(16), "a9".repeat(32));
            let good = canonical(&json!({"v": v, "k": kind, "m": m, "d": day, "h": h, "x": x}));
            agree(&good)?;
            let cut = cut.min(good.len());
            if good.is_char_boundary(cut) {
                agree(&format!("{}{put}{}", &good[..cut], &good[cut..]))?;
                let rest = good[cut..].chars().next().map_or(0, char::len_utf8);
                agree(&format!("{}{put}{}", &good[..cut], &good[cut + rest..]))?;
            }
        }

        #[test]
        fn parser_of_facts(text: String) {
            agree(&text)?;
            drop(read(text.as_bytes()));
        }
    }

    #[test]
    fn entries_as_the_journal_writes_them_go_the_short_way() {
        let x = json!({"rk": "AAAA", "due": "2026-01-02", "n": 3, "list": [1, true, null], "deep": {"a": {}}});
        let text =
            canonical(&json!({"v": 1, "k": "filed", "m": "0f".repeat(16), "d": "2026-01-02", "h": "a9".repeat(32), "x": x}));
        let fact = Scan::of(&text).unwrap().fact().unwrap();
        assert_eq!((fact.matter, fact.key), (Some([15; 16]), Some(("AAAA".into(), false))));
        for other in [
            "{\"v\":01}",
            "{\"v\":-0}",
            "{\"v\":1.0}",
            "{\"v\":1,\"v\":1}",
            "{\"b\":1,\"a\":1}",
            "{ }",
            "[]",
            "{\"a\":\"\\u0041\"}",
        ] {
            assert!(Scan::of(other).is_none(), "{other}");
        }
    }
}
