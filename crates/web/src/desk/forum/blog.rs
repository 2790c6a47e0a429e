//! The own office's posts: drafts, publishing, and later corrections, each a new edition with its reason; the old one can still be read.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::permit::Act;
use civic::refusal::No;
use civic::session;
use db::Fault;
use forum::board::{self, Cursor, List, PAGE_POSTS};
use forum::post::{Command, Contact, SAID_CHARS_MAX, State};
use forum::run::{self, Request};
use forum::words::{Typed, publishable};
use forum::write::{self, New};
use forum::{Kind, Post, Standing};
use maud::{Markup, html};
use uuid::Uuid;

use super::own;
use crate::desk::admin::wrong;
use crate::desk::frame::{Desk, done};
use crate::error::Problem;
use crate::extract::{Fields, Form, Path, Query};
use crate::kit::empty::empty;
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, field};
use crate::kit::pager::{Pager, pager};
use crate::kit::shell::FORM;
use crate::link;
use crate::portal::forum::{Seen, accuses, cells, fields};

/// Shows drafts and what is published.
pub async fn list(desk: Desk, Query(query): Query) -> Result<Response, Problem> {
    desk.permit(Act::WriteBlog, &own(&desk))?;
    let lang = desk.lang();
    let (office, after) = (desk.person().office.clone(), Cursor::parse(query.get("after")));
    let read = desk.read(move |tx, site, _| {
        let drafts = board::page(tx, site, (&List::Drafts(office.clone()), None, PAGE_POSTS))?;
        Ok::<_, Fault>((drafts, board::page(tx, site, (&List::Blog(office), after, PAGE_POSTS))?))
    });
    let (drafts, page) = read.await?;
    let pages = Pager {
        before: after.map(|_| link::DESK_BLOG.to_owned()),
        after: page.next.map(|next| format!("{}?after={next}", link::DESK_BLOG)),
        here: String::new(),
    };
    let body = html! {
        h1 { (lang.t("desk-blog-title")) }
        p.lead { (lang.t("desk-blog-lead")) }
        div.acts { a.button href=(link::DESK_BLOG_NEW) { (lang.t("desk-blog-new")) } a.button.second href=(link::DESK_FORUM) { (lang.t("desk-forum-title")) } }
        @if !drafts.posts.is_empty() {
            h2 { (lang.t("desk-blog-drafts")) }
            ul { @for post in &drafts.posts { (entry(post)) } }
        }
        h2 { (lang.t("desk-blog-published")) }
        @if page.posts.is_empty() { (empty(&lang.t("desk-blog-empty"), &lang.t("desk-blog-empty-why"), &html! {})) }
        @else { ul.finds { @for post in &page.posts { li { (cells(&desk.app, lang, post).unwrap_or_default()) p { a href=(link::desk_blog(post.id)) { (lang.t("desk-blog-correct")) } } } } } (pager(lang, &pages)) }
    };
    Ok(desk.page(&lang.t("desk-blog-title"), &body))
}

fn entry(post: &Post) -> Markup {
    let title = post.state.as_ref().map(|state| state.words.title.clone()).unwrap_or_default();
    html! { li { a href=(link::desk_blog(post.id)) data-row="" { (title) } } }
}

/// Shows an empty form.
pub async fn begin(desk: Desk) -> Result<Response, Problem> {
    desk.permit(Act::WriteBlog, &own(&desk))?;
    let mut typed = Fields::default();
    typed.set("submit_key", session::token(&mut desk.app.chance()));
    Ok(form(&desk, None, (&typed, &Errors::default())))
}

/// Takes a draft.
pub async fn write(desk: Desk, Form(sent): Form) -> Result<Response, Problem> {
    desk.permit(Act::WriteBlog, &own(&desk))?;
    if desk.visit.switched {
        return Ok(form(&desk, None, (&sent, &Errors::default())));
    }
    let typed = wrote(&sent);
    let new = New {
        kind: Kind::Blog,
        topic: None,
        place: String::new(),
        theme: String::new(),
        office: desk.person().office.clone(),
        head: sent.has("head"),
        accuses: accuses(&desk.app, &typed),
        typed,
        contact: Contact::default(),
        submit_key: sent.get("submit_key").to_owned(),
    };
    let written = async {
        let ready = write::prepare(&desk.app.hall.site, new)?;
        let who = desk.staff.who();
        desk.write(move |tx, site, by| write::write(tx, site, by, (&ready, Some(&who)))).await
    };
    match written.await {
        Ok(written) => Ok(done(&link::desk_blog(written.post), "post_drafted")),
        Err(no) => failed(&desk, None, (&sent, no)),
    }
}

fn wrote(sent: &Fields) -> Typed {
    Typed { title: sent.get("title").to_owned(), text: sent.get("text").to_owned(), pen: String::new() }
}

fn failed(desk: &Desk, post: Option<&Post>, (sent, no): (&Fields, No)) -> Result<Response, Problem> {
    let errors = wrong(desk.lang(), no)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, form(desk, post, (sent, &errors))).into_response())
}

async fn find(desk: &Desk, id: Uuid) -> Result<(Post, State), Problem> {
    desk.permit(Act::WriteBlog, &own(desk))?;
    let post = desk.read(move |tx, site, _| forum::get(tx, site, id)).await?.filter(|post| post.kind == Kind::Blog);
    let post = post.ok_or(Problem::Absent)?;
    let state = post.state.clone().ok_or(Problem::Absent)?;
    // whatever other offices have not published yet is not there
    let subject = civic::permit::Subject { owner: state.office.clone(), ..civic::permit::Subject::default() };
    match desk.permit(Act::WriteBlog, &subject) {
        Ok(_) => Ok((post, state)),
        Err(_) if state.standing == Standing::Held => Err(Problem::Absent),
        Err(refusal) => Err(refusal.into()),
    }
}

/// Shows a post of the own office with its form.
pub async fn show(desk: Desk, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    let (post, state) = find(&desk, id).await?;
    let mut typed = Fields::default();
    typed.set("title", state.words.title.as_str());
    typed.set("text", state.words.text.as_str());
    Ok(form(&desk, Some(&post), (&typed, &Errors::default())))
}

/// Keeps other words, publishes, or takes back.
pub async fn act(desk: Desk, Path(id): Path<Uuid>, Form(sent): Form) -> Result<Response, Problem> {
    let (post, _) = find(&desk, id).await?;
    if desk.visit.switched {
        return Ok(form(&desk, Some(&post), (&sent, &Errors::default())));
    }
    let act = sent.get("act").to_owned();
    let typed = wrote(&sent);
    let accuses = accuses(&desk.app, &typed);
    let who = desk.staff.who();
    let (seen, reason) = (sent.get("seen").parse().ok(), sent.get("reason").to_owned());
    let edited = publishable(&desk.directory(), &typed, true);
    let written = desk.write(move |tx, site, (now, chance)| {
        let mut commands = Vec::new();
        if act != "withdraw" {
            let words = edited?;
            let same = forum::get(tx, site, id)?.and_then(|post| post.state).is_some_and(|state| state.words == words);
            if !same {
                commands.push(Command::Edit { words, reason, accuses });
            }
        }
        match act.as_str() {
            "publish" => commands.push(Command::Publish),
            "withdraw" => commands.push(Command::Withdraw),
            _ => {}
        }
        let mut seen: Option<i64> = seen;
        for command in commands {
            let request = Request { who: who.clone(), post: id, seen: seen.take(), command };
            run::execute(tx, site, (now, &mut *chance), &request)?;
        }
        Ok(())
    });
    match (written.await, sent.get("act")) {
        (Ok(()), "withdraw") => Ok(done(link::DESK_BLOG, "post_done")),
        (Ok(()), "publish") => Ok(done(&link::desk_blog(id), "post_published")),
        (Ok(()), _) => Ok(done(&link::desk_blog(id), "post_drafted")),
        (Err(no), _) => failed(&desk, Some(&post), (&sent, no)),
    }
}

fn form(desk: &Desk, post: Option<&Post>, (typed, errors): (&Fields, &Errors)) -> Response {
    let lang = desk.lang();
    let state = post.and_then(|post| post.state.as_ref());
    let public = state.is_some_and(|state| state.standing == Standing::Public);
    let to = post.map_or_else(|| link::DESK_BLOG_NEW.to_owned(), |post| link::desk_blog(post.id));
    let [title, text] = fields(lang, ("desk-blog-hint", 12));
    let reason = Field {
        name: "reason",
        label: lang.t("desk-blog-reason"),
        hint: lang.t("desk-blog-reason-hint"),
        required: true,
        chars_max: SAID_CHARS_MAX,
        ..Field::default()
    };
    let name = lang.t(if public { "desk-blog-correct" } else { "desk-blog-new" });
    let seen = Seen { app: &desk.app, lang, desk: true, linked: &[] };
    let body = html! {
        h1 { (name) }
        @if let Some(post) = post.filter(|_| public) { (seen.post(post, &html! { p { a href=(link::blog(post.id)) { (lang.t("desk-forum-public")) } } })) }
        (summary(lang, errors))
        form.broad id=(FORM) method="post" action=(to) data-once="" {
            @match post {
                Some(post) => { input type="hidden" name="seen" value=(post.version); }
                None => { input type="hidden" name="submit_key" value=(typed.get("submit_key")); }
            }
            (field(lang, &title, typed, errors))
            (field(lang, &text, typed, errors))
            @if public { (field(lang, &reason, typed, errors)) }
            @if post.is_none() { label.check { input type="checkbox" name="head" value="1" checked[typed.has("head")]; (lang.t("desk-forum-head")) } }
            div.acts {
                @if public { button name="act" value="edit" { (lang.t("desk-blog-correct-send")) } }
                @else {
                    @if post.is_some() { button name="act" value="publish" { (lang.t("desk-blog-publish")) } }
                    button.second[post.is_some()] name="act" value="edit" { (lang.t("desk-blog-keep")) }
                }
                @if post.is_some() && !public { button.danger name="act" value="withdraw" formnovalidate { (lang.t("forum-withdraw")) } }
            }
        }
        p { a href=(link::DESK_BLOG) { (lang.t("back")) } }
    };
    desk.form_page(&name, (to.clone(), &body))
}
