//! Finding functions, test code and forbidden words in one file.

use std::ops::RangeInclusive;

use crate::source::{Kind, Token, tokens};

/// Is one function: its name, its first line, its length in lines.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    /// Name.
    pub name: String,
    /// First line.
    pub line: usize,
    /// Lines from the word `fn` to the closing brace.
    pub lines: usize,
}

/// Is what one file holds.
#[derive(Debug, Default)]
pub struct Found {
    /// Every function with a body, nested ones too.
    pub functions: Vec<Function>,
    /// Broken rules, each with its line.
    pub faults: Vec<(usize, String)>,
}

/// Scans a file. `all_test` says that the whole of it is test code.
pub fn scan(text: &str, all_test: bool) -> Found {
    let all = tokens(text);
    let code: Vec<Token<'_>> = all.iter().copied().filter(|token| token.kind != Kind::Comment).collect();
    let mut found = Found::default();
    for comment in all.iter().filter(|token| token.kind == Kind::Comment) {
        unfinished(comment, &mut found.faults);
    }
    let tests = if all_test { vec![0..=usize::MAX] } else { test_parts(&code) };
    for at in 0..code.len() {
        found.functions.extend(function(&code, at));
        let in_test = || tests.iter().any(|part| part.contains(&at));
        if let Some(what) = forbidden(&code, at, in_test) {
            found.faults.push((code[at].line, what.to_owned()));
        }
    }
    found
}

/// Finds words that promise later work without the number of an issue.
fn unfinished(comment: &Token<'_>, faults: &mut Vec<(usize, String)>) {
    for (count, line) in comment.text.lines().enumerate() {
        let word = ["TODO", "FIXME"].into_iter().find(|word| line.contains(word));
        let numbered = line.split('#').skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        if let Some(word) = word.filter(|_| !numbered) {
            faults.push((comment.line + count, format!("{word} without the number of an issue")));
        }
    }
}

fn forbidden(code: &[Token<'_>], at: usize, in_test: impl Fn() -> bool) -> Option<&'static str> {
    let is = |offset: usize, text: &str| code.get(at + offset).is_some_and(|token| token.text == text);
    match code[at].text {
        "unsafe" if code[at].kind == Kind::Word => Some("unsafe has no place here"),
        "." if (is(1, "unwrap") || is(1, "unwrap_err")) && is(2, "(") && is(3, ")") && !in_test() => {
            Some("unwrap outside tests: use expect(\"why it cannot fail\") or answer a fault")
        }
        "#" if attribute(code, at).is_some_and(|words| words.iter().any(|token| token.text == "allow")) => {
            Some("#[allow]: use #[expect(…, reason = \"…\")] or change the table of lints")
        }
        "#" if attribute(code, at).is_some_and(|words| words.iter().any(|token| token.text == "ignore")) => {
            Some("#[ignore]: no test is skipped")
        }
        _ => None,
    }
}

/// Returns the tokens inside `#[…]` or `#![…]` that begins here.
fn attribute<'c, 'a>(code: &'c [Token<'a>], at: usize) -> Option<&'c [Token<'a>]> {
    let open = if code.get(at + 1)?.text == "!" { at + 2 } else { at + 1 };
    (code[at].text == "#" && code.get(open)?.text == "[").then(|| &code[open + 1..closing(code, open)])
}

/// Finds the parts of a file, as places of tokens, that are compiled for tests only.
fn test_parts(code: &[Token<'_>]) -> Vec<RangeInclusive<usize>> {
    let mut parts: Vec<RangeInclusive<usize>> = Vec::new();
    for at in 0..code.len() {
        let Some(words) = attribute(code, at) else { continue };
        let has = |text: &str| words.iter().any(|token| token.text == text);
        let marks = words.first().is_some_and(|first| first.text == "test") || has("cfg") && has("test") && !has("not");
        if marks {
            parts.push(at..=item_end(code, at));
        }
    }
    parts
}

/// Finds the last token of the item whose attributes begin here: a semicolon or the closing brace of its body.
fn item_end(code: &[Token<'_>], at: usize) -> usize {
    let mut next = at;
    while next < code.len() {
        match code[next].text {
            "(" | "[" => next = closing(code, next),
            "{" => return closing(code, next),
            ";" => return next,
            _ => {}
        }
        next += 1;
    }
    code.len()
}

fn function(code: &[Token<'_>], at: usize) -> Option<Function> {
    let name = code.get(at + 1).filter(|next| next.kind == Kind::Word)?;
    if code[at].text != "fn" || code[at].kind != Kind::Word {
        return None;
    }
    let end = item_end(code, at);
    let last = code.get(end).filter(|last| last.text == "}")?;
    Some(Function { name: name.text.to_owned(), line: code[at].line, lines: last.line - code[at].line + 1 })
}

/// Finds the bracket that closes the one here; the end of the file when none does.
fn closing(code: &[Token<'_>], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in code.iter().enumerate().skip(open).filter(|(_, token)| token.kind == Kind::Mark) {
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => {
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
    }
    code.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<String> {
        scan(text, false).faults.into_iter().map(|(line, what)| format!("{line} {}", &what[..6])).collect()
    }

    #[test]
    fn functions_are_measured_from_the_first_word_to_the_closing_brace() {
        let text = "trait A { fn open(&self); }\nfn one<const N: usize>(a: [u8; { 2 }]) -> fn(u8) -> u8\nwhere\n    A: B,\n{\n    \
                    fn two() {}\n    \"}\";\n}\n";
        let found: Vec<_> = scan(text, false).functions.into_iter().map(|f| (f.name, f.line, f.lines)).collect();
        assert_eq!(found, [("one".to_owned(), 2, 7), ("two".to_owned(), 6, 1)]);
    }

    #[test]
    fn unwrap_is_refused_outside_tests_only() {
        let text = "fn a() { b.unwrap(); }\n#[cfg(test)]\nmod tests {\n    fn a() { b.unwrap(); }\n}\n#[test]\nfn b() { c.unwrap(); }\n\
                    #[cfg(not(test))]\nfn c() { d.unwrap_err(); e.unwrap_or_default(); \".unwrap()\"; }\n#[cfg(test)]\nuse x;\nfn d() { e.unwrap() }\n";
        assert_eq!(faults(text), ["1 unwrap", "9 unwrap", "12 unwrap"]);
        assert!(scan("fn a() { b.unwrap(); }", true).faults.is_empty());
    }

    #[test]
    fn words_that_have_no_place_are_found_in_code_and_not_in_strings() {
        let text = "#![allow(dead_code)]\n#[cfg_attr(x, allow(y))]\n#[expect(z, reason = \"allow\")]\nunsafe { \"unsafe\" }\n#[test]\n#[ignore]\nfn a() {}\n";
        assert_eq!(faults(text), ["1 #[allo", "2 #[allo", "4 unsafe", "6 #[igno"]);
    }

    #[test]
    fn a_promise_of_later_work_needs_a_number() {
        let text = format!("// {0}: later\n// {0} #12: later\n/* a\n {1} b */\nlet a = \"{0}\";\n", "TODO", "FIXME");
        assert_eq!(faults(&text), ["1 TODO w", "4 FIXME "]);
    }
}
