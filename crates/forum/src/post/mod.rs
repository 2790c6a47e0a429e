//! One post: a topic or a reply of a resident, an answer of an office, or a post of an office.

mod apply;
mod decide;
mod event;

pub use decide::{At, By, Command, HIDE, LOCK, MOVE, REPORTS, SAID_CHARS_MAX, decide, edit_time};
pub use event::{Event, KINDS, Written};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Says what a post is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Begins a conversation on the board.
    Topic,
    /// A resident's reply, to a topic or to a post of an office.
    Reply,
    /// An office's answer.
    Answer,
    /// A post of an office or of its head.
    Blog,
}

impl Kind {
    /// Lists all of them.
    pub const ALL: &'static [Self] = &[Self::Topic, Self::Reply, Self::Answer, Self::Blog];

    /// Returns the code that tables, entries and words use.
    pub fn code(self) -> &'static str {
        match self {
            Self::Topic => "topic",
            Self::Reply => "reply",
            Self::Answer => "answer",
            Self::Blog => "blog",
        }
    }

    /// Reads a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
    }

    /// Tells whether others stand below it.
    pub fn is_first(self) -> bool {
        matches!(self, Self::Topic | Self::Blog)
    }

    /// Tells whether an office wrote it.
    pub fn is_of_office(self) -> bool {
        matches!(self, Self::Answer | Self::Blog)
    }
}

/// Says whether a post is to be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Not yet: a contact is to be proven or somebody has to look; an office's post is a draft.
    Held,
    /// Everybody sees it.
    Public,
    /// An office hid it, with a reason that everybody sees.
    Hidden,
    /// Whoever wrote it took it back.
    Withdrawn,
}

impl Standing {
    /// Lists all of them.
    pub const ALL: &'static [Self] = &[Self::Held, Self::Public, Self::Hidden, Self::Withdrawn];

    /// Returns the code that tables and words use.
    pub fn code(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Public => "public",
            Self::Hidden => "hidden",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|standing| standing.code() == code)
    }
}

/// Are words as they may be published: personal data is out of them already.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// What it is about, in a line; empty for replies and answers.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// The words.
    pub text: String,
    /// The name the writer goes by here; empty for offices and for those who chose none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub pen: String,
    /// How many pieces of personal data were covered.
    #[serde(default)]
    pub covered: usize,
    /// Offices that the words name, by code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub named: Vec<String>,
}

/// Is an earlier edition of what an office wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edition {
    /// Until which day it was the newest.
    pub until: Date,
    /// Its words.
    pub words: Words,
    /// Why it was corrected.
    pub reason: String,
}

/// Is how to reach whoever wrote; sealed, and asked for by nobody but the one-time code.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Mobile number.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub mobile: String,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub email: String,
    /// The language the page was in.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub language: String,
}

impl Contact {
    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.mobile.is_empty() && self.email.is_empty()
    }
}

/// Is what an office did to a post, as everybody reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// The office.
    pub office: String,
    /// The reason, from the rules.
    pub ground: String,
    /// The office's own words.
    pub words: String,
    /// The day.
    pub day: Date,
}

/// Is what whoever wrote said against it, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objection {
    /// The day.
    pub day: Date,
    /// Their words.
    pub words: String,
    /// What another office decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Decided>,
}

/// Is the decision about an objection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// The office.
    pub office: String,
    /// True where the post stays hidden.
    pub stays: bool,
    /// Why.
    pub words: String,
    /// The day.
    pub day: Date,
}

/// Is a post as its events left it. What is kept beside the events of it ([`State::face`]) holds no contact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Its id.
    pub id: Uuid,
    /// What it is.
    pub kind: Kind,
    /// The post it stands below; its own id where it stands below none.
    pub topic: Uuid,
    /// Where it belongs, by code.
    pub place: String,
    /// What it is about: a category, by code; empty for posts of offices.
    pub theme: String,
    /// The office that is asked to answer; of what an office wrote, that office.
    pub office: String,
    /// True where the head of the office speaks.
    #[serde(default)]
    pub head: bool,
    /// Whether it is to be seen.
    pub standing: Standing,
    /// The newest words.
    pub words: Words,
    /// Earlier editions of what an office wrote, the oldest first.
    #[serde(default)]
    pub editions: Vec<Edition>,
    /// How to reach whoever wrote.
    #[serde(default)]
    pub contact: Contact,
    /// When it was written.
    pub written: Timestamp,
    /// When it was to be seen first.
    pub shown: Option<Timestamp>,
    /// When its words changed last.
    pub changed: Timestamp,
    /// Reports that nobody looked at yet.
    #[serde(default)]
    pub reports: u32,
    /// Why it is hidden; stays when it is shown again.
    #[serde(default)]
    pub hiding: Option<Measure>,
    /// What was said against that.
    #[serde(default)]
    pub objection: Option<Objection>,
    /// Why nobody may reply any more.
    #[serde(default)]
    pub lock: Option<Measure>,
    /// Where it was put, and why; the newest move.
    #[serde(default)]
    pub moved: Option<Measure>,
    /// True once the office that was asked has answered.
    #[serde(default)]
    pub answered: bool,
    /// The number of the matter that was made of it, where whoever wrote wants it seen.
    #[serde(default)]
    pub number: String,
    /// Events so far.
    pub version: i64,
}

impl State {
    /// Returns what may be kept beside the events: everything but how to reach whoever wrote.
    #[must_use]
    pub fn face(&self) -> Self {
        Self { contact: Contact::default(), ..self.clone() }
    }

    /// Tells whether an objection waits for its decision.
    pub fn objects(&self) -> bool {
        self.standing == Standing::Hidden && self.objection.as_ref().is_some_and(|own| own.decided.is_none())
    }
}
