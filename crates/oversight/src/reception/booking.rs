//! One person's place in a reception day, as its events left it. Name, number and words are sealed under a key of the booking's own.

use civic::journal::Public;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

/// Kind codes of the events. For ever: a code is never used again for something else.
pub const KINDS: &[&str] = &[
    "booking_made",
    "booking_given",
    "booking_cancelled",
    "booking_arrived",
    "booking_called",
    "booking_heard",
    "booking_missed",
];

/// Says by which way somebody booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// On the page.
    Web,
    /// By a short message.
    Sms,
    /// By telephone, typed in by the hotline.
    Phone,
    /// At a counter.
    Counter,
    /// Came by on the day without having booked.
    Door,
}

impl Way {
    /// Lists all of them.
    pub const ALL: &'static [Self] = &[Self::Web, Self::Sms, Self::Phone, Self::Counter, Self::Door];

    /// Returns the code that data and words use.
    pub fn code(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Sms => "sms",
            Self::Phone => "phone",
            Self::Counter => "counter",
            Self::Door => "door",
        }
    }
}

/// Says how far a booking is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It has a time.
    Booked,
    /// It waits for a time that somebody gives back.
    Waiting,
    /// It was given back, or the day was called off.
    Cancelled,
    /// The person is there.
    Arrived,
    /// The person was called in.
    Called,
    /// The person was heard.
    Heard,
    /// The person did not come.
    Missed,
}

impl Standing {
    /// Lists all of them.
    pub const ALL: &'static [Self] =
        &[Self::Booked, Self::Waiting, Self::Cancelled, Self::Arrived, Self::Called, Self::Heard, Self::Missed];

    /// Returns the code that tables and words use.
    pub fn code(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Waiting => "waiting",
            Self::Cancelled => "cancelled",
            Self::Arrived => "arrived",
            Self::Called => "called",
            Self::Heard => "heard",
            Self::Missed => "missed",
        }
    }

    /// Reads a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|standing| standing.code() == code)
    }

    /// Tells whether the person is still expected.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Booked | Self::Waiting | Self::Arrived | Self::Called)
    }
}

/// Is who comes and about what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The name the person wants to be called by.
    pub name: String,
    /// Mobile number, for word about the booking alone; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub mobile: String,
    /// What it is about, in the person's own words.
    pub about: String,
    /// Number of a matter that it is about; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub number: String,
    /// The language of the page.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub language: String,
}

/// Is one thing that happened to a booking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// It was made.
    Made {
        /// The day.
        day: Uuid,
        /// Its number in the day, which is called out; from 1.
        seq: i64,
        /// Its time; none while it waits, and for whoever came by.
        slot: Option<u16>,
        /// By which way.
        way: Way,
        /// Who and about what.
        person: Box<Person>,
        /// Keyed hash of its pass, hexadecimal.
        pass: String,
        /// Keyed hash of the submit key, hexadecimal.
        submit: String,
        /// Keyed hash of the form, hexadecimal.
        form: String,
    },
    /// It waited, and got a time.
    Given {
        /// The time.
        slot: u16,
    },
    /// It was given back.
    Cancelled {
        /// True where an office did.
        office: bool,
        /// Why, where an office did.
        #[serde(default)]
        reason: String,
    },
    /// The person is there.
    Arrived,
    /// The person was called in.
    Called,
    /// The person was heard.
    Heard {
        /// What was said and answered.
        words: String,
        /// Number of the matter that came of it, or that it was about; may be empty.
        #[serde(default)]
        number: String,
    },
    /// The person did not come.
    Missed,
}

/// Is a booking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    /// Its id.
    pub id: Uuid,
    /// The day.
    pub day: Uuid,
    /// Its number in the day.
    pub seq: i64,
    /// Its time.
    pub slot: Option<u16>,
    /// By which way it came.
    pub way: Way,
    /// Who and about what.
    pub person: Person,
    /// How far it is.
    pub standing: Standing,
    /// Why an office gave it back.
    #[serde(default)]
    pub reason: String,
    /// What was said and answered.
    #[serde(default)]
    pub record: String,
    /// Number of the matter that came of it, or that it was about.
    #[serde(default)]
    pub number: String,
    /// Events so far.
    pub version: i64,
}

impl Event {
    /// Returns its kind code.
    pub fn kind(&self) -> &'static str {
        KINDS[match self {
            Self::Made { .. } => 0,
            Self::Given { .. } => 1,
            Self::Cancelled { .. } => 2,
            Self::Arrived => 3,
            Self::Called => 4,
            Self::Heard { .. } => 5,
            Self::Missed => 6,
        }]
    }

    /// Says what a stranger may read of it in the log: the office that receives, and how. Never who, never about what, never the time.
    pub fn public(&self, office: &str) -> Public {
        let mut fields: Map<String, Value> = Map::new();
        if let Self::Made { way, .. } = self {
            fields.insert("by".to_owned(), way.code().into());
        }
        Public { office: Some(office.to_owned()), place: None, category: None, fields }
    }
}

impl Booking {
    /// Begins a booking. `None` where its first event is another.
    pub fn begin(id: Uuid, event: &Event) -> Option<Self> {
        let Event::Made { day, seq, slot, way, person, .. } = event else { return None };
        let standing = match (way, slot) {
            (Way::Door, _) => Standing::Arrived,
            (_, Some(_)) => Standing::Booked,
            (_, None) => Standing::Waiting,
        };
        Some(Self {
            id,
            day: *day,
            seq: *seq,
            slot: *slot,
            way: *way,
            person: (**person).clone(),
            standing,
            reason: String::new(),
            record: String::new(),
            number: person.number.clone(),
            version: 1,
        })
    }

    /// Goes on with an event.
    pub fn apply(&mut self, event: &Event) {
        self.version += 1;
        match event {
            Event::Made { .. } => {}
            Event::Given { slot } => {
                self.slot = Some(*slot);
                self.standing = Standing::Booked;
            }
            Event::Cancelled { reason, .. } => {
                self.slot = None;
                self.standing = Standing::Cancelled;
                self.reason.clone_from(reason);
            }
            Event::Arrived => self.standing = Standing::Arrived,
            Event::Called => self.standing = Standing::Called,
            Event::Heard { words, number } => {
                self.standing = Standing::Heard;
                self.record.clone_from(words);
                if !number.is_empty() {
                    self.number.clone_from(number);
                }
            }
            Event::Missed => self.standing = Standing::Missed,
        }
    }
}
