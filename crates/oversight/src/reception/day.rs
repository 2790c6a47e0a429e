//! One reception day as its events left it. All of it is public: the law wants name, post, duty, time and place posted in advance.

use civic::journal::Public;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

/// Kind codes of the events. For ever: a code is never used again for something else.
pub const KINDS: &[&str] =
    &["reception_planned", "reception_cancelled", "reception_promised", "reception_answered", "reception_posted"];

/// Is what is published ahead of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The leader's account.
    pub leader: Uuid,
    /// The leader's name, as it was then.
    pub name: String,
    /// The leader's post, as it was then.
    pub post: String,
    /// What the leader is responsible for, and about what people may come.
    pub duty: String,
    /// The leader's office.
    pub office: String,
    /// Whether the leader sits at home or goes down, and why there.
    #[serde(default)]
    pub going: Option<Going>,
    /// Where it belongs, by code.
    pub place: String,
    /// The room, the yard, the tree under which they sit.
    pub venue: String,
    /// The day.
    pub date: Date,
    /// When it begins, in minutes since midnight.
    pub from: u16,
    /// How long one person has, in minutes.
    pub minutes: u16,
    /// How many can be booked.
    pub slots: u16,
}

/// Is what is different where leaders go down (下访).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Going {
    /// Why this place, from the rules.
    pub ground: String,
    /// Offices that sit at the table as well, by code.
    pub table: Vec<String>,
}

impl Plan {
    /// Returns when a slot begins, in minutes since midnight. The first is 1.
    pub fn begins(&self, slot: u16) -> u16 {
        self.from + self.minutes * slot.saturating_sub(1)
    }

    /// Returns when the last slot ends, in minutes since midnight.
    pub fn ends(&self) -> u16 {
        self.from + self.minutes * self.slots
    }

    /// Returns the offices that receive: the leader's own first.
    pub fn offices(&self) -> impl Iterator<Item = &str> {
        let table = self.going.iter().flat_map(|going| going.table.iter().map(String::as_str));
        std::iter::once(self.office.as_str()).chain(table)
    }
}

/// Says how far a day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Held {
    /// It is to come, or going on.
    Planned,
    /// It was called off.
    Cancelled,
    /// It is over, and what came of it is posted.
    Posted,
}

impl Held {
    /// Lists all of them.
    pub const ALL: &'static [Self] = &[Self::Planned, Self::Cancelled, Self::Posted];

    /// Returns the code that tables and words use.
    pub fn code(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Cancelled => "cancelled",
            Self::Posted => "posted",
        }
    }

    /// Reads a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|held| held.code() == code)
    }
}

/// Is something the leader promised on the spot, so that anybody can hold them to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// What; personal data is out of it.
    pub words: String,
    /// The office that does it.
    pub office: String,
    /// Until when.
    pub due: Date,
    /// When it was promised.
    pub made: Date,
    /// What became of it; the newest word last.
    #[serde(default)]
    pub answers: Vec<Answer>,
}

impl Promise {
    /// Tells whether it was kept.
    pub fn kept(&self) -> bool {
        self.answers.last().is_some_and(|answer| answer.kept)
    }

    /// Tells whether its day is over and it was not kept.
    pub fn broken(&self, today: Date) -> bool {
        !self.kept() && self.due < today
    }
}

/// Is what an office said about a promise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// True where it was kept.
    pub kept: bool,
    /// What was done, or why not; personal data is out of it.
    pub words: String,
    /// The day.
    pub day: Date,
}

/// Is one thing that happened to a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// It was planned and published.
    Planned {
        /// Its short number on this site.
        number: i64,
        /// What is published.
        plan: Box<Plan>,
    },
    /// It was called off.
    Cancelled {
        /// Why.
        reason: String,
    },
    /// Something was promised.
    Promised {
        /// What.
        promise: Promise,
    },
    /// An office said what became of a promise.
    Answered {
        /// Which, counted from 0.
        promise: usize,
        /// What it said.
        answer: Answer,
    },
    /// What came of the day was posted.
    Posted {
        /// The words; personal data is out of them.
        words: String,
        /// How many people were received.
        received: u32,
    },
}

/// Is a reception day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// Its id.
    pub id: Uuid,
    /// Its short number on this site.
    pub number: i64,
    /// What is published of it.
    pub plan: Plan,
    /// How far it is.
    pub held: Held,
    /// Why it was called off.
    #[serde(default)]
    pub reason: String,
    /// What was promised.
    #[serde(default)]
    pub promises: Vec<Promise>,
    /// What came of it.
    #[serde(default)]
    pub result: String,
    /// How many people were received, once that is posted.
    #[serde(default)]
    pub received: u32,
    /// Events so far.
    pub version: i64,
}

impl Event {
    /// Returns its kind code.
    pub fn kind(&self) -> &'static str {
        KINDS[match self {
            Self::Planned { .. } => 0,
            Self::Cancelled { .. } => 1,
            Self::Promised { .. } => 2,
            Self::Answered { .. } => 3,
            Self::Posted { .. } => 4,
        }]
    }

    /// Says what a stranger may read of it in the log: the office, the public place, days and counts. Never a word, never a name.
    pub fn public(&self, plan: &Plan, place: Option<String>) -> Public {
        let mut fields: Map<String, Value> = Map::new();
        let mut put = |name: &str, value: Value| drop(fields.insert(name.to_owned(), value));
        match self {
            Self::Planned { number, plan } => {
                put("no", (*number).into());
                put("on", plan.date.to_string().into());
                put("st", if plan.going.is_some() { "going" } else { "sitting" }.into());
            }
            Self::Promised { promise } => put("due", promise.due.to_string().into()),
            Self::Answered { promise, answer } => {
                put("no", (*promise as i64).into());
                put("st", if answer.kept { "kept" } else { "open" }.into());
            }
            Self::Posted { received, .. } => put("n", i64::from(*received).into()),
            Self::Cancelled { .. } => {}
        }
        Public { office: Some(plan.office.clone()), place, category: None, fields }
    }
}

impl Day {
    /// Begins a day. `None` where its first event is another.
    pub fn begin(id: Uuid, event: &Event) -> Option<Self> {
        let Event::Planned { number, plan } = event else { return None };
        Some(Self {
            id,
            number: *number,
            plan: (**plan).clone(),
            held: Held::Planned,
            reason: String::new(),
            promises: Vec::new(),
            result: String::new(),
            received: 0,
            version: 1,
        })
    }

    /// Goes on with an event.
    pub fn apply(&mut self, event: &Event) {
        self.version += 1;
        match event {
            Event::Planned { .. } => {}
            Event::Cancelled { reason } => {
                self.held = Held::Cancelled;
                self.reason.clone_from(reason);
            }
            Event::Promised { promise } => self.promises.push(promise.clone()),
            Event::Answered { promise, answer } => {
                if let Some(promise) = self.promises.get_mut(*promise) {
                    promise.answers.push(answer.clone());
                }
            }
            Event::Posted { words, received } => {
                self.held = Held::Posted;
                self.result.clone_from(words);
                self.received = *received;
            }
        }
    }
}
