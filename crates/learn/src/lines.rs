//! Texts as lines of JSON, as they come in and go out: `{"id", "subject", "body", "label"?, "group"?}`.

use std::io::{self, BufRead};

use serde::Deserialize;
use serde_json::Value;

use crate::{Example, Text};

/// Is one text of a file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Line {
    /// What the writer of the file calls it: words or a number.
    #[serde(default)]
    pub id: Value,
    /// What it is about.
    #[serde(default)]
    subject: Option<String>,
    /// The words.
    #[serde(default)]
    body: Option<String>,
    /// Its label, if it has one.
    #[serde(default)]
    pub label: Option<String>,
    /// What it came together with.
    #[serde(default)]
    pub group: Option<String>,
}

/// Says which line cannot be read, and why.
#[derive(Debug, thiserror::Error)]
pub enum BadLine {
    /// The line is no object, or a field of it is of another kind.
    #[error("line {0}: {1}")]
    Json(usize, serde_json::Error),
    /// The line has neither subject nor body.
    #[error("line {0}: neither subject nor body")]
    Empty(usize),
    /// The line has no label where one is needed.
    #[error("line {0}: no label")]
    Unlabelled(usize),
    /// The file could not be read on.
    #[error("line {0}: {1}")]
    Read(usize, io::Error),
}

impl Line {
    /// Lends its text.
    pub fn text(&self) -> Text<'_> {
        Text { subject: self.subject.as_deref().unwrap_or_default(), body: self.body.as_deref().unwrap_or_default() }
    }

    /// Lends it with its label, if it has one.
    pub fn example(&self) -> Option<Example<'_>> {
        Some(Example { text: self.text(), label: self.label.as_deref()?, group: self.group.as_deref() })
    }
}

/// Reads a file line by line; empty lines are passed over. Lines count from 1.
pub fn read(file: impl BufRead) -> impl Iterator<Item = Result<Line, BadLine>> {
    file.lines().enumerate().filter_map(|(at, line)| match line {
        Ok(line) if line.trim().is_empty() => None,
        Ok(line) => Some(parse(&line, at + 1)),
        Err(why) => Some(Err(BadLine::Read(at + 1, why))),
    })
}

/// Reads a file of which every line has a label.
pub fn read_labelled(file: impl BufRead) -> Result<Vec<Line>, BadLine> {
    let mut lines = Vec::new();
    for (at, line) in file.lines().enumerate() {
        let line = line.map_err(|why| BadLine::Read(at + 1, why))?;
        if !line.trim().is_empty() {
            let line = parse(&line, at + 1)?;
            lines.push(if line.label.is_some() { line } else { return Err(BadLine::Unlabelled(at + 1)) });
        }
    }
    Ok(lines)
}

fn parse(line: &str, number: usize) -> Result<Line, BadLine> {
    let parsed: Line = serde_json::from_str(line).map_err(|why| BadLine::Json(number, why))?;
    let text = parsed.text();
    if text.subject.trim().is_empty() && text.body.trim().is_empty() { Err(BadLine::Empty(number)) } else { Ok(parsed) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_are_read_and_a_bad_one_is_named() {
        let file = "{\"id\":7,\"subject\":\"停水\",\"body\":\"三天了\",\"label\":\"供水\"}\n\n{\"id\":\"b\",\"body\":\"路灯坏了\"}\n[1]\n{\"id\":1}\n";
        let lines: Vec<Result<Line, BadLine>> = read(file.as_bytes()).collect();
        assert_eq!(lines[0].as_ref().unwrap().example().unwrap().label, "供水");
        assert_eq!(lines[1].as_ref().unwrap().text(), Text { subject: "", body: "路灯坏了" });
        assert!(lines[2].as_ref().unwrap_err().to_string().starts_with("line 4: "));
        assert_eq!(lines[3].as_ref().unwrap_err().to_string(), "line 5: neither subject nor body");
        assert_eq!(read_labelled(file.as_bytes()).unwrap_err().to_string(), "line 3: no label");
    }

    #[test]
    fn bytes_that_are_no_text_are_named() {
        let file: &[u8] = b"{\"body\":\"a\"}\n\xff\n";
        assert!(read(file).nth(1).unwrap().unwrap_err().to_string().starts_with("line 2: "));
    }

    proptest! {
        #[test]
        fn parser_of_lines(line in "\\PC{0,40}|\\{\"(id|body|label)\":[\"0-9a-z停水\\[\\]{}]{0,9}\\}") {
            for read in read(line.as_bytes()).flatten() {
                prop_assert!(!(read.text().subject.is_empty() && read.text().body.is_empty()));
            }
        }
    }
}
