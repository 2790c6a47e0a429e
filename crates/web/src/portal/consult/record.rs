//! All of a consultation on one sheet, to print and to keep: what was asked, how it was heard, each point with its answer, each draft with what
//! changed, what was decided and how far it is carried out.

use axum::extract::State;
use axum::response::Response;
use insight::consult::Consultation;
use insight::consult::consultation::digest;
use insight::consult::decide::numbered;
use insight::consult::text::changes;
use maud::{Markup, html};

use super::draw::{asked_by, diff, ground_name, lines};
use super::show::{Read, read};
use crate::app::App;
use crate::error::Problem;
use crate::extract::Path;
use crate::kit::facts::facts;
use crate::kit::print::slip;
use crate::kit::shell::Page;
use crate::link;
use crate::visit::Visit;
use crate::words::{Lang, day};

/// Shows it.
pub async fn show(State(app): State<App>, visit: Visit, Path(number): Path<i64>) -> Result<Response, Problem> {
    let lang = visit.lang;
    let read = read(&app, number).await?;
    let title = lang.t("record-title");
    let body = html! {
        h1 { (title) }
        (slip(lang, &title, &sheet(&app, lang, &read)))
        p.no-print { a href=(link::consult(number)) { (lang.t("consult-again")) } }
    };
    Ok(Page::new(&visit, &title).show(&body))
}

fn sheet(app: &App, lang: Lang, read: &Read) -> Markup {
    let (shown, counts, rules) = (&read.consult, &read.counts, app.hall.site.rules());
    html! {
        h2 { (shown.plan.title) }
        (facts(&[
            (lang.t("record-number"), html! { (shown.number) }),
            (lang.t("record-who"), html! { (asked_by(app, lang, shown)) }),
            (lang.t("record-stage"), html! { (lang.code("consult-stage", shown.stage.code())) }),
        ]))
        p.words { (shown.plan.question) }
        h3 { (lang.t("record-rounds")) }
        ol { @for round in &shown.rounds { li { (day(lang, round.day)) " – " (day(lang, round.until)) @if !round.why.is_empty() { (lang.pick("：", ": ")) (round.why) } } } }
        p { (lang.say("consult-counts", &[("all", counts.all().into()), ("sorted", counts.sorted.into()), ("unsorted", counts.unsorted.into())])) }
        @for (ground, many) in &counts.aside { p.quiet { (ground_name(lang, &rules, ground)) (lang.pick("：", ": ")) (many) } }
        h3 { (lang.t("consult-points")) }
        ol {
            @for (number, point) in numbered(shown) {
                li {
                    p { strong { (point.title) } " " (lang.say("record-behind", &[("count", read.behind.get(&number).copied().unwrap_or_default().into())])) }
                    @for answer in &point.answers { p { (day(lang, answer.day)) " " (lang.code("point", answer.outcome.code())) (lang.pick("：", ": ")) (answer.words) } }
                }
            }
        }
        (texts(lang, shown))
        @if !shown.reports.is_empty() {
            h3 { (lang.t("consult-reports")) }
            ul { @for report in &shown.reports { li { (day(lang, report.day)) " " (lang.t(if report.done { "report-done" } else { "report-open" })) (lang.pick("：", ": ")) (report.words) } } }
        }
        @if let Some((reason, on)) = &shown.stopped { p { (lang.say("consult-stopped-on", &[("day", day(lang, *on).into())])) (lang.pick("：", ": ")) (reason) } }
    }
}

/// Draws each draft and each decision; of what came after another what changed.
fn texts(lang: Lang, shown: &Consultation) -> Markup {
    let mut last: Option<&[insight::consult::consultation::Line]> = None;
    let mut drawn = Vec::new();
    for (at, draft) in (1_usize..).zip(&shown.drafts) {
        drawn.push(html! {
            h3 { (lang.say("draft-number", &[("number", at.into()), ("day", day(lang, draft.day).into())])) }
            p.words { (draft.words) }
            @match last { Some(before) => (diff(lang, (shown.number, &changes(before, &draft.lines)))), None => (lines(lang, (shown.number, &draft.lines))) }
            p.quiet { (lang.say("draft-hash", &[("hash", digest(&draft.lines).into())])) }
        });
        last = Some(&draft.lines);
        let ends = shown.drafts.get(at).is_none_or(|next| next.round != draft.round);
        for decision in shown.decisions.iter().filter(|decision| ends && decision.round == draft.round) {
            drawn.push(html! {
                h3 { (lang.t("consult-decision")) " " (day(lang, decision.day)) }
                p { (lang.t(if decision.adopted { "consult-adopted" } else { "consult-dropped" })) }
                p.words { (decision.words) }
                @if !decision.lines.is_empty() { (diff(lang, (shown.number, &changes(&draft.lines, &decision.lines)))) p.quiet { (lang.say("draft-hash", &[("hash", digest(&decision.lines).into())])) } }
            });
            if decision.adopted {
                last = Some(&decision.lines);
            }
        }
    }
    html! { @for one in drawn { (one) } }
}
