//! What may happen when: `decide(state, command, ctx)` gives events or a refusal. Pure: no database, clock or chance.
//!
//! `ready` answers whether an act fits the state at all (a desk shows every act with its reason); the functions per
//! group then look at the arguments. Numbers come from the rules, never from here.

mod again;
mod alarm;
mod calendar;
mod handed;
mod intake;
mod joint;
mod label;
mod late;
mod merged;
mod owner;
mod ready;
mod reply;
mod resident;
mod review;
mod time;

pub use alarm::next_alarm;
pub use calendar::{Moved, moved};
pub use handed::{goes_along, heard};
pub use label::words as labels;
pub use late::{HEAD, LEADERS, leaders};
pub(crate) use late::{days_after, next_rung, reached, top};
pub use merged::{carries, follow, reaches};
pub use owner::reorganised;
pub use ready::ready;
pub use time::due_now;

use civic::directory::{Directory, Office};
use civic::refusal::Refusal;
use civic::rules::RuleSet;
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;
use worktime::Calendar;

use crate::appeal::{Command, Event, State};
use crate::followup;
use crate::supervise;

/// Longest words a person may type into one field of an act, in characters.
pub const WORDS_CHARS_MAX: usize = 5_000;

/// Is a query code made for an event before it is decided.
#[derive(Debug, Clone)]
pub struct FreshCode {
    /// Keyed hash of the code, hexadecimal.
    pub hash: String,
    /// Public half of its rating key, base64.
    pub rating_key: String,
}

/// Holds what a decision may know besides the state.
pub struct Ctx<'a> {
    /// The instant.
    pub now: Timestamp,
    /// The civil day.
    pub today: Date,
    /// Rules in force.
    pub rules: &'a RuleSet,
    /// Calendar in force.
    pub calendar: &'a Calendar,
    /// Places, offices, staff.
    pub directory: &'a Directory,
    /// Office of the member of staff who acts.
    pub office: Option<&'a str>,
    /// The member of staff who acts.
    pub staff: Option<Uuid>,
    /// A code made for this event, where one may be needed.
    pub fresh: Option<FreshCode>,
    /// Pseudonym of the matter in the public log.
    pub pseudonym: &'a str,
    /// The other matter of a merge.
    pub target: Option<&'a State>,
}

impl<'a> Ctx<'a> {
    /// Says when, and what is in force; nobody acts yet. What an act brings besides is named where it is made.
    pub fn new(
        (now, today): (Timestamp, Date),
        (rules, calendar): (&'a RuleSet, &'a Calendar),
        directory: &'a Directory,
    ) -> Self {
        Self { now, today, rules, calendar, directory, office: None, staff: None, fresh: None, pseudonym: "", target: None }
    }

    /// Finds an open office that is not the acting one.
    fn other_office(&self, code: &str) -> Result<&'a Office, Refusal> {
        let office = self.directory.offices.get(code).filter(|office| self.directory.open(office));
        let office = office.ok_or_else(|| Refusal::new("unknown_office").instead("choose_office"))?;
        if self.office == Some(code) { Err(Refusal::new("own_office").instead("choose_office")) } else { Ok(office) }
    }

    /// Tells whether an office that a matter names is the acting one, or ended and was taken over by it.
    pub(crate) fn is_mine(&self, code: &str) -> bool {
        self.office.is_some_and(|own| self.directory.is_now(code, own))
    }

    fn acting(&self) -> Result<&'a str, Refusal> {
        self.office.ok_or_else(|| Refusal::new("sign_in").instead("sign_in"))
    }

    /// Checks that a ground stands in its list.
    pub(crate) fn ground(&self, list: &str, code: &str) -> Result<(), Refusal> {
        self.rules.ground(list, code).map(drop).ok_or_else(|| Refusal::new("unknown_ground").instead("choose_ground"))
    }
}

/// Decides a command. The permit was asked before; it is not known here.
pub fn decide(state: &State, command: &Command, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    ready(state, command.act(), ctx)?;
    label::check(command)?;
    match command {
        Command::Register { .. }
        | Command::Accept { .. }
        | Command::Sort { .. }
        | Command::NameKind { .. }
        | Command::NotAccept { .. }
        | Command::Simplify
        | Command::Extend { .. }
        | Command::Pause { .. }
        | Command::Resume
        | Command::AskSupplement { .. } => intake::decide(state, command, ctx),
        Command::Assign { .. }
        | Command::TakeOver
        | Command::Return { .. }
        | Command::Arbitrate { .. }
        | Command::HandOver { .. }
        | Command::Merge { .. }
        | Command::Unmerge => owner::decide(state, command, ctx),
        Command::CallIn { .. }
        | Command::CoAnswer { .. }
        | Command::Whistle { .. }
        | Command::AnswerWhistle { .. }
        | Command::GradeWhistle { .. }
        | Command::ReportReferral { .. }
        | Command::AnswerReferral { .. }
        | Command::NameSpokespersons { .. } => joint::decide(state, command, ctx),
        Command::Reply { .. }
        | Command::RecordDelivery { .. }
        | Command::Open
        | Command::TellByPhone { .. }
        | Command::FollowUp { .. }
        | Command::Close { .. } => reply::decide(state, command, ctx),
        Command::DecideReview { .. } | Command::DecideRecheck { .. } | Command::AskReview { .. } | Command::AskRecheck { .. } => {
            review::decide(state, command, ctx)
        }
        Command::HandDown { .. } | Command::TakeBack { .. } | Command::Remind { .. } | Command::SendBack { .. } => {
            handed::decide(state, command, ctx)
        }
        Command::TellGrade { .. }
        | Command::CallBack { .. }
        | Command::Rectify { .. }
        | Command::MarkRectification { .. }
        | Command::ObjectRating { .. }
        | Command::AnswerObjection { .. }
        | Command::HearObjection { .. }
        | Command::DecideObjection { .. }
        | Command::AnswerCriticism { .. } => followup::decide(state, command, ctx),
        Command::ShowEvidence { .. } | Command::JudgeEvidence { .. } | Command::NoteMeasure { .. } => {
            supervise::decide(state, command, ctx)
        }
        _ => resident::decide(state, command, ctx),
    }
}

/// Checks words that must be there and not too long.
pub(crate) fn words(text: &str) -> Result<String, Refusal> {
    let text = optional_words(text)?;
    if text.is_empty() { Err(Refusal::new("words_missing").instead("write_words")) } else { Ok(text) }
}

/// Checks words that may be missing.
pub(crate) fn optional_words(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.chars().count() > WORDS_CHARS_MAX {
        return Err(Refusal::new("words_long").with("max", WORDS_CHARS_MAX));
    }
    Ok(text.to_owned())
}
