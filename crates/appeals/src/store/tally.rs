//! Counters that boards are drawn from: what came in and what became of it, by day and office, by week and office, place, topic and kind,
//! and by month and place and topic; and what lies on each office's table by its last day.
//!
//! All of it is a sum over matters of what [`rows`] says of each state: so an event adds the difference, a rebuild adds everything,
//! and whoever must not know of a matter is shown the sum without it. Accusations are no matters of this room and stand in none.

use std::collections::BTreeMap;

use db::{Fault, Migration, Tx, Value, params};
use jiff::ToSpan;
use jiff::civil::Date;

use super::topic::monday;
use crate::appeal::{State, What};

/// Builds the tables, and asks for a count of what is there already.
pub const MIGRATION: Migration = Migration {
    name: "0240_tally",
    sql: "create table tally (
            jurisdiction bigint not null,
            axis text not null,
            span text not null,
            code text not null,
            came bigint not null,
            replied bigint not null,
            in_time bigint not null,
            ended bigint not null,
            reopened bigint not null,
            late bigint not null,
            rated bigint not null,
            satisfied bigint not null,
            asked bigint not null,
            met bigint not null,
            waiting bigint not null,
            primary key (jurisdiction, axis, span, code));
          create table standing (
            jurisdiction bigint not null,
            office text not null,
            due text not null,
            many bigint not null,
            primary key (jurisdiction, office, due));
          create index standing_some on standing (jurisdiction, office, due) where many > 0;
          create table tally_fill (
            jurisdiction bigint not null primary key,
            position bigint);
          insert into tally_fill (jurisdiction) select distinct jurisdiction from matter;",
    sql_postgres: None,
};

/// Has everything counted anew, since weeks of offices are counted too.
pub const WEEK_MIGRATION: Migration = Migration {
    name: "0271_tally_week",
    sql: "insert into tally_fill (jurisdiction) select distinct jurisdiction from matter where true
            on conflict (jurisdiction) do nothing;
          update tally_fill set position = null;",
    sql_postgres: None,
};

/// Says by what a counter counts, and what its span and code are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Axis {
    /// By day and office: what came in first, and what that office did.
    Office,
    /// The same by week: boards look at many weeks, and there may be many offices.
    Week,
    /// By the week it came in, and place.
    Place,
    /// By the week it came in, and topic.
    Topic,
    /// By the week it came in, and kind.
    Kind,
    /// By the month it came in, and place and topic, as `990121101001 0301`; without a topic while nobody said what it is about.
    Need,
}

impl Axis {
    /// Returns the code it is stored under.
    pub fn code(self) -> &'static str {
        match self {
            Self::Office => "office",
            Self::Week => "week",
            Self::Place => "place",
            Self::Topic => "topic",
            Self::Kind => "kind",
            Self::Need => "need",
        }
    }

    /// Tells whether each counter is about one office; the others go across them.
    pub fn is_of_offices(self) -> bool {
        matches!(self, Self::Office | Self::Week)
    }
}

/// Is what is counted of one axis, span and code.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    /// Matters that came in.
    pub came: i64,
    /// Replies given.
    pub replied: i64,
    /// Of these, on or before the last day then in force.
    pub in_time: i64,
    /// Matters closed, withdrawn or not accepted.
    pub ended: i64,
    /// Matters that residents reopened.
    pub reopened: i64,
    /// Last days that passed without the promised word.
    pub late: i64,
    /// Ratings.
    pub rated: i64,
    /// Of these, satisfied.
    pub satisfied: i64,
    /// Matters that ask for something.
    pub asked: i64,
    /// Of these, granted in whole or in part.
    pub met: i64,
    /// Of these, still waiting for a word.
    pub waiting: i64,
}

/// Counters of a counted thing.
const COLUMNS: usize = 11;

impl Counted {
    fn amounts(&self) -> [i64; COLUMNS] {
        let Self { came, replied, in_time, ended, reopened, late, rated, satisfied, asked, met, waiting } = *self;
        [came, replied, in_time, ended, reopened, late, rated, satisfied, asked, met, waiting]
    }

    fn of([came, replied, in_time, ended, reopened, late, rated, satisfied, asked, met, waiting]: [i64; COLUMNS]) -> Self {
        Self { came, replied, in_time, ended, reopened, late, rated, satisfied, asked, met, waiting }
    }

    /// Adds another one so many times; −1 takes it off.
    pub fn add(&mut self, other: &Self, times: i64) {
        let mut sum = self.amounts();
        for (own, more) in sum.iter_mut().zip(other.amounts()) {
            *own += more * times;
        }
        *self = Self::of(sum);
    }
}

/// Names a counter: axis, span, code.
pub type Key = (Axis, String, String);

/// Is what matters come to in all counters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Counters.
    pub counted: BTreeMap<Key, Counted>,
    /// What lies on tables: by office and last day.
    pub standing: BTreeMap<(String, String), i64>,
}

impl Tally {
    /// Adds a matter so many times; −1 takes it off.
    pub fn add(&mut self, state: &State, times: i64) {
        rows(state, |key, counted| self.counted.entry(key).or_default().add(&counted, times));
        if let Some(key) = table(state) {
            *self.standing.entry(key).or_default() += times;
        }
    }

    /// Adds another tally.
    pub fn join(&mut self, other: &Self) {
        for (key, counted) in &other.counted {
            self.counted.entry(key.clone()).or_default().add(counted, 1);
        }
        for (key, many) in &other.standing {
            *self.standing.entry(key.clone()).or_default() += many;
        }
    }

    /// Leaves out what comes to nothing.
    pub fn settle(&mut self) {
        self.counted.retain(|_, counted| *counted != Counted::default());
        self.standing.retain(|_, many| *many != 0);
    }
}

db::statements! {
    ADD = "insert into tally (jurisdiction, axis, span, code, came, replied, in_time, ended, reopened, late, rated, satisfied, asked,
            met, waiting) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        on conflict (jurisdiction, axis, span, code) do update set came = tally.came + excluded.came,
            replied = tally.replied + excluded.replied, in_time = tally.in_time + excluded.in_time,
            ended = tally.ended + excluded.ended, reopened = tally.reopened + excluded.reopened, late = tally.late + excluded.late,
            rated = tally.rated + excluded.rated, satisfied = tally.satisfied + excluded.satisfied,
            asked = tally.asked + excluded.asked, met = tally.met + excluded.met, waiting = tally.waiting + excluded.waiting";
    STAND = "insert into standing (jurisdiction, office, due, many) values ($1, $2, $3, $4)
        on conflict (jurisdiction, office, due) do update set many = standing.many + excluded.many";
    BETWEEN = "select axis, span, code, came, replied, in_time, ended, reopened, late, rated, satisfied, asked, met, waiting from tally
        where jurisdiction = $1 and axis = $2 and span >= $3 and span <= $4";
    STANDING = "select office, due, many from standing where jurisdiction = $1 and many > 0";
    STANDING_ALL = "select office, due, many from standing where jurisdiction = $1";
    FILLING = "select position from tally_fill where jurisdiction = $1";
    FILL_FROM = "update tally_fill set position = $2 where jurisdiction = $1";
    FILLED = "delete from tally_fill where jurisdiction = $1 and position = $2";
    FILL_OVER = "delete from tally_fill where jurisdiction = $1";
    CLEAR_TALLY = "delete from tally where jurisdiction = $1";
    CLEAR_STANDING = "delete from standing where jurisdiction = $1";
}

/// Returns the month of a day, such as `2026-11`.
pub fn month(day: Date) -> String {
    day.to_string()[..7].to_owned()
}

/// Says what a matter comes to in the counters.
fn rows(state: &State, mut put: impl FnMut(Key, Counted)) {
    let one = |yes: bool| i64::from(yes);
    let mut office = |day: Date, code: &str, counted: Counted| {
        put((Axis::Office, day.to_string(), code.to_owned()), counted);
        put((Axis::Week, monday(day).to_string(), code.to_owned()), counted);
    };
    office(state.received, state.first_owner(), Counted { came: 1, ..Counted::default() });
    let (mut rated, mut satisfied) = (0, 0);
    for noted in &state.noted {
        let counted = match noted.what {
            What::Replied { in_time } => Counted { replied: 1, in_time: one(in_time), ..Counted::default() },
            What::Late => Counted { late: 1, ..Counted::default() },
            What::Reopened => Counted { reopened: 1, ..Counted::default() },
            What::Ended => Counted { ended: 1, ..Counted::default() },
            What::Rated { satisfied: yes } => {
                (rated, satisfied) = (1, one(yes)); // its newest rating, where matters are counted and not ratings
                Counted { rated: 1, satisfied: one(yes), ..Counted::default() }
            }
        };
        office(noted.day, &noted.office, counted);
    }
    let (asked, met, waiting) = (one(state.asks()), one(state.met()), one(state.asks() && state.owes_word()));
    let whole = Counted { came: 1, rated, satisfied, asked, met, waiting, ..Counted::default() };
    let (week, place) = (monday(state.received).to_string(), state.place.as_deref().unwrap_or_default());
    put((Axis::Place, week.clone(), place.to_owned()), whole);
    put((Axis::Kind, week.clone(), state.kind.code().to_owned()), whole);
    let subject = state.subject_code().unwrap_or_default();
    if !subject.is_empty() {
        put((Axis::Topic, week, subject.to_owned()), whole);
    }
    put((Axis::Need, month(state.received), format!("{place} {subject}")), whole);
}

/// Says on whose table a matter lies that owes a word, and until when.
fn table(state: &State) -> Option<(String, String)> {
    (state.is_open() && state.owes_word()).then(|| (state.owner.clone(), state.pressing_due().due.last.to_string()))
}

/// Is what of a state counters go by; most events change nothing of it.
fn seen(state: &State) -> impl PartialEq + '_ {
    let counts = (state.noted.len(), state.subject_code(), state.asks(), state.met(), state.owes_word(), state.is_open());
    (counts, state.kind, &state.owner, state.pressing_due().due.last)
}

/// Counts what an event changed.
pub(super) fn put(tx: &mut Tx<'_>, jurisdiction: i64, before: Option<&State>, after: &State) {
    if before.is_some_and(|before| seen(before) == seen(after)) {
        return;
    }
    for (state, times) in before.map(|before| (before, -1)).into_iter().chain([(after, 1)]) {
        add(tx, jurisdiction, state, times);
    }
}

/// Counts a matter so many times; −1 takes it out of the counters.
pub(crate) fn add(tx: &mut Tx<'_>, jurisdiction: i64, state: &State, times: i64) {
    rows(state, |key, counted| tx.add(ADD, counter(jurisdiction, key), counted.amounts().map(|amount| amount * times).to_vec()));
    if let Some((office, due)) = table(state) {
        tx.add(STAND, vec![jurisdiction.into(), office.into(), due.into()], vec![times]);
    }
}

fn counter(jurisdiction: i64, (axis, span, code): Key) -> Vec<Value> {
    vec![jurisdiction.into(), axis.code().into(), span.into(), code.into()]
}

/// Reads the counters of an axis from one span to another.
pub fn between(
    tx: &mut Tx<'_>,
    jurisdiction: i64,
    axis: Axis,
    (from, to): (&str, &str),
) -> Result<BTreeMap<Key, Counted>, Fault> {
    let rows = tx.rows(BETWEEN, params![jurisdiction, axis.code(), from, to])?;
    rows.iter().map(|row| Ok(((axis, row.get("span")?, row.get("code")?), counted(row)?))).collect()
}

fn counted(row: &db::Row) -> Result<Counted, Fault> {
    const NAMES: [&str; COLUMNS] =
        ["came", "replied", "in_time", "ended", "reopened", "late", "rated", "satisfied", "asked", "met", "waiting"];
    let mut amounts = [0; COLUMNS];
    for (amount, name) in amounts.iter_mut().zip(NAMES) {
        *amount = row.get(name)?;
    }
    Ok(Counted::of(amounts))
}

/// Reads what lies on tables, by office and last day.
pub fn standing(tx: &mut Tx<'_>, jurisdiction: i64) -> Result<BTreeMap<(String, String), i64>, Fault> {
    on_tables(tx, jurisdiction, STANDING)
}

fn on_tables(tx: &mut Tx<'_>, jurisdiction: i64, sql: &str) -> Result<BTreeMap<(String, String), i64>, Fault> {
    let rows = tx.rows(sql, params![jurisdiction])?;
    rows.iter().map(|row| Ok(((row.get("office")?, row.get("due")?), row.get("many")?))).collect()
}

/// Reads all counters, for a comparison with what the events say.
pub fn all(tx: &mut Tx<'_>, jurisdiction: i64) -> Result<Tally, Fault> {
    let mut tally = Tally { standing: on_tables(tx, jurisdiction, STANDING_ALL)?, ..Tally::default() };
    for axis in [Axis::Office, Axis::Week, Axis::Place, Axis::Topic, Axis::Kind, Axis::Need] {
        tally.counted.extend(between(tx, jurisdiction, axis, ("", ":"))?);
    }
    tally.settle();
    Ok(tally)
}

/// Adds a whole tally to what is there.
pub(crate) fn write(tx: &mut Tx<'_>, jurisdiction: i64, tally: &Tally) -> Result<(), Fault> {
    for (key, counted) in &tally.counted {
        let amounts = counted.amounts().into_iter().map(Value::Int);
        tx.later(ADD, &counter(jurisdiction, key.clone()).into_iter().chain(amounts).collect::<Vec<_>>())?;
    }
    for ((office, due), many) in &tally.standing {
        tx.later(STAND, params![jurisdiction, office.as_str(), due.as_str(), *many])?;
    }
    Ok(())
}

/// Tells whether what was there before is still being counted; the counters say too little until then.
pub fn filling(tx: &mut Tx<'_>, jurisdiction: i64) -> Result<bool, Fault> {
    Ok(tx.row(FILLING, params![jurisdiction])?.is_some())
}

/// Begins to count what is there up to a position of the journal: from here on each event adds its difference.
pub(crate) fn begin(tx: &mut Tx<'_>, jurisdiction: i64, position: i64) -> Result<(), Fault> {
    clear(tx, jurisdiction)?;
    tx.run(FILL_FROM, params![jurisdiction, position]).map(drop)
}

/// Adds what was counted up to a position; tells whether that was wanted still.
pub(crate) fn end(tx: &mut Tx<'_>, jurisdiction: i64, (position, tally): (i64, &Tally)) -> Result<bool, Fault> {
    let wanted = tx.run(FILLED, params![jurisdiction, position])? == 1;
    if wanted {
        write(tx, jurisdiction, tally)?;
    }
    Ok(wanted)
}

/// Has everything counted again that is being counted: what was there has gone meanwhile.
pub(crate) fn again(tx: &mut Tx<'_>, jurisdiction: i64) -> Result<(), Fault> {
    tx.run(FILL_FROM, params![jurisdiction, Value::Null]).map(drop)
}

/// Empties the counters.
pub(crate) fn clear(tx: &mut Tx<'_>, jurisdiction: i64) -> Result<(), Fault> {
    tx.settle()?;
    tx.run(CLEAR_TALLY, params![jurisdiction])?;
    tx.run(CLEAR_STANDING, params![jurisdiction]).map(drop)
}

/// Notes that the counters say everything.
pub(crate) fn over(tx: &mut Tx<'_>, jurisdiction: i64) -> Result<(), Fault> {
    tx.run(FILL_OVER, params![jurisdiction]).map(drop)
}

/// Returns the Monday so many weeks before that of a day.
pub fn weeks_before(day: Date, weeks: i64) -> Date {
    monday(day).saturating_sub(weeks.weeks())
}
