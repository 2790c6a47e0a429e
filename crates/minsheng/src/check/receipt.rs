//! Receipts: is this entry in the log, and are these its words? (`docs/log-format.md`, section 7)

use civic::journal::commitment;
use data_encoding::HEXLOWER;
use serde::Deserialize;
use tlog::checkpoint::Checkpoint;
use tlog::note::Verifier;
use tlog::proof::TlogProof;

/// Is a receipt that holds in itself.
#[derive(Debug)]
pub(crate) struct Receipt {
    /// Place of the entry in the log.
    pub index: u64,
    /// The entry.
    pub entry: String,
    /// The checkpoint it is proven against.
    pub checkpoint: Checkpoint,
}

/// Is what the `extra` line carries.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Extra {
    body: String,
    entry: String,
    nonce: String,
}

#[derive(Deserialize)]
struct Committed {
    h: String,
}

/// Checks everything that a receipt shows without the log: signature, proof, words.
pub(crate) fn check(text: &str, verifier: &Verifier) -> Result<Receipt, String> {
    if text.starts_with("minsheng.promise/") {
        return Err(
            "is a promise: exchange it on the tracking page for the proof, three days after filing at the latest".to_owned()
        );
    }
    let proof = TlogProof::parse(text).map_err(|wrong| wrong.to_string())?;
    let extra = proof.extra.as_deref().ok_or("carries no words")?;
    let extra: Extra = serde_json::from_slice(extra).map_err(|_| "carries its words in an unknown form")?;
    let checkpoint = proof.verify(extra.entry.as_bytes(), verifier).map_err(|wrong| wrong.to_string())?;
    let nonce = HEXLOWER.decode(extra.nonce.as_bytes()).ok().and_then(|nonce| <[u8; 32]>::try_from(nonce).ok());
    let nonce = nonce.ok_or("carries a nonce in an unknown form")?;
    let committed: Committed = serde_json::from_str(&extra.entry).map_err(|_| "carries an entry in an unknown form")?;
    if committed.h != commitment(&nonce, &extra.body) {
        return Err("carries words that its entry does not commit to".to_owned());
    }
    Ok(Receipt { index: proof.index, entry: extra.entry, checkpoint })
}
