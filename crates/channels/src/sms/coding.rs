//! How words are written in a short message, and how long they may be. Pure.

use encoding_rs::GB18030;

/// The alphabet a carrier takes where none is named: Latin letters and figures.
pub const PLAIN: u8 = 0;
/// UCS-2, in which Chinese is sent.
pub const UCS2: u8 = 8;
/// GBK, as Chinese carriers number it.
const GBK: u8 = 15;
/// Latin-1.
const LATIN: u8 = 3;
/// Characters of one message in the plain alphabet, and of one part of several.
const PLAIN_CHARS: (usize, usize) = (160, 153);
/// Units (two bytes) of one message in UCS-2, and of one part of several.
const UCS2_UNITS: (usize, usize) = (70, 67);
/// Parts of a message at most: longer words are cut, for the page has the rest.
pub const PARTS_MAX: usize = 8;

/// Reads the words of a message. What cannot be read is shown as such, and nothing is left out.
pub fn read(coding: u8, words: &[u8]) -> String {
    let text = match coding {
        UCS2 => wide(words),
        LATIN => words.iter().map(|byte| char::from(*byte)).collect(),
        GBK => GB18030.decode_without_bom_handling(words).0.into_owned(),
        _ if words.is_ascii() => words.iter().map(|byte| plain(*byte)).collect(),
        // no alphabet named and more than Latin letters: UTF-8 is not met by chance, GBK is what remains
        _ => std::str::from_utf8(words).map_or_else(|_| GB18030.decode_without_bom_handling(words).0.into_owned(), str::to_owned),
    };
    text.replace("\r\n", "\n").chars().map(|c| if c == '\r' { '\n' } else { c }).filter(|c| *c != '\0').collect()
}

fn wide(words: &[u8]) -> String {
    let units = words.chunks(2).map(|two| u16::from_be_bytes([two[0], two.get(1).copied().unwrap_or(0)]));
    let text: String = char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    text.trim_start_matches('\u{feff}').to_owned()
}

/// Reads a character of the plain alphabet: ASCII where it shows something, the telephone's own (3GPP TS 23.038) below.
fn plain(byte: u8) -> char {
    match byte {
        0x00 => '@',
        0x01 => '£',
        0x03 => '¥',
        0x04 => 'è',
        0x05 => 'é',
        0x07 => 'ì',
        0x1b => ' ',
        other => char::from(other),
    }
}

/// Is one part of a message, ready to be handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its alphabet.
    pub coding: u8,
    /// Its words, behind a header where there are several parts.
    pub words: Vec<u8>,
    /// Whether a header stands before the words.
    pub headed: bool,
}

/// Writes words as a message, in as few parts as they need. `reference` is the same in each part, and another in another message.
pub fn write(text: &str, reference: u8) -> Vec<Piece> {
    let is_plain = text.bytes().all(|byte| matches!(byte, b'\n' | b' '..=b'~') && !b"$@[\\]^_`{|}~".contains(&byte));
    let (coding, (whole, part), units) = if is_plain {
        (PLAIN, PLAIN_CHARS, text.bytes().map(|byte| vec![byte]).collect::<Vec<_>>())
    } else {
        let of = |c: char| c.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| unit.to_be_bytes()).collect::<Vec<u8>>();
        (UCS2, UCS2_UNITS, text.chars().map(of).collect())
    };
    let size = if coding == UCS2 { 2 } else { 1 };
    if units.iter().map(Vec::len).sum::<usize>() <= whole * size {
        return vec![Piece { coding, words: units.concat(), headed: false }];
    }
    let mut parts: Vec<Vec<u8>> = vec![Vec::new()];
    for unit in units {
        // a character of two units stays in one part
        if parts.last().is_some_and(|last| last.len() + unit.len() > part * size) {
            parts.push(Vec::new());
        }
        parts.last_mut().expect("there is one from the beginning").extend(unit);
    }
    parts.truncate(PARTS_MAX);
    let of = parts.len() as u8;
    let headed = |(at, words): (usize, Vec<u8>)| Piece {
        coding,
        words: [&[5, 0, 3, reference, of, at as u8 + 1], words.as_slice()].concat(),
        headed: true,
    };
    parts.into_iter().enumerate().map(headed).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_alphabet_is_read() {
        let gbk = GB18030.encode("停水三天").0;
        for (coding, words, text) in [
            (8, &[0x50, 0x5c, 0x6c, 0x34][..], "停水"),
            (8, &[0xd8, 0x42, 0xdf, 0xb7], "𠮷"),
            (8, &[0xfe, 0xff, 0x50, 0x5c, 0x6c], "停氀"),
            (15, &gbk, "停水三天"),
            (0, &gbk, "停水三天"),
            (0, "停水".as_bytes(), "停水"),
            (0, b"no water\r\nfor 3 days", "no water\nfor 3 days"),
            (3, &[b'a', 0xe9], "aé"),
        ] {
            assert_eq!(read(coding, words), text, "{coding}");
        }
    }

    #[test]
    fn words_take_as_few_parts_as_they_need() {
        for (text, parts, coding) in [
            ("水".repeat(70), 1, UCS2),
            ("水".repeat(71), 2, UCS2),
            ("水".repeat(134), 2, UCS2),
            ("水".repeat(135), 3, UCS2),
            ("a".repeat(160), 1, PLAIN),
            ("a".repeat(161), 2, PLAIN),
            ("水".repeat(5_000), PARTS_MAX, UCS2),
        ] {
            let pieces = write(&text, 1);
            assert_eq!((pieces.len(), pieces[0].coding), (parts, coding), "{}", text.chars().count());
            assert!(pieces.iter().all(|piece| piece.words.len() <= 140 || piece.coding == PLAIN && piece.words.len() <= 160));
        }
    }

    proptest! {
        #[test]
        fn what_is_cut_reads_back_whole(text in "[停水𠮷a-z0-9 ]{0,400}", reference: u8) {
            let pieces = write(&text, reference);
            let joined: Vec<u8> = pieces.iter().flat_map(|piece| piece.words[if piece.headed { 6 } else { 0 }..].to_vec()).collect();
            prop_assert_eq!(read(pieces[0].coding, &joined), text);
        }

        #[test]
        fn parser_of_short_words(coding: u8, words: Vec<u8>) {
            prop_assert!(!read(coding, &words).contains('\0'));
        }
    }
}
