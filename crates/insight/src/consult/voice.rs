//! What one person said to a consultation, as its events left it. Personal data is out of it before it is kept; it is sealed under a key of its
//! own, so that whoever spoke can take it back for good.

use civic::journal::Public;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

/// Kind codes of the events. For ever: a code is never used again for something else.
pub const KINDS: &[&str] = &["voice_given", "voice_sorted", "voice_withdrawn"];

/// Says by which way somebody spoke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// On the page.
    Web,
    /// By telephone, typed in by staff.
    Phone,
    /// At a counter.
    Counter,
    /// Asked at home (走访).
    Visit,
    /// At a meeting (座谈会).
    Meeting,
    /// In a talk of two (谈心).
    Talk,
    /// On a questionnaire (问卷).
    Survey,
    /// Carried in from one's own matter.
    Matter,
    /// A post of the board that an office brought in.
    Post,
}

impl Way {
    /// Lists all of them.
    pub const ALL: &'static [Self] =
        &[Self::Web, Self::Phone, Self::Counter, Self::Visit, Self::Meeting, Self::Talk, Self::Survey, Self::Matter, Self::Post];
    /// Lists those that staff type in for others.
    pub const TYPED: &'static [Self] = &[Self::Meeting, Self::Visit, Self::Talk, Self::Survey, Self::Phone, Self::Counter];

    /// Returns the code that data and words use.
    pub fn code(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Phone => "phone",
            Self::Counter => "counter",
            Self::Visit => "visit",
            Self::Meeting => "meeting",
            Self::Talk => "talk",
            Self::Survey => "survey",
            Self::Matter => "matter",
            Self::Post => "post",
        }
    }

    /// Reads a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|way| way.code() == code)
    }

    /// Tells whether staff type it in for others.
    pub fn is_typed(self) -> bool {
        Self::TYPED.contains(&self)
    }
}

/// Says where a voice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Nowhere yet.
    New,
    /// In one point at least.
    Sorted,
    /// In none, for a reason that is told.
    Aside,
    /// It was taken back.
    Withdrawn,
}

impl Standing {
    /// Lists all of them.
    pub const ALL: &'static [Self] = &[Self::New, Self::Sorted, Self::Aside, Self::Withdrawn];

    /// Returns the code that tables and words use.
    pub fn code(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Sorted => "sorted",
            Self::Aside => "aside",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|standing| standing.code() == code)
    }
}

/// Is what was said, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The consultation.
    pub consult: Uuid,
    /// Its number in the consultation, from 1.
    pub seq: i64,
    /// By which way.
    pub way: Way,
    /// The words; personal data is out of them.
    pub words: String,
    /// How many pieces of personal data were taken out.
    #[serde(default)]
    pub covered: usize,
    /// When it was said.
    pub day: Date,
    /// How many were there where it was said; zero where that means nothing.
    #[serde(default)]
    pub present: u32,
    /// The post of the board, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<Uuid>,
    /// The round.
    pub round: u32,
}

/// Is one thing that happened to a voice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// Somebody spoke.
    Given {
        /// What was said, and how.
        said: Box<Said>,
        /// Keyed hash of its pass, hexadecimal; empty where it has none.
        pass: String,
        /// Keyed hash of the submit key, hexadecimal.
        submit: String,
        /// Keyed hash of the form, hexadecimal.
        form: String,
        /// Keyed hash of the matter or the post it comes from, hexadecimal; empty where there is none.
        source: String,
    },
    /// It was put into points, or set aside.
    Sorted {
        /// The points, by their numbers from 1.
        points: Vec<u32>,
        /// Why it is in none, a code of the list `voice_aside`; empty where it is in one.
        ground: String,
    },
    /// It was taken back.
    Withdrawn,
}

/// Is a voice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Voice {
    /// Its id.
    pub id: Uuid,
    /// What was said, and how.
    pub said: Said,
    /// Where it stands.
    pub standing: Standing,
    /// The points it is in, by their numbers from 1.
    #[serde(default)]
    pub points: Vec<u32>,
    /// Why it is in none.
    #[serde(default)]
    pub ground: String,
    /// Events so far.
    pub version: i64,
}

impl Event {
    /// Returns its kind code.
    pub fn kind(&self) -> &'static str {
        KINDS[match self {
            Self::Given { .. } => 0,
            Self::Sorted { .. } => 1,
            Self::Withdrawn => 2,
        }]
    }

    /// Says what a stranger may read of it in the log: the office that asks, by which way, and into which points. Never a word, never who.
    pub fn public(&self, office: &str, consult: i64) -> Public {
        let mut fields: Map<String, Value> = Map::new();
        fields.insert("no".to_owned(), consult.into());
        match self {
            Self::Given { said, .. } => drop(fields.insert("by".to_owned(), said.way.code().into())),
            Self::Sorted { points, ground } if ground.is_empty() => drop(fields.insert("pt".to_owned(), points.clone().into())),
            Self::Sorted { ground, .. } => drop(fields.insert("gr".to_owned(), ground.as_str().into())),
            Self::Withdrawn => {}
        }
        Public { office: Some(office.to_owned()), place: None, category: None, fields }
    }
}

impl Voice {
    /// Begins a voice. `None` where its first event is another.
    pub fn begin(id: Uuid, event: &Event) -> Option<Self> {
        let Event::Given { said, .. } = event else { return None };
        Some(Self { id, said: (**said).clone(), standing: Standing::New, points: Vec::new(), ground: String::new(), version: 1 })
    }

    /// Goes on with an event.
    pub fn apply(&mut self, event: &Event) {
        self.version += 1;
        match event {
            Event::Given { .. } => {}
            Event::Sorted { points, ground } => {
                self.standing = if ground.is_empty() { Standing::Sorted } else { Standing::Aside };
                self.points.clone_from(points);
                self.ground.clone_from(ground);
            }
            Event::Withdrawn => {
                self.standing = Standing::Withdrawn;
                self.points.clear();
                self.ground.clear();
            }
        }
    }
}
