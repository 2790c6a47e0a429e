//! Matters that a visitor of the demo can follow at once: number and code as a resident would hold them.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use appeals::appeal::{Stage, State};
use appeals::store::{self, Row};
use civic::hall::Hall;
use db::{Context, Fault};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::play::Book;

/// Name of the file beside the data; it holds codes of invented matters only.
pub const FILE_NAME: &str = "demo-samples.json";

/// Matters looked at for samples: the newest show everything worth seeing, where there is anything.
const LOOKED_AT_MAX: usize = 20_000;

/// Is a matter to try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// What can be seen with it: `replied`, `overdue`, `review`, `supplement`, `handling`,
    /// `merged`, `closed`, `accusation`.
    pub shows: String,
    /// Number.
    pub number: String,
    /// Query code.
    pub code: String,
}

/// What samples show, and which state shows it.
type Wanted = (&'static str, fn(&State, Date) -> bool);

const WANTED: &[Wanted] = &[
    ("replied", |state, _| {
        let waits = state.stage == Stage::Replied && state.rating.is_none();
        waits && state.pending_review().is_none() && !state.contacts.is_empty()
    }),
    ("overdue", |state, today| state.owes_reply() && state.due.due.last < today && state.merged_into.is_none()),
    ("review", |state, _| state.pending_review().is_some()),
    ("supplement", |state, _| state.supplement_until.is_some() && state.owes_reply()),
    ("handling", |state, today| {
        let calm = state.supplement_until.is_none() && !state.danger && state.merged_into.is_none();
        state.stage == Stage::Handling && calm && state.due.due.last >= today
    }),
    ("merged", |state, _| state.merged_into.is_some() && state.rating.is_none()),
    ("closed", |state, _| state.stage == Stage::Closed && state.rating.is_some_and(|rating| rating.grade == 5)),
];

/// Says by its row whether a matter may show something: opening all of very many would take longer than making them.
fn may_show(shows: &str, row: &Row) -> bool {
    match shows {
        "replied" => row.stage == Stage::Replied && row.rating.is_none(),
        "merged" => row.merged_into.is_some(),
        "closed" => row.stage == Stage::Closed && row.rating == Some(5),
        _ => row.owes,
    }
}

/// Picks one matter for each thing worth seeing, the newest first.
pub fn pick(hall: &Hall, today: Date, book: &Book) -> Result<Vec<Sample>, Fault> {
    let site = Arc::clone(&hall.site);
    let filed: Vec<_> = book.filed().rev().take(LOOKED_AT_MAX).cloned().collect();
    hall.store.read_blocking(move |tx| {
        let mut samples: Vec<Sample> = Vec::new();
        for filed in filed {
            let row = store::row(tx, site.jurisdiction, filed.matter)?;
            let found = |shows: &str| samples.iter().any(|sample| sample.shows == shows);
            if row.is_some_and(|row| WANTED.iter().all(|(shows, _)| found(shows) || !may_show(shows, &row))) {
                continue;
            }
            let shows = match store::load(tx, &site, filed.matter)? {
                Some(loaded) => {
                    // the page says of a sample what `web` sees in it: a matter that it calls otherwise does not fit
                    let called = web::desk::demo::shows(&loaded.state, today);
                    WANTED
                        .iter()
                        .filter(|(shows, fits)| *shows == called && fits(&loaded.state, today))
                        .map(|(shows, _)| *shows)
                        .collect()
                }
                None => vec!["accusation"],
            };
            let new = shows.into_iter().find(|shows| samples.iter().all(|sample| sample.shows != *shows));
            let code = filed.code.shown();
            samples.extend(new.map(|shows| Sample { shows: shows.to_owned(), number: filed.number, code }));
            if samples.len() > WANTED.len() {
                break;
            }
        }
        samples.sort_by_key(|sample| WANTED.iter().position(|(shows, _)| *shows == sample.shows).unwrap_or(WANTED.len()));
        Ok(samples)
    })
}

/// Writes the samples beside the data.
pub fn keep(folder: &Path, samples: &[Sample]) -> Result<(), Fault> {
    let text = serde_json::to_string_pretty(samples).expect("samples are plain data");
    fs::write(folder.join(FILE_NAME), text).context("while writing the demo's samples")
}

/// Reads them again; none where the file is not there.
pub fn read(folder: &Path) -> Vec<Sample> {
    let text = fs::read_to_string(folder.join(FILE_NAME)).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}
