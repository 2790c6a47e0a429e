//! The matters of somebody who calls and has shown that the telephone is theirs: for one office's desk at a time, and never all of them.

use std::sync::Arc;

use civic::permit::{Act, Relation, Who, may, relation};
use civic::site::Site;
use db::{Fault, Tx, params};
use uuid::Uuid;

use crate::appeal::{Identity, State};
use crate::store;

/// Matters that are shown at most.
const SHOWN_MAX: usize = 20;
/// Matters of one telephone that are looked at.
const LOOKED_MAX: usize = 200;

/// Lists the matters that name a contact, newest first, as far as the own office has or had to do with them; none told without a name or
/// in confidence. Whoever stands above other offices sees theirs no more than anybody else (E4).
pub fn own(tx: &mut Tx<'_>, site: &Site, who: &Who, contact: Vec<u8>) -> Result<Vec<Arc<State>>, Fault> {
    let directory = site.directory();
    let Who::Staff { id, .. } = who else { return Ok(Vec::new()) };
    let Some(staff) = directory.staff.get(id).filter(|_| !contact.is_empty()) else { return Ok(Vec::new()) };
    let rows = tx.rows(store::OF_CONTACT, params![site.jurisdiction, contact])?;
    let mut found = Vec::new();
    for row in rows.iter().take(LOOKED_MAX) {
        let Some(loaded) = store::load(tx, site, row.get::<Uuid>("matter")?)? else { continue };
        let subject = loaded.state.subject();
        let near = matches!(relation(&directory, staff, &subject), Relation::Holder | Relation::Invited | Relation::Former);
        if near && loaded.state.identity == Identity::Named && may(&directory, who, Act::See, &subject).is_ok() {
            found.push(loaded.state);
        }
    }
    found.sort_by_key(|state| std::cmp::Reverse(state.filed_position));
    found.truncate(SHOWN_MAX);
    Ok(found)
}
