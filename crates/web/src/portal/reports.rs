//! Monthly and yearly reports (R32): every edition as it was published, as page, workbook, open data and paper.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chart::{Sheet, bars, table, trend};
use maud::{Markup, html};
use oversight::edition::Listed;

use crate::app::App;
use crate::error::Problem;
use crate::extract::{Path, Query};
use crate::kit::empty::empty;
use crate::kit::shell::Page;
use crate::kit::table::{Table, table as drawn};
use crate::link;
use crate::report::{Report, period_name, read};
use crate::take::{self, paper};
use crate::visit::Visit;
use crate::words::{Lang, day};

/// Sheets that are too wide to have bars in them.
const WIDE: [&str; 1] = ["measured"];

/// Lists the editions.
pub async fn list(State(app): State<App>, visit: Visit) -> Result<Response, Problem> {
    let lang = visit.lang;
    let title = lang.t("report-title");
    let all = read::list(&app).await?;
    let body = html! {
        h1 { (title) }
        p.lead { (lang.t("report-lead")) }
        @if all.is_empty() { (empty(&lang.t("report-none"), &lang.t("report-none-why"), &html! { a href=(link::FIGURES) { (lang.t("foot-figures")) } })) }
        @else { ul.finds { @for listed in &all { li { (face(lang, listed)) } } } }
        p { a href=(link::ASSESSMENT) { (lang.t("assess-title")) } " · " a href=(link::FIGURES) { (lang.t("foot-figures")) } }
    };
    Ok(Page::new(&visit, &title).show(&body))
}

/// Draws an edition in a list.
pub(crate) fn face(lang: Lang, listed: &Listed) -> Markup {
    let said = lang.say(
        "report-listed",
        &[
            ("number", listed.number.into()),
            ("day", day(lang, listed.day).into()),
            ("reason", lang.code("edition-reason", listed.reason.code()).into()),
        ],
    );
    html! {
        a.find href=(link::report(&listed.period, Some(listed.number))) { strong { (lang.say("report-of", &[("period", period_name(lang, &listed.period).into())])) } }
        p.quiet { (said) }
        @if !listed.note.is_empty() { p { (listed.note) } }
    }
}

/// Shows one report.
pub async fn show(
    State(app): State<App>,
    visit: Visit,
    Path(period): Path<String>,
    Query(query): Query,
) -> Result<Response, Problem> {
    let lang = visit.lang;
    let report = read::report(&app, lang, (&period, query.get("edition"))).await?;
    let others: Vec<Listed> = read::list(&app).await?.into_iter().filter(|one| one.period == period).collect();
    let newest = others.first().map_or(report.edition.number, |one| one.number);
    let sheets = report.sheets();
    let title = report.title();
    let body = html! {
        p.no-print { a href=(link::REPORTS) { (lang.t("report-title")) } }
        h1 { (title) }
        p.lead { (report.about()) }
        @if newest > report.edition.number {
            p { a href=(link::report(&period, None)) { (lang.say("report-newer", &[("number", newest.into())])) } }
        }
        p.take.no-print {
            (lang.t("report-take"))
            @for (form, key) in [("paper", "report-paper"), ("book", "take-book"), ("data", "take-data")] {
                " " a href=(link::report_as(&period, form, report.edition.number)) { (lang.t(key)) }
            }
        }
        nav aria-labelledby="contents" {
            h2 #contents { (lang.t("report-contents")) }
            ol { @for sheet in &sheets { li { a href={ "#" (sheet.name) } { (sheet.title) } } } li { a href="#dictionary" { (lang.t("report-dictionary")) } } }
        }
        @for sheet in &sheets { (section(&report, sheet)) }
        (law(lang))
        (dictionary(&report))
        @if others.len() > 1 {
            h2 { (lang.t("report-editions")) }
            ul.finds { @for listed in &others { li { (face(lang, listed)) } } }
        }
        p.quiet { (lang.t("report-check")) " " a href=(link::STATEMENTS) { (lang.t("figures-statements")) } }
    };
    Ok(Page::new(&visit, &title).wide().show(&body))
}

fn section(report: &Report, sheet: &Sheet) -> Markup {
    let name = sheet.name.split('-').next().unwrap_or_default();
    let to = link::report_table(&report.edition.period, name);
    html! {
        section id=(sheet.name) {
            h2 { (sheet.title) }
            p.quiet { (sheet.about) }
            @if name == "months" { (trend(sheet, &[0, 1])) details { summary { (report.lang.t("board-table")) } (table(sheet)) } }
            @else if WIDE.contains(&name) { (table(sheet)) }
            @else { (bars(sheet, 0)) }
            (take::links(report.lang, (&to, &format!("?edition={}", report.edition.number))))
        }
    }
}

/// Says where what the law wants in the yearly report stands.
fn law(lang: Lang) -> Markup {
    html! { section { h2 { (lang.t("report-law")) } p { (lang.t("report-law-where")) } p { (lang.t("report-law-advice")) } } }
}

fn dictionary(report: &Report) -> Markup {
    let lang = report.lang;
    let heads = ["report-field", "report-table", "report-column", "report-meaning"].map(|key| lang.t(key)).to_vec();
    let rows = report.dictionary().into_iter().map(|row| row.map(|text| html! { (text) }).to_vec()).collect();
    html! {
        section #dictionary {
            h2 { (lang.t("report-dictionary")) }
            details { summary { (lang.t("report-dictionary-open")) } (drawn(&Table { caption: lang.t("report-dictionary"), heads, rows })) }
        }
    }
}

/// Answers with a report as a file: paper, workbook, or open data.
pub async fn take_whole(
    State(app): State<App>,
    visit: Visit,
    Path((period, form)): Path<(String, String)>,
    Query(query): Query,
) -> Result<Response, Problem> {
    let report = read::report(&app, visit.lang, (&period, query.get("edition"))).await?;
    let name = format!("report-{period}-{}", report.edition.number);
    match form.as_str() {
        "data" => {
            let shown = format!("attachment; filename=\"{name}.json\"");
            Ok(([(header::CONTENT_DISPOSITION, shown)], Json(report.data())).into_response())
        }
        "book" => take::book(&name, &report.sheets(), (&visit.lang.t("report-dictionary"), &words(&report))),
        "paper" => {
            let (title, about) = (report.title(), report.about());
            let paper = paper::Paper { lang: visit.lang, title, about, chapters: Vec::new(), sheets: report.sheets() };
            paper::of(&app, name, paper).await
        }
        _ => Err(Problem::Absent),
    }
}

/// Writes the data dictionary as rows, its heads first.
fn words(report: &Report) -> Vec<Vec<String>> {
    let heads = ["report-field", "report-table", "report-column", "report-meaning"].map(|key| report.lang.t(key)).to_vec();
    std::iter::once(heads).chain(report.dictionary().into_iter().map(Vec::from)).collect()
}

/// Answers with one sheet of a report as a file.
pub async fn take_one(
    State(app): State<App>,
    visit: Visit,
    Path((period, name, form)): Path<(String, String, String)>,
    Query(query): Query,
) -> Result<Response, Problem> {
    let report = read::report(&app, visit.lang, (&period, query.get("edition"))).await?;
    take::answer(&report.sheet(&name).ok_or(Problem::Absent)?, &form)
}
