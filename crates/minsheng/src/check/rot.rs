//! What lies beside the journal and can rot without anybody's doing: the engine's own structures, keys not used yet, files
//! that only a sealed copy names, checkpoints that only receipts point at.

use std::fs;

use civic::file::FileStore;
use civic::hall::Hall;
use civic::journal;
use civic::site::Site;
use data_encoding::HEXLOWER;
use db::{Fault, Tx};
use sha2::{Digest, Sha256};
use tlog::checkpoint::Checkpoint;
use tlog::note::Verifier;
use tlog::{EMPTY_ROOT, Hash, node_hash};

/// Checkpoints read at once.
const PAGE_CHECKPOINTS: i64 = 1_000;

/// Looks at the structure of both databases, at every key, and at every file on disk, whoever names it.
pub(crate) fn look(hall: &Hall, files: &FileStore) -> Result<Vec<String>, Fault> {
    let mut found = hall.store.damage()?;
    found.extend(hall.site.keystore.store().damage()?.into_iter().map(|line| format!("key store: {line}")));
    found.extend(hall.site.keystore.check()?);
    for address in files.list()? {
        let whole =
            fs::read(files.path(&address)).is_ok_and(|bytes| HEXLOWER.encode(&Sha256::digest(&bytes)) == address.as_str());
        if !whole {
            found.push(format!("file {} is not the one its address names", address.as_str()));
        }
    }
    Ok(found)
}

/// Compares every checkpoint ever signed, and every one that witnesses cosigned, with the entries: receipts carry them.
pub(crate) fn checkpoints(tx: &mut Tx<'_>, site: &Site, leaves: &[Hash]) -> Result<Vec<String>, Fault> {
    let verifier = Verifier::parse(&site.vkey()).map_err(|wrong| Fault::other(wrong.to_string()))?;
    let mut found = Vec::new();
    for (what, list) in [("checkpoint", journal::checkpoints as Pages), ("cosigned checkpoint", journal::all_witnessed)] {
        let (mut after, mut tree) = (-1, Growing::default());
        loop {
            let page = list(tx, site.jurisdiction, after, PAGE_CHECKPOINTS)?;
            let Some((last, _)) = page.last() else { break };
            after = *last;
            for (size, note) in &page {
                let root = usize::try_from(*size).ok().and_then(|size| leaves.get(..size)).map(|leaves| tree.root(leaves));
                let signed = Checkpoint::open(note, &verifier).ok().filter(|checkpoint| checkpoint.size as i64 == *size);
                if root.is_none() || signed.map(|checkpoint| checkpoint.root) != root {
                    found.push(format!("{what} of size {size} does not state the entries under it"));
                }
            }
        }
    }
    Ok(found)
}

/// Lists signed checkpoints above a size, some at once.
type Pages = fn(&mut Tx<'_>, i64, i64, i64) -> Result<Vec<(i64, String)>, Fault>;

/// Grows a tree leaf by leaf: whole subtrees by their height, joined from the right.
#[derive(Default)]
struct Growing {
    size: usize,
    whole: Vec<(u32, Hash)>,
}

impl Growing {
    /// Grows to the given leaves, which begin with those before, and returns their root.
    fn root(&mut self, leaves: &[Hash]) -> Hash {
        for leaf in &leaves[self.size..] {
            let mut new = (0, *leaf);
            while let Some((height, left)) = self.whole.pop_if(|(height, _)| *height == new.0) {
                new = (height + 1, node_hash(&left, &new.1));
            }
            self.whole.push(new);
        }
        self.size = leaves.len();
        let joined = self.whole.iter().rev().copied().reduce(|right, left| (left.0, node_hash(&left.1, &right.1)));
        joined.map_or(EMPTY_ROOT, |(_, root)| root)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::root;
    use super::*;

    #[test]
    fn a_growing_tree_has_the_roots_of_the_definition() {
        let leaves: Vec<Hash> = (0_u8..70).map(|n| tlog::leaf_hash(&[n])).collect();
        let mut growing = Growing::default();
        for size in [0, 1, 2, 3, 7, 8, 9, 64, 70] {
            assert_eq!(growing.root(&leaves[..size]), root(&leaves[..size]), "size {size}");
        }
    }
}
