//! The schedule for calendars (iCalendar, RFC 5545): the whole, and of one office. What has not changed is not sent again.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use jiff::ToSpan;
use oversight::reception::ics::{Shown, calendar};
use oversight::reception::list;

use crate::api::etag;
use crate::app::App;
use crate::error::Problem;
use crate::extract::Path;
use crate::link;
use crate::visit::Visit;

/// How far back a calendar goes, in days: what was called off yesterday is still told.
const BACK_DAYS: i64 = 60;

/// Tells of every day.
pub async fn whole(State(app): State<App>, visit: Visit, headers: HeaderMap) -> Result<Response, Problem> {
    tell(&app, &visit, (None, visit.lang.t("days-title")), &headers).await
}

/// Tells of the days of one office.
pub async fn of_office(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let directory = app.hall.site.directory();
    let office = name.strip_suffix(".ics").and_then(|code| directory.offices.get(code)).ok_or(Problem::Absent)?;
    let title = format!("{} · {}", visit.lang.t("days-title"), visit.lang.pick(&office.name, &office.name_en));
    tell(&app, &visit, (Some(office.code.clone()), title), &headers).await
}

async fn tell(
    app: &App,
    visit: &Visit,
    (office, title): (Option<String>, String),
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let (site, lang) = (app.hall.site.clone(), visit.lang);
    let from = app.today().checked_sub(BACK_DAYS.days()).unwrap_or_else(|_| app.today());
    let rows = app.hall.store.read(move |tx| list::coming(tx, &site, from)).await?;
    let (site, directory) = (&app.hall.site, app.hall.site.directory());
    let own = rows.iter().map(|row| &row.day).filter(|day| office.as_ref().is_none_or(|office| day.plan.office == *office));
    let shown: Vec<Shown<'_>> = own
        .map(|day| {
            let plan = &day.plan;
            let place = directory.places.get(&plan.place).map(|place| lang.pick(&place.name, &place.name_en)).unwrap_or_default();
            Shown {
                day,
                title: lang.say("day-title", &[("name", plan.name.clone().into()), ("post", plan.post.clone().into())]),
                words: [plan.duty.as_str(), day.reason.as_str()].join("\n").trim().to_owned(),
                place: format!("{place} {}", plan.venue),
                address: format!("{}{}", visit.base, link::reception_day(day.id)),
            }
        })
        .collect();
    let host = site.origin.split('/').next().unwrap_or(&site.origin);
    let text = calendar(site, (&title, host), &shown);
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("text/calendar; charset=utf-8"))];
    let mark = etag::mark(shown.len() as i64, &text);
    Ok(etag::answer(headers, &mark, (kind, text).into_response()))
}
