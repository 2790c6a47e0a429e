//! One question: how far it is, what was said in points, the draft, what was decided and carried out; and the form to speak.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::session;
use db::Fault;
use insight::consult::consultation::digest;
use insight::consult::decide::COMMENT;
use insight::consult::list::{self, Counts};
use insight::consult::speak::VOICE_CHARS_MAX;
use insight::consult::{Consultation, Stage};
use maud::{Markup, html};

use super::draw::{asked_by, ground_name, lines, owes, points, stage_chip};
use crate::app::App;
use crate::error::Problem;
use crate::extract::{Fields, Path};
use crate::kit::Tone;
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, Input, field};
use crate::kit::notice::notice;
use crate::kit::shell::{FORM, Filled, Page};
use crate::kit::steps::steps;
use crate::link;
use crate::visit::Visit;
use crate::words::{Lang, cite, day};

/// Is a question with what was counted of it.
pub struct Read {
    /// It.
    pub consult: Consultation,
    /// Voices by where they stand.
    pub counts: Counts,
    /// Voices behind each point.
    pub behind: BTreeMap<u32, i64>,
}

/// Reads one by its number.
pub async fn read(app: &App, number: i64) -> Result<Read, Problem> {
    let site = app.hall.site.clone();
    let read = app.hall.store.read(move |tx| {
        let Some(row) = list::by_number(tx, &site, number)? else { return Ok(None) };
        let (counts, behind) = (list::counts(tx, &site, row.consult.id)?, list::behind(tx, &site, row.consult.id)?);
        Ok::<_, Fault>(Some(Read { consult: row.consult, counts, behind }))
    });
    read.await?.ok_or(Problem::Absent)
}

/// Shows it.
pub async fn show(State(app): State<App>, visit: Visit, Path(number): Path<i64>) -> Result<Response, Problem> {
    let mut typed = Fields::default();
    typed.set("submit_key", session::token(&mut app.chance()));
    draw(&app, &visit, number, (&typed, &Errors::default())).await
}

/// Draws it, with what was typed and what is wrong.
pub async fn draw(app: &App, visit: &Visit, number: i64, (typed, errors): (&Fields, &Errors)) -> Result<Response, Problem> {
    let lang = visit.lang;
    let read = read(app, number).await?;
    let shown = &read.consult;
    let heard = shown.stage.is_open() && shown.until >= app.today();
    let body = html! {
        p.quiet { (asked_by(app, lang, shown)) }
        h1 { (shown.plan.title) }
        (progress(lang, shown))
        p { (stage_chip(lang, (shown, app.today()))) @if heard { " " strong { (lang.say("consult-until", &[("day", day(lang, shown.until).into())])) } } }
        (owes(app, lang, shown))
        @if let Some((reason, on)) = &shown.stopped { (notice(Tone::Plain, &lang.say("consult-stopped-on", &[("day", day(lang, *on).into())]), &html! { p { (reason) } })) }
        div.words { (shown.plan.question) }
        (rounds(lang, shown))
        @if heard {
            h2 #speak { (lang.t("consult-speak")) }
            (summary(lang, errors))
            (form(lang, shown, (typed, errors)))
        }
        (result(app, lang, shown))
        @if !shown.drafts.is_empty() { (drafts(app, lang, shown)) }
        (said(app, lang, &read))
        p.no-print { a href=(link::consult_record(number)) { (lang.t("consult-record")) } " · " a href=(link::CONSULT_OWN) { (lang.t("consult-own")) } " · " a href=(link::CONSULT) { (lang.t("consult-back")) } }
    };
    let page = Page::new(visit, &shown.plan.title);
    let page = if heard { page.form(Filled { to: link::consult(number), files: false }) } else { page };
    let answer = page.show(&body);
    Ok(if errors.is_empty() { answer } else { (StatusCode::UNPROCESSABLE_ENTITY, answer).into_response() })
}

fn progress(lang: Lang, shown: &Consultation) -> Markup {
    let at = match shown.stage {
        Stage::Gathering => 0,
        Stage::Commenting => 1,
        Stage::Decided => 2,
        Stage::Done => 3,
        Stage::Stopped => return html! {},
    };
    let titles: Vec<String> = [Stage::Gathering, Stage::Commenting, Stage::Decided, Stage::Done]
        .iter()
        .map(|stage| lang.code("consult-step", stage.code()))
        .collect();
    steps(lang, &titles, at)
}

/// Says why it goes round again, and why people got more time.
fn rounds(lang: Lang, shown: &Consultation) -> Markup {
    let round = shown.rounds.last();
    html! {
        @if let Some(round) = round.filter(|round| !round.why.is_empty()) {
            (notice(Tone::Way, &lang.say("consult-round", &[("number", shown.round().into()), ("day", day(lang, round.day).into())]), &html! { p { (round.why) } }))
        }
        @if !shown.longer.is_empty() { p.quiet { (lang.say("consult-longer", &[("reason", shown.longer.clone().into())])) } }
    }
}

fn form(lang: Lang, shown: &Consultation, (typed, errors): (&Fields, &Errors)) -> Markup {
    let hint = if shown.stage == Stage::Commenting { "voice-hint-draft" } else { "voice-hint" };
    let words = Field {
        name: "words",
        label: lang.t("voice-words"),
        hint: lang.t(hint),
        input: Input::Area(4),
        required: true,
        chars_max: VOICE_CHARS_MAX,
        ..Field::default()
    };
    let mobile = Field {
        name: "mobile",
        label: lang.t("voice-mobile"),
        hint: lang.t("voice-mobile-hint"),
        input: Input::Phone,
        complete: "tel",
        chars_max: 20,
        ..Field::default()
    };
    html! {
        form id=(FORM) method="post" action=(link::consult(shown.number)) data-once="" {
            input type="hidden" name="submit_key" value=(typed.get("submit_key"));
            (field(lang, &words, typed, errors))
            (field(lang, &mobile, typed, errors))
            div.acts { button { (lang.t("voice-send")) } }
        }
    }
}

/// Draws what was decided, and how far it is carried out.
fn result(app: &App, lang: Lang, shown: &Consultation) -> Markup {
    let Some(decision) = shown.decisions.last() else { return html! {} };
    html! {
        h2 #decision { (lang.t("consult-decision")) }
        p.quiet { (lang.t(if decision.adopted { "consult-adopted" } else { "consult-dropped" })) " · " (day(lang, decision.day)) }
        p.words { (decision.words) }
        @if !decision.lines.is_empty() {
            (lines(lang, (shown.number, &decision.lines)))
            p.quiet { (lang.say("draft-hash", &[("hash", digest(&decision.lines).into())])) }
        }
        @if decision.adopted {
            h2 #reports { (lang.t("consult-reports")) }
            @let reports: Vec<_> = shown.reports.iter().filter(|report| report.round == decision.round).collect();
            @if reports.is_empty() { p.quiet { (lang.say("consult-reports-none", &[("days", i64::from(app.hall.site.rules().term(insight::consult::decide::REPORT).value).into())])) } }
            ul.finds { @for report in reports { li { p { strong { (day(lang, report.day)) } " " (lang.t(if report.done { "report-done" } else { "report-open" })) } p.words { (report.words) } } } }
        }
    }
}

/// Draws the newest draft, with the way to the others and to what changed.
fn drafts(app: &App, lang: Lang, shown: &Consultation) -> Markup {
    let rules = app.hall.site.rules();
    let term = rules.term(COMMENT);
    html! {
        h2 #draft { (lang.t("consult-draft")) }
        @if shown.stage == Stage::Commenting && let Some(draft) = shown.draft() {
            p.words { (draft.words) }
            (lines(lang, (shown.number, &draft.lines)))
            p.quiet { (lang.say("draft-term", &[("day", day(lang, draft.until).into()), ("days", i64::from(term.value).into())])) " " a href=(link::RULES) { (cite(lang, &term.instrument, &term.article)) } }
            @if !draft.shorter.is_empty() { p { strong { (lang.t("draft-shorter")) } " " (draft.shorter) } }
            p.quiet { (lang.say("draft-hash", &[("hash", digest(&draft.lines).into())])) }
        }
        ul {
            @for (at, draft) in (1_usize..).zip(&shown.drafts) {
                li { a href=(link::consult_draft(shown.number, at)) { (lang.say("draft-number", &[("number", at.into()), ("day", day(lang, draft.day).into())])) } @if at > 1 { " " span.quiet { (lang.t("draft-with-diff")) } } }
            }
        }
    }
}

/// Draws what was said: points, what is in none and why, what is not sorted yet.
fn said(app: &App, lang: Lang, read: &Read) -> Markup {
    let (shown, counts, rules) = (&read.consult, &read.counts, app.hall.site.rules());
    html! {
        h2 #points { (lang.t("consult-points")) }
        p { (lang.say("consult-counts", &[("all", counts.all().into()), ("sorted", counts.sorted.into()), ("unsorted", counts.unsorted.into())])) }
        @if shown.points.is_empty() { p.quiet { (lang.t("consult-points-none")) } } @else { (points(lang, shown, &read.behind)) }
        @if !counts.aside.is_empty() {
            details {
                summary { (lang.say("consult-aside", &[("count", counts.aside.values().sum::<i64>().into())])) }
                ul { @for (ground, many) in &counts.aside { li { (ground_name(lang, &rules, ground)) (lang.pick("：", ": ")) (many) } } }
                p.quiet { (lang.t("consult-aside-why")) }
            }
        }
        @if counts.withdrawn > 0 { p.quiet { (lang.say("consult-withdrawn", &[("count", counts.withdrawn.into())])) } }
    }
}
