//! Looking into a file and making the cleaned copy, as one step that can be done elsewhere: the door does it in a closed
//! child process. What goes to the child is the file; what comes back is an answer in bytes, which is not trusted: nothing
//! but a known type, a known refusal and a copy of bounded length is read out of it.

use super::{Cleaned, FILE_BYTES_MAX, FileType, clean, inspect};
use crate::refusal::{No, Refusal};

/// Longest answer of a child: a copy, which may be a little longer than what came in, and its first line.
pub const ANSWER_BYTES_MAX: usize = FILE_BYTES_MAX + 64 * 1024;
/// Longest first line of an answer.
const HEAD_BYTES_MAX: usize = 64;

/// Is a file that was looked into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// What it is.
    pub kind: FileType,
    /// What people are shown.
    pub cleaned: Cleaned,
}

/// Looks into files, wherever it does that.
pub trait Decode: Send + Sync {
    /// Says what a file is and cleans it, or why it is not taken.
    fn decode(&self, bytes: &[u8]) -> Result<Decoded, No>;
}

/// Looks into files in this process: for tests, and inside the child.
#[derive(Debug, Clone, Copy, Default)]
pub struct Here;

impl Decode for Here {
    fn decode(&self, bytes: &[u8]) -> Result<Decoded, No> {
        Ok(decode(bytes)?)
    }
}

/// Says what a file is and cleans it, or why it is not taken.
pub fn decode(bytes: &[u8]) -> Result<Decoded, Refusal> {
    let kind = inspect(bytes)?;
    Ok(Decoded { kind, cleaned: clean(kind, bytes)? })
}

/// Says that a file could not be looked into: whatever looked died of it, or took too long.
pub fn unreadable() -> Refusal {
    Refusal::new("file_unreadable").instead("file_as_photo_or_pdf")
}

/// The refusals that may come back: code, name of the fact in it, way on.
const REFUSALS: &[(&str, Option<&str>, &str)] = &[
    ("file_empty", None, "file_again"),
    ("file_large", Some("max_mib"), "file_smaller"),
    ("file_type", None, "file_as_photo_or_pdf"),
    ("file_damaged", Some("type"), "file_again"),
    ("file_pixels", Some("max"), "file_smaller"),
];

/// Writes an answer: `ok TYPE` and the copy, `same TYPE`, or `no CODE FACT`.
pub fn answer(decoded: Result<Decoded, Refusal>) -> Vec<u8> {
    match decoded {
        Ok(Decoded { kind, cleaned: Cleaned::Clean(copy) }) => [format!("ok {}\n", kind.code()).into_bytes(), copy].concat(),
        Ok(Decoded { kind, cleaned: Cleaned::AsReceived }) => format!("same {}\n", kind.code()).into_bytes(),
        Err(refusal) => {
            let fact = refusal.facts.first().map_or("-", |(_, value)| value.as_str());
            format!("no {} {fact}\n", refusal.code).into_bytes()
        }
    }
}

/// Reads an answer. `None` = it is none.
pub fn read_answer(bytes: &[u8]) -> Option<Result<Decoded, Refusal>> {
    if bytes.len() > ANSWER_BYTES_MAX {
        return None;
    }
    let end = bytes.iter().take(HEAD_BYTES_MAX).position(|byte| *byte == b'\n')?;
    let (head, copy) = (std::str::from_utf8(&bytes[..end]).ok()?, &bytes[end + 1..]);
    match head.split(' ').collect::<Vec<_>>()[..] {
        ["ok", kind] => Some(Ok(Decoded { kind: FileType::parse(kind)?, cleaned: Cleaned::Clean(copy.to_vec()) })),
        ["same", kind] if copy.is_empty() => Some(Ok(Decoded { kind: FileType::parse(kind)?, cleaned: Cleaned::AsReceived })),
        ["no", code, fact] if copy.is_empty() => refused(code, fact).map(Err),
        _ => None,
    }
}

fn refused(code: &str, value: &str) -> Option<Refusal> {
    let (code, fact, way) = REFUSALS.iter().find(|(known, _, _)| *known == code)?;
    let refusal = Refusal::new(code).instead(way);
    match fact {
        None => Some(refusal),
        Some(_) if !value.bytes().all(|byte| byte.is_ascii_alphanumeric()) => None,
        Some(name) => Some(refusal.with(name, value)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_refusal_of_a_file_comes_back_as_it_was() {
        let told = [
            inspect(b"").unwrap_err(),
            inspect(&vec![0; FILE_BYTES_MAX + 1]).unwrap_err(),
            inspect(b"MZ\x90\0 a program").unwrap_err(),
            inspect(b"%PDF-1.7 without an end").unwrap_err(),
            Refusal::new("file_pixels").with("max", 100).instead("file_smaller"),
        ];
        for (refusal, (code, _, _)) in told.into_iter().zip(REFUSALS) {
            assert_eq!(refusal.code, *code);
            assert_eq!(read_answer(&answer(Err(refusal.clone()))), Some(Err(refusal)));
        }
    }

    #[test]
    fn a_copy_comes_back_as_it_was_and_an_answer_that_is_none_is_not_read() {
        let copy = Decoded { kind: FileType::Png, cleaned: Cleaned::Clean(b"\x89PNG\n and more".to_vec()) };
        let same = Decoded { kind: FileType::Pdf, cleaned: Cleaned::AsReceived };
        for decoded in [copy, same] {
            assert_eq!(read_answer(&answer(Ok(decoded.clone()))), Some(Ok(decoded)));
        }
        for wrong in
            ["", "ok", "ok exe\n", "ok png", "same pdf\nmore", "no file_type\n", "no sealed_matter -\n", "no file_damaged <b>\n"]
        {
            assert_eq!(read_answer(wrong.as_bytes()), None, "{wrong:?}");
        }
        assert_eq!(read_answer(&[b"ok png\n".to_vec(), vec![0; ANSWER_BYTES_MAX]].concat()), None);
    }

    proptest! {
        #[test]
        fn parser_of_decoder_answers(bytes in proptest::collection::vec(any::<u8>(), 0..200), head in "(ok|same|no) [a-z_0-9]{0,12}( [a-z0-9-]{0,6})?\n?") {
            for bytes in [bytes.clone(), [head.into_bytes(), bytes].concat()] {
                if let Some(decoded) = read_answer(&bytes) {
                    prop_assert_eq!(read_answer(&answer(decoded.clone())), Some(decoded));
                }
            }
        }
    }
}
