//! One draft as it was published, and what changed since the one before.

use axum::extract::State;
use axum::response::Response;
use insight::consult::consultation::digest;
use insight::consult::text::{Fate, changes};
use maud::html;

use super::draw::{diff, lines};
use super::show::read;
use crate::app::App;
use crate::error::Problem;
use crate::extract::Path;
use crate::kit::shell::Page;
use crate::link;
use crate::visit::Visit;
use crate::words::day;

/// Shows it.
pub async fn show(State(app): State<App>, visit: Visit, Path((number, at)): Path<(i64, usize)>) -> Result<Response, Problem> {
    let lang = visit.lang;
    let shown = read(&app, number).await?.consult;
    let index = at.checked_sub(1).ok_or(Problem::Absent)?;
    let draft = shown.drafts.get(index).ok_or(Problem::Absent)?;
    let before = index.checked_sub(1).and_then(|before| shown.drafts.get(before));
    let changed = before.map(|before| changes(&before.lines, &draft.lines));
    // what was decided is compared with the last draft of its round
    let last = shown.drafts.iter().rposition(|other| other.round == draft.round) == Some(index);
    let decision = shown.decisions.iter().find(|decision| decision.adopted && decision.round == draft.round).filter(|_| last);
    let title = lang.say("draft-number", &[("number", at.into()), ("day", day(lang, draft.day).into())]);
    let body = html! {
        p.quiet { a href=(link::consult(number)) { (shown.plan.title) } }
        h1 { (title) }
        p.words { (draft.words) }
        p.quiet { (lang.say("consult-until", &[("day", day(lang, draft.until).into())])) }
        @if !draft.shorter.is_empty() { p { strong { (lang.t("draft-shorter")) } " " (draft.shorter) } }
        @if let Some(changed) = &changed {
            h2 { (lang.t("draft-changed")) }
            @if changed.iter().all(|change| change.fate == Some(Fate::Same)) { p.quiet { (lang.t("draft-unchanged")) } } @else { (diff(lang, (number, changed))) }
        }
        h2 { (lang.t("draft-text")) }
        (lines(lang, (number, &draft.lines)))
        p.quiet { (lang.say("draft-hash", &[("hash", digest(&draft.lines).into())])) }
        @if let Some(decision) = decision {
            h2 { (lang.t("draft-decided")) }
            @let changed = changes(&draft.lines, &decision.lines);
            @if changed.iter().all(|change| change.fate == Some(Fate::Same)) { p.quiet { (lang.t("draft-decided-same")) } } @else { (diff(lang, (number, &changed))) }
        }
        p { a href=(link::consult(number)) { (lang.t("consult-again")) } }
    };
    Ok(Page::new(&visit, &title).show(&body))
}
