//! The table of files against the journal: each folded anew from its events must be what its row says. Nothing is written.

use civic::journal;
use civic::site::Site;
use db::{Fault, Row, Tx, Value, params};
use uuid::Uuid;

use super::state::{Dossier, Event};
use super::store;

/// Files read at once.
const PAGE: i64 = 200;
/// Differences named; more are counted only.
const NAMED_MAX: usize = 20;

/// Folds every file again and says where the table differs.
pub fn compare(tx: &mut Tx<'_>, site: &Site) -> Result<Vec<String>, Fault> {
    let (mut found, mut after) = (Vec::new(), Uuid::nil());
    loop {
        let rows = tx.rows(store::ALL_ROWS, params![site.jurisdiction, after, PAGE])?;
        if rows.is_empty() {
            break;
        }
        for (raw, row) in rows.iter().zip(store::opened(&rows, site)?) {
            after = raw.get("id")?;
            let told = fold(tx, site, after)?;
            if told.as_ref() != Some(&row.dossier) || told.is_none_or(|told| clear(raw).ok() != Some(store::clear(&told))) {
                found.push(format!(
                    "the row of {} {} says something else than its events",
                    row.dossier.kind().code(),
                    row.dossier.number
                ));
            }
        }
    }
    let more = found.len().saturating_sub(NAMED_MAX);
    found.truncate(NAMED_MAX);
    if more > 0 {
        found.push(format!("and {more} more differences of files of supervision"));
    }
    Ok(found)
}

fn clear(row: &Row) -> Result<Vec<Value>, Fault> {
    let (kind, number, office): (String, i64, String) = (row.get("kind")?, row.get("number")?, row.get("office")?);
    let (over, due, told): (bool, Option<String>, bool) = (row.get("over")?, row.get("due")?, row.get("told")?);
    Ok(params![kind, number, office, over, due, told].to_vec())
}

fn fold(tx: &mut Tx<'_>, site: &Site, id: Uuid) -> Result<Option<Dossier>, Fault> {
    let mut told: Option<Dossier> = None;
    for raw in &journal::of_matter(tx, site.jurisdiction, id)? {
        let Some(key) = site.keystore.get(raw.key_id)? else { return Ok(None) };
        let body = journal::open_body(site, raw, &key)?.body;
        let event: Event = serde_json::from_value(body).map_err(|_| Fault::other("an event of a file cannot be read"))?;
        match &mut told {
            Some(dossier) => dossier.apply(&event),
            None => told = Dossier::begin(id, &event),
        }
    }
    Ok(told)
}
