//! What `docs/log-format.md` tells a stranger about this room, held against the code: every kind and its public fields,
//! and how a rating grows out of a query code.

use std::fs;
use std::path::PathBuf;

use appeals::code::{Code, rating_holds, rating_text};
use data_encoding::HEXLOWER;
use serde_json::{Value, json};

fn text(path: &str) -> String {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Lists what stands between two marks, each time the first one is met.
fn between<'a>(text: &'a str, first: &str, last: &str) -> Vec<&'a str> {
    text.split(first).skip(1).filter_map(|rest| rest.split(last).next()).collect()
}

#[test]
fn every_kind_of_event_and_every_public_field_is_told() {
    let page = text("docs/log-format.md");
    let table = page.split("## 5.").nth(1).and_then(|rest| rest.split("## 6.").next()).unwrap();
    let events = text("crates/appeals/src/appeal/event.rs");
    let kinds = between(events.split("fn kind(").nth(1).unwrap(), "=> \"", "\"");
    assert!(kinds.len() > 40, "{kinds:?}");
    for kind in kinds {
        assert!(table.contains(&format!("`{kind}`")), "docs/log-format.md does not tell what {kind} means");
    }
    let public = text("crates/appeals/src/appeal/public.rs");
    for field in between(&public, "put(\"", "\"").into_iter().chain(["due", "tm"]) {
        assert!(table.contains(&format!("`{field}`")), "docs/log-format.md does not tell what x.{field} means");
    }
}

#[test]
fn a_rating_grows_out_of_its_code_as_the_vector_says() {
    let seed = Code::parse("0123-4567-89AB-CDEF").unwrap().seed();
    let pseudonym = "5f0c1d2e3b4a59687786954433221100";
    let signed = rating_text(pseudonym, 3, 5);
    let signature = seed.sign_rating(pseudonym, 3, 5);
    assert!(rating_holds(&seed.rating_key(), &signature, &signed));
    let found = json!({
        "about": "How a rating grows out of a query code, docs/log-format.md section 8.",
        "code": "0123456789ABCDEF",
        "seed": HEXLOWER.encode(seed.bytes()),
        "rk": seed.rating_key(),
        "text": signed,
        "sig": signature,
    });
    let golden: Value = serde_json::from_str(&text("docs/vectors/rating.json")).unwrap();
    assert_eq!(found, golden, "docs/vectors/rating.json: the bytes of format version 1 changed");
}
