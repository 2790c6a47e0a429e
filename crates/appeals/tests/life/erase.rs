//! Erasing a matter: two persons, an entry, a destroyed key, and nothing of it anywhere; and what does not erase.

use appeals::appeal::Command;
use appeals::filing::{Filed, Form};
use appeals::{erase, heard, rebuild, store};
use civic::refusal::No;
use civic::second::{self, Deed};
use testkit::{Engine, county, on_both};

use crate::common::{self, Town};

on_both![
    two_persons_erase_a_finished_matter_and_nothing_of_it_is_left,
    what_is_open_or_young_is_kept_and_nobody_erases_alone,
    a_clock_that_jumps_erases_nothing_in_bulk,
    an_erasure_that_was_cut_short_is_finished_later,
    another_node_lets_go_of_what_was_erased_as_it_follows_the_journal,
];

const CANARY: &str = "槐花岭第三盏路灯";

/// Files a matter and lets its resident withdraw it, so that it is finished.
fn finished(town: &Town, key: &str) -> Filed {
    let filed = town.file(&Form { what: format!("{CANARY}不亮"), ..common::form(key) }).unwrap();
    town.resident(&filed, Command::AskWithdraw { words: "不用了".into() }).unwrap();
    town.world.clock.days(4);
    town.tick();
    assert!(!town.state(&filed).is_open());
    filed
}

/// Has one person ask and another agree, and erases.
fn erased(town: &Town, filed: &Filed, ground: &'static str, people: [&str; 2]) -> Result<(), No> {
    let (matter, [first, second]) = (filed.matter, people.map(county::staff_id));
    town.world.write(move |tx, site, (now, chance)| {
        let loaded = store::load(tx, site, matter)?.ok_or(No::Absent)?;
        erase::ready(tx, site, now, (&loaded, ground))?;
        let subject = matter.to_string();
        let asked = second::ask(tx, site, (now, &mut *chance), first, (Deed::Erase, &subject, ground))?;
        let agreed = second::agree(tx, site, now, second, (asked.id, Deed::Erase))?;
        erase::erase(tx, site, (now, chance), &agreed)
    })
}

fn events(town: &Town) -> i64 {
    let count = "select cast(count(*) as bigint) as many from event where kind = 'erased'";
    town.world.read(move |tx, _| tx.row(count, &[])?.unwrap().get("many")).unwrap()
}

/// Looks for words in every file under the world's ground: database, write-ahead log, key store, temporary files.
fn files_with(town: &Town, words: &[Vec<u8>]) -> Vec<String> {
    let (mut folders, mut found) = (vec![town.world.ground().path().to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            if words.iter().any(|word| bytes.windows(word.len()).any(|window| window == word)) {
                found.push(path.display().to_string());
            }
        }
    }
    found
}

fn two_persons_erase_a_finished_matter_and_nothing_of_it_is_left(engine: Engine) {
    let town = Town::new(engine);
    let (filed, other) = (finished(&town, "key-1"), town.file(&common::form("key-2")).unwrap());
    let matter = filed.matter;
    let key_id = town.state(&filed).key_id;
    let wrapped: Vec<u8> = {
        let read = "select wrapped from matter_key where id = $1";
        let keys = testkit_keys(&town);
        keys.read_blocking(move |tx| tx.row(read, db::params![key_id])?.unwrap().get("wrapped")).unwrap()
    };
    erased(&town, &filed, "asked", ["meng", "yan"]).unwrap();
    assert_eq!(erase::finish(&town.world.hall).unwrap(), 1);
    assert!(town.world.hall.site.keystore.get(key_id).unwrap().is_none(), "the key is destroyed");
    assert!(town.world.read(move |tx, site| store::load(tx, site, matter)).unwrap().is_none());
    let number = filed.number.clone();
    let row = town.world.read(move |tx, site| store::by_number(tx, site.jurisdiction, &number)).unwrap();
    assert!(row.is_none() && town.letters(&filed).is_empty());
    // spelt plainly, in other encodings, and the wrapped key itself
    let gb: Vec<u8> = CANARY.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let words = [CANARY.as_bytes().to_vec(), gb, filed.number.clone().into_bytes(), wrapped];
    assert_eq!(files_with(&town, &words), Vec::<String>::new());
    assert_eq!(events(&town), 1);
    let fact = "select fact from event where kind = 'erased'";
    let fact: String = town.world.read(move |tx, _| tx.row(fact, &[])?.unwrap().get("fact")).unwrap();
    assert!(fact.contains("\"g\":\"asked\"") && !fact.contains(&filed.number), "{fact}");
    // the tables are what the events say, and the other matter is whole
    let live = town.world.read(rebuild::fingerprints).unwrap();
    town.world.write(|tx, site, _| rebuild::rebuild(tx, site)).unwrap();
    assert_eq!(town.world.read(rebuild::fingerprints).unwrap(), live);
    assert!(town.state(&other).is_open());
    assert!(matches!(erased(&town, &filed, "asked", ["meng", "yan"]), Err(No::Absent)));
}

/// Opens the key store beside the hall, for looking only.
fn testkit_keys(town: &Town) -> db::Store {
    db::Store::look(&town.world.ground().target("keys"), 1).unwrap()
}

fn what_is_open_or_young_is_kept_and_nobody_erases_alone(engine: Engine) {
    let town = Town::new(engine);
    let open = town.file(&common::form("key-1")).unwrap();
    assert_eq!(common::code(erased(&town, &open, "asked", ["meng", "yan"])), "erase_open");
    let young = finished(&town, "key-2");
    assert_eq!(common::code(erased(&town, &young, "time_over", ["meng", "yan"])), "erase_early");
    assert_eq!(common::code(erased(&town, &young, "no_such_ground", ["meng", "yan"])), "unknown_ground");
    assert_eq!(common::code(erased(&town, &young, "asked", ["meng", "meng"])), "second_same");
    assert_eq!((events(&town), erase::finish(&town.world.hall).unwrap()), (0, 0));
    town.world.clock.days(11 * 366);
    erased(&town, &young, "time_over", ["meng", "yan"]).unwrap();
}

fn a_clock_that_jumps_erases_nothing_in_bulk(engine: Engine) {
    let town = Town::new(engine);
    let all: Vec<Filed> = (0..3).map(|number| finished(&town, &format!("key-{number}"))).collect();
    town.world.clock.days(40 * 366);
    town.tick();
    assert_eq!(events(&town), 0, "time alone erases nothing");
    erased(&town, &all[0], "time_over", ["meng", "yan"]).unwrap();
    assert_eq!(common::code(erased(&town, &all[1], "time_over", ["meng", "yan"])), "erase_many");
    let day = town.world.hall.site.day(town.world.now()).to_string();
    let (first, other) = (county::staff_id("meng"), county::staff_id("yan"));
    let allow = town.world.write(move |tx, site, (now, chance)| {
        let asked = second::ask(tx, site, (now, chance), first, (Deed::EraseMany, &day, "time_over"))?;
        let agreed = second::agree(tx, site, now, other, (asked.id, Deed::EraseMany))?;
        erase::allow_many(tx, site, &agreed)
    });
    allow.unwrap();
    erased(&town, &all[1], "time_over", ["meng", "yan"]).unwrap();
    town.world.clock.days(1);
    erased(&town, &all[2], "time_over", ["yan", "meng"]).unwrap();
    assert_eq!(erase::finish(&town.world.hall).unwrap(), 3);
}

fn an_erasure_that_was_cut_short_is_finished_later(engine: Engine) {
    let town = Town::new(engine);
    let filed = finished(&town, "key-1");
    let key_id = town.state(&filed).key_id;
    erased(&town, &filed, "unlawful", ["yan", "meng"]).unwrap();
    assert!(town.world.hall.site.keystore.get(key_id).unwrap().is_some(), "the process died before the key went");
    let world = town.world.reopened();
    assert_eq!(erase::finish(&world.hall).unwrap(), 1);
    assert_eq!(erase::finish(&world.hall).unwrap(), 0);
    assert!(world.hall.site.keystore.get(key_id).unwrap().is_none());
}

fn another_node_lets_go_of_what_was_erased_as_it_follows_the_journal(engine: Engine) {
    let town = Town::new(engine);
    let filed = finished(&town, "key-1");
    let (matter, key_id) = (filed.matter, town.state(&filed).key_id);
    let beside = town.world.beside();
    let site = beside.site.clone();
    let open = beside.store.read_blocking(move |tx| store::load(tx, &site, matter)).unwrap();
    assert!(open.is_some() && beside.site.kept.get::<store::Loaded>(matter).is_some());
    erased(&town, &filed, "asked", ["meng", "yan"]).unwrap();
    assert_eq!(erase::finish(&town.world.hall).unwrap(), 1);
    let held = beside.site.keystore.get(key_id).unwrap().is_some();
    assert_eq!(held, engine == Engine::Postgres, "a process of its own still has the key open");
    let site = beside.site.clone();
    let looked = beside.store.read_blocking(move |tx| heard::look(tx, &site, (0, 1_000), 0)).unwrap();
    assert!(looked.matters.iter().any(|(_, heard)| heard.is_none()), "it hears that it is gone");
    assert!(beside.site.keystore.get(key_id).unwrap().is_none(), "and asks the store from now on");
    assert!(beside.site.kept.get::<store::Loaded>(matter).is_none());
}
