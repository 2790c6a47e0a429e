//! The public log as a stranger reads it, rebuilt from its entries by nothing but the definition of RFC 6962.

use serde_json::Value;
use sha2::Digest;
use tlog::checkpoint::Checkpoint;
use tlog::note::Verifier;
use tlog::proof::TlogProof;
use tlog::{EMPTY_ROOT, Hash, Tile, bundle, leaf_hash, node_hash};

use super::{Entry, Oracle};
use crate::drill::http::Http;

/// Entries of a full bundle.
const BUNDLE_ENTRIES: u64 = 256;

/// Is the whole log, fetched.
pub(super) struct Log {
    /// The public entries.
    pub entries: Vec<String>,
    /// The root at every size, the empty log's first.
    roots: Vec<Hash>,
    verifier: Verifier,
}

impl Log {
    /// Fetches the newest checkpoint and everything under it, and compares its root.
    pub(super) fn fetch(http: &Http, oracle: &Oracle) -> Result<Self, String> {
        let text = |path: &str| {
            let answer = http.get(path).ok_or_else(|| format!("I3: {path} gives no answer"))?;
            if answer.status == 200 { Ok(answer) } else { Err(format!("I3: {path} answers {}", answer.status)) }
        };
        let vkey = text("/log/vkey")?.body.trim().to_owned();
        oracle.saw_vkey(&vkey);
        let note = text("/log/checkpoint")?.body;
        oracle.saw_checkpoint(&note);
        let verifier = Verifier::parse(&vkey).map_err(|wrong| format!("I3: the verifier key: {wrong}"))?;
        let checkpoint = Checkpoint::open(&note, &verifier).map_err(|wrong| format!("I3: the newest checkpoint: {wrong}"))?;
        let mut entries = Vec::new();
        for index in 0..checkpoint.size.div_ceil(BUNDLE_ENTRIES) {
            let width = (checkpoint.size - index * BUNDLE_ENTRIES).min(BUNDLE_ENTRIES) as u16;
            let bytes = text(&format!("/log/{}", Tile { level: None, index, width }))?.bytes;
            let found = bundle::decode(&bytes).map_err(|wrong| format!("I3: bundle {index}: {wrong}"))?;
            entries.extend(found.into_iter().map(|entry| String::from_utf8_lossy(entry).into_owned()));
        }
        let roots = roots(&entries);
        if roots.last() != Some(&checkpoint.root) {
            return Err("I3: the entries do not lead to the root of the newest checkpoint".to_owned());
        }
        Ok(Self { entries, roots, verifier })
    }

    /// Tells whether a checkpoint, as signed, states a beginning of this log.
    pub(super) fn begins_with(&self, note: &str) -> Result<(), String> {
        let checkpoint = Checkpoint::open(note, &self.verifier).map_err(|wrong| format!("I3: a checkpoint: {wrong}"))?;
        match self.roots.get(checkpoint.size as usize) {
            Some(root) if *root == checkpoint.root => Ok(()),
            _ => Err(format!("I3: the log does not begin with the published checkpoint of size {}", checkpoint.size)),
        }
    }

    /// Checks that a receipt's entry is in the log where it says, and commits to the words and files that were sent.
    pub(super) fn holds(&self, entry: &Entry, receipt: &str) -> Result<(), String> {
        let wrong = |what: &str| format!("I3: the receipt of {}: {what}", entry.act.key);
        if entry.act.is_sealed() {
            let promised = receipt.starts_with("minsheng.promise/1\n");
            return if promised { Ok(()) } else { Err(wrong("an accusation's is a promise")) };
        }
        let proof = TlogProof::parse(receipt).map_err(|error| wrong(&error.to_string()))?;
        let extra: Option<Value> = proof.extra.as_deref().and_then(|extra| serde_json::from_slice(extra).ok());
        let extra = extra.ok_or_else(|| wrong("nothing beside the proof"))?;
        let [own, body, nonce] = ["entry", "body", "nonce"].map(|name| extra[name].as_str().unwrap_or_default());
        proof.verify(own.as_bytes(), &self.verifier).map_err(|error| wrong(&error.to_string()))?;
        if self.entries.get(proof.index as usize).is_none_or(|entry| entry != own) {
            return Err(wrong("the log has another entry at its place"));
        }
        let nonce: Option<[u8; 32]> = data_encoding::HEXLOWER.decode(nonce.as_bytes()).ok().and_then(|n| n.try_into().ok());
        let commitment = nonce.map(|nonce| civic::journal::commitment(&nonce, body));
        if !commitment.is_some_and(|commitment| own.contains(&format!("\"h\":\"{commitment}\""))) {
            return Err(wrong("its entry does not commit to its words"));
        }
        if !body.contains(&entry.act.what) {
            return Err(wrong("other words than were sent"));
        }
        let sha = |file: &Vec<u8>| data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(file));
        if !entry.act.files.iter().all(|file| body.contains(&sha(file))) {
            return Err(wrong("another file than was sent"));
        }
        Ok(())
    }
}

/// Computes the root at every size: whole subtrees are kept by their height and joined from the right.
fn roots(entries: &[String]) -> Vec<Hash> {
    let (mut roots, mut whole) = (vec![EMPTY_ROOT], Vec::<(u32, Hash)>::new());
    for entry in entries {
        let mut new = (0, leaf_hash(entry.as_bytes()));
        while let Some((height, left)) = whole.pop_if(|(height, _)| *height == new.0) {
            new = (height + 1, node_hash(&left, &new.1));
        }
        whole.push(new);
        let joined = whole.iter().rev().copied().reduce(|right, left| (left.0, node_hash(&left.1, &right.1)));
        roots.push(joined.map_or(EMPTY_ROOT, |(_, root)| root));
    }
    roots
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::root;

    #[test]
    fn roots_are_those_of_the_definition() {
        let entries: Vec<String> = (0..70).map(|n| n.to_string()).collect();
        let leaves: Vec<Hash> = entries.iter().map(|entry| leaf_hash(entry.as_bytes())).collect();
        for (size, found) in roots(&entries).into_iter().enumerate() {
            assert_eq!(found, root(&leaves[..size]), "size {size}");
        }
    }
}
