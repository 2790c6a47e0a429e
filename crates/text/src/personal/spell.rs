//! How things are spelt: full and half width, Chinese digits, circled ones, letters for digits, and marks that nobody sees.

use super::{Found, Kind};
use crate::fold::{half_width, is_unseen};

/// Is one character as it is read, with where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sign {
    /// Half width, upper case.
    pub c: char,
    /// Its value where it is a digit in any writing.
    pub digit: Option<u8>,
    start: usize,
    end: usize,
}

/// Is a text as it is read.
pub(super) struct Spelt {
    /// The characters that are seen.
    pub signs: Vec<Sign>,
}

impl Spelt {
    /// Reads a text.
    pub fn of(text: &str) -> Self {
        let mut signs = Vec::with_capacity(text.len() / 2);
        for (start, c) in text.char_indices().filter(|(_, c)| !is_unseen(*c)) {
            let c = fold(c);
            signs.push(Sign { c, digit: digit(c), start, end: start + text[start..].chars().next().map_or(1, char::len_utf8) });
        }
        let mut spelt = Self { signs };
        spelt.read_letters_as_digits();
        spelt
    }

    /// Returns what stands between two places, as something found.
    pub fn found(&self, from: usize, to: usize, kind: Kind) -> Found {
        Found { start: self.signs[from].start, end: self.signs[to - 1].end, kind }
    }

    /// Returns a character, or a space outside.
    pub fn at(&self, place: usize) -> char {
        self.signs.get(place).map_or(' ', |sign| sign.c)
    }

    /// Tells whether the text goes on with these words at a place.
    pub fn goes_on(&self, place: usize, words: &str) -> bool {
        words.chars().enumerate().all(|(offset, c)| self.signs.get(place + offset).is_some_and(|sign| sign.c == c))
    }

    /// Tells whether one of the words stands within so many characters before a place.
    pub fn is_cued(&self, place: usize, within: usize, cues: &[&str]) -> bool {
        let before: String = self.signs[place.saturating_sub(within)..place].iter().map(|sign| sign.c).collect();
        cues.iter().any(|cue| before.contains(cue))
    }

    /// Reads O as 0 and l, I as 1 where everything else of the word is a digit.
    fn read_letters_as_digits(&mut self) {
        let mut at = 0;
        while at < self.signs.len() {
            let word = self.signs[at..].iter().take_while(|sign| sign.c.is_ascii_alphanumeric()).count();
            let signs = &mut self.signs[at..at + word];
            let digits = signs.iter().filter(|sign| sign.digit.is_some()).count();
            let alike = |sign: &Sign| match sign.c {
                'O' => Some(0),
                'I' | 'L' => Some(1),
                _ => sign.digit,
            };
            let last = signs.len().saturating_sub(1);
            let may_end = |place: usize, sign: &Sign| place == last && sign.c == 'X';
            if digits * 3 >= word && signs.iter().enumerate().all(|(place, sign)| alike(sign).is_some() || may_end(place, sign)) {
                for sign in signs.iter_mut() {
                    sign.digit = alike(sign);
                }
            }
            at += word.max(1);
        }
    }
}

/// Reads full width as half width and small letters as capitals.
fn fold(c: char) -> char {
    half_width(c).to_ascii_uppercase()
}

/// Reads a digit in any writing.
fn digit(c: char) -> Option<u8> {
    let from = |first: char, value: u32| u8::try_from(c as u32 - first as u32 + value).ok();
    match c {
        '0'..='9' => from('0', 0),
        '①'..='⑨' => from('①', 1),
        '❶'..='❾' => from('❶', 1),
        '⑴'..='⑼' => from('⑴', 1),
        '⒈'..='⒐' => from('⒈', 1),
        '₀'..='₉' => from('₀', 0),
        '⁴'..='⁹' => from('⁴', 4),
        '\u{1d7ce}'..='\u{1d7ff}' => u8::try_from((c as u32 - 0x1d7ce) % 10).ok(),
        '⓪' | '〇' | '零' | '⁰' => Some(0),
        '一' | '壹' | '幺' | '¹' => Some(1),
        '二' | '贰' | '²' => Some(2),
        '三' | '叁' | '³' => Some(3),
        '四' | '肆' => Some(4),
        '五' | '伍' => Some(5),
        '六' | '陆' => Some(6),
        '七' | '柒' => Some(7),
        '八' | '捌' => Some(8),
        '九' | '玖' => Some(9),
        _ => None,
    }
}
