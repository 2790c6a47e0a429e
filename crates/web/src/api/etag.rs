//! Marks of versions (RFC 9110, 8.8): what has not changed is not sent again, and what changed meanwhile is not acted on.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use civic::refusal::Refusal;
use data_encoding::HEXLOWER;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::error::Problem;

/// Makes the mark of a version and of all that is told of it: what was read or sent meanwhile is told too, and is no new version.
pub(crate) fn mark(version: i64, told: &impl Serialize) -> String {
    let told = Sha256::digest(serde_json::to_vec(told).unwrap_or_default());
    format!("\"{version}-{}\"", HEXLOWER.encode(told.get(..MARK_BYTES).unwrap_or_default()))
}

/// Bytes of the hash in a mark.
const MARK_BYTES: usize = 12;

/// Answers with a body under its mark, or with 304 where the asker has it.
pub(crate) fn answer(headers: &HeaderMap, mark: &str, body: impl IntoResponse) -> Response {
    let has = text(headers, header::IF_NONE_MATCH).is_some_and(|known| {
        known.split(',').map(|one| one.trim().trim_start_matches("W/")).any(|one| one == mark || one == "*")
    });
    let mut response = if has { StatusCode::NOT_MODIFIED.into_response() } else { body.into_response() };
    if let Ok(mark) = HeaderValue::from_str(mark) {
        response.headers_mut().insert(header::ETAG, mark);
    }
    response
}

/// Reads the version that an act was decided on, where its program says it.
pub(super) fn seen(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(mark) = text(headers, header::IF_MATCH).filter(|mark| *mark != "*") else { return Ok(None) };
    let version = mark.trim().trim_matches('"').split('-').next().and_then(|version| version.parse().ok());
    version.map(Some).ok_or_else(|| {
        Problem::Refused(StatusCode::PRECONDITION_FAILED, Refusal::new("changed_meanwhile").with("seen", 0).instead("look_again"))
    })
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_known_again_and_names_its_version() {
        let mark = mark(7, &"told");
        let headers = |name, value: &str| HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())]);
        for (known, status) in [
            (mark.clone(), StatusCode::NOT_MODIFIED),
            (format!("\"6-000000\", W/{mark}"), StatusCode::NOT_MODIFIED),
            ("*".to_owned(), StatusCode::NOT_MODIFIED),
            ("\"6-000000\"".to_owned(), StatusCode::OK),
        ] {
            assert_eq!(answer(&headers(header::IF_NONE_MATCH, &known), &mark, "x").status(), status, "{known}");
        }
        assert_eq!(seen(&headers(header::IF_MATCH, &mark)).unwrap(), Some(7));
        assert_eq!(seen(&headers(header::IF_MATCH, "*")).unwrap(), None);
        assert_eq!(seen(&HeaderMap::new()).unwrap(), None);
        assert!(seen(&headers(header::IF_MATCH, "\"whatever\"")).is_err());
    }
}
