//! The table against its events: every entry must be what the last event about it says, and nothing else may stand there.
//! Whoever edits a row gives somebody a role, or hides a relative, without an event; this tells.

use std::collections::BTreeMap;

use db::{Fault, Tx, params};

use super::entry::Entry;
use super::{sql, stream};
use crate::finding::{Finding, What};
use crate::journal::{self, canonical};
use crate::site::Site;

/// Compares the table with the fold of its events. A position is that of the last event about an entry. An event that was
/// edited is told by the check of the journal.
pub fn compare(tx: &mut Tx<'_>, site: &Site) -> Result<Vec<Finding>, Fault> {
    let mut told = fold(tx, site)?;
    let mut found = Vec::new();
    for row in tx.rows(sql::ROWS, params![site.jurisdiction])? {
        let (noun, code, doc): (String, String, String) = (row.get("noun")?, row.get("code")?, row.get("doc")?);
        let name = format!("directory/{noun}/{code}");
        match told.remove(&(noun, code)) {
            None => found.push(Finding::new(What::Added, name, 0)),
            Some((own, position)) if own != doc => found.push(Finding::new(What::Changed, name, position)),
            Some(_) => {}
        }
    }
    found.extend(
        told.into_iter()
            .map(|((noun, code), (_, position))| Finding::new(What::Missing, format!("directory/{noun}/{code}"), position)),
    );
    Ok(found)
}

/// Is the newest entry under each noun and code, as canonical text, and the position of its event.
type Fold = BTreeMap<(String, String), (String, i64)>;

fn fold(tx: &mut Tx<'_>, site: &Site) -> Result<Fold, Fault> {
    let mut fold = Fold::new();
    for raw in journal::of_matter(tx, site.jurisdiction, stream(site.jurisdiction))? {
        let Some(key) = site.keystore.get(raw.key_id)? else { continue };
        let Ok(stored) = journal::examine(site, &raw, &key) else { continue };
        let doc = &stored.body["entry"];
        let Ok(entry) = serde_json::from_value::<Entry>(doc.clone()) else { continue };
        fold.insert((entry.noun().to_owned(), entry.code()), (canonical(doc), raw.position));
    }
    Ok(fold)
}
