//! The fields of a form or a query: names and texts, in order, checked as they are read.

use std::borrow::Cow;

use axum::http::StatusCode;
use civic::refusal::Refusal;

use crate::error::Problem;
use crate::limits::Limits;

/// Stands in the place of a control character, where a person can see it.
const MARK: &str = "\u{fffd}";

/// Holds what a form or a query brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Returns the first text of a name, without white space around it; empty when it was not sent.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(own, _)| own == name).map_or("", |(_, text)| text.trim())
    }

    /// Lists all texts of a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(own, _)| own == name).map(|(_, text)| text.trim())
    }

    /// Tells whether a name was sent with some text.
    pub fn has(&self, name: &str) -> bool {
        !self.get(name).is_empty()
    }

    /// Lists names and texts.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// Puts a text under a name, in place of what was there.
    pub fn set(&mut self, name: &str, text: impl Into<String>) {
        self.0.retain(|(own, _)| own != name);
        self.0.push((name.to_owned(), text.into()));
    }

    /// Adds a text under a name, beside what is there.
    pub fn push(&mut self, name: &str, text: impl Into<String>) {
        self.0.push((name.to_owned(), text.into()));
    }

    /// Adds a text as it came in: it must be whole UTF-8 and within the limits. Control characters are marked, not refused
    /// here: the form's own check names the field, and every word comes back.
    pub(crate) fn add(&mut self, limits: &Limits, name: &[u8], text: &[u8]) -> Result<(), Problem> {
        if self.0.len() >= limits.fields_max {
            return Err(too_much("too_many_fields", limits.fields_max));
        }
        if name.len() > limits.field_name_bytes_max {
            return Err(Problem::bad("field_name"));
        }
        if text.len() > limits.field_bytes_max {
            return Err(too_much("field_long", limits.field_bytes_max));
        }
        let name = whole(name)?;
        if name.contains(MARK) {
            return Err(Problem::bad("field_name"));
        }
        self.0.push((name, whole(text)?));
        Ok(())
    }

    /// Reads `application/x-www-form-urlencoded`.
    pub(crate) fn parse(limits: &Limits, bytes: &[u8]) -> Result<Self, Problem> {
        let mut fields = Self::default();
        for pair in bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            let (name, text) = match pair.iter().position(|byte| *byte == b'=') {
                Some(at) => (&pair[..at], &pair[at + 1..]),
                None => (pair, &[][..]),
            };
            fields.add(limits, &decode(name), &decode(text))?;
        }
        Ok(fields)
    }
}

/// Refuses what is too large, and says how much is allowed.
pub(crate) fn too_much(code: &'static str, max: usize) -> Problem {
    Problem::Refused(StatusCode::PAYLOAD_TOO_LARGE, Refusal::new(code).with("max", max))
}

fn whole(bytes: &[u8]) -> Result<String, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|_| Problem::bad("not_utf8"))?;
    let control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    Ok(text.replace("\r\n", "\n").replace(control, MARK))
}

fn decode(bytes: &[u8]) -> Cow<'_, [u8]> {
    if !bytes.iter().any(|byte| matches!(byte, b'%' | b'+')) {
        return bytes.into();
    }
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = |offset: usize| bytes.get(at + offset).and_then(|byte| char::from(*byte).to_digit(16));
        match (bytes[at], hex(1), hex(2)) {
            (b'+', ..) => out.push(b' '),
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 2;
            }
            (byte, ..) => out.push(byte),
        }
        at += 1;
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(bytes: &[u8]) -> &'static str {
        match Fields::parse(&Limits::default(), bytes) {
            Err(Problem::Refused(_, refusal)) => refusal.code,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn fields_are_read_in_order_and_bad_ones_are_named() {
        let fields = Fields::parse(&Limits::default(), b"what=%E6%B0%B4+pipe&a=1&a=2&&flag&x=100%&y=%zz").unwrap();
        assert_eq!(fields.get("what"), "水 pipe");
        assert_eq!(fields.all("a").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!((fields.get("x"), fields.get("y"), fields.get("flag"), fields.has("flag")), ("100%", "%zz", "", false));
        assert_eq!(code(b"a=%ff"), "not_utf8");
        assert_eq!(code(b"a=%ed%a0%80"), "not_utf8");
        let marked = Fields::parse(&Limits::default(), b"a=1%002%0B&b=1%0D%0A%092").unwrap();
        assert_eq!((marked.get("a"), marked.get("b")), ("1\u{fffd}2\u{fffd}", "1\n\t2"));
        assert_eq!(code(b"a%00=1"), "field_name");
        assert_eq!(code(&b"a=1&".repeat(10_000)), "too_many_fields");
        assert_eq!(code(&b"a".repeat(65)), "field_name");
        assert_eq!(code(&[&b"a="[..], &b"x".repeat(128 * 1_024 + 1)].concat()), "field_long");
    }

    proptest! {
        #[test]
        fn parser_of_fields(bytes: Vec<u8>) {
            let _ = Fields::parse(&Limits::default(), &bytes);
        }

        #[test]
        fn what_a_browser_sends_comes_back(text in "[^\u{0}-\u{1f}\u{7f}-\u{9f}]{0,40}") {
            let sent: String = form_urlencoded::Serializer::new(String::new()).append_pair("what", &text).finish();
            let fields = Fields::parse(&Limits::default(), sent.as_bytes()).unwrap();
            prop_assert_eq!(fields.iter().next(), Some(("what", text.as_str())));
        }
    }
}
