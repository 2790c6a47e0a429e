//! The site's own events about issues: an early warning told, its answer, and what people did to an issue. Their public entries say that
//! it was, by which office and on what ground; which matters it is about stands in the sealed body alone.

use civic::chance::{self, Chance};
use civic::journal::{self, Actor, OwnEvent};
use civic::site::Site;
use db::{Fault, Tx};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::board::{Answer, Board, Warning};

/// Kind code of a warning that was told.
pub const WARNED: &str = "issue_warned";
/// Kind code of an answer to one.
pub const ANSWERED: &str = "issue_answered";
/// Kind code of what people did to issues.
pub const CHANGED: &str = "issue_changed";

/// Is something a person does to issues. Matters are named by the positions of their filings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "deed", rename_all = "snake_case")]
pub enum Deed {
    /// Gives the issue of a matter a title, or takes it away.
    Title {
        /// A matter of the issue.
        matter: i64,
        /// The title; empty for none.
        title: String,
    },
    /// Makes the issue of one matter part of the issue of another.
    Merge {
        /// A matter of the issue that goes.
        matter: i64,
        /// A matter of the one it goes into.
        into: i64,
    },
    /// Takes a matter out of its issue.
    Part {
        /// The matter.
        matter: i64,
    },
    /// Takes back what an event did.
    Undo {
        /// The position of that event.
        position: i64,
    },
}

impl Deed {
    /// Returns the code that entries and words use.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Title { .. } => "title",
            Self::Merge { .. } => "merge",
            Self::Part { .. } => "part",
            Self::Undo { .. } => "undo",
        }
    }
}

/// Is the body of an answer.
#[derive(Serialize, Deserialize)]
struct Answered {
    trigger: i64,
    answer: Answer,
}

/// Names the stream of a warning.
fn stream(jurisdiction: i64, trigger: i64) -> Uuid {
    journal::own_stream(&format!("minsheng/issue-warned/{jurisdiction}/{trigger}"))
}

/// Writes that a warning was told. None where it was told before. Returns its position in the journal.
pub fn warn(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    warning: &Warning,
) -> Result<Option<i64>, Fault> {
    let stream = stream(site.jurisdiction, warning.trigger);
    if !journal::of_matter(tx, site.jurisdiction, stream)?.is_empty() {
        return Ok(None);
    }
    let fields = Map::from_iter([("to".to_owned(), warning.office.as_str().into())]);
    let own = OwnEvent { stream, version: 1, actor: Actor::System, kind: WARNED, fields, body: body(warning)? };
    Ok(Some(journal::append_own(tx, site, (now, chance), own)?.position))
}

/// Writes an answer to a warning.
pub fn answer(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (staff, trigger, answer): (Uuid, i64, &Answer),
) -> Result<(), Fault> {
    let stream = stream(site.jurisdiction, trigger);
    let version = journal::of_matter(tx, site.jurisdiction, stream)?.len() as i64 + 1;
    let named = [("by", &answer.office), ("as", &answer.answer)];
    let mut fields: Map<String, Value> =
        named.into_iter().map(|(name, value)| (name.to_owned(), value.as_str().into())).collect();
    if !answer.ground.is_empty() {
        fields.insert("gr".to_owned(), answer.ground.as_str().into());
    }
    let body = body(&Answered { trigger, answer: answer.clone() })?;
    let own = OwnEvent { stream, version, actor: Actor::Staff(staff), kind: ANSWERED, fields, body };
    journal::append_own(tx, site, (now, chance), own).map(drop)
}

/// Writes what a person did to issues.
pub fn change(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (staff, deed): (Uuid, &Deed),
) -> Result<(), Fault> {
    let id = chance::id_plain(chance);
    let stream = journal::own_stream(&format!("minsheng/issue-changed/{}/{id}", site.jurisdiction));
    let fields = Map::from_iter([("as".to_owned(), deed.code().into())]);
    let own = OwnEvent { stream, version: 1, actor: Actor::Staff(staff), kind: CHANGED, fields, body: body(deed)? };
    journal::append_own(tx, site, (now, chance), own).map(drop)
}

fn body(body: &impl Serialize) -> Result<Value, Fault> {
    serde_json::to_value(body).map_err(|error| Fault::other("an event about an issue cannot be written").caused_by(error))
}

/// Tells whether an event of this kind is about issues.
pub fn is_own(kind: &str) -> bool {
    [WARNED, ANSWERED, CHANGED].contains(&kind)
}

/// Is an event about issues, opened.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    position: i64,
    kind: String,
    body: Value,
}

/// Opens an event about issues.
pub fn read(tx: &mut Tx<'_>, site: &Site, position: i64) -> Result<Option<Told>, Fault> {
    let Some(raw) = journal::stored(tx, site.jurisdiction, position)?.filter(|raw| is_own(&raw.kind)) else { return Ok(None) };
    let Some(key) = site.keystore.get(raw.key_id)? else { return Ok(None) };
    let stored = journal::open_body(site, &raw, &key)?;
    Ok(Some(Told { position, kind: raw.kind, body: stored.body }))
}

impl Told {
    /// Does to a board what the event says; one that this version cannot read does nothing.
    pub fn apply(self, board: &mut Board) {
        match self.kind.as_str() {
            WARNED => Warning::deserialize(self.body).into_iter().for_each(|warning| board.told(warning)),
            ANSWERED => {
                let answered = Answered::deserialize(self.body).into_iter();
                answered.for_each(|Answered { trigger, answer }| board.answered(trigger, &answer));
            }
            _ => Deed::deserialize(self.body).into_iter().for_each(|deed| board.act(self.position, &deed)),
        }
    }
}
