//! Reception days for programs: the schedule, one day, and booking a time, as the pages take it.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use civic::refusal::Refusal;
use db::Fault;
use jiff::civil::Date;
use oversight::reception::book::{self, New};
use oversight::reception::booking::{Person, Way};
use oversight::reception::store::DayRow;
use oversight::reception::{Held, list};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::again::key;
use super::body::Body;
use super::etag;
use super::open::Paged;
use super::posts::submit;
use crate::app::App;
use crate::error::Problem;
use crate::extract::{Path, Query};
use crate::portal::forum::accuses;
use crate::portal::reception::{clock, take};
use crate::visit::Visit;

/// A reception day of a leader.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DayOut {
    /// Its id, which stays.
    id: String,
    /// Its short number on this site, by which it is booked by short message.
    number: i64,
    /// `planned`, `cancelled` (with `reason`) or `posted` (with `result`).
    standing: String,
    /// The leader's name.
    name: String,
    /// The leader's post.
    post: String,
    /// What people may come about.
    duty: String,
    /// Code of the leader's office.
    office: String,
    /// Code of the place.
    place: String,
    /// The room, the yard.
    venue: String,
    /// The day.
    date: String,
    /// When it begins, `09:00`.
    begins: String,
    /// When it ends.
    ends: String,
    /// Minutes for each.
    minutes: u16,
    /// Times that are free and still to come: their numbers, from 1.
    free: Vec<u16>,
    /// Why the leader goes down to this place, a code of the list `going_down`; empty where the leader sits at home.
    going: String,
    /// Why it was called off.
    reason: String,
    /// What came of it.
    result: String,
    /// How many people were received, once that is posted.
    received: u32,
    /// What was promised there.
    promises: Vec<PromiseOut>,
}

/// Something that was promised on a reception day.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PromiseOut {
    /// What.
    words: String,
    /// Code of the office that does it.
    office: String,
    /// Until when.
    due: String,
    /// Whether it was kept.
    kept: bool,
}

/// A booking.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewBooking {
    /// The name the person wants to be called by.
    name: String,
    /// What it is about. Only those who receive read it.
    about: String,
    /// A mobile number for word about the booking alone.
    #[serde(default)]
    mobile: String,
    /// Number of a matter that it is about.
    #[serde(default)]
    number: String,
    /// The time, a number of `free`; none for the first that is free.
    #[serde(default)]
    slot: Option<u16>,
}

/// What became of a booking.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Booked {
    /// The number that is called out on the day.
    number: i64,
    /// When the person is expected, `09:15`; `null` while it waits for a time.
    begins: Option<String>,
    /// The code by which the booking is found again, on the page `/reception/own`. It is shown here only, and to the same request again.
    code: String,
}

fn out(row: &DayRow, free: Vec<u16>) -> DayOut {
    let (day, plan) = (&row.day, &row.day.plan);
    let promise = |own: &oversight::reception::day::Promise| PromiseOut {
        words: own.words.clone(),
        office: own.office.clone(),
        due: own.due.to_string(),
        kept: own.kept(),
    };
    DayOut {
        id: day.id.to_string(),
        number: day.number,
        standing: day.held.code().to_owned(),
        name: plan.name.clone(),
        post: plan.post.clone(),
        duty: plan.duty.clone(),
        office: plan.office.clone(),
        place: plan.place.clone(),
        venue: plan.venue.clone(),
        date: plan.date.to_string(),
        begins: clock(plan.from),
        ends: clock(plan.ends()),
        minutes: plan.minutes,
        free,
        going: plan.going.as_ref().map(|going| going.ground.clone()).unwrap_or_default(),
        reason: day.reason.clone(),
        result: day.result.clone(),
        received: day.received,
        promises: day.promises.iter().map(promise).collect(),
    }
}

/// Lists the days from one on, the next first; today where nothing is said.
pub(super) async fn days(State(app): State<App>, headers: HeaderMap, Query(query): Query) -> Result<Response, Problem> {
    let from: Date = match query.get("from") {
        "" => app.today(),
        text => text.parse().map_err(|_| Problem::bad("day_broken"))?,
    };
    let (site, now) = (app.hall.site.clone(), app.now());
    let read = app.hall.store.read(move |tx| {
        let mut items = Vec::new();
        for row in list::coming(tx, &site, from)? {
            let free = if row.day.held == Held::Planned { book::free(tx, &site, now, &row.day)? } else { Vec::new() };
            items.push(out(&row, free));
        }
        Ok::<_, Fault>(items)
    });
    let items = read.await?;
    // as many as one answer holds; the next question begins the day after the last
    let last = items.last().filter(|_| items.len() as i64 == list::DAYS_MAX).map(|last| last.date.clone());
    let page = Paged { items, next: last };
    let mark = etag::mark(0, &page);
    Ok(etag::answer(&headers, &mark, Json(page)))
}

/// Shows one day.
pub(super) async fn day(State(app): State<App>, headers: HeaderMap, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    let (site, now) = (app.hall.site.clone(), app.now());
    let read = app.hall.store.read(move |tx| {
        let Some(row) = list::day(tx, &site, id)? else { return Ok(None) };
        let free = if row.day.held == Held::Planned { book::free(tx, &site, now, &row.day)? } else { Vec::new() };
        Ok::<_, Fault>(Some(out(&row, free)))
    });
    let told = read.await?.ok_or(Problem::Absent)?;
    let mark = etag::mark(0, &told);
    Ok(etag::answer(&headers, &mark, Json(told)))
}

/// Books a time. The same one sent again under its key gets the same answer with 200; another one under that key is 409.
pub(super) async fn booking(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    Body(new): Body<NewBooking>,
) -> Result<Response, Problem> {
    let typed = forum::words::Typed { text: new.about.clone(), ..forum::words::Typed::default() };
    if accuses(&app, &typed) {
        return Err(Refusal::new("post_accuses").instead("post_accuse_guarded").into());
    }
    let person = Person {
        name: new.name,
        mobile: new.mobile,
        about: new.about,
        number: appeals::number::parse(&new.number).unwrap_or_default(),
        language: visit.lang.tag().to_owned(),
    };
    let new = New { day: id, slot: new.slot, way: Way::Web, person, submit_key: submit(key(&headers)?) };
    let done = take(&app, &visit, new).await?;
    let status = if done.repeated { StatusCode::OK } else { StatusCode::CREATED };
    let begins = done.booking.slot.map(|slot| clock(done.day.plan.begins(slot)));
    Ok((status, Json(Booked { number: done.booking.seq, begins, code: done.pass.shown() })).into_response())
}
