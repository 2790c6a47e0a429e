//! Migrations go forward only; what does not fit the data is refused with words.

use db::{BatchHooks, Fault, FaultKind, Migration, NoHooks, Options, Store, Tx, params, prepare_all};
use testkit::{Engine, Ground, on_both};

on_both![
    migrations_run_once_and_in_order,
    a_migration_that_was_changed_is_refused,
    data_of_a_newer_version_is_refused,
    a_migration_that_fails_leaves_the_data_as_it_was,
    what_goes_with_a_migration_is_in_its_transaction,
    a_twin_text_serves_one_engine,
    a_statement_that_cannot_be_prepared_is_named,
    one_process_serves_an_sqlite_database,
];

const ONE: Migration = step("0001_one", "create table one (id bigint not null primary key)");
const TWO: Migration = step("0002_two", "create table two (id bigint not null primary key); insert into one (id) values (2)");

const fn step(name: &'static str, sql: &'static str) -> Migration {
    Migration { name, sql, sql_postgres: None }
}

fn open(ground: &Ground, migrations: &[Migration]) -> Result<Store, Fault> {
    Store::open(&ground.target("steps"), Options::default(), migrations, Box::new(NoHooks))
}

fn count(store: &Store, sql: &'static str) -> usize {
    store.read_blocking(move |tx| tx.rows(sql, &[])).unwrap().len()
}

fn migrations_run_once_and_in_order(engine: Engine) {
    let ground = Ground::new(engine);
    drop(open(&ground, &[ONE]).unwrap());
    for _ in 0..2 {
        let store = open(&ground, &[ONE, TWO]).unwrap();
        assert_eq!(count(&store, "select id from one"), 1);
        assert_eq!(count(&store, "select id from two"), 0);
    }
}

fn a_migration_that_was_changed_is_refused(engine: Engine) {
    let ground = Ground::new(engine);
    drop(open(&ground, &[ONE]).unwrap());
    let changed = step("0001_one", "create table one (id bigint not null primary key, more text)");
    let why = open(&ground, &[changed]).err().unwrap().to_string();
    assert!(why.contains("0001_one was changed"), "{why}");
}

fn data_of_a_newer_version_is_refused(engine: Engine) {
    let ground = Ground::new(engine);
    drop(open(&ground, &[ONE, TWO]).unwrap());
    let why = open(&ground, &[ONE]).err().unwrap().to_string();
    assert!(why.contains("newer version (migration 0002_two)"), "{why}");
}

fn a_migration_that_fails_leaves_the_data_as_it_was(engine: Engine) {
    let ground = Ground::new(engine);
    let broken = step("0002_broken", "insert into one (id) values (7); create table one (id bigint)");
    let why = open(&ground, &[ONE, broken]).err().unwrap().to_string();
    assert!(why.contains("while migrating to 0002_broken"), "{why}");
    let store = open(&ground, &[ONE, TWO]).unwrap();
    assert_eq!(count(&store, "select id from one where id = 7"), 0);
}

/// Does more than statements can with older data, or fails at it.
struct More(bool);

impl BatchHooks for More {
    fn migrated(&mut self, tx: &mut Tx<'_>, name: &str) -> Result<(), Fault> {
        if name == TWO.name {
            tx.run("insert into one (id) values (8)", &[])?;
            return if self.0 { Ok(()) } else { Err(Fault::other("died here")) };
        }
        Ok(())
    }
}

fn what_goes_with_a_migration_is_in_its_transaction(engine: Engine) {
    let ground = Ground::new(engine);
    let open = |good| Store::open(&ground.target("steps"), Options::default(), &[ONE, TWO], Box::new(More(good)));
    assert!(open(false).err().unwrap().to_string().contains("while migrating to 0002_two"));
    for _ in 0..2 {
        assert_eq!(count(&open(true).unwrap(), "select id from one where id in (2, 8)"), 2, "both, and once");
    }
}

fn a_twin_text_serves_one_engine(engine: Engine) {
    let ground = Ground::new(engine);
    let twin = Migration {
        sql_postgres: Some("create table twin (a bigint, b bigint)"),
        ..step("0001_twin", "create table twin (a bigint)")
    };
    let store = open(&ground, &[twin]).unwrap();
    let both = store.read_blocking(|tx| tx.rows("select a, b from twin", params![]));
    assert_eq!(both.is_ok(), engine == Engine::Postgres);
    drop(store);
    assert!(open(&ground, &[twin]).is_ok());
}

fn a_statement_that_cannot_be_prepared_is_named(engine: Engine) {
    let ground = Ground::new(engine);
    let store = open(&ground, &[ONE]).unwrap();
    let prepare = |statements: &'static [(&str, &str)]| store.read_blocking(move |tx| prepare_all(tx, statements));
    prepare(&[("GOOD", "select id from one where id = $1")]).unwrap();
    let why = prepare(&[("BAD", "select id from nowhere")]).unwrap_err().to_string();
    assert!(why.contains("while preparing BAD"), "{why}");
    assert!(store.engine_version().starts_with(if engine == Engine::Sqlite { "SQLite 3" } else { "PostgreSQL 1" }));
}

fn one_process_serves_an_sqlite_database(engine: Engine) {
    let ground = Ground::new(engine);
    let first = open(&ground, &[ONE]).unwrap();
    let second = open(&ground, &[ONE]);
    match engine {
        Engine::Sqlite => assert_eq!(second.err().unwrap().kind(), FaultKind::Busy),
        Engine::Postgres => assert!(second.is_ok(), "several nodes may serve one PostgreSQL"),
    }
    drop(first);
    assert!(open(&ground, &[ONE]).is_ok());
}
