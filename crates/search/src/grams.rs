//! How a text is cut for finding: Chinese into pairs of neighbouring characters, everything else into its words.

use std::ops::Range;

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// Longest word of letters or digits, in characters; a longer one is cut into several.
const WORD_CHARS_MAX: usize = 32;

/// Is what is looked up: two signs, the last sign of a run, or a word of letters and digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Gram {
    /// Place in the text, counted in signs and words; something that is neither lies between where one is left out.
    pub place: usize,
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    /// What it is.
    pub of: Of,
}

/// Says what a gram is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    /// Two neighbouring signs.
    Pair,
    /// The first sign of a run that follows a word directly, as 号 in 3号楼.
    First,
    /// The last sign of a run; `alone` when the run has no other.
    Last { alone: bool },
    /// A word of letters or digits.
    Word,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Sign,
    Letter,
    Between,
}

/// Tells signs that are words of their own from letters that make words together.
fn class(c: char) -> Class {
    match c {
        '\u{2e80}'..='\u{2fdf}'
        | '\u{3005}'..='\u{3007}'
        | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}' => Class::Sign,
        c if c.is_alphanumeric() => Class::Letter,
        _ => Class::Between,
    }
}

/// Cuts a text that is in one spelling already.
pub(crate) fn cut(text: &str) -> Vec<Gram> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let end = |at: usize| chars.get(at).map_or(text.len(), |(byte, _)| *byte);
    let (mut grams, mut place, mut at) = (Vec::with_capacity(chars.len()), 0, 0);
    while at < chars.len() {
        let of = class(chars[at].1);
        let most = if of == Class::Letter { WORD_CHARS_MAX } else { usize::MAX };
        let run = chars[at..].iter().take(most).take_while(|(_, c)| class(*c) == of).count();
        match of {
            Class::Between => place += 1,
            Class::Letter => {
                grams.push(Gram { place, range: end(at)..end(at + run), of: Of::Word });
                place += 1;
            }
            Class::Sign => {
                if run > 1 && at > 0 && class(chars[at - 1].1) == Class::Letter {
                    grams.push(Gram { place, range: end(at)..end(at + 1), of: Of::First });
                }
                for sign in at..at + run - 1 {
                    grams.push(Gram { place, range: end(sign)..end(sign + 2), of: Of::Pair });
                    place += 1;
                }
                let last = at + run - 1;
                grams.push(Gram { place, range: end(last)..end(last + 1), of: Of::Last { alone: run == 1 } });
                place += 1;
            }
        }
        at += run;
    }
    grams
}

/// Hands a text's grams to the engine.
#[derive(Debug, Clone, Default)]
pub(crate) struct Grams {
    token: Token,
}

/// Is the grams of one text, one after the other.
pub(crate) struct Stream<'a> {
    text: &'a str,
    grams: std::vec::IntoIter<Gram>,
    token: &'a mut Token,
}

impl Tokenizer for Grams {
    type TokenStream<'a> = Stream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream<'a> {
        self.token.reset();
        Stream { text, grams: cut(text).into_iter(), token: &mut self.token }
    }
}

impl TokenStream for Stream<'_> {
    fn advance(&mut self) -> bool {
        let Some(gram) = self.grams.next() else { return false };
        self.token.position = gram.place;
        self.token.offset_from = gram.range.start;
        self.token.offset_to = gram.range.end;
        self.token.text.clear();
        self.token.text.push_str(&self.text[gram.range]);
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn said(text: &str) -> Vec<(usize, &str)> {
        cut(text).into_iter().map(|gram| (gram.place, &text[gram.range])).collect()
    }

    #[test]
    fn signs_come_in_pairs_and_letters_in_words() {
        assert_eq!(said("停水三天"), [(0, "停水"), (1, "水三"), (2, "三天"), (3, "天")]);
        assert_eq!(said("3号楼b座,水"), [(0, "3"), (1, "号"), (1, "号楼"), (2, "楼"), (3, "b"), (4, "座"), (6, "水")]);
        assert_eq!(said("pm2.5 高"), [(0, "pm2"), (2, "5"), (4, "高")]);
        assert_eq!(cut("水")[0].of, Of::Last { alone: true });
        assert!(said("。 ，").is_empty());
    }

    proptest! {
        #[test]
        fn parser_of_grams(text in "\\PC{0,80}|[停水a3 。]{0,60}") {
            let grams = cut(&text);
            prop_assert!(grams.windows(2).all(|two| two[0].place + usize::from(two[0].of != Of::First) <= two[1].place));
            let kept = |part: &str| part.chars().all(|c| class(c) != Class::Between);
            prop_assert!(grams.iter().all(|gram| kept(&text[gram.range.clone()])));
            let covered: std::collections::BTreeSet<usize> = grams.into_iter().flat_map(|gram| gram.range).collect();
            prop_assert!(text.char_indices().all(|(at, c)| covered.contains(&at) == (class(c) != Class::Between)));
        }
    }
}
