//! The table of objections: a row each, a consequence of its events, written in their transaction.

use civic::chance::Chance;
use civic::face::{self, Keys};
use civic::site::Site;
use civic::vault::{Key, KeyId};
use db::{Fault, Guard, Keep, Migration, Row, Tx, params};

use super::objection::Objection;

/// The table, as seals name it.
const TABLE: &str = "assessment_objection";

/// Builds the table.
pub(crate) const MIGRATION: Migration = Migration {
    name: "0451_assessment_objection",
    sql: "create table assessment_objection (
            jurisdiction bigint not null,
            id uuid not null,
            number bigint not null,
            office text not null,
            period text not null,
            measure text not null,
            leaf bigint not null,
            decided boolean not null,
            key_id bigint not null,
            version bigint not null,
            sealed bytea not null,
            primary key (jurisdiction, id));
          create unique index assessment_objection_number on assessment_objection (jurisdiction, number);
          create unique index assessment_objection_item on assessment_objection (jurisdiction, leaf, measure);
          create index assessment_objection_office on assessment_objection (jurisdiction, office, number);
          create index assessment_objection_open on assessment_objection (jurisdiction, decided, number);",
    sql_postgres: None,
};

/// An objection once made stays a row.
pub(crate) const GUARD: Guard = Guard { table: "assessment_objection", keep: Keep::Kept };

/// Names the columns.
macro_rules! objection {
    ($tail:literal) => {
        concat!("select id, number, key_id, version, sealed from assessment_objection where jurisdiction = $1 ", $tail)
    };
}

db::statements! {
    pub(crate) PUT = "insert into assessment_objection (jurisdiction, id, number, office, period, measure, leaf, decided, key_id, version, sealed)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    pub(crate) CHANGE = "update assessment_objection set decided = true, version = $3, sealed = $4 where jurisdiction = $1 and id = $2";
    pub(crate) NUMBER = "select coalesce(max(number), 0) + 1 as number from assessment_objection where jurisdiction = $1";
    pub(crate) ONE = objection!("and number = $2");
    pub(crate) OF_ITEM = objection!("and leaf = $2 and measure = $3");
    pub(crate) OF_OFFICE = objection!("and office = $2 order by number desc limit $3");
    pub(crate) OPEN = objection!("and decided = false order by number limit $2");
    pub(crate) ALL_OF = objection!("and number > $2 order by number limit $3");
    pub(crate) CLEAR = "select office, period, measure, leaf, decided from assessment_objection where jurisdiction = $1 and id = $2";
}

/// Lists the statements, so that a test prepares each on both engines.
pub(crate) const STATEMENTS: &[(&str, &str)] = ALL;

/// Is an objection as its row has it.
#[derive(Debug, Clone)]
pub struct ObjectionRow {
    /// The objection.
    pub objection: Objection,
    /// Its number in the row.
    pub(crate) number: i64,
    pub(crate) key_id: KeyId,
}

pub(crate) fn face(site: &Site, (objection, key): (&Objection, &Key), chance: &mut Chance) -> Result<Vec<u8>, Fault> {
    face::seal(site, (TABLE, objection.id, objection.version), (objection, key), chance)
}

/// Reads rows and opens them, all keys asked for at once.
pub(crate) fn rows(rows: &[Row], site: &Site) -> Result<Vec<ObjectionRow>, Fault> {
    let keys = Keys::of(site, rows)?;
    let one = |row: &Row| {
        let (key_id, sealed): (KeyId, Vec<u8>) = (row.get("key_id")?, row.get("sealed")?);
        let key = keys.must(key_id)?;
        let objection = face::open(site, (TABLE, row.get("id")?, row.get("version")?), (&sealed, &key))?;
        Ok(ObjectionRow { objection, number: row.get("number")?, key_id })
    };
    rows.iter().map(one).collect()
}

/// Finds one by a statement.
pub(crate) fn one(tx: &mut Tx<'_>, site: &Site, (sql, params): (&str, &[db::Value])) -> Result<Option<ObjectionRow>, Fault> {
    let found: Vec<Row> = tx.row(sql, params)?.into_iter().collect();
    Ok(rows(&found, site)?.pop())
}

/// Writes a new one.
pub(crate) fn put(
    tx: &mut Tx<'_>,
    site: &Site,
    (objection, key): (&Objection, (KeyId, &Key)),
    chance: &mut Chance,
) -> Result<(), Fault> {
    let (item, sealed) = (&objection.item, face(site, (objection, key.1), chance)?);
    let row = params![
        site.jurisdiction,
        objection.id,
        objection.number,
        item.office.as_str(),
        item.period.as_str(),
        item.measure.as_str(),
        item.leaf.cast_signed(),
        false,
        key.0,
        objection.version,
        sealed
    ];
    tx.run(PUT, row).map(drop)
}

/// Tells whether the clear columns of an objection say what it is.
pub(crate) fn is_clear(tx: &mut Tx<'_>, site: &Site, objection: &Objection) -> Result<bool, Fault> {
    let Some(row) = tx.row(CLEAR, params![site.jurisdiction, objection.id])? else { return Ok(false) };
    let item = &objection.item;
    Ok(row.get::<String>("office")? == item.office
        && row.get::<String>("period")? == item.period
        && row.get::<String>("measure")? == item.measure
        && row.get::<i64>("leaf")? == item.leaf.cast_signed()
        && row.get::<bool>("decided")? == objection.decision.is_some())
}
