//! What a client of GeoReport v2 is told when the answer is no: 404 not there, 403 the key, 400 everything else; every error at once.

use appeals::filing::{FieldError, NotFiled};
use axum::http::StatusCode;
use axum::response::Response;
use civic::refusal::{No, Refusal};
use db::{Fault, FaultKind};

use super::doc::{Format, Node};
use crate::error::Problem;
use crate::kit::refusal::{reason, way_on};
use crate::words::Lang;

/// Is an answer that is no, of one status and with every error.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) status: StatusCode,
    pub(super) errors: Vec<String>,
}

impl Wrong {
    /// The thing is not there.
    pub(super) fn absent(what: impl Into<String>) -> Self {
        Self { status: StatusCode::NOT_FOUND, errors: vec![what.into()] }
    }

    /// The key is missing or wrong.
    pub(super) fn key(why: impl Into<String>) -> Self {
        Self { status: StatusCode::FORBIDDEN, errors: vec![why.into()] }
    }

    /// The question is wrong.
    pub(super) fn bad(why: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, errors: vec![why.into()] }
    }

    /// Says why a rule said no, and the way on.
    fn refused(lang: Lang, refusal: &Refusal) -> Self {
        let words = format!("{} {}", reason(lang, refusal), way_on(lang, refusal).unwrap_or_default());
        let status = if refusal.code == "too_many" { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::BAD_REQUEST };
        Self { status, errors: vec![words.trim().to_owned()] }
    }

    /// Says that the machine failed; what it was stands in the log.
    fn failed(fault: &Fault) -> Self {
        tracing::error!(error = %fault, "a request of Open311 failed");
        let busy = fault.kind() == FaultKind::Busy;
        let status = if busy { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::INTERNAL_SERVER_ERROR };
        Self { status, errors: vec![if busy { "busy; send it again" } else { "it failed here; send it again later" }.to_owned()] }
    }

    pub(super) fn of_no(lang: Lang, no: &No) -> Self {
        match no {
            No::Absent => Self::absent("not found"),
            No::Refused(refusal) => Self::refused(lang, refusal),
            No::Failed(fault) => Self::failed(fault),
        }
    }

    pub(super) fn of_problem(lang: Lang, problem: &Problem) -> Self {
        match problem {
            Problem::Absent => Self::absent("not found"),
            Problem::Refused(_, refusal) => Self::refused(lang, refusal),
            Problem::Failed(fault) => Self::failed(fault),
            Problem::SignIn(_) | Problem::ShowCode => Self::key("not open to programs"),
        }
    }

    pub(super) fn of_filing(lang: Lang, not: &NotFiled, say: impl Fn(&FieldError) -> String) -> Self {
        match not {
            NotFiled::OtherForm => Self::bad("this Idempotency-Key was used for another request"),
            NotFiled::Fields(errors) => Self { status: StatusCode::BAD_REQUEST, errors: errors.iter().map(say).collect() },
            NotFiled::No(no) => Self::of_no(lang, no),
        }
    }

    /// Writes it.
    pub(super) fn answer(&self, format: Format) -> Response {
        let code = Node::text(self.status.as_str());
        let error = |words: &String| Node::Fields(vec![("code", code.clone()), ("description", Node::text(words.as_str()))]);
        format.answer(self.status, "errors", &Node::List("error", self.errors.iter().map(error).collect()))
    }
}

impl From<Fault> for Wrong {
    fn from(fault: Fault) -> Self {
        Self::failed(&fault)
    }
}
