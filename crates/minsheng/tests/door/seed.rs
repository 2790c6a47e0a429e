//! A big database in small: the same seed makes the same public log on either engine, its tables are those of its events,
//! and nothing of it lies in the future.

use std::collections::BTreeMap;
use std::sync::Arc;

use appeals::figures::Figures;
use appeals::rebuild::{fingerprints, rebuild};
use appeals::store::tally::{self, Axis, Counted};
use civic::chance::Chance;
use civic::hall::{Hall, Place};
use civic::journal;
use civic::rules::RuleSet;
use civic::vault::KeyFiles;
use db::{Fault, params};
use jiff::civil::date;
use minsheng::demo::{Filled, filled};
use minsheng::seed::{Form, Made, Plan, fill};
use rand_core::SeedableRng;
use testkit::{Engine, FakeClock, Ground, on_both};

use crate::common::{minsheng, text};

on_both![
    the_same_seed_makes_the_same_log,
    whole_lives_end_before_the_last_day_and_rebuild_to_the_same_tables,
    short_matters_are_filed_and_assigned_in_few_words,
];

/// Recipient of accusations; nobody holds its key.
const SUPERVISOR: &str = "age19ztntncvc30rjmqegxv2xgyppt528c9n8ntntrccv2q0xazvtd6qds4ejt";

const PLAN: Plan = Plan { matters: 60, seed: 5, form: Form::Full, days: 90, until: date(2026, 11, 20) };

struct Site {
    hall: Hall,
    made: Made,
    _ground: Ground,
}

fn site(engine: Engine, plan: &Plan) -> Site {
    let ground = Ground::new(engine);
    let keys = ground.path().join("keys");
    KeyFiles::at(&keys).make(SUPERVISOR, &mut Chance::from_seed(plan.own_seed())).unwrap();
    let place = Place { data: ground.target("data"), keystore: ground.target("store"), keys: &keys, guards: None };
    let own = (Arc::new(FakeClock::at("2026-11-20T04:00:00Z")) as civic::clock::SharedClock, plan.own_seed());
    let hall = Hall::open(
        &place,
        testkit::county::site(),
        RuleSet::builtin(),
        testkit::migrations(&[
            appeals::MIGRATIONS,
            forum::MIGRATIONS,
            insight::MIGRATIONS,
            oversight::MIGRATIONS,
            channels::MIGRATIONS,
        ]),
        own,
    )
    .unwrap();
    let mut last = 0;
    let made = fill(&hall, plan, &mut |begun| last = begun).unwrap();
    assert_eq!(last, plan.matters);
    Site { hall, made, _ground: ground }
}

impl Site {
    /// Asks for one whole number.
    fn count(&self, sql: &'static str) -> i64 {
        let row = self.hall.store.read_blocking(move |tx| tx.row(sql, params![990_121_i64])).unwrap();
        row.unwrap().get("found").unwrap()
    }
}

/// Counts from the public entries alone, and compares with the counters of the boards: each month, each office.
fn strangers_count_what_the_boards_show(hall: &Hall) {
    let jurisdiction = hall.site.jurisdiction;
    let (figures, tally) = hall
        .store
        .read_blocking(move |tx| {
            let (mut figures, size) = (Figures::default(), journal::head(tx, jurisdiction)?.map_or(0, |(size, _)| size));
            for index in 0..size.div_ceil(256) {
                let width = (size - index * 256).min(256) as u16;
                journal::entries(tx, jurisdiction, index, width)?.iter().for_each(|entry| figures.read(entry));
            }
            Ok::<_, Fault>((figures, tally::all(tx, jurisdiction)?))
        })
        .unwrap();
    let mut months: BTreeMap<(&str, &str), Counted> = BTreeMap::new();
    for ((_, day, office), counted) in tally.counted.iter().filter(|((axis, ..), _)| *axis == Axis::Office) {
        months.entry((&day[..7], office)).or_default().add(counted, 1);
    }
    assert!(months.len() > 3 && months.values().any(|own| own.rated > 0) && months.values().any(|own| own.in_time > 0));
    for ((month, office), own) in months {
        let theirs = figures.month(month).get(office).copied().unwrap_or_default();
        let own = [own.came, own.replied, own.in_time, own.rated, own.satisfied].map(|count| count as u64);
        assert_eq!(own, [theirs.received, theirs.replied, theirs.in_time, theirs.rated, theirs.satisfied], "{month} {office}");
    }
    let overdue = figures.overdue("2026-11-20").into_values().sum::<u64>() as i64;
    let standing: i64 = tally.standing.iter().filter(|((_, due), _)| due.as_str() < "2026-11-20").map(|(_, many)| many).sum();
    assert!(standing >= overdue, "{standing} on tables, with reviews, and {overdue} replies that are late");
}

fn the_same_seed_makes_the_same_log(engine: Engine) {
    let first = site(engine, &PLAN).made;
    assert_eq!(first, site(engine, &PLAN).made);
    assert_eq!(first.root, site(Engine::Sqlite, &PLAN).made.root, "on either engine");
    assert_ne!(first.root, site(engine, &Plan { seed: 6, ..PLAN }).made.root);
}

fn whole_lives_end_before_the_last_day_and_rebuild_to_the_same_tables(engine: Engine) {
    let site = site(engine, &PLAN);
    assert_eq!(filled(&site.hall).unwrap(), Filled::Whole);
    let own = Arc::clone(&site.hall.site);
    site.hall
        .store
        .write_blocking(move |tx| {
            let live = fingerprints(tx, &own)?;
            rebuild(tx, &own)?;
            assert_eq!(live, fingerprints(tx, &own)?);
            Ok::<_, Fault>(())
        })
        .unwrap();
    strangers_count_what_the_boards_show(&site.hall);
    assert_eq!(site.count("select cast(count(*) as bigint) as found from matter where jurisdiction = $1"), 60);
    let closed = "select cast(count(*) as bigint) as found from matter where jurisdiction = $1 and stage = 'closed'";
    assert!(site.count(closed) > 30, "{} are closed", site.count(closed));
    let rated = "select cast(count(*) as bigint) as found from matter where jurisdiction = $1 and rating is not null";
    assert!(site.count(rated) > 10, "{} are rated", site.count(rated));
    let read = "select cast(count(*) as bigint) as found from access_entry where jurisdiction = $1";
    assert!(site.count(read) > 60, "staff who work with a matter have read it: {}", site.count(read));
    let waiting = "select cast(count(*) as bigint) as found from outbox where jurisdiction = $1 and state = 'waiting'
        and next_at <= (select max(at) from event)";
    assert_eq!(site.count(waiting), 0, "letters have left");
    let until = date(2026, 11, 21).to_zoned_datetime(site.hall.site.zone.clone()).unwrap().timestamp().as_microsecond();
    let latest = "select max(at) as found from event where jurisdiction = $1";
    assert!(site.count(latest) < until);
    let early = "select cast(count(*) as bigint) as found from matter where jurisdiction = $1 and received < '2026-09-20'";
    assert!((15..=25).contains(&site.count(early)), "spread over the months: {}", site.count(early));
}

fn short_matters_are_filed_and_assigned_in_few_words(engine: Engine) {
    let site = site(engine, &Plan { form: Form::Short, ..PLAN });
    let two = "select cast(count(*) as bigint) as found from matter where jurisdiction = $1 and version = 2";
    assert_eq!(site.count(two), 60);
    let offered = "select cast(count(*) as bigint) as found from matter_party where jurisdiction = $1 and role = 'offered'";
    assert_eq!(site.count(offered), 60);
    let size = "select cast(sum(length(fact) + length(body)) / count(*) as bigint) as found from event
        where jurisdiction = $1 and kind in ('filed', 'assigned')";
    assert!(site.count(size) <= 1_024, "{} bytes an event", site.count(size));
}

#[test]
fn a_folder_that_holds_a_site_is_refused_and_the_demo_opens_a_seeded_one() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("big");
    let data = data.to_str().unwrap();
    let args = ["seed", "--data", data, "--matters", "20", "--seed", "3", "--months", "2", "--until", "2026-11-01"];
    let made = minsheng(&args);
    assert!(made.status.success(), "{}", text(&made.stderr));
    let told: serde_json::Value = serde_json::from_slice(&made.stdout).unwrap();
    assert_eq!((&told["matters"], &told["until"]), (&20.into(), &"2026-11-01".into()));
    let again = minsheng(&args);
    assert!(!again.status.success() && text(&again.stderr).contains("holds a site already"), "{}", text(&again.stderr));
    let future = minsheng(&["seed", "--data", data, "--matters", "1", "--until", "2999-01-01"]);
    assert!(text(&future.stderr).contains("has not come yet"), "{}", text(&future.stderr));
    let verified = minsheng(&["verify", "--database", "--data", data]);
    assert!(verified.status.success(), "{}", text(&verified.stdout));
    assert!(text(&verified.stdout).ends_with(&format!("{}\n", told["entries"])));
    let demo = crate::common::Running::demo(folder.path().join("big").as_path());
    assert!(demo.get("/demo").body.contains("chumingyu"));
}
