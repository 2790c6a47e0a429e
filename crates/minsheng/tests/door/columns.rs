//! `docs/columns.csv` against the real schema: a column without a class and a time fails here, on both engines.

use std::collections::BTreeSet;
use std::path::Path;

use civic::vault::KEYSTORE_MIGRATIONS;
use db::{Fault, NoHooks, Options, Store};
use testkit::{Engine, World, on_both};

on_both![every_column_has_a_class_and_a_time_to_live];

const CLASSES: [&str; 4] = ["public", "personal", "accusation", "technical"];
/// How long a column is kept. `matter`: until the key of its matter is shredded; `open`: while it is on a list; `accusation`:
/// as the supervising body says; `account`: while somebody may sign in; `site`: while the site runs.
const TIMES: [&str; 12] = [
    "for ever",
    "matter",
    "open",
    "accusation",
    "account",
    "site",
    "180 days",
    "90 days",
    "30 days",
    "24 hours",
    "10 hours",
    "30 minutes",
];

fn schema(store: &Store, engine: Engine) -> BTreeSet<(String, String)> {
    let sql = match engine {
        Engine::Sqlite => {
            "select t.name as tab, c.name as col from sqlite_master t join pragma_table_info(t.name) c
            where t.type = 'table' and t.name not like 'sqlite%'"
        }
        Engine::Postgres => {
            "select cast(table_name as text) as tab, cast(column_name as text) as col from information_schema.columns
            where table_schema = current_schema()"
        }
    };
    let read = move |tx: &mut db::Tx<'_>| {
        tx.rows(sql, &[])?.iter().map(|row| Ok((row.get("tab")?, row.get("col")?))).collect::<Result<_, Fault>>()
    };
    store.read_blocking(read).unwrap()
}

fn every_column_has_a_class_and_a_time_to_live(engine: Engine) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/columns.csv");
    let mut listed = BTreeSet::new();
    for row in csv::Reader::from_path(file).unwrap().records() {
        let row = row.unwrap();
        assert!(CLASSES.contains(&&row[2]), "{row:?} has no class");
        assert!(TIMES.contains(&&row[3]), "{row:?} has no time");
        assert!(&row[2] != "personal" || &row[3] != "for ever" || ["event", "access_entry"].contains(&&row[0]), "{row:?}");
        assert!(listed.insert((row[0].to_owned(), row[1].to_owned())), "{row:?} stands twice");
    }
    let world = World::with(
        engine,
        testkit::migrations(&[
            appeals::MIGRATIONS,
            forum::MIGRATIONS,
            insight::MIGRATIONS,
            oversight::MIGRATIONS,
            channels::MIGRATIONS,
        ]),
    );
    let keys =
        Store::open(&world.ground().target("columns"), Options::default(), KEYSTORE_MIGRATIONS, Box::new(NoHooks)).unwrap();
    let mut real = schema(&world.hall.store, engine);
    real.extend(schema(&keys, engine));
    let unlisted: Vec<_> = real.difference(&listed).collect();
    assert!(unlisted.is_empty(), "say in docs/columns.csv what these hold and how long: {unlisted:?}");
    let gone: Vec<_> = listed.difference(&real).collect();
    assert!(gone.is_empty(), "not in the schema: {gone:?}");
}
