//! What is wrong with a form, put into words.

use appeals::filing::FieldError;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::kit::errors::Errors;
use crate::words::Lang;

/// Says what is wrong with a field and what to do.
pub fn sentence(lang: Lang, error: &FieldError) -> String {
    let max = error.max.unwrap_or_default();
    lang.say(&format!("wrong-{}", error.code.replace('_', "-")), &[("max", max.into())])
}

/// Collects the errors of some fields; of all when `only` is empty.
pub fn errors(lang: Lang, wrong: &[FieldError], only: &[&str]) -> Errors {
    let mut errors = Errors::default();
    for error in wrong.iter().filter(|error| only.is_empty() || only.contains(&error.field)) {
        errors.add(error.field, sentence(lang, error));
    }
    errors
}

/// Tells a program every field that is wrong, at once.
pub fn incomplete(lang: Lang, errors: &[FieldError]) -> Response {
    let list: Vec<_> =
        errors.iter().map(|error| json!({"field": error.field, "code": error.code, "detail": sentence(lang, error)})).collect();
    let title = lang.t("errors-title");
    let problem = json!({"type": "urn:minsheng:fields", "title": title, "status": 422, "code": "fields", "errors": list});
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"))];
    (StatusCode::UNPROCESSABLE_ENTITY, kind, problem.to_string()).into_response()
}
