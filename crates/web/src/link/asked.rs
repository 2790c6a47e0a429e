//! Addresses of what offices ask everybody.

/// Opens what offices ask everybody.
pub const CONSULT: &str = "/consult";
/// Opens one's own voice by its pass.
pub const CONSULT_OWN: &str = "/consult/own";
/// Tells programs what offices ask everybody.
pub const CONSULT_FEED: &str = "/consult.atom";
/// What offices ask everybody, at the desk.
pub const DESK_CONSULT: &str = "/desk/consult";
/// Puts a question to everybody.
pub const DESK_CONSULT_NEW: &str = "/desk/consult/new";
/// Carries one's own matter into what is asked.
pub const TRACK_CONSULT: &str = "/track/consult";

/// Opens what is asked.
pub fn consult(number: i64) -> String {
    format!("{CONSULT}/{number}")
}

/// Opens a point of what is asked.
pub fn consult_point(number: i64, point: u32) -> String {
    format!("{CONSULT}/{number}/points/{point}")
}

/// Opens a draft, by its number from 1.
pub fn consult_draft(number: i64, draft: usize) -> String {
    format!("{CONSULT}/{number}/drafts/{draft}")
}

/// Opens the record of what was asked.
pub fn consult_record(number: i64) -> String {
    format!("{CONSULT}/{number}/record")
}

/// Opens what is asked at the desk.
pub fn desk_consult(number: i64) -> String {
    format!("{DESK_CONSULT}/{number}")
}

/// Types in what people said.
pub fn desk_consult_voices(number: i64) -> String {
    format!("{DESK_CONSULT}/{number}/voices")
}
