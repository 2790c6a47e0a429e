//! Which status a refusal answers with.

use axum::http::StatusCode;

/// Refusals of who may: the same request by somebody else could pass.
const FORBIDDEN: &[&str] = &[
    "not_yours",
    "only_in_person",
    "sign_in",
    "account_closed",
    "recused",
    "guarded_matter",
    "other_office",
    "own_line",
    "administrators_only",
    "not_your_role",
    "cross_site",
    "code_wrong",
    "sealed_matter",
    "scope_missing",
    "accusation_itself",
    "second_same",
    "post_about_you",
    "post_other_moderators",
    "post_other_office",
    "post_not_yours",
    "post_hid_itself",
];
/// Refusals because something else happened first.
const CONFLICT: &[&str] = &[
    "key_reused",
    "stale",
    "wrong_state",
    "not_now",
    "not_open",
    "already_done",
    "changed_meanwhile",
    "second_asked",
    "second_over",
    "not_this_stage",
    "topic_closed",
    "topic_locked_already",
    "topic_open_already",
    "post_hidden_already",
    "post_not_held",
    "post_not_public",
    "post_not_hidden",
    "post_objected_once",
    "post_no_objection",
    "post_decided",
    "post_withdrawn",
];
/// Refusals because it is too much at once.
const SLOW_DOWN: &[&str] = &["slow_down", "too_many"];

/// Returns the status of a refusal: 403, 409, 429, else 422.
pub fn status(code: &str) -> StatusCode {
    if FORBIDDEN.contains(&code) {
        StatusCode::FORBIDDEN
    } else if CONFLICT.contains(&code) {
        StatusCode::CONFLICT
    } else if SLOW_DOWN.contains(&code) {
        StatusCode::TOO_MANY_REQUESTS
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    }
}
