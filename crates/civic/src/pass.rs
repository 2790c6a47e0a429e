//! A pass: the code by which whoever made something of their own (a post, a booking) finds it again, and nobody else does. Eighty bits,
//! derived and never stored. A pass belongs to one thing: two things of one person have nothing in common.

use crate::site::Site;
use crate::spelled::{SIGNS, encode, fold_code};
use crate::vault::{derive, mac};

/// Bytes in a pass.
const PASS_BYTES: usize = 10;
/// Characters in a pass, without the dashes.
pub const PASS_CHARS: usize = 16;
/// Bytes of the keyed hashes under which the database knows passes and submit keys.
const HASH_BYTES: usize = 16;

/// Names what a room derives its passes under. A label is used for one purpose for ever (docs/keys.md).
#[derive(Debug, Clone, Copy)]
pub struct Labels {
    /// The pass itself.
    pub pass: &'static str,
    /// Its keyed hash.
    pub hash: &'static str,
    /// The keyed hash of a submit key.
    pub submit: &'static str,
}

/// Is a pass in its plain form.
#[derive(Clone, PartialEq, Eq)]
pub struct Pass(String);

impl std::fmt::Debug for Pass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pass(…)")
    }
}

impl Pass {
    /// Derives the pass of what a form begins.
    pub fn of(site: &Site, labels: &Labels, (submit_key, form): (&str, &[u8])) -> Self {
        let jurisdiction = site.jurisdiction.to_be_bytes();
        let bytes = mac(&site.keys.code, &[labels.pass.as_bytes(), &jurisdiction, submit_key.as_bytes(), form]);
        Self(encode(&bytes[..PASS_BYTES]))
    }

    /// Reads a pass as people type it. `None` = it cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        let pass: String = fold_code(text).chars().filter(char::is_ascii_alphanumeric).take(PASS_CHARS + 1).collect();
        (pass.len() == PASS_CHARS && pass.bytes().all(|sign| SIGNS.contains(&sign))).then_some(Self(pass))
    }

    /// Writes the pass in four groups, as people read it.
    pub fn shown(&self) -> String {
        self.0.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect::<Vec<_>>().join("-")
    }

    /// Computes the keyed hash under which the database knows the pass.
    pub fn hash(&self, site: &Site, labels: &Labels) -> Vec<u8> {
        keyed(site, labels.hash, &self.0)
    }
}

/// Computes the keyed hash of a submit key, under which a repeated form is recognised.
pub fn submit_hash(site: &Site, labels: &Labels, submit_key: &str) -> Vec<u8> {
    keyed(site, labels.submit, submit_key)
}

fn keyed(site: &Site, label: &str, what: &str) -> Vec<u8> {
    let key = derive(&site.keys.code, label);
    mac(&key, &[&site.jurisdiction.to_be_bytes(), what.as_bytes()])[..HASH_BYTES].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_reads_back_however_it_is_typed() {
        let pass = Pass("0123456789ABCDEF".into());
        assert_eq!(pass.shown(), "0123-4567-89AB-CDEF");
        for typed in ["0123-4567-89ab-cdef", "o1 23 4567 89AB CDEF", "０１２３４５６７８９ＡＢＣＤＥＦ"] {
            assert_eq!(Pass::parse(typed), Some(pass.clone()), "{typed}");
        }
        for wrong in ["0123-4567", "0123-4567-89AB-CDEF-0", "0123456789ABCDEU", ""] {
            assert_eq!(Pass::parse(wrong), None, "{wrong}");
        }
        assert_eq!(format!("{pass:?}"), "Pass(…)");
    }
}
