//! Messages as lines of JSON: `{"id", "subject", "body", "time"?, "user"?, "likes"?}`.

use std::collections::HashMap;
use std::io::BufRead;

use jiff::Timestamp;
use jiff::civil::DateTime;
use serde::Deserialize;
use serde_json::Value;
use text::lines::BadLine;

use crate::Message;

/// Is one line as it is written.
#[derive(Deserialize)]
struct Raw {
    #[serde(default)]
    id: Value,
    #[serde(default)]
    subject: Option<String>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    time: Option<String>,
    #[serde(default)]
    user: Option<Value>,
    #[serde(default)]
    likes: Option<u32>,
}

/// Is one message of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What the writer of the file calls it: words or a number.
    pub id: Value,
    subject: String,
    body: String,
    at: i64,
    who: Option<u64>,
    joined: u32,
}

impl Line {
    /// Returns when it came, in seconds since 1970; 0 where the file does not say.
    pub fn at(&self) -> i64 {
        self.at
    }

    /// Lends it as issues see it.
    pub fn message(&self) -> Message<'_> {
        Message { subject: &self.subject, body: &self.body, at: self.at, who: self.who, joined: self.joined, home: None }
    }
}

/// Reads a file. A time is RFC 3339, or a day and a time of day without a zone, with dashes or slashes.
pub fn read(file: impl BufRead) -> Result<Vec<Line>, BadLine> {
    let mut people: HashMap<String, u64> = HashMap::new();
    let mut lines = Vec::new();
    for (number, raw) in text::lines::read::<Raw>(file) {
        let raw = raw?;
        let (subject, body) = (raw.subject.unwrap_or_default(), raw.body.unwrap_or_default());
        if subject.trim().is_empty() && body.trim().is_empty() {
            return Err(BadLine::content(number, "neither subject nor body"));
        }
        let at = match raw.time.as_deref().map(seconds) {
            None => 0,
            Some(Some(at)) => at,
            Some(None) => return Err(BadLine::content(number, "a time that is none")),
        };
        let next = people.len() as u64;
        let who = raw.user.filter(|user| !user.is_null()).map(|user| *people.entry(user.to_string()).or_insert(next));
        lines.push(Line { id: raw.id, subject, body, at, who, joined: raw.likes.unwrap_or(0) });
    }
    Ok(lines)
}

fn seconds(time: &str) -> Option<i64> {
    if let Ok(at) = time.parse::<Timestamp>() {
        return Some(at.as_second());
    }
    let (day, hours) = time.trim().split_once(' ').unwrap_or((time.trim(), "0:0:0"));
    let two = |part: &str| format!("{part:0>2}");
    let day: Vec<String> = day.split(['-', '/']).map(two).collect();
    let hours: Vec<String> = hours.split(':').map(two).collect();
    let civil: DateTime = format!("{}T{}", day.join("-"), hours.join(":")).parse().ok()?;
    jiff::tz::TimeZone::UTC.to_timestamp(civil).ok().map(Timestamp::as_second)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_are_read_and_a_bad_one_is_named() {
        let file = "{\"id\":1,\"subject\":\"停水\",\"time\":\"2026/7/9 8:05:06\",\"user\":\"a\",\"likes\":2}\n\n\
                    {\"id\":2,\"body\":\"停水\",\"time\":\"2026-07-09T08:05:06Z\",\"user\":\"a\"}\n{\"id\":3,\"body\":\"停电\"}\n";
        let lines = read(file.as_bytes()).unwrap();
        assert_eq!(lines[0].at(), lines[1].at());
        assert_eq!(lines[0].message().who, lines[1].message().who);
        assert_eq!((lines[0].message().joined, lines[2].message().who, lines[2].at()), (2, None, 0));
        for (line, why) in [
            ("{\"id\":1}", "line 2: neither subject nor body"),
            ("{\"body\":\"a\",\"time\":\"gestern\"}", "line 2: a time that is none"),
            ("nothing", "line 2: "),
        ] {
            let wrong = read(format!("{{\"body\":\"停水\"}}\n{line}\n").as_bytes()).unwrap_err().to_string();
            assert!(wrong.starts_with(why), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn parser_of_times_of_messages(time in "\\PC{0,20}|[0-9:/ T-]{0,20}") {
            let line = serde_json::json!({"body": "停水", "time": time}).to_string();
            let _ = read(line.as_bytes()).map(|lines| lines.len());
        }
    }
}
