//! Every root and every proof up to three hundred leaves, against the definitions of RFC 6962 taken word for word.

use std::collections::HashMap;

use tlog::{EMPTY_ROOT, Hash, HashSource, append, leaf_hash, node_hash};
use tlog::{prove_consistency, prove_inclusion, root, verify_consistency, verify_inclusion};

/// Largest tree that is compared whole.
const LEAVES_MAX: usize = 300;

#[derive(Default)]
struct Memory(HashMap<(u8, u64), Vec<Hash>>);

impl HashSource for Memory {
    type Error = String;

    fn tile(&mut self, level: u8, index: u64) -> Result<Vec<Hash>, String> {
        self.0.get(&(level, index)).cloned().ok_or_else(|| format!("tile {level}/{index}"))
    }
}

/// Computes by definition alone and remembers what it computed.
struct Oracle {
    leaves: Vec<Hash>,
    known: HashMap<(usize, usize), Hash>,
}

impl Oracle {
    fn new() -> Self {
        Self { leaves: (0..LEAVES_MAX as u64).map(|n| leaf_hash(&n.to_be_bytes())).collect(), known: HashMap::new() }
    }

    /// Is MTH(D[low:high]).
    fn head(&mut self, low: usize, high: usize) -> Hash {
        if let Some(known) = self.known.get(&(low, high)) {
            return *known;
        }
        let hash = match high - low {
            0 => EMPTY_ROOT,
            1 => self.leaves[low],
            n => {
                let k = n.next_power_of_two() / 2;
                node_hash(&self.head(low, low + k), &self.head(low + k, high))
            }
        };
        self.known.insert((low, high), hash);
        hash
    }

    /// Is PATH(m, D[low:high]).
    fn path(&mut self, m: usize, (low, high): (usize, usize)) -> Vec<Hash> {
        let n = high - low;
        if n == 1 {
            return Vec::new();
        }
        let k = n.next_power_of_two() / 2;
        let (mut path, beside) = if m < k {
            (self.path(m, (low, low + k)), self.head(low + k, high))
        } else {
            (self.path(m - k, (low + k, high)), self.head(low, low + k))
        };
        path.push(beside);
        path
    }

    /// Is SUBPROOF(m, D[low:high], whole).
    fn subproof(&mut self, m: usize, (low, high): (usize, usize), whole: bool) -> Vec<Hash> {
        let n = high - low;
        if m == n {
            return if whole { Vec::new() } else { vec![self.head(low, high)] };
        }
        let k = n.next_power_of_two() / 2;
        let (mut proof, beside) = if m <= k {
            (self.subproof(m, (low, low + k), whole), self.head(low + k, high))
        } else {
            (self.subproof(m - k, (low + k, high), false), self.head(low, low + k))
        };
        proof.push(beside);
        proof
    }
}

fn stored(leaves: &[Hash]) -> Memory {
    let mut memory = Memory::default();
    for (level, index, hashes) in append(0, leaves, &mut memory).unwrap() {
        memory.0.insert((level, index), hashes);
    }
    memory
}

#[test]
fn every_inclusion_proof_is_the_defined_one_and_checks() {
    let mut oracle = Oracle::new();
    let mut memory = stored(&oracle.leaves);
    for size in 1..=LEAVES_MAX {
        let head = oracle.head(0, size);
        assert_eq!(root(size as u64, &mut memory).unwrap(), head, "size {size}");
        for index in 0..size {
            let proof = prove_inclusion(index as u64, size as u64, &mut memory).unwrap();
            assert_eq!(proof, oracle.path(index, (0, size)), "leaf {index} of {size}");
            verify_inclusion(index as u64, size as u64, &oracle.leaves[index], &proof, &head).unwrap();
        }
        assert!(verify_inclusion(size as u64, size as u64, &oracle.leaves[0], &[], &head).is_err());
    }
}

#[test]
fn every_consistency_proof_is_the_defined_one_and_checks() {
    let mut oracle = Oracle::new();
    let mut memory = stored(&oracle.leaves);
    for new in 1..=LEAVES_MAX {
        let head = oracle.head(0, new);
        for old in 1..=new {
            let (before, proof) = (oracle.head(0, old), prove_consistency(old as u64, new as u64, &mut memory).unwrap());
            assert_eq!(proof, oracle.subproof(old, (0, new), true), "{old} in {new}");
            verify_consistency((old as u64, &before), (new as u64, &head), &proof).unwrap();
        }
        assert_eq!(prove_consistency(0, new as u64, &mut memory).unwrap(), Vec::<Hash>::new());
    }
}
