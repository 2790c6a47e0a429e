//! Open data: places, offices, subjects, terms with their clauses, figures. No key, no session, nothing of anybody.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::etag;
use crate::app::App;
use crate::error::Problem;
use crate::extract::{Fields, Path, Query};
use crate::portal::sheet;
use crate::take::{self, Figures};
use crate::visit::Visit;
use crate::words::Lang;

/// Items of one page where nothing is asked for.
const COUNT_USUAL: usize = 100;
/// Items of one page at most.
pub(super) const COUNT_MAX: usize = 500;

/// Names of the figures.
pub(super) const SHEETS: [&str; 4] = ["offices", "levels", "places", "categories"];

/// A place.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PlaceRow {
    /// Its code.
    code: String,
    /// Its name, in the language asked for.
    name: String,
    /// Code of the place above; `null` for the highest.
    above: Option<String>,
    /// County, town, village or grid, by code.
    level: String,
}

/// An office.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OfficeRow {
    /// Its code.
    code: String,
    /// Its name, in the language asked for.
    name: String,
    /// Code of the place it serves.
    place: String,
    /// Code of the office above it, which decides reviews.
    above: Option<String>,
    /// Telephone for residents.
    phone: String,
    /// Address for residents.
    address: String,
    /// Hours for residents.
    hours: String,
}

/// A subject of matters: a category, or a topic below one.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SubjectRow {
    /// Its code; the first two digits are the category.
    code: String,
    /// Its name, in the language asked for.
    name: String,
}

/// A term with its source.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TermRow {
    /// Its id.
    id: String,
    /// What it is, in the language asked for.
    name: String,
    /// How many.
    value: u32,
    /// Of what, by code.
    unit: String,
    /// What starts it, by code.
    start: String,
    /// Where it stands: the instrument.
    instrument: String,
    /// Where it stands: the article.
    article: String,
    /// `yes`, `local`, `default`, or `check` while somebody still has to read the original.
    verified: String,
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Paged<T> {
    /// The rows, in the order of their codes.
    pub(super) items: Vec<T>,
    /// Goes into `cursor` of the next question; `null` at the end.
    pub(super) next: Option<String>,
}

/// Reads how many rows are asked for.
pub(super) fn count(query: &Fields) -> Result<usize, Problem> {
    match query.get("limit") {
        "" => Ok(COUNT_USUAL),
        text => text.parse().ok().filter(|count| (1..=COUNT_MAX).contains(count)).ok_or_else(|| Problem::bad("limit_broken")),
    }
}

/// Returns the code under which data and journal write a word.
fn coded(word: &impl Serialize) -> String {
    serde_json::to_value(word).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Cuts a page behind a code out of rows in the order of their codes.
fn page<R, T: Serialize>(
    headers: &HeaderMap,
    query: &Fields,
    rows: impl Iterator<Item = (String, R)>,
    write: impl Fn(R) -> T,
) -> Result<Response, Problem> {
    let (count, behind) = (count(query)?, query.get("cursor"));
    let mut rows: Vec<(String, R)> = rows.filter(|(code, _)| code.as_str() > behind).take(count + 1).collect();
    let more = rows.len() > count;
    rows.truncate(count);
    let next = rows.last().filter(|_| more).map(|(code, _)| code.clone());
    let page = Paged { items: rows.into_iter().map(|(_, row)| write(row)).collect(), next };
    let mark = etag::mark(0, &page);
    Ok(etag::answer(headers, &mark, Json(page)))
}

/// Lists the places that take matters.
pub(super) async fn places(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    Query(query): Query,
) -> Result<Response, Problem> {
    let (lang, directory) = (visit.lang, app.hall.site.directory());
    let rows = directory.places.values().filter(|place| place.merged_into.is_none()).map(|place| (place.code.clone(), place));
    page(&headers, &query, rows, |place| PlaceRow {
        code: place.code.clone(),
        name: lang.pick(&place.name, &place.name_en).to_owned(),
        above: place.parent.clone(),
        level: coded(&place.level),
    })
}

/// Lists the offices at work.
pub(super) async fn offices(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    Query(query): Query,
) -> Result<Response, Problem> {
    let (lang, directory) = (visit.lang, app.hall.site.directory());
    let rows = directory.offices.values().filter(|office| office.successor.is_none()).map(|office| (office.code.clone(), office));
    page(&headers, &query, rows, |office| OfficeRow {
        code: office.code.clone(),
        name: lang.pick(&office.name, &office.name_en).to_owned(),
        place: office.place.clone(),
        above: office.superior.clone(),
        phone: office.phone.clone(),
        address: office.address.clone(),
        hours: office.hours.clone(),
    })
}

/// Lists categories and topics.
pub(super) async fn subjects(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    Query(query): Query,
) -> Result<Response, Problem> {
    let (lang, rules) = (visit.lang, app.hall.site.rules());
    let categories = rules.categories().map(|row| (row.code.clone(), (&row.zh, &row.en)));
    let topics = rules.topics().map(|row| (row.code.clone(), (&row.zh, &row.en)));
    let mut rows: Vec<_> = categories.chain(topics).collect();
    rows.sort_by(|one, other| one.0.cmp(&other.0));
    page(&headers, &query, rows.into_iter().map(|(code, names)| (code.clone(), (code, names))), |(code, (zh, en))| SubjectRow {
        code,
        name: lang.pick(zh, en).to_owned(),
    })
}

/// Lists the terms, each with where it stands.
pub(super) async fn terms(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    Query(query): Query,
) -> Result<Response, Problem> {
    let (lang, rules) = (visit.lang, app.hall.site.rules());
    let mut rows: Vec<_> = rules.terms().map(|rule| (rule.id.clone(), rule)).collect();
    rows.sort_by(|one, other| one.0.cmp(&other.0));
    page(&headers, &query, rows.into_iter(), |rule| TermRow {
        id: rule.id.clone(),
        name: lang.pick(&rule.zh, &rule.en).to_owned(),
        value: rule.value,
        unit: coded(&rule.unit),
        start: rule.start.clone(),
        instrument: if lang == Lang::En {
            rules.english_name(&rule.instrument).unwrap_or(&rule.instrument)
        } else {
            &rule.instrument
        }
        .to_owned(),
        article: rule.article.clone(),
        verified: rule.verified.clone(),
    })
}

/// Tells figures: exact ones about offices, rounded ones about people, as on the pages.
pub(super) async fn figures(
    State(app): State<App>,
    visit: Visit,
    Path(name): Path<String>,
    headers: HeaderMap,
    Query(query): Query,
) -> Result<Response, Problem> {
    let sheet = sheet(&app, visit.lang, (&name, query.get("month"))).await?;
    let told: Figures = take::figures(&sheet);
    let mark = etag::mark(0, &told);
    Ok(etag::answer(&headers, &mark, Json(told)))
}
