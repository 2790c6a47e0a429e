//! What somebody may see of the counters: by office, of the offices whose matters they may see; by place, topic, kind and need, which
//! go across offices, if they may see all of them. What they must not know of is taken off before anything leaves.

use std::collections::BTreeSet;

use civic::directory::{Directory, Role, Staff};
use civic::permit::{Act, Relation, only_near, reach};
use civic::site::Site;
use db::{Fault, Tx, params};
use uuid::Uuid;

use crate::queue;
use crate::store;
use crate::store::tally::{self, Axis, Tally};

/// Matters of offices out of reach that are taken off one by one; where there are more, nothing that goes across offices is shown.
const OUTSIDE_MAX: i64 = 200;
/// Whose work it is to look at figures.
const READERS: [Role; 4] = [Role::Leader, Role::OfficeHead, Role::Supervisor, Role::Auditor];

db::statements! {
    OUTSIDE = "select id from matter where jurisdiction = $1 and owner = $2 limit $3";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

/// Says which offices somebody sees figures of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    /// Codes of the offices.
    pub offices: BTreeSet<String>,
}

/// Says what somebody sees figures of; none for people who have no board.
pub fn sight(directory: &Directory, staff: &Staff) -> Option<Sight> {
    if only_near(staff) || !READERS.iter().any(|role| staff.is(*role)) {
        return None;
    }
    let reach = reach(directory, staff, Act::See);
    let may = |relation: Relation| reach.relations.contains(&relation);
    let mut offices = BTreeSet::new();
    if may(Relation::Unrelated) {
        offices.extend(directory.offices.keys().cloned());
    }
    if may(Relation::Holder) {
        offices.extend(reach.own.iter().cloned());
    }
    if may(Relation::Superior) {
        offices.extend(reach.below.iter().cloned());
    }
    (!offices.is_empty()).then_some(Sight { offices })
}

/// Is what is wanted: axes with their first and last span.
pub type Wanted<'a> = &'a [(Axis, String, String)];

/// Is what somebody sees.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// The counters.
    pub tally: Tally,
    /// True where counters across offices are among them.
    pub across: bool,
    /// True while what was there before is still being counted.
    pub filling: bool,
}

/// Reads counters for somebody.
pub fn read(tx: &mut Tx<'_>, site: &Site, (staff, sight): (&Staff, &Sight), wanted: Wanted<'_>) -> Result<Seen, Fault> {
    let jurisdiction = site.jurisdiction;
    let mut hidden = queue::hidden(tx, site, staff)?;
    let (mut seen, across) = (Tally::default(), outside(tx, site, sight)?);
    for (axis, from, to) in wanted.iter().filter(|(axis, ..)| axis.is_of_offices() || across.is_some()) {
        seen.counted.extend(tally::between(tx, jurisdiction, *axis, (from, to))?);
    }
    seen.standing = tally::standing(tx, jurisdiction)?;
    let keys: Vec<_> = seen.counted.keys().cloned().collect();
    let own_only: BTreeSet<Uuid> = across.iter().flatten().copied().collect();
    hidden.extend(&own_only);
    let mut off = Tally::default();
    for id in &hidden {
        if let Some(loaded) = store::load(tx, site, *id)? {
            off.add(&loaded.state, -1);
        }
    }
    seen.join(&off);
    // what was not asked for is not shown because it was taken off
    let asked: BTreeSet<_> = keys.into_iter().collect();
    seen.counted.retain(|key, _| asked.contains(key) && (!key.0.is_of_offices() || sight.offices.contains(&key.2)));
    seen.standing.retain(|(office, _), _| sight.offices.contains(office));
    seen.settle();
    Ok(Seen { tally: seen, across: across.is_some(), filling: tally::filling(tx, jurisdiction)? })
}

/// Lists the matters that offices out of reach hold; none where they are too many to be taken off.
fn outside(tx: &mut Tx<'_>, site: &Site, sight: &Sight) -> Result<Option<Vec<Uuid>>, Fault> {
    let directory = site.directory();
    // whoever sees a part of the offices only sees no figures across them
    if directory.offices.values().any(|office| !office.supervising && !sight.offices.contains(&office.code)) {
        return Ok(None);
    }
    let mut all = Vec::new();
    for office in directory.offices.keys().filter(|code| !sight.offices.contains(*code)) {
        let left = OUTSIDE_MAX + 1 - all.len() as i64;
        for row in tx.rows(OUTSIDE, params![site.jurisdiction, office.as_str(), left])? {
            all.push(row.get("id")?);
        }
        if all.len() as i64 > OUTSIDE_MAX {
            return Ok(None);
        }
    }
    Ok(Some(all))
}
