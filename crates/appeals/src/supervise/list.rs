//! Lists of cards. The permit is asked for every row, with all that is known of its matter: whoever must not know of one does not meet it here.

use std::collections::BTreeMap;
use std::sync::Arc;

use civic::permit::{Act, Who, may};
use civic::site::Site;
use db::{Fault, Tx, params};
use uuid::Uuid;

use super::Ladder;
use super::store::{COUNTS, LIST, LIST_OF};
use crate::appeal::State;
use crate::store;

/// Rows of one page.
pub const PAGE_MAX: usize = 50;

/// Is one card in the list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The matter.
    pub state: Arc<State>,
    /// Number of the card's first step within it.
    pub of: i64,
}

/// Is a place in the list: rank, number, number within the matter.
pub type Place = (String, String, i64);

/// Lists cards that stand in one way, of one office or of all: unowned and returned matters first, then what climbed highest; and where the
/// next page begins.
pub fn cards(
    tx: &mut Tx<'_>,
    site: &Site,
    who: &Who,
    (standing, office, after): (Ladder, Option<&str>, Option<Place>),
) -> Result<(Vec<Listed>, Option<Place>), Fault> {
    let (mut all, mut after) = (Vec::new(), after.unwrap_or_default());
    let (jurisdiction, code, max) = (site.jurisdiction, standing.code(), PAGE_MAX as i64);
    loop {
        let rows = match office {
            Some(own) => tx.rows(LIST_OF, params![jurisdiction, own, code, after.0.as_str(), after.1.as_str(), after.2, max])?,
            None => tx.rows(LIST, params![jurisdiction, code, after.0.as_str(), after.1.as_str(), after.2, max])?,
        };
        for row in &rows {
            after = (row.get("rank")?, row.get("number")?, row.get("of")?);
            let matter: Uuid = row.get("matter")?;
            let Some(known) = store::row(tx, jurisdiction, matter)? else { continue };
            let Some(loaded) = store::opened(tx, site, &known)? else { continue };
            if may(&site.directory(), who, Act::See, &loaded.state.subject()).is_ok() {
                all.push(Listed { state: loaded.state, of: after.2 });
            }
            if all.len() >= PAGE_MAX {
                return Ok((all, Some(after)));
            }
        }
        if rows.len() < PAGE_MAX {
            return Ok((all, None));
        }
    }
}

/// Counts the cards that hang, by office and rung. Counts are of offices, never of people.
pub fn counts(tx: &mut Tx<'_>, site: &Site) -> Result<BTreeMap<String, BTreeMap<u8, i64>>, Fault> {
    let mut all: BTreeMap<String, BTreeMap<u8, i64>> = BTreeMap::new();
    for row in tx.rows(COUNTS, params![site.jurisdiction])? {
        let rung = u8::try_from(row.get::<i64>("rung")?).unwrap_or(u8::MAX);
        *all.entry(row.get("office")?).or_default().entry(rung).or_default() += row.get::<i64>("many")?;
    }
    Ok(all)
}

/// Lists the matters that no office wants, as far as somebody may see them: what a joint conference has to rule about.
pub fn disputes(tx: &mut Tx<'_>, site: &Site, who: &Who) -> Result<Vec<Arc<State>>, Fault> {
    let mut all = Vec::new();
    for row in tx.rows(store::QUEUE_DISPUTED, params![site.jurisdiction, "", "", PAGE_MAX as i64])? {
        let Some(known) = store::row(tx, site.jurisdiction, row.get("id")?)? else { continue };
        let Some(loaded) = store::opened(tx, site, &known)? else { continue };
        if may(&site.directory(), who, Act::See, &loaded.state.subject()).is_ok() {
            all.push(loaded.state);
        }
    }
    Ok(all)
}
