//! Entry bundles (C2SP tlog-tiles): entries one after another, each behind its length as two bytes.

use crate::wrong::Wrong;

/// Entries in a full bundle.
const ENTRIES_MAX: usize = 256;

/// Renders a bundle. An entry has at most 65,535 bytes.
pub fn encode<'a>(entries: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut bundle = Vec::new();
    for entry in entries {
        let length = u16::try_from(entry.len()).expect("log entries are far shorter than 64 KiB");
        bundle.extend_from_slice(&length.to_be_bytes());
        bundle.extend_from_slice(entry);
    }
    bundle
}

/// Reads a bundle.
pub fn decode(mut bundle: &[u8]) -> Result<Vec<&[u8]>, Wrong> {
    let malformed = Wrong::Malformed("an entry bundle");
    let mut entries = Vec::new();
    while !bundle.is_empty() {
        let (length, rest) = bundle.split_first_chunk::<2>().ok_or(malformed)?;
        let (entry, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into()).ok_or(malformed)?;
        entries.push(entry);
        bundle = rest;
        if entries.len() > ENTRIES_MAX {
            return Err(malformed);
        }
    }
    Ok(entries)
}
