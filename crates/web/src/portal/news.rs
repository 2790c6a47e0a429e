//! What is new and public, for programs that people read news with (Atom, RFC 4287): figures of months that are over, opinion boxes that
//! were opened, topics of the board, posts of offices; of the whole site, of one place, or about one theme. Besides, what machines that look
//! things up may and may not ask for.

use appeals::published::{self, Published, What};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use civic::directory::Directory;
use db::Fault;
use forum::board::{self, Filter, List, PAGE_POSTS};
use insight::consult::list as asked;
use jiff::Timestamp;
use jiff::civil::Date;

use super::boxes::found;
use super::forum::address;
use crate::api::etag;
use crate::app::App;
use crate::error::Problem;
use crate::extract::Path;
use crate::link;
use crate::visit::Visit;
use crate::words::{day, month_name};

/// Pages that machines which look things up may know.
const KNOWN: &[&str] = &[
    link::HOME,
    link::FILE,
    link::TRACK,
    link::HELP,
    link::RULES,
    link::FIGURES,
    link::FIGURES_PEOPLE,
    link::BOXES_PUBLIC,
    link::FORUM,
    link::BLOG,
    link::FORUM_MEASURES,
    link::CONSULT,
    link::DAYS,
    link::SUPERVISED,
    link::REPORTS,
    link::SEARCH,
    link::CHECK,
    link::PRIVACY,
];
/// Where such machines have nothing to look for: pages of one person or one matter, of staff, and what programs ask.
const NOT_FOR_MACHINES: &[&str] = &[
    "/desk",
    "/track/",
    "/forum/own",
    "/forum/report/",
    "/forum/new",
    "/consult/own",
    "/reception/own",
    "/appeals/receipt",
    "/slip",
    "/api/",
    "/open311/",
    "/settings",
    "/search?",
];

/// Addresses of a file for machines; the rules of these files allow no more.
const CHUNK: i64 = 50_000;
/// Files of addresses of one kind.
const CHUNKS_MAX: i64 = 1_000;

/// Is something new.
struct News {
    id: String,
    title: String,
    to: String,
    at: Timestamp,
}

/// Says of what news are told.
#[derive(Clone, Copy)]
enum Of<'a> {
    Everything,
    Place(&'a str),
    Theme(&'a str),
}

/// Tells what is new on the whole site.
pub async fn whole(State(app): State<App>, visit: Visit, headers: HeaderMap) -> Result<Response, Problem> {
    tell(&app, &visit, (Of::Everything, &headers)).await
}

/// Tells what is new of a place, with everything below it.
pub async fn of_place(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let code = name.strip_suffix(".atom").ok_or(Problem::Absent)?;
    if !app.hall.site.directory().places.contains_key(code) {
        return Err(Problem::Absent);
    }
    tell(&app, &visit, (Of::Place(code), &headers)).await
}

/// Tells what is new about a theme.
pub async fn of_theme(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let code = name.strip_suffix(".atom").ok_or(Problem::Absent)?;
    if app.hall.site.rules().category(code).is_none() {
        return Err(Problem::Absent);
    }
    tell(&app, &visit, (Of::Theme(code), &headers)).await
}

async fn tell(app: &App, visit: &Visit, (of, headers): (Of<'_>, &HeaderMap)) -> Result<Response, Problem> {
    let (lang, directory, rules) = (visit.lang, app.hall.site.directory(), app.hall.site.rules());
    let mut news = published(app, visit, of).await?;
    news.extend(said(app, of).await?);
    news.sort_by(|one, other| other.at.cmp(&one.at).then_with(|| one.id.cmp(&other.id)));
    let (name, own) = match of {
        Of::Everything => (None, link::NEWS.to_owned()),
        Of::Place(code) => (directory.places.get(code).map(|place| lang.pick(&place.name, &place.name_en)), link::news_of(code)),
        Of::Theme(code) => (rules.category(code).map(|theme| lang.pick(&theme.zh, &theme.en)), link::news_about(code)),
    };
    let title = lang.say("atom-title", &[("place", name.map_or_else(|| visit.site.clone(), str::to_owned).into())]);
    let text = atom(visit, (&title, &own), (&news, &app.hall.site.origin));
    let mark = etag::mark(news.len() as i64, &text);
    Ok(etag::answer(headers, &mark, file("application/atom+xml; charset=utf-8", text)))
}

/// Finds what was said on the board, and by offices.
async fn said(app: &App, of: Of<'_>) -> Result<Vec<News>, Problem> {
    let topics =
        |place: &str, theme: &str| List::Topics(Filter { place: place.to_owned(), theme: theme.to_owned(), open: false });
    let lists = match of {
        Of::Everything => vec![topics("", ""), List::Blog(String::new())],
        Of::Place(place) => vec![topics(place, "")],
        Of::Theme(theme) => vec![topics("", theme)],
    };
    let site = app.hall.site.clone();
    let found = app.hall.store.read(move |tx| {
        let mut posts = Vec::new();
        for list in &lists {
            posts.extend(board::page(tx, &site, (list, None, PAGE_POSTS))?.posts);
        }
        Ok::<_, Fault>(posts)
    });
    let news = |post: forum::Post| {
        let title = post.state.as_ref()?.words.title.clone();
        Some(News { id: format!("post/{}", post.id), title, to: address(&post), at: post.changed })
    };
    Ok(found.await?.into_iter().filter_map(news).collect())
}

/// Returns the beginning of a day, for what has a day and no time.
fn midnight(on: Date) -> Timestamp {
    on.to_zoned_datetime(jiff::tz::TimeZone::UTC).map_or(Timestamp::UNIX_EPOCH, |begin| begin.timestamp())
}

/// Finds what was published of boxes and figures; there is nothing of a theme.
async fn published(app: &App, visit: &Visit, of: Of<'_>) -> Result<Vec<News>, Problem> {
    let place = match of {
        Of::Everything => None,
        Of::Place(place) => Some(place.to_owned()),
        Of::Theme(_) => return Ok(Vec::new()),
    };
    let (site, now) = (app.hall.site.clone(), app.now());
    let all = app.hall.store.read(move |tx| published::list(tx, &site, place.as_deref(), now)).await?;
    let directory = app.hall.site.directory();
    Ok(all.into_iter().filter_map(|one| told(visit, &directory, one)).collect())
}

/// Puts what was published into words.
fn told(visit: &Visit, directory: &Directory, one: Published) -> Option<News> {
    let lang = visit.lang;
    let (title, to) = match &one.what {
        What::Round(round) => {
            let own = directory.boxes.get(&round.of_box)?;
            let facts = [
                ("name", lang.pick(&own.name, &own.name_en).into()),
                ("day", day(lang, round.day).into()),
                ("found", found(visit, round).into()),
            ];
            (lang.say("atom-round", &facts), format!("{}#{}", link::BOXES_PUBLIC, own.code))
        }
        What::Month(month) => (lang.say("atom-month", &[("month", month_name(lang, month).into())]), link::figures_people(month)),
    };
    Some(News { id: one.id, title, to, at: midnight(one.on) })
}

/// Writes the document.
fn atom(visit: &Visit, (title, own): (&str, &str), (news, origin): (&[News], &str)) -> String {
    let base = &visit.base;
    let moment = |at: Timestamp| Timestamp::from_second(at.as_second()).unwrap_or(at).to_string();
    let updated = news.iter().map(|one| one.at).max().map_or_else(|| "2026-01-01T00:00:00Z".to_owned(), moment);
    let entries: Vec<String> = news
        .iter()
        .map(|one| {
            format!(
                "<entry><id>tag:{},2026:{}</id><title>{}</title><updated>{}</updated><link rel=\"alternate\" type=\"text/html\" href=\"{}\"/></entry>\n",
                plain(origin.split('/').next().unwrap_or(origin)),
                plain(&one.id),
                plain(&one.title),
                moment(one.at),
                plain(&format!("{base}{}", one.to)),
            )
        })
        .collect();
    let entries = entries.concat();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n\
         <id>{}</id><title>{}</title><updated>{updated}</updated><author><name>{}</name></author>\n\
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/><link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n{entries}</feed>\n",
        visit.lang.tag(),
        plain(&format!("{base}{own}")),
        plain(title),
        plain(&visit.site),
        plain(&format!("{base}{own}")),
        plain(&format!("{base}{}", link::BOXES_PUBLIC)),
    )
}

/// Lists the pages for machines that look things up.
pub async fn sitemap(State(app): State<App>, visit: Visit) -> Result<Response, Problem> {
    let site = app.hall.site.clone();
    let asked = app.hall.store.read(move |tx| asked::newest(tx, &site, None)).await?;
    let asked = asked.iter().map(|row| link::consult(row.consult.number));
    let all = KNOWN.iter().map(|path| (*path).to_owned()).chain(asked).map(|path| (format!("{}{path}", visit.base), None));
    Ok(addresses(&all.collect::<Vec<_>>()))
}

/// Lists topics of the board, or posts of offices, some at a time: `topics-0.xml`, `blog-0.xml`.
pub async fn sitemap_of(State(app): State<App>, visit: Visit, Path(name): Path<String>) -> Result<Response, Problem> {
    let named = name.strip_suffix(".xml").and_then(|name| name.split_once('-'));
    let (list, chunk) = named.and_then(|(of, chunk)| Some((list_of(of)?, chunk.parse::<i64>().ok()?))).ok_or(Problem::Absent)?;
    if !(0..CHUNKS_MAX).contains(&chunk) {
        return Err(Problem::Absent);
    }
    let site = app.hall.site.clone();
    let found = app.hall.store.read(move |tx| board::addresses(tx, &site, (&list, chunk * CHUNK, CHUNK))).await?;
    if found.is_empty() {
        return Err(Problem::Absent);
    }
    let at = |one: &board::Address| if one.kind == forum::Kind::Blog { link::blog(one.post) } else { link::topic(one.post) };
    Ok(addresses(&found.iter().map(|one| (format!("{}{}", visit.base, at(one)), Some(one.changed))).collect::<Vec<_>>()))
}

fn list_of(name: &str) -> Option<List> {
    match name {
        "topics" => Some(List::Topics(Filter::default())),
        "blog" => Some(List::Blog(String::new())),
        _ => None,
    }
}

fn addresses(all: &[(String, Option<Timestamp>)]) -> Response {
    let day = |at: &Option<Timestamp>| {
        at.map_or_else(String::new, |at| format!("<lastmod>{}</lastmod>", Timestamp::from_second(at.as_second()).unwrap_or(at)))
    };
    let urls: Vec<String> =
        all.iter().map(|(address, at)| format!("<url><loc>{}</loc>{}</url>\n", plain(address), day(at))).collect();
    let urls = urls.concat();
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{urls}</urlset>\n"
    );
    file("application/xml; charset=utf-8", text)
}

/// Tells such machines where they have nothing to look for, and where everything else is listed.
pub async fn robots(State(app): State<App>, visit: Visit) -> Result<Response, Problem> {
    let closed: Vec<String> = NOT_FOR_MACHINES.iter().map(|path| format!("Disallow: {path}\n")).collect();
    let site = app.hall.site.clone();
    let counted = app.hall.store.read(move |tx| {
        let all = ["topics", "blog"].into_iter().filter_map(|name| Some((name, list_of(name)?)));
        all.map(|(name, list)| Ok((name, board::count(tx, &site, (&list, CHUNK * CHUNKS_MAX))?)))
            .collect::<Result<Vec<_>, Fault>>()
    });
    let chunks = counted
        .await?
        .into_iter()
        .flat_map(|(name, many)| (0..(many + CHUNK - 1) / CHUNK).map(move |chunk| format!("/sitemap/{name}-{chunk}.xml")));
    let maps = std::iter::once("/sitemap.xml".to_owned()).chain(chunks);
    let maps: Vec<String> = maps.map(|path| format!("Sitemap: {}{path}\n", visit.base)).collect();
    Ok(file("text/plain; charset=utf-8", format!("User-agent: *\n{}{}", closed.concat(), maps.concat())))
}

fn file(kind: &'static str, text: String) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(kind))], text).into_response()
}

/// Writes text so that XML takes it for nothing else; what XML cannot hold is left out.
pub(crate) fn plain(text: &str) -> String {
    let held: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    held.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
