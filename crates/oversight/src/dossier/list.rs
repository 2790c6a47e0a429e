//! What pages are drawn from.

use civic::permit::Who;
use civic::site::Site;
use db::{Fault, Tx, params};

use super::run::sees;
use super::state::{Dossier, Kind};
use super::store::{self, DossierRow};

/// Files that are shown at once.
pub const PAGE_MAX: usize = 50;

/// Finds one by its number.
pub fn one(tx: &mut Tx<'_>, site: &Site, (kind, number): (Kind, i64)) -> Result<Option<DossierRow>, Fault> {
    let rows: Vec<_> = tx.row(store::ONE, params![site.jurisdiction, kind.code(), number])?.into_iter().collect();
    Ok(store::opened(&rows, site)?.pop())
}

/// Lists files of a kind that are open, or over, the newest first, as far as somebody may see them (`None`: what everybody may); and the
/// number before which the next page begins.
pub fn all(
    tx: &mut Tx<'_>,
    site: &Site,
    who: Option<&Who>,
    (kind, over, before): (Kind, bool, Option<i64>),
) -> Result<(Vec<Dossier>, Option<i64>), Fault> {
    let (directory, mut found, mut before) = (site.directory(), Vec::new(), before.unwrap_or(i64::MAX));
    loop {
        let rows = tx.rows(store::LIST, params![site.jurisdiction, kind.code(), over, before, PAGE_MAX as i64])?;
        for row in store::opened(&rows, site)? {
            before = row.dossier.number;
            if who.is_none_or(|who| sees(&directory, who, &row.dossier).is_ok()) {
                found.push(row.dossier);
            }
            if found.len() >= PAGE_MAX {
                return Ok((found, Some(before)));
            }
        }
        if rows.len() < PAGE_MAX {
            return Ok((found, None));
        }
    }
}
