//! What of the board wants somebody of the own office: topics to answer, posts to let through, reports, objections.

use axum::response::Response;
use civic::permit::{Act, may};
use db::Fault;
use forum::Post;
use forum::board::{self, Cursor, List, PAGE_POSTS};
use forum::run;
use maud::{Markup, html};

use super::{own, permitted};
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::Query;
use crate::kit::Tone;
use crate::kit::empty::empty;
use crate::kit::pager::{Pager, pager};
use crate::kit::state::chip;
use crate::kit::table::{Table, table};
use crate::link;
use crate::portal::forum::speaker;
use crate::portal::track::story::office;
use crate::words::day;

/// The views: the code in the address, its name.
const VIEWS: &[(&str, &str)] = &[
    ("waiting", "desk-forum-waiting"),
    ("held", "desk-forum-held"),
    ("reported", "desk-forum-reported"),
    ("objected", "desk-forum-objected"),
];
/// Counts go so far.
const COUNT_MAX: i64 = 99;

/// Counts the topics that the own office has to answer; none for people who do not speak for it.
pub async fn standing(desk: &Desk) -> Result<i64, Problem> {
    if desk.permit(Act::AnswerPost, &own(desk)).is_err() {
        return Ok(0);
    }
    let list = List::Waiting(desk.person().office.clone());
    Ok(desk.read(move |tx, site, _| board::count(tx, site, (&list, COUNT_MAX))).await?)
}

/// Shows a view.
pub async fn show(desk: Desk, Query(query): Query) -> Result<Response, Problem> {
    permitted(&desk)?;
    let lang = desk.lang();
    let view = VIEWS.iter().find(|(code, _)| *code == query.get("view")).unwrap_or(&VIEWS[0]);
    let after = Cursor::parse(query.get("after"));
    let (posts, next) = read(&desk, view.0, after).await?;
    let at = |view: &str, after: &str| {
        let after = if after.is_empty() { String::new() } else { format!("&after={after}") };
        format!("{}?view={view}{after}", link::DESK_FORUM)
    };
    let pages = Pager {
        before: after.map(|_| at(view.0, "")),
        after: next.map(|next| at(view.0, &next.to_string())),
        here: String::new(),
    };
    let rows: Vec<Vec<Markup>> = posts.iter().filter_map(|post| row(&desk, post)).collect();
    let heads = ["desk-forum-post", "desk-forum-asked", "fact-place", "desk-forum-since"].map(|key| lang.t(key)).to_vec();
    let body = html! {
        h1 { (lang.t("desk-forum-title")) }
        p.lead { (lang.t("desk-forum-lead")) }
        nav.tabs aria-label=(lang.t("desk-forum-title")) {
            @for (code, key) in VIEWS { a href=(at(code, "")) aria-current=[(code == &view.0).then_some("page")] { (lang.t(key)) } }
            a href=(link::DESK_BLOG) { (lang.t("desk-blog-title")) }
        }
        @if rows.is_empty() { (empty(&lang.t("desk-forum-empty"), &lang.t("desk-forum-empty-why"), &html! {})) }
        @else {
            (table(&Table { caption: lang.t(view.1), heads, rows }))
            (pager(lang, &pages))
        }
        p { a href=(link::FORUM) { (lang.t("desk-forum-public")) } " · " a href=(link::FORUM_MEASURES) { (lang.t("measures-title")) } }
    };
    Ok(desk.page(&lang.t("desk-forum-title"), &body))
}

/// Reads a page of a view: of what waits for a moderator only what this person may moderate, or is asked about.
async fn read(desk: &Desk, view: &str, after: Option<Cursor>) -> Result<(Vec<Post>, Option<Cursor>), Problem> {
    let list = match view {
        "held" => List::Held,
        "reported" => List::Reported,
        "objected" => List::Objected,
        _ => List::Waiting(desk.person().office.clone()),
    };
    let waiting = matches!(list, List::Waiting(_));
    let held = matches!(list, List::Held);
    let (who, own) = (desk.staff.who(), desk.person().office.clone());
    let found = desk.read(move |tx, site, _| {
        let page = board::page(tx, site, (&list, after, PAGE_POSTS))?;
        let directory = site.directory();
        let mut mine = Vec::new();
        for post in page.posts {
            let Some(state) = &post.state else { continue };
            let topic = run::topic_of(tx, site, state)?;
            let subject = run::subject(&directory, (state, &topic), Act::Moderate);
            if waiting || held && state.office == own || may(&directory, &who, Act::Moderate, &subject).is_ok() {
                mine.push(post);
            }
        }
        Ok::<_, Fault>((mine, page.next))
    });
    Ok(found.await?)
}

fn row(desk: &Desk, post: &Post) -> Option<Vec<Markup>> {
    let (lang, directory) = (desk.lang(), desk.directory());
    let state = post.state.as_ref()?;
    let rules = desk.app.hall.site.rules();
    let theme = rules.category(&state.theme).map(|theme| lang.pick(&theme.zh, &theme.en));
    let place = directory.places.get(&state.place).map_or("", |place| lang.pick(&place.name, &place.name_en));
    let title: String =
        if state.words.title.is_empty() { state.words.text.chars().take(40).collect() } else { state.words.title.clone() };
    let site = &desk.app.hall.site;
    let shown = site.day(state.shown.unwrap_or(state.written));
    let last = worktime::due(&site.calendar(), shown, rules.count("forum.answer")).last;
    let late = state.kind == forum::Kind::Topic && !state.answered && last < desk.app.today();
    Some(vec![
        html! {
            a href=(link::desk_topic(post.topic)) data-row="" { (title) } br;
            span.quiet { (speaker(lang, &directory, state)) @if let Some(theme) = theme { " · " (theme) } " · " (lang.say("forum-replies", &[("count", post.replies.into())])) }
        },
        html! { (office(lang, &directory, &state.office)) },
        html! { (place) },
        html! { div { @if late { (chip(Tone::Late, &lang.t("forum-answer-late"))) br; } (day(lang, shown)) } },
    ])
}
