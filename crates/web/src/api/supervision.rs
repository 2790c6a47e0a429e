//! What everybody may read of supervision, for programs: suggestions with their answers, campaigns with their seeds, rulings of joint conferences.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use oversight::dossier::{Dossier, Kind, What, list};
use serde::Serialize;
use utoipa::ToSchema;

use super::etag;
use super::open::Paged;
use crate::app::App;
use crate::error::Problem;
use crate::extract::Query;

/// A file of supervision as everybody may read it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FileOut {
    /// `advice`, `task` or `conference`.
    kind: String,
    /// Its number within its kind.
    number: i64,
    /// The day it was opened.
    day: String,
    /// Its title.
    title: String,
    /// Code of the office it is addressed to.
    office: String,
    /// Until when something is owed; `null` where nothing is.
    due: Option<String>,
    /// Which of the three suggestions, a code of the list `advice`; empty for other kinds.
    ground: String,
    /// What is suggested; empty for other kinds.
    words: String,
    /// Whether it was adopted; `null` before the answer.
    adopted: Option<bool>,
    /// The office's answer.
    answer: String,
    /// What a campaign was drawn with.
    seed: String,
    /// How many it was drawn from.
    of: u32,
    /// How many were drawn.
    drawn: u32,
    /// What a conference ruled.
    rulings: Vec<RulingOut>,
    /// What came of it.
    result: String,
}

/// A ruling of a joint conference.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RulingOut {
    /// Code of the office that has it.
    office: String,
    /// The ruling.
    words: String,
    /// The day.
    day: String,
    /// Until when the office reports.
    due: String,
    /// Until when further matters of the kind go there; `null` where it is about one alone.
    route: Option<String>,
    /// Whether it was carried out.
    kept: bool,
}

fn out(one: &Dossier) -> FileOut {
    let ruling = |own: &oversight::dossier::state::Ruling| RulingOut {
        office: own.to.clone(),
        words: own.words.clone(),
        day: own.day.to_string(),
        due: own.due.to_string(),
        route: own.route.map(|day| day.to_string()),
        kept: own.kept(),
    };
    let (mut ground, mut words, mut seed, mut of, mut drawn) = (String::new(), String::new(), String::new(), 0, 0);
    match &one.opening.what {
        What::Advice { ground: code, .. } => (ground, words) = (code.clone(), one.opening.words.clone()),
        What::Task { seed: own, of: all, drawn: list, .. } => {
            (seed, of, drawn) = (own.clone(), *all, u32::try_from(list.len()).unwrap_or(u32::MAX));
        }
        _ => {}
    }
    FileOut {
        kind: one.kind().code().to_owned(),
        number: one.number,
        day: one.day.to_string(),
        title: one.opening.title.clone(),
        office: one.opening.office.clone(),
        due: one.due().map(|day| day.to_string()),
        ground,
        words,
        adopted: one.answer.as_ref().map(|answer| answer.good),
        answer: one.answer.as_ref().map(|answer| answer.words.clone()).unwrap_or_default(),
        seed,
        of,
        drawn,
        rulings: one.rulings.iter().map(ruling).collect(),
        result: one.ended.as_ref().map(|(words, _)| words.clone()).unwrap_or_default(),
    }
}

/// Lists public files of a kind, open ones or those that are over, the newest first.
pub(super) async fn files(State(app): State<App>, headers: HeaderMap, Query(query): Query) -> Result<Response, Problem> {
    let public = |kind: &Kind| matches!(kind, Kind::Advice | Kind::Task | Kind::Conference);
    let kind = Kind::parse(query.get("kind")).filter(public).ok_or_else(|| Problem::bad("dossier_kind"))?;
    let (over, before) = (query.get("over") == "true", query.get("before").parse::<i64>().ok());
    let site = app.hall.site.clone();
    let (all, next) = app.hall.store.read(move |tx| list::all(tx, &site, None, (kind, over, before))).await?;
    let page = Paged { items: all.iter().map(out).collect::<Vec<_>>(), next: next.map(|number| number.to_string()) };
    let mark = etag::mark(0, &page);
    Ok(etag::answer(&headers, &mark, Json(page)))
}
