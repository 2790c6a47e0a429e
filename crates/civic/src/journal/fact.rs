//! The public entry of an event: what a stranger reads in the log. Format version 1, readable for ever
//! (`docs/log-format.md`).

use data_encoding::HEXLOWER;
use db::Fault;
use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::canonical::canonical;
use crate::vault::{Key, mac};

/// Largest public entry in bytes.
pub const FACT_BYTES_MAX: usize = 512;

/// Holds the public fields of one event before they are rendered.
#[derive(Debug, Clone, Default)]
pub struct Public {
    /// Office that holds the matter or acts, by code.
    pub office: Option<String>,
    /// Place at township level or above, by code.
    pub place: Option<String>,
    /// First-level category, by code.
    pub category: Option<String>,
    /// The kind's own public fields: codes, days, grades; never words a person typed.
    pub fields: Map<String, Value>,
}

/// Derives the matter's pseudonym from its key, so that the link dies with the key.
pub fn pseudonym(key: &Key) -> String {
    HEXLOWER.encode(&mac(key, &[b"minsheng/pseudonym/1"])[..16])
}

/// Computes the commitment `h` to a body: HMAC-SHA-256 under the nonce, in lower-case hexadecimal.
pub fn commitment(nonce: &[u8; 32], body: &str) -> String {
    use hmac::{Hmac, KeyInit, Mac};
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(nonce).expect("HMAC takes keys of any length");
    mac.update(body.as_bytes());
    HEXLOWER.encode(&mac.finalize().into_bytes())
}

/// Renders the public entry: canonical JSON of at most [`FACT_BYTES_MAX`] bytes.
pub fn render(kind: &str, pseudonym: &str, day: Date, public: &Public, commitment: &str) -> Result<String, Fault> {
    let mut entry = json!({"v": 1, "k": kind, "m": pseudonym, "d": day.to_string(), "h": commitment});
    let map = entry.as_object_mut().expect("an object was just written");
    for (name, value) in [("o", &public.office), ("p", &public.place), ("c", &public.category)] {
        if let Some(value) = value {
            map.insert(name.to_owned(), Value::from(value.as_str()));
        }
    }
    if !public.fields.is_empty() {
        map.insert("x".to_owned(), Value::Object(public.fields.clone()));
    }
    let text = canonical(&entry);
    if text.len() > FACT_BYTES_MAX {
        return Err(Fault::other(format!("public entry of kind {kind} has {} bytes, {FACT_BYTES_MAX} are allowed", text.len())));
    }
    Ok(text)
}
