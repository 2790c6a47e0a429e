//! One question at the desk: the next thing to do first, then points and everything else that can be done.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::permit::Act;
use civic::refusal::Refusal;
use db::Fault;
use insight::consult::ask::subject;
use insight::consult::decide::numbered;
use insight::consult::list::{self, Counts};
use insight::consult::store::VoiceRow;
use insight::consult::{Consultation, Stage};
use jiff::civil::Date;
use maud::{Markup, html};

use super::forms::{self, Form};
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::{Fields, Path};
use crate::kit::errors::{Errors, summary};
use crate::link;
use crate::portal::consult::{outcome, stage_chip};
use crate::words::day;

/// Voices that are sorted at once.
const AT_ONCE_MAX: i64 = 10;

/// Is what the page shows.
pub(super) struct Seen {
    /// The question.
    pub consult: Consultation,
    /// Voices by where they stand.
    pub counts: Counts,
    /// Voices behind each point.
    pub behind: BTreeMap<u32, i64>,
    /// The next voices that stand nowhere.
    pub waiting: Vec<VoiceRow>,
}

/// Shows it.
pub async fn show(desk: Desk, Path(number): Path<i64>) -> Result<Response, Problem> {
    draw(&desk, number, (&Fields::default(), &Errors::default())).await
}

/// Finds a question of the own office. That of others is public, and no desk of ours.
pub(super) async fn find(desk: &Desk, number: i64) -> Result<Seen, Problem> {
    let read = desk.read(move |tx, site, _| {
        let Some(row) = list::by_number(tx, site, number)? else { return Ok(None) };
        let id = row.consult.id;
        Ok::<_, Fault>(Some(Seen {
            counts: list::counts(tx, site, id)?,
            behind: list::behind(tx, site, id)?,
            waiting: list::unsorted(tx, site, (id, AT_ONCE_MAX))?,
            consult: row.consult,
        }))
    });
    let seen = read.await?.ok_or(Problem::Absent)?;
    desk.permit(Act::KeepConsultation, &subject(&seen.consult.plan.office))?;
    Ok(seen)
}

/// Draws it, with what was typed and what is wrong.
pub(super) async fn draw(desk: &Desk, number: i64, (typed, errors): (&Fields, &Errors)) -> Result<Response, Problem> {
    let seen = find(desk, number).await?;
    let (lang, shown, today) = (desk.lang(), &seen.consult, desk.app.today());
    let form = Form { desk, seen: &seen, typed, errors };
    let decides = desk.permit(Act::DecideConsultation, &subject(&shown.plan.office)).map(drop);
    let body = html! {
        h1 { (shown.plan.title) }
        p { (stage_chip(lang, (shown, today))) " " (lang.say("consult-until", &[("day", day(lang, shown.until).into())])) " · " a href=(link::consult(number)) { (lang.t("desk-days-public")) } " · " a href=(link::consult_record(number)) { (lang.t("consult-record")) } }
        p.quiet { (lang.say("consult-counts", &[("all", seen.counts.all().into()), ("sorted", seen.counts.sorted.into()), ("unsorted", seen.counts.unsorted.into())])) }
        (summary(lang, errors))
        (next(&form, decides.as_ref(), today))
        (points(&form))
        (others(&form, decides.is_ok(), today))
    };
    let page = desk.page(&shown.plan.title, &body);
    Ok(if errors.is_empty() { page } else { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() })
}

/// Finds the first point with voices behind it that has no answer.
fn unanswered(seen: &Seen) -> Option<u32> {
    let mut open = numbered(&seen.consult).filter(|(number, point)| seen.behind.contains_key(number) && point.answers.is_empty());
    open.next().map(|(number, _)| number)
}

/// Draws what has to be done now.
fn next(form: &Form<'_>, decides: Result<&(), &Refusal>, today: Date) -> Markup {
    let (lang, shown, seen) = (form.desk.lang(), &form.seen.consult, form.seen);
    let over = shown.until < today;
    html! {
        section.slip {
            @if !shown.stage.is_open() {
                @match shown.stage {
                    Stage::Decided => { h2 { (lang.t("desk-next-report")) } (forms::report(form)) }
                    Stage::Done => { h2 { (lang.t("desk-next-done")) } p { (lang.t("desk-next-done-why")) } }
                    _ => { h2 { (lang.t("desk-next-stopped")) } }
                }
            } @else if seen.counts.unsorted > 0 {
                h2 { (lang.say("desk-next-sort", &[("count", seen.counts.unsorted.into())])) }
                (forms::sort(form))
            } @else if let Some(number) = unanswered(seen) {
                h2 { (lang.say("desk-next-answer", &[("number", number.into())])) }
                (forms::answer(form, (number, "next")))
            } @else if !over {
                h2 { (lang.say("desk-next-wait", &[("day", day(lang, shown.until).into())])) }
                p { (lang.t("desk-next-wait-why")) }
            } @else if decides.is_err() {
                h2 { (lang.t("desk-next-head")) }
            } @else if shown.stage == Stage::Commenting {
                h2 { (lang.t("desk-next-decide")) }
                (forms::decide(form))
                details open[form.typed.get("act") == "draft"] { summary { (lang.t("desk-consult-redraft")) } (forms::draft(form)) }
            } @else {
                h2 { (lang.t("desk-next-draft")) }
                (forms::draft(form))
            }
        }
    }
}

/// Draws the points with the forms that answer them and call them otherwise.
fn points(form: &Form<'_>) -> Markup {
    let (lang, shown, seen) = (form.desk.lang(), &form.seen.consult, form.seen);
    html! {
        h2 { (lang.t("consult-points")) }
        @if shown.points.is_empty() { p.quiet { (lang.t("desk-points-none")) } }
        ol.finds {
            @for (number, point) in numbered(shown) {
                @let many = seen.behind.get(&number).copied().unwrap_or_default();
                li id={ "point-" (number) } {
                    p { strong { (lang.say("point-number", &[("number", number.into())])) " " (point.title) } " " (outcome(lang, point.answer())) }
                    p { a href=(link::consult_point(shown.number, number)) { (lang.say("point-behind", &[("count", many.into())])) } }
                    @if let Some(answer) = point.answer() { p.words { (answer.words) } }
                    @if shown.stage.is_open() {
                        details { summary { (lang.t(if point.answers.is_empty() { "desk-point-answer" } else { "desk-point-again" })) } (forms::answer(form, (number, "list"))) }
                        details { summary { (lang.t("desk-point-rename")) } (forms::point(form, Some((number, &point.title)))) }
                    }
                }
            }
        }
        @if shown.stage.is_open() { details open[form.typed.get("act") == "point"] { summary { (lang.t("desk-point-new")) } (forms::point(form, None)) } }
    }
}

/// Draws everything else that can be done now, folded away.
fn others(form: &Form<'_>, decides: bool, today: Date) -> Markup {
    let (lang, shown) = (form.desk.lang(), &form.seen.consult);
    let open = |act: &str| form.typed.get("act") == act;
    html! {
        h2 { (lang.t("desk-consult-more")) }
        @if shown.stage.is_open() {
            p { a href=(link::desk_consult_voices(shown.number)) { (lang.t("desk-consult-type")) } }
            details open[open("post")] { summary { (lang.t("desk-consult-post")) } (forms::post(form)) }
            @if shown.until >= today || form.seen.counts.all() == 0 { details open[open("prolong")] { summary { (lang.t("desk-consult-prolong")) } (forms::prolong(form)) } }
            @if decides { details open[open("stop")] { summary { (lang.t("desk-consult-stop")) } (forms::stop(form)) } }
        } @else if decides && shown.stage != Stage::Stopped {
            details open[open("again")] { summary { (lang.t("desk-consult-again")) } (forms::again(form)) }
        } @else { p.quiet { (lang.t("desk-consult-nothing")) } }
    }
}
