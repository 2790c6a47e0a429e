//! The hall from the outside: directory changes become events, leaves and checkpoints; statements fit both engines.

use std::sync::Arc;
use std::sync::mpsc::channel;

use civic::directory::{self, Entry, Place, PlaceLevel};
use civic::hall::{self, MIGRATIONS};
use civic::journal::{self, Actor, Damage, Raw};
use civic::site::Site;
use db::{Fault, Tx};
use testkit::{Engine, World, county, on_both};
use tlog::checkpoint::Checkpoint;
use tlog::note::Verifier;

on_both![
    no_statement_of_the_hall_goes_through_a_whole_table,
    a_change_of_the_directory_is_an_event_a_leaf_and_part_of_a_signed_checkpoint,
    a_change_is_seen_by_its_batch_and_by_everybody_else_once_it_is_durable,
    a_change_that_was_undone_is_not_seen_by_the_rest_of_its_batch,
    a_seal_is_broken_by_every_edit_beside_it,
    a_second_start_finds_its_directory_and_a_rolled_back_change_leaves_no_trace,
    every_statement_of_the_hall_can_be_prepared,
    rules_enter_the_log_once_when_they_come_into_force,
    the_county_stands_and_every_place_has_an_intake_office,
    what_proves_an_entry_is_at_hand_the_moment_it_is_durable,
];

fn place(code: &str, name: &str) -> Entry {
    Entry::Place(Place {
        code: code.into(),
        name: name.into(),
        name_en: name.into(),
        parent: None,
        level: PlaceLevel::County,
        also: vec![],
        merged_into: None,
        outline: Vec::new(),
    })
}

fn a_change_of_the_directory_is_an_event_a_leaf_and_part_of_a_signed_checkpoint(engine: Engine) {
    let world = World::empty(engine, MIGRATIONS);
    world.set(place("990121", "清禾县"), "added");
    world.set(place("990122", "邻县"), "added");
    assert_eq!(world.hall.site.directory().places["990121"].name, "清禾县");
    let verifier = Verifier::parse(&world.hall.site.vkey()).unwrap();
    world
        .read(move |tx, site| {
            let (size, note) = journal::head(tx, 990_121)?.expect("there are events");
            let checkpoint = Checkpoint::open(&note, &verifier).unwrap();
            assert_eq!((size, checkpoint.size), (2, 2));
            let raw = journal::stored(tx, 990_121, 1)?.expect("position 1");
            let (covering, _) = journal::receipt_note(tx, 990_121, raw.leaf)?;
            assert_eq!(covering, 1, "a receipt keeps the first checkpoint that covers it");
            let proof = journal::proof_for(tx, site, 0, 2)?;
            tlog::verify_inclusion(0, 2, &tlog::leaf_hash(raw.fact.as_bytes()), &proof, &checkpoint.root).unwrap();
            let key = site.keystore.get(raw.key_id)?.unwrap();
            let opened = journal::open_body(site, &raw, &key)?;
            assert_eq!(opened.body["entry"]["name"], "清禾县");
            assert!(!raw.fact.contains("清禾县"), "the public entry holds codes and a hash, no words");
            Ok::<_, Fault>(())
        })
        .unwrap();
}

/// Appends some entries in one command; where `undone` it fails in the end.
fn grow(world: &World, count: usize, undone: bool) -> Result<(), Fault> {
    let site = Arc::clone(&world.hall.site);
    world.hall.store.write_blocking(move |tx| {
        for _ in 0..count {
            journal::append_sealed(tx, &site, jiff::Timestamp::UNIX_EPOCH, &mut site.chance(), None)?;
        }
        if undone { Err(Fault::other("changed its mind")) } else { Ok(()) }
    })
}

fn what_proves_an_entry_is_at_hand_the_moment_it_is_durable(engine: Engine) {
    let world = World::empty(engine, MIGRATIONS);
    let (mut size, mut at_hand) = (0_i64, 0);
    // over the ends of three tiles
    for count in [1, 2, 250, 7, 255, 1, 300].into_iter().chain(std::iter::repeat_n(3, 20)) {
        grow(&world, 5, true).unwrap_err();
        assert!(journal::fresh_proof(&world.hall.site, size).is_none(), "what was undone proves nothing");
        grow(&world, count, false).unwrap();
        let from = size;
        size += count as i64;
        for leaf in from..size {
            let fresh = journal::fresh_proof(&world.hall.site, leaf);
            let stored = world.read(move |tx, site| {
                let (size, note) = journal::receipt_note(tx, 990_121, leaf)?;
                Ok::<_, Fault>((journal::proof_for(tx, site, leaf, size)?, note))
            });
            at_hand += usize::from(fresh.is_some());
            assert!(fresh.is_none_or(|fresh| fresh == stored.unwrap()), "leaf {leaf}");
        }
    }
    assert!(at_hand > 850 && size == 876, "{at_hand} of {size}");
    assert!(journal::fresh_proof(&world.hall.site, size).is_none());
}

/// Is a command of another thread.
type Act = Box<dyn FnOnce(&mut Tx<'_>, &Site) -> Result<(), Fault> + Send>;

fn set(tx: &mut Tx<'_>, site: &Site, code: &str) -> Result<(), Fault> {
    let by = (jiff::Timestamp::UNIX_EPOCH, &mut site.chance());
    directory::set(tx, site, by, Actor::System, (&place(code, code), "added")).map(drop)
}

fn knows(site: &Site, code: &str) -> bool {
    site.directory().places.contains_key(code)
}

fn a_change_is_seen_by_its_batch_and_by_everybody_else_once_it_is_durable(engine: Engine) {
    let world = World::empty(engine, MIGRATIONS);
    let (done, changed) = channel();
    let (go, going) = channel::<()>();
    let (site, store) = (Arc::clone(&world.hall.site), world.hall.store.clone());
    let writing = std::thread::spawn(move || {
        store.write_blocking(move |tx| {
            set(tx, &site, "990121")?;
            assert!(knows(&site, "990121"), "the writer goes on with what it changed");
            done.send(()).unwrap();
            going.recv().unwrap();
            Ok::<_, Fault>(())
        })
    });
    changed.recv().unwrap();
    assert!(!knows(&world.hall.site, "990121"), "nobody else sees what may yet be undone");
    go.send(()).unwrap();
    writing.join().unwrap().unwrap();
    assert!(knows(&world.hall.site, "990121"));
}

fn a_change_that_was_undone_is_not_seen_by_the_rest_of_its_batch(engine: Engine) {
    let world = World::empty(engine, MIGRATIONS);
    let (go, going) = channel::<()>();
    let hall = world.hall.clone();
    let send = |act: Act| {
        let (hall, waiting) = (hall.clone(), hall.store.waiting());
        let thread = std::thread::spawn({
            let hall = hall.clone();
            move || hall.store.write_blocking(move |tx| act(tx, &hall.site))
        });
        while hall.store.waiting() == waiting && !thread.is_finished() {
            std::thread::yield_now();
        }
        thread
    };
    let (began, held) = channel();
    // the writer takes the first one at once, so it is not looked for in the queue
    let first = std::thread::spawn({
        let hall = hall.clone();
        move || {
            hall.store.write_blocking(move |_| {
                began.send(()).unwrap();
                going.recv().map_err(|_| Fault::other("let go"))
            })
        }
    });
    held.recv().unwrap();
    // these wait while the writer is held, so they share a batch
    let kept = send(Box::new(|tx, site| set(tx, site, "990121")));
    let undone = send(Box::new(|tx, site| {
        set(tx, site, "990122")?;
        assert!(knows(site, "990122"));
        Err(Fault::other("a rule said no"))
    }));
    let after = send(Box::new(|_, site| {
        assert!(knows(site, "990121") && !knows(site, "990122"));
        Ok(())
    }));
    let last = send(Box::new(|tx, site| set(tx, site, "990123").and(Err(Fault::other("a rule said no")))));
    go.send(()).unwrap();
    first.join().unwrap().unwrap();
    kept.join().unwrap().unwrap();
    assert!(undone.join().unwrap().is_err());
    after.join().unwrap().unwrap();
    assert!(last.join().unwrap().is_err());
    let seen: Vec<bool> = ["990121", "990122", "990123"].map(|code| knows(&hall.site, code)).into();
    assert_eq!(seen, [true, false, false]);
    drop(hall);
}

fn a_seal_is_broken_by_every_edit_beside_it(engine: Engine) {
    let world = World::empty(engine, MIGRATIONS);
    world.set(place("990121", "清禾县"), "added");
    world
        .read(|tx, site| {
            let whole = journal::stored(tx, site.jurisdiction, 1)?.expect("position 1");
            let key = site.keystore.get(whole.key_id)?.unwrap();
            let damage = |edit: fn(&mut Raw)| {
                let mut raw = whole.clone();
                edit(&mut raw);
                journal::examine(site, &raw, &key).err()
            };
            assert_eq!(damage(|_| ()), None);
            assert_eq!(damage(|raw| raw.at += jiff::SignedDuration::from_micros(1)), Some(Damage::Redated));
            let edits: [fn(&mut Raw); 8] = [
                |raw| raw.position += 1,
                |raw| raw.leaf += 1,
                |raw| raw.matter = uuid::Uuid::nil(),
                |raw| raw.version += 1,
                |raw| raw.actor = "resident".into(),
                |raw| raw.kind = "filed".into(),
                |raw| raw.fact = raw.fact.replace("added", "named"),
                |raw| raw.body[40] ^= 1,
            ];
            for edit in edits {
                assert_eq!(damage(edit), Some(Damage::Changed));
            }
            Ok::<_, Fault>(())
        })
        .unwrap();
}

fn a_second_start_finds_its_directory_and_a_rolled_back_change_leaves_no_trace(engine: Engine) {
    let world = World::empty(engine, MIGRATIONS);
    world.set(place("990121", "清禾县"), "added");
    let undone = world.write(|tx, site, by| {
        directory::set(tx, site, by, Actor::System, (&place("990121", "改名县"), "renamed"))?;
        Err::<(), Fault>(Fault::other("the command fails after all"))
    });
    assert!(undone.is_err());
    world.set(place("990122", "邻县"), "added");
    assert_eq!(world.hall.site.directory().places["990121"].name, "清禾县");
    let second = world.reopened();
    assert_eq!(second.hall.site.directory().places.len(), 2);
    assert_eq!(second.hall.site.directory().version, 2);
}

fn every_statement_of_the_hall_can_be_prepared(engine: Engine) {
    let world = World::empty(engine, MIGRATIONS);
    for statements in hall::STATEMENTS {
        world.read(|tx, _| db::prepare_all(tx, statements)).unwrap();
    }
}

fn the_county_stands_and_every_place_has_an_intake_office(engine: Engine) {
    let world = World::new(engine);
    let directory = world.hall.site.directory();
    assert_eq!(directory.root().unwrap().code, county::COUNTY);
    for place in directory.places.values() {
        assert!(directory.intake(&place.code).is_some(), "{} has an intake office", place.name);
    }
    assert_eq!(directory.intake(county::VILLAGE).unwrap().code, county::TOWNSHIP_OFFICE);
    assert_eq!(directory.supervising().unwrap().code, county::SUPERVISION);
    for role in directory::Role::ALL {
        assert!(directory.staff[&county::somebody(role)].is(role));
    }
}

fn rules_enter_the_log_once_when_they_come_into_force(engine: Engine) {
    let world = World::new(engine);
    let announce = || world.write(|tx, site, (now, chance)| civic::rules::announce(tx, site, now, chance)).unwrap();
    assert!(announce());
    assert!(!announce(), "the same rules are announced once");
    let year = directory::CalendarYear {
        year: 2027,
        text: "year = 2027\nsource = \"通知\"\nverified = \"yes\"\noff = [\"2027-01-01\"]\nwork = []\n".into(),
    };
    let moved = directory::CalendarYear { text: year.text.replace("2027-01-01", "2027-01-04"), ..year.clone() };
    world.set(Entry::Calendar(year), "added");
    assert!(announce(), "another calendar is another rule");
    world.set(Entry::Calendar(moved), "corrected");
    assert!(announce(), "also when it has as many days off as the one before");
}

/// Statements that are meant to read everything, with the reason.
const READ_ALL: &[(&str, &str)] = &[
    ("HEAD", "one row in a jurisdiction"),
    ("LOCK_HEAD", "the same"),
    ("NEXT", "the same"),
    ("SET_HASHED", "the same"),
    ("SET_HEAD", "the same"),
    ("ADVANCE_DIRECTORY", "the same"),
    ("GET_END", "the same"),
    ("ROOTS", "one row a day, each compared with the log"),
    ("NEWEST_CHECKPOINT", "stops at the newest"),
    ("NEWEST_WITNESSED", "stops at the newest"),
    ("VERDICTS", "a row for each witness, of which there are a handful"),
    ("LAST", "stops at the newest"),
    ("OPEN_DAYS", "takes the newest day that was closed; the entries themselves are narrowed by it"),
    ("LIST", "the directory is read whole at the start"),
    ("ROWS", "and compared with its events, row by row"),
    ("BY_SETUP", "one row for each member of staff"),
    ("SWEEP_NEWS", "some rows for each member of staff, once a round"),
    ("SWEEP_DEVICES", "the same"),
    ("SWEEP", "running sessions of staff only"),
    ("SWEEP_TRACK", "residents' sessions of half an hour only"),
];

fn no_statement_of_the_hall_goes_through_a_whole_table(engine: Engine) {
    let world = World::empty(engine, MIGRATIONS);
    let look = if engine == Engine::Sqlite { testkit::plan::whole_tables } else { testkit::plan::without_index };
    for statements in hall::STATEMENTS {
        let whole = world.read(move |tx, _| Ok::<_, Fault>(look(tx, statements))).unwrap();
        let meant = |line: &String| READ_ALL.iter().any(|(name, _)| line.starts_with(&format!("{name}: ")));
        let unmeant: Vec<_> = whole.into_iter().filter(|line| !meant(line)).collect();
        assert!(unmeant.is_empty(), "{unmeant:#?}");
    }
}
