//! Hostile input: something good, bent in a few places. Tests of parsers draw the changes and apply them.

use proptest::prelude::*;
use proptest::sample::Index;

/// Changes made to one good text at most.
const CHANGES_MAX: usize = 4;
/// Letters that fall out at one place at most.
const OUT_MAX: usize = 6;

/// Is one change: where, how much falls out, what comes in.
#[derive(Debug, Clone)]
pub struct Change {
    at: Index,
    out: usize,
    piece: String,
}

/// Draws changes: pieces that many formats trip over, and any letter at all.
pub fn changes() -> impl Strategy<Value = Vec<Change>> {
    let piece = prop_oneof![
        Just(String::new()),
        Just("\n".to_owned()),
        Just("\n\n".to_owned()),
        Just("\0".to_owned()),
        Just("\u{202e}\u{200b}".to_owned()),
        Just("\u{2014} ".to_owned()),
        Just("99999999999999999999".to_owned()),
        "[-A-Za-z0-9+/=_., \"'\\[\\]{}:;&%]{1,5}",
        "\\PC{1,3}",
        any::<char>().prop_map(String::from),
    ];
    let change = (any::<Index>(), 0..=OUT_MAX, piece).prop_map(|(at, out, piece)| Change { at, out, piece });
    prop::collection::vec(change, 0..=CHANGES_MAX)
}

/// Applies changes to a text, letter by letter.
pub fn bent(good: &str, changes: &[Change]) -> String {
    changes.iter().fold(good.to_owned(), |text, change| {
        let letters: Vec<char> = text.chars().collect();
        let at = if letters.is_empty() { 0 } else { change.at.index(letters.len()) };
        let rest = letters.iter().skip(at + change.out).copied();
        letters[..at].iter().copied().chain(change.piece.chars()).chain(rest).collect()
    })
}

/// Applies changes to bytes; the result need not be text.
pub fn bent_bytes(good: &[u8], changes: &[Change]) -> Vec<u8> {
    changes.iter().fold(good.to_vec(), |bytes, change| {
        let at = if bytes.is_empty() { 0 } else { change.at.index(bytes.len()) };
        let rest = bytes.iter().skip(at + change.out).copied();
        bytes[..at].iter().copied().chain(change.piece.bytes()).chain(rest).collect()
    })
}
