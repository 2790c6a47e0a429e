//! What a visitor meets when the answer is no. Three kinds, never mixed: not there (404), a rule said no (403, 409, 422,
//! …: the sentence, why, and the way on), the machine failed (500, 503, 507: an incident number, logged once).
//!
//! Handlers return [`Problem`]; the outermost layer turns it into a page in the visitor's language, or into
//! problem+json (RFC 9457) where JSON was asked for.

use std::error::Error;
use std::sync::Arc;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use civic::refusal::{No, Refusal};
use db::{Fault, FaultKind};

use crate::link;

mod draw;
mod status;

pub(crate) use draw::draw;
pub use status::status;

/// Is every answer that is no page.
#[derive(Debug)]
pub enum Problem {
    /// The thing is not there: 404.
    Absent,
    /// A rule said no.
    Refused(StatusCode, Refusal),
    /// The machine failed.
    Failed(Fault),
    /// Staff must sign in first; then they come back to this path.
    SignIn(String),
    /// A resident must show number and query code first.
    ShowCode,
}

impl Problem {
    /// Refuses bad input: 400 with a sentence.
    pub fn bad(code: &'static str) -> Self {
        Self::Refused(StatusCode::BAD_REQUEST, Refusal::new(code))
    }

    /// Refuses with a sentence; the status follows from its code.
    pub fn refused(refusal: Refusal) -> Self {
        Self::Refused(status(refusal.code), refusal)
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::refused(refusal)
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        Self::Failed(fault)
    }
}

impl From<No> for Problem {
    fn from(no: No) -> Self {
        match no {
            No::Refused(refusal) => refusal.into(),
            No::Absent => Self::Absent,
            No::Failed(fault) => fault.into(),
        }
    }
}

/// Carries a problem from the handler to the layer that draws it.
#[derive(Clone)]
pub(crate) struct Carried(pub(crate) Arc<Problem>);

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = match &self {
            Self::Absent => StatusCode::NOT_FOUND.into_response(),
            Self::Refused(status, _) => status.into_response(),
            Self::Failed(fault) => failed(fault.kind()),
            Self::SignIn(then) => Redirect::to(&link::desk_login(then)).into_response(),
            Self::ShowCode => Redirect::to(link::TRACK).into_response(),
        };
        response.extensions_mut().insert(Carried(Arc::new(self)));
        response
    }
}

/// Seconds after which a busy site is asked again.
const RETRY_SECONDS: u16 = 5;

fn failed(kind: FaultKind) -> Response {
    let status = match kind {
        FaultKind::Busy | FaultKind::Closed | FaultKind::Unknown | FaultKind::Disk | FaultKind::Away => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        FaultKind::Full => StatusCode::INSUFFICIENT_STORAGE,
        FaultKind::Unique | FaultKind::Corrupt | FaultKind::Other => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let mut response = status.into_response();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(RETRY_SECONDS));
    }
    response
}

/// Lists a fault's steps and causes on one line, for the log.
pub(crate) fn chain(fault: &Fault) -> String {
    let mut text = fault.to_string();
    let mut source = fault.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
