//! What people asked for, as the reports of finished months published it, and never as it would be counted now: at least ten in each count,
//! rounded, and nothing that gives away what is hidden (`civic::people`). No stranger can compute these again; the page says so and why.

use std::collections::BTreeMap;
use std::sync::Arc;

use appeals::report::{CATEGORIES, NEEDS, NONE, NOT_ASKED, SUM, VILLAGES};
use appeals::store::tally;
use axum::extract::State;
use axum::response::Response;
use chart::{Cell, Line, Map, Outline, Sheet, bars, map};
use civic::directory::{Directory, PlaceLevel};
use civic::people;
use civic::rules::{Need, RuleSet};
use jiff::civil::Date;
use maud::{Markup, html};
use oversight::edition::{self, Edition, PUBLISH};

use super::figures::exact;
use crate::app::App;
use crate::error::Problem;
use crate::extract::{Path, Query};
use crate::kit::shell::Page;
use crate::link;
use crate::take;
use crate::visit::Visit;
use crate::words::{Lang, day, month_name};

/// Months that can be chosen.
const MONTHS: usize = 12;

/// Is a month as it was published.
struct Published {
    lang: Lang,
    directory: Arc<Directory>,
    rules: Arc<RuleSet>,
    month: String,
    /// The newest edition of its report; none before the first.
    edition: Option<Edition>,
}

/// Lists the finished months, the newest first.
fn months(today: Date) -> Vec<String> {
    let mut first = today.first_of_month();
    let mut all = Vec::new();
    for _ in 0..MONTHS {
        first = first.yesterday().unwrap_or(first).first_of_month();
        all.push(tally::month(first));
    }
    all
}

/// Reads a finished month, or the newest that is published where none is named.
async fn read(app: &App, lang: Lang, month: &str) -> Result<Published, Problem> {
    let months = months(app.today());
    let newest = months.first().cloned().unwrap_or_default();
    let asked = months.iter().find(|known| *known == month).map_or(months.clone(), |known| vec![known.clone()]);
    let site = app.hall.site.clone();
    let look = move |tx: &mut db::Tx<'_>| {
        for month in asked {
            if let Some(edition) = edition::newest(tx, &site, &month)? {
                return Ok::<_, db::Fault>(Some(edition));
            }
        }
        Ok(None)
    };
    let edition = app.hall.store.read(look).await?;
    let named = months.into_iter().find(|known| known == month).unwrap_or(newest);
    let month = edition.as_ref().map_or(named, |edition| edition.period.clone());
    Ok(Published { lang, directory: app.hall.site.directory(), rules: app.hall.site.rules(), month, edition })
}

/// Shows the page.
pub async fn show(State(app): State<App>, visit: Visit, Query(query): Query) -> Result<Response, Problem> {
    let published = read(&app, visit.lang, query.get("month")).await?;
    let lang = visit.lang;
    let title = lang.t("people-title");
    let body = html! {
        p { a href=(link::FIGURES) { (lang.t("figures-title")) } }
        h1 { (title) }
        p.lead { (lang.t("people-lead")) }
        p { (lang.say("people-because", &[("fewest", people::FEWEST.into())])) }
        nav.tabs aria-label=(lang.t("board-month")) {
            @for month in months(app.today()).iter().take(6) {
                a href=(link::figures_people(month)) aria-current=[(*month == published.month).then_some("page")] { (month_name(lang, month)) }
            }
        }
        @if let Some(edition) = &published.edition {
            p.quiet { (lang.say("people-stays", &[("day", day(lang, edition.day).into())])) }
            (part(&published, "levels", &html! {}))
            (part(&published, "places", &published.map()))
            (part(&published, "categories", &html! {}))
        } @else {
            p { (lang.say("people-not-yet", &[("days", app.hall.site.rules().term(PUBLISH).value.into())])) }
        }
    };
    Ok(Page::new(&visit, &title).wide().show(&body))
}

fn part(published: &Published, name: &str, drawing: &Markup) -> Markup {
    let Some(sheet) = published.sheet(name) else { return html! {} };
    let query = format!("?month={}", published.month);
    html! {
        section {
            h2 { (sheet.title) }
            p.quiet { (sheet.about) }
            div.board { (drawing) (bars(&sheet, 0)) }
            (take::links(published.lang, (&link::figures_table(name), &query)))
        }
    }
}

/// Answers with figures as a file: exact ones about offices, rounded ones about people.
pub async fn take(
    State(app): State<App>,
    visit: Visit,
    Path((name, form)): Path<(String, String)>,
    Query(query): Query,
) -> Result<Response, Problem> {
    take::answer(&sheet(&app, visit.lang, (&name, query.get("month"))).await?, &form)
}

/// Makes the sheet of a name: of a finished month, or of all there is about offices.
pub(crate) async fn sheet(app: &App, lang: Lang, (name, month): (&str, &str)) -> Result<Sheet, Problem> {
    if name == "offices" {
        return exact(app, lang, month).await?.ok_or(Problem::Absent);
    }
    read(app, lang, month).await?.sheet(name).ok_or(Problem::Absent)
}

impl Published {
    fn sheet(&self, name: &str) -> Option<Sheet> {
        match name {
            "levels" => self.told(name, NEEDS, self.levels()),
            "places" => self.told(name, VILLAGES, self.places()),
            "categories" => self.told(name, CATEGORIES, self.categories()),
            _ => None,
        }
    }

    /// Draws the villages of the sheet of places, where their outlines are known.
    fn map(&self) -> Markup {
        let Some(places) = self.sheet("places") else { return html! {} };
        map(&places, &Map { column: 0, outlines: &self.outlines(), untold: &self.lang.t("board-hidden") })
    }

    /// Makes a sheet of a published table with the names of what it counts, each with its code. A line that the table has not, such as that of
    /// a village founded later, tells nothing.
    fn told(&self, name: &str, table: &str, mut named: Vec<(String, String)>) -> Option<Sheet> {
        let (lang, tables) = (self.lang, &self.edition.as_ref()?.snapshot.tables);
        let counted = cells(tables.get(table)?);
        named.push((NONE.to_owned(), if table == VILLAGES { lang.t("board-nowhere") } else { lang.t("board-unsorted") }));
        let line = |(code, name): (String, String)| {
            let cell = counted.get(code.as_str()).copied().flatten().map_or(Cell::Hidden, Cell::About);
            Line { name, code: if code == NONE { String::new() } else { code }, link: None, cells: vec![cell] }
        };
        let sum = tables.get(NEEDS).and_then(|needs| cells(needs).get(SUM).copied().flatten()).map_or(Cell::Hidden, Cell::About);
        Some(Sheet {
            name: format!("{name}-{}", self.month),
            title: format!("{} · {}", lang.code("people-title", name), month_name(lang, &self.month)),
            about: lang.code("people-about", name),
            heads: vec![lang.t("board-what"), lang.t("board-asked")],
            lines: named.into_iter().map(line).collect(),
            total: Some(Line { name: lang.t("figures-all"), code: String::new(), link: None, cells: vec![sum] }),
            hidden: lang.t("board-hidden"),
            empty: lang.t("board-nothing"),
        })
    }

    fn levels(&self) -> Vec<(String, String)> {
        let named = |need: &Need| (need.level.to_string(), format!("{} {}", need.level, self.lang.pick(&need.zh, &need.en)));
        self.rules.needs().map(named).collect()
    }

    fn places(&self) -> Vec<(String, String)> {
        let villages =
            self.directory.places.values().filter(|place| place.level == PlaceLevel::Village && place.merged_into.is_none());
        villages.map(|place| (place.code.clone(), self.lang.pick(&place.name, &place.name_en).to_owned())).collect()
    }

    fn categories(&self) -> Vec<(String, String)> {
        let known = self.rules.categories().filter(|row| row.code != NOT_ASKED);
        known.map(|row| (row.code.clone(), self.lang.pick(&row.zh, &row.en).to_owned())).collect()
    }

    fn outlines(&self) -> BTreeMap<String, Outline> {
        let places = self.directory.places.values().filter(|place| !place.outline.is_empty());
        places.map(|place| (place.code.clone(), place.outline.clone())).collect()
    }
}

/// Reads a table of what people asked for: a count for each code, none where it is hidden.
fn cells(table: &str) -> BTreeMap<&str, Option<u64>> {
    table.lines().filter_map(|line| line.split_once('\t')).map(|(code, count)| (code, count.parse().ok())).collect()
}
