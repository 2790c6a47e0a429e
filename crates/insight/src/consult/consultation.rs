//! One question that an office puts to everybody, as its events left it. All of it is public.

use civic::journal::Public;
use data_encoding::HEXLOWER;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Kind codes of the events. For ever: a code is never used again for something else.
pub const KINDS: &[&str] = &[
    "consult_asked",
    "consult_prolonged",
    "consult_pointed",
    "consult_answered",
    "consult_drafted",
    "consult_decided",
    "consult_reported",
    "consult_again",
    "consult_stopped",
];

/// Is what an office asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The office that asks.
    pub office: String,
    /// Where it is about, by code.
    pub place: String,
    /// What it is about, a code of the list `consult_theme`.
    pub theme: String,
    /// The question in a line.
    pub title: String,
    /// The question.
    pub question: String,
    /// The last day on which people can speak.
    pub until: Date,
}

/// Says how far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// People speak.
    Gathering,
    /// A draft stands for comment; people speak on.
    Commenting,
    /// It is decided, and to be carried out.
    Decided,
    /// It is carried out.
    Done,
    /// The office stopped it.
    Stopped,
}

impl Stage {
    /// Lists all of them.
    pub const ALL: &'static [Self] = &[Self::Gathering, Self::Commenting, Self::Decided, Self::Done, Self::Stopped];

    /// Returns the code that tables and words use.
    pub fn code(self) -> &'static str {
        match self {
            Self::Gathering => "gathering",
            Self::Commenting => "commenting",
            Self::Decided => "decided",
            Self::Done => "done",
            Self::Stopped => "stopped",
        }
    }

    /// Tells whether people are still heard.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Gathering | Self::Commenting)
    }
}

/// Says what an office makes of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It does what was said.
    Taken,
    /// It does a part of it.
    Partly,
    /// It does not.
    Not,
}

impl Outcome {
    /// Lists all of them.
    pub const ALL: &'static [Self] = &[Self::Taken, Self::Partly, Self::Not];

    /// Returns the code that data and words use.
    pub fn code(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Partly => "partly",
            Self::Not => "not",
        }
    }

    /// Reads a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|outcome| outcome.code() == code)
    }
}

/// Is what many said in other words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// The point in a line.
    pub title: String,
    /// When it was made.
    pub day: Date,
    /// What the office said to it; the newest last.
    #[serde(default)]
    pub answers: Vec<Answer>,
}

impl Point {
    /// Returns what the office makes of it now.
    pub fn answer(&self) -> Option<&Answer> {
        self.answers.last()
    }
}

/// Is what an office said to a point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What it makes of it.
    pub outcome: Outcome,
    /// Why, and how.
    pub words: String,
    /// The round.
    pub round: u32,
    /// The day.
    pub day: Date,
}

/// Is one paragraph of a draft, with the points that it comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The words.
    pub words: String,
    /// The points, by their numbers from 1.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub points: Vec<u32>,
}

/// Is a draft that stands for comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Its paragraphs.
    pub lines: Vec<Line>,
    /// What the office says about it: what changed, and why.
    pub words: String,
    /// The round.
    pub round: u32,
    /// When it was published.
    pub day: Date,
    /// The last day for comment.
    pub until: Date,
    /// Why that is sooner than usual; empty where it is not.
    #[serde(default)]
    pub shorter: String,
}

/// Is what was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// False where nothing is done.
    pub adopted: bool,
    /// What is done, by paragraphs.
    pub lines: Vec<Line>,
    /// What the office says about it: how what was said was used.
    pub words: String,
    /// The round.
    pub round: u32,
    /// The day.
    pub day: Date,
}

/// Is what an office says about carrying it out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// True where all of it is done.
    pub done: bool,
    /// How far it is.
    pub words: String,
    /// The round.
    pub round: u32,
    /// The day.
    pub day: Date,
}

/// Is one round: the first, or one that goes round again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// Why it goes round again; empty for the first.
    #[serde(default)]
    pub why: String,
    /// Its first day.
    pub day: Date,
    /// The last day on which people could speak before the first draft.
    pub until: Date,
}

/// Is one thing that happened to a consultation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// It was put to everybody.
    Asked {
        /// Its short number on this site.
        number: i64,
        /// What is asked.
        plan: Box<Plan>,
        /// The day.
        day: Date,
    },
    /// People got more time.
    Prolonged {
        /// The new last day.
        until: Date,
        /// Why.
        reason: String,
    },
    /// A point was made, or called otherwise.
    Pointed {
        /// Which, from 1; a new one where it is one more than there are.
        point: u32,
        /// The point in a line.
        title: String,
        /// The day.
        day: Date,
    },
    /// The office answered a point.
    Answered {
        /// Which, from 1.
        point: u32,
        /// What it said.
        answer: Answer,
    },
    /// A draft was published.
    Drafted {
        /// It.
        draft: Draft,
    },
    /// It was decided.
    Decided {
        /// What.
        decision: Decision,
    },
    /// The office said how far it is.
    Reported {
        /// What it said.
        report: Report,
    },
    /// It goes round again.
    Again {
        /// The round.
        round: Round,
    },
    /// The office stopped it.
    Stopped {
        /// Why.
        reason: String,
        /// The day.
        day: Date,
    },
}

/// Is a question that an office puts to everybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consultation {
    /// Its id.
    pub id: Uuid,
    /// Its short number on this site.
    pub number: i64,
    /// What is asked.
    pub plan: Plan,
    /// How far it is.
    pub stage: Stage,
    /// The last day on which people can speak now.
    pub until: Date,
    /// Why people got more time; empty where they did not.
    #[serde(default)]
    pub longer: String,
    /// Its rounds; the present one last.
    pub rounds: Vec<Round>,
    /// What was said, in points.
    #[serde(default)]
    pub points: Vec<Point>,
    /// Its drafts; the newest last.
    #[serde(default)]
    pub drafts: Vec<Draft>,
    /// What was decided; the newest last.
    #[serde(default)]
    pub decisions: Vec<Decision>,
    /// How far it is carried out; the newest last.
    #[serde(default)]
    pub reports: Vec<Report>,
    /// Why it was stopped, and when.
    #[serde(default)]
    pub stopped: Option<(String, Date)>,
    /// Events so far.
    pub version: i64,
}

/// Writes the words of a draft as they are hashed: its paragraphs, each on a line of its own.
pub fn plain(lines: &[Line]) -> String {
    lines.iter().map(|line| line.words.as_str()).collect::<Vec<_>>().join("\n")
}

/// Computes the sha256 of a draft's words, hexadecimal.
pub fn digest(lines: &[Line]) -> String {
    HEXLOWER.encode(&Sha256::digest(plain(lines)))
}

impl Event {
    /// Returns its kind code.
    pub fn kind(&self) -> &'static str {
        KINDS[match self {
            Self::Asked { .. } => 0,
            Self::Prolonged { .. } => 1,
            Self::Pointed { .. } => 2,
            Self::Answered { .. } => 3,
            Self::Drafted { .. } => 4,
            Self::Decided { .. } => 5,
            Self::Reported { .. } => 6,
            Self::Again { .. } => 7,
            Self::Stopped { .. } => 8,
        }]
    }

    /// Says what a stranger may read of it in the log: the office, the public place, codes, days, the hash of a draft. Never a word.
    pub fn public(&self, plan: &Plan, place: Option<String>) -> Public {
        let mut fields: Map<String, Value> = Map::new();
        let mut put = |name: &str, value: Value| drop(fields.insert(name.to_owned(), value));
        match self {
            Self::Asked { number, plan, .. } => {
                put("no", (*number).into());
                put("th", plan.theme.as_str().into());
                put("due", plan.until.to_string().into());
            }
            Self::Prolonged { until, .. } => put("due", until.to_string().into()),
            Self::Pointed { point, .. } => put("no", (*point).into()),
            Self::Answered { point, answer } => {
                put("no", (*point).into());
                put("st", answer.outcome.code().into());
            }
            Self::Drafted { draft } => {
                put("due", draft.until.to_string().into());
                put("h", digest(&draft.lines).into());
                put("st", if draft.shorter.is_empty() { "whole" } else { "shorter" }.into());
            }
            Self::Decided { decision } => {
                put("st", if decision.adopted { "adopted" } else { "dropped" }.into());
                put("h", digest(&decision.lines).into());
            }
            Self::Reported { report } => put("st", if report.done { "done" } else { "open" }.into()),
            Self::Again { round } => put("due", round.until.to_string().into()),
            Self::Stopped { .. } => {}
        }
        Public { office: Some(plan.office.clone()), place, category: None, fields }
    }
}

impl Consultation {
    /// Begins one. `None` where its first event is another.
    pub fn begin(id: Uuid, event: &Event) -> Option<Self> {
        let Event::Asked { number, plan, day } = event else { return None };
        Some(Self {
            id,
            number: *number,
            plan: (**plan).clone(),
            stage: Stage::Gathering,
            until: plan.until,
            longer: String::new(),
            rounds: vec![Round { why: String::new(), day: *day, until: plan.until }],
            points: Vec::new(),
            drafts: Vec::new(),
            decisions: Vec::new(),
            reports: Vec::new(),
            stopped: None,
            version: 1,
        })
    }

    /// Returns the number of its present round, from 1.
    pub fn round(&self) -> u32 {
        u32::try_from(self.rounds.len()).unwrap_or(u32::MAX)
    }

    /// Counts what whoever left a number hears of: drafts and decisions.
    pub fn news(&self) -> i64 {
        (self.drafts.len() + self.decisions.len()) as i64
    }

    /// Finds a point by its number, from 1.
    pub fn point(&self, number: u32) -> Option<&Point> {
        self.points.get(usize::try_from(number).ok()?.checked_sub(1)?)
    }

    /// Returns the newest draft of the present round.
    pub fn draft(&self) -> Option<&Draft> {
        self.drafts.last().filter(|draft| draft.round == self.round())
    }

    /// Returns the text that counts now: what was decided, else the newest draft.
    pub fn lines(&self) -> &[Line] {
        match (self.draft(), self.decisions.last()) {
            (_, Some(decision)) if decision.round == self.round() => &decision.lines,
            (Some(draft), _) => &draft.lines,
            (None, Some(decision)) => &decision.lines,
            (None, None) => &[],
        }
    }

    /// Returns the day since which the office has said nothing about carrying out; none where it owes nothing.
    pub fn owes_since(&self) -> Option<Date> {
        let decision = self.decisions.last().filter(|decision| self.stage == Stage::Decided && decision.adopted)?;
        let report = self.reports.last().filter(|report| report.round == decision.round);
        Some(report.map_or(decision.day, |report| report.day))
    }

    /// Goes on with an event.
    pub fn apply(&mut self, event: &Event) {
        self.version += 1;
        match event {
            Event::Asked { .. } => {}
            Event::Prolonged { until, reason } => {
                self.until = *until;
                self.longer.clone_from(reason);
            }
            Event::Pointed { point, title, day } => {
                let at = usize::try_from(*point).unwrap_or_default().saturating_sub(1);
                match self.points.get_mut(at) {
                    Some(point) => point.title.clone_from(title),
                    None => self.points.push(Point { title: title.clone(), day: *day, answers: Vec::new() }),
                }
            }
            Event::Answered { point, answer } => {
                let at = usize::try_from(*point).unwrap_or_default().saturating_sub(1);
                if let Some(point) = self.points.get_mut(at) {
                    point.answers.push(answer.clone());
                }
            }
            Event::Drafted { draft } => {
                self.stage = Stage::Commenting;
                self.until = draft.until;
                self.longer.clear();
                self.drafts.push(draft.clone());
            }
            Event::Decided { decision } => {
                self.stage = if decision.adopted { Stage::Decided } else { Stage::Done };
                self.decisions.push(decision.clone());
            }
            Event::Reported { report } => {
                if report.done {
                    self.stage = Stage::Done;
                }
                self.reports.push(report.clone());
            }
            Event::Again { round } => {
                self.stage = Stage::Gathering;
                self.until = round.until;
                self.longer.clear();
                self.rounds.push(round.clone());
            }
            Event::Stopped { reason, day } => {
                self.stage = Stage::Stopped;
                self.stopped = Some((reason.clone(), *day));
            }
        }
    }
}
