//! How far the open matters were gone through since the calendar changed. No consequence of events: work in hand.

use data_encoding::HEXLOWER;
use db::{Fault, Migration, Tx, params};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use worktime::Calendar;

/// Builds the table.
pub const MIGRATION: Migration = Migration {
    name: "0107_calendar",
    sql: "create table calendar_walk (jurisdiction bigint not null primary key, sha256 text not null, number text);
          drop index matter_provisional;",
    sql_postgres: None,
};

db::statements! {
    WALK = "select sha256, number from calendar_walk where jurisdiction = $1";
    NOTE_WALK = "insert into calendar_walk (jurisdiction, sha256, number) values ($1, $2, $3)
        on conflict (jurisdiction) do update set sha256 = excluded.sha256, number = excluded.number";
    // by the number alone: no index of what is open is in its order
    OPEN = "select id, number from matter where jurisdiction = $1 and coalesce(is_open, false) = true and number > $2
        order by number limit $3";
}

/// Names a calendar.
fn name(calendar: &Calendar) -> String {
    HEXLOWER.encode(&Sha256::digest(calendar.text()))
}

/// Returns the number after which the walk under a calendar goes on; none when it has been through.
pub fn next(tx: &mut Tx<'_>, jurisdiction: i64, calendar: &Calendar) -> Result<Option<String>, Fault> {
    match tx.row(WALK, params![jurisdiction])? {
        Some(row) if row.get::<String>("sha256")? == name(calendar) => row.get("number"),
        _ => Ok(Some(String::new())),
    }
}

/// Notes how far the walk has come; none = to the end.
pub fn note(tx: &mut Tx<'_>, jurisdiction: i64, calendar: &Calendar, number: Option<&str>) -> Result<(), Fault> {
    tx.run(NOTE_WALK, params![jurisdiction, name(calendar), number.map(str::to_owned)])?;
    Ok(())
}

/// Reads a page of the open matters in the order of their numbers, and the number it ends with.
pub fn open(tx: &mut Tx<'_>, jurisdiction: i64, (after, max): (&str, i64)) -> Result<(Vec<Uuid>, Option<String>), Fault> {
    let rows = tx.rows(OPEN, params![jurisdiction, after, max])?;
    let ids = rows.iter().map(|row| row.get("id")).collect::<Result<Vec<Uuid>, Fault>>()?;
    Ok((ids, rows.last().map(|row| row.get("number")).transpose()?))
}
