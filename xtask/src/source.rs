//! Reading Rust source as tokens: enough to tell code from strings and comments, and nothing more.

use std::fs;
use std::path::{Path, PathBuf};

use crate::run::Outcome;

/// Tells what a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A name or keyword.
    Word,
    /// One punctuation character.
    Mark,
    /// A string, character, number or lifetime.
    Literal,
    /// A comment of any form.
    Comment,
}

/// Is one token and the line it begins on, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    /// What it is.
    pub kind: Kind,
    /// How it is written.
    pub text: &'a str,
    /// Where it begins.
    pub line: usize,
}

/// Lists the Rust files below a folder, in the order of their names.
pub fn files(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let wrong = |error| format!("{} cannot be read: {error}", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(wrong)? {
        let path = entry.map_err(wrong)?.path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
            found.extend(files(&path)?);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Cuts a source text into tokens. White space falls away.
pub fn tokens(text: &str) -> Vec<Token<'_>> {
    let (mut found, mut rest, mut line) = (Vec::new(), text, 1);
    while let Some(first) = rest.chars().next() {
        let (kind, length) = one(rest, first);
        let (text, after) = rest.split_at(length);
        if let Some(kind) = kind {
            found.push(Token { kind, text, line });
        }
        line += text.matches('\n').count();
        rest = after;
    }
    found
}

fn one(rest: &str, first: char) -> (Option<Kind>, usize) {
    if first.is_whitespace() {
        return (None, first.len_utf8());
    }
    if rest.starts_with("//") {
        return (Some(Kind::Comment), rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return (Some(Kind::Comment), block_comment(rest));
    }
    if let Some(length) = string(rest) {
        return (Some(Kind::Literal), length);
    }
    if first == '\'' {
        return (Some(Kind::Literal), quoted_or_lifetime(rest));
    }
    if first.is_alphanumeric() || first == '_' {
        let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        return (Some(if first.is_ascii_digit() { Kind::Literal } else { Kind::Word }), length);
    }
    (Some(Kind::Mark), first.len_utf8())
}

/// Returns the length of a block comment, which may hold others.
fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        let tail = &rest.as_bytes()[at..];
        if tail.starts_with(b"/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if tail.starts_with(b"*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

/// Returns the length of a string of any form: plain, byte, C or raw.
fn string(rest: &str) -> Option<usize> {
    let body = rest.trim_start_matches(['b', 'c', 'r']);
    let prefix = rest.len() - body.len();
    if prefix > 2 {
        return None;
    }
    let raw = rest[..prefix].contains('r');
    let hashes = if raw { body.len() - body.trim_start_matches('#').len() } else { 0 };
    let inside = body[hashes..].strip_prefix('"')?;
    let begun = prefix + hashes + 1;
    if raw {
        let close = format!("\"{}", "#".repeat(hashes));
        return Some(inside.find(&close).map_or(rest.len(), |at| begun + at + close.len()));
    }
    let end = end_of_escaped(inside, b'"');
    Some(begun + end)
}

/// Returns the length up to and with an unescaped closing quote.
fn end_of_escaped(inside: &str, quote: u8) -> usize {
    let mut escaped = false;
    for (at, byte) in inside.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            _ if byte == quote => return at + 1,
            _ => {}
        }
    }
    inside.len()
}

fn quoted_or_lifetime(rest: &str) -> usize {
    let inside = &rest[1..];
    let mut ahead = inside.chars();
    match (ahead.next(), ahead.next()) {
        (Some('\\'), _) | (Some(_), Some('\'')) => 1 + end_of_escaped(inside, b'\''),
        _ => 1 + inside.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(inside.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        tokens(text).into_iter().filter(|token| token.kind == Kind::Word).map(|token| token.text).collect()
    }

    #[test]
    fn strings_characters_and_comments_hide_what_they_hold() {
        let text = r##"let a = "unsafe \" // unsafe"; /* unsafe /* unsafe */ unsafe */ b // unsafe
            r#"unsafe " unsafe"# br"unsafe" b'{' '"' '\'' c"unsafe" 'life: loop"##;
        assert_eq!(words(text), ["let", "a", "b", "b", "loop"]);
    }

    #[test]
    fn lines_are_counted_through_strings_and_comments() {
        let found = tokens("/* a\nb */ one \"x\ny\" two\nthree");
        let lines: Vec<_> = found.iter().filter(|t| t.kind == Kind::Word).map(|t| (t.text, t.line)).collect();
        assert_eq!(lines, [("one", 2), ("two", 3), ("three", 4)]);
    }

    #[test]
    fn text_without_an_end_is_read_to_the_end() {
        for text in ["\"open", "/* open", "r#\"open\"", "'", "'\\", "b", "//"] {
            let length: usize = tokens(text).iter().map(|token| token.text.len()).sum();
            assert_eq!(length, text.len(), "{text}");
        }
    }
}
