//! `Idempotency-Key`: what a program sends again, because the answer got lost, is done once.

use axum::http::{HeaderMap, StatusCode};
use civic::refusal::Refusal;

use crate::error::Problem;

/// The header.
pub(super) const HEADER: &str = "idempotency-key";
/// Shortest key, in characters: what is shorter may be drawn twice.
pub(super) const KEY_CHARS_MIN: usize = 16;
/// Longest key, in characters.
pub(super) const KEY_CHARS_MAX: usize = 128;

/// Reads the key, which everything that changes something needs.
pub(super) fn key(headers: &HeaderMap) -> Result<&str, Problem> {
    let key = headers.get(HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if (KEY_CHARS_MIN..=KEY_CHARS_MAX).contains(&key.len()) && key.chars().all(|c| c.is_ascii_graphic()) {
        return Ok(key);
    }
    let refusal = Refusal::new("idempotency_key").with("min", KEY_CHARS_MIN).with("max", KEY_CHARS_MAX);
    Err(Problem::Refused(StatusCode::BAD_REQUEST, refusal))
}
