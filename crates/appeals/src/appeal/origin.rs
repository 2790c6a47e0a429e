//! What is known of how a matter came that a person typed in, or that the sign of an opinion box led to: the box, the pile, the days, the
//! place in a register; and who speaks for many.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::handed::Sent;

/// Is what is known of how a matter came. Nothing here is personal.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Origin {
    /// The opinion box, by code: its sign led to the form, or the card lay in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of_box: Option<String>,
    /// The round in which the card was taken out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub round: Option<Uuid>,
    /// The pile of letters it was entered with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pile: Option<Uuid>,
    /// The day on which the letter arrived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub came: Option<Date>,
    /// The day of the postmark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub posted: Option<Date>,
    /// Its place in the register of the office that typed it; given when it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<Registered>,
    /// The site above that handed it down, and how.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub above: Option<Sent>,
}

/// Is a place in a register: each office counts its letters and its visits by year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// The office, by code.
    pub office: String,
    /// The year.
    pub year: i16,
    /// The number within the year, from 1.
    pub number: i64,
}

/// Is somebody who speaks for the others of a common matter, beside the one who filed it: only they are written down (《信访工作条例》第二十条).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Spokesperson {
    /// Name.
    pub name: String,
    /// Telephone; empty when none.
    pub mobile: String,
    /// E-mail; empty when none.
    pub email: String,
}
