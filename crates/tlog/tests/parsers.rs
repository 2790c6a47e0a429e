//! Hostile input for every parser. Each `parser_of_…` is a fuzz target: `cargo x test` runs it for some seconds,
//! `cargo x fuzz` as long as one likes.

use proptest::prelude::*;
use testkit::hostile::{bent, bent_bytes, changes};
use tlog::checkpoint::Checkpoint;
use tlog::cosignature::{Cosigner, Witness};
use tlog::note::{self, Signer, Verifier};
use tlog::proof::TlogProof;
use tlog::witness::AddCheckpoint;
use tlog::{Tile, bundle, leaf_hash};

fn signer() -> Signer {
    Signer::new("log.example/qinghe", [5; 32])
}

fn verifier() -> Verifier {
    Verifier::parse(&signer().vkey()).unwrap()
}

fn checkpoint() -> Checkpoint {
    Checkpoint {
        origin: "log.example/qinghe".into(),
        size: 2,
        root: tlog::node_hash(&leaf_hash(b"a"), &leaf_hash(b"b")),
        extensions: vec![],
    }
}

/// Opens a note with the second implementation.
fn judge(text: &str) -> bool {
    let known = signed_note::StandardVerifier::new(&signer().vkey()).unwrap();
    let verifiers = signed_note::VerifierList::new(vec![Box::new(known)]);
    signed_note::Note::from_bytes(text.as_bytes()).is_ok_and(|note| note.verify(&verifiers).is_ok())
}

proptest! {
    #[test]
    fn parser_of_notes(changes in changes(), junk in "\\PC{0,200}") {
        let good = checkpoint().sign(&signer());
        let text = bent(&good, &changes);
        if let Ok(opened) = note::open(&text, &[&verifier()]) {
            prop_assert_eq!(opened.text, checkpoint().to_text(), "only the signed text opens");
            prop_assert!(judge(&text), "another implementation opens it too");
        }
        prop_assert!(note::open(&junk, &[&verifier()]).is_err());
        prop_assert!(note::open(&bent(&junk, &changes), &[&verifier()]).is_err());
    }

    #[test]
    fn parser_of_verifier_keys(changes in changes(), junk in "\\PC{0,120}") {
        let good = signer().vkey();
        if let Ok(verifier) = Verifier::parse(&bent(&good, &changes)) {
            prop_assert_eq!(verifier.name(), "log.example/qinghe", "a changed name has another key id");
        }
        let _ = Verifier::parse(&junk);
    }

    #[test]
    fn parser_of_cosignatures(changes in changes(), junk in "\\PC{0,200}") {
        let cosigner = Cosigner::new("witness.example/w1", [8; 32]).unwrap();
        let witness = Witness::parse(&cosigner.vkey()).unwrap();
        let line = cosigner.cosign(&checkpoint().to_text(), 1_764_000_000);
        let text = bent(&(checkpoint().sign(&signer()) + &line), &changes);
        if let Ok(Some(found)) = witness.find(&text) {
            prop_assert!(text.starts_with(&checkpoint().to_text()), "only the cosigned text is found");
            prop_assert_eq!(found.line, line);
        }
        let _ = witness.find(&junk);
        if let Ok(witness) = Witness::parse(&bent(&cosigner.vkey(), &changes)) {
            prop_assert_eq!(witness.name(), "witness.example/w1", "a changed name has another key id");
        }
    }

    #[test]
    fn parser_of_requests_to_a_witness(changes in changes(), junk in "\\PC{0,200}") {
        let asked = AddCheckpoint { old: 1, proof: vec![leaf_hash(b"b")], note: checkpoint().sign(&signer()) };
        let again = AddCheckpoint::parse(&asked.to_text());
        prop_assert_eq!(again.as_ref(), Ok(&asked));
        if let Ok(read) = AddCheckpoint::parse(&bent(&asked.to_text(), &changes)) {
            prop_assert!(read.proof.len() <= 63);
            let _ = read.judge(&verifier(), Some((1, leaf_hash(b"a"))));
        }
        let _ = AddCheckpoint::parse(&junk);
    }

    #[test]
    fn parser_of_checkpoints(changes in changes(), junk in "\\PC{0,120}") {
        let text = bent(&checkpoint().to_text(), &changes);
        for text in [text.as_str(), &junk] {
            if let Ok(read) = Checkpoint::parse(text) {
                prop_assert_eq!(read.to_text(), text, "a checkpoint is spelled in one way only");
            }
            let _ = Checkpoint::peek(text);
        }
    }

    #[test]
    fn parser_of_proofs(changes in changes(), junk in "\\PC{0,200}", extra: Option<Vec<u8>>) {
        let proof = TlogProof { extra, index: 0, hashes: vec![leaf_hash(b"b")], checkpoint: checkpoint().sign(&signer()) };
        prop_assert!(proof.verify(b"a", &verifier()).is_ok());
        let text = bent(&proof.to_text(), &changes);
        if let Ok(read) = TlogProof::parse(&text) {
            prop_assert_eq!(read.to_text(), text, "a proof is spelled in one way only");
            if let Ok(proven) = read.verify(b"a", &verifier()) {
                prop_assert_eq!((read.index, proven), (0, checkpoint()), "only the true place is proven");
            }
            prop_assert!(read.verify(b"x", &verifier()).is_err());
        }
        prop_assert!(TlogProof::parse(&junk).is_err());
    }

    #[test]
    fn parser_of_tile_paths(changes in changes(), junk in "\\PC{0,60}", level in 0..70_u8, index: u64, width in 0..300_u16) {
        let tile = Tile { level: (level < 64).then_some(level), index, width };
        let path = tile.to_string();
        prop_assert_eq!(Tile::parse(&path).is_ok_and(|read| read == tile), (1..=256).contains(&width), "{}", path);
        for path in [bent(&path, &changes), junk] {
            if let Ok(read) = Tile::parse(&path) {
                prop_assert_eq!(read.to_string(), path, "a tile's path is spelled in one way only");
            }
        }
    }

    #[test]
    fn parser_of_bundles(entries in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..9), changes in changes(), junk: Vec<u8>) {
        let encoded = bundle::encode(entries.iter().map(Vec::as_slice));
        prop_assert_eq!(bundle::decode(&encoded).unwrap(), entries.iter().map(Vec::as_slice).collect::<Vec<_>>());
        for bytes in [bent_bytes(&encoded, &changes), junk] {
            if let Ok(read) = bundle::decode(&bytes) {
                prop_assert_eq!(bundle::encode(read), bytes, "a bundle is spelled in one way only");
            }
        }
    }
}
