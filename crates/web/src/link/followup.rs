//! The addresses of what follows ratings.

use appeals::followup::list::Which;

use super::{ADMIN_SIGNS, TRACK};

/// Lists the call-backs that are owed.
pub const CALLBACKS: &str = "/desk/callbacks";
/// Lists what was put before the supervisor.
pub const CRITICISM: &str = "/desk/criticism";
/// Begins the addresses of its files.
pub const CRITICISM_TAKE: &str = "/desk/criticism/take";
/// Prints the sign that stands in the own window.
pub const COUNTER_SIGN: &str = "/desk/counter/sign";

/// Opens one call-back.
pub fn callback(number: &str, which: Which) -> String {
    format!("{CALLBACKS}/{number}/{}", which.text())
}

/// Prints the sign that stands in an office's window.
pub fn admin_window(office: &str) -> String {
    format!("{ADMIN_SIGNS}?office={office}")
}

/// Leads from the sign in a window to how it went there.
pub fn window(office: &str) -> String {
    format!("/window/{office}")
}

/// Asks for number and query code where a grade was chosen before.
pub fn track_graded(grade: u8) -> String {
    format!("{TRACK}?grade={grade}")
}
