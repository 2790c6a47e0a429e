//! The hall from the outside: directory changes become events, leaves and checkpoints; statements fit both engines.

use std::sync::Arc;

use civic::chance::Chance;
use civic::clock::Clock;
use civic::directory::{self, Entry, Place, PlaceLevel};
use civic::hall::{self, Hall, MIGRATIONS};
use civic::journal::{self, Actor};
use civic::rules::RuleSet;
use civic::site::SiteConfig;
use civic::vault::KeyFiles;
use db::{Fault, Target};
use jiff::Timestamp;
use rand_core::SeedableRng;
use tlog::checkpoint::Checkpoint;
use tlog::note::Verifier;

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        "2026-11-24T02:00:00Z".parse().unwrap()
    }
}

fn hall(folder: &std::path::Path) -> Hall {
    let keys = folder.join("keys");
    let files = KeyFiles::at(&keys);
    if !files.exist() {
        files.make("age1example", &mut Chance::seed_from_u64(1)).unwrap();
    }
    let config = SiteConfig {
        jurisdiction: 990_121,
        code: "990121".into(),
        origin: "log.example/990121".into(),
        zone: "Asia/Shanghai".into(),
    };
    let place = hall::Place {
        data: Target::Sqlite(folder.join("minsheng.db")),
        keystore: Target::Sqlite(folder.join("keys.db")),
        keys: &keys,
    };
    Hall::open(&place, config, RuleSet::builtin(), MIGRATIONS, (Arc::new(Fixed), [7; 32])).unwrap()
}

fn place(code: &str, name: &str) -> Entry {
    Entry::Place(Place {
        code: code.into(),
        name: name.into(),
        name_en: name.into(),
        parent: None,
        level: PlaceLevel::County,
        merged_into: None,
    })
}

fn set(hall: &Hall, entry: Entry) {
    let site = Arc::clone(&hall.site);
    let now = hall.clock.now();
    hall.store
        .write_blocking(move |tx| {
            let mut chance = site.chance();
            directory::set(tx, &site, (now, &mut chance), Actor::System, (&entry, "added")).map(drop)
        })
        .unwrap();
}

#[test]
fn a_change_of_the_directory_is_an_event_a_leaf_and_part_of_a_signed_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    let hall = hall(folder.path());
    set(&hall, place("990121", "清禾县"));
    set(&hall, place("990122", "邻县"));
    assert_eq!(hall.site.directory().places["990121"].name, "清禾县");
    let verifier = Verifier::parse(&hall.site.vkey()).unwrap();
    let site = Arc::clone(&hall.site);
    hall.store
        .read_blocking(move |tx| {
            let (size, note) = journal::head(tx, 990_121)?.expect("there are events");
            let checkpoint = Checkpoint::open(&note, &verifier).unwrap();
            assert_eq!((size, checkpoint.size), (2, 2));
            let raw = journal::stored(tx, 990_121, 1)?.expect("position 1");
            let (covering, _) = journal::receipt_note(tx, 990_121, raw.leaf)?;
            assert_eq!(covering, 1, "a receipt keeps the first checkpoint that covers it");
            let proof = journal::proof_for(tx, 990_121, 0, 2)?;
            tlog::verify_inclusion(0, 2, &tlog::leaf_hash(raw.fact.as_bytes()), &proof, &checkpoint.root).unwrap();
            let key = site.keystore.get(raw.key_id)?.unwrap();
            let opened = journal::open_body(&site, &raw, &key)?;
            assert_eq!(opened.body["entry"]["name"], "清禾县");
            assert!(!raw.fact.contains("清禾县"), "the public entry holds codes and a hash, no words");
            Ok::<_, Fault>(())
        })
        .unwrap();
}

#[test]
fn a_second_start_finds_its_directory_and_a_rolled_back_change_leaves_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let first = hall(folder.path());
    set(&first, place("990121", "清禾县"));
    let site = Arc::clone(&first.site);
    let now = first.clock.now();
    let undone = first.store.write_blocking(move |tx| {
        let mut chance = site.chance();
        directory::set(tx, &site, (now, &mut chance), Actor::System, (&place("990121", "改名县"), "renamed"))?;
        Err::<(), Fault>(Fault::other("the command fails after all"))
    });
    assert!(undone.is_err());
    set(&first, place("990122", "邻县"));
    assert_eq!(first.site.directory().places["990121"].name, "清禾县");
    drop(first);
    let second = hall(folder.path());
    assert_eq!(second.site.directory().places.len(), 2);
    assert_eq!(second.site.directory().version, 2);
}

#[test]
fn every_statement_of_the_hall_can_be_prepared() {
    let folder = tempfile::tempdir().unwrap();
    let hall = hall(folder.path());
    for statements in hall::STATEMENTS {
        hall.store.read_blocking(|tx| db::prepare_all(tx, statements)).unwrap();
    }
}
