//! Texts as lines of JSON, as they come in: `{"id", "subject", "body", "label"?, "group"?}`.

use std::io::BufRead;

use serde::Deserialize;
use serde_json::Value;
use text::lines::BadLine;

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

/// Reads a file line by line; empty lines are passed over, a line without words is refused.
pub fn read(file: impl BufRead) -> impl Iterator<Item = Result<Line, BadLine>> {
    text::lines::read::<Line>(file).map(|(number, line)| with_words(line?, number))
}

/// Reads a file of which every line has a label.
pub fn read_labelled(file: impl BufRead) -> Result<Vec<Line>, BadLine> {
    let labelled = |(number, line)| match with_words(line?, number)? {
        Line { label: None, .. } => Err(BadLine::content(number, "no label")),
        line => Ok(line),
    };
    text::lines::read::<Line>(file).map(labelled).collect()
}

fn with_words(line: Line, number: usize) -> Result<Line, BadLine> {
    let text = line.text();
    let empty = text.subject.trim().is_empty() && text.body.trim().is_empty();
    if empty { Err(BadLine::content(number, "neither subject nor body")) } else { Ok(line) }
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

    proptest! {
        #[test]
        fn parser_of_lines(line in "\\PC{0,40}|\\{\"(id|body|label)\":[\"0-9a-z停水\\[\\]{}]{0,9}\\}") {
            for read in read(line.as_bytes()).flatten() {
                prop_assert!(!(read.text().subject.is_empty() && read.text().body.is_empty()));
            }
        }
    }
}
