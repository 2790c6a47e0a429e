//! The tree against a naive one, and its proofs against each other.

use std::collections::HashMap;

use proptest::prelude::*;
use tlog::*;

#[derive(Default)]
struct Memory(HashMap<(u8, u64), Vec<Hash>>);

impl HashSource for Memory {
    type Error = String;

    fn tile(&mut self, level: u8, index: u64) -> Result<Vec<Hash>, String> {
        self.0.get(&(level, index)).cloned().ok_or_else(|| format!("tile {level}/{index}"))
    }
}

fn naive(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => EMPTY_ROOT,
        [one] => *one,
        many => {
            let middle = many.len().next_power_of_two() / 2;
            node_hash(&naive(&many[..middle]), &naive(&many[middle..]))
        }
    }
}

fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|n| leaf_hash(&n.to_be_bytes())).collect()
}

fn grown(steps: &[u64]) -> (Memory, Vec<Hash>) {
    let all = leaves(steps.iter().sum());
    let (mut memory, mut size) = (Memory::default(), 0);
    for step in steps {
        let new = &all[size as usize..(size + step) as usize];
        for (level, index, hashes) in append(size, new, &mut memory).unwrap() {
            memory.0.insert((level, index), hashes);
        }
        size += step;
    }
    (memory, all)
}

#[test]
fn roots_and_all_proofs_fit_for_every_size_up_to_three_hundred() {
    let (mut memory, all) = grown(&[300]);
    for size in 1..=300_u64 {
        let expected = naive(&all[..size as usize]);
        assert_eq!(root(size, &mut memory).unwrap(), expected, "size {size}");
        for index in [0, size / 3, size / 2, size - 1] {
            let proof = prove_inclusion(index, size, &mut memory).unwrap();
            verify_inclusion(index, size, &all[index as usize], &proof, &expected).unwrap();
            assert!(verify_inclusion(index, size, &leaf_hash(b"another"), &proof, &expected).is_err());
            if size > 1 {
                assert!(verify_inclusion((index + 1) % size, size, &all[index as usize], &proof, &expected).is_err());
            }
        }
        for old in [0, 1, size / 2, size - 1, size] {
            let before = naive(&all[..old as usize]);
            let proof = prove_consistency(old, size, &mut memory).unwrap();
            verify_consistency((old, &before), (size, &expected), &proof).unwrap();
            if old > 0 && old < size {
                let forked = leaf_hash(b"fork");
                assert!(verify_consistency((old, &forked), (size, &expected), &proof).is_err());
            }
        }
    }
}

#[test]
fn a_tree_of_seventy_thousand_has_the_tiles_the_specification_names() {
    let (memory, _) = grown(&[70_000]);
    let count = |level| memory.0.keys().filter(|(l, _)| *l == level).count();
    assert_eq!((count(0), count(1), count(2)), (274, 2, 1));
    assert_eq!(memory.0[&(0, 273)].len(), 112);
    assert_eq!(memory.0[&(1, 1)].len(), 17);
    assert_eq!(memory.0[&(2, 0)].len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn growing_in_any_steps_gives_the_same_tree(steps in prop::collection::vec(1..400_u64, 1..6)) {
        let total: u64 = steps.iter().sum();
        let (mut memory, all) = grown(&steps);
        prop_assert_eq!(root(total, &mut memory).unwrap(), naive(&all));
        let old = steps[0];
        let proof = prove_consistency(old, total, &mut memory).unwrap();
        verify_consistency((old, &naive(&all[..old as usize])), (total, &naive(&all)), &proof).unwrap();
        for at in 0..proof.len() {
            let mut bent = proof.clone();
            bent[at][0] ^= 1;
            prop_assert!(verify_consistency((old, &naive(&all[..old as usize])), (total, &naive(&all)), &bent).is_err());
        }
    }
}

#[test]
fn tile_paths_are_spelled_in_one_way_only() {
    let tile = Tile { level: Some(0), index: 1_234_067, width: 256 };
    assert_eq!(tile.to_string(), "tile/0/x001/x234/067");
    assert_eq!(Tile::parse("tile/entries/x001/067.p/3").unwrap(), Tile { level: None, index: 1_067, width: 3 });
    for bad in [
        "tile/0/67",
        "tile/0/x000/067",
        "tile/0/067.p/0",
        "tile/0/067.p/256",
        "tile/64/000",
        "tile/0/../1",
        "tile/00/001",
        "tile/0/+01",
    ] {
        assert!(Tile::parse(bad).is_err(), "{bad}");
    }
    assert!(Tile { level: Some(1), index: 0, width: 1 }.exists(256));
    assert!(!Tile { level: Some(1), index: 0, width: 1 }.exists(255));
    assert!(!Tile { level: Some(63), index: u64::MAX, width: 1 }.exists(u64::MAX));
}
