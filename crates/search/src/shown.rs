//! Where something was found, cut out of its text.

use text::fold::Folded;

/// Characters shown before the first thing found.
const BEFORE_CHARS: usize = 12;

/// Is a part of what is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The words, as their writer wrote them.
    pub text: String,
    /// True where it is what was looked for.
    pub found: bool,
}

/// Cuts a stretch of at most `chars_max` characters out of a text, around the first of the phrases that stands in it, or from its
/// beginning. Phrases are in one spelling.
pub fn shown(text: &str, phrases: &[String], chars_max: usize) -> Vec<Part> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let found = stretches(&line, phrases);
    let first = found.first().map_or(0, |(start, _)| line[..*start].chars().count());
    let all = line.chars().count();
    let from = if all <= chars_max { 0 } else { first.saturating_sub(BEFORE_CHARS).min(all - chars_max) };
    let byte = |chars: usize| line.char_indices().nth(chars).map_or(line.len(), |(at, _)| at);
    let (start, end) = (byte(from), byte(from + chars_max));
    let mut parts: Vec<Part> = Vec::new();
    let mut push = |text: &str, found: bool| {
        if !text.is_empty() {
            parts.push(Part { text: text.to_owned(), found });
        }
    };
    push(if start > 0 { "…" } else { "" }, false);
    let mut at = start;
    for (begin, behind) in found {
        let (begin, behind) = (begin.clamp(at, end), behind.clamp(at, end));
        push(&line[at..begin], false);
        push(&line[begin..behind], true);
        at = behind;
    }
    push(&line[at..end], false);
    push(if end < line.len() { "…" } else { "" }, false);
    parts
}

/// Lists where phrases stand, in bytes, in order and without overlaps.
fn stretches(text: &str, phrases: &[String]) -> Vec<(usize, usize)> {
    let folded = Folded::of(text);
    let mut all: Vec<(usize, usize)> = Vec::new();
    for phrase in phrases.iter().filter(|phrase| !phrase.is_empty()) {
        for (at, found) in folded.as_str().match_indices(phrase.as_str()) {
            let origin = folded.origin(at..at + found.len());
            all.push((origin.start, origin.end));
        }
    }
    all.sort_unstable();
    let mut joined: Vec<(usize, usize)> = Vec::new();
    for (start, end) in all {
        match joined.last_mut() {
            Some((_, last)) if start <= *last => *last = end.max(*last),
            _ => joined.push((start, end)),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn said(text: &str, phrase: &str, chars_max: usize) -> String {
        let parts = shown(text, &[phrase.to_owned()], chars_max);
        parts.iter().map(|part| if part.found { format!("[{}]", part.text) } else { part.text.clone() }).collect()
    }

    #[test]
    fn what_is_found_is_shown_in_the_writers_spelling() {
        assert_eq!(said("我們小區停水了", "停水", 20), "我們小區[停水]了");
        assert_eq!(said("ＡＢ栋 断电", "ab", 20), "[ＡＢ]栋 断电");
        assert_eq!(said("没有它", "停水", 20), "没有它");
        let long = "很".repeat(40) + "停水" + &"长".repeat(40);
        assert_eq!(said(&long, "停水", 20), format!("…{}[停水]{}…", "很".repeat(12), "长".repeat(6)));
    }

    proptest! {
        #[test]
        fn parser_of_shown(text in "\\PC{0,80}|[停水電 \n]{0,60}", phrase in "[停水电]{1,3}", most in 1_usize..30) {
            let parts = shown(&text, &[phrase], most);
            let chars: usize = parts.iter().map(|part| part.text.chars().count()).sum();
            prop_assert!(chars <= most + 2);
        }
    }
}
