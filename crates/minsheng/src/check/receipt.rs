//! Receipts: is this entry in the log, and are these its words? And promises of one. (`docs/log-format.md`, sections 7
//! and 9)

use civic::journal::commitment;
use data_encoding::{BASE64, HEXLOWER};
use jiff::civil::Date;
use serde::Deserialize;
use tlog::checkpoint::Checkpoint;
use tlog::note::{self, Verifier};
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

/// Is the promise of a receipt that holds in itself.
#[derive(Debug)]
pub(crate) struct Promise {
    /// The commitment that an entry will carry.
    pub h: String,
    /// The day by which it stands in the log.
    pub by: Date,
}

/// First line of a promise, and of the text that is signed.
const PROMISE_HEADER: &str = "minsheng.promise/1";

/// Tells a promise from a receipt.
pub(crate) fn is_promise(text: &str) -> bool {
    text.starts_with(PROMISE_HEADER)
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
    let proof = TlogProof::parse(text).map_err(|wrong| wrong.to_string())?;
    let extra = proof.extra.as_deref().ok_or("carries no words")?;
    let extra: Extra = serde_json::from_slice(extra).map_err(|_| STRANGE)?;
    let checkpoint = proof.verify(extra.entry.as_bytes(), verifier).map_err(|wrong| wrong.to_string())?;
    let committed: Committed = serde_json::from_str(&extra.entry).map_err(|_| "carries an entry in an unknown form")?;
    if committed.h != extra.commitment()? {
        return Err("carries words that its entry does not commit to".to_owned());
    }
    Ok(Receipt { index: proof.index, entry: extra.entry, checkpoint })
}

/// Checks everything that a promise shows without the log: signature, origin, words.
pub(crate) fn promise(text: &str, verifier: &Verifier) -> Result<Promise, String> {
    let (head, signed) = text.split_once("\n\n").ok_or(STRANGE)?;
    let extra = head.split_once("\nextra ").and_then(|(_, extra)| BASE64.decode(extra.as_bytes()).ok()).ok_or(STRANGE)?;
    let extra: Extra = serde_json::from_slice(&extra).map_err(|_| STRANGE)?;
    let opened = note::open(signed, &[verifier]).map_err(|wrong| wrong.to_string())?;
    let lines: Vec<&str> = opened.text.lines().collect();
    let [PROMISE_HEADER, origin, h, _, by] = lines[..] else { return Err(STRANGE.to_owned()) };
    if origin != verifier.name() {
        return Err("is the promise of another log".to_owned());
    }
    if h != extra.commitment()? {
        return Err("carries words that it does not commit to".to_owned());
    }
    Ok(Promise { h: h.to_owned(), by: by.parse().map_err(|_| STRANGE)? })
}

/// Says that something is not in the form it should be in.
const STRANGE: &str = "carries its words in an unknown form";

impl Extra {
    fn commitment(&self) -> Result<String, &'static str> {
        let nonce = HEXLOWER.decode(self.nonce.as_bytes()).ok().and_then(|nonce| <[u8; 32]>::try_from(nonce).ok());
        Ok(commitment(&nonce.ok_or("carries a nonce in an unknown form")?, &self.body))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;
    use tlog::note::Signer;

    use super::*;

    const ORIGIN: &str = "log.example/990121";

    fn told(signer: &Signer, (origin, body): (&str, &str)) -> String {
        let h = commitment(&[7; 32], "{}");
        let extra = json!({"body": body, "entry": "", "nonce": "07".repeat(32)}).to_string();
        let text = format!("{PROMISE_HEADER}\n{origin}\n{h}\n2026-11-24\n2026-11-28\n");
        format!("{PROMISE_HEADER}\nextra {}\n\n{}", BASE64.encode(extra.as_bytes()), note::sign(&text, &[signer]))
    }

    #[test]
    fn a_promise_holds_for_its_words_its_log_and_its_signer_only() {
        let (signer, other) = (Signer::new(ORIGIN, [1; 32]), Signer::new(ORIGIN, [2; 32]));
        let verifier = Verifier::parse(&signer.vkey()).unwrap();
        let good = told(&signer, (ORIGIN, "{}"));
        assert!(is_promise(&good));
        assert_eq!(promise(&good, &verifier).unwrap().by.to_string(), "2026-11-28");
        for (bad, words) in [
            (told(&signer, (ORIGIN, "[]")), "words that it does not commit to"),
            (told(&signer, ("log.example/990122", "{}")), "another log"),
            (told(&other, (ORIGIN, "{}")), "no signature of a known key"),
            (good.replace("2026-11-28", "2026-11-29"), "does not fit"),
            (good.replace("extra ", "extra x"), STRANGE),
        ] {
            assert!(promise(&bad, &verifier).unwrap_err().contains(words), "{words}");
        }
    }

    proptest! {
        #[test]
        fn parser_of_receipts(text: String) {
            let verifier = Verifier::parse(&Signer::new(ORIGIN, [1; 32]).vkey()).unwrap();
            let _ = check(&text, &verifier);
            let _ = promise(&format!("{PROMISE_HEADER}\nextra {text}\n\n{text}"), &verifier);
        }
    }
}
