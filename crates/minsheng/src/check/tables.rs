//! The clear tables against the journal: folded anew from the events, matter by matter in memory, they must equal the live
//! ones. Nothing is written, and nobody waits.

use std::collections::BTreeSet;

use appeals::rebuild::{digest, fold, lives};
use appeals::store::tally::{self, Tally};
use appeals::store::{DUMPS, Written};
use civic::chance;
use civic::directory;
use civic::finding::Finding;
use civic::hall::Hall;
use civic::journal::Raw;
use civic::site::Site;
use db::{Fault, Row, Tx, Value};
use uuid::Uuid;

use super::crew::{self, Hand};

/// Matters named for each table; more are counted only.
const MATTERS_NAMED_MAX: usize = 20;

/// Folds the events again and says where the tables differ, in one state of the data.
pub(crate) fn compare(hall: &Hall) -> Result<Vec<String>, Fault> {
    let site = hall.site.clone();
    hall.store.read_blocking(move |tx| {
        let mut found: Vec<String> = directory::compare(tx, &site)?.iter().map(Finding::to_string).collect();
        let (counted, own) = look(tx, &site, false)?;
        // while what was there before is being counted, the counters say less on purpose
        if !tally::filling(tx, site.jurisdiction)? {
            found.extend(differences(&own, &tally::all(tx, site.jurisdiction)?));
        }
        let different: Vec<bool> = counted.iter().map(|sheet| sheet.own != sheet.live).collect();
        if different.contains(&true) {
            // rare enough to go through it once more, and to keep a mark of each row this time
            let (sheets, _) = look(tx, &site, true)?;
            for ((dump, sheet), _) in DUMPS.iter().zip(&sheets).zip(different).filter(|(_, different)| *different) {
                sheet.name(dump.table, &mut found);
            }
        }
        found.extend(forum::check::compare(tx, &site)?);
        found.extend(oversight::reception::check::compare(tx, &site)?);
        found.extend(oversight::edition::compare(tx, &site)?);
        found.extend(oversight::assessment::run::compare(tx, &site)?);
        found.extend(insight::consult::check::compare(tx, &site)?);
        found.extend(oversight::dossier::check::compare(tx, &site)?);
        Ok(found)
    })
}

/// Names the counters of boards that say something else than the events.
fn differences(own: &Tally, live: &Tally) -> Vec<String> {
    let counters = own.counted.keys().chain(live.counted.keys()).collect::<BTreeSet<_>>();
    let counters = counters.into_iter().filter(|key| own.counted.get(*key) != live.counted.get(*key));
    let tables = own.standing.keys().chain(live.standing.keys()).collect::<BTreeSet<_>>();
    let tables = tables.into_iter().filter(|key| own.standing.get(*key) != live.standing.get(*key));
    let counters = counters.map(|(axis, span, code)| format!("{} {span} {code}", axis.code()));
    let tables = tables.map(|(office, due)| format!("standing {office} {due}"));
    let named = counters.chain(tables).map(|name| format!("the counter {name} says something else than the events"));
    named.take(MATTERS_NAMED_MAX).collect()
}

/// Counts rows and sums up their digests: the order of the rows does not matter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sum {
    rows: u64,
    digests: u128,
}

impl Sum {
    fn add(&mut self, digest: u128) {
        self.rows += 1;
        self.digests = self.digests.wrapping_add(digest);
    }
}

/// Is what is known of one table: as its events have it, and as it is.
#[derive(Default)]
struct Sheet {
    own: Sum,
    live: Sum,
    own_rows: Vec<(u128, Uuid)>,
    live_rows: Vec<(u128, Uuid)>,
}

impl Sheet {
    fn join(&mut self, mut other: Self) {
        for (sum, more) in [(&mut self.own, other.own), (&mut self.live, other.live)] {
            sum.rows += more.rows;
            sum.digests = sum.digests.wrapping_add(more.digests);
        }
        self.own_rows.append(&mut other.own_rows);
        self.live_rows.append(&mut other.live_rows);
    }

    fn name(&self, table: &str, found: &mut Vec<String>) {
        let rows = |rows: &[(u128, Uuid)]| rows.iter().copied().collect::<BTreeSet<_>>();
        let (own, live) = (rows(&self.own_rows), rows(&self.live_rows));
        let matters: BTreeSet<Uuid> = live.symmetric_difference(&own).map(|(_, matter)| *matter).collect();
        for matter in matters.iter().take(MATTERS_NAMED_MAX) {
            found.push(format!("table {table} says something else about matter {matter} than its events"));
        }
        if let Some(more) = matters.len().checked_sub(MATTERS_NAMED_MAX).filter(|more| *more > 0) {
            found.push(format!("and so it does about {more} more matters"));
        }
    }
}

/// Is a piece of work: some whole lives, or some rows of a table.
enum Piece {
    Lives(Vec<Raw>),
    Rows(usize, Vec<Row>),
}

/// Goes through the events and through the tables. `named` keeps a mark of each row, with its matter.
fn look(tx: &mut Tx<'_>, site: &Site, named: bool) -> Result<(Vec<Sheet>, Tally), Fault> {
    let salt = chance::bytes::<32>(&mut site.chance());
    let mark = |values: &[Value]| u128::from_be_bytes(*digest(&salt, values).first_chunk().expect("a digest has 32 bytes"));
    let find = |hand: Hand<'_, Piece>| {
        lives(tx, site.jurisdiction, |_, events| hand(Piece::Lives(events)))?;
        DUMPS
            .iter()
            .enumerate()
            .try_for_each(|(place, dump)| dump.each(tx, site.jurisdiction, |rows| hand(Piece::Rows(place, rows))))
    };
    let work = |(sheets, tally): &mut (Vec<Sheet>, Tally), piece| {
        match piece {
            Piece::Lives(events) => {
                let folded = fold(site, events)?;
                tally.join(&folded.tally);
                for life in folded.rows {
                    let Written { table, matter, row } = life;
                    let (sheet, mark) = (&mut sheets[table], mark(&row[1..]));
                    sheet.own.add(mark);
                    sheet.own_rows.extend(named.then_some((mark, matter)));
                }
            }
            Piece::Rows(place, rows) => {
                for row in rows {
                    let (sheet, mark) = (&mut sheets[place], mark(row.values()));
                    sheet.live.add(mark);
                    if named {
                        sheet.live_rows.push((mark, row.get(DUMPS[place].matter)?));
                    }
                }
            }
        }
        Ok(())
    };
    let new = || (DUMPS.iter().map(|_| Sheet::default()).collect::<Vec<_>>(), Tally::default());
    let (mut all, mut own) = new();
    for (sheets, tally) in crew::work(find, new, work)? {
        all.iter_mut().zip(sheets).for_each(|(sheet, more)| sheet.join(more));
        own.join(&tally);
    }
    own.settle();
    Ok((all, own))
}
