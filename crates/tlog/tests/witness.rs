//! Cosignatures, and what a witness decides.

use std::collections::HashMap;

use tlog::checkpoint::Checkpoint;
use tlog::cosignature::{Cosigner, Witness};
use tlog::note::{self, Signer, Verifier};
use tlog::witness::{AddCheckpoint, Refused};
use tlog::{EMPTY_ROOT, Hash, HashSource, Wrong, append, leaf_hash, prove_consistency, root};

const ORIGIN: &str = "log.example/qinghe";

#[derive(Default)]
struct Log {
    tiles: HashMap<(u8, u64), Vec<Hash>>,
    size: u64,
}

impl HashSource for Log {
    type Error = ();

    fn tile(&mut self, level: u8, index: u64) -> Result<Vec<Hash>, ()> {
        self.tiles.get(&(level, index)).cloned().ok_or(())
    }
}

impl Log {
    fn grow(&mut self, leaves: &[&str]) {
        let hashes: Vec<Hash> = leaves.iter().map(|leaf| leaf_hash(leaf.as_bytes())).collect();
        for (level, index, hashes) in append(self.size, &hashes, self).unwrap() {
            self.tiles.insert((level, index), hashes);
        }
        self.size += leaves.len() as u64;
    }

    fn root(&mut self) -> Hash {
        root(self.size, self).unwrap()
    }

    fn ask(&mut self, old: u64) -> AddCheckpoint {
        let size = self.size;
        let checkpoint = Checkpoint { origin: ORIGIN.into(), size, root: self.root(), extensions: vec![] };
        let proof = prove_consistency(old, size, self).unwrap();
        AddCheckpoint { old, proof, note: checkpoint.sign(&signer()) }
    }
}

fn signer() -> Signer {
    Signer::new(ORIGIN, [5; 32])
}

fn log_key() -> Verifier {
    Verifier::parse(&signer().vkey()).unwrap()
}

#[test]
fn a_cosignature_fits_its_checkpoint_its_time_and_its_key_only() {
    let cosigner = Cosigner::new("witness.example/w1", [8; 32]).unwrap();
    let witness = Witness::parse(&cosigner.vkey()).unwrap();
    let mut log = Log::default();
    log.grow(&["a", "b", "c"]);
    let note = log.ask(0).note;
    assert_eq!(witness.find(&note), Ok(None));
    let (text, _) = note.split_once("\n\n").unwrap();
    let line = cosigner.cosign(&format!("{text}\n"), 1_764_000_000);
    let cosigned = format!("{note}{line}");
    let found = witness.find(&cosigned).unwrap().unwrap();
    assert_eq!((found.at, found.line), (1_764_000_000, line.clone()));
    // the log's own key still opens it, and passes over the witness's line
    assert_eq!(note::open(&cosigned, &[&log_key()]).unwrap().unknown, 1);
    log.grow(&["d"]);
    assert_eq!(witness.find(&format!("{}{line}", log.ask(0).note)), Err(Wrong::BadSignature), "of another tree");
    let later = cosigner.cosign(&format!("{text}\n"), 1_764_000_001);
    let mut bytes = data_encoding::BASE64.decode(later.trim_end().rsplit(' ').next().unwrap().as_bytes()).unwrap();
    bytes[11] -= 1;
    let moved = format!("{note}\u{2014} witness.example/w1 {}\n", data_encoding::BASE64.encode(&bytes));
    assert_eq!(witness.find(&moved), Err(Wrong::BadSignature), "of another time");
    let other = Witness::parse(&Cosigner::new("witness.example/w1", [9; 32]).unwrap().vkey()).unwrap();
    assert_eq!(other.find(&cosigned), Ok(None), "another key of the same name has another id");
    assert!(Witness::parse(&signer().vkey()).is_err(), "a log's key is no witness's");
    assert!(Verifier::parse(&cosigner.vkey()).is_err(), "nor a witness's a log's");
    assert!(Cosigner::new("two words", [8; 32]).is_err());
}

#[test]
fn a_witness_follows_a_log_and_refuses_everything_else() {
    let mut log = Log::default();
    log.grow(&["a", "b", "c"]);
    let first = log.ask(0).judge(&log_key(), None).unwrap();
    let known = Some((first.size, first.root));
    let stands = log.ask(3).judge(&log_key(), known).unwrap();
    assert_eq!(stands, first, "the same checkpoint is cosigned again");
    log.grow(&["d", "e", "f", "g", "h"]);
    assert_eq!(log.ask(0).judge(&log_key(), known), Err(Refused::Conflict(3)), "it tells what it knows");
    assert_eq!(log.ask(3).judge(&log_key(), known).unwrap().size, 8);
    let mut bent = log.ask(3);
    bent.proof[0] = [0; 32];
    assert_eq!(bent.judge(&log_key(), known), Err(Refused::Unproven));
    bent.proof.clear();
    assert_eq!(bent.judge(&log_key(), known), Err(Refused::Unproven));
    let stranger = Verifier::parse(&Signer::new(ORIGIN, [6; 32]).vkey()).unwrap();
    assert_eq!(log.ask(3).judge(&stranger, known), Err(Refused::Unsigned));
    let backward = AddCheckpoint { old: 9, ..log.ask(8) };
    assert!(matches!(backward.judge(&log_key(), Some((9, [0; 32]))), Err(Refused::Malformed(_))));
}

#[test]
fn a_fork_signed_with_the_log_s_own_key_is_refused() {
    let (mut log, mut fork) = (Log::default(), Log::default());
    log.grow(&["a", "b", "c", "d"]);
    fork.grow(&["a", "B", "c", "d"]);
    let known = Some((4, log.root()));
    assert_eq!(fork.ask(4).judge(&log_key(), known), Err(Refused::Conflict(4)), "two histories of one size");
    fork.grow(&["e", "f"]);
    assert_eq!(fork.ask(4).judge(&log_key(), known), Err(Refused::Unproven), "and of another");
    let mut shorter = Log::default();
    shorter.grow(&["a", "b"]);
    assert_eq!(shorter.ask(2).judge(&log_key(), known), Err(Refused::Conflict(4)), "a log that was rolled back");
    assert_ne!(log.root(), EMPTY_ROOT);
}
