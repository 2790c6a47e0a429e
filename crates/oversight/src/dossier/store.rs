//! The table of files of supervision, a row each: a consequence of events, written in their transaction. Its words are sealed; what lists need
//! stands in clear.

use civic::chance::Chance;
use civic::face::{self, Keys};
use civic::site::Site;
use civic::vault::{Key, KeyId};
use db::{Fault, Guard, Keep, Migration, Row, Tx, Value, params};

use super::state::Dossier;

/// The table, as seals name it.
const TABLE: &str = "dossier";

/// Builds the table.
pub(crate) const MIGRATION: Migration = Migration {
    name: "0441_dossier",
    sql: "create table dossier (
            jurisdiction bigint not null,
            id uuid not null,
            kind text not null,
            number bigint not null,
            office text not null,
            over boolean not null,
            due text,
            told boolean not null,
            key_id bigint not null,
            version bigint not null,
            sealed bytea not null,
            primary key (jurisdiction, id));
          create unique index dossier_number on dossier (jurisdiction, kind, number);
          create index dossier_over on dossier (jurisdiction, kind, over, number);
          create index dossier_due on dossier (jurisdiction, told, due, id);",
    sql_postgres: None,
};

/// Says what the serving connection may not do: a file stays a row.
pub(crate) const GUARD: Guard = Guard { table: "dossier", keep: Keep::Kept };

/// Names the columns of a file.
macro_rules! dossier {
    ($tail:literal) => {
        concat!("select id, key_id, version, sealed from dossier where jurisdiction = $1 ", $tail)
    };
}

db::statements! {
    PUT = "insert into dossier (jurisdiction, id, kind, number, office, over, due, told, key_id, version, sealed)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        on conflict (jurisdiction, id) do update set over = excluded.over, due = excluded.due, told = excluded.told,
            version = excluded.version, sealed = excluded.sealed";
    pub(crate) NUMBER = "select coalesce(max(number), 0) + 1 as number from dossier where jurisdiction = $1 and kind = $2";
    pub(crate) ONE = dossier!("and kind = $2 and number = $3");
    pub(crate) LIST = dossier!("and kind = $2 and over = $3 and number < $4 order by number desc limit $5");
    pub(crate) DUE = dossier!("and told = false and due is not null and due < $2 order by due, id limit $3");
    pub(crate) ALL_ROWS = "select id, kind, number, office, over, due, told, key_id, version, sealed from dossier
        where jurisdiction = $1 and id > $2 order by id limit $3";
}

/// Lists the statements, so that a test prepares each on both engines.
pub(crate) const STATEMENTS: &[(&str, &str)] = ALL;

/// Is a file as its row has it.
#[derive(Debug, Clone)]
pub struct DossierRow {
    /// The file.
    pub dossier: Dossier,
    pub(crate) key_id: KeyId,
}

/// Opens rows.
pub(crate) fn opened(rows: &[Row], site: &Site) -> Result<Vec<DossierRow>, Fault> {
    let keys = Keys::of(site, rows)?;
    let one = |row: &Row| {
        let (key_id, sealed): (KeyId, Vec<u8>) = (row.get("key_id")?, row.get("sealed")?);
        let at = (TABLE, row.get("id")?, row.get("version")?);
        Ok(DossierRow { dossier: face::open(site, at, (&sealed, &keys.must(key_id)?))?, key_id })
    };
    rows.iter().map(one).collect()
}

/// Writes the clear columns of a file, in the order of the table.
pub(crate) fn clear(dossier: &Dossier) -> Vec<Value> {
    let due = dossier.due();
    let told = due.is_none() || dossier.told == due;
    params![
        dossier.kind().code(),
        dossier.number,
        dossier.opening.office.as_str(),
        dossier.over(),
        due.map(|day| day.to_string()),
        told
    ]
    .to_vec()
}

/// Writes a file.
pub(crate) fn put(
    tx: &mut Tx<'_>,
    site: &Site,
    (dossier, key): (&Dossier, (KeyId, &Key)),
    chance: &mut Chance,
) -> Result<(), Fault> {
    let sealed = face::seal(site, (TABLE, dossier.id, dossier.version), (dossier, key.1), chance)?;
    let mut row = params![site.jurisdiction, dossier.id].to_vec();
    row.extend(clear(dossier));
    row.extend(params![key.0, dossier.version, sealed].to_vec());
    tx.run(PUT, &row).map(drop)
}
