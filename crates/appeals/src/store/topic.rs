//! What people said that matters are about, and how often that was what a machine had suggested: one row a matter, and counters by
//! week that staff look at.

use db::{Fault, Migration, Tx, Value, params};
use jiff::ToSpan;
use jiff::civil::Date;

use crate::appeal::{Sorting, State};

/// Builds the tables.
pub const MIGRATION: Migration = Migration {
    name: "0200_topic",
    sql: "create table matter_topic (
            jurisdiction bigint not null,
            matter uuid not null,
            week text not null,
            said text not null,
            sure bigint not null,
            chosen text not null,
            primary key (jurisdiction, matter));
          create table topic_count (
            jurisdiction bigint not null,
            week text not null,
            said text not null,
            sure bigint not null,
            chosen text not null,
            times bigint not null,
            primary key (jurisdiction, week, said, sure, chosen));",
    sql_postgres: None,
};

db::statements! {
    PUT_TOPIC = "insert into matter_topic (jurisdiction, matter, week, said, sure, chosen) values ($1, $2, $3, $4, $5, $6)";
    pub(crate) DROP_TOPIC = "delete from matter_topic where jurisdiction = $1 and matter = $2";
    pub(crate) TOPIC_OF = "select week, said, sure, chosen from matter_topic where jurisdiction = $1 and matter = $2";
    pub(super) DUMP_TOPICS = "select matter, week, said, sure, chosen from matter_topic where jurisdiction = $1 and matter > $2
        order by matter limit $3";
    COUNT_UP = "insert into topic_count (jurisdiction, week, said, sure, chosen, times) values ($1, $2, $3, $4, $5, 1)
        on conflict (jurisdiction, week, said, sure, chosen) do update set times = topic_count.times + 1";
    pub(crate) COUNT_DOWN = "update topic_count set times = times - 1
        where jurisdiction = $1 and week = $2 and said = $3 and sure = $4 and chosen = $5";
    CLEAR_COUNTS = "delete from topic_count where jurisdiction = $1";
    COUNT_ALL = "insert into topic_count (jurisdiction, week, said, sure, chosen, times)
        select jurisdiction, week, said, sure, chosen, cast(count(*) as bigint) from matter_topic where jurisdiction = $1
        group by jurisdiction, week, said, sure, chosen";
    pub(crate) LESSONS = "select id from matter where jurisdiction = $1 and id < $2 and category is not null
        order by id desc limit $3";
    pub(crate) TOPIC_COUNTS = "select week, said, sure, chosen, times from topic_count
        where jurisdiction = $1 and week >= $2 and times > 0 order by week, said, sure, chosen";
}

/// Writes what became of a matter, and counts it.
pub(super) fn put(tx: &mut Tx<'_>, jurisdiction: i64, before: Option<&State>, after: &State) -> Result<(), Fault> {
    let was = before.and_then(|before| before.sorted.as_ref());
    if was == after.sorted.as_ref() {
        return Ok(());
    }
    if let Some(was) = was {
        tx.later(DROP_TOPIC, params![jurisdiction, after.matter])?;
        tx.later(COUNT_DOWN, &counted(jurisdiction, was))?;
    }
    if let (Some(row), Some(now)) = (row(jurisdiction, after), &after.sorted) {
        tx.later(PUT_TOPIC, &row)?;
        tx.later(COUNT_UP, &counted(jurisdiction, now))?;
    }
    Ok(())
}

/// The statement that writes a row of [`row`].
pub(super) const PUT: &str = PUT_TOPIC;

/// Writes the row of a matter that somebody sorted.
pub(super) fn row(jurisdiction: i64, state: &State) -> Option<Vec<Value>> {
    let mut row = counted(jurisdiction, state.sorted.as_ref()?);
    row.insert(1, state.matter.into());
    Some(row)
}

fn counted(jurisdiction: i64, sorted: &Sorting) -> Vec<Value> {
    let said = sorted.said.as_ref();
    let (code, sure) = said.map_or(("", 0), |said| (said.code.as_str(), i64::from(said.sure / STEP * STEP)));
    params![jurisdiction, monday(sorted.day).to_string(), code, sure, sorted.to.as_str()].to_vec()
}

/// Sureness is counted in steps of so many of a thousand.
const STEP: u16 = 100;

/// Returns the Monday of a day's week.
pub fn monday(day: Date) -> Date {
    day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days())
}

/// Counts everything anew from the rows of matters.
pub(crate) fn recount(tx: &mut Tx<'_>, jurisdiction: i64) -> Result<(), Fault> {
    tx.run(CLEAR_COUNTS, params![jurisdiction])?;
    tx.run(COUNT_ALL, params![jurisdiction])?;
    Ok(())
}
