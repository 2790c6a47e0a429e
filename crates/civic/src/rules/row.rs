//! The rows of the rule files.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use worktime::Term;

/// Names what a value counts. Hours, days and months are terms of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Minutes, by the clock.
    Minute,
    /// Hours.
    Hour,
    /// Natural days.
    CalendarDay,
    /// Working days.
    WorkingDay,
    /// Months.
    Month,
    /// A number of things.
    Count,
    /// Seconds.
    Second,
    /// Parts of a hundred.
    Percent,
}

/// Says how far a term may be extended, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// How many.
    pub value: u32,
    /// Of what.
    pub unit: Unit,
    /// Role that approves.
    pub approver: String,
}

/// Is one term or limit with its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermRule {
    /// Id, such as `xf.handle`.
    pub id: String,
    /// How many.
    pub value: u32,
    /// Of what.
    pub unit: Unit,
    /// The event that starts it.
    pub start: String,
    /// Chinese name.
    #[serde(default)]
    pub zh: String,
    /// English name.
    #[serde(default)]
    pub en: String,
    /// How far it may be extended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<Extension>,
    /// What else the source says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Chinese name of the instrument.
    pub instrument: String,
    /// Article, as cited.
    pub article: String,
    /// `yes`, `local`, `default`, or `check` while a person still has to read the original.
    pub verified: String,
}

impl TermRule {
    /// Returns the term to be counted. Values that are no time are a bug of the caller.
    pub fn term(&self) -> Term {
        time(self.value, self.unit).unwrap_or_else(|| panic!("{} is not a term of time", self.id))
    }

    /// Returns a time by the clock, by day and night: minutes or hours. `None` for everything else, and for no time at all.
    pub fn clock(&self) -> Option<SignedDuration> {
        let value = i64::from(self.value);
        let time = match self.unit {
            Unit::Minute => SignedDuration::from_mins(value),
            Unit::Hour => SignedDuration::from_hours(value),
            _ => return None,
        };
        time.is_positive().then_some(time)
    }

    /// Tells whether its value is a term of time that can be counted in days.
    pub fn is_time(&self) -> bool {
        time(self.value, self.unit).is_some()
    }

    /// Returns the extension to be counted.
    pub fn extension_term(&self) -> Option<Term> {
        self.extension.as_ref().and_then(|extension| time(extension.value, extension.unit))
    }

    /// Tells whether a person still has to check this row.
    pub fn unsure(&self) -> bool {
        self.verified == "check"
    }
}

fn time(value: u32, unit: Unit) -> Option<Term> {
    let unit = match unit {
        Unit::Hour => worktime::Unit::Hour,
        Unit::CalendarDay => worktime::Unit::Day,
        Unit::WorkingDay => worktime::Unit::WorkingDay,
        Unit::Month => worktime::Unit::Month,
        Unit::Minute | Unit::Count | Unit::Second | Unit::Percent => return None,
    };
    Some(Term { value, unit })
}

/// Is one ground that an act may choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ground {
    /// Name of the list: `not_accept`, `return`, `extend`, `pause`, `close`, `delivery`, `erase`, `disclose`, `disclose_later`, `unmask`,
    /// `wrapup`, `forum_hide`, `forum_lock`, `forum_move`, `forum_report`, `rating_bad`, `rating_fair`, `rating_good`, `rating_objection`,
    /// `going_down`, `assessment_objection`, `consult_theme`, `voice_aside`, `advice`, `account_trigger`, `account_step`, `agenda`.
    pub list: String,
    /// Code within the list.
    pub code: String,
    /// Chinese words.
    pub zh: String,
    /// English words.
    pub en: String,
    /// The lawful way on, in Chinese.
    #[serde(default)]
    pub route_zh: String,
    /// The lawful way on, in English.
    #[serde(default)]
    pub route_en: String,
    /// True where it speaks of one person's filing and not of the thing itself: whoever reported the same thing is not
    /// declined with it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub personal: bool,
    /// Terms that it may stop, by id; for the list `pause` only, and there the clause must say so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<String>,
    /// What of a matter it lets out: `words`, `files`, `contact`; for the list `disclose` only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<String>,
    /// True where the resident may be told later, on a ground of the list `disclose_later`; for the list `disclose` only.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub later: bool,
    /// Clause behind it, `instrument:article`.
    pub clause: String,
    /// As in [`TermRule::verified`].
    pub verified: String,
}

/// Is one clause in short plain words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// Article.
    pub article: String,
    /// Chinese summary.
    pub zh: String,
    /// English summary.
    pub en: String,
}

/// Is one law, regulation or site rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instrument {
    /// Key, such as `xf`.
    pub key: String,
    /// Chinese name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// First day in force.
    pub in_force: String,
    /// The clauses that are cited.
    pub clauses: Vec<Clause>,
}

/// Is the English name of an instrument that terms cite by a short name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cited {
    /// The name as terms cite it.
    pub name: String,
    /// English name.
    pub name_en: String,
}

/// Is one first-level category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Two-digit code.
    pub code: String,
    /// Chinese name.
    pub zh: String,
    /// English name.
    pub en: String,
    /// Need level it usually speaks of, 1 to 5; 0 = that of the matter asked about.
    pub need: u8,
    /// Which kind of office usually answers, in Chinese.
    pub duty: String,
    /// Which kind of office usually answers, in English.
    pub duty_en: String,
    /// Where the row comes from.
    pub source: String,
    /// As in [`TermRule::verified`].
    pub verified: String,
}

/// Says which clocks run for a kind of matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Track {
    /// Kind of matter.
    pub kind: String,
    /// Legal track: `claims`, `suggestions`, `accusations`.
    pub track: String,
    /// Term that starts on receipt.
    pub first: String,
    /// Term that starts on acceptance.
    pub handle: String,
    /// True where the simplified way is usual.
    pub simplified: bool,
}
