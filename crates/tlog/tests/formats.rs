//! Notes, checkpoints and proofs: published vectors, a second implementation as judge, and hostile input.

use proptest::prelude::*;
use tlog::checkpoint::Checkpoint;
use tlog::note::{self, Signer, Verifier};
use tlog::proof::TlogProof;
use tlog::{Tile, Wrong, bundle, leaf_hash};

const VKEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const NOTE: &str = "This is an example message.\n\n\u{2014} example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

#[test]
fn the_published_vector_opens_and_a_changed_one_does_not() {
    let verifier = Verifier::parse(VKEY).unwrap();
    assert_eq!(note::open(NOTE, &[&verifier]).unwrap().text, "This is an example message.\n");
    assert_eq!(note::open(&NOTE.replace("example message", "exemple message"), &[&verifier]), Err(Wrong::BadSignature));
    let other = Verifier::parse(&Signer::new("example.com/foo", [1; 32]).vkey()).unwrap();
    assert_eq!(note::open(NOTE, &[&other]), Err(Wrong::Unsigned));
}

#[test]
fn another_implementation_opens_what_we_sign() {
    let signer = Signer::new("log.example/qinghe", [5; 32]);
    let text = Checkpoint { origin: "log.example/qinghe".into(), size: 7, root: leaf_hash(b"x"), extensions: vec![] };
    let signed = text.sign(&signer);
    let judge = signed_note::StandardVerifier::new(&signer.vkey()).unwrap();
    let note = signed_note::Note::from_bytes(signed.as_bytes()).unwrap();
    let (verified, unknown) = note.verify(&signed_note::VerifierList::new(vec![Box::new(judge)])).unwrap();
    assert_eq!((verified.len(), unknown.len()), (1, 0));
    assert_eq!(Checkpoint::open(&signed, &Verifier::parse(&signer.vkey()).unwrap()).unwrap(), text);
}

#[test]
fn a_checkpoint_of_another_log_is_refused() {
    let signer = Signer::new("log.example/a", [5; 32]);
    let text = Checkpoint { origin: "log.example/b".into(), size: 7, root: leaf_hash(b"x"), extensions: vec![] };
    assert!(Checkpoint::open(&text.sign(&signer), &Verifier::parse(&signer.vkey()).unwrap()).is_err());
}

#[test]
fn a_proof_reads_back_and_checks() {
    let signer = Signer::new("log.example/a", [9; 32]);
    let checkpoint = Checkpoint { origin: "log.example/a".into(), size: 1, root: leaf_hash(b"entry"), extensions: vec![] };
    let proof = TlogProof { extra: Some(vec![1, 2]), index: 0, hashes: vec![], checkpoint: checkpoint.sign(&signer) };
    let again = TlogProof::parse(&proof.to_text()).unwrap();
    assert_eq!(again, proof);
    let verifier = Verifier::parse(&signer.vkey()).unwrap();
    assert_eq!(again.verify(b"entry", &verifier).unwrap().size, 1);
    assert_eq!(again.verify(b"other", &verifier), Err(Wrong::BadProof));
}

proptest! {
    #[test]
    fn parser_of_notes_never_panics(bytes in ".{0,300}") {
        let verifier = Verifier::parse(VKEY).unwrap();
        let _ = note::open(&bytes, &[&verifier]);
        let _ = Verifier::parse(&bytes);
        let _ = Checkpoint::parse(&bytes);
        let _ = TlogProof::parse(&bytes);
    }

    #[test]
    fn parser_of_checkpoints_prints_back_what_it_reads(origin in "[a-z./]{1,20}", size: u64, root: [u8; 32], line in "[a-z ]{1,9}") {
        let checkpoint = Checkpoint { origin, size, root, extensions: vec![line] };
        prop_assert_eq!(Checkpoint::parse(&checkpoint.to_text()).unwrap(), checkpoint);
    }

    #[test]
    fn parser_of_tiles_prints_back_what_it_reads(path in "tile/(entries|[0-9]{1,2})/(x[0-9]{3}/){0,3}[0-9]{3}(\\.p/[0-9]{1,3})?") {
        if let Ok(tile) = Tile::parse(&path) {
            prop_assert_eq!(tile.to_string(), path);
        }
    }

    #[test]
    fn parser_of_bundles_reads_what_was_written(entries in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..50), 0..20), junk: Vec<u8>) {
        let encoded = bundle::encode(entries.iter().map(Vec::as_slice));
        prop_assert_eq!(bundle::decode(&encoded).unwrap(), entries.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let _ = bundle::decode(&junk);
    }
}
