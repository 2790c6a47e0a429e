//! A database that began empty and grew within minutes: PostgreSQL has not counted its rows yet, and must come to them by the
//! same keys as when it has (decision 0033).

use appeals::filing::Form;
use civic::hall;
use db::{Fault, Tx};
use testkit::Engine;

use crate::common::{self, Town};
use crate::statements::ROOM;

/// Tables that grow, with the columns that make each copy of a row another one: ids and hashes are hashed anew, the rest goes on.
const GROWING: &[(&str, &[&str])] = &[
    ("matter", &["id", "number", "position"]),
    ("matter_code", &["hash", "matter"]),
    ("matter_contact", &["contact", "matter"]),
    ("matter_party", &["matter", "number"]),
    ("matter_call", &["matter", "number"]),
    ("submission", &["submit", "matter"]),
    ("event", &["position", "matter", "leaf"]),
    ("outbox", &["id", "matter", "event"]),
    ("access_entry", &["seq", "matter"]),
];
/// Columns that are not the same in all copies: offices and people have some each, and most matters are finished.
const SPREAD: &[(&str, &str)] = &[
    ("owner", "owner || cast(copy % 20 as text)"),
    ("office", "office || cast(copy % 20 as text)"),
    ("handler", "cast(md5(cast(copy % 50 as text)) as uuid)"),
    ("is_open", "copy % 5 = 0"),
    ("live", "copy % 5 = 0"),
    ("stage", "case when copy % 10 = 0 then stage else 'closed' end"),
    ("rank", "cast(copy % 3 as text) || substr(rank, 2)"),
    ("state", "case when copy % 40 = 0 then state else 'sent' end"),
    ("session", "cast(md5(cast(copy % 7 as text)) as uuid)"),
    ("wake", "case when copy % 5 = 0 then wake else null end"),
    ("unheard", "false"),
    ("day", "cast(cast(day as date) - copy as text)"),
];
/// Copies made of each row.
const COPIES: u32 = 150;

/// Entries made of who read what, for there are none in a new town: one a matter.
const READINGS: &str = "insert into access_entry (jurisdiction, seq, at, day, staff, office, session, matter, purpose, hash)
    select jurisdiction, position, received_at, received, id, owner, id, id, 'handle', decode('00', 'hex') from matter";
/// And of calls to be made.
const CALLS: &str = "insert into matter_call (jurisdiction, matter, office, rank, number)
    select jurisdiction, id, owner, rank, number from matter";

#[test]
fn a_database_that_grew_unread_is_asked_by_the_same_keys_as_one_whose_rows_were_counted_on_postgres() {
    let town = Town::new(Engine::Postgres);
    for number in 0..20 {
        let kinds = ["help", "consultation", "suggestion"];
        town.file(&Form { kind: kinds[number % 3].into(), ..common::form(&format!("key-{number}")) }).unwrap();
    }
    grow(&town);
    let (unread, empty) = (ways(&town), tables_without_rows(&town));
    let counted = GROWING.iter().map(|(table, _)| *table).collect::<Vec<_>>().join(", ");
    town.world.write(move |tx, _, _| tx.batch(&format!("analyze {counted}"))).unwrap();
    let read = ways(&town);
    // the public log is checked when the town is dropped
    town.world.write(|tx, _, _| tx.batch("delete from event where position > 10000")).unwrap();
    let of_grown = |steps: &[String]| !steps.iter().any(|step| empty.iter().any(|table| step.contains(&format!(" on {table}"))));
    let compared: Vec<_> = unread.iter().zip(&read).filter(|(_, (_, steps))| of_grown(steps)).collect();
    assert!(compared.len() > 100, "{}", compared.len());
    let other: Vec<_> = compared.into_iter().filter(|(unread, read)| unread != read).collect();
    assert!(other.is_empty(), "{other:#?}");
    let led = |name: &str| unread.iter().find(|(of, _)| of == name).unwrap().1.join(" ");
    for (name, index) in [("QUEUE_HELD", "matter_owner"), ("NEWS_HELD", "matter_owner"), ("QUEUE_MINE", "matter_handler")] {
        assert!(led(name).contains(index) && !led(name).contains("matter_near"), "{name}: {}", led(name));
    }
    assert!(led("QUEUE_SITE").contains("matter_rank"), "{}", led("QUEUE_SITE"));
}

/// Lists the tables in which nothing lies: counted, they look as if they would stay so.
fn tables_without_rows(town: &Town) -> Vec<String> {
    let names = "select cast(tablename as text) as name from pg_catalog.pg_tables where schemaname = current_schema()";
    town.world
        .read(move |tx, _| {
            let mut found = Vec::new();
            for row in tx.rows(names, &[])? {
                let name: String = row.get("name")?;
                if tx.rows(&format!("select 1 as one from {name} limit 100"), &[])?.len() < 100 {
                    found.push(name);
                }
            }
            Ok::<_, Fault>(found)
        })
        .unwrap()
}

fn ways(town: &Town) -> Vec<(String, Vec<String>)> {
    let all: Vec<(&str, &str)> = hall::STATEMENTS.iter().chain(ROOM).flat_map(|part| part.iter().copied()).collect();
    town.world.read(move |tx, _| Ok::<_, Fault>(testkit::plan::ways(tx, &all))).unwrap()
}

fn grow(town: &Town) {
    town.world
        .write(|tx, _, _| {
            tx.batch(READINGS)?;
            tx.batch(CALLS)?;
            for (table, keys) in GROWING {
                let columns = columns(tx, table)?;
                let copy = |(name, kind): &(String, String)| copied(keys.contains(&name.as_str()), name, kind);
                let names = columns.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
                let values = columns.iter().map(copy).collect::<Vec<_>>().join(", ");
                let from = format!("select {values} from {table}, generate_series(1, {COPIES}) as copy");
                tx.batch(&format!("insert into {table} ({names}) {from}"))?;
            }
            Ok::<_, Fault>(())
        })
        .unwrap();
}

fn columns(tx: &mut Tx<'_>, table: &str) -> Result<Vec<(String, String)>, Fault> {
    let sql = format!(
        "select cast(column_name as text) as name, cast(data_type as text) as kind from information_schema.columns
            where table_schema = current_schema() and table_name = '{table}' order by ordinal_position"
    );
    tx.rows(&sql, &[])?.iter().map(|row| Ok((row.get("name")?, row.get("kind")?))).collect()
}

fn copied(another: bool, name: &str, kind: &str) -> String {
    match (another, kind) {
        (false, _) => SPREAD.iter().find(|(column, _)| *column == name).map_or(name, |(_, value)| value).to_owned(),
        (true, "uuid") => format!("cast(md5(cast({name} as text) || cast(copy as text)) as uuid)"),
        (true, "bytea") => format!("decode(md5(encode({name}, 'hex') || cast(copy as text)), 'hex')"),
        (true, "bigint") => format!("{name} + copy * 10000"),
        (true, _) => format!("{name} || '-' || cast(copy as text)"),
    }
}
