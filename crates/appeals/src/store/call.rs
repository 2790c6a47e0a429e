//! The matters whose residents have to be told something by telephone, under the office that owes the call.

use db::{Fault, Migration, Tx, Value, params};

use crate::appeal::{State, Untold};

/// Builds the table: one row a matter, as long as something is untold.
pub const MIGRATION: Migration = Migration {
    name: "0108_call",
    sql: "create table matter_call (
            jurisdiction bigint not null,
            matter uuid not null,
            office text not null,
            rank text not null,
            number text not null,
            primary key (jurisdiction, matter));
          create index matter_call_office on matter_call (jurisdiction, office, rank, number, matter);",
    sql_postgres: None,
};

db::statements! {
    DROP_CALL = "delete from matter_call where jurisdiction = $1 and matter = $2";
    pub(super) PUT_CALL = "insert into matter_call (jurisdiction, matter, office, rank, number) values ($1, $2, $3, $4, $5)";
    pub(crate) COUNT_CALLS = "select count(*) as calls from (select 1 as one from matter_call
        where jurisdiction = $1 and office = $2 limit $3) as part";
    pub(crate) IS_CALL = "select office from matter_call where jurisdiction = $1 and matter = $2";
    pub(crate) QUEUE_CALLS = concat!("select ", row!("m.", "c.rank"), " from matter_call c
        join matter m on m.jurisdiction = c.jurisdiction and m.id = c.matter
        where c.jurisdiction = $1 and c.office = $2 and (c.rank, c.number) > ($3, $4)
        order by c.rank, c.number limit $5");
    pub(crate) DUMP_CALLS = "select matter, office, rank, number from matter_call where jurisdiction = $1 and matter > $2
        order by matter limit $3";
}

/// Puts a matter into the list of its holder, or takes it out.
pub(super) fn put(tx: &mut Tx<'_>, jurisdiction: i64, before: Option<&State>, after: &State) -> Result<(), Fault> {
    let (had, row) = (before.and_then(|before| row(jurisdiction, before)), row(jurisdiction, after));
    if had == row {
        return Ok(());
    }
    if had.is_some() {
        tx.later(DROP_CALL, params![jurisdiction, after.matter])?;
    }
    row.map_or(Ok(()), |row| tx.later(PUT_CALL, &row))
}

/// Writes the row of what a resident has to be told by telephone; none where there is nothing.
pub(super) fn row(jurisdiction: i64, state: &State) -> Option<Vec<Value>> {
    let rank = state.untold.iter().map(Untold::rank).min()?;
    let (office, number) = (state.owner.as_str(), state.number.as_str());
    Some(params![jurisdiction, state.matter, office, rank.to_string(), number].to_vec())
}
