//! What is new on the board and what offices wrote, for programs that people read news with (Atom, RFC 4287): everywhere, at a place, about
//! a theme. Ids stay for ever, a change moves the time, and what has not changed is not sent again.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use forum::Post;
use forum::board::{Filter, List};
use jiff::Timestamp;

use super::draw::{address, speaker};
use super::list::of;
use crate::api::etag;
use crate::app::App;
use crate::error::Problem;
use crate::extract::Path;
use crate::link;
use crate::portal::news::plain;
use crate::visit::Visit;

/// Tells what is new on the whole board.
pub async fn whole(State(app): State<App>, visit: Visit, headers: HeaderMap) -> Result<Response, Problem> {
    tell(&app, &visit, (List::Topics(Filter::default()), visit.lang.t("forum-title")), &headers).await
}

/// Tells what is new at a place and below it.
pub async fn of_place(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let directory = app.hall.site.directory();
    let place = name.strip_suffix(".atom").and_then(|code| directory.places.get(code)).ok_or(Problem::Absent)?;
    let title = format!("{} · {}", visit.lang.t("forum-title"), visit.lang.pick(&place.name, &place.name_en));
    let filter = Filter { place: place.code.clone(), ..Filter::default() };
    tell(&app, &visit, (List::Topics(filter), title), &headers).await
}

/// Tells what is new about a theme.
pub async fn of_theme(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let rules = app.hall.site.rules();
    let theme = name.strip_suffix(".atom").and_then(|code| rules.category(code)).ok_or(Problem::Absent)?;
    let title = format!("{} · {}", visit.lang.t("forum-title"), visit.lang.pick(&theme.zh, &theme.en));
    let filter = Filter { theme: theme.code.clone(), ..Filter::default() };
    tell(&app, &visit, (List::Topics(filter), title), &headers).await
}

/// Tells what offices wrote.
pub async fn blog(State(app): State<App>, visit: Visit, headers: HeaderMap) -> Result<Response, Problem> {
    tell(&app, &visit, (List::Blog(String::new()), visit.lang.t("blog-title")), &headers).await
}

async fn tell(app: &App, visit: &Visit, (list, title): (List, String), headers: &HeaderMap) -> Result<Response, Problem> {
    let blog = matches!(list, List::Blog(_));
    let page = of(app, list, None).await?;
    let (lang, directory, base, origin) = (visit.lang, app.hall.site.directory(), &visit.base, &app.hall.site.origin);
    let host = origin.split('/').next().unwrap_or(origin);
    let own = format!("{base}{}", visit.path);
    let updated = page.posts.iter().map(|post| post.changed).max().unwrap_or(Timestamp::UNIX_EPOCH);
    let entry = |post: &Post| {
        let state = post.state.as_ref()?;
        Some(format!(
            "<entry><id>tag:{},2026:post/{}</id><title>{}</title><updated>{}</updated><published>{}</published>\
             <author><name>{}</name></author><link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\
             <content type=\"text\">{}</content></entry>\n",
            plain(host),
            post.id,
            plain(&state.words.title),
            second(post.changed),
            second(post.shown.unwrap_or(post.written)),
            plain(&speaker(lang, &directory, state)),
            plain(&format!("{base}{}", address(post))),
            plain(&state.words.text),
        ))
    };
    let entries: Vec<String> = page.posts.iter().filter_map(entry).collect();
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n\
         <id>{}</id><title>{}</title><updated>{}</updated><author><name>{}</name></author>\n\
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/><link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n{}</feed>\n",
        lang.tag(),
        plain(&own),
        plain(&title),
        second(updated),
        plain(&visit.site),
        plain(&own),
        plain(&format!("{base}{}", if blog { link::BLOG } else { link::FORUM })),
        entries.concat(),
    );
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/atom+xml; charset=utf-8"))];
    let mark = etag::mark(page.posts.len() as i64, &text);
    Ok(etag::answer(headers, &mark, (kind, text).into_response()))
}

/// Writes a moment to the second.
fn second(at: Timestamp) -> String {
    Timestamp::from_second(at.as_second()).unwrap_or(at).to_string()
}
