//! The tables of reception days: a row each day, a row each booking, and which times are taken. All of it is a consequence of events,
//! written in their transaction. Of a booking nothing but its number, its time and how far it is stands in clear.

use civic::chance::Chance;
use civic::face::{self, Keys};
use civic::site::Site;
use civic::vault::{Key, KeyId};
use db::{Fault, FaultKind, Guard, Keep, Migration, Row, Tx, params};
use uuid::Uuid;

use super::booking::{Booking, Standing};
use super::day::Day;

/// Builds the tables.
pub(crate) const MIGRATION: Migration = Migration {
    name: "0430_reception",
    sql: "create table reception_day (
            jurisdiction bigint not null,
            id uuid not null,
            number bigint not null,
            leader uuid not null,
            office text not null,
            held text not null,
            day text not null,
            begins bigint not null,
            slots bigint not null,
            seq bigint not null,
            called bigint not null,
            key_id bigint not null,
            version bigint not null,
            sealed bytea not null,
            primary key (jurisdiction, id));
          create unique index reception_day_number on reception_day (jurisdiction, number);
          create unique index reception_day_leader on reception_day (jurisdiction, leader, day, begins);
          create index reception_day_day on reception_day (jurisdiction, day, begins, id);
          create table reception_slot (
            jurisdiction bigint not null,
            day uuid not null,
            slot bigint not null,
            booking uuid not null,
            primary key (jurisdiction, day, slot));
          create table reception_booking (
            jurisdiction bigint not null,
            id uuid not null,
            day uuid not null,
            seq bigint not null,
            slot bigint not null,
            standing text not null,
            key_id bigint not null,
            version bigint not null,
            pass bytea not null,
            submit bytea not null,
            form bytea not null,
            sealed bytea,
            primary key (jurisdiction, id));
          create unique index reception_booking_submit on reception_booking (jurisdiction, submit);
          create unique index reception_booking_seq on reception_booking (jurisdiction, day, seq);
          create index reception_booking_pass on reception_booking (jurisdiction, pass);
          create table reception_gone (
            jurisdiction bigint not null,
            key_id bigint not null,
            done boolean not null,
            primary key (jurisdiction, key_id));
          create index reception_gone_done on reception_gone (jurisdiction, done);",
    sql_postgres: None,
};

/// Lists what the serving connection may not do to these tables: a day once posted, and a booking once made, stay rows.
pub(crate) const GUARDS: [Guard; 2] =
    [Guard { table: "reception_day", keep: Keep::Kept }, Guard { table: "reception_booking", keep: Keep::Kept }];

/// Names the columns of a day.
macro_rules! day {
    ($tail:literal) => {
        concat!("select id, number, seq, called, key_id, version, sealed from reception_day where jurisdiction = $1 ", $tail)
    };
}

/// Names the columns of a booking.
macro_rules! booking {
    ($tail:literal) => {
        concat!(
            "select id, day, seq, slot, standing, key_id, version, form, sealed from reception_booking where jurisdiction = $1 ",
            $tail
        )
    };
}

db::statements! {
    pub(crate) PUT_DAY = "insert into reception_day (jurisdiction, id, number, leader, office, held, day, begins, slots, seq, called, key_id,
            version, sealed)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, $10, $11, $12)";
    pub(crate) CHANGE_DAY = "update reception_day set held = $3, version = $4, sealed = $5 where jurisdiction = $1 and id = $2";
    pub(crate) COUNT_UP = "update reception_day set seq = $3 where jurisdiction = $1 and id = $2";
    pub(crate) CALLED = "update reception_day set called = $3 where jurisdiction = $1 and id = $2";
    pub(crate) NUMBER = "select coalesce(max(number), 0) + 1 as number from reception_day where jurisdiction = $1";
    pub(crate) DAY = day!("and id = $2");
    pub(crate) DAY_BY_NUMBER = day!("and number = $2");
    pub(crate) DAY_OF_LEADER = day!("and leader = $2 and day = $3 and begins = $4");
    pub(crate) COMING = day!("and day >= $2 order by day, begins, id limit $3");
    pub(crate) BEFORE = day!("and (day, begins, id) < ($2, $3, $4) order by day desc, begins desc, id desc limit $5");
    pub(crate) SAT = "select leader, day from reception_day where jurisdiction = $1 and day >= $2 and day < $3 and held <> 'cancelled'";
    pub(crate) ALL_DAYS = day!("and number > $2 order by number limit $3");
    pub(crate) CLEAR = "select leader, office, held, day, begins, slots from reception_day where jurisdiction = $1 and id = $2";
    pub(crate) TAKEN = "select slot, booking from reception_slot where jurisdiction = $1 and day = $2";
    pub(crate) BEGUN = "select day from reception_day where jurisdiction = $1 order by day limit 1";
    pub(crate) SLOTS = "select slot from reception_slot where jurisdiction = $1 and day = $2 order by slot";
    pub(crate) TAKE = "insert into reception_slot (jurisdiction, day, slot, booking) values ($1, $2, $3, $4) on conflict do nothing";
    pub(crate) GIVE = "delete from reception_slot where jurisdiction = $1 and day = $2 and booking = $3";
    pub(crate) PUT_BOOKING = "insert into reception_booking (jurisdiction, id, day, seq, slot, standing, key_id, version, pass, submit, form, sealed)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    pub(crate) CHANGE_BOOKING = "update reception_booking set slot = $3, standing = $4, version = $5, sealed = $6
        where jurisdiction = $1 and id = $2";
    pub(crate) BOOKING = booking!("and id = $2");
    pub(crate) BOOKING_BY_PASS = booking!("and pass = $2");
    pub(crate) BOOKING_BY_SUBMIT = booking!("and submit = $2");
    pub(crate) BOOKINGS = booking!("and day = $2 order by seq");
    pub(crate) WAITING = booking!("and day = $2 and standing = 'waiting' order by seq limit 1");
    pub(crate) COUNTS = "select standing, cast(count(*) as bigint) as many from reception_booking
        where jurisdiction = $1 and day = $2 group by standing";
    pub(crate) OVER = "select b.id, b.key_id from reception_booking b join reception_day d on d.jurisdiction = b.jurisdiction and d.id = b.day
        where b.jurisdiction = $1 and d.day < $2 and b.sealed is not null limit $3";
    pub(crate) FORGET = "update reception_booking set sealed = null where jurisdiction = $1 and id = $2";
    pub(crate) GONE = "insert into reception_gone (jurisdiction, key_id, done) values ($1, $2, false) on conflict do nothing";
    pub(crate) GONE_LEFT = "select key_id from reception_gone where jurisdiction = $1 and done = false limit 100";
    pub(crate) GONE_DONE = "update reception_gone set done = true where jurisdiction = $1 and key_id = $2";
}

/// Lists the statements, so that a test prepares each on both engines.
pub(crate) const STATEMENTS: &[(&str, &str)] = ALL;

/// Is a day as its row has it.
#[derive(Debug, Clone)]
pub struct DayRow {
    /// The day.
    pub day: Day,
    /// The newest number given out.
    pub seq: i64,
    /// The number that was called last; zero before the first.
    pub called: i64,
    pub(crate) key_id: KeyId,
}

/// Is a booking as its row has it.
#[derive(Debug, Clone)]
pub struct BookingRow {
    /// Its id.
    pub id: Uuid,
    /// The day.
    pub day: Uuid,
    /// Its number in the day.
    pub seq: i64,
    /// Its time.
    pub slot: Option<u16>,
    /// How far it is.
    pub standing: Standing,
    /// Who and about what; none once it was destroyed.
    pub booking: Option<Booking>,
    pub(crate) form: Vec<u8>,
    pub(crate) key_id: KeyId,
}

fn corrupt(what: &'static str) -> Fault {
    Fault::new(FaultKind::Corrupt, what)
}

/// Seals what a row shows of a day.
pub(crate) fn day_face(site: &Site, (day, key): (&Day, &Key), chance: &mut Chance) -> Result<Vec<u8>, Fault> {
    face::seal(site, ("reception_day", day.id, day.version), (day, key), chance)
}

/// Seals what a row shows of a booking.
pub(crate) fn booking_face(site: &Site, (booking, key): (&Booking, &Key), chance: &mut Chance) -> Result<Vec<u8>, Fault> {
    face::seal(site, ("reception_booking", booking.id, booking.version), (booking, key), chance)
}

/// Reads rows of days and opens them, all keys asked for at once.
pub(crate) fn days(rows: &[Row], site: &Site) -> Result<Vec<DayRow>, Fault> {
    let keys = Keys::of(site, rows)?;
    let one = |row: &Row| {
        let (key_id, sealed): (KeyId, Vec<u8>) = (row.get("key_id")?, row.get("sealed")?);
        let key = keys.must(key_id)?;
        let at = ("reception_day", row.get("id")?, row.get("version")?);
        Ok(DayRow { day: face::open(site, at, (&sealed, &key))?, seq: row.get("seq")?, called: row.get("called")?, key_id })
    };
    rows.iter().map(one).collect()
}

/// Finds one day by a statement.
pub(crate) fn day(tx: &mut Tx<'_>, site: &Site, (sql, params): (&str, &[db::Value])) -> Result<Option<DayRow>, Fault> {
    let rows: Vec<Row> = tx.row(sql, params)?.into_iter().collect();
    Ok(days(&rows, site)?.pop())
}

/// Reads rows of bookings and opens them, all keys asked for at once.
pub(crate) fn bookings(rows: &[Row], site: &Site) -> Result<Vec<BookingRow>, Fault> {
    let keys = Keys::of(site, rows)?;
    let one = |row: &Row| {
        let slot: i64 = row.get("slot")?;
        let standing = Standing::parse(&row.get::<String>("standing")?);
        let mut read = BookingRow {
            id: row.get("id")?,
            day: row.get("day")?,
            seq: row.get("seq")?,
            slot: u16::try_from(slot).ok().filter(|slot| *slot > 0),
            standing: standing.ok_or_else(|| corrupt("a booking is of an unknown standing"))?,
            booking: None,
            form: row.get("form")?,
            key_id: row.get("key_id")?,
        };
        let sealed: Option<Vec<u8>> = row.get("sealed")?;
        let Some(sealed) = sealed else { return Ok(read) };
        if let Some(key) = keys.get(read.key_id)? {
            read.booking = Some(face::open(site, ("reception_booking", read.id, row.get("version")?), (&sealed, &key))?);
        }
        Ok(read)
    };
    rows.iter().map(one).collect()
}

/// Finds one booking by a statement.
pub(crate) fn booking(tx: &mut Tx<'_>, site: &Site, (sql, params): (&str, &[db::Value])) -> Result<Option<BookingRow>, Fault> {
    let rows: Vec<Row> = tx.row(sql, params)?.into_iter().collect();
    Ok(bookings(&rows, site)?.pop())
}

/// Writes a new day.
pub(crate) fn put_day(tx: &mut Tx<'_>, site: &Site, (day, key): (&Day, (KeyId, &Key)), chance: &mut Chance) -> Result<(), Fault> {
    let (plan, sealed) = (&day.plan, day_face(site, (day, key.1), chance)?);
    let row = params![
        site.jurisdiction,
        day.id,
        day.number,
        plan.leader,
        plan.office.as_str(),
        day.held.code(),
        plan.date.to_string(),
        i64::from(plan.from),
        i64::from(plan.slots),
        key.0,
        day.version,
        sealed
    ];
    tx.run(PUT_DAY, row).map(drop)
}

/// Tells whether the clear columns of a day say what it is.
pub(crate) fn is_clear(tx: &mut Tx<'_>, site: &Site, day: &Day) -> Result<bool, Fault> {
    let Some(row) = tx.row(CLEAR, params![site.jurisdiction, day.id])? else { return Ok(false) };
    let plan = &day.plan;
    Ok(row.get::<Uuid>("leader")? == plan.leader
        && row.get::<String>("office")? == plan.office
        && row.get::<String>("held")? == day.held.code()
        && row.get::<String>("day")? == plan.date.to_string()
        && row.get::<i64>("begins")? == i64::from(plan.from)
        && row.get::<i64>("slots")? == i64::from(plan.slots))
}

/// Writes what became of a day.
pub(crate) fn change_day(tx: &mut Tx<'_>, site: &Site, (day, key): (&Day, &Key), chance: &mut Chance) -> Result<(), Fault> {
    let sealed = day_face(site, (day, key), chance)?;
    tx.run(CHANGE_DAY, params![site.jurisdiction, day.id, day.held.code(), day.version, sealed]).map(drop)
}

/// Writes what became of a booking.
pub(crate) fn change_booking(
    tx: &mut Tx<'_>,
    site: &Site,
    (booking, key): (&Booking, &Key),
    chance: &mut Chance,
) -> Result<(), Fault> {
    let sealed = booking_face(site, (booking, key), chance)?;
    let slot = booking.slot.map_or(0, i64::from);
    let row = params![site.jurisdiction, booking.id, slot, booking.standing.code(), booking.version, sealed];
    tx.run(CHANGE_BOOKING, row).map(drop)
}
