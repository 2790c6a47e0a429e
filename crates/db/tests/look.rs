//! Looking at data beside the process that serves it: no lock, no migration, no write.

use db::{Fault, FaultKind, Migration, NoHooks, Options, Store, Target, params, pending};
use testkit::{Engine, Ground, on_both};

on_both![a_look_reads_beside_the_writer_and_writes_nothing, what_an_upgrade_would_change_is_known_beforehand];

const ONE: Migration = step("0001_one", "create table one (id bigint not null primary key)");
const TWO: Migration = step("0002_two", "create table two (id bigint not null primary key)");

const fn step(name: &'static str, sql: &'static str) -> Migration {
    Migration { name, sql, sql_postgres: None }
}

fn open(target: &Target, migrations: &[Migration]) -> Store {
    Store::open(target, Options::default(), migrations, Box::new(NoHooks)).unwrap()
}

fn add(store: &Store, id: i64) -> Result<u64, Fault> {
    store.write_blocking(move |tx| tx.run("insert into one (id) values ($1)", params![id]))
}

fn a_look_reads_beside_the_writer_and_writes_nothing(engine: Engine) {
    let ground = Ground::new(engine);
    let target = ground.target("look");
    let serving = open(&target, &[ONE]);
    let look = Store::look(&target, 1).unwrap();
    assert!(!look.takes_writes());
    // the tests' PostgreSQL runs without fsync, for speed; a site's must not
    let fast = ["fsync", "full_page_writes"].map(|setting| look.problems().unwrap().iter().any(|line| line.contains(setting)));
    assert_eq!(fast, [engine == Engine::Postgres; 2]);
    assert_eq!(add(&look, 1).unwrap_err().kind(), FaultKind::Closed);
    look.read_blocking(|tx| tx.run("insert into one (id) values (9)", &[])).unwrap_err();
    add(&serving, 2).unwrap();
    assert_eq!(serving.waiting(), 0, "an answered command waits no longer");
    let ids = look.read_blocking(|tx| tx.rows("select id from one", &[])).unwrap();
    assert_eq!(ids.len(), 1, "what was committed meanwhile is seen");
}

fn what_an_upgrade_would_change_is_known_beforehand(engine: Engine) {
    let ground = Ground::new(engine);
    let target = ground.target("upgrade");
    assert_eq!(pending(&target, &[ONE]).unwrap(), None, "there is no data yet");
    drop(open(&target, &[ONE]));
    assert_eq!(pending(&target, &[ONE]).unwrap(), Some(vec![]));
    assert_eq!(pending(&target, &[ONE, TWO]).unwrap(), Some(vec!["0002_two"]));
}
