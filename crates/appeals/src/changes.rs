//! What happened to matters since a position of the journal, for whoever keeps something in step with it: the index of words and the
//! board of issues. Both go on from positions of their own, for they are kept, deleted and made anew apart; they look and open in this one
//! way, and what one of them opened is at hand for the other ([`civic::kept`]).

use std::collections::BTreeMap;

use civic::site::Site;
use db::{Fault, Tx, params};
use uuid::Uuid;

use crate::erase;
use crate::store::{self, Loaded};

/// Matters opened on one way to the database.
const OPENED_MAX: usize = 64;

db::statements! {
    // a join here would be planned once for each connection, at times for going through the whole journal
    CHANGED = "select e.position, e.matter, e.version, e.kind,
        (select f.position from event f
            where f.jurisdiction = e.jurisdiction and f.matter = e.matter and f.version = 1 and f.kind = 'filed') as filed
        from event e where e.jurisdiction = $1 and e.position > $2 order by e.position limit $3";
    FILED = "select position from event where jurisdiction = $1 and matter = $2 and version = 1";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

/// Is a matter that something happened to.
pub(crate) struct Changed {
    /// The position of its filing.
    pub filed: i64,
    /// The matter.
    pub matter: Uuid,
    /// Number of its newest event; none where it was erased.
    pub version: Option<i64>,
}

/// Is what happened after a position.
pub(crate) struct Changes {
    /// Each matter once.
    pub matters: Vec<Changed>,
    /// Events looked at.
    pub events: usize,
    /// Events of other nouns' streams, by position and kind.
    pub others: Vec<(i64, String)>,
    /// Position of the last event looked at; none when there was none.
    pub last: Option<i64>,
    /// Whether there may be more.
    pub more: bool,
    /// Whether a matter was erased.
    pub erased: bool,
}

impl Changes {
    /// Tells whether nothing at all happened.
    pub fn nothing(&self) -> bool {
        self.events == 0
    }
}

/// Lists what happened after a position, as far as one look goes. What was erased is let go of here: another node may have erased
/// what this one has open.
pub(crate) fn changes(tx: &mut Tx<'_>, site: &Site, (after, max): (i64, i64)) -> Result<Changes, Fault> {
    let rows = tx.rows(CHANGED, params![site.jurisdiction, after, max])?;
    let (mut seen, mut matters, mut last, mut erased) = (BTreeMap::new(), Vec::<Changed>::new(), None, false);
    let mut others = Vec::new();
    for row in &rows {
        let (position, mut matter): (i64, Uuid) = (row.get("position")?, row.get("matter")?);
        // other nouns have streams of their own
        let (mut version, mut filed): (_, Option<i64>) = (Some(row.get("version")?), row.get("filed")?);
        last = Some(position);
        let kind: String = row.get("kind")?;
        if kind == erase::KIND {
            erased = true;
            let Some(gone) = erase::of(tx, site, position)? else { continue };
            site.kept.forget(gone.matter);
            site.keystore.forget(gone.key);
            (matter, version) = (gone.matter, None);
            filed = filing(tx, site, matter)?;
        }
        let Some(filed) = filed else {
            others.push((position, kind));
            continue;
        };
        let place = *seen.entry(matter).or_insert(matters.len());
        match matters.get_mut(place) {
            Some(known) => known.version = version,
            None => matters.push(Changed { filed, matter, version }),
        }
    }
    Ok(Changes { matters, others, events: rows.len(), last, more: rows.len() as i64 == max, erased })
}

/// Finds the position at which a matter was filed.
pub(crate) fn filing(tx: &mut Tx<'_>, site: &Site, matter: Uuid) -> Result<Option<i64>, Fault> {
    tx.row(FILED, params![site.jurisdiction, matter])?.map(|row| row.get("position")).transpose()
}

/// Opens what changed, some matters on one way to the database, and hands each over: none where it was erased.
pub(crate) fn opened(
    tx: &mut Tx<'_>,
    site: &Site,
    changed: &[&Changed],
    mut hand: impl FnMut(&Changed, Option<Loaded>),
) -> Result<(), Fault> {
    for some in changed.chunks(OPENED_MAX) {
        let there: Vec<_> = some.iter().filter_map(|changed| Some((changed.matter, changed.version?))).collect();
        let mut opened = store::opened_several(tx, site, &there)?.into_iter();
        for changed in some {
            hand(changed, changed.version.and_then(|_| opened.next().flatten()));
        }
    }
    Ok(())
}
