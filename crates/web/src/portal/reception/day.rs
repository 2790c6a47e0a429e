//! One reception day: what is published of it, the number that is called now, the form that books it, what was promised and what came of it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::session;
use db::Fault;
use maud::{Markup, html};
use oversight::reception::store::DayRow;
use oversight::reception::{Held, book, list};
use uuid::Uuid;

use super::book::{person_fields, slot_options};
use super::draw::{facts, promises};
use crate::app::App;
use crate::error::Problem;
use crate::extract::{Fields, Path};
use crate::kit::Tone;
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, select};
use crate::kit::notice::notice;
use crate::kit::shell::{FORM, Filled, Page};
use crate::link;
use crate::visit::Visit;
use crate::words::Lang;

/// Shows it.
pub async fn show(State(app): State<App>, visit: Visit, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    let mut typed = Fields::default();
    typed.set("submit_key", session::token(&mut app.chance()));
    draw(&app, &visit, id, (&typed, &Errors::default())).await
}

/// Draws it, with what was typed and what is wrong.
pub async fn draw(app: &App, visit: &Visit, id: Uuid, (typed, errors): (&Fields, &Errors)) -> Result<Response, Problem> {
    let lang = visit.lang;
    let (site, now) = (app.hall.site.clone(), app.now());
    let read = app.hall.store.read(move |tx| {
        let Some(row) = list::day(tx, &site, id)? else { return Ok(None) };
        let free = book::free(tx, &site, now, &row.day)?;
        Ok::<_, Fault>(Some((row, free, list::counts(tx, &site, id)?)))
    });
    let (row, free, counts) = read.await?.ok_or(Problem::Absent)?;
    let (shown, today) = (&row.day, app.today());
    let open = shown.held == Held::Planned && shown.plan.date >= today && (!free.is_empty() || shown.plan.date > today);
    let title = lang.say("day-title", &[("name", shown.plan.name.clone().into()), ("post", shown.plan.post.clone().into())]);
    let body = html! {
        h1 { (title) }
        @if shown.held == Held::Cancelled { (notice(Tone::Late, &lang.t("day-off"), &html! { p { (shown.reason) } p { a href=(link::DAYS) { (lang.t("day-other")) } } })) }
        (now_called(lang, (&row, today == shown.plan.date), counts))
        (facts(app, lang, shown))
        @if shown.held == Held::Posted { section { h2 { (lang.t("day-result")) } p.quiet { (lang.say("day-received", &[("count", i64::from(shown.received).into())])) } div.words { (shown.result) } } }
        @if !shown.promises.is_empty() { section { h2 { (lang.t("day-promised")) } (promises(app, lang, &shown.promises)) } }
        @if open {
            h2 #book { (lang.t("day-book")) }
            @if free.is_empty() { p { (lang.say("day-wait", &[("count", counts.waiting.into())])) } }
            (summary(lang, errors))
            (form(lang, (&row, &free), (typed, errors)))
        }
        p { a href=(link::DAYS) { (lang.t("day-back")) } " · " a href=(link::DAYS_OWN) { (lang.t("days-own")) } }
    };
    let page = Page::new(visit, &title);
    let page = if open { page.form(Filled { to: link::reception_day(id), files: false }) } else { page };
    let answer = page.show(&body);
    Ok(if errors.is_empty() { answer } else { (StatusCode::UNPROCESSABLE_ENTITY, answer).into_response() })
}

/// Says on the day itself which number is called, and how many wait.
fn now_called(lang: Lang, (row, today): (&DayRow, bool), counts: list::Counts) -> Markup {
    html! {
        @if today && row.day.held == Held::Planned {
            section.slip {
                h2 { (lang.t("day-now")) }
                @if row.called > 0 { p.big-number { (lang.say("day-called", &[("number", row.called.into())])) } }
                @else { p { (lang.t("day-called-none")) } }
                p.quiet { (lang.say("day-present", &[("count", counts.present.into()), ("heard", counts.heard.into())])) }
            }
        }
    }
}

fn form(lang: Lang, (row, free): (&DayRow, &[u16]), (typed, errors): (&Fields, &Errors)) -> Markup {
    let slot = Field { name: "slot", label: lang.t("day-slot"), depends: true, ..Field::default() };
    html! {
        form id=(FORM) method="post" action=(link::reception_day(row.day.id)) data-once="" {
            input type="hidden" name="submit_key" value=(typed.get("submit_key"));
            @if !free.is_empty() { (select(lang, &slot, &slot_options(lang, &row.day.plan, free), typed, errors)) }
            (person_fields(lang, (typed, errors)))
            p.hint { (lang.t("day-guarded")) " " a href=(link::FILE) { (lang.t("day-guarded-go")) } }
            div.acts { button { (lang.t(if free.is_empty() { "day-queue" } else { "day-book-go" })) } }
        }
    }
}
