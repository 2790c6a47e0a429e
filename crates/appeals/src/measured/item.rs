//! An item: what it is about, how it counts, and the entry it rests on.

/// Is what an item is about. In the order of the codes, as tables have them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// What residents said to an office of another line that rang up.
    Called,
    /// Answers within the term.
    InTime,
    /// Promises of reception days.
    Kept,
    /// What was put right after a bad grade.
    Rectified,
    /// The first word within the first term.
    Response,
    /// Returns, and people sent on by word of mouth.
    Returned,
    /// Reception days that were posted.
    Sat,
    /// Grades that residents signed.
    Satisfied,
    /// What residents said with them: solved or not.
    Solved,
}

impl Measure {
    /// Lists all of them, in the order of their codes.
    pub const ALL: [Self; 9] = [
        Self::Called,
        Self::InTime,
        Self::Kept,
        Self::Rectified,
        Self::Response,
        Self::Returned,
        Self::Sat,
        Self::Satisfied,
        Self::Solved,
    ];

    /// Returns its code, as rules and tables have it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Called => "called",
            Self::InTime => "in_time",
            Self::Kept => "kept",
            Self::Rectified => "rectified",
            Self::Response => "response",
            Self::Returned => "returned",
            Self::Sat => "sat",
            Self::Satisfied => "satisfied",
            Self::Solved => "solved",
        }
    }

    /// Reads a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|measure| measure.code() == code)
    }
}

/// Says why an item is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Left {
    /// Another office set the grade aside.
    SetAside,
    /// It was signed under a reissued code.
    Reissued,
    /// Solved in part: neither one nor the other.
    Partly,
    /// The office that is said to have sent somebody on denies it.
    Denied,
    /// Another office decided so, because the office objected.
    Objected,
    /// The resident took it back, or whoever handed it down did.
    Withdrawn,
    /// It was called off before.
    CalledOff,
}

impl Left {
    /// Lists all of them.
    pub const ALL: [Self; 7] =
        [Self::SetAside, Self::Reissued, Self::Partly, Self::Denied, Self::Objected, Self::Withdrawn, Self::CalledOff];

    /// Returns the code that words use.
    pub fn code(self) -> &'static str {
        match self {
            Self::SetAside => "set_aside",
            Self::Reissued => "reissued",
            Self::Partly => "partly",
            Self::Denied => "denied",
            Self::Objected => "objected",
            Self::Withdrawn => "withdrawn",
            Self::CalledOff => "called_off",
        }
    }
}

/// Says how an item counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// For the office.
    Good,
    /// Against it.
    Bad,
    /// Not at all, and why.
    Left(Left),
}

impl Verdict {
    /// Returns the code that words use.
    pub fn code(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Left(left) => left.code(),
        }
    }

    pub(super) fn of(good: bool) -> Self {
        if good { Self::Good } else { Self::Bad }
    }
}

/// Is one item: the entry that it rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// Place of the entry in the log.
    pub leaf: u32,
    /// What it is about.
    pub measure: Measure,
    /// How it counts.
    pub verdict: Verdict,
}

/// Counts the items of one measure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    /// For the office.
    pub good: u64,
    /// For it and against it.
    pub of: u64,
    /// Left out.
    pub left: u64,
}

impl Counted {
    pub(super) fn put(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Good => (self.good, self.of) = (self.good + 1, self.of + 1),
            Verdict::Bad => self.of += 1,
            Verdict::Left(_) => self.left += 1,
        }
    }
}
