//! A topic, or a post of an office, with what stands below it: the answers of the office that is asked first, then replies by time.

use appeals::shown::{self, Linked};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use civic::session;
use db::Fault;
use forum::board::{self, Cursor, List, Page as Posts};
use forum::post::State as Said;
use forum::{Kind, Post, Standing};
use maud::{Markup, html};
use uuid::Uuid;

use super::draw::{Seen, reason_line};
use super::write::{contact, hold_words, pen};
use crate::app::App;
use crate::error::Problem;
use crate::extract::{Fields, Path, Query};
use crate::kit::Tone;
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, Input, field};
use crate::kit::pager::{Pager, pager};
use crate::kit::shell::{FORM, Filled, Page};
use crate::kit::state::chip;
use crate::link;
use crate::portal::track::story::office;
use crate::visit::Visit;
use crate::words::{Lang, day};

/// Is a topic with what stands below it.
pub struct Whole {
    /// The topic.
    pub first: Post,
    /// Answers of offices, the newest first.
    pub answers: Vec<Post>,
    /// A page of everything below it.
    pub page: Posts,
    /// Matters whose numbers are shown in it.
    pub linked: Vec<Linked>,
}

/// Reads a topic, or a post of an office.
pub async fn read(app: &App, id: Uuid, after: Option<Cursor>) -> Result<Option<Whole>, Fault> {
    let site = app.hall.site.clone();
    let found = app.hall.store.read(move |tx| {
        let Some(first) = forum::get(tx, &site, id)? else { return Ok(None) };
        let answers = board::page(tx, &site, (&List::Answers(first.id), None, board::TOPIC_POSTS))?.posts;
        let page = board::below(tx, &site, (first.id, after))?;
        let numbers: Vec<String> = std::iter::once(&first)
            .chain(&page.posts)
            .filter_map(|post| post.state.as_ref().filter(|state| state.standing == Standing::Public))
            .map(|state| state.number.clone())
            .filter(|number| !number.is_empty())
            .collect();
        let linked = shown::linked(tx, &site, &numbers)?;
        Ok::<_, Fault>(Some(Whole { first, answers, page, linked }))
    });
    found.await
}

/// Shows it.
pub async fn show(State(app): State<App>, visit: Visit, Path(id): Path<Uuid>, Query(query): Query) -> Result<Response, Problem> {
    let mut typed = Fields::default();
    typed.set("submit_key", session::token(&mut app.chance()));
    draw(&app, &visit, (id, Cursor::parse(query.get("after"))), (&typed, &Errors::default())).await
}

/// Draws it with what was typed below it and what is wrong with that.
pub async fn draw(
    app: &App,
    visit: &Visit,
    (id, after): (Uuid, Option<Cursor>),
    (typed, errors): (&Fields, &Errors),
) -> Result<Response, Problem> {
    let whole = read(app, id, after).await?.ok_or(Problem::Absent)?;
    if whole.first.id != whole.first.topic {
        return Ok(Redirect::to(&super::draw::address(&whole.first)).into_response());
    }
    let (lang, seen) = (visit.lang, Seen { linked: &whole.linked, ..Seen::by(app, visit) });
    // what was never let through is not there for anybody but those who look after it
    let Some(state) = whole.first.state.as_ref().filter(|state| state.standing != Standing::Held) else {
        return gone(app, visit, &whole.first);
    };
    let public = state.standing == Standing::Public;
    let title = if public { state.words.title.clone() } else { lang.t("forum-hidden-title") };
    let open = public && state.lock.is_none();
    let to = if state.kind == Kind::Blog { link::blog(id) } else { link::topic(id) };
    let next = |cursor: &str| format!("{to}?after={cursor}");
    let pages = Pager {
        before: after.map(|_| to.clone()),
        after: whole.page.next.map(|cursor| next(&cursor.to_string())),
        here: String::new(),
    };
    let body = html! {
        h1 { (title) }
        (head(app, lang, (&whole.first, state)))
        (seen.post(&whole.first, &report(lang, &whole.first)))
        @if !whole.answers.is_empty() {
            section.pinned aria-label=(lang.t("forum-answers")) {
                h2 { (lang.t("forum-answers")) }
                @for answer in whole.answers.iter().rev() { (seen.post(answer, &html! {})) }
            }
        }
        (replies(lang, seen, &whole))
        (pager(lang, &pages))
        @if let Some(lock) = &state.lock { section.notice.plain { (reason_line(seen, ("forum-locked-by", forum::post::LOCK, lock))) } }
        @if open { (reply_form(app, lang, (&to, typed, errors))) }
        p.quiet { a href=(if state.kind == Kind::Blog { link::BLOG } else { link::FORUM }) { (lang.t("forum-back")) } }
    };
    let page = Page::new(visit, &title);
    let page = if open { page.form(Filled { to, files: false }) } else { page };
    let answer = page.show(&body);
    Ok(if errors.is_empty() { answer } else { (StatusCode::UNPROCESSABLE_ENTITY, answer).into_response() })
}

fn gone(app: &App, visit: &Visit, first: &Post) -> Result<Response, Problem> {
    if first.standing != Standing::Withdrawn || first.shown.is_none() {
        return Err(Problem::Absent);
    }
    let (lang, seen) = (visit.lang, Seen::by(app, visit));
    let body = html! {
        h1 { (lang.t("forum-withdrawn-title")) }
        (seen.post(first, &html! {}))
        p { a href=(link::FORUM) { (lang.t("forum-back")) } }
    };
    Ok((StatusCode::GONE, Page::new(visit, &lang.t("forum-withdrawn-title")).show(&body)).into_response())
}

/// Says where a topic stands: place, theme, who is asked and by when.
fn head(app: &App, lang: Lang, (post, state): (&Post, &Said)) -> Markup {
    let (site, directory) = (&app.hall.site, app.hall.site.directory());
    let place = directory.places.get(&state.place);
    let rules = site.rules();
    let theme = rules.category(&state.theme);
    let asked = office(lang, &directory, &state.office);
    let until = post.shown.map(|at| worktime::due(&site.calendar(), site.day(at), rules.count("forum.answer")).last);
    let late = until.is_some_and(|until| until < app.today());
    html! {
        @if state.kind == Kind::Topic {
            p.quiet {
                @if let Some(place) = place { a href=(link::forum_list(&[("place", &place.code)])) { (lang.pick(&place.name, &place.name_en)) } }
                @if let Some(theme) = theme { " · " a href=(link::forum_list(&[("theme", &theme.code)])) { (lang.pick(&theme.zh, &theme.en)) } }
            }
            @if state.standing != Standing::Public {}
            @else if state.answered { p { (chip(Tone::Done, &lang.t("forum-answered"))) " " (lang.say("forum-answered-by", &[("office", asked.into())])) } }
            @else if let Some(until) = until {
                p {
                    (chip(if late { Tone::Late } else { Tone::Soon }, &lang.t(if late { "forum-answer-late" } else { "forum-unanswered" }))) " "
                    (lang.say("forum-answer-until", &[("office", asked.into()), ("day", day(lang, until).into())]))
                }
            }
        }
    }
}

fn report(lang: Lang, post: &Post) -> Markup {
    html! {
        @if post.standing == Standing::Public && !post.kind.is_of_office() {
            p.quiet { a href=(link::report_post(post.id)) { (lang.t("forum-report")) } }
        }
    }
}

fn replies(lang: Lang, seen: Seen<'_>, whole: &Whole) -> Markup {
    let replies: Vec<&Post> = whole.page.posts.iter().filter(|post| post.kind == Kind::Reply).collect();
    html! {
        section {
            h2 { (lang.say("forum-replies", &[("count", (whole.first.replies - whole.answers.len() as i64).max(0).into())])) }
            @if replies.is_empty() { p.quiet { (lang.t("forum-no-replies")) } }
            @for post in replies { (seen.post(post, &report(lang, post))) }
        }
    }
}

fn reply_form(app: &App, lang: Lang, (to, typed, errors): (&str, &Fields, &Errors)) -> Markup {
    let text = Field {
        name: "text",
        label: lang.t("forum-reply-text"),
        hint: lang.t("forum-text-hint"),
        input: Input::Area(5),
        required: true,
        chars_max: forum::words::TEXT_CHARS_MAX,
        ..Field::default()
    };
    html! {
        section #reply {
            h2 { (lang.t("forum-reply")) }
            (summary(lang, errors))
            form id=(FORM) method="post" action=(to) {
                input type="hidden" name="submit_key" value=(typed.get("submit_key"));
                (field(lang, &text, typed, errors))
                (pen(lang, (typed, errors)))
                (contact(lang, (typed, errors)))
                p.hint { (hold_words(app, lang)) }
                div.acts { button name="step" value="preview" { (lang.t("forum-preview")) } }
            }
        }
    }
}
