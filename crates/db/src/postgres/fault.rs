//! What PostgreSQL refuses becomes a fault that says what can be done about it.

use tokio_postgres::error::SqlState;

use crate::{Fault, FaultKind};

/// Codes of a server that ends, starts, has no room for a connection, lost patience with one, or only reads.
const AWAY: &[&str] = &["57P01", "57P02", "57P03", "53300", "25P03", "25006"];

/// Makes a fault of what the server said.
pub(super) fn said(code: &str, message: &str, place: &str) -> Fault {
    let is = |state: SqlState| state.code() == code;
    let kind = match code {
        _ if is(SqlState::UNIQUE_VIOLATION) => FaultKind::Unique,
        _ if is(SqlState::DISK_FULL) => FaultKind::Full,
        _ if is(SqlState::DATA_CORRUPTED) || is(SqlState::INDEX_CORRUPTED) => FaultKind::Corrupt,
        _ if is(SqlState::LOCK_NOT_AVAILABLE) => FaultKind::Busy,
        _ if AWAY.contains(&code) || code.starts_with("08") => FaultKind::Away,
        _ => FaultKind::Other,
    };
    // its detail quotes the row, and a message about data (class 22) the value; neither may reach a log
    let message = if code.starts_with("22") { "a value does not fit its type" } else { message };
    let place = if place.is_empty() { "-" } else { place };
    Fault::new(kind, format!("PostgreSQL refused: {code} {message} ({place})"))
}

/// Tells whether the line itself broke.
fn broke(error: &tokio_postgres::Error) -> bool {
    std::error::Error::source(error).is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
}

impl From<tokio_postgres::Error> for Fault {
    fn from(error: tokio_postgres::Error) -> Self {
        if let Some(told) = error.as_db_error() {
            return said(told.code().code(), told.message(), told.constraint().or(told.table()).unwrap_or_default());
        }
        let kind = if error.is_closed() || broke(&error) { FaultKind::Away } else { FaultKind::Other };
        Self::new(kind, "PostgreSQL refused").caused_by(error)
    }
}
