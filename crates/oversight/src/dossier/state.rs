//! A file of supervision and what happened to it.

use civic::journal::Public;
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

/// Names what a file is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// 督查任务
    Task,
    /// 领导包案
    Case,
    /// 三项建议
    Advice,
    /// 作风问责
    Account,
    /// 信访联席会议
    Conference,
}

impl Kind {
    /// Lists all of them.
    pub const ALL: [Self; 5] = [Self::Conference, Self::Task, Self::Case, Self::Advice, Self::Account];

    /// Returns the code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::Case => "case",
            Self::Advice => "advice",
            Self::Account => "account",
            Self::Conference => "conference",
        }
    }

    /// Reads a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// Names a matter of another room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Its id.
    pub id: Uuid,
    /// Its number.
    pub number: String,
}

/// Says which matters a task looks at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// First-level category; empty for all.
    pub category: String,
    /// Place with everything below; empty for all.
    pub place: String,
    /// The office that holds them; empty for all.
    pub office: String,
    /// Filed from this day on.
    pub from: Date,
    /// Filed until this day.
    pub to: Date,
}

/// Is one point of a conference's agenda.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// The matter.
    pub matter: Named,
    /// Why it is there, a code of the list `agenda`.
    pub why: String,
    /// What was prepared about it.
    #[serde(default)]
    pub papers: String,
}

/// Says what a file is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum What {
    /// Matters that are looked at.
    Task {
        /// True for a campaign about one thing (专项督查).
        special: bool,
        /// Which matters.
        filter: Filter,
        /// What they were drawn with, hexadecimal.
        seed: String,
        /// How many there were to draw from.
        of: u32,
        /// Which were drawn.
        drawn: Vec<Named>,
    },
    /// A matter in the hand of one leader.
    Case {
        /// Who.
        leader: Uuid,
        /// Which.
        matter: Named,
    },
    /// A suggestion to an office.
    Advice {
        /// Which of the three, a code of the list `advice`.
        ground: String,
        /// The matter that led to it.
        matter: Option<Named>,
    },
    /// Somebody is held to account.
    Account {
        /// Why, a code of the list `account_trigger`.
        ground: String,
        /// Who; none where it is the office as a whole.
        person: Option<Uuid>,
        /// The matter that led to it.
        matter: Option<Named>,
    },
    /// A joint conference.
    Conference {
        /// The day.
        date: Date,
        /// When it begins; none where the day alone was said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        time: Option<Time>,
        /// Where.
        venue: String,
        /// Who leads it.
        chair: Uuid,
        /// Offices that are invited, by code.
        members: Vec<String>,
        /// What is on the agenda.
        agenda: Vec<Item>,
    },
}

/// Is what a file begins with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// Its title; personal data is out of it.
    pub title: String,
    /// What it is about; personal data is out of it.
    pub words: String,
    /// The office that it is addressed to: looked at, answering, held to account, or convening.
    pub office: String,
    /// Until when.
    pub due: Date,
    /// The rest.
    pub what: What,
}

/// Is something that somebody wrote into a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The day.
    pub day: Date,
    /// Who.
    pub by: Uuid,
    /// What; personal data is out of it.
    pub words: String,
    /// The matter that was looked at, by number; empty where it is about the whole.
    #[serde(default)]
    pub matter: String,
    /// True where it was found well, kept or adopted.
    pub good: bool,
}

/// Is one step of being held to account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Which, a code of the list `account_step`.
    pub code: String,
    /// Why, with the evidence.
    pub words: String,
    /// The day.
    pub day: Date,
    /// Until when it may be replied to, or something has to be put right.
    pub due: Date,
    /// What they replied.
    #[serde(default)]
    pub reply: Option<Note>,
}

/// Is what a conference ruled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruling {
    /// Which point of the agenda, from 0.
    pub item: usize,
    /// The office that has it.
    pub to: String,
    /// Why, and what it does.
    pub words: String,
    /// The day.
    pub day: Date,
    /// Until when it reports.
    pub due: Date,
    /// Until when further matters of this kind go there too; none where it is about this one alone.
    pub route: Option<Date>,
    /// True where the matter got its owner with it.
    pub binds: bool,
    /// What became of it.
    #[serde(default)]
    pub follow: Vec<Note>,
}

impl Ruling {
    /// Tells whether it was carried out.
    pub fn kept(&self) -> bool {
        self.follow.last().is_some_and(|note| note.good)
    }
}

/// Is one thing that happened to a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// It was opened.
    Opened {
        /// Its number within its kind.
        number: i64,
        /// Who.
        by: Uuid,
        /// The day.
        day: Date,
        /// With what.
        opening: Box<Opening>,
    },
    /// Somebody wrote something into it.
    Noted {
        /// What.
        note: Note,
    },
    /// The office answered, or whoever is held to account replied.
    Answered {
        /// What.
        note: Note,
    },
    /// A step of being held to account.
    Stepped {
        /// Which.
        step: Step,
    },
    /// Papers were prepared about a point of the agenda.
    Prepared {
        /// Which, from 0.
        item: usize,
        /// What.
        papers: String,
    },
    /// Offices came to the conference.
    Attended {
        /// By code.
        offices: Vec<String>,
    },
    /// The conference ruled.
    Ruled {
        /// What.
        ruling: Ruling,
    },
    /// Somebody said what became of a ruling.
    Followed {
        /// Which, from 0.
        ruling: usize,
        /// What.
        note: Note,
    },
    /// Its day passed.
    Late {
        /// The day.
        due: Date,
    },
    /// It was ended.
    Ended {
        /// What came of it; personal data is out of it.
        words: String,
        /// The day.
        day: Date,
    },
}

/// Is a file of supervision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dossier {
    /// Its id.
    pub id: Uuid,
    /// Its number within its kind.
    pub number: i64,
    /// Who opened it.
    pub by: Uuid,
    /// The day.
    pub day: Date,
    /// With what.
    pub opening: Opening,
    /// What was written into it.
    pub notes: Vec<Note>,
    /// The office's answer.
    pub answer: Option<Note>,
    /// Steps of being held to account.
    pub steps: Vec<Step>,
    /// Offices that came.
    pub attended: Vec<String>,
    /// What was ruled.
    pub rulings: Vec<Ruling>,
    /// The day that was told to have passed.
    pub told: Option<Date>,
    /// What came of it, and when.
    pub ended: Option<(String, Date)>,
    /// Events so far.
    pub version: i64,
}

impl Event {
    /// Returns its kind code.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "dossier_opened",
            Self::Noted { .. } => "dossier_noted",
            Self::Answered { .. } => "dossier_answered",
            Self::Stepped { .. } => "dossier_stepped",
            Self::Prepared { .. } => "dossier_prepared",
            Self::Attended { .. } => "dossier_attended",
            Self::Ruled { .. } => "dossier_ruled",
            Self::Followed { .. } => "dossier_followed",
            Self::Late { .. } => "dossier_late",
            Self::Ended { .. } => "dossier_ended",
        }
    }

    /// Says what a stranger may read of it in the log: codes, offices, days, counts. Never a word, never a person, never a matter.
    pub fn public(&self, opening: &Opening) -> Public {
        let mut fields: Map<String, Value> = Map::new();
        let mut put = |name: &str, value: Value| drop(fields.insert(name.to_owned(), value));
        match self {
            Self::Opened { number, opening, .. } => {
                put("kd", opening.what.kind().code().into());
                put("no", (*number).into());
                put("due", opening.due.to_string().into());
                match &opening.what {
                    What::Task { seed, of, drawn, filter, .. } => {
                        put("sd", seed.as_str().into());
                        put("of", (*of).into());
                        put("n", drawn.len().into());
                        put("fl", filter.line().into());
                    }
                    What::Advice { ground, .. } | What::Account { ground, .. } => put("gr", ground.as_str().into()),
                    What::Conference { members, agenda, .. } => {
                        put("of", members.len().into());
                        put("n", agenda.len().into());
                    }
                    What::Case { .. } => {}
                }
            }
            Self::Noted { note } => put("ok", note.good.into()),
            Self::Answered { note } => {
                put("ok", note.good.into());
                if let What::Advice { ground, .. } = &opening.what {
                    put("gr", ground.as_str().into());
                }
            }
            Self::Stepped { step } => {
                put("gr", step.code.as_str().into());
                put("due", step.due.to_string().into());
            }
            Self::Prepared { item, .. } => put("no", (*item).into()),
            Self::Attended { offices } => put("n", offices.len().into()),
            Self::Ruled { ruling } => {
                put("no", ruling.item.into());
                put("to", ruling.to.as_str().into());
                put("due", ruling.due.to_string().into());
                put("ok", ruling.binds.into());
                if let Some(route) = ruling.route {
                    put("rt", route.to_string().into());
                }
            }
            Self::Followed { ruling, note } => {
                put("no", (*ruling).into());
                put("ok", note.good.into());
            }
            Self::Late { due } => put("due", due.to_string().into()),
            Self::Ended { .. } => {}
        }
        Public { office: Some(opening.office.clone()), place: None, category: None, fields }
    }
}

impl What {
    /// Names its kind.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Task { .. } => Kind::Task,
            Self::Case { .. } => Kind::Case,
            Self::Advice { .. } => Kind::Advice,
            Self::Account { .. } => Kind::Account,
            Self::Conference { .. } => Kind::Conference,
        }
    }
}

impl Filter {
    /// Writes it as the log holds it: category, place, office, first and last day, with blanks between; a dash for all.
    pub fn line(&self) -> String {
        let code = |text: &str| if text.is_empty() { "-".to_owned() } else { text.to_owned() };
        format!("{} {} {} {} {}", code(&self.category), code(&self.place), code(&self.office), self.from, self.to)
    }
}

impl Dossier {
    /// Begins one. `None` where its first event is another.
    pub fn begin(id: Uuid, event: &Event) -> Option<Self> {
        let Event::Opened { number, by, day, opening } = event else { return None };
        Some(Self {
            id,
            number: *number,
            by: *by,
            day: *day,
            opening: (**opening).clone(),
            notes: Vec::new(),
            answer: None,
            steps: Vec::new(),
            attended: Vec::new(),
            rulings: Vec::new(),
            told: None,
            ended: None,
            version: 1,
        })
    }

    /// Goes on with an event.
    pub fn apply(&mut self, event: &Event) {
        self.version += 1;
        match event {
            Event::Opened { .. } => {}
            Event::Noted { note } => self.notes.push(note.clone()),
            Event::Answered { note } => match self.steps.last_mut() {
                Some(step) => step.reply = Some(note.clone()),
                None => self.answer = Some(note.clone()),
            },
            Event::Stepped { step } => self.steps.push(step.clone()),
            Event::Prepared { item, papers } => {
                if let What::Conference { agenda, .. } = &mut self.opening.what
                    && let Some(item) = agenda.get_mut(*item)
                {
                    item.papers.clone_from(papers);
                }
            }
            Event::Attended { offices } => self.attended.clone_from(offices),
            Event::Ruled { ruling } => self.rulings.push(ruling.clone()),
            Event::Followed { ruling, note } => {
                if let Some(ruling) = self.rulings.get_mut(*ruling) {
                    ruling.follow.push(note.clone());
                }
            }
            Event::Late { due } => self.told = Some(*due),
            Event::Ended { words, day } => self.ended = Some((words.clone(), *day)),
        }
    }

    /// Names its kind.
    pub fn kind(&self) -> Kind {
        self.opening.what.kind()
    }

    /// Returns the points of a conference's agenda.
    pub fn agenda(&self) -> &[Item] {
        if let What::Conference { agenda, .. } = &self.opening.what { agenda } else { &[] }
    }

    /// Returns the offices that a conference invited.
    pub fn members(&self) -> &[String] {
        if let What::Conference { members, .. } = &self.opening.what { members } else { &[] }
    }

    /// Tells whether more than so many of a hundred of the invited offices are there.
    pub fn quorate(&self, percent: u32) -> bool {
        self.attended.len() * 100 > self.members().len() * percent as usize
    }

    /// Names the day by which something is owed; none where nothing is.
    pub fn due(&self) -> Option<Date> {
        let rulings = self.rulings.iter().filter(|ruling| !ruling.kept()).map(|ruling| ruling.due).min();
        match self.kind() {
            // an ended conference is followed until each ruling was carried out
            Kind::Conference if self.ended.is_some() => rulings,
            _ if self.ended.is_some() => None,
            Kind::Advice if self.answer.is_some() => None,
            Kind::Account => self.steps.last().filter(|step| step.reply.is_none()).map(|step| step.due),
            Kind::Conference => Some(rulings.map_or(self.opening.due, |due| due.min(self.opening.due))),
            _ => Some(self.opening.due),
        }
    }

    /// Tells whether nothing more is to be done.
    pub fn over(&self) -> bool {
        self.ended.is_some() && self.due().is_none()
    }
}
