//! What happens to a post. For ever: variants and kind codes are never used again for something else.

use civic::journal::Public;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Contact, Kind, State, Words};

/// Kind codes of the events.
pub const KINDS: &[&str] = &[
    "post_written",
    "post_published",
    "post_edited",
    "post_withdrawn",
    "post_reported",
    "post_left",
    "post_hidden",
    "post_objected",
    "post_decided",
    "topic_locked",
    "topic_moved",
    "topic_answered",
    "post_matter",
];

/// Is how a post begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// What it is.
    pub kind: Kind,
    /// The post it stands below; its own id where it stands below none.
    pub topic: Uuid,
    /// Where it belongs.
    pub place: String,
    /// What it is about.
    pub theme: String,
    /// The office that is asked, or wrote.
    pub office: String,
    /// True where the head of the office speaks.
    #[serde(default)]
    pub head: bool,
    /// The words.
    pub words: Words,
    /// How to reach whoever wrote.
    #[serde(default)]
    pub contact: Contact,
    /// True where it is not to be seen yet.
    pub held: bool,
    /// Keyed hash of the code by which whoever wrote finds it again, hexadecimal; empty for offices.
    pub code: String,
    /// Keyed hash of the submit key, hexadecimal.
    pub submit: String,
    /// Hash of the form, hexadecimal.
    pub form: String,
}

/// Is one thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// It was written.
    Written(Box<Written>),
    /// It is to be seen from now on: by a proven contact where no office is named.
    Published {
        /// Who let it through.
        #[serde(default)]
        office: String,
    },
    /// Its words are others.
    Edited {
        /// The new words.
        words: Words,
        /// Why, where an office corrects itself.
        #[serde(default)]
        reason: String,
    },
    /// Whoever wrote it took it back.
    Withdrawn,
    /// Somebody reported it.
    Reported {
        /// The reason, from the rules.
        ground: String,
        /// Their words.
        words: String,
    },
    /// Reports were looked at, and it stays.
    Left {
        /// Which office looked.
        office: String,
        /// Its words.
        words: String,
    },
    /// An office hid it.
    Hidden {
        /// The office.
        office: String,
        /// The reason, from the rules.
        ground: String,
        /// Its own words.
        words: String,
    },
    /// Whoever wrote it said why that is wrong.
    Objected {
        /// Their words.
        words: String,
    },
    /// Another office decided about that.
    Decided {
        /// The office.
        office: String,
        /// True where it stays hidden.
        stays: bool,
        /// Why.
        words: String,
    },
    /// Nobody may reply any more, or everybody may again.
    Locked {
        /// The office.
        office: String,
        /// The reason, from the rules; empty where it is opened again.
        ground: String,
        /// Its own words.
        words: String,
        /// True for closed.
        on: bool,
    },
    /// It was put elsewhere.
    Moved {
        /// The office that did.
        office: String,
        /// The reason, from the rules.
        ground: String,
        /// Its own words.
        words: String,
        /// Where it belongs now.
        place: String,
        /// What it is about now.
        theme: String,
        /// The office that is asked now.
        to: String,
    },
    /// The office that was asked has answered.
    Answered {
        /// The answer.
        post: Uuid,
    },
    /// Whoever wrote it made a matter of it, and wants its number seen.
    Matter {
        /// The number.
        number: String,
    },
}

impl Event {
    /// Returns its kind code.
    pub fn kind(&self) -> &'static str {
        KINDS[match self {
            Self::Written(_) => 0,
            Self::Published { .. } => 1,
            Self::Edited { .. } => 2,
            Self::Withdrawn => 3,
            Self::Reported { .. } => 4,
            Self::Left { .. } => 5,
            Self::Hidden { .. } => 6,
            Self::Objected { .. } => 7,
            Self::Decided { .. } => 8,
            Self::Locked { .. } => 9,
            Self::Moved { .. } => 10,
            Self::Answered { .. } => 11,
            Self::Matter { .. } => 12,
        }]
    }

    /// Returns the office that acted and the reason it gave, where one did.
    pub fn measure(&self) -> Option<(&str, &str)> {
        match self {
            Self::Hidden { office, ground, .. }
            | Self::Locked { office, ground, on: true, .. }
            | Self::Moved { office, ground, .. } => Some((office, ground)),
            _ => None,
        }
    }

    /// Says what a stranger may read of it in the log: office, public place, theme, and codes. Never a word of a post.
    pub fn public(&self, state: &State, place: Option<String>) -> Public {
        let mut fields: Map<String, Value> = Map::new();
        let mut put = |name: &str, value: &str| {
            if !value.is_empty() {
                fields.insert(name.to_owned(), value.into());
            }
        };
        let office = match self {
            Self::Written(own) => {
                put("as", own.kind.code());
                put("st", if own.held { "held" } else { "public" });
                own.office.clone()
            }
            Self::Published { office } | Self::Left { office, .. } => office.clone(),
            Self::Hidden { office, ground, .. } | Self::Moved { office, ground, .. } => {
                put("gr", ground);
                office.clone()
            }
            Self::Locked { office, ground, on, .. } => {
                put("gr", ground);
                put("st", if *on { "locked" } else { "open" });
                office.clone()
            }
            Self::Decided { office, stays, .. } => {
                put("st", if *stays { "hidden" } else { "public" });
                office.clone()
            }
            Self::Reported { ground, .. } => {
                put("gr", ground);
                String::new()
            }
            Self::Answered { .. } => state.office.clone(),
            Self::Edited { .. } | Self::Withdrawn | Self::Objected { .. } | Self::Matter { .. } => String::new(),
        };
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        Public { office: some(office), place, category: some(state.theme.clone()), fields }
    }
}
