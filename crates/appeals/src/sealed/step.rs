//! What those who handle an accusation do with it, and when they may. Pure: no key and no table here.

use civic::refusal::Refusal;
use civic::rules::RuleSet;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::about::Accused;
use crate::appeal::Identity;

/// The list of grounds an accusation is declined with.
pub const GROUNDS: &str = "decline_accusation";
/// How long two people's agreement opens what it opens.
const OPEN_FOR: &str = "site.two_persons";
/// How long a second person has to agree.
const WAIT: &str = "site.second_person";
/// Longest words of a step, in characters.
pub const STEP_CHARS_MAX: usize = 5_000;

/// Names what takes two people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exception {
    /// See who it is that told it in confidence.
    Unmask,
    /// Take it out of the room as a file.
    Export,
}

impl Exception {
    /// Lists both.
    pub const ALL: [Self; 2] = [Self::Unmask, Self::Export];

    /// Returns the code that data and word files use.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unmask => "unmask",
            Self::Export => "export",
        }
    }

    /// Reads a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// Is what somebody does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "deed", rename_all = "snake_case")]
pub enum Deed {
    /// Reads it, for a purpose; written before a word is shown.
    Read {
        /// Purpose code.
        purpose: String,
    },
    /// Accepts it.
    Accept,
    /// Refers it to another body, which is told on paper and not through this site.
    Refer {
        /// That body, in words.
        to: String,
        /// What the accuser is told.
        words: String,
    },
    /// Declines it.
    Decline {
        /// Ground code.
        ground: String,
        /// What the accuser is told.
        words: String,
    },
    /// The check is over: from here on the term runs in which the accuser hears the result.
    Conclude,
    /// Answers the accuser.
    Answer {
        /// The answer.
        words: String,
    },
    /// Says whom it is about; those lose access with this step, and everybody in their line of command.
    Name {
        /// Whom.
        accused: Vec<Accused>,
    },
    /// Asks a second person for what takes two.
    Ask {
        /// What.
        what: Exception,
        /// Why.
        words: String,
    },
    /// Is the second person.
    Agree {
        /// The step that asked.
        to: i64,
        /// What for.
        what: Exception,
        /// Why, as it was asked.
        words: String,
    },
    /// Escrow holders let a handler in.
    Escrow {
        /// Who was let in.
        admitted: Uuid,
    },
    /// A term ran out: it stands first in the room from here on, and the accuser reads that it does. Nobody does it.
    Late {
        /// Term id.
        term: String,
        /// The last day that was missed.
        last: Date,
    },
}

impl Deed {
    /// Lists the codes of all.
    pub const CODES: [&'static str; 11] =
        ["read", "accept", "refer", "decline", "conclude", "answer", "name", "ask", "agree", "escrow", "late"];

    /// Returns the code that word files use.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Read { .. } => "read",
            Self::Accept => "accept",
            Self::Refer { .. } => "refer",
            Self::Decline { .. } => "decline",
            Self::Conclude => "conclude",
            Self::Answer { .. } => "answer",
            Self::Name { .. } => "name",
            Self::Ask { .. } => "ask",
            Self::Agree { .. } => "agree",
            Self::Escrow { .. } => "escrow",
            Self::Late { .. } => "late",
        }
    }

    /// Returns the stage it leads to, where it leads to one.
    pub fn stage(&self) -> Option<Stage> {
        match self {
            Self::Accept => Some(Stage::Accepted),
            Self::Refer { .. } => Some(Stage::Referred),
            Self::Decline { .. } => Some(Stage::Declined),
            Self::Conclude => Some(Stage::Concluded),
            Self::Answer { .. } => Some(Stage::Answered),
            _ => None,
        }
    }

    /// Tells whether the accuser is told of it.
    pub fn is_told(&self) -> bool {
        !matches!(self, Self::Name { .. } | Self::Ask { .. })
    }
}

/// Is a step that was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its place among the steps of the accusation, from 1.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// The civil day.
    pub day: Date,
    /// Who; nil for escrow holders, and for what nobody does.
    pub by: Uuid,
    /// The session.
    pub session: Uuid,
    /// What.
    pub deed: Deed,
}

/// Is how far an accusation has come, in the order in which the room lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Nobody has decided yet.
    Received,
    /// The check is over, and the accuser has not heard of it.
    Concluded,
    /// It was accepted.
    Accepted,
    /// It went to another body.
    Referred,
    /// It was declined.
    Declined,
    /// The accuser has an answer.
    Answered,
}

impl Stage {
    /// Returns the code that word files use.
    pub fn code(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Concluded => "concluded",
            Self::Accepted => "accepted",
            Self::Referred => "referred",
            Self::Declined => "declined",
            Self::Answered => "answered",
        }
    }
}

/// Folds the steps into the stage.
pub fn stage(steps: &[Step]) -> Stage {
    steps.iter().rev().find_map(|step| step.deed.stage()).unwrap_or(Stage::Received)
}

/// Lists whom it is about, as far as that was said.
pub fn accused(steps: &[Step]) -> Vec<Accused> {
    let named = |step: &Step| match &step.deed {
        Deed::Name { accused } => accused.clone(),
        _ => Vec::new(),
    };
    steps.iter().flat_map(named).collect()
}

/// Tells whether a step may be done now: a rule's no has a code and a way on.
pub fn ready(steps: &[Step], deed: &Deed) -> Result<(), Refusal> {
    let stage = stage(steps);
    let fits = match deed {
        Deed::Accept | Deed::Decline { .. } => stage == Stage::Received,
        Deed::Refer { .. } => matches!(stage, Stage::Received | Stage::Accepted),
        Deed::Conclude => stage == Stage::Accepted,
        Deed::Answer { .. } => matches!(stage, Stage::Accepted | Stage::Concluded | Stage::Referred | Stage::Answered),
        Deed::Late { .. } => false, // time writes it, see `room::note_late`
        Deed::Read { .. } | Deed::Name { .. } | Deed::Ask { .. } | Deed::Agree { .. } | Deed::Escrow { .. } => true,
    };
    if fits { Ok(()) } else { Err(Refusal::new("not_this_stage").instead("see_steps")) }
}

/// Checks what a step says.
pub fn check(rules: &RuleSet, deed: &Deed) -> Result<(), Refusal> {
    if let Deed::Decline { ground, .. } = deed {
        rules.ground(GROUNDS, ground).ok_or_else(|| Refusal::new("choice_missing").instead("choose_one"))?;
    }
    let words = match deed {
        Deed::Refer { to, words } => vec![to, words],
        Deed::Decline { words, .. } | Deed::Answer { words } | Deed::Ask { words, .. } => vec![words],
        _ => Vec::new(),
    };
    if words.iter().any(|words| words.trim().is_empty()) {
        return Err(Refusal::new("words_missing").instead("write_words"));
    }
    if words.iter().any(|words| words.chars().count() > STEP_CHARS_MAX) {
        return Err(Refusal::new("words_long").with("max", STEP_CHARS_MAX));
    }
    match deed {
        Deed::Name { accused } if accused.is_empty() => Err(Refusal::new("choice_missing").instead("choose_one")),
        _ => Ok(()),
    }
}

/// Finds the request that a second person may agree to: asked by somebody else, in another session, and not too long ago.
/// Returns who asked, and what their agreement says.
pub fn agree(
    rules: &RuleSet,
    steps: &[Step],
    (by, session, now): (Uuid, Uuid, Timestamp),
    to: i64,
) -> Result<(Uuid, Deed), Refusal> {
    let not_asked = || Refusal::new("second_over").instead("second_ask_again");
    let asked = steps.iter().find(|step| step.seq == to).ok_or_else(not_asked)?;
    let Deed::Ask { what, words } = &asked.deed else { return Err(not_asked()) };
    if asked.by == by || asked.session == session {
        return Err(Refusal::new("second_same").instead("second_colleague"));
    }
    let again = steps.iter().any(|step| matches!(&step.deed, Deed::Agree { to: other, .. } if *other == to));
    if again || now.duration_since(asked.at) > rules.clock(WAIT) {
        return Err(not_asked());
    }
    Ok((asked.by, Deed::Agree { to, what: *what, words: words.clone() }))
}

/// Lists what waits for a second person, for somebody who may be the one.
pub fn waiting<'a>(rules: &RuleSet, steps: &'a [Step], by: (Uuid, Uuid, Timestamp)) -> Vec<&'a Step> {
    steps.iter().filter(|step| agree(rules, steps, by, step.seq).is_ok()).collect()
}

/// Tells whether two people have opened something to whoever asked for it, and until when.
pub fn opened(rules: &RuleSet, steps: &[Step], (by, now): (Uuid, Timestamp), what: Exception) -> Option<Timestamp> {
    steps.iter().rev().find_map(|step| {
        let Deed::Agree { to, what: own, .. } = &step.deed else { return None };
        let asked = steps.iter().find(|step| step.seq == *to)?;
        let fits = *own == what && asked.by == by;
        let until = step.at.checked_add(open_for(rules)).ok()?;
        (fits && now < until).then_some(until)
    })
}

fn open_for(rules: &RuleSet) -> SignedDuration {
    rules.clock(OPEN_FOR)
}

/// Tells whether the accuser's name and contacts are held back until two people agree.
pub fn is_masked(identity: Identity) -> bool {
    identity == Identity::Confidential
}
