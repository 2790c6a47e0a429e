//! The code of a post: eighty bits, derived and never stored, by which whoever wrote it finds it again and nobody else does. It belongs to
//! one post: two posts of one person have nothing in common.

use civic::site::Site;
use civic::spelled::{SIGNS, encode, fold_code};
use civic::vault::{derive, mac};

/// Bytes in a code.
const CODE_BYTES: usize = 10;
/// Characters in a code, without the dashes.
pub const CODE_CHARS: usize = 16;

/// Is a code in its plain form.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Code(…)")
    }
}

impl Code {
    /// Derives the code of a post.
    pub(crate) fn of(site: &Site, submit_key: &str, form: &[u8]) -> Self {
        let jurisdiction = site.jurisdiction.to_be_bytes();
        let bytes = mac(&site.keys.code, &[b"minsheng/post-code/1", &jurisdiction, submit_key.as_bytes(), form]);
        Self(encode(&bytes[..CODE_BYTES]))
    }

    /// Reads a code as people type it. `None` = it cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        let code: String = fold_code(text).chars().filter(char::is_ascii_alphanumeric).take(CODE_CHARS + 1).collect();
        (code.len() == CODE_CHARS && code.bytes().all(|sign| SIGNS.contains(&sign))).then_some(Self(code))
    }

    /// Writes the code in four groups, as people read it.
    pub fn shown(&self) -> String {
        self.0.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect::<Vec<_>>().join("-")
    }

    /// Computes the keyed hash under which the database knows the code.
    pub(crate) fn hash(&self, site: &Site) -> Vec<u8> {
        let key = derive(&site.keys.code, "minsheng/post-code-hash/1");
        mac(&key, &[&site.jurisdiction.to_be_bytes(), self.0.as_bytes()])[..16].to_vec()
    }
}

/// Computes the keyed hash of a submit key, under which a repeated form is recognised.
pub(crate) fn submit_hash(site: &Site, submit_key: &str) -> Vec<u8> {
    let key = derive(&site.keys.code, "minsheng/post-submit-key/1");
    mac(&key, &[&site.jurisdiction.to_be_bytes(), submit_key.as_bytes()])[..16].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_back_however_it_is_typed() {
        let code = Code("0123456789ABCDEF".into());
        assert_eq!(code.shown(), "0123-4567-89AB-CDEF");
        for typed in ["0123-4567-89ab-cdef", "o1 23 4567 89AB CDEF", "０１２３４５６７８９ＡＢＣＤＥＦ"] {
            assert_eq!(Code::parse(typed), Some(code.clone()), "{typed}");
        }
        for wrong in ["0123-4567", "0123-4567-89AB-CDEF-0", "0123456789ABCDEU", ""] {
            assert_eq!(Code::parse(wrong), None, "{wrong}");
        }
        assert_eq!(format!("{code:?}"), "Code(…)");
    }
}
