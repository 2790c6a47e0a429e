//! The Chinese working calendar, legal terms and due dates.
//!
//! Pure: dates and numbers in, dates and the steps of the arithmetic out. It reads no clock, knows no matter and
//! renders no words. What a term is worth comes from the rules; which days work comes from the yearly notice of the
//! State Council, shipped as cited data.

mod calendar;
mod due;
mod term;

pub use calendar::{Calendar, Left, YEARS, Year, YearError, day};
pub use due::{Due, Pause, SKIPPED_DAYS_MAX, Steps, due, due_hours, due_with};
pub use term::{TERM_VALUE_MAX, Term, Unit};
