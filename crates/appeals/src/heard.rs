//! What residents say, for whoever forms issues of it: matters in the order in which something happened to them, each with its own
//! words and what the permit asks about. Accusations are no matters and never come here; nor does what its resident wants no machine
//! to read.

use civic::permit::Subject;
use civic::site::Site;
use db::{Fault, Tx, params};
use jiff::Timestamp;

use crate::appeal::Event;
use crate::changes::{Changed, changes, opened};
use crate::store::Loaded;

db::statements! {
    HEAD_OF_JOURNAL = "select cast(coalesce(max(position), 0) as bigint) as position from event where jurisdiction = $1";
    AT = "select position, at from event where jurisdiction = $1 and position >= $2 order by position limit 1";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

/// Is a matter as somebody who forms issues hears of it.
#[derive(Debug, Clone)]
pub struct Heard {
    /// The position of its filing.
    pub position: i64,
    /// Its number.
    pub number: String,
    /// When it came in.
    pub at: Timestamp,
    /// What the resident wrote when it was filed, with the place in their own words.
    pub words: String,
    /// Blind indexes of the contacts, hexadecimal.
    pub contacts: Vec<String>,
    /// How many people stand behind it.
    pub people: u32,
    /// The newest grade.
    pub grade: Option<u8>,
    /// Whether something is still owed.
    pub open: bool,
    /// What the permit asks about.
    pub subject: Subject,
}

/// Is what happened after a position, as far as one look goes.
#[derive(Debug, Clone, Default)]
pub struct Looked {
    /// Each matter once, by the position of its filing; none where it is not to be heard of, or not any more.
    pub matters: Vec<(i64, Option<Heard>)>,
    /// Events of other streams, by position and kind.
    pub others: Vec<(i64, String)>,
    /// Position of the last event looked at; none when there was none.
    pub last: Option<i64>,
    /// Whether there may be more.
    pub more: bool,
}

/// Looks at what happened after a position. Matters filed before `since` are left out unopened.
pub fn look(tx: &mut Tx<'_>, site: &Site, (after, max): (i64, i64), since: i64) -> Result<Looked, Fault> {
    let changes = changes(tx, site, (after, max))?;
    let mut looked = Looked { last: changes.last, more: changes.more, others: changes.others, ..Looked::default() };
    let fresh: Vec<&Changed> = changes.matters.iter().filter(|changed| changed.filed >= since).collect();
    opened(tx, site, &fresh, |changed, loaded| looked.matters.push((changed.filed, loaded.as_ref().and_then(heard))))?;
    Ok(looked)
}

/// Finds the first position of the journal whose event came at a moment or later. Time goes forward in it.
pub fn since(tx: &mut Tx<'_>, site: &Site, moment: Timestamp) -> Result<i64, Fault> {
    let head = tx.row(HEAD_OF_JOURNAL, params![site.jurisdiction])?.map_or(Ok(0), |row| row.get::<i64>("position"))?;
    let (mut low, mut high) = (0, head + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        let Some(row) = tx.row(AT, params![site.jurisdiction, middle])? else {
            high = middle;
            continue;
        };
        if row.get::<i64>("at")? >= moment.as_microsecond() {
            high = middle;
        } else {
            low = row.get::<i64>("position")? + 1;
        }
    }
    Ok(low)
}

fn heard(loaded: &Loaded) -> Option<Heard> {
    let state = &loaded.state;
    let Some((_, Event::Filed(filing))) = loaded.events.first() else { return None };
    if state.unread {
        return None;
    }
    let words = format!("{}\n{}", filing.what, filing.place_words);
    Some(Heard {
        position: state.filed_position,
        number: state.number.clone(),
        at: state.received_at,
        words,
        contacts: state.contacts.clone(),
        people: state.people,
        grade: state.rating.map(|rating| rating.grade),
        open: state.is_open(),
        subject: state.subject(),
    })
}
