//! The second kind of "no": a rule said no. It names the rule as a code, carries the facts a
//! sentence needs, and offers a way on. Pages render it in either language; nothing here is prose.

use std::fmt;

/// Says that a rule refused an act, with a way on. It is never a machine failure (see [`db::Fault`]).
///
/// `code` picks the sentence (`refusal-CODE` in the word files), `facts` fill its gaps, `way_on` names
/// what the person can do instead (`way-CODE`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Names the sentence.
    pub code: &'static str,
    /// Fills the gaps of the sentence; never personal data.
    pub facts: Vec<(&'static str, String)>,
    /// Names what can be done instead.
    pub way_on: Option<&'static str>,
    /// Cites the rule as `instrument:article`, where one stands behind the refusal.
    pub clause: Option<String>,
}

impl Refusal {
    /// Makes a refusal from its sentence code.
    pub fn new(code: &'static str) -> Self {
        Self { code, facts: Vec::new(), way_on: None, clause: None }
    }

    /// Adds a fact for the sentence.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.facts.push((name, value.to_string()));
        self
    }

    /// Adds the way on.
    #[must_use]
    pub fn instead(mut self, way: &'static str) -> Self {
        self.way_on = Some(way);
        self
    }

    /// Adds the clause.
    #[must_use]
    pub fn by(mut self, clause: impl Into<String>) -> Self {
        self.clause = Some(clause.into());
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "refused: {}", self.code)?;
        for (name, value) in &self.facts {
            write!(f, " {name}={value}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}

/// Is what a command answers when it does not succeed: a rule said no, or the machine failed.
#[derive(Debug)]
pub enum No {
    /// A rule said no; show the sentence and the way on.
    Refused(Refusal),
    /// The thing asked for is not there.
    Absent,
    /// The machine failed; logged once at the boundary.
    Failed(db::Fault),
}

impl From<Refusal> for No {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<db::Fault> for No {
    fn from(fault: db::Fault) -> Self {
        Self::Failed(fault)
    }
}

impl fmt::Display for No {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Absent => f.write_str("not there"),
            Self::Failed(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for No {}
