//! What is new and public, for programs that people read news with (Atom, RFC 4287): figures of months that are over, and opinion boxes that
//! were opened; of the whole site, or of one place. Besides, what machines that look things up may and may not ask for.

use appeals::rounds::{self, Round};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use civic::directory::OpinionBox;
use db::Fault;
use jiff::ToSpan;
use jiff::civil::Date;

use super::boxes::found;
use crate::app::App;
use crate::error::Problem;
use crate::extract::Path;
use crate::link;
use crate::visit::Visit;
use crate::words::{Lang, day, month_name};

/// Months that are told.
const MONTHS: i64 = 12;
/// Rounds of boxes that are told.
const ROUNDS_MAX: usize = 50;
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
    link::SEARCH,
    link::CHECK,
    link::PRIVACY,
];
/// Where such machines have nothing to look for: pages of one person or one matter, of staff, and what programs ask.
const NOT_FOR_MACHINES: &[&str] =
    &["/desk", "/track/", "/appeals/receipt", "/slip", "/api/", "/open311/", "/settings", "/search?"];

/// Is something new.
struct News {
    id: String,
    title: String,
    to: String,
    on: Date,
}

/// Tells what is new on the whole site.
pub async fn whole(State(app): State<App>, visit: Visit) -> Result<Response, Problem> {
    tell(&app, &visit, None).await
}

/// Tells what is new of a place, with everything below it.
pub async fn of_place(State(app): State<App>, visit: Visit, Path(name): Path<String>) -> Result<Response, Problem> {
    let code = name.strip_suffix(".atom").ok_or(Problem::Absent)?;
    if !app.hall.site.directory().places.contains_key(code) {
        return Err(Problem::Absent);
    }
    tell(&app, &visit, Some(code)).await
}

async fn tell(app: &App, visit: &Visit, place: Option<&str>) -> Result<Response, Problem> {
    let (lang, directory) = (visit.lang, app.hall.site.directory());
    let within = |own: &&OpinionBox| place.is_none_or(|place| directory.within(&own.place, place));
    let boxes: Vec<OpinionBox> = directory.boxes.values().filter(within).cloned().collect();
    let mut news: Vec<News> = opened(app, boxes).await?.iter().map(|(own, round)| of_round(visit, own, round)).collect();
    if place.is_none() {
        news.extend(months(lang, app.today()));
    }
    news.sort_by(|one, other| other.on.cmp(&one.on).then_with(|| one.id.cmp(&other.id)));
    let name = place.and_then(|code| directory.places.get(code)).map(|place| lang.pick(&place.name, &place.name_en).to_owned());
    let title = lang.say("atom-title", &[("place", name.unwrap_or_else(|| visit.site.clone()).into())]);
    let own = place.map_or_else(|| link::NEWS.to_owned(), link::news_of);
    Ok(file("application/atom+xml; charset=utf-8", atom(visit, (&title, &own), (&news, &app.hall.site.origin))))
}

/// Finds the newest rounds of some boxes.
async fn opened(app: &App, boxes: Vec<OpinionBox>) -> Result<Vec<(OpinionBox, Round)>, Problem> {
    let site = app.hall.site.clone();
    let found = app.hall.store.read(move |tx| {
        let mut all = Vec::new();
        for own in boxes {
            let rounds = rounds::of_box(tx, &site, &own.code)?;
            all.extend(rounds.into_iter().map(|round| (own.clone(), round)));
        }
        all.sort_by_key(|(_, round)| std::cmp::Reverse(round.at));
        all.truncate(ROUNDS_MAX);
        Ok::<_, Fault>(all)
    });
    Ok(found.await?)
}

fn of_round(visit: &Visit, own: &OpinionBox, round: &Round) -> News {
    let lang = visit.lang;
    let facts = [
        ("name", lang.pick(&own.name, &own.name_en).into()),
        ("day", day(lang, round.day).into()),
        ("found", found(visit, round).into()),
    ];
    News {
        id: format!("round/{}", round.id),
        title: lang.say("atom-round", &facts),
        to: format!("{}#{}", link::BOXES_PUBLIC, own.code),
        on: round.day,
    }
}

/// Lists the months that are over, each told on the first day after it.
fn months(lang: Lang, today: Date) -> Vec<News> {
    let first = today.first_of_month();
    let over = (0..MONTHS).filter_map(|back| first.checked_sub(back.months()).ok());
    over.map(|on| {
        let month = on.yesterday().unwrap_or(on).to_string()[..7].to_owned();
        let title = lang.say("atom-month", &[("month", month_name(lang, &month).into())]);
        News { id: format!("month/{month}"), title, to: link::figures_people(&month), on }
    })
    .collect()
}

/// Writes the document.
fn atom(visit: &Visit, (title, own): (&str, &str), (news, origin): (&[News], &str)) -> String {
    let base = &visit.base;
    let moment = |on: Date| format!("{on}T00:00:00Z");
    let updated = news.iter().map(|one| one.on).max().map_or_else(|| "2026-01-01T00:00:00Z".to_owned(), moment);
    let entries: Vec<String> = news
        .iter()
        .map(|one| {
            format!(
                "<entry><id>tag:{},2026:{}</id><title>{}</title><updated>{}</updated><link rel=\"alternate\" type=\"text/html\" href=\"{}\"/></entry>\n",
                plain(origin.split('/').next().unwrap_or(origin)),
                plain(&one.id),
                plain(&one.title),
                moment(one.on),
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
pub async fn sitemap(visit: Visit) -> Response {
    let urls: Vec<String> =
        KNOWN.iter().map(|path| format!("<url><loc>{}</loc></url>\n", plain(&format!("{}{path}", visit.base)))).collect();
    let urls = urls.concat();
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{urls}</urlset>\n"
    );
    file("application/xml; charset=utf-8", text)
}

/// Tells such machines where they have nothing to look for.
pub async fn robots(visit: Visit) -> Response {
    let closed: Vec<String> = NOT_FOR_MACHINES.iter().map(|path| format!("Disallow: {path}\n")).collect();
    let closed = closed.concat();
    file("text/plain; charset=utf-8", format!("User-agent: *\n{closed}Sitemap: {}/sitemap.xml\n", visit.base))
}

fn file(kind: &'static str, text: String) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(kind))], text).into_response()
}

/// Writes text so that XML takes it for nothing else; what XML cannot hold is left out.
fn plain(text: &str) -> String {
    let held: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    held.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
