//! The working calendar: the years that are known, and loading a further one, first as a preview of what it changes.

use std::sync::Arc;

use appeals::tick::{self, Shift};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::directory::{CalendarYear, Entry};
use civic::refusal::{No, Refusal};
use jiff::civil::Date;
use maud::{Markup, html};
use worktime::{Calendar, YEARS, Year, YearError};

use super::Administrator;
use super::set::{put, wrong};
use crate::desk::frame::{Desk, done};
use crate::error::Problem;
use crate::extract::{Fields, Upload};
use crate::kit::Tone;
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, Input, field};
use crate::kit::notice::notice;
use crate::kit::table::{Table, table};
use crate::link;

/// Largest calendar file, in bytes.
const FILE_BYTES_MAX: usize = 64 * 1024;
/// Years ahead of which a notice can be out: it comes in autumn, for the year that follows.
const YEARS_AHEAD_MAX: i16 = 2;
/// Changed dates shown in the preview.
const SHIFTS_SHOWN_MAX: usize = 20;
/// Open matters that a preview looks at, the oldest first; beyond them it says how far it looked.
const PREVIEW_MATTERS_MAX: usize = 20_000;

/// Shows the calendar.
pub async fn show(Administrator(desk): Administrator) -> Response {
    draw(&desk, (&Fields::default(), &Errors::default()), &html! {})
}

/// Previews a year, or loads it once it was confirmed.
pub async fn load(Administrator(desk): Administrator, upload: Upload) -> Result<Response, Problem> {
    upload.whole()?;
    let text = text_of(&upload);
    let typed = upload.files.is_empty() && !upload.fields.has("text");
    let fields = upload.fields;
    let answer = match read(&text, (&fields, typed), desk.app.today()) {
        Ok(year) if fields.has("confirm") => match keep(&desk, year, text).await {
            Ok(()) => return Ok(done(link::ADMIN_CALENDAR, "saved")),
            Err(no) => Err(no),
        },
        Ok(year) => preview(&desk, year, &text).await,
        Err(refusal) => Err(refusal.into()),
    };
    match answer {
        Ok(preview) => Ok(draw(&desk, (&fields, &Errors::default()), &preview)),
        Err(no) => {
            let errors = wrong(desk.lang(), no)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, draw(&desk, (&fields, &errors), &html! {})).into_response())
        }
    }
}

/// Takes the file, else writes one from the form.
fn text_of(upload: &Upload) -> String {
    if let Some(file) = upload.files.first().filter(|file| file.bytes.len() <= FILE_BYTES_MAX) {
        return String::from_utf8_lossy(&file.bytes).into_owned();
    }
    let fields = &upload.fields;
    if fields.has("text") {
        return fields.get("text").to_owned();
    }
    let list = |name: &str| {
        let days: Vec<String> = fields.get(name).split_whitespace().map(|day| toml_text(&day.replace('至', "/"))).collect();
        format!("[{}]", days.join(", "))
    };
    format!(
        "year = {}\nsource = {}\nverified = \"local\"\noff = {}\nwork = {}\n",
        fields.get("year"),
        toml_text(fields.get("source")),
        list("off"),
        list("work")
    )
}

/// Quotes a text for the file.
fn toml_text(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', " "))
}

/// Reads a year, and names the field that is wrong: of the form, or the file.
fn read(text: &str, (fields, typed): (&Fields, bool), today: Date) -> Result<Year, Refusal> {
    let at =
        |own: &'static str, refusal: Refusal| refusal.with("field", if typed { own } else { "files" }).instead("correct_field");
    if typed && fields.get("year").parse::<i16>().is_err() {
        return Err(at("year", Refusal::new("calendar_year_number")));
    }
    let last = today.year() + YEARS_AHEAD_MAX;
    let far = || at("year", Refusal::new("calendar_year_far").with("first", YEARS.start()).with("last", last));
    match Year::parse(text) {
        Ok(year) if year.year > last => Err(far()),
        Ok(year) => Ok(year),
        Err(YearError::Year(_)) => Err(far()),
        Err(YearError::Day(span)) => {
            let own = if fields.get("off").replace('至', "/").contains(&span) { "off" } else { "work" };
            Err(at(own, Refusal::new("calendar_day").with("day", span)))
        }
        Err(YearError::Worked(day)) => Err(at("work", Refusal::new("calendar_worked").with("day", day))),
        Err(error) => Err(at("off", Refusal::new("calendar_file").with("why", error))),
    }
}

async fn keep(desk: &Desk, year: Year, text: String) -> Result<(), No> {
    let who = desk.staff.who();
    desk.write(move |tx, site, (now, chance)| {
        let entry = Entry::Calendar(CalendarYear { year: year.year, text });
        put(tx, site, (now, chance), &who, (&entry, "loaded"))?;
        tick::tick(tx, site, now)?;
        Ok(())
    })
    .await
}

/// Is what a preview counted.
#[derive(Default)]
struct Counted {
    /// Dates that would move.
    count: usize,
    /// Open matters looked at.
    looked: usize,
    /// True where that was all of them.
    whole: bool,
    /// The first dates.
    first: Vec<Shift>,
}

/// Counts what would move, a page at a time, as far as [`PREVIEW_MATTERS_MAX`].
async fn shifts(desk: &Desk, calendar: Calendar) -> Result<Counted, No> {
    let (calendar, mut counted, mut from) = (Arc::new(calendar), Counted::default(), String::new());
    while counted.looked < PREVIEW_MATTERS_MAX {
        let (under, after) = (Arc::clone(&calendar), from);
        let page = desk.read(move |tx, site, now| tick::preview(tx, site, (&under, site.day(now)), &after)).await?;
        counted.count += page.shifts.len();
        counted.looked += page.looked;
        let room = SHIFTS_SHOWN_MAX - counted.first.len();
        counted.first.extend(page.shifts.into_iter().take(room));
        let Some(next) = page.next else {
            counted.whole = true;
            break;
        };
        from = next;
    }
    Ok(counted)
}

/// Shows what loading the year would change.
async fn preview(desk: &Desk, year: Year, text: &str) -> Result<Markup, No> {
    let lang = desk.lang();
    let number = year.year;
    let before = desk.app.hall.site.calendar();
    let mut after = Calendar::clone(&before);
    after.add(year);
    let (old, new) = (before.working_days(number), after.working_days(number));
    let Counted { count, looked, whole, first } = shifts(desk, after).await?;
    let days = [("year", i64::from(number).to_string().into()), ("old", old.into()), ("new", new.into())];
    Ok(html! {
        section.preview {
            h2 { (lang.say("calendar-preview", &[("year", i64::from(number).to_string().into())])) }
            p { (lang.say("calendar-days", &days)) }
            @if whole {
                p { (lang.say("calendar-shifts", &[("count", count.into())])) }
            } @else {
                p { (lang.say("calendar-shifts-more", &[("count", count.into()), ("looked", looked.into())])) }
            }
            @if !first.is_empty() {
                ul { @for shift in &first { li { (shift.number) " · " (shift.before) " → " (shift.after) } } }
            }
            form method="post" action=(link::ADMIN_CALENDAR) {
                input type="hidden" name="text" value=(text);
                div.acts { button name="confirm" value="1" { (lang.t("calendar-confirm")) } }
            }
        }
    })
}

fn draw(desk: &Desk, (typed, errors): (&Fields, &Errors), preview: &Markup) -> Response {
    let lang = desk.lang();
    let calendar = desk.app.hall.site.calendar();
    let row = |year: &Year| {
        vec![
            html! { (year.year) },
            html! { (calendar.working_days(year.year)) },
            html! { (year.off.len()) },
            html! { (year.work.len()) },
            html! { (year.source) @if year.unsure { " " span.unsure { (lang.t("unsure")) } } },
        ]
    };
    let heads = ["calendar-year", "calendar-working", "calendar-off", "calendar-work", "calendar-source"];
    let list = Table {
        caption: lang.t("admin-calendar"),
        heads: heads.map(|key| lang.t(key)).to_vec(),
        rows: calendar.years().map(row).collect(),
    };
    let line = |name: &'static str, key: &str| Field { name, label: lang.t(key), ..Field::default() };
    let area = |name: &'static str, key: &str, hint: &str| Field { hint: lang.t(hint), input: Input::Area(4), ..line(name, key) };
    let file =
        Field { hint: lang.t("calendar-file-hint"), input: Input::Files, accept: ".toml", ..line("files", "calendar-file") };
    let fields = [
        Field { input: Input::Digits, ..line("year", "calendar-year") },
        line("source", "calendar-source"),
        area("off", "calendar-off", "calendar-off-hint"),
        area("work", "calendar-work", "calendar-work-hint"),
        file,
    ];
    let body = html! {
        h1 { (lang.t("admin-calendar")) }
        (notice(Tone::Plain, &lang.t("calendar-notice"), &html! { p { (lang.t("calendar-notice-why")) } }))
        (table(&list))
        (preview)
        h2 { (lang.t("calendar-load")) }
        (summary(lang, errors))
        form method="post" action=(link::ADMIN_CALENDAR) enctype="multipart/form-data" {
            @for one in &fields { (field(lang, one, typed, errors)) }
            div.acts { button { (lang.t("calendar-look")) } a.button.second href=(link::ADMIN) { (lang.t("back")) } }
        }
    };
    desk.page(&lang.t("admin-calendar"), &body)
}
