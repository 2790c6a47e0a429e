//! The golden vectors in `docs/vectors`: format version 1 is permanent, so a byte that changes here is a mistake.

use std::fs;
use std::path::PathBuf;

use crate::golden::{LOG_SEED, Log, MATTER, RATING_SEED, five, rating_text};
use civic::journal::{canonical, commitment};
use data_encoding::HEXLOWER;
use serde_json::{Map, Value, json};
use tlog::note::Verifier;
use tlog::proof::TlogProof;

fn vectors(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/vectors").join(name)
}

/// Compares with the committed vector. A vector that is not there yet is written beside it as `NAME.new`.
fn is_golden(name: &str, found: &Value) {
    let Ok(text) = fs::read_to_string(vectors(name)) else {
        fs::write(vectors(&format!("{name}.new")), serde_json::to_string_pretty(found).unwrap() + "\n").unwrap();
        panic!("docs/vectors/{name} is missing; what the code makes now stands in {name}.new");
    };
    let golden: Value = serde_json::from_str(&text).unwrap();
    for (field, value) in golden.as_object().unwrap() {
        assert_eq!(&found[field], value, "field {field} of docs/vectors/{name}: the bytes of format version 1 changed");
    }
    assert_eq!(found, &golden, "docs/vectors/{name} and the code hold different fields");
}

#[test]
fn a_log_of_five_entries_has_the_bytes_it_had_on_the_first_day() {
    let log = Log::of(five(5));
    let entries = log.entries.iter().map(|golden| {
        json!({
            "kind": golden.kind,
            "day": golden.day.to_string(),
            "nonce": HEXLOWER.encode(&golden.nonce),
            "body": golden.body,
            "h": commitment(&golden.nonce, &golden.body),
            "entry": golden.entry,
            "leaf": HEXLOWER.encode(&tlog::leaf_hash(golden.entry.as_bytes())),
        })
    });
    let roots: Map<String, Value> = (0..=5).map(|size| (size.to_string(), HEXLOWER.encode(&log.root(size)).into())).collect();
    let mut served = Map::new();
    for (path, bytes) in log.files() {
        served.insert(path, HEXLOWER.encode(&bytes).into());
    }
    is_golden(
        "log.json",
        &json!({
            "about": "Format version 1, docs/log-format.md. Test keys: nothing real is signed with them.",
            "log_key_seed": HEXLOWER.encode(&LOG_SEED),
            "vkey": log.signer.vkey(),
            "rating_key_seed": HEXLOWER.encode(&RATING_SEED),
            "rating_text": rating_text(3, 5),
            "matter": MATTER,
            "entries": entries.collect::<Vec<_>>(),
            "roots": roots,
            "served_as_hex": served,
            "checkpoint": log.checkpoint(5),
            "checkpoint_of_three": log.checkpoint(3),
            "receipt_of_entry_1": log.receipt(1, 3),
        }),
    );
}

#[test]
fn canonical_json_has_the_bytes_it_had_on_the_first_day() {
    let values = [
        json!({}),
        json!([]),
        json!({"b": [1, -2, 0, 9_007_199_254_740_992_i64], "a": {"z": null, "y": true, "x": false}}),
        json!({"\u{20ac}": 1, "\r": 2, "\u{fb33}": 3, "1": 4, "\u{1f600}": 5, "\u{80}": 6, "\u{f6}": 7}),
        json!("\u{0}\u{8}\t\n\u{b}\u{c}\r\u{1f}\"\\/\u{7f}\u{2028}民声"),
    ];
    let pairs: Vec<Value> = values.iter().map(|value| json!({"value": value, "text": canonical(value)})).collect();
    is_golden("canonical.json", &json!({"pairs": pairs}));
}

#[test]
fn the_golden_receipt_proves_its_entry_and_its_words() {
    let log = Log::of(five(5));
    let proof = TlogProof::parse(&log.receipt(1, 3)).unwrap();
    let extra: Value = serde_json::from_slice(proof.extra.as_deref().unwrap()).unwrap();
    let entry = extra["entry"].as_str().unwrap();
    let verifier = Verifier::parse(&log.signer.vkey()).unwrap();
    assert_eq!(proof.verify(entry.as_bytes(), &verifier).unwrap().size, 3);
    let nonce: [u8; 32] = HEXLOWER.decode(extra["nonce"].as_str().unwrap().as_bytes()).unwrap().try_into().unwrap();
    let fact: Value = serde_json::from_str(entry).unwrap();
    assert_eq!(fact["h"], commitment(&nonce, extra["body"].as_str().unwrap()));
}
