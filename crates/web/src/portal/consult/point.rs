//! A point, opened to what was said: the words of each voice as they were kept, without personal data; the office's answers; the lines of the
//! text that it became.

use axum::extract::State;
use axum::response::Response;
use civic::site::Site;
use db::{Fault, Tx};
use insight::consult::list;
use insight::consult::store::VoiceRow;
use maud::{Markup, html};
use uuid::Uuid;

use super::draw::outcome;
use super::show::read;
use crate::app::App;
use crate::error::Problem;
use crate::extract::{Path, Query};
use crate::kit::empty::empty;
use crate::kit::pager::{Pager, pager};
use crate::kit::shell::Page;
use crate::link;
use crate::visit::Visit;
use crate::words::{Lang, day};

/// Shows it.
pub async fn show(
    State(app): State<App>,
    visit: Visit,
    Path((number, point)): Path<(i64, u32)>,
    Query(query): Query,
) -> Result<Response, Problem> {
    let lang = visit.lang;
    let whole = read(&app, number).await?;
    let shown = &whole.consult;
    let own = shown.point(point).ok_or(Problem::Absent)?;
    let (site, id) = (app.hall.site.clone(), shown.id);
    let after: i64 = query.get("after").parse().unwrap_or_default();
    let rows = app.hall.store.read(move |tx| voices(tx, &site, (id, point, after))).await?;
    let here = link::consult_point(number, point);
    let next = rows.last().filter(|_| rows.len() as i64 == list::VOICES_MAX).map(|(row, _)| row.seq);
    let pages = Pager {
        before: (after > 0).then(|| here.clone()),
        after: next.map(|seq| format!("{here}?after={seq}")),
        here: String::new(),
    };
    let stands: Vec<_> = (1_usize..).zip(shown.lines()).filter(|(_, line)| line.points.contains(&point)).collect();
    let body = html! {
        p.quiet { a href=(link::consult(number)) { (shown.plan.title) } }
        h1 { (lang.say("point-number", &[("number", point.into())])) " " (own.title) }
        p { (outcome(lang, own.answer())) }
        @for answer in own.answers.iter().rev() { p.words { (answer.words) } p.quiet { (day(lang, answer.day)) } }
        @if !stands.is_empty() {
            h2 { (lang.t("point-lines")) }
            @for (at, line) in stands { p { a href={ (link::consult(number)) "#line-" (at) } { (lang.say("point-line", &[("number", at.into())])) } " " (line.words) } }
        }
        h2 { (lang.say("point-voices", &[("count", whole.behind.get(&point).copied().unwrap_or_default().into())])) }
        p.hint { (lang.t("point-voices-why")) }
        @if rows.is_empty() { (empty(&lang.t("point-none"), &lang.t("point-none-why"), &html! {})) }
        ul.finds { @for (row, seen) in &rows { (said(lang, row, *seen)) } }
        (pager(lang, &pages))
        p { a href=(link::consult(number)) { (lang.t("consult-again")) } }
    };
    Ok(Page::new(&visit, &own.title).show(&body))
}

/// Reads the voices behind a point; of a post of the board, whether everybody still sees it there.
fn voices(tx: &mut Tx<'_>, site: &Site, asked: (Uuid, u32, i64)) -> Result<Vec<(VoiceRow, bool)>, Fault> {
    let mut found = Vec::new();
    for row in list::of_point(tx, site, asked)? {
        let seen = match row.voice.as_ref().and_then(|voice| voice.said.post) {
            Some(post) => forum::get(tx, site, post)?.is_some_and(|post| post.standing == forum::Standing::Public),
            None => true,
        };
        found.push((row, seen));
    }
    Ok(found)
}

fn said(lang: Lang, row: &VoiceRow, seen: bool) -> Markup {
    let Some(voice) = &row.voice else { return html! {} };
    html! {
        li {
            @if seen { p.words { (voice.said.words) } } @else { p.quiet { (lang.t("voice-post-hidden")) } }
            p.quiet {
                (day(lang, voice.said.day)) " · " (lang.code("voice-by", voice.said.way.code()))
                @if voice.said.present > 0 { " · " (lang.say("voice-present-there", &[("count", i64::from(voice.said.present).into())])) }
                @if let Some(post) = voice.said.post.filter(|_| seen) { " · " a href=(link::topic(post)) { (lang.t("voice-post")) } }
            }
        }
    }
}
