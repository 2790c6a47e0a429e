//! What offices did to posts, for everybody: how often each for which reason, and each single measure with its day. Never a word of a post.

use axum::extract::State;
use axum::response::Response;
use db::Fault;
use forum::board::{self, Noted};
use forum::post;
use maud::{Markup, html};

use super::draw::ground;
use crate::app::App;
use crate::error::Problem;
use crate::extract::Query;
use crate::kit::empty::empty;
use crate::kit::pager::{Pager, pager};
use crate::kit::shell::Page;
use crate::kit::table::{Table, table};
use crate::link;
use crate::portal::track::story::office;
use crate::visit::Visit;
use crate::words::{Lang, day};

/// Shows the page.
pub async fn show(State(app): State<App>, visit: Visit, Query(query): Query) -> Result<Response, Problem> {
    let lang = visit.lang;
    let before: Option<i64> = query.get("before").parse().ok();
    let site = app.hall.site.clone();
    let read = app.hall.store.read(move |tx| Ok::<_, Fault>((board::tallies(tx, &site)?, board::measures(tx, &site, before)?)));
    let (tallies, (measures, next)) = read.await?;
    let counts: Vec<Vec<Markup>> = tallies
        .iter()
        .map(|(code, reason, kind, many)| {
            vec![
                html! { (office(lang, &app.hall.site.directory(), code)) },
                html! { (lang.code("event", kind)) },
                html! { (why(&app, lang, (kind, reason))) },
                html! { (many) },
            ]
        })
        .collect();
    let rows: Vec<Vec<Markup>> = measures.iter().map(|noted| row(&app, lang, noted)).collect();
    let words = |keys: [&str; 4]| keys.map(|key| lang.t(key)).to_vec();
    let at = |before: &str| format!("{}{before}", link::FORUM_MEASURES);
    let pages =
        Pager { before: before.map(|_| at("")), after: next.map(|next| at(&format!("?before={next}"))), here: String::new() };
    let body = html! {
        h1 { (lang.t("measures-title")) }
        p { (lang.t("measures-lead")) }
        @if rows.is_empty() { (empty(&lang.t("measures-empty"), &lang.t("measures-empty-why"), &html! { a href=(link::FORUM) { (lang.t("forum-back")) } })) }
        @else {
            (table(&Table { caption: lang.t("measures-counts"), heads: words(["measures-office", "measures-what", "measures-why", "measures-many"]), rows: counts }))
            (table(&Table { caption: lang.t("measures-each"), heads: words(["measures-day", "measures-office", "measures-what", "measures-why"]), rows }))
            (pager(lang, &pages))
        }
        p.quiet { (lang.t("measures-check")) " " a href=(link::CHECK) { (lang.t("foot-check")) } " · " a href=(link::FORUM) { (lang.t("forum-back")) } }
    };
    Ok(Page::new(&visit, &lang.t("measures-title")).show(&body))
}

fn row(app: &App, lang: Lang, noted: &Noted) -> Vec<Markup> {
    let on = noted.day.parse().map_or_else(|_| noted.day.clone(), |date| day(lang, date));
    vec![
        html! { a href=(link::topic(noted.post)) { (on) } },
        html! { (office(lang, &app.hall.site.directory(), &noted.office)) },
        html! { (lang.code("event", &noted.kind)) },
        html! { (why(app, lang, (&noted.kind, &noted.ground))) },
    ]
}

/// Says the reason of a measure, or what was decided about one.
fn why(app: &App, lang: Lang, (kind, reason): (&str, &str)) -> String {
    let list = match kind {
        "post_hidden" => post::HIDE,
        "topic_locked" => post::LOCK,
        "topic_moved" => post::MOVE,
        _ => return lang.t(if reason == "stays" { "measures-stays" } else { "measures-restored" }),
    };
    ground(lang, &app.hall.site.rules(), (list, reason))
}
