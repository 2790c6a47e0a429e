//! The archive of all of one's own (带走我的全部资料): what proves it, beside the words that the page draws. `docs/log-format.md`,
//! section 10, tells a stranger what it holds and how it is checked.
//!
//! A list of SHA-256 sums names every file, and the log key signs the list's own sum: a changed byte shows, and which file it
//! is in. Every step's public entry comes with its proof; the words of the first are on the receipt.

use civic::journal;
use civic::permit::{Act, Permitted};
use civic::site::Site;
use data_encoding::HEXLOWER;
use db::{Fault, Tx};
use jiff::civil::Date;
use serde_json::json;
use sha2::{Digest, Sha256};
use tlog::proof::TlogProof;
use uuid::Uuid;

use crate::store;

/// First line of the text that is signed.
pub const HEADER: &str = "minsheng.archive/1";
/// Names the list of sums, one line a file as `sha256sum` writes it.
pub const SUMS: &str = "SHA256SUMS";
/// Names the signature over the list.
pub const SIGNED: &str = "SHA256SUMS.signed";
/// Names the key that checks it.
pub const VKEY: &str = "log/vkey";
/// Names the newest checkpoint at the time.
pub const CHECKPOINT: &str = "log/checkpoint";
/// Names the receipt.
pub const RECEIPT: &str = "receipt.txt";
/// Begins the names of the proofs of later steps.
pub const PROOFS: &str = "proofs/";
/// Begins the names of receipts of reports of pressure.
pub const REPORTS: &str = "reports/";

/// Is the list of sums while an archive is written.
#[derive(Debug, Default)]
pub struct Sums(String);

impl Sums {
    /// Notes a file.
    pub fn note(&mut self, name: &str, bytes: &[u8]) {
        let sum = HEXLOWER.encode(&Sha256::digest(bytes));
        self.0.extend([sum.as_str(), "  ", name, "\n"]);
    }

    /// Lends the list.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Signs the list: which log, whose archive, of which day.
    pub fn sign(&self, site: &Site, (number, day): (&str, Date)) -> String {
        let sum = HEXLOWER.encode(&Sha256::digest(&self.0));
        site.sign_note(&format!("{HEADER}\n{}\n{number}\n{day}\n{sum}\n", site.origin))
    }
}

/// Reads the proofs of every step after the first, with the number of each: its public entry in the `extra` line, and no body.
pub fn proofs(tx: &mut Tx<'_>, site: &Site, permit: &Permitted, matter: Uuid) -> Result<Vec<(i64, String)>, Fault> {
    assert!(permit.act() == Act::Track, "an archive belongs to the resident");
    let Some(loaded) = store::load(tx, site, matter)? else { return Ok(Vec::new()) };
    let mut all = Vec::with_capacity(loaded.events.len());
    for (stored, _) in loaded.events.iter().skip(1) {
        let (size, note) = journal::receipt_note(tx, site.jurisdiction, stored.leaf)?;
        let hashes = journal::proof_for(tx, site, stored.leaf, size)?;
        let extra = Some(journal::canonical(&json!({"entry": stored.fact})).into_bytes());
        all.push((stored.version, TlogProof { extra, index: stored.leaf as u64, hashes, checkpoint: note }.to_text()));
    }
    Ok(all)
}
