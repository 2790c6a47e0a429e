//! The public log and the clocks: pure work, one thread.

use std::collections::HashMap;

use jiff::civil::date;
use tlog::checkpoint::Checkpoint;
use tlog::note::{Signer, Verifier};
use tlog::{Hash, HashSource, append, leaf_hash, prove_inclusion, root, verify_inclusion};
use worktime::{Calendar, Term, Unit, due};

use crate::measure::{Row, alone};

/// Leaves of the tree that proofs are made in.
const LEAVES: u64 = 100_000;
/// Leaves appended at once, as one full batch of the writer does.
const BATCH: usize = 256;

#[derive(Default)]
struct Memory(HashMap<(u8, u64), Vec<Hash>>);

impl HashSource for Memory {
    type Error = String;

    fn tile(&mut self, level: u8, index: u64) -> Result<Vec<Hash>, String> {
        self.0.get(&(level, index)).cloned().ok_or_else(|| format!("tile {level}/{index}"))
    }
}

/// Measures growing, signing, proving, checking, and one due date.
pub fn log() -> Vec<Row> {
    let signer = Signer::new("log.example/bench", [5; 32]);
    let verifier = Verifier::parse(&signer.vkey()).expect("a key of our own is read");
    let leaves: Vec<Hash> = (0..LEAVES).map(|number| leaf_hash(&number.to_be_bytes())).collect();
    let (mut memory, mut size) = (Memory::default(), 0_u64);
    let mut notes = Vec::new();
    let growing = alone("log grown by 256 entries, checkpoint signed", leaves.len() / BATCH, |number| {
        let tiles = append(size, &leaves[number * BATCH..(number + 1) * BATCH], &mut memory).expect("tiles are there");
        memory.0.extend(tiles.into_iter().map(|(level, index, hashes)| ((level, index), hashes)));
        size += BATCH as u64;
        let root = root(size, &mut memory).expect("tiles are there");
        notes.push(Checkpoint { origin: "log.example/bench".into(), size, root, extensions: Vec::new() }.sign(&signer));
    });
    let head = Checkpoint::open(notes.last().expect("the log has grown"), &verifier).expect("our own checkpoint opens");
    let mut proofs = Vec::new();
    let proving = alone("inclusion proven", 2_000, |number| {
        let index = number as u64 * 47 % size;
        proofs.push((index, prove_inclusion(index, size, &mut memory).expect("tiles are there")));
    });
    let checking = alone("inclusion checked", 2_000, |number| {
        let (index, proof) = &proofs[number];
        verify_inclusion(*index, size, &leaves[*index as usize], proof, &head.root).expect("our own proof holds");
    });
    let opening = alone("checkpoint checked", 300, |number| {
        Checkpoint::open(&notes[number], &verifier).expect("our own checkpoint opens");
    });
    let calendar = Calendar::builtin();
    let clock = alone("due date of 60 days computed", 10_000, |number| {
        let start = date(2026, 1, 1 + (number % 28) as i8);
        assert!(due(&calendar, start, Term { value: 60, unit: Unit::Day }).last > start);
    });
    vec![growing, proving, checking, opening, clock]
}
