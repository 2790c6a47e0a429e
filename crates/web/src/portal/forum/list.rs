//! The topics of the board, the newest first: everywhere or at a place, about everything or one theme, all or those without an answer.

use axum::extract::State;
use axum::response::Response;
use db::Fault;
use forum::Post;
use forum::board::{self, Cursor, Filter, List, PAGE_POSTS, Page as Posts};
use maud::{Markup, html};

use super::draw::speaker;
use super::write::theme_options;
use crate::app::App;
use crate::desk::admin::place_options;
use crate::error::Problem;
use crate::extract::{Fields, Query};
use crate::kit::Tone;
use crate::kit::empty::empty;
use crate::kit::errors::Errors;
use crate::kit::field::{Field, select};
use crate::kit::pager::{Pager, pager};
use crate::kit::shell::Page;
use crate::kit::state::chip;
use crate::link;
use crate::portal::track::story::office;
use crate::visit::Visit;
use crate::words::{Lang, day};

/// Shows the list.
pub async fn show(State(app): State<App>, visit: Visit, Query(query): Query) -> Result<Response, Problem> {
    let lang = visit.lang;
    let filter = read(&app, &query);
    let after = Cursor::parse(query.get("after"));
    let (site, list) = (app.hall.site.clone(), List::Topics(filter.clone()));
    let page = app.hall.store.read(move |tx| board::page(tx, &site, (&list, after, PAGE_POSTS)));
    let page: Posts = page.await?;
    let directory = app.hall.site.directory();
    let body = html! {
        h1 { (lang.t("forum-title")) }
        p { (lang.t("forum-lead")) }
        div.acts {
            a.button href=(link::forum_list(&[]).replacen(link::FORUM, link::FORUM_NEW, 1)) { (lang.t("forum-begin")) }
            a.button.second href=(link::BLOG) { (lang.t("blog-title")) }
            a.button.second href=(link::FORUM_OWN) { (lang.t("forum-own-way")) }
        }
        (narrow(&app, lang, &query))
        @if page.posts.is_empty() {
            (empty(&lang.t("forum-empty"), &lang.t("forum-empty-why"), &html! { a href=(link::FORUM_NEW) { (lang.t("forum-begin")) } }))
        } @else {
            ul.finds { @for post in &page.posts { @if let Some(cells) = cells(&app, lang, post) { li { (cells) } } } }
            (pager(lang, &pages(&filter, (after, &page))))
        }
        p.quiet {
            a href=(link::FORUM_MEASURES) { (lang.t("measures-title")) } " · "
            a href=(feed(&filter)) { (lang.t("forum-feed")) }
            @if let Some(place) = directory.places.get(&filter.place) { " · " (lang.pick(&place.name, &place.name_en)) }
        }
    };
    Ok(Page::new(&visit, &lang.t("forum-title")).show(&body))
}

fn read(app: &App, query: &Fields) -> Filter {
    let (directory, rules) = (app.hall.site.directory(), app.hall.site.rules());
    let place = Some(query.get("place")).filter(|code| directory.places.contains_key(*code)).unwrap_or_default();
    let theme = Some(query.get("theme")).filter(|code| rules.category(code).is_some()).unwrap_or_default();
    Filter { place: place.to_owned(), theme: theme.to_owned(), open: query.get("only") == "open" }
}

fn feed(filter: &Filter) -> String {
    match (filter.place.as_str(), filter.theme.as_str()) {
        ("", "") => link::FORUM_FEED.to_owned(),
        ("", theme) => link::forum_feed_of_theme(theme),
        (place, _) => link::forum_feed_of_place(place),
    }
}

fn pages(filter: &Filter, (after, page): (Option<Cursor>, &Posts)) -> Pager {
    let only = if filter.open { "open" } else { "" };
    let at =
        |after: &str| link::forum_list(&[("place", &filter.place), ("theme", &filter.theme), ("only", only), ("after", after)]);
    Pager { before: after.map(|_| at("")), after: page.next.map(|next| at(&next.to_string())), here: String::new() }
}

/// Draws the form that narrows the list.
fn narrow(app: &App, lang: Lang, query: &Fields) -> Markup {
    let none = Errors::default();
    let line = |name, key: &str| Field { name, label: lang.t(key), depends: true, ..Field::default() };
    let mut places = vec![(String::new(), lang.t("forum-everywhere"))];
    places.extend(place_options(lang, &app.hall.site.directory()));
    let mut themes = vec![(String::new(), lang.t("forum-everything"))];
    themes.extend(theme_options(lang, &app.hall.site.rules()));
    let only = [(String::new(), lang.t("forum-all")), ("open".to_owned(), lang.t("forum-open-only"))];
    html! {
        details.filters open[["place", "theme", "only"].iter().any(|name| query.has(name))] {
            summary { (lang.t("filter-title")) }
            form.filter-form method="get" action=(link::FORUM) {
                (select(lang, &line("place", "forum-place"), &places, query, &none))
                (select(lang, &line("theme", "forum-theme"), &themes, query, &none))
                (select(lang, &line("only", "forum-which"), &only, query, &none))
                button.second { (lang.t("forum-narrow")) }
            }
        }
    }
}

/// Draws a topic, or a post of an office, as a list shows it; nothing where its words are gone.
pub(crate) fn cells(app: &App, lang: Lang, post: &Post) -> Option<Markup> {
    let state = post.state.as_ref()?;
    let (directory, rules) = (app.hall.site.directory(), app.hall.site.rules());
    let place = directory.places.get(&state.place).map(|place| lang.pick(&place.name, &place.name_en).to_owned());
    let theme = rules.category(&state.theme).map(|theme| lang.pick(&theme.zh, &theme.en).to_owned());
    let shown = app.hall.site.day(state.shown.unwrap_or(state.written));
    let facts = [Some(speaker(lang, &directory, state)), place, theme, Some(day(lang, shown))];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    let of_board = state.kind == forum::Kind::Topic;
    Some(html! {
        a.find href=(super::draw::address(post)) { strong { (state.words.title) } }
        p.quiet { (facts.join(" · ")) }
        p {
            @if of_board && state.answered { (chip(Tone::Done, &lang.t("forum-answered"))) " " }
            @if of_board && !state.answered { (chip(Tone::Soon, &lang.say("forum-asks", &[("office", office(lang, &directory, &state.office).into())]))) " " }
            @if state.lock.is_some() { (chip(Tone::Plain, &lang.t("forum-locked"))) " " }
            span.quiet { (lang.say("forum-replies", &[("count", post.replies.into())])) }
        }
    })
}

/// Reads a page of a list, for pages that show one as it is.
pub(super) async fn of(app: &App, list: List, after: Option<Cursor>) -> Result<Posts, Fault> {
    let site = app.hall.site.clone();
    app.hall.store.read(move |tx| board::page(tx, &site, (&list, after, PAGE_POSTS))).await
}
