//! Matters that several levels have to settle together: one of two sites says that it is not its business, or its day there passed without an
//! answer. A consequence of events like every derived table; the agenda of a joint conference is fed by it.

use std::sync::Arc;

use civic::permit::{Act, Who, may};
use civic::site::Site;
use db::{Fault, Migration, Tx, Value, params};
use jiff::civil::Date;
use uuid::Uuid;

use crate::appeal::State;
use crate::store;

/// Builds the table: one row for each matter that was handed to another site, or came from one.
pub const MIGRATION: Migration = Migration {
    name: "0481_matter_levels",
    sql: "create table matter_levels (
            jurisdiction bigint not null,
            matter uuid not null,
            number text not null,
            since text,
            primary key (jurisdiction, matter));
          create index matter_levels_since on matter_levels (jurisdiction, since, number);",
    sql_postgres: None,
};

/// Matters listed at most.
const LISTED_MAX: usize = 50;
/// Since when somebody waits whose matter the other level does not want: before every day.
const REFUSED: &str = "";
/// What the site below said last, where it does not take a matter up.
const NOT_TAKEN: &str = "not_accepted";

db::statements! {
    pub(crate) PUT_LEVELS = "insert into matter_levels (jurisdiction, matter, number, since) values ($1, $2, $3, $4)
        on conflict (jurisdiction, matter) do update set since = excluded.since";
    pub(crate) DUMP_LEVELS = "select matter, number, since from matter_levels where jurisdiction = $1 and matter > $2 order by matter limit $3";
    /// Of an erased matter nothing is left to be read; its entries in the log stay.
    pub(crate) DROP_LEVELS = "delete from matter_levels where jurisdiction = $1 and matter = $2";
    STUCK = "select matter, since, number from matter_levels
        where jurisdiction = $1 and since is not null and since < $2 and (since, number) > ($3, $4) order by since, number limit $5";
}

/// Writes the row of a matter that changed.
pub(crate) fn put(tx: &mut Tx<'_>, jurisdiction: i64, before: Option<&State>, after: &State) -> Result<(), Fault> {
    let same = |before: &State| before.handed == after.handed && before.is_open() == after.is_open();
    if before.is_some_and(same) {
        return Ok(());
    }
    row(jurisdiction, after).map_or(Ok(()), |row| tx.later(PUT_LEVELS, &row))
}

/// Writes the row of a matter; none where no other site has to do with it.
pub(crate) fn row(jurisdiction: i64, state: &State) -> Option<Vec<Value>> {
    let shared = state.handed.above.is_some() || state.handed.below.is_some();
    shared.then(|| params![jurisdiction, state.matter, state.number.as_str(), since(state)].to_vec())
}

/// Says since when two levels have to settle it; none while they need not.
fn since(state: &State) -> Option<String> {
    if !state.is_open() {
        return None;
    }
    let below = state.below().filter(|below| !below.answered);
    let refused = below.is_some_and(|below| below.sent_back || below.stands == Some(NOT_TAKEN));
    if refused || state.above().is_some_and(|above| above.sent_back) {
        return Some(REFUSED.to_owned());
    }
    below.and_then(|below| [below.back, below.last].into_iter().flatten().min()).map(|day| day.to_string())
}

/// Lists what several levels have to settle, as far as somebody may see it: what one of them does not want first, then what waits longest.
pub fn stuck(tx: &mut Tx<'_>, site: &Site, (who, today): (&Who, Date)) -> Result<Vec<Arc<State>>, Fault> {
    let (mut all, mut after) = (Vec::new(), (String::new(), String::new()));
    loop {
        let today = today.to_string();
        let page = params![site.jurisdiction, today, after.0.as_str(), after.1.as_str(), LISTED_MAX as i64];
        let rows = tx.rows(STUCK, page)?;
        let Some(last) = rows.last() else { return Ok(all) };
        after = (last.get("since")?, last.get("number")?);
        for row in &rows {
            let id: Uuid = row.get("matter")?;
            let Some(known) = store::row(tx, site.jurisdiction, id)? else { continue };
            let Some(loaded) = store::opened(tx, site, &known)? else { continue };
            if may(&site.directory(), who, Act::See, &loaded.state.subject()).is_ok() {
                all.push(loaded.state);
            }
        }
        if all.len() >= LISTED_MAX || rows.len() < LISTED_MAX {
            return Ok(all);
        }
    }
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;
