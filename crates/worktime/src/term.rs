//! Terms: a number and what it counts.

use serde::{Deserialize, Serialize};

/// Largest number a term may carry, in its unit (ten years of days).
pub const TERM_VALUE_MAX: u32 = 3_660;

/// Names what a term counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Hours from the stated moment (民法典 201(2)).
    Hour,
    /// Natural days; the first day is not counted (民法典 201(1)).
    #[serde(rename = "calendar_day")]
    Day,
    /// Working days of the calendar.
    WorkingDay,
    /// Months; ends on the same-numbered day, else on the month's last (民法典 202).
    Month,
}

/// Is a term, such as fifteen days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// How many.
    pub value: u32,
    /// Of what.
    pub unit: Unit,
}
