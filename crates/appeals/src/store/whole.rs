//! The rows of a whole matter: what its events, applied one by one, come to in the end. So tables are built anew with one
//! write a row, and compared without any.

use std::collections::BTreeSet;

use civic::journal::Stored;
use db::{Fault, Tx, Value};
use uuid::Uuid;

use super::dump::{self, DUMPS};
use super::{call, origin, shown, table, topic};
use crate::appeal::{Event, Filing, State};
use crate::exchange::levels;
use crate::followup;
use crate::supervise;

/// Is a row of a matter.
pub struct Written {
    /// The place of its table in [`DUMPS`].
    pub table: usize,
    /// The matter.
    pub matter: Uuid,
    /// The values, the jurisdiction first.
    pub row: Vec<Value>,
}

/// Is a matter with what its rows need of its events.
pub struct Whole {
    state: State,
    filing: Filing,
    codes: Vec<(String, bool)>,
    files: BTreeSet<String>,
}

impl Whole {
    /// Begins with the filing; none where the life begins with something else.
    pub fn begin(event: Event, stored: &Stored) -> Option<Self> {
        let (mut codes, mut files) = (Vec::new(), BTreeSet::new());
        note(&event, (&mut codes, &mut files));
        let Event::Filed(filing) = event else { return None };
        Some(Self { state: State::begin(&filing, stored), filing, codes, files })
    }

    /// Goes on with the next event.
    pub fn apply(&mut self, event: &Event, stored: &Stored) {
        self.state.apply(event, stored);
        note(event, (&mut self.codes, &mut self.files));
    }

    /// Lends where it stands.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Writes the rows.
    pub fn rows(&self, jurisdiction: i64) -> Result<Vec<Written>, Fault> {
        let (state, matter) = (&self.state, self.state.matter);
        let mut rows = Vec::new();
        let mut write = |table, row| rows.push(Written { table, matter, row });
        write(dump::MATTER, table::matter_row(jurisdiction, state));
        for row in table::party_rows(jurisdiction, state).into_values() {
            write(dump::PARTY, row);
        }
        for (code, delegate) in &self.codes {
            write(dump::CODE, table::code_row(jurisdiction, matter, (code, *delegate))?);
        }
        for contact in self.filing.contacts.iter().collect::<BTreeSet<_>>() {
            write(dump::CONTACT, table::contact_row(jurisdiction, matter, contact)?);
        }
        write(dump::SUBMISSION, table::submission_row(jurisdiction, matter, &self.filing)?);
        self.files.iter().for_each(|address| write(dump::FILE, table::file_row(jurisdiction, matter, address)));
        if let Some(row) = call::row(jurisdiction, state) {
            write(dump::CALL, row);
        }
        if let Some(row) = topic::row(jurisdiction, state) {
            write(dump::TOPIC, row);
        }
        if let Some(row) = shown::row(jurisdiction, state) {
            write(dump::SHOWN, row);
        }
        if let Some(row) = origin::row(jurisdiction, state) {
            write(dump::ORIGIN, row);
        }
        for row in followup::rows(jurisdiction, state) {
            write(dump::CRITICISM, row);
        }
        for row in supervise::rows(jurisdiction, state) {
            write(dump::SUPERVISED, row);
        }
        if let Some(row) = levels::row(jurisdiction, state) {
            write(dump::LEVELS, row);
        }
        Ok(rows)
    }
}

fn note(event: &Event, (all, files): (&mut Vec<(String, bool)>, &mut BTreeSet<String>)) {
    let table::Codes { dropped, put } = table::codes(event);
    all.retain(|(_, delegate)| Some(*delegate) != dropped);
    all.extend(put.map(|(code, delegate)| (code.to_owned(), delegate)));
    files.extend(table::files(event).map(str::to_owned));
}

/// Empties every derived table, before they are filled anew.
pub fn clear(tx: &mut Tx<'_>) -> Result<(), Fault> {
    DUMPS.iter().try_for_each(|dump| dump.clear(tx))
}

/// Writes rows.
pub fn put(tx: &mut Tx<'_>, rows: &[Written]) -> Result<(), Fault> {
    rows.iter().try_for_each(|written| DUMPS[written.table].put(tx, &written.row))
}
