//! A server that does not answer: on PostgreSQL, where the line is long.

use db::{Fault, FaultKind, Migration, NoHooks, Options, Store, params};
use testkit::{Engine, Ground};

/// A row of it whose commit takes longer than anybody waits: as it does where a replica must have it and none is there.
const SLOW: Migration = Migration {
    name: "0001_slow",
    sql: "create table slow (id bigint not null primary key)",
    sql_postgres: Some(
        "create table slow (id bigint not null primary key);
         create function slow() returns trigger language plpgsql as
            $$ begin
                if new.id = 1 then perform pg_sleep(60); elsif new.id = 3 then raise warning 'not everywhere'; end if;
                return null;
            end $$;
         create constraint trigger slow after insert on slow deferrable initially deferred for each row execute function slow();",
    ),
};

#[test]
fn a_commit_that_is_not_answered_in_time_is_unknown_and_the_writer_goes_on() {
    let ground = Ground::new(Engine::Postgres);
    let store = Store::open(&ground.target("away"), Options::default(), &[SLOW], Box::new(NoHooks)).unwrap();
    let put = |id: i64| store.write_blocking(move |tx| tx.run("insert into slow (id) values ($1)", params![id]));
    assert_eq!(put(1).unwrap_err().kind(), FaultKind::Unknown);
    assert!(store.takes_writes());
    put(2).unwrap();
    let rows = store.read_blocking(|tx| Ok::<_, Fault>(tx.rows("select id from slow", &[])?.len())).unwrap();
    assert!(rows >= 1, "the other one may be there by now");
}

#[test]
fn a_commit_that_is_taken_with_a_warning_is_unknown() {
    let ground = Ground::new(Engine::Postgres);
    let store = Store::open(&ground.target("away"), Options::default(), &[SLOW], Box::new(NoHooks)).unwrap();
    let put = |id: i64| store.write_blocking(move |tx| tx.run("insert into slow (id) values ($1)", params![id]));
    assert_eq!(put(3).unwrap_err().kind(), FaultKind::Unknown);
    assert_eq!(put(3).unwrap_err().kind(), FaultKind::Unique, "it is there, and asked for again it is found by its key");
    put(4).unwrap();
}
