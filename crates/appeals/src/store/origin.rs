//! How matters came that a person typed in, or that the sign of a box led to: registers of letters and visits, piles, boxes, rounds.

use db::{Fault, Migration, Tx, Value, params};
use uuid::Uuid;

use crate::appeal::State;

/// Builds the table: one row a matter of which something is known.
pub const MIGRATION: Migration = Migration {
    name: "0340_origin",
    sql: "create table matter_origin (
            jurisdiction bigint not null,
            matter uuid not null,
            of_box text not null,
            round uuid not null,
            pile uuid not null,
            office text not null,
            book text not null,
            year bigint not null,
            number bigint not null,
            came text not null,
            posted text not null,
            received_at bigint not null,
            primary key (jurisdiction, matter));
          create index matter_origin_book on matter_origin (jurisdiction, office, book, year, number);
          create index matter_origin_box on matter_origin (jurisdiction, of_box, received_at);
          create index matter_origin_round on matter_origin (jurisdiction, round, received_at);
          create index matter_origin_pile on matter_origin (jurisdiction, pile, number);",
    sql_postgres: None,
};

db::statements! {
    pub(super) PUT_ORIGIN = "insert into matter_origin
            (jurisdiction, matter, of_box, round, pile, office, book, year, number, came, posted, received_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    pub(crate) DROP_ORIGIN = "delete from matter_origin where jurisdiction = $1 and matter = $2";
    pub(super) DUMP_ORIGIN = "select matter, of_box, round, pile, office, book, year, number, came, posted, received_at from matter_origin
        where jurisdiction = $1 and matter > $2 order by matter limit $3";
    pub(crate) LAST_REGISTERED = "select coalesce(max(number), 0) as last from matter_origin
        where jurisdiction = $1 and office = $2 and book = $3 and year = $4";
    /// Lists a year of a register, the newest first, behind a number.
    pub(crate) REGISTER = concat!("select o.number as entry, o.came, o.posted, ", row!("m."), " from matter_origin o
        join matter m on m.jurisdiction = o.jurisdiction and m.id = o.matter
        where o.jurisdiction = $1 and o.office = $2 and o.book = $3 and o.year = $4 and o.number < $5
        order by o.number desc limit $6");
    /// Lists a pile of letters, in the order in which they were entered.
    pub(crate) PILE = concat!("select o.number as entry, o.came, o.posted, ", row!("m."), " from matter_origin o
        join matter m on m.jurisdiction = o.jurisdiction and m.id = o.matter
        where o.jurisdiction = $1 and o.pile = $2 and o.office = $3 order by o.number limit $4");
    /// Lists what was made of the cards of a round.
    pub(crate) OF_ROUND = concat!("select o.number as entry, o.came, o.posted, ", row!("m."), " from matter_origin o
        join matter m on m.jurisdiction = o.jurisdiction and m.id = o.matter
        where o.jurisdiction = $1 and o.round = $2 order by o.received_at, o.matter limit $3");
    /// Counts what came by a box since a time: by its sign and by its cards.
    pub(crate) BY_BOX = "select count(*) as many, cast(coalesce(sum(case when round = $3 then 1 else 0 end), 0) as bigint) as scanned
        from matter_origin where jurisdiction = $1 and of_box = $2 and received_at >= $4";
    pub(crate) LAST_LETTER = "select max(received_at) as last, count(*) as many from matter_origin
        where jurisdiction = $1 and office = $2 and book = $3 and year = $4";
}

/// Notes how a matter came, once.
pub(super) fn put(tx: &mut Tx<'_>, jurisdiction: i64, before: Option<&State>, after: &State) -> Result<(), Fault> {
    match row(jurisdiction, after).filter(|_| before.is_none()) {
        Some(row) => tx.later(PUT_ORIGIN, &row),
        None => Ok(()),
    }
}

/// Writes the row of a matter; none where nothing is known.
pub(super) fn row(jurisdiction: i64, state: &State) -> Option<Vec<Value>> {
    let origin = state.came.origin.as_ref()?;
    let (office, book, year, number) = origin
        .entry
        .as_ref()
        .map_or(("", "", 0, 0), |entry| (entry.office.as_str(), state.channel.code(), i64::from(entry.year), entry.number));
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let of_box = origin.of_box.as_deref().unwrap_or_default();
    let (round, pile) = (origin.round.unwrap_or(Uuid::nil()), origin.pile.unwrap_or(Uuid::nil()));
    let (came, posted, at) = (day(origin.came), day(origin.posted), state.received_at.as_microsecond());
    Some(params![jurisdiction, state.matter, of_box, round, pile, office, book, year, number, came, posted, at].to_vec())
}
