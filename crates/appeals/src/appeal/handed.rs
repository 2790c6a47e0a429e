//! What two sites tell each other of a matter that one handed to the other: steps, and where it stands with the other side (decision 0048).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::event::{Event, ReplyText};
use super::kind::{Outcome, Stage};
use super::state::State;
use crate::coded::coded;

coded! {
    /// Says how a matter is handed down (《信访工作条例》第二十二条).
    Manner {
        /// 转送: the site below answers, and its answer goes to the resident as it is.
        Forwarded = "forwarded",
        /// 交办: the site below reports by a day, and the office above answers by it.
        Charged = "charged",
    }
}

/// Is one thing that one site tells the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields repeat the words of the variant that documents them")]
pub enum Step {
    /// Down: the matter itself.
    Handed { words: String },
    /// Down: the resident added something.
    Supplemented { words: String },
    /// Down: the resident is not content and reopened it.
    Reopened { words: String },
    /// Down: the resident rated the answer. The signature stays above, where it can be checked.
    Rated { grade: u8, words: String },
    /// Down: the office above presses for it.
    Reminded { words: String },
    /// Down: the office above took it back.
    TakenBack { words: String },
    /// Down: it came to its end above.
    Ended { stage: Stage },
    /// Up: it has a number there.
    Received { number: String },
    /// Up: it was accepted there, to be answered by a day.
    Accepted { last: Date },
    /// Up: it was not accepted there.
    NotAccepted { ground: String, words: String },
    /// Up: its term there was extended.
    Extended { last: Date, words: String },
    /// Up: the resident is asked for more.
    Asked { words: String, until: Date },
    /// Up: the answer.
    Answered { reply: ReplyText, outcome: Outcome },
    /// Up: it was closed there.
    Closed,
    /// Up: the site below says that it is not its business.
    SentBack { ground: String, words: String },
}

impl Step {
    /// Tells whether it goes from above to below.
    pub fn is_down(&self) -> bool {
        matches!(
            self,
            Self::Handed { .. }
                | Self::Supplemented { .. }
                | Self::Reopened { .. }
                | Self::Rated { .. }
                | Self::Reminded { .. }
                | Self::TakenBack { .. }
                | Self::Ended { .. }
        )
    }

    /// Lists all codes, for word files.
    pub const CODES: &[&str] = &[
        "handed",
        "supplemented",
        "reopened",
        "rated",
        "reminded",
        "taken_back",
        "ended",
        "received",
        "accepted",
        "not_accepted",
        "extended",
        "asked",
        "answered",
        "closed",
        "sent_back",
    ];

    /// Returns the code that the log and word files use.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Handed { .. } => "handed",
            Self::Supplemented { .. } => "supplemented",
            Self::Reopened { .. } => "reopened",
            Self::Rated { .. } => "rated",
            Self::Reminded { .. } => "reminded",
            Self::TakenBack { .. } => "taken_back",
            Self::Ended { .. } => "ended",
            Self::Received { .. } => "received",
            Self::Accepted { .. } => "accepted",
            Self::NotAccepted { .. } => "not_accepted",
            Self::Extended { .. } => "extended",
            Self::Asked { .. } => "asked",
            Self::Answered { .. } => "answered",
            Self::Closed => "closed",
            Self::SentBack { .. } => "sent_back",
        }
    }

    /// Lists the words in it.
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Self::Handed { words }
            | Self::Supplemented { words }
            | Self::Reopened { words }
            | Self::Rated { words, .. }
            | Self::Reminded { words }
            | Self::TakenBack { words }
            | Self::NotAccepted { words, .. }
            | Self::Extended { words, .. }
            | Self::Asked { words, .. }
            | Self::SentBack { words, .. } => vec![words],
            Self::Answered { reply, .. } => vec![&reply.request, &reply.facts, &reply.opinion, &reply.way_on],
            Self::Received { number } => vec![number],
            Self::Accepted { .. } | Self::Closed | Self::Ended { .. } => Vec::new(),
        }
    }
}

/// Is where a matter came from, and how, that a site above handed down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// The site above, by id.
    pub peer: Uuid,
    /// The matter there.
    pub matter: Uuid,
    /// Its number there.
    pub number: String,
    /// How it was handed down.
    pub manner: Manner,
    /// The day by which the office above wants to hear; none where it named none.
    pub back: Option<Date>,
}

/// Is the last step heard from the other side: its number there, and a mark that no other step under this number bears.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heard {
    /// Number of the step; 0 before the first.
    pub of: i64,
    /// Its mark.
    pub mark: String,
}

/// Is how a matter stands with the site that handed it down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Above {
    /// Where it came from.
    pub sent: Sent,
    /// The last step heard.
    pub heard: Heard,
    /// True once it was taken back, or ended above: nothing more is told.
    pub over: bool,
    /// True while the office above has to say whether it takes it back.
    pub sent_back: bool,
    /// How often the office above pressed for it.
    pub reminders: u32,
    /// The newest grade that the resident gave above.
    pub grade: Option<u8>,
}

/// Is how a matter stands with the site it was handed down to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Below {
    /// The site below, by id.
    pub peer: Uuid,
    /// How it was handed down.
    pub manner: Manner,
    /// The day by which the office above wants to hear.
    pub back: Option<Date>,
    /// The day on which it was handed down.
    pub day: Date,
    /// The last step heard.
    pub heard: Heard,
    /// Its number there, once it has one.
    pub number: Option<String>,
    /// Its last day there, once it has one.
    pub last: Option<Date>,
    /// The code of the last step told from there.
    pub stands: Option<&'static str>,
    /// True once it was taken back.
    pub over: bool,
    /// True while the site below says that it is not its business.
    pub sent_back: bool,
    /// True once it told its answer, since it was handed down or reopened.
    pub answered: bool,
}

/// Is how a matter stands with other sites.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Handed {
    /// The site that handed it down to us.
    pub above: Option<Above>,
    /// The site that we handed it down to.
    pub below: Option<Below>,
}

impl State {
    /// Returns how it stands with the site it was handed down to, while it is there.
    pub fn below(&self) -> Option<&Below> {
        self.handed.below.as_ref().filter(|below| !below.over)
    }

    /// Returns how it stands with the site that handed it down, while that one wants to hear.
    pub fn above(&self) -> Option<&Above> {
        self.handed.above.as_ref().filter(|above| !above.over)
    }

    /// Lists the sites that are to hear of an event, which was applied already.
    pub fn told(&self, event: &Event) -> Vec<Uuid> {
        let up = self.above().filter(|_| goes_up(event)).map(|above| above.sent.peer);
        let down = match event {
            // nothing goes down after it
            Event::TakenBack { peer, .. } => Some(*peer),
            _ => self.below().filter(|_| goes_down(event)).map(|below| below.peer),
        };
        up.into_iter().chain(down).collect()
    }

    /// Applies an event of the exchange.
    pub(super) fn apply_handed(&mut self, event: &Event, day: Date) {
        match event {
            Event::HandedDown { peer, manner, back, .. } => {
                self.handed.below = Some(Below {
                    peer: *peer,
                    manner: *manner,
                    back: *back,
                    day,
                    heard: Heard::default(),
                    number: None,
                    last: None,
                    stands: None,
                    over: false,
                    sent_back: false,
                    answered: false,
                });
            }
            Event::TakenBack { .. } => {
                if let Some(below) = &mut self.handed.below {
                    below.over = true;
                }
            }
            Event::SentBack { .. } => {
                if let Some(above) = &mut self.handed.above {
                    above.sent_back = true;
                }
            }
            Event::Heard { of, mark, step, .. } => {
                let heard = Heard { of: *of, mark: mark.clone() };
                if step.is_down() { self.hear_above(heard, step) } else { self.hear_below(heard, step) }
            }
            _ => {}
        }
    }

    fn hear_above(&mut self, heard: Heard, step: &Step) {
        let Some(above) = &mut self.handed.above else { return };
        above.heard = heard;
        match step {
            Step::TakenBack { .. } | Step::Ended { .. } => above.over = true,
            Step::Rated { grade, .. } => above.grade = Some(*grade),
            Step::Reminded { .. } => above.reminders = above.reminders.saturating_add(1),
            _ => {}
        }
    }

    fn hear_below(&mut self, heard: Heard, step: &Step) {
        let Some(below) = &mut self.handed.below else { return };
        below.heard = heard;
        below.stands = Some(step.code());
        match step {
            Step::Received { number } => below.number = Some(number.clone()),
            Step::Accepted { last } | Step::Extended { last, .. } => below.last = Some(*last),
            Step::SentBack { .. } => below.sent_back = true,
            Step::Answered { .. } => below.answered = true,
            _ => {}
        }
    }
}

/// Tells whether the site above hears of an event.
fn goes_up(event: &Event) -> bool {
    match event {
        Event::Heard { step, .. } => matches!(step, Step::Handed { .. }),
        Event::Accepted { .. }
        | Event::NotAccepted { .. }
        | Event::Extended { .. }
        | Event::SupplementAsked { .. }
        | Event::Replied { .. }
        | Event::Closed { .. }
        | Event::SentBack { .. } => true,
        _ => false,
    }
}

/// Tells whether the site below hears of an event.
fn goes_down(event: &Event) -> bool {
    matches!(
        event,
        Event::HandedDown { .. }
            | Event::Supplemented { .. }
            | Event::Reopened { .. }
            | Event::Rated { .. }
            | Event::Reminded { .. }
            | Event::Closed { .. }
            | Event::Withdrawn
            | Event::NotAccepted { .. }
    )
}
