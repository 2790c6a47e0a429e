//! What offices ask everybody, for programs: the questions, one of them, a point with the words behind it, and speaking, as the pages do it.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use db::Fault;
use insight::consult::Consultation;
use insight::consult::consultation::{Draft, Line, digest};
use insight::consult::decide::numbered;
use insight::consult::list::{self, Counts};
use insight::consult::speak::New;
use insight::consult::voice::Way;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::again::key;
use super::body::Body;
use super::etag;
use super::open::Paged;
use super::posts::submit;
use crate::app::App;
use crate::error::Problem;
use crate::extract::{Fields, Path, Query};
use crate::portal::consult::take;
use crate::portal::forum::accuses;
use crate::visit::Visit;

/// What an office asks everybody.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ConsultOut {
    /// Its number on this site.
    number: i64,
    /// `gathering`, `commenting`, `decided`, `done` or `stopped`.
    stage: String,
    /// The round, from 1.
    round: u32,
    /// The question in a line.
    title: String,
    /// The question.
    question: String,
    /// Code of the office that asks.
    office: String,
    /// Code of the place.
    place: String,
    /// What it is about, a code of the list `consult_theme`.
    theme: String,
    /// The last day on which people can speak.
    until: String,
    /// How many voices were given and not taken back.
    voices: i64,
    /// How many of them stand nowhere yet.
    unsorted: i64,
    /// What was said, in points.
    points: Vec<PointLine>,
    /// Its drafts; the newest last.
    drafts: Vec<TextOut>,
    /// What was decided; the newest last.
    decisions: Vec<TextOut>,
    /// How far it is carried out.
    reports: Vec<ReportOut>,
}

/// A point of what was said.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PointLine {
    /// Its number, from 1.
    number: u32,
    /// The point in a line.
    title: String,
    /// `taken`, `partly` or `not`; empty where the office has not answered.
    outcome: String,
    /// What the office answered.
    answer: String,
    /// How many voices are behind it.
    voices: i64,
}

/// A draft, or what was decided.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TextOut {
    /// The round.
    round: u32,
    /// When it was published.
    day: String,
    /// The last day for comment; empty for a decision.
    until: String,
    /// Why that is sooner than the law's usual term; empty where it is not.
    shorter: String,
    /// What the office says about it.
    words: String,
    /// False where it was decided to do nothing.
    adopted: bool,
    /// Its paragraphs.
    lines: Vec<LineOut>,
    /// The sha256 of its paragraphs, each on a line of its own; the public log has the same.
    sha256: String,
}

/// A paragraph.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LineOut {
    /// The words.
    words: String,
    /// The points it comes from.
    points: Vec<u32>,
}

/// How far something is carried out.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReportOut {
    /// When the office said so.
    day: String,
    /// True where all of it is done.
    done: bool,
    /// The words.
    words: String,
}

/// A point with the words behind it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PointOut {
    /// The point.
    point: PointLine,
    /// The words behind it.
    voices: Vec<VoiceOut>,
    /// Goes into `cursor` of the next question; `null` at the end.
    next: Option<String>,
}

/// What somebody said, without personal data.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct VoiceOut {
    /// The words.
    words: String,
    /// By which way it came: `web`, `phone`, `counter`, `visit`, `meeting`, `talk`, `survey`, `matter`, `post`.
    way: String,
    /// When it was said.
    day: String,
}

/// Something to say.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewVoice {
    /// The words. Personal data is taken out before they are kept.
    words: String,
    /// A mobile number for word about the result alone.
    #[serde(default)]
    mobile: String,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Gave {
    /// The words as they were kept.
    words: String,
    /// Its number among what was said.
    number: i64,
    /// The code by which it is found again, on the page `/consult/own`. It is shown here only, and to the same request again.
    code: String,
}

fn lines(shown: &[Line]) -> Vec<LineOut> {
    shown.iter().map(|line| LineOut { words: line.words.clone(), points: line.points.clone() }).collect()
}

fn point_line(consult: &Consultation, number: u32, voices: i64) -> Option<PointLine> {
    let point = consult.point(number)?;
    let answer = point.answer();
    Some(PointLine {
        number,
        title: point.title.clone(),
        outcome: answer.map(|answer| answer.outcome.code().to_owned()).unwrap_or_default(),
        answer: answer.map(|answer| answer.words.clone()).unwrap_or_default(),
        voices,
    })
}

fn draft(draft: &Draft) -> TextOut {
    TextOut {
        round: draft.round,
        day: draft.day.to_string(),
        until: draft.until.to_string(),
        shorter: draft.shorter.clone(),
        words: draft.words.clone(),
        adopted: true,
        lines: lines(&draft.lines),
        sha256: digest(&draft.lines),
    }
}

fn out(consult: &Consultation, counts: &Counts, behind: &std::collections::BTreeMap<u32, i64>) -> ConsultOut {
    let plan = &consult.plan;
    let decided = consult.decisions.iter().map(|decision| TextOut {
        round: decision.round,
        day: decision.day.to_string(),
        until: String::new(),
        shorter: String::new(),
        words: decision.words.clone(),
        adopted: decision.adopted,
        lines: lines(&decision.lines),
        sha256: digest(&decision.lines),
    });
    let reports = consult.reports.iter();
    let reports = reports.map(|own| ReportOut { day: own.day.to_string(), done: own.done, words: own.words.clone() });
    let points =
        numbered(consult).filter_map(|(number, _)| point_line(consult, number, behind.get(&number).copied().unwrap_or_default()));
    ConsultOut {
        number: consult.number,
        stage: consult.stage.code().to_owned(),
        round: consult.round(),
        title: plan.title.clone(),
        question: plan.question.clone(),
        office: plan.office.clone(),
        place: plan.place.clone(),
        theme: plan.theme.clone(),
        until: consult.until.to_string(),
        voices: counts.all(),
        unsorted: counts.unsorted,
        points: points.collect(),
        drafts: consult.drafts.iter().map(draft).collect(),
        decisions: decided.collect(),
        reports: reports.collect(),
    }
}

fn cursor(query: &Fields) -> Result<Option<i64>, Problem> {
    match query.get("cursor") {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Problem::bad("cursor_broken")),
    }
}

/// Lists them, the newest first.
pub(super) async fn list(State(app): State<App>, headers: HeaderMap, Query(query): Query) -> Result<Response, Problem> {
    let (site, before) = (app.hall.site.clone(), cursor(&query)?);
    let read = app.hall.store.read(move |tx| {
        let mut items = Vec::new();
        for row in list::newest(tx, &site, before)? {
            let id = row.consult.id;
            items.push(out(&row.consult, &list::counts(tx, &site, id)?, &list::behind(tx, &site, id)?));
        }
        Ok::<_, Fault>(items)
    });
    let items = read.await?;
    let next = items.last().filter(|_| items.len() as i64 == list::CONSULTS_MAX).map(|last| last.number.to_string());
    let page = Paged { items, next };
    let mark = etag::mark(0, &page);
    Ok(etag::answer(&headers, &mark, Json(page)))
}

/// Shows one.
pub(super) async fn show(State(app): State<App>, headers: HeaderMap, Path(number): Path<i64>) -> Result<Response, Problem> {
    let site = app.hall.site.clone();
    let read = app.hall.store.read(move |tx| {
        let Some(row) = list::by_number(tx, &site, number)? else { return Ok(None) };
        let id = row.consult.id;
        Ok::<_, Fault>(Some(out(&row.consult, &list::counts(tx, &site, id)?, &list::behind(tx, &site, id)?)))
    });
    let told = read.await?.ok_or(Problem::Absent)?;
    let mark = etag::mark(0, &told);
    Ok(etag::answer(&headers, &mark, Json(told)))
}

/// Shows a point with the words behind it. Of a post of the board nothing is told here: it may be hidden there.
pub(super) async fn point(
    State(app): State<App>,
    headers: HeaderMap,
    Path((number, point)): Path<(i64, u32)>,
    Query(query): Query,
) -> Result<Response, Problem> {
    let (site, after) = (app.hall.site.clone(), cursor(&query)?.unwrap_or_default());
    let read = app.hall.store.read(move |tx| {
        let Some(row) = list::by_number(tx, &site, number)? else { return Ok(None) };
        let behind = list::behind(tx, &site, row.consult.id)?;
        let rows = list::of_point(tx, &site, (row.consult.id, point, after))?;
        let next = rows.last().filter(|_| rows.len() as i64 == list::VOICES_MAX).map(|last| last.seq.to_string());
        let said = rows.iter().filter_map(|row| row.voice.as_ref()).filter(|voice| voice.said.post.is_none());
        let voices = said.map(|voice| VoiceOut {
            words: voice.said.words.clone(),
            way: voice.said.way.code().to_owned(),
            day: voice.said.day.to_string(),
        });
        let line = point_line(&row.consult, point, behind.get(&point).copied().unwrap_or_default());
        Ok::<_, Fault>(line.map(|point| PointOut { point, voices: voices.collect(), next }))
    });
    let told = read.await?.ok_or(Problem::Absent)?;
    let mark = etag::mark(0, &told);
    Ok(etag::answer(&headers, &mark, Json(told)))
}

/// Speaks. The same words sent again under their key get the same answer with 200; others under that key are 409.
pub(super) async fn voice(
    State(app): State<App>,
    visit: Visit,
    Path(number): Path<i64>,
    headers: HeaderMap,
    Body(new): Body<NewVoice>,
) -> Result<Response, Problem> {
    let site = app.hall.site.clone();
    let row = app.hall.store.read(move |tx| list::by_number(tx, &site, number)).await?.ok_or(Problem::Absent)?;
    let typed = forum::words::Typed { text: new.words.clone(), ..forum::words::Typed::default() };
    let new = New {
        consult: row.consult.id,
        way: Way::Web,
        words: new.words,
        day: None,
        present: 0,
        mobile: new.mobile,
        language: visit.lang.tag().to_owned(),
        submit_key: submit(key(&headers)?),
        source: None,
        accuses: accuses(&app, &typed),
    };
    let done = take(&app, &visit, new).await?;
    let status = if done.repeated { StatusCode::OK } else { StatusCode::CREATED };
    let code = done.pass.map(|pass| pass.shown()).unwrap_or_default();
    Ok((status, Json(Gave { words: done.voice.said.words, number: done.voice.said.seq, code })).into_response())
}
