//! The register of letters and visits (登记簿): a year of an office, the newest first, on the screen, on paper and as a file. Numbers, days and
//! steps; of the words nothing but the titles that whoever looks may read, under an entry.

use appeals::appeal::{Channel, Registered};
use appeals::queue;
use appeals::register::{self, Book, Line, PAGE_LINES_MAX};
use appeals::store::Row;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use civic::access;
use civic::permit::{Act, Subject};
use db::Fault;
use maud::{Markup, html};
use uuid::Uuid;

use super::counter::ways;
use super::frame::{Desk, reads_titles};
use super::queue::{listing, note_titles};
use crate::error::Problem;
use crate::extract::{Fields, Query};
use crate::kit::empty::empty;
use crate::kit::pager::{Pager, pager};
use crate::kit::print::slip;
use crate::kit::table::{Table, table};
use crate::link;
use crate::portal::track::stage;
use crate::portal::track::story::office;
use crate::route::Route;
use crate::take::comma;
use crate::words::{Lang, moment};

/// Lists the addresses.
pub const ROUTES: &[Route] =
    &[Route::staff("/desk/register", "GET", || get(show)), Route::staff("/desk/register/take", "GET", || get(take))];

/// The ways that have a register.
const BOOKS: [Channel; 2] = [Channel::Letter, Channel::Reception];

/// Says where a letter or a visit stands: `2026年第12号`.
pub fn entry(lang: Lang, own: &Registered) -> String {
    lang.say("register-entry", &[("year", own.year.to_string().into()), ("number", own.number.into())])
}

/// Reads which register is asked for, and asks the permit.
fn book(desk: &Desk, query: &Fields) -> Result<Book, Problem> {
    let office = Some(query.get("office")).filter(|code| !code.is_empty()).unwrap_or(&desk.person().office).to_owned();
    desk.permit(Act::SeeRegister, &Subject { owner: office.clone(), ..Subject::default() })?;
    if !desk.directory().offices.contains_key(&office) {
        return Err(Problem::Absent);
    }
    let channel = Channel::parse(query.get("book")).filter(|own| own.has_register()).unwrap_or(Channel::Letter);
    let year = query.get("year").parse().unwrap_or_else(|_| desk.app.today().year());
    Ok(Book { office, channel, year })
}

fn address(base: &str, book: &Book) -> String {
    format!("{base}?book={}&year={}&office={}", book.channel.code(), book.year, book.office)
}

/// Shows a year of a register, or a pile.
pub async fn show(desk: Desk, Query(query): Query) -> Result<Response, Problem> {
    let book = book(&desk, &query)?;
    let pile: Option<Uuid> = query.get("pile").parse().ok();
    let behind = query.get("behind").parse().unwrap_or(i64::MAX);
    let (who, own) = (desk.staff.who(), book.clone());
    let (found, (many, _)) = desk
        .read(move |tx, site, _| {
            let lines = match pile {
                Some(pile) => register::pile(tx, site, &who, (pile, &own.office))?,
                None => register::year(tx, site, &who, (&own, behind), PAGE_LINES_MAX)?,
            };
            Ok::<_, Fault>((lines, register::counted(tx, site, &own)?))
        })
        .await?;
    let titles = titles(&desk, &found).await?;
    Ok(page(&desk, (&book, pile), (&found, &titles, many)))
}

fn page(desk: &Desk, (book, pile): (&Book, Option<Uuid>), (found, titles, many): (&[Line], &[Option<String>], i64)) -> Response {
    let (lang, directory) = (desk.lang(), desk.directory());
    let office = office(lang, &directory, &book.office);
    let key = match (pile, book.channel) {
        (Some(_), _) => "register-pile-title",
        (None, Channel::Letter) => "register-letters-title",
        (None, _) => "register-visits-title",
    };
    let title = lang.say(key, &[("office", office.as_str().into()), ("year", book.year.to_string().into())]);
    let made = moment(lang, desk.app.now(), &desk.app.hall.site.zone);
    let last = found.last().map(|line| line.entry).filter(|last| pile.is_none() && *last > 1);
    let pages = Pager { after: last.map(|last| format!("{}&behind={last}", address(link::REGISTER, book))), ..Pager::default() };
    let list = html! {
        h1 { (title) }
        @if found.is_empty() { (empty(&lang.t("register-empty"), &lang.t("register-empty-why"), &html! {})) }
        @else {
            (lines(desk, &title, (found, titles)))
            p.quiet { (lang.say("print-by", &[("name", desk.person().name.as_str().into()), ("moment", made.into())])) }
        }
    };
    let body = html! {
        (ways(desk, link::REGISTER))
        nav.tabs.no-print aria-label=(lang.t("register-books")) {
            @for channel in BOOKS {
                @let own = Book { channel, ..book.clone() };
                a href=(address(link::REGISTER, &own)) aria-current=[(pile.is_none() && channel == book.channel).then_some("page")] { (lang.code("channel", channel.code())) }
            }
            @let before = Book { year: book.year.saturating_sub(1), ..book.clone() };
            a href=(address(link::REGISTER, &before)) { (lang.say("register-year", &[("year", before.year.to_string().into())])) }
        }
        (slip(lang, &title, &list))
        (pager(lang, &pages))
        p.quiet.no-print { (lang.say("register-many", &[("count", many.into())])) " " (lang.t("register-none-accused")) }
        @if let Some(pile) = pile.filter(|_| !found.is_empty()) {
            p.take.no-print { (lang.t("take-as")) " " a href={ (address(link::REGISTER_TAKE, book)) "&pile=" (pile) } { (lang.t("take-comma")) } }
        }
    };
    desk.page(&title, &body)
}

/// Draws lines of a register; titles stand by their place, where there are any.
pub fn lines(desk: &Desk, caption: &str, (found, titles): (&[Line], &[Option<String>])) -> Markup {
    let (lang, directory) = (desk.lang(), desk.directory());
    let heads = ["register-number", "queue-matter", "letter-came", "fact-place", "queue-hand", "queue-stage"];
    let rows = found.iter().enumerate().map(|(at, line)| {
        let row = &line.row;
        let place = row.place.as_ref().and_then(|code| directory.places.get(code));
        let title = titles.get(at).and_then(Option::as_deref);
        vec![
            html! { @if line.entry > 0 { (line.entry) } @else { "–" } },
            html! {
                a href=(link::matter(&row.number)) { (title.map_or_else(|| lang.code("kind", row.kind.code()), str::to_owned)) }
                br;
                span.quiet { span.code { (row.number) } " · " (lang.code("kind", row.kind.code())) }
            },
            html! { div { (if line.came.is_empty() { row.received.clone() } else { line.came.clone() }) @if !line.posted.is_empty() { br; span.quiet { (lang.t("letter-posted")) " " (line.posted) } } } },
            html! { (place.map_or_else(|| lang.t("field-place-unknown"), |place| lang.pick(&place.name, &place.name_en).to_owned())) },
            html! { (office(lang, &directory, &row.owner)) },
            html! { (stage(lang, row.stage)) },
        ]
    });
    table(&Table { caption: caption.to_owned(), heads: heads.map(|key| lang.t(key)).to_vec(), rows: rows.collect() })
}

/// Opens the titles that this person may read, and notes whose they are before any leaves.
async fn titles(desk: &Desk, found: &[Line]) -> Result<Vec<Option<String>>, Problem> {
    if found.is_empty() || !reads_titles(desk) {
        return Ok(Vec::new());
    }
    let rows: Vec<Row> = found.iter().map(|line| line.row.clone()).collect();
    let (who, reading) = (desk.staff.who(), listing(desk));
    let opened = desk.read(move |tx, site, now| {
        let titles = queue::titles(tx, site, &who, &rows)?;
        let shown = rows.iter().zip(&titles).filter(|(_, title)| title.is_some()).map(|(row, _)| row.id);
        let shown: Vec<Uuid> = shown.collect();
        let noted = access::covers_list(tx, site, now, (&reading, &shown))?;
        Ok::<_, Fault>((titles, (!noted).then_some(shown)))
    });
    let (titles, fresh) = opened.await?;
    if let Some(fresh) = fresh {
        note_titles(desk, fresh).await?;
    }
    Ok(titles)
}

/// Hands a pile out as a file, for whoever keeps the paper: numbers, days and steps, and no word that a person wrote. Of a whole register
/// there is no file (guard rule E14).
pub async fn take(desk: Desk, Query(query): Query) -> Result<Response, Problem> {
    let book = book(&desk, &query)?;
    let pile: Uuid = query.get("pile").parse().map_err(|_| Problem::Absent)?;
    let (who, own) = (desk.staff.who(), book.clone());
    let found = desk.read(move |tx, site, _| register::pile(tx, site, &who, (pile, &own.office))).await?;
    if found.is_empty() {
        return Err(Problem::Absent);
    }
    let (lang, directory) = (desk.lang(), desk.directory());
    let heads = [
        "register-number",
        "receipt-number",
        "letter-came",
        "letter-posted",
        "fact-kind",
        "fact-place",
        "queue-hand",
        "queue-stage",
    ];
    let mut rows = vec![heads.map(|key| lang.t(key)).to_vec()];
    rows.extend(found.iter().map(|Line { entry, came, posted, row }| {
        let place = row.place.as_ref().and_then(|code| directory.places.get(code));
        vec![
            entry.to_string(),
            row.number.clone(),
            if came.is_empty() { row.received.clone() } else { came.clone() },
            posted.clone(),
            lang.code("kind", row.kind.code()),
            place.map_or_else(String::new, |place| lang.pick(&place.name, &place.name_en).to_owned()),
            office(lang, &directory, &row.owner),
            lang.code("stage", row.stage.code()),
        ]
    }));
    let name = format!("attachment; filename=\"letters-{}.csv\"", desk.app.today());
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::try_from(name).expect("a day is plain ASCII")),
    ];
    Ok((headers, comma(&rows)).into_response())
}
