//! Editions of reports (R30, R32), published by themselves: of the months and the year that are over, some days later, and again where an
//! objection was upheld or later entries say something else. What is there is never changed.

use appeals::figures::Figures;
use appeals::report::{self, PEOPLE};
use appeals::store::tally;
use civic::hall::Hall;
use civic::journal;
use civic::refusal::No;
use db::{Fault, Tx};
use jiff::ToSpan;
use jiff::civil::Date;
use oversight::edition::{self, New, PUBLISH, Reason, Snapshot};

/// Entries of a full bundle.
const BUNDLE_ENTRIES: u64 = 256;
/// Entries read in one look, so that pages get their turn.
const LOOK_ENTRIES_MAX: u64 = 16_384;
/// Months back that are looked at: a correction of what is older is a person's.
const MONTHS_BACK: usize = 3;

/// Looks once a day.
#[derive(Debug, Default)]
pub(crate) struct Editions {
    looked: Option<Date>,
}

impl Editions {
    /// Publishes what is due. What fails is tried again in the next round.
    pub(crate) fn round(&mut self, hall: &Hall) -> Result<(), Fault> {
        let today = hall.site.day(hall.clock.now());
        if self.looked == Some(today) {
            return Ok(());
        }
        let jurisdiction = hall.site.jurisdiction;
        // what people asked for is published once and for ever, so not while it is still being counted
        if hall.store.read_blocking(move |tx| tally::filling(tx, jurisdiction))? {
            return Ok(());
        }
        round(hall, today)?;
        self.looked = Some(today);
        Ok(())
    }
}

/// Publishes every edition that is due on a day, as often as it is run once.
pub(crate) fn round(hall: &Hall, today: Date) -> Result<(), Fault> {
    let days = i64::from(hall.site.rules().term(PUBLISH).value);
    let due = due(today, days);
    if due.is_empty() {
        return Ok(());
    }
    let figures = read(hall)?;
    let finished = figures.finished();
    for period in due.into_iter().filter(|period| finished.iter().any(|month| month.starts_with(period.as_str()))) {
        publish(hall, &figures, &period)?;
    }
    Ok(())
}

/// Lists the months that were over so many days ago, the oldest first, and the year.
fn due(today: Date, days: i64) -> Vec<String> {
    let Ok(at) = today.checked_sub(days.days()) else { return Vec::new() };
    let mut first = at.first_of_month();
    let mut all = Vec::new();
    for _ in 0..MONTHS_BACK {
        first = first.yesterday().unwrap_or(first).first_of_month();
        all.push(first.to_string()[..7].to_owned());
    }
    all.reverse();
    all.push((at.year() - 1).to_string());
    all
}

/// Reads the whole log.
fn read(hall: &Hall) -> Result<Figures, Fault> {
    let (jurisdiction, mut figures) = (hall.site.jurisdiction, Figures::default());
    loop {
        let look = move |tx: &mut Tx<'_>| {
            let size = journal::head(tx, jurisdiction)?.map_or(0, |(size, _)| size);
            let until = size.min(figures.entries + LOOK_ENTRIES_MAX);
            while figures.entries < until {
                let (index, skip) = (figures.entries / BUNDLE_ENTRIES, figures.entries % BUNDLE_ENTRIES);
                let width = (size - index * BUNDLE_ENTRIES).min(BUNDLE_ENTRIES);
                for entry in journal::entries(tx, jurisdiction, index, width as u16)?.iter().skip(skip as usize) {
                    figures.read(entry);
                }
            }
            Ok::<_, Fault>((figures.entries >= size, figures))
        };
        let (whole, read) = hall.store.read_blocking(look)?;
        figures = read;
        if whole {
            return Ok(figures);
        }
    }
}

fn publish(hall: &Hall, figures: &Figures, period: &str) -> Result<(), Fault> {
    let (site, asked) = (hall.site.clone(), period.to_owned());
    let (before, people) = hall.store.read_blocking(move |tx| {
        let fresh = report::people(tx, &site, &asked)?;
        Ok::<_, Fault>((edition::newest(tx, &site, &asked)?, edition::stays(tx, &site, (&asked, &PEOPLE), fresh)?))
    })?;
    let mut tables = report::tables(figures, period);
    tables.extend(people);
    let reason = if before.is_some() { Reason::Later } else { Reason::First };
    if before.is_some_and(|old| old.snapshot.tables == tables) {
        return Ok(());
    }
    let (site, now, key) = (hall.site.clone(), hall.clock.now(), hall.site.keystore.take()?);
    let snapshot = Snapshot::of(&site, tables, figures.entries);
    let new = New { period: period.to_owned(), reason, note: String::new(), snapshot };
    let done = hall.store.write_blocking(move |tx| {
        let mut chance = site.chance();
        edition::publish(tx, &site, (now, &mut chance), (None, &new, &key)).map(drop)
    });
    done.map_err(|no| match no {
        No::Failed(fault) => fault,
        other => Fault::other(format!("an edition of a report: {other}")),
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_month_is_due_some_days_after_it_is_over_and_the_year_with_its_last() {
        assert_eq!(
            due(date(2026, 12, 3), 3),
            ["2026-08", "2026-09", "2026-10", "2025"],
            "the third day is within November's days"
        );
        assert_eq!(due(date(2026, 12, 4), 3), ["2026-09", "2026-10", "2026-11", "2025"]);
        assert_eq!(due(date(2027, 1, 4), 3), ["2026-10", "2026-11", "2026-12", "2026"]);
    }
}
