//! The clear tables against the journal: rebuilt from the events in a copy of the data, they must equal the live ones.

use std::collections::{BTreeSet, HashMap};

use appeals::rebuild::{fingerprints, rebuild};
use civic::directory;
use civic::finding::Finding;
use civic::hall::Hall;
use civic::site::Site;
use db::{Context, Fault, NoHooks, Options, Store, Target, Tx};
use uuid::Uuid;

use super::database::dump;
use crate::config::Config;
use crate::house;

/// Rows named for each table; more are counted only.
const ROWS_NAMED_MAX: usize = 20;

/// Rebuilds the tables in a copy of the data and says where they differ. On PostgreSQL it happens in a transaction that is
/// taken back, and writers wait meanwhile.
pub(crate) fn compare(config: &Config, hall: &Hall) -> Result<Vec<String>, Fault> {
    let folder = tempfile::tempdir_in(&config.data).context("while making a folder for a copy of the data")?;
    let target = match config.data_target() {
        Target::Sqlite(_) => {
            let copy = folder.path().join("copy.db");
            hall.store.backup(&copy)?;
            Target::Sqlite(copy)
        }
        other => other,
    };
    let store = Store::open(&target, Options { readers: 1, ..Options::default() }, &house::migrations(), Box::new(NoHooks))?;
    let site = hall.site.clone();
    let found = store.write_blocking(move |tx| match differences(tx, &site) {
        Ok(found) => Err(Taken::Back(found)),
        Err(fault) => Err::<(), _>(Taken::Failed(fault)),
    });
    match found {
        Err(Taken::Back(found)) => Ok(found),
        Err(Taken::Failed(fault)) => Err(fault),
        Ok(()) => Ok(Vec::new()),
    }
}

/// Ends the comparison's command with an error, so that nothing of it is kept.
enum Taken {
    Back(Vec<String>),
    Failed(Fault),
}

impl From<Fault> for Taken {
    fn from(fault: Fault) -> Self {
        Self::Failed(fault)
    }
}

fn differences(tx: &mut Tx<'_>, site: &Site) -> Result<Vec<String>, Fault> {
    let before = fingerprints(tx, site)?;
    let live = before.iter().map(|(table, _)| Ok((*table, rows(tx, site, table)?))).collect::<Result<HashMap<_, _>, Fault>>()?;
    let mut found: Vec<String> = directory::compare(tx, site)?.iter().map(Finding::to_string).collect();
    rebuild(tx, site)?;
    for ((table, live_hash), (_, own_hash)) in before.into_iter().zip(fingerprints(tx, site)?) {
        if live_hash != own_hash {
            name(&live[table], &rows(tx, site, table)?, table, &mut found);
        }
    }
    Ok(found)
}

/// A row as text, and its matter.
type Told = (String, Uuid);

fn rows(tx: &mut Tx<'_>, site: &Site, table: &str) -> Result<BTreeSet<Told>, Fault> {
    let id = if table == "matter" { "id" } else { "matter" };
    dump(tx, site, table)?.iter().map(|row| Ok((format!("{:?}", row.values()), row.get(id)?))).collect()
}

fn name(live: &BTreeSet<Told>, own: &BTreeSet<Told>, table: &str, found: &mut Vec<String>) {
    let matters: BTreeSet<Uuid> = live.symmetric_difference(own).map(|(_, matter)| *matter).collect();
    for matter in matters.iter().take(ROWS_NAMED_MAX) {
        found.push(format!("table {table} says something else about matter {matter} than its events"));
    }
    if let Some(more) = matters.len().checked_sub(ROWS_NAMED_MAX).filter(|more| *more > 0) {
        found.push(format!("and so it does about {more} more matters"));
    }
}
