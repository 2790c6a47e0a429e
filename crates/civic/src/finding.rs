//! What a check of the data finds, in the form in which the operator's tool prints it: `what noun position`.

use std::fmt;

/// Says what happened to something since it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// Something in it is another.
    Changed,
    /// It is gone.
    Missing,
    /// It was never written by this program.
    Added,
    /// Its day or time is another.
    Redated,
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Changed => "changed",
            Self::Missing => "missing",
            Self::Added => "added",
            Self::Redated => "redated",
        })
    }
}

/// Is one thing outside the matters that differs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The table, with a slash and the row's name where it has one.
    pub noun: String,
    /// Where: a position of the journal, or a number in the table's own chain; 0 where nothing tells.
    pub position: i64,
    /// What happened to it.
    pub what: What,
}

impl Finding {
    /// Puts a finding together.
    pub fn new(what: What, noun: impl Into<String>, position: i64) -> Self {
        Self { noun: noun.into(), position, what }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.what, self.noun, self.position)
    }
}
