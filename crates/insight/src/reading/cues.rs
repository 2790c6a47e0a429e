//! Words of the rules, looked for in a text.

use std::collections::HashMap;

use text::fold::{Folded, fold};

/// Knows words and what each hints at.
#[derive(Debug, Clone)]
pub(super) struct Cues<T> {
    /// Words by their first character, longest first, each with what it hints at.
    by_first: HashMap<char, Vec<(String, Vec<T>)>>,
}

/// Is a word that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hit<'a, T> {
    /// As the writer spelled it.
    pub word: &'a str,
    /// How many characters it has.
    pub length: usize,
    /// What it hints at.
    pub hints: &'a [T],
}

impl<T: Clone + PartialEq> Cues<T> {
    /// Takes words with what each hints at.
    pub(super) fn new<'w>(words: impl IntoIterator<Item = (&'w str, T)>) -> Self {
        let mut by_word: HashMap<String, Vec<T>> = HashMap::new();
        for (word, hint) in words {
            let hints = by_word.entry(fold(word)).or_default();
            if !hints.contains(&hint) {
                hints.push(hint);
            }
        }
        let mut by_first: HashMap<char, Vec<(String, Vec<T>)>> = HashMap::new();
        for (word, hints) in by_word {
            let Some(first) = word.chars().next() else { continue };
            by_first.entry(first).or_default().push((word, hints));
        }
        for list in by_first.values_mut() {
            list.sort_by(|(a, _), (b, _)| (b.len(), a).cmp(&(a.len(), b)));
        }
        Self { by_first }
    }

    /// Finds words, the longest at each spot, each once and in the order of the text.
    pub(super) fn find<'a>(&'a self, text: &'a str, folded: &Folded) -> Vec<Hit<'a, T>> {
        let (signs, mut found, mut at) = (folded.as_str(), Vec::<(&str, Hit<'a, T>)>::new(), 0);
        while let Some(first) = signs[at..].chars().next() {
            let list = self.by_first.get(&first);
            let Some((word, hints)) = list.and_then(|list| list.iter().find(|(word, _)| signs[at..].starts_with(word.as_str())))
            else {
                at += first.len_utf8();
                continue;
            };
            if found.iter().all(|(known, _)| known != word) {
                let hit = Hit { word: &text[folded.origin(at..at + word.len())], length: word.chars().count(), hints };
                found.push((word, hit));
            }
            at += word.len();
        }
        found.into_iter().map(|(_, hit)| hit).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cues() -> Cues<u8> {
        Cues::new([("水表", 1), ("水表井", 2), ("停水", 3), ("停水", 4)])
    }

    #[test]
    fn the_longest_word_counts_once_in_every_spelling() {
        let cues = cues();
        let words = |text: &str| {
            let folded = Folded::of(text);
            cues.find(text, &folded).into_iter().map(|hit| (hit.word.to_owned(), hit.hints.to_vec())).collect::<Vec<_>>()
        };
        assert_eq!(words("水表井漏了，停水，又停水"), [("水表井".to_owned(), vec![2]), ("停水".to_owned(), vec![3, 4])]);
        assert_eq!(words("我家水錶坏了"), [("水錶".to_owned(), vec![1])]);
        assert!(words("路灯不亮").is_empty() && words("").is_empty());
    }

    proptest! {
        #[test]
        fn parser_of_cues(text in "[水表井停，a1 ]{0,30}|\\PC{0,30}") {
            let cues = cues();
            for hit in cues.find(&text, &Folded::of(&text)) {
                prop_assert!(text.contains(hit.word) && hit.length >= 2 && !hit.hints.is_empty());
            }
        }
    }
}
