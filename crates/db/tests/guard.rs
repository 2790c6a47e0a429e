//! A serving connection adds rows and cannot change the past, nor the tables, nor SQLite's own settings.

use db::{Fault, Guard, Guards, Keep, Migration, NoHooks, Options, Store, Target, params};
use testkit::{Engine, Ground, on_both};

on_both![
    a_serving_connection_adds_and_cannot_change_or_delete,
    it_makes_changes_and_drops_no_table,
    a_reader_stays_a_reader,
    what_is_to_expire_is_still_deleted,
];

const TABLES: Migration = Migration {
    name: "0001_tables",
    sql: "create table event (id bigint not null primary key, fact text not null);
          create table promise (id bigint not null primary key, fact text not null, kept text);
          create table head (id bigint not null primary key, size bigint not null);
          create table draft (id bigint not null primary key, words text not null);",
    sql_postgres: None,
};

const GUARDS: Guards = &[
    &[Guard { table: "event", keep: Keep::Appended }, Guard { table: "head", keep: Keep::Kept }],
    &[Guard { table: "promise", keep: Keep::Columns(&["kept"]) }],
];

/// Is a store that serves: on PostgreSQL under a role of its own, which owns nothing.
struct Serving {
    store: Store,
    owner: Target,
    role: Option<String>,
    _ground: Ground,
}

fn serving(engine: Engine) -> Serving {
    let ground = Ground::new(engine);
    let owner = ground.target("guard");
    let options = Options { guards: Some(GUARDS), ..Options::default() };
    let (target, role) = match &owner {
        Target::Postgres { url, schema: Some(schema) } => {
            let role = format!("{schema}-serve");
            let admin = Store::open(&owner, Options::default(), &[TABLES], Box::new(NoHooks)).unwrap();
            let make = format!("create role \"{role}\" login");
            admin.write_blocking(move |tx| tx.batch(&make)).unwrap();
            Store::grant(&owner, (&[TABLES], &mut NoHooks), &role, GUARDS).unwrap();
            Store::grant(&owner, (&[TABLES], &mut NoHooks), &role, GUARDS).unwrap(); // after an upgrade it is done again
            let url = url.replace("user=minsheng", &format!("user='{role}'"));
            (Target::Postgres { url, schema: Some(schema.clone()) }, Some(role))
        }
        _ => (owner.clone(), None),
    };
    let store = Store::open(&target, options, &[TABLES], Box::new(NoHooks)).unwrap();
    let rows = "insert into event (id, fact) values (1, 'filed');";
    let more = "insert into promise (id, fact, kept) values (1, 'a', null)";
    store
        .write_blocking(move |tx| {
            tx.run(rows.trim_end_matches(';'), &[])?;
            tx.run(more, &[])?;
            tx.run("insert into head (id, size) values (1, 1)", &[])?;
            tx.run("insert into draft (id, words) values (1, 'w')", &[])
        })
        .unwrap();
    Serving { store, owner, role, _ground: ground }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let Some(role) = self.role.take() else { return };
        let owner = Store::open(&self.owner, Options::default(), &[TABLES], Box::new(NoHooks)).unwrap();
        let gone = format!("drop owned by \"{role}\"; drop role \"{role}\"");
        owner.write_blocking(move |tx| tx.batch(&gone)).unwrap();
    }
}

impl Serving {
    fn run(&self, sql: &'static str) -> Result<u64, Fault> {
        self.store.write_blocking(move |tx| tx.run(sql, &[]))
    }

    fn refused(&self, sql: &'static str) {
        let fault = self.run(sql).unwrap_err();
        let told = format!("{fault} {:?}", std::error::Error::source(&fault));
        let said = ["not authorized", "permission denied", "must be owner", "prohibited", "is refused", "may not be modified"];
        assert!(said.iter().any(|word| told.contains(word)), "{sql}: {told}");
    }
}

fn a_serving_connection_adds_and_cannot_change_or_delete(engine: Engine) {
    let serving = serving(engine);
    for sql in [
        "update event set fact = 'other' where id = 1",
        "delete from event where id = 1",
        "delete from event",
        "insert into event (id, fact) values (1, 'x') on conflict (id) do update set fact = excluded.fact",
        "update promise set fact = 'b' where id = 1",
        "delete from promise",
        "delete from head",
        "update migration set hash = 'x'",
        "delete from migration",
    ] {
        serving.refused(sql);
    }
    if engine == Engine::Sqlite {
        for sql in [
            "insert or replace into event (id, fact) values (1, 'other')",
            "replace into event (id, fact) values (1, 'other')",
            "update or replace head set id = 1",
        ] {
            serving.refused(sql);
            serving.refused(sql);
        }
    }
    serving.run("insert into event (id, fact) values (2, 'accepted')").unwrap();
    serving.run("update promise set kept = 'yes' where id = 1").unwrap();
    serving.run("update head set size = size + 1 where id = 1").unwrap();
    let rows = serving.store.read_blocking(|tx| tx.rows("select fact from event order by id", &[])).unwrap();
    let facts: Vec<String> = rows.iter().map(|row| row.get("fact").unwrap()).collect();
    assert_eq!(facts, ["filed", "accepted"]);
}

fn it_makes_changes_and_drops_no_table(engine: Engine) {
    let serving = serving(engine);
    for sql in [
        "drop table event",
        "create table other (id bigint)",
        "create index event_fact on event (fact)",
        "alter table event add column more text",
        "alter table event rename to past",
        "create view seen as select 1",
    ] {
        serving.refused(sql);
    }
    let own: &[&str] = match engine {
        Engine::Sqlite => &[
            "pragma writable_schema = on",
            "pragma query_only = off",
            "pragma synchronous = off",
            "pragma journal_mode = delete",
            "attach database ':memory:' as other",
            "insert into sqlite_master (type) values ('table')",
            "delete from sqlite_master",
            "create temp table other (id)",
            "create trigger gone after insert on draft begin delete from event; end",
        ],
        Engine::Postgres => &[
            "truncate event",
            "create schema other",
            "alter table event disable trigger all",
            "create trigger t before insert on event execute function suppress_redundant_updates_trigger()",
        ],
    };
    for sql in own {
        serving.refused(sql);
    }
    assert!(serving.store.excess(GUARDS).unwrap().is_empty());
    let owner = Store::look(&serving.owner, 1).unwrap().excess(GUARDS).unwrap();
    assert_eq!(owner.iter().any(|line| line.contains("superuser")), engine == Engine::Postgres, "{owner:?}");
}

fn a_reader_stays_a_reader(engine: Engine) {
    let serving = serving(engine);
    for sql in ["pragma query_only = off", "update head set size = 9", "begin; commit; update head set size = 9"] {
        serving.store.read_blocking(move |tx| tx.batch(sql)).unwrap_err();
    }
    let row = serving.store.read_blocking(|tx| tx.row("select size from head where id = $1", params![1])).unwrap();
    assert_eq!(row.unwrap().get::<i64>("size").unwrap(), 1);
    assert!(serving.store.damage().unwrap().is_empty(), "its own checks still run");
    serving.store.problems().unwrap();
}

fn what_is_to_expire_is_still_deleted(engine: Engine) {
    let serving = serving(engine);
    assert_eq!(serving.run("delete from draft where id = 1").unwrap(), 1);
}
