//! The relatives' register (近亲属备案, R18): who is close to whom, kept as blind indexes of contacts, so that the
//! register itself tells nobody's number.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::vault::{Key, index};

/// Says how a declared person is related to the member of staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// The member of staff in person: a matter of one's own.
    Own,
    /// Husband or wife.
    Spouse,
    /// Parent or parent-in-law.
    Parent,
    /// Child or child-in-law.
    Child,
    /// Brother or sister.
    Sibling,
    /// Other near relative.
    Other,
}

/// Is one declared contact of a member of staff or of a relative.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relative {
    /// Id of the declaration.
    pub id: Uuid,
    /// Member of staff who declared it.
    pub staff: Uuid,
    /// How they are related.
    pub relation: Relation,
    /// Blind index of the contact (hexadecimal).
    pub contact: String,
    /// False once it was taken back.
    pub active: bool,
}

/// Brings a mobile number or e-mail address into the form that is indexed.
pub fn normal_contact(text: &str) -> String {
    let folded: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    folded.strip_prefix("+86").unwrap_or(&folded).to_lowercase()
}

/// Computes the blind index of a contact, as stored with matters and with relatives.
pub fn contact_index(key: &Key, contact: &str) -> Vec<u8> {
    index(key, "contact", &normal_contact(contact))
}
