//! What was put before the supervisor, one row each: a consequence of events like every derived table, and never taken out.

use db::{Fault, Migration, Tx, Value, params};
use uuid::Uuid;

use super::Criticism;
use crate::appeal::State;

/// Builds the table: one row for each bad rating.
pub const MIGRATION: Migration = Migration {
    name: "0410_criticism",
    sql: "create table criticism (
            jurisdiction bigint not null,
            matter uuid not null,
            of bigint not null,
            number text not null,
            office text not null,
            grade bigint not null,
            day text not null,
            call_until text,
            rectify_until text,
            judge text,
            answered boolean not null,
            primary key (jurisdiction, matter, of));
          create index criticism_day on criticism (jurisdiction, day, number, of);
          create index criticism_office on criticism (jurisdiction, office, day, number, of);
          create index criticism_call on criticism (jurisdiction, call_until, number, of);",
    sql_postgres: None,
};

/// Wakes the matters after whose bad rating something is owed, so that what is late is told; and finds objections that wait.
pub const LATE_MIGRATION: Migration = Migration {
    name: "0480_followup_late",
    sql: "create index criticism_judge on criticism (jurisdiction, number) where judge is not null;
          update matter set wake = owed.until from (
              select jurisdiction, matter, min(coalesce(call_until, case when judge is null then rectify_until end)) as until
              from criticism group by jurisdiction, matter) as owed
          where owed.jurisdiction = matter.jurisdiction and owed.matter = matter.id and owed.until is not null
              and (matter.wake is null or matter.wake > owed.until);",
    sql_postgres: None,
};

db::statements! {
    pub(crate) PUT_CRITICISM = "insert into criticism (jurisdiction, matter, of, number, office, grade, day, call_until, rectify_until, judge,
            answered)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        on conflict (jurisdiction, matter, of) do update set call_until = excluded.call_until, rectify_until = excluded.rectify_until,
            judge = excluded.judge, answered = excluded.answered";
    pub(crate) DUMP_CRITICISM = "select matter, of, number, office, grade, day, call_until, rectify_until, judge, answered from criticism
        where jurisdiction = $1 and (matter, of) > ($2, $3) order by matter, of limit $4";
    /// Of an erased matter nothing is left to be read; its entries in the log stay.
    pub(crate) DROP_CRITICISM = "delete from criticism where jurisdiction = $1 and matter = $2";
    /// Lists call-backs that are owed, the earliest first, behind a place.
    pub(super) CALLS = "select matter, of, number, call_until from criticism
        where jurisdiction = $1 and call_until is not null and (call_until, number) > ($2, $3) order by call_until, number limit $4";
    /// Lists what an office objected to and another has to decide, in the order of the matters' numbers.
    pub(super) JUDGED = "select matter, of, number from criticism
        where jurisdiction = $1 and judge is not null and number > $2 order by number limit $3";
    /// Lists what was put before the supervisor, the newest first, behind a place.
    pub(super) LIST = "select matter, of, number, day from criticism
        where jurisdiction = $1 and (day, number, of) < ($2, $3, $4) order by day desc, number desc, of desc limit $5";
    pub(super) LIST_OF = "select matter, of, number, day from criticism
        where jurisdiction = $1 and office = $2 and (day, number, of) < ($3, $4, $5) order by day desc, number desc, of desc limit $6";
}

/// Writes the rows of a matter that changed.
pub(crate) fn put(tx: &mut Tx<'_>, jurisdiction: i64, before: Option<&State>, after: &State) -> Result<(), Fault> {
    if before.is_some_and(|before| before.followup == after.followup) {
        return Ok(());
    }
    rows(jurisdiction, after).iter().try_for_each(|row| tx.later(PUT_CRITICISM, row))
}

/// Writes the rows of a matter.
pub(crate) fn rows(jurisdiction: i64, state: &State) -> Vec<Vec<Value>> {
    let (matter, number) = (state.matter, state.number.as_str());
    state.followup.criticisms.iter().map(|one| row(jurisdiction, (matter, number), one)).collect()
}

fn row(jurisdiction: i64, (matter, number): (Uuid, &str), one: &Criticism) -> Vec<Value> {
    let call = one.call_due().map(|call| call.due.due.last.to_string());
    let rectify = one.owes_rectification().then(|| one.rectify.due.last.to_string());
    let judge = one.pending().map(|objection| objection.judge.clone());
    let day = one.day.to_string();
    let office = one.office.as_str();
    params![jurisdiction, matter, one.version, number, office, i64::from(one.grade), day, call, rectify, judge, one.answers > 0]
        .to_vec()
}
