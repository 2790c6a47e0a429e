//! What a measure of an office is made of: each item with the entry of the log that it rests on, and its matter for whoever may see that. Here
//! the office objects to one.

use appeals::measured::{Measure, Point, Verdict};
use appeals::store;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::journal;
use civic::permit::{Act, may};
use civic::refusal::No;
use civic::site::Site;
use db::{Fault, Tx};
use maud::{Markup, html};
use oversight::assessment::objection::Item;
use oversight::assessment::run::{self, GROUNDS, New};
use oversight::reception::decide::WORDS_CHARS_MAX;
use oversight::reception::list;

use super::{period, sight};
use crate::desk::admin::wrong;
use crate::desk::frame::{Desk, done};
use crate::error::Problem;
use crate::extract::{Fields, Form, Path, Query};
use crate::kit::Tone;
use crate::kit::empty::empty;
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, Input, field, select};
use crate::kit::pager::{Pager, pager};
use crate::kit::state::chip;
use crate::kit::table::{Table, table};
use crate::link;
use crate::portal::track::story;
use crate::report::period_name;

/// Items on a page.
const ROWS_MAX: usize = 50;

/// Says where an item leads: to its matter, to its reception day, or nowhere.
enum Behind {
    Matter(String),
    Day(String),
    Nothing,
}

/// Is a page of items.
struct Page<'a> {
    office: &'a str,
    measure: Measure,
    period: String,
    from: usize,
}

/// Shows them.
pub async fn show(desk: Desk, Path((office, measure)): Path<(String, String)>, Query(query): Query) -> Result<Response, Problem> {
    let measure = Measure::parse(&measure).ok_or(Problem::Absent)?;
    let from = query.get("from").parse().unwrap_or(0);
    let page = Page { office: &office, measure, period: period(&desk, &query), from };
    draw(&desk, &page, (&Fields::default(), &Errors::default())).await
}

async fn points(desk: &Desk, page: &Page<'_>) -> Result<Vec<Point>, Problem> {
    if !sight(desk)?.contains(page.office) {
        return Err(Problem::Absent);
    }
    let (asked, office, measure) = (page.period.clone(), page.office.to_owned(), page.measure);
    let look = move |figures: &appeals::figures::Figures| {
        let all = figures.points((&asked, &office));
        all.into_iter().filter(|point| point.measure == measure).collect::<Vec<_>>()
    };
    let later = || civic::refusal::Refusal::new("figures_counting").instead("try_again");
    Ok(desk.app.figures.clone().current(&desk.app, look).await?.ok_or_else(later)?)
}

async fn draw(desk: &Desk, page: &Page<'_>, (typed, errors): (&Fields, &Errors)) -> Result<Response, Problem> {
    let lang = desk.lang();
    let all = points(desk, page).await?;
    let shown: Vec<Point> = all.iter().skip(page.from).take(ROWS_MAX).copied().collect();
    let (who, leaves): (_, Vec<i64>) = (desk.staff.who(), shown.iter().map(|point| i64::from(point.leaf)).collect());
    let own = page.period.clone();
    let read = move |tx: &mut Tx<'_>, site: &Site, now| {
        let behind = leaves.iter().map(|leaf| behind(tx, site, &who, *leaf)).collect::<Result<Vec<_>, Fault>>()?;
        let open = run::open_until(tx, site, &own)?.is_some_and(|until| site.day(now) <= until);
        Ok::<_, Fault>((behind, open))
    };
    let (behind, open) = desk.read(read).await?;
    let rules = desk.app.hall.site.rules();
    let name = rules.assessing().measure(page.measure.code()).map_or("", |rule| lang.pick(&rule.zh, &rule.en)).to_owned();
    let how = rules.assessing().measure(page.measure.code()).map_or("", |rule| lang.pick(&rule.how_zh, &rule.how_en)).to_owned();
    let heads = ["assess-entry", "assess-verdict", "assess-behind"].map(|key| lang.t(key)).to_vec();
    let rows = shown.iter().zip(&behind).map(|(point, behind)| row(desk, *point, behind)).collect();
    let objects = open && desk.permit(Act::ObjectAssessment, &run::subject(page.office)).is_ok();
    let to =
        |from: usize| format!("{}&from={from}", link::desk_assessment_items((page.office, page.measure.code()), &page.period));
    let pages = Pager {
        before: (page.from > 0).then(|| to(page.from.saturating_sub(ROWS_MAX))),
        after: (page.from + ROWS_MAX < all.len()).then(|| to(page.from + ROWS_MAX)),
        here: String::new(),
    };
    let title = format!("{} · {name}", story::office(lang, &desk.directory(), page.office));
    let body = html! {
        p.no-print { a href=(link::desk_assessment(page.office, &page.period)) { (lang.t("assess-back")) } }
        h1 { (title) }
        p.lead { (period_name(lang, &page.period)) " · " (how) }
        (summary(lang, errors))
        @if shown.is_empty() { (empty(&lang.t("assess-no-items"), &lang.t("assess-no-items-why"), &html! {})) }
        @else { (table(&Table { caption: lang.t("assess-items"), heads, rows })) (pager(lang, &pages)) }
        @if objects { (form(desk, page, (&all, typed, errors))) }
        p.quiet { (lang.t("assess-entry-how")) " " a href=(link::CHECK) { (lang.t("foot-check")) } }
    };
    Ok(desk.page(&title, &body))
}

fn behind(tx: &mut Tx<'_>, site: &Site, who: &civic::permit::Who, leaf: i64) -> Result<Behind, Fault> {
    let Some(stream) = journal::matter_at(tx, site.jurisdiction, leaf)? else { return Ok(Behind::Nothing) };
    if let Some(loaded) = store::load(tx, site, stream)? {
        let seen = may(&site.directory(), who, Act::See, &loaded.state.subject()).is_ok();
        return Ok(if seen { Behind::Matter(loaded.state.number.clone()) } else { Behind::Nothing });
    }
    Ok(list::day(tx, site, stream)?.map_or(Behind::Nothing, |row| Behind::Day(link::reception_day(row.day.id))))
}

fn row(desk: &Desk, point: Point, behind: &Behind) -> Vec<Markup> {
    let lang = desk.lang();
    let tone = match point.verdict {
        Verdict::Good => Tone::Done,
        Verdict::Bad => Tone::Late,
        Verdict::Left(_) => Tone::Plain,
    };
    vec![
        html! { span.code { (point.leaf) } },
        html! { (chip(tone, &lang.code("verdict", point.verdict.code()))) },
        html! {
            @match behind {
                Behind::Matter(number) => { a.code href=(link::matter(number)) data-row="" { (number) } }
                Behind::Day(to) => { a href=(to) { (lang.t("assess-day")) } }
                Behind::Nothing => { span.quiet { (lang.t("assess-closed")) } }
            }
        },
    ]
}

/// Asks to which item, on what ground, and why.
fn form(desk: &Desk, page: &Page<'_>, (all, typed, errors): (&[Point], &Fields, &Errors)) -> Markup {
    let lang = desk.lang();
    let rules = desk.app.hall.site.rules();
    let bad = all.iter().filter(|point| point.verdict == Verdict::Bad);
    let items: Vec<(String, String)> =
        bad.map(|point| (point.leaf.to_string(), lang.say("assess-leaf", &[("leaf", i64::from(point.leaf).into())]))).collect();
    if items.is_empty() {
        return html! {};
    }
    let grounds: Vec<(String, String)> =
        rules.grounds(GROUNDS).map(|row| (row.code.clone(), lang.pick(&row.zh, &row.en).to_owned())).collect();
    let choice = |name: &'static str, label: &str| Field { name, label: lang.t(label), required: true, ..Field::default() };
    let words = Field {
        name: "words",
        label: lang.t("assess-object-why"),
        hint: lang.t("assess-why-hint"),
        input: Input::Area(4),
        required: true,
        chars_max: WORDS_CHARS_MAX,
        ..Field::default()
    };
    html! {
        section {
            h2 { (lang.t("assess-object")) }
            p { (lang.t("assess-object-how")) }
            form method="post" action=(link::desk_assessment_items((page.office, page.measure.code()), &page.period)) {
                (select(lang, &choice("leaf", "assess-entry"), &items, typed, errors))
                (select(lang, &choice("ground", "assess-ground"), &grounds, typed, errors))
                (field(lang, &words, typed, errors))
                div.acts { button { (lang.t("assess-object")) } }
            }
        }
    }
}

/// Takes an objection: to an item that counts against the office.
pub async fn act(
    desk: Desk,
    Path((office, measure)): Path<(String, String)>,
    Query(query): Query,
    Form(sent): Form,
) -> Result<Response, Problem> {
    let measure = Measure::parse(&measure).ok_or(Problem::Absent)?;
    let page = Page { office: &office, measure, period: period(&desk, &query), from: 0 };
    if desk.visit.switched {
        return draw(&desk, &page, (&sent, &Errors::default())).await;
    }
    let leaf: u32 = sent.get("leaf").parse().map_err(|_| Problem::Absent)?;
    let known = points(&desk, &page).await?.iter().any(|point| point.leaf == leaf && point.verdict == Verdict::Bad);
    if !known {
        return Err(Problem::Absent);
    }
    let key = desk.app.hall.site.keystore.take()?;
    let item =
        Item { office: office.clone(), period: page.period.clone(), measure: measure.code().to_owned(), leaf: leaf.into() };
    let new = New { item, ground: sent.get("ground").to_owned(), words: sent.get("words").to_owned() };
    let who = desk.staff.who();
    match desk.write(move |tx, site, by| run::object(tx, site, by, (&who, &new, &key))).await {
        Ok(_) => Ok(done(&link::desk_assessment(&office, &page.period), "assessment_objected")),
        Err(No::Refused(refusal)) if refusal.facts.iter().any(|(name, _)| *name == "field") => {
            let errors = wrong(desk.lang(), refusal.into())?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, draw(&desk, &page, (&sent, &errors)).await?).into_response())
        }
        Err(no) => Err(no.into()),
    }
}
