//! The board for programs: topics, posts of offices, and what stands below them; and writing, as the pages take it.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use forum::board::{self, Cursor, Filter, List};
use forum::post::Contact;
use forum::words::Typed;
use forum::write::New;
use forum::{Kind, Post, Standing};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::again::key;
use super::body::Body;
use super::etag;
use super::open::{Paged, count};
use crate::app::App;
use crate::error::Problem;
use crate::extract::{Fields, Path, Query};
use crate::portal::forum::{accuses, read_topic, speaker, take};
use crate::visit::Visit;

/// A post of the board, or of an office.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PostRow {
    /// Its id, which stays.
    id: String,
    /// `topic`, `reply`, `answer` (of an office) or `blog` (a post of an office).
    kind: String,
    /// `public`, `hidden` (with `reason`, without words) or `withdrawn`.
    standing: String,
    /// What it is about, in a line; empty for replies and answers.
    title: String,
    /// The words, personal data covered; empty where it is hidden or withdrawn.
    text: String,
    /// Who speaks: an office, a pen name, or nobody known.
    by: String,
    /// Code of the place.
    place: String,
    /// Code of the category; empty for posts of offices.
    theme: String,
    /// Code of the office that is asked, or wrote.
    office: String,
    /// When it was to be seen first.
    shown: String,
    /// When it changed last.
    changed: String,
    /// Whether the office that is asked has answered.
    answered: bool,
    /// Public posts below it.
    replies: i64,
    /// The number of the matter that was made of it, where its writer shows it.
    number: String,
    /// Why it is hidden: office, code of the reason, the office's own words, day.
    reason: Option<Reason>,
}

/// Why a post is hidden.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Reason {
    /// Code of the office that hid it.
    office: String,
    /// Code of the reason, of the list `forum_hide` of the rules.
    ground: String,
    /// The office's own words.
    words: String,
    /// The day.
    day: String,
}

/// A topic with what stands below it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TopicPage {
    /// The topic, or the post of an office.
    topic: PostRow,
    /// What stands below it, the oldest first.
    posts: Vec<PostRow>,
    /// Goes into `cursor` of the next question; `null` at the end.
    next: Option<String>,
}

/// A new topic.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTopic {
    /// What it is about, in a line.
    title: String,
    /// The words. Personal data in them is covered before anything is kept.
    text: String,
    /// Code of the place.
    place: String,
    /// Code of the category.
    theme: String,
    /// Code of the office that is asked; empty where it is to be found.
    #[serde(default)]
    office: String,
    /// A name for this one post.
    #[serde(default)]
    pen: String,
    /// A mobile number that a one-time code goes to; kept sealed.
    #[serde(default)]
    mobile: String,
    /// An e-mail address instead.
    #[serde(default)]
    email: String,
}

/// A new reply.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewReply {
    /// The words. Personal data in them is covered before anything is kept.
    text: String,
    /// A name for this one post.
    #[serde(default)]
    pen: String,
    /// A mobile number that a one-time code goes to; kept sealed.
    #[serde(default)]
    mobile: String,
    /// An e-mail address instead.
    #[serde(default)]
    email: String,
}

/// What became of a new post.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Posted {
    /// Its id.
    id: String,
    /// The code by which its writer finds it again, on the page `/forum/own`. It is shown here only, and to the same request again.
    code: String,
    /// Whether it waits until its contact is proven or somebody has looked.
    held: bool,
    /// Whether a one-time code is on its way to the contact.
    asked: bool,
}

fn row(app: &App, visit: &Visit, post: &Post) -> PostRow {
    let directory = app.hall.site.directory();
    let public = post.state.as_ref().filter(|_| post.standing == Standing::Public);
    let hiding = post.state.as_ref().filter(|_| post.standing == Standing::Hidden).and_then(|state| state.hiding.as_ref());
    let of = |text: &dyn Fn(&forum::State) -> String| public.map(text).unwrap_or_default();
    PostRow {
        id: post.id.to_string(),
        kind: post.kind.code().to_owned(),
        standing: post.standing.code().to_owned(),
        title: of(&|state| state.words.title.clone()),
        text: of(&|state| state.words.text.clone()),
        by: of(&|state| speaker(visit.lang, &directory, state)),
        place: post.place.clone(),
        theme: post.theme.clone(),
        office: post.office.clone(),
        shown: post.shown.map(|at| at.to_string()).unwrap_or_default(),
        changed: post.changed.to_string(),
        answered: public.is_some_and(|state| state.answered),
        replies: post.replies,
        number: of(&|state| state.number.clone()),
        reason: hiding.map(|hiding| Reason {
            office: hiding.office.clone(),
            ground: hiding.ground.clone(),
            words: hiding.words.clone(),
            day: hiding.day.to_string(),
        }),
    }
}

fn cursor(query: &Fields) -> Result<Option<Cursor>, Problem> {
    match query.get("cursor") {
        "" => Ok(None),
        text => Cursor::parse(text).map(Some).ok_or_else(|| Problem::bad("cursor_broken")),
    }
}

/// Lists topics of the board, or with `kind=blog` posts of offices, the newest first.
pub(super) async fn list(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    Query(query): Query,
) -> Result<Response, Problem> {
    let (count, after) = (count(&query)?, cursor(&query)?);
    let list = if query.get("kind") == Kind::Blog.code() {
        List::Blog(query.get("office").to_owned())
    } else {
        let text = |name: &str| query.get(name).to_owned();
        List::Topics(Filter { place: text("place"), theme: text("theme"), open: query.get("only") == "open" })
    };
    let site = app.hall.site.clone();
    let page = app.hall.store.read(move |tx| board::page(tx, &site, (&list, after, count))).await?;
    let items: Vec<PostRow> = page.posts.iter().map(|post| row(&app, &visit, post)).collect();
    let page = Paged { items, next: page.next.map(|next| next.to_string()) };
    let mark = etag::mark(0, &page);
    Ok(etag::answer(&headers, &mark, Json(page)))
}

/// Shows a topic, or a post of an office, with what stands below it.
pub(super) async fn show(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    Query(query): Query,
) -> Result<Response, Problem> {
    let whole = read_topic(&app, id, cursor(&query)?).await?;
    let whole = whole.filter(|whole| whole.first.kind.is_first() && whole.first.standing != Standing::Held);
    let whole = whole.filter(|whole| whole.first.shown.is_some() || whole.first.standing == Standing::Hidden);
    let whole = whole.ok_or(Problem::Absent)?;
    let told = TopicPage {
        topic: row(&app, &visit, &whole.first),
        posts: whole.page.posts.iter().map(|post| row(&app, &visit, post)).collect(),
        next: whole.page.next.map(|next| next.to_string()),
    };
    let mark = etag::mark(whole.first.version, &told);
    Ok(etag::answer(&headers, &mark, Json(told)))
}

/// Takes a topic. The same one sent again under its key gets the same answer with 200; another one under that key is 409.
pub(super) async fn begin(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    Body(new): Body<NewTopic>,
) -> Result<Response, Problem> {
    let typed = Typed { title: new.title, text: new.text, pen: new.pen };
    let new = New {
        kind: Kind::Topic,
        topic: None,
        place: new.place,
        theme: new.theme,
        office: new.office,
        head: false,
        accuses: accuses(&app, &typed),
        typed,
        contact: Contact { mobile: new.mobile, email: new.email, language: visit.lang.tag().to_owned() },
        submit_key: key(&headers)?.to_owned(),
    };
    posted(&app, &visit, new).await
}

/// Takes a reply to a topic, or to a post of an office.
pub(super) async fn reply(
    State(app): State<App>,
    visit: Visit,
    Path(topic): Path<Uuid>,
    headers: HeaderMap,
    Body(new): Body<NewReply>,
) -> Result<Response, Problem> {
    let typed = Typed { title: String::new(), text: new.text, pen: new.pen };
    let new = New {
        kind: Kind::Reply,
        topic: Some(topic),
        place: String::new(),
        theme: String::new(),
        office: String::new(),
        head: false,
        accuses: accuses(&app, &typed),
        typed,
        contact: Contact { mobile: new.mobile, email: new.email, language: visit.lang.tag().to_owned() },
        submit_key: key(&headers)?.to_owned(),
    };
    posted(&app, &visit, new).await
}

async fn posted(app: &App, visit: &Visit, mut new: New) -> Result<Response, Problem> {
    // a key is a submit key of its own, and longer ones are cut to the hash of them
    new.submit_key = submit(&new.submit_key);
    let done = take(app, visit, new).await?;
    let status = if done.repeated { StatusCode::OK } else { StatusCode::CREATED };
    let code = done.code.as_ref().map(forum::code::Code::shown).unwrap_or_default();
    Ok((status, Json(Posted { id: done.post.to_string(), code, held: done.held, asked: done.asked })).into_response())
}

/// Makes a submit key of the header, one that no form of the pages has.
pub(super) fn submit(key: &str) -> String {
    use sha2::{Digest, Sha256};
    data_encoding::HEXLOWER.encode(&Sha256::digest(format!("api|{key}")))
}
