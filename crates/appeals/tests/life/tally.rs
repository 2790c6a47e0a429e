//! The counters of the boards: what each event adds, what strangers count from the public entries, what is there after a rebuild,
//! after an upgrade and after an erasure.

use std::collections::BTreeMap;

use appeals::appeal::Command;
use appeals::figures::Figures;
use appeals::filing::Form;
use appeals::rebuild;
use appeals::store::tally::{self, Axis, Counted, Tally};
use civic::journal;
use testkit::{Engine, county, on_both};

use crate::common::{self, Town, reply};

on_both![
    an_event_moves_the_counters_and_strangers_count_the_same,
    what_lies_on_a_table_goes_with_its_matter_and_its_day,
    what_was_there_before_is_counted_beside_and_once,
    an_accusation_is_counted_nowhere,
];

fn all(town: &Town) -> Tally {
    town.world.read(|tx, site| tally::all(tx, site.jurisdiction)).unwrap()
}

/// Sums an axis over its spans, by code.
fn sums(town: &Town, axis: Axis) -> BTreeMap<String, Counted> {
    let mut sums: BTreeMap<String, Counted> = BTreeMap::new();
    for ((of, _, code), counted) in all(town).counted {
        if of == axis {
            sums.entry(code).or_default().add(&counted, 1);
        }
    }
    sums
}

/// Counts from the public entries alone what each office did.
fn from_outside(town: &Town) -> Figures {
    town.world
        .read(|tx, site| {
            let size = journal::head(tx, site.jurisdiction)?.map_or(0, |(size, _)| size);
            let mut figures = Figures::default();
            for index in 0..=size / 256 {
                let width = (size - index * 256).min(256) as u16;
                if width > 0 {
                    journal::entries(tx, site.jurisdiction, index, width)?.iter().for_each(|entry| figures.read(entry));
                }
            }
            Ok::<_, db::Fault>(figures)
        })
        .unwrap()
}

fn strangers_agree(town: &Town) {
    let figures = from_outside(town);
    let mut months: BTreeMap<(String, String), Counted> = BTreeMap::new();
    for ((axis, day, office), counted) in all(town).counted {
        if axis == Axis::Office {
            months.entry((day[..7].to_owned(), office)).or_default().add(&counted, 1);
        }
    }
    assert!(!months.is_empty());
    for ((month, office), own) in months {
        let theirs = figures.month(&month).get(&office).copied().unwrap_or_default();
        let own = [own.came, own.replied, own.in_time, own.rated, own.satisfied].map(|count| count as u64);
        let theirs = [theirs.received, theirs.replied, theirs.in_time, theirs.rated, theirs.satisfied];
        assert_eq!(own, theirs, "{month} {office}");
    }
}

fn a_rebuild_says_the_same(town: &Town) {
    let (live, prints) = (all(town), town.world.read(rebuild::fingerprints).unwrap());
    town.world.write(|tx, site, _| rebuild::rebuild(tx, site)).unwrap();
    assert_eq!(all(town), live);
    assert_eq!(town.world.read(rebuild::fingerprints).unwrap(), prints);
}

fn an_event_moves_the_counters_and_strangers_count_the_same(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.file(&common::form("one")).unwrap();
    let waits = Counted { came: 1, asked: 1, waiting: 1, ..Counted::default() };
    assert_eq!(sums(&town, Axis::Kind).into_values().collect::<Vec<_>>(), [waits]);
    assert_eq!(sums(&town, Axis::Topic), BTreeMap::new(), "nobody said yet what it is about");
    town.act("gu", &filed, Command::Sort { to: "030101".into(), said: None }).unwrap();
    town.act("gu", &filed, Command::Accept { category: "03".into() }).unwrap();
    assert_eq!(sums(&town, Axis::Topic), [("030101".to_owned(), waits)].into());
    town.act("gu", &filed, reply()).unwrap();
    let met = Counted { came: 1, asked: 1, met: 1, ..Counted::default() };
    assert_eq!(sums(&town, Axis::Topic), [("030101".to_owned(), met)].into());
    let office = sums(&town, Axis::Office).remove(county::TOWNSHIP_OFFICE).unwrap();
    assert_eq!((office.came, office.replied, office.in_time, office.met), (1, 1, 1, 0), "offices are counted by what they do");
    town.resident(&filed, Command::Reopen { words: "还是没水".into() }).unwrap();
    let again = sums(&town, Axis::Topic).remove("030101").unwrap();
    assert_eq!((again.met, again.waiting), (0, 1));
    assert_eq!(sums(&town, Axis::Office)[county::TOWNSHIP_OFFICE].reopened, 1);
    town.resident(&filed, Command::AskWithdraw { words: String::new() }).unwrap();
    town.world.clock.days(400);
    town.tick();
    let gone = sums(&town, Axis::Topic).remove("030101").unwrap();
    assert_eq!((gone.came, gone.asked, gone.waiting), (1, 0, 0), "what was taken back asks for nothing");
    strangers_agree(&town);
    a_rebuild_says_the_same(&town);
}

fn what_lies_on_a_table_goes_with_its_matter_and_its_day(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.file(&common::form("one")).unwrap();
    let due = |town: &Town| town.state(&filed).due.due.last.to_string();
    let on = |office: &str, due: String| BTreeMap::from([((office.to_owned(), due), 1)]);
    assert_eq!(all(&town).standing, on(county::TOWNSHIP_OFFICE, due(&town)));
    town.act("gu", &filed, Command::Accept { category: "14".into() }).unwrap();
    assert_eq!(all(&town).standing, on(county::TOWNSHIP_OFFICE, due(&town)));
    town.act("gu", &filed, Command::Assign { to: county::WATER.into(), words: String::new() }).unwrap();
    town.world.clock.days(10);
    town.tick();
    assert_eq!(all(&town).standing, on(county::WATER, due(&town)), "silence is taking over");
    town.world.clock.days(200);
    town.tick();
    assert_eq!(sums(&town, Axis::Office)[county::WATER].late, 1, "the head is told once, and it is counted once");
    town.act("wei", &filed, reply()).unwrap();
    assert_eq!(all(&town).standing, BTreeMap::new());
    let water = sums(&town, Axis::Office)[county::WATER];
    assert_eq!((water.replied, water.in_time), (1, 0));
    strangers_agree(&town);
    a_rebuild_says_the_same(&town);
}

fn what_was_there_before_is_counted_beside_and_once(engine: Engine) {
    let town = Town::new(engine);
    let first = town.replied("one");
    town.file(&common::form("two")).unwrap();
    // as after an upgrade: nothing was counted, and something happens before anybody counts
    town.world
        .write(|tx, site, _| {
            for sql in ["delete from tally", "delete from standing"] {
                tx.run(sql, &[])?;
            }
            tx.run("insert into tally_fill (jurisdiction) values ($1)", db::params![site.jurisdiction])
        })
        .unwrap();
    town.resident(&first, Command::Reopen { words: "没修好".into() }).unwrap();
    town.file(&common::form("three")).unwrap();
    rebuild::count(&town.world.hall).unwrap();
    assert!(!town.world.read(|tx, site| tally::filling(tx, site.jurisdiction)).unwrap());
    assert_eq!(sums(&town, Axis::Kind).into_values().map(|counted| counted.came).sum::<i64>(), 3);
    let counted = all(&town);
    rebuild::count(&town.world.hall).unwrap();
    assert_eq!(all(&town), counted, "it is counted once");
    strangers_agree(&town);
    a_rebuild_says_the_same(&town);
}

fn an_accusation_is_counted_nowhere(engine: Engine) {
    let town = Town::new(engine);
    town.file(&common::form("one")).unwrap();
    let before = all(&town);
    town.file(&Form { kind: "accusation".into(), ..common::form("two") }).unwrap();
    town.world.clock.days(3);
    town.tick();
    assert_eq!(all(&town), before);
    assert!(before.counted.keys().all(|(_, _, code)| code != "accusation"));
}
