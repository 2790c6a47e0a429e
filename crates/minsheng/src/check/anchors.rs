//! What another site's log says about this one: the heads that were entered there, each of which the log must begin with.

use db::Fault;
use serde_json::Value;
use tlog::checkpoint::Checkpoint;
use tlog::note::Verifier;
use tlog::{Hash, leaf_hash};

use super::Findings;
use super::remote::Remote;
use super::tree::{TILE_HASHES, Tree};
use super::walk::bundle;

/// The words that an entry about a head holds, whoever it is about.
const MARK: &str = "\"anchored\"";

/// Fetches every entry of the log above, checks that they are those of its signed head, and returns the heads of a lower log.
pub(crate) fn fetch(above: &Remote, vkey: Option<&str>, origin: &str, findings: &mut Findings) -> Result<Vec<Checkpoint>, Fault> {
    let vkey = vkey.map_or_else(|| above.vkey(), |key| Ok(key.to_owned()))?;
    let verifier = Verifier::parse(&vkey).map_err(|wrong| Fault::other(format!("verifier key of the log above: {wrong}")))?;
    let note = above.checkpoint()?;
    let head = Checkpoint::open(&note, &verifier).map_err(|wrong| Fault::other(format!("the head of the log above: {wrong}")))?;
    let (mut tree, mut found) = (Tree::default(), Vec::new());
    for index in 0..head.size.div_ceil(TILE_HASHES as u64) {
        let (leaves, heads): (Vec<Hash>, Vec<Checkpoint>) = bundle(above, (index, head.size), |entries| {
            let heads = entries.iter().filter_map(|entry| of_origin(entry, origin)).collect();
            (entries.iter().map(|entry| leaf_hash(entry)).collect(), heads)
        })?;
        tree.extend(leaves);
        found.extend(heads);
    }
    findings.hold(tree.root(head.size) == Some(head.root), || "the entries of the log above do not lead to its head".to_owned());
    Ok(found)
}

fn of_origin(entry: &[u8], origin: &str) -> Option<Checkpoint> {
    let text = std::str::from_utf8(entry).ok().filter(|text| text.contains(MARK))?;
    let fact: Value = serde_json::from_str(text).ok()?;
    let x = fact.get("x").filter(|x| x["o"] == origin && fact["k"] == "anchored")?;
    let root = data_encoding::BASE64.decode(x["r"].as_str()?.as_bytes()).ok()?;
    Some(Checkpoint { origin: origin.to_owned(), size: x["n"].as_u64()?, root: root.try_into().ok()?, extensions: Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_heads_of_the_log_that_is_asked_for_are_read() {
        let root = data_encoding::BASE64.encode(&[7; 32]);
        let entry = |k: &str, o: &str| format!(r#"{{"k":"{k}","x":{{"n":12,"o":"{o}","r":"{root}","st":"seen"}}}}"#);
        let read = |k, o| of_origin(entry(k, o).as_bytes(), "lower.example/1");
        assert_eq!(read("anchored", "lower.example/1").map(|head| (head.size, head.root)), Some((12, [7; 32])));
        assert_eq!((read("anchored", "other.example/1"), read("rules_set", "lower.example/1")), (None, None));
        assert_eq!(of_origin(b"\"anchored\"", "lower.example/1"), None);
    }
}
