//! The receipt: the filing entry's place in the log as a C2SP tlog-proof, with the nonce and the resident's own words
//! in its `extra` line. Asked for twice it is the same file, byte for byte.

use civic::journal::{self, Stored, canonical};
use civic::site::Site;
use data_encoding::HEXLOWER;
use db::{Fault, Tx};
use serde_json::json;
use tlog::proof::TlogProof;

/// Renders the receipt of a filing. Its checkpoint is the first that covers the entry.
pub fn render(tx: &mut Tx<'_>, site: &Site, filed: &Stored) -> Result<String, Fault> {
    let (size, note) = journal::receipt_note(tx, site.jurisdiction, filed.leaf)?;
    let hashes = journal::proof_for(tx, site, filed.leaf, size)?;
    Ok(text(filed, hashes, note))
}

/// Renders the receipt of a filing that this process has just committed, without asking the database. `None` = it has to be
/// asked: [`render`] makes the same receipt.
pub fn render_fresh(site: &Site, filed: &Stored) -> Option<String> {
    let (hashes, note) = journal::fresh_proof(site, filed.leaf)?;
    Some(text(filed, hashes, note))
}

fn text(filed: &Stored, hashes: Vec<tlog::Hash>, checkpoint: String) -> String {
    let extra = extra(&filed.fact, &filed.nonce, &canonical(&filed.body));
    TlogProof { extra: Some(extra), index: filed.leaf as u64, hashes, checkpoint }.to_text()
}

/// Renders what the `extra` line carries.
pub(crate) fn extra(entry: &str, nonce: &[u8; 32], body: &str) -> Vec<u8> {
    canonical(&json!({"body": body, "entry": entry, "nonce": HEXLOWER.encode(nonce)})).into_bytes()
}
