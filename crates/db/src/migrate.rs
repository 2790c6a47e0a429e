//! Migrations: forward only, each in a transaction of its own, none ever changed.

use sha2::{Digest, Sha256};

use crate::batch::{BatchHooks, Engine};
use crate::{Fault, Store, Target, params};

/// Is one step of the schema. Written once, run once, kept for ever.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Name; also its place in the order the caller gives.
    pub name: &'static str,
    /// The statements, in the portable subset.
    pub sql: &'static str,
    /// A twin for PostgreSQL where the portable subset does not suffice.
    pub sql_postgres: Option<&'static str>,
}

const MAKE: &str = "create table if not exists migration (name text not null primary key, hash text not null)";
const LIST: &str = "select name, hash from migration order by name";
const NOTE: &str = "insert into migration (name, hash) values ($1, $2)";

pub(crate) fn run(engine: &mut dyn Engine, migrations: &[Migration], hooks: &mut dyn BatchHooks) -> Result<(), Fault> {
    if !engine.has_table(crate::guard::MIGRATIONS)? {
        let made = in_transaction(engine, |engine| engine.tx().batch(MAKE));
        made.map_err(|fault| fault.context(format!("while making the first table{}", way(engine))))?;
    }
    let mut done = std::collections::BTreeMap::new();
    for row in engine.tx().rows(LIST, &[])? {
        done.insert(row.get::<String>("name")?, row.get::<String>("hash")?);
    }
    for migration in migrations {
        let hash = hash(migration.sql);
        match done.remove(migration.name) {
            Some(known) if known == hash => {}
            Some(_) => {
                let text = format!("migration {} was changed after it had been run; migrations only go forward", migration.name);
                return Err(Fault::other(text));
            }
            None => one(engine, (migration, &hash), hooks)?,
        }
    }
    match done.keys().next() {
        Some(name) => Err(Fault::other(format!(
            "this data was made by a newer version (migration {name}); start that version or restore an older backup"
        ))),
        None => Ok(()),
    }
}

/// Names the migrations that existing data still lacks. `None` when there is no data yet.
pub fn pending(target: &Target, migrations: &[Migration]) -> Result<Option<Vec<&'static str>>, Fault> {
    if matches!(target, Target::Sqlite(file) if !file.exists()) {
        return Ok(None);
    }
    let Ok(rows) = Store::look(target, 1)?.read_blocking(|tx| tx.rows(LIST, &[])) else { return Ok(None) };
    let done = rows.iter().map(|row| row.get("name")).collect::<Result<std::collections::BTreeSet<String>, Fault>>()?;
    let lacking = migrations.iter().map(|migration| migration.name).filter(|name| !done.contains(*name));
    Ok((!done.is_empty()).then(|| lacking.collect()))
}

fn one(engine: &mut dyn Engine, (migration, hash): (&Migration, &str), hooks: &mut dyn BatchHooks) -> Result<(), Fault> {
    let sql = if engine.is_postgres() { migration.sql_postgres.unwrap_or(migration.sql) } else { migration.sql };
    in_transaction(engine, |engine| {
        engine.tx().batch(sql)?;
        hooks.migrated(&mut engine.tx(), migration.name)?;
        engine.tx().run(NOTE, params![migration.name, hash]).map(drop)
    })
    .map_err(|fault| fault.context(format!("while migrating to {}{}", migration.name, way(engine))))
}

/// Says what to do where the role that serves may make no tables.
fn way(engine: &dyn Engine) -> &'static str {
    let words = "; where a role serves that owns nothing, run `minsheng migrate --owner FILE` first";
    if engine.is_postgres() { words } else { "" }
}

fn in_transaction(engine: &mut dyn Engine, act: impl FnOnce(&mut dyn Engine) -> Result<(), Fault>) -> Result<(), Fault> {
    engine.begin()?;
    let answer = act(engine).and_then(|()| engine.tx().settle()).and_then(|()| engine.commit());
    if answer.is_err() {
        engine.rollback();
    }
    answer
}

fn hash(sql: &str) -> String {
    Sha256::digest(sql).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
