//! The sheets of offices (考核), for everybody: as published, never in a row by points.

use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};
use oversight::assessment::run;
use oversight::edition::{CLASSES, Edition};

use crate::app::App;
use crate::error::Problem;
use crate::extract::{Path, Query};
use crate::kit::empty::empty;
use crate::kit::print::slip;
use crate::kit::shell::Page;
use crate::link;
use crate::report::assess::{self, Face, grade};
use crate::report::{Report, period_name, read};
use crate::take;
use crate::visit::Visit;
use crate::words::Lang;

/// Periods that can be chosen.
const PERIODS: usize = 8;

/// Finds the edition that is asked for, or the newest there is.
async fn asked(app: &App, lang: Lang, query: &crate::extract::Fields) -> Result<Option<Report>, Problem> {
    let period = match query.get("period") {
        "" => read::list(app).await?.into_iter().next().map(|listed| listed.period).unwrap_or_default(),
        period => period.to_owned(),
    };
    let edition = read::find(app, (&period, query.get("edition"))).await?;
    Ok(edition.map(|edition| Report { lang, rules: app.hall.site.rules(), edition }))
}

/// Draws the periods that can be chosen.
pub(crate) fn periods(lang: Lang, all: &[String], (chosen, to): (&str, &str)) -> Markup {
    html! {
        nav.tabs aria-label=(lang.t("board-period")) {
            @for period in all.iter().take(PERIODS) {
                a href=(format!("{to}?period={period}")) aria-current=[(period == chosen).then_some("page")] { (period_name(lang, period)) }
            }
        }
    }
}

/// Lists the periods that have an edition.
pub(crate) async fn known(app: &App) -> Result<Vec<String>, Problem> {
    let mut all: Vec<String> = read::list(app).await?.into_iter().map(|listed| listed.period).collect();
    all.dedup();
    Ok(all)
}

/// Lists the offices by class, in the order of their codes.
pub async fn list(State(app): State<App>, visit: Visit, Query(query): Query) -> Result<Response, Problem> {
    let lang = visit.lang;
    let title = lang.t("assess-title");
    let report = asked(&app, lang, &query).await?;
    let all = known(&app).await?;
    let body = html! {
        h1 { (title) }
        p.lead { (lang.t("assess-lead")) }
        @match &report {
            None => { (empty(&lang.t("assess-none"), &lang.t("assess-none-why"), &html! { a href=(link::FIGURES) { (lang.t("foot-figures")) } })) }
            Some(report) => {
                (periods(lang, &all, (&report.edition.period, link::ASSESSMENT)))
                p.quiet { (report.about()) }
                (classes(report))
            }
        }
        p.quiet { (lang.t("assess-no-league")) }
        p { a href=(link::REPORTS) { (lang.t("report-title")) } }
    };
    Ok(Page::new(&visit, &title).wide().show(&body))
}

fn classes(report: &Report) -> Markup {
    let (lang, snapshot) = (report.lang, &report.edition.snapshot);
    let sheets = assess::all(snapshot);
    let of = |class: &str| {
        let own = sheets.iter().filter(|(office, _)| snapshot.offices.get(*office).is_some_and(|named| named.class == class));
        own.collect::<Vec<_>>()
    };
    html! {
        @for class in CLASSES {
            @let own = of(class);
            @if !own.is_empty() {
                h2 { (lang.code("class", class)) }
                ul.finds {
                    @for (office, sheet) in own {
                        li {
                            a.find href=(link::assessment(office, &report.edition.period)) { strong { (report.office(office)) } }
                            p { (grade(lang, &snapshot.assessing, sheet)) }
                        }
                    }
                }
            }
        }
    }
}

/// Shows the sheet of one office, to be printed as it is.
pub async fn show(
    State(app): State<App>,
    visit: Visit,
    Path(office): Path<String>,
    Query(query): Query,
) -> Result<Response, Problem> {
    let lang = visit.lang;
    let report = asked(&app, lang, &query).await?.ok_or(Problem::Absent)?;
    let snapshot = &report.edition.snapshot;
    let sheet = assess::all(snapshot).remove(&office).ok_or(Problem::Absent)?;
    let (site, own) = (app.hall.site.clone(), office.clone());
    let objections = app.hall.store.read(move |tx| run::of_office(tx, &site, &own)).await?;
    let name = report.office(&office);
    let title = format!("{name} · {}", period_name(lang, &report.edition.period));
    let face = Face { lang, rules: &report.rules, assessing: &snapshot.assessing, sheet: &sheet };
    let all = known(&app).await?;
    let body = html! {
        p.no-print { a href=(link::ASSESSMENT) { (lang.t("assess-title")) } }
        h1 { (title) }
        div.no-print { (periods(lang, &all, (&report.edition.period, &link::assessment_of(&office)))) }
        (slip(lang, &lang.t("assess-title"), &html! {
            h2 { (lang.say("assess-sheet", &[("office", name.as_str().into()), ("period", period_name(lang, &report.edition.period).into())])) }
            p.quiet { (report.about()) }
            (face.draw(|_| None))
            (signs(lang))
        }))
        (take::links(lang, (&link::assessment_of(&office), &query_of(&report.edition))))
        (assess::objections(lang, (&report.rules, &snapshot.assessing), &objections, |_| html! {}))
        p.quiet { (lang.t("assess-public-how")) " " a href=(link::STATEMENTS) { (lang.t("figures-statements")) } }
    };
    Ok(Page::new(&visit, &title).wide().show(&body))
}

/// Leaves room for those who sign the printed sheet.
pub(crate) fn signs(lang: Lang) -> Markup {
    html! {
        dl.facts.signs {
            @for key in ["assess-sign-head", "assess-sign-supervisor", "assess-sign-day"] { div { dt { (lang.t(key)) } dd { "　" } } }
        }
    }
}

fn query_of(edition: &Edition) -> String {
    format!("?period={}&edition={}", edition.period, edition.number)
}

/// Answers with the sheet of one office as a file.
pub async fn take(
    State(app): State<App>,
    visit: Visit,
    Path((office, form)): Path<(String, String)>,
    Query(query): Query,
) -> Result<Response, Problem> {
    let report = asked(&app, visit.lang, &query).await?.ok_or(Problem::Absent)?;
    let assessing = &report.edition.snapshot.assessing;
    let sheet = assess::all(&report.edition.snapshot).remove(&office).ok_or(Problem::Absent)?;
    let name = format!("assessment-{office}-{}-{}", report.edition.period, report.edition.number);
    take::answer(&assess::file(visit.lang, (name, report.office(&office)), (assessing, &sheet)), &form)
}
