//! An objection of an office to one item of its sheet, as its events left it. All of it is published, with the reason of the decision.

use civic::journal::Public;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

/// Kind codes of the events. For ever: a code is never used again for something else.
pub const KINDS: &[&str] = &["assessment_objected", "assessment_decided"];

/// Is what an office objects to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// The office.
    pub office: String,
    /// The month or year of the sheet.
    pub period: String,
    /// The measure, by code.
    pub measure: String,
    /// The entry that the item rests on.
    pub leaf: u64,
}

/// Is what another office decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The office that decided.
    pub office: String,
    /// True where the item is left out from now on.
    pub upheld: bool,
    /// Why; personal data is out of it.
    pub words: String,
    /// The day.
    pub day: Date,
}

/// Is one thing that happened to an objection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// It was made.
    Objected {
        /// Its short number on this site.
        number: i64,
        /// To what.
        item: Item,
        /// On what ground, from the rules.
        ground: String,
        /// Why; personal data is out of it.
        words: String,
        /// The day.
        day: Date,
        /// Until when it is decided.
        due: Date,
    },
    /// It was decided.
    Decided {
        /// What.
        decision: Decision,
    },
}

/// Is an objection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objection {
    /// Its id.
    pub id: Uuid,
    /// Its short number on this site.
    pub number: i64,
    /// To what.
    pub item: Item,
    /// On what ground.
    pub ground: String,
    /// Why.
    pub words: String,
    /// The day it was made.
    pub day: Date,
    /// Until when it is decided.
    pub due: Date,
    /// What was decided.
    #[serde(default)]
    pub decision: Option<Decision>,
    /// Events so far.
    pub version: i64,
}

impl Event {
    /// Returns its kind code.
    pub fn kind(&self) -> &'static str {
        KINDS[usize::from(matches!(self, Self::Decided { .. }))]
    }

    /// Says what a stranger may read of it in the log: which item of which office's sheet. Never a word.
    pub fn public(&self, item: &Item) -> Public {
        let mut fields: Map<String, Value> = Map::new();
        let mut put = |name: &str, value: Value| drop(fields.insert(name.to_owned(), value));
        put("q", item.period.as_str().into());
        put("me", item.measure.as_str().into());
        put("lf", item.leaf.into());
        let office = match self {
            Self::Objected { ground, due, .. } => {
                put("gr", ground.as_str().into());
                put("od", due.to_string().into());
                item.office.clone()
            }
            Self::Decided { decision } => {
                put("up", decision.upheld.into());
                decision.office.clone()
            }
        };
        Public { office: Some(office), place: None, category: None, fields }
    }
}

impl Objection {
    /// Begins one. `None` where its first event is another.
    pub fn begin(id: Uuid, event: &Event) -> Option<Self> {
        let Event::Objected { number, item, ground, words, day, due } = event else { return None };
        let (ground, words) = (ground.clone(), words.clone());
        Some(Self { id, number: *number, item: item.clone(), ground, words, day: *day, due: *due, decision: None, version: 1 })
    }

    /// Goes on with an event.
    pub fn apply(&mut self, event: &Event) {
        self.version += 1;
        if let Event::Decided { decision } = event {
            self.decision = Some(decision.clone());
        }
    }
}
