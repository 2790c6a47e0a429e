//! Notes, checkpoints and proofs: published vectors, and a second implementation as judge.

use tlog::checkpoint::Checkpoint;
use tlog::note::{self, Signer, Verifier};
use tlog::proof::TlogProof;
use tlog::{Wrong, leaf_hash};

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
