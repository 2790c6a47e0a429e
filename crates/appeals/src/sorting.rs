//! How often a machine's suggestion was what a person then decided, by week: figures about suggestions, never about people.

use civic::site::Site;
use db::{Fault, Tx, params};
use jiff::ToSpan;
use jiff::civil::Date;
use uuid::Uuid;

use crate::appeal::Event;
use crate::store::{self, monday};

/// Matters opened at once to learn from.
const LESSONS_AT_ONCE: i64 = 200;
/// Weeks shown, this one included.
pub const WEEKS: i64 = 12;

/// Is how often one thing was suggested so surely and one thing was decided, in one week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The Monday.
    pub week: Date,
    /// What was suggested; none where nothing was.
    pub said: Option<String>,
    /// How sure it was, of a thousand, in steps of a hundred.
    pub sure: u16,
    /// What the person decided.
    pub chosen: String,
    /// How often.
    pub times: u64,
}

impl Count {
    /// Tells whether the suggestion was right: what was decided is the same, or lies below it or above it.
    pub fn right(&self) -> bool {
        self.said.as_ref().is_some_and(|said| self.chosen.starts_with(said.as_str()) || said.starts_with(&self.chosen))
    }
}

/// Is what one matter teaches: its words, and what a person said they are about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// The words.
    pub text: String,
    /// Code of the category or topic.
    pub subject: String,
}

/// Opens some matters that people decided, the newest before `before`, and returns with them where the next ones begin; none at
/// the end. What its resident wants no machine to read, and what was erased, teaches nothing; accusations stand elsewhere.
pub fn lessons(tx: &mut Tx<'_>, site: &Site, before: Uuid) -> Result<(Vec<Lesson>, Option<Uuid>), Fault> {
    let rows = tx.rows(store::LESSONS, params![site.jurisdiction, before, LESSONS_AT_ONCE])?;
    let (mut all, mut last) = (Vec::with_capacity(rows.len()), None);
    for row in &rows {
        let id: Uuid = row.get("id")?;
        last = Some(id);
        let Some(loaded) = store::load(tx, site, id)?.filter(|loaded| !loaded.state.unread) else { continue };
        let subject = loaded.state.sorted.as_ref().map(|sorted| &sorted.to).or(loaded.state.category.as_ref());
        if let (Some((_, Event::Filed(filing))), Some(subject)) = (loaded.events.first(), subject) {
            all.push(Lesson { text: filing.what.clone(), subject: subject.clone() });
        }
    }
    Ok((all, last))
}

/// Reads the counters of the last [`WEEKS`] weeks.
pub fn counts(tx: &mut Tx<'_>, site: &Site, today: Date) -> Result<Vec<Count>, Fault> {
    let since = monday(today).saturating_sub((WEEKS - 1).weeks()).to_string();
    let rows = tx.rows(store::TOPIC_COUNTS, params![site.jurisdiction, since])?;
    rows.iter()
        .map(|row| {
            let week: String = row.get("week")?;
            Ok(Count {
                week: week.parse().map_err(|_| Fault::other("a counter has no week"))?,
                said: Some(row.get::<String>("said")?).filter(|said| !said.is_empty()),
                sure: row.get::<i64>("sure")?.clamp(0, 1_000) as u16,
                chosen: row.get("chosen")?,
                times: row.get::<i64>("times")?.max(0) as u64,
            })
        })
        .collect()
}
