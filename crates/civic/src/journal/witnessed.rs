//! Checkpoints that witnesses cosigned, and which checkpoint is published.

use db::{Fault, Guard, Keep, Migration, Tx, params};

use super::log;
use crate::site::Site;

/// Builds the table.
pub const MIGRATION: Migration = Migration {
    name: "0010_witnessed",
    sql: "create table witnessed (
            jurisdiction bigint not null,
            size bigint not null,
            note text not null,
            primary key (jurisdiction, size));",
    sql_postgres: None,
};

/// Guards the table.
pub const GUARDS: &[Guard] = &[Guard { table: "witnessed", keep: Keep::Appended }];

db::statements! {
    NOTE_WITNESSED = "insert into witnessed (jurisdiction, size, note) values ($1, $2, $3) on conflict (jurisdiction, size) do nothing";
    NEWEST_WITNESSED = "select size, note from witnessed where jurisdiction = $1 order by size desc limit 1";
    ALL_WITNESSED = "select size, note from witnessed where jurisdiction = $1 and size > $2 order by size limit $3";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

/// Keeps a checkpoint with its cosignatures. Another node may have kept the same one already.
pub fn note_witnessed(tx: &mut Tx<'_>, jurisdiction: i64, size: u64, note: &str) -> Result<(), Fault> {
    tx.run(NOTE_WITNESSED, params![jurisdiction, size as i64, note]).map(drop)
}

/// Finds the newest checkpoint that witnesses cosigned, with its size. `None`: none was.
pub fn witnessed(tx: &mut Tx<'_>, jurisdiction: i64) -> Result<Option<(u64, String)>, Fault> {
    let row = tx.row(NEWEST_WITNESSED, params![jurisdiction])?;
    row.map(|row| Ok((row.get::<i64>("size")? as u64, row.get("note")?))).transpose()
}

/// Lists up to `count` cosigned checkpoints above a size, smallest first.
pub fn all_witnessed(tx: &mut Tx<'_>, jurisdiction: i64, above: i64, count: i64) -> Result<Vec<(i64, String)>, Fault> {
    let rows = tx.rows(ALL_WITNESSED, params![jurisdiction, above, count])?;
    rows.iter().map(|row| Ok((row.get("size")?, row.get("note")?))).collect()
}

/// Finds the checkpoint that is published: where witnesses are required, the newest that enough of them cosigned; otherwise
/// the newest, with the cosignatures it has. `None`: no log was started, or no checkpoint has its cosignatures yet.
pub fn published(tx: &mut Tx<'_>, site: &Site) -> Result<Option<(u64, String)>, Fault> {
    let witnessed = witnessed(tx, site.jurisdiction)?;
    if site.witnesses_required > 0 {
        return Ok(witnessed);
    }
    let head = log::head(tx, site.jurisdiction)?;
    Ok(match (head, witnessed) {
        (Some((size, _)), Some((same, note))) if size == same => Some((size, note)),
        (head, _) => head,
    })
}
