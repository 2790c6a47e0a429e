//! Whether the accusations that came in are still there, as they came in, without opening one. Each row carries a seal
//! over its columns under a key that is not in the database; and each daily batch holds, as one more entry that looks like
//! the others, the tally of all rows of the days before. The link between a row and its own entry is cut on purpose.

use std::collections::BTreeMap;

use civic::finding::{Finding, What};
use civic::site::Site;
use civic::vault::mac;
use data_encoding::HEXLOWER;
use db::{Fault, Migration, Tx, params};
use jiff::civil::Date;
use serde_json::Value;
use uuid::Uuid;

/// Adds the seals.
pub const MIGRATION: Migration =
    Migration { name: "0105_accusation_seal", sql: "alter table accusation add column seal bytea;", sql_postgres: None };

db::statements! {
    SEALS = "select id, seal from accusation where jurisdiction = $1 and day < $2 order by id";
    ACT_SEALS = "select id, seq, seal from accusation_act where jurisdiction = $1 and day < $2 order by id, seq";
    ACTS = "select id, seq, day, own, commitment, seal from accusation_act
        where jurisdiction = $1 and (id > $2 or (id = $2 and seq > $3)) order by id, seq limit $4";
    ROWS = "select id, number, code, submit, form, day, sealed, own, mark, seal from accusation
        where jurisdiction = $1 and id > $2 order by id limit $3";
    ENTRIES = "select position, fact from event where jurisdiction = $1 and position > $2 and kind = 'sealed'
        order by position limit $3";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

/// Rows read at once: each holds some kilobytes.
const PAGE_ROWS: i64 = 200;
/// Entries read at once.
const PAGE_ENTRIES: i64 = 1_000;

/// Is what a seal is over.
pub(super) struct Row {
    pub id: Uuid,
    pub number: String,
    pub code: Vec<u8>,
    pub submit: Vec<u8>,
    pub form: Vec<u8>,
    pub day: String,
    pub sealed: Vec<u8>,
    pub own: Vec<u8>,
    /// Nothing in rows of earlier versions.
    pub mark: Option<Vec<u8>>,
}

impl Row {
    pub(super) fn seal(&self, site: &Site) -> [u8; 32] {
        let Self { id, number, code, submit, form, day, sealed, own, mark } = self;
        let (jurisdiction, number, day) = (site.jurisdiction.to_be_bytes(), number.as_bytes(), day.as_bytes());
        let mut parts: Vec<&[u8]> =
            vec![b"accusation", &jurisdiction, id.as_bytes(), number, code, submit, form, day, sealed, own];
        parts.extend(mark.as_deref());
        mac(&site.keys.seal, &parts)
    }
}

/// Is what the seal of a step is over. What the step says is bound by the commitment: its text is sealed anew when somebody
/// loses access.
pub(super) struct Act<'a> {
    pub id: Uuid,
    pub seq: i64,
    pub day: &'a str,
    pub own: &'a [u8],
    pub commitment: &'a str,
}

impl Act<'_> {
    pub(super) fn seal(&self, site: &Site) -> [u8; 32] {
        let Self { id, seq, day, own, commitment } = self;
        let (jurisdiction, seq) = (site.jurisdiction.to_be_bytes(), seq.to_be_bytes());
        let parts: &[&[u8]] =
            &[b"accusation_act", &jurisdiction, id.as_bytes(), &seq, day.as_bytes(), own, commitment.as_bytes()];
        mac(&site.keys.seal, parts)
    }
}

/// Computes the tally of all rows of the days before one.
pub(super) fn tally(tx: &mut Tx<'_>, site: &Site, before: Date) -> Result<String, Fault> {
    let rows = tx.rows(SEALS, params![site.jurisdiction, before.to_string()])?;
    let mut parts = vec![format!("accusations|{}|{before}|{}", site.jurisdiction, rows.len())];
    for row in &rows {
        let seal = row.get::<Option<Vec<u8>>>("seal").ok().flatten().unwrap_or_default();
        parts.push(format!("{} {}", row.get::<Uuid>("id")?, HEXLOWER.encode(&seal)));
    }
    for row in tx.rows(ACT_SEALS, params![site.jurisdiction, before.to_string()])? {
        let (id, seq): (Uuid, i64) = (row.get("id")?, row.get("seq")?);
        parts.push(format!("{id} {seq} {}", HEXLOWER.encode(&row.get::<Vec<u8>>("seal")?)));
    }
    Ok(HEXLOWER.encode(&mac(&site.keys.seal, &[parts.join("|").as_bytes()])))
}

/// Compares each row with its seal and all of them with the tallies. Positions are those of the first batch that does not
/// fit; rows of the present day are in no tally yet.
pub fn check(tx: &mut Tx<'_>, site: &Site) -> Result<Vec<Finding>, Fault> {
    let mut found = changed(tx, site)?;
    found.extend(changed_acts(tx, site)?);
    for (day, (position, entries)) in batches(tx, site)? {
        let own = tally(tx, site, day)?;
        if !entries.contains(&own) {
            found.push(Finding::new(What::Missing, format!("accusation/before-{day}"), position));
            break; // every later tally counts the same rows
        }
    }
    Ok(found)
}

fn changed(tx: &mut Tx<'_>, site: &Site) -> Result<Vec<Finding>, Fault> {
    let (mut found, mut after) = (Vec::new(), Uuid::nil());
    loop {
        let rows = tx.rows(ROWS, params![site.jurisdiction, after, PAGE_ROWS])?;
        let Some(last) = rows.last() else { return Ok(found) };
        after = last.get("id")?;
        for row in &rows {
            if !whole(site, row).unwrap_or(false) {
                // by its id: the number would tell whoever reads the night's mail which one is an accusation
                found.push(Finding::new(What::Changed, format!("accusation/{}", row.get::<Uuid>("id")?), 0));
            }
        }
    }
}

fn changed_acts(tx: &mut Tx<'_>, site: &Site) -> Result<Vec<Finding>, Fault> {
    let (mut found, mut after, mut seq) = (Vec::new(), Uuid::nil(), 0_i64);
    loop {
        let rows = tx.rows(ACTS, params![site.jurisdiction, after, seq, PAGE_ROWS])?;
        let Some(last) = rows.last() else { return Ok(found) };
        (after, seq) = (last.get("id")?, last.get("seq")?);
        for row in &rows {
            let (id, seq): (Uuid, i64) = (row.get("id")?, row.get("seq")?);
            let whole = || {
                let (day, own, commitment): (String, Vec<u8>, String) =
                    (row.get("day")?, row.get("own")?, row.get("commitment")?);
                let act = Act { id, seq, day: &day, own: &own, commitment: &commitment };
                Ok::<_, Fault>(row.get::<Vec<u8>>("seal")? == act.seal(site))
            };
            if !whole().unwrap_or(false) {
                found.push(Finding::new(What::Changed, format!("accusation/{id}"), seq));
            }
        }
    }
}

/// Tells whether a row is the one that was sealed; a value of another type makes it a fault.
fn whole(site: &Site, row: &db::Row) -> Result<bool, Fault> {
    let seal: Option<Vec<u8>> = row.get("seal")?;
    let row = Row {
        id: row.get("id")?,
        number: row.get("number")?,
        code: row.get("code")?,
        submit: row.get("submit")?,
        form: row.get("form")?,
        day: row.get("day")?,
        sealed: row.get("sealed")?,
        own: row.get("own")?,
        mark: row.get("mark")?,
    };
    Ok(seal.as_deref() == Some(row.seal(site).as_slice()))
}

/// Is the first position of a day's batch and the commitments of its entries.
type Batch = (i64, Vec<String>);

fn batches(tx: &mut Tx<'_>, site: &Site) -> Result<BTreeMap<Date, Batch>, Fault> {
    let (mut batches, mut after) = (BTreeMap::<Date, Batch>::new(), 0);
    loop {
        let rows = tx.rows(ENTRIES, params![site.jurisdiction, after, PAGE_ENTRIES])?;
        let Some(last) = rows.last() else { return Ok(batches) };
        after = last.get("position")?;
        for row in &rows {
            let Ok(fact) = serde_json::from_str::<Value>(&row.get::<String>("fact")?) else { continue };
            let Some(day) = fact["d"].as_str().and_then(|day| day.parse().ok()) else { continue };
            let position: i64 = row.get("position")?;
            let commitment = fact["h"].as_str().unwrap_or_default().to_owned();
            batches.entry(day).or_insert_with(|| (position, Vec::new())).1.push(commitment);
        }
    }
}
