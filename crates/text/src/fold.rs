//! One spelling for what reads the same: full and half width, Traditional and Simplified, capitals, characters nobody sees.
//!
//! Each character becomes one character or none, so that what is found in the folded text can be shown in the writer's own.

use std::ops::Range;
use std::sync::LazyLock;

/// The characters that the table of variants covers: the unified ideographs and their first extension.
const IDEOGRAPHS: Range<u32> = 0x3400..0xa000;

/// Traditional to Simplified, one character each, by the dictionaries of OpenCC.
static SIMPLIFIED: LazyLock<Vec<char>> = LazyLock::new(|| IDEOGRAPHS.filter_map(char::from_u32).map(simplify).collect());

fn simplify(c: char) -> char {
    let other = hanconv::t2s(c.encode_utf8(&mut [0; 4]));
    let mut signs = other.chars();
    match (signs.next(), signs.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

/// Is a text in one spelling, that knows where each of its parts stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    text: String,
    /// For each byte of `text` the byte of the writer's text, and at last its length.
    origin: Vec<u32>,
}

impl Folded {
    /// Reads a text of at most four gigabytes; what is longer is cut.
    pub fn of(text: &str) -> Self {
        let mut folded = Self { text: String::with_capacity(text.len()), origin: Vec::with_capacity(text.len() + 1) };
        for (at, c) in text.char_indices() {
            let (Some(c), Ok(at)) = (fold_char(c), u32::try_from(at)) else { continue };
            folded.text.push(c);
            folded.origin.resize(folded.text.len(), at);
        }
        folded.origin.push(u32::try_from(text.len()).unwrap_or(u32::MAX));
        folded
    }

    /// Lends the text in one spelling.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns where a part stood in the writer's text, as bytes. What is outside lies at its end.
    pub fn origin(&self, part: Range<usize>) -> Range<usize> {
        let at = |byte: usize| self.origin[byte.min(self.text.len())] as usize;
        at(part.start)..at(part.end)
    }
}

/// Reads a text in one spelling.
pub fn fold(text: &str) -> String {
    text.chars().filter_map(fold_char).collect()
}

/// Reads one character: half width, Simplified, small; `None` for one that nobody sees.
pub fn fold_char(c: char) -> Option<char> {
    if c.is_ascii() {
        return Some(if c.is_ascii_whitespace() { ' ' } else { c.to_ascii_lowercase() });
    }
    if is_unseen(c) {
        return None;
    }
    let code = c as u32;
    Some(if IDEOGRAPHS.contains(&code) {
        SIMPLIFIED[(code - IDEOGRAPHS.start) as usize]
    } else {
        half_width(c).to_ascii_lowercase()
    })
}

/// Reads full width as half width, and all widths of a space, a dash and a middle dot as one.
pub fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' | '\u{2002}'..='\u{200a}' => ' ',
        '—' | '–' | '‐' | '‑' | '−' | '﹣' => '-',
        '•' | '・' | '∙' | '⋅' => '·',
        _ => c,
    }
}

/// Tells whether a character is not seen: it breaks words up for programs only.
pub fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_reads_the_same_is_the_same() {
        for (one, other) in [
            ("自來水停了，電話ＡＢＣ１２３", "自来水停了,电话abc123"),
            ("路燈　壞了", "路灯 坏了"),
            ("停\u{200b}水", "停水"),
            ("３號樓——Ｂ座", "3号楼--b座"),
            ("老師傅說：噪聲擾民！", "老师傅说:噪声扰民!"),
            ("", ""),
        ] {
            assert_eq!(fold(one), other);
        }
    }

    #[test]
    fn a_part_is_found_in_the_writers_own_spelling() {
        let text = "三號樓的自\u{200b}來水";
        let folded = Folded::of(text);
        let at = folded.as_str().find("自来水").unwrap();
        assert_eq!(&text[folded.origin(at..at + "自来水".len())], "自\u{200b}來水");
        assert_eq!(folded.origin(90..99), text.len()..text.len());
    }

    proptest! {
        #[test]
        fn parser_of_spellings(text in "\\PC{0,40}|[０-９Ａ-ｚ號樓電\u{200b}\u{3000} a-zA-Z]{0,30}") {
            let folded = Folded::of(&text);
            prop_assert_eq!(folded.as_str(), fold(&text));
            prop_assert_eq!(fold(folded.as_str()), folded.as_str());
            for (at, c) in folded.as_str().char_indices() {
                let whole = folded.origin(at..at + c.len_utf8());
                prop_assert!(whole.start < whole.end && text.get(whole).is_some());
            }
        }
    }
}
