//! What people asked for, as far as it may be published: finished months only, at least ten in each count, rounded, and nothing that
//! gives away what is hidden (`civic::people`). No stranger can compute these again; the page says so and why.

use std::collections::BTreeMap;
use std::sync::Arc;

use appeals::store::tally::{self, Axis};
use axum::extract::State;
use axum::response::Response;
use chart::{Cell, Line, Map, Outline, Sheet, bars, map};
use civic::directory::{Directory, PlaceLevel};
use civic::people::{self, publish};
use civic::rules::{RuleSet, category_of};
use jiff::civil::Date;
use maud::{Markup, html};

use super::figures::exact;
use crate::app::App;
use crate::error::Problem;
use crate::extract::{Path, Query};
use crate::kit::shell::Page;
use crate::link;
use crate::take;
use crate::visit::Visit;
use crate::words::{Lang, month_name};

/// Months that can be chosen.
const MONTHS: usize = 12;

/// Is a month as it may be published.
struct Published {
    lang: Lang,
    directory: Arc<Directory>,
    rules: Arc<RuleSet>,
    month: String,
    /// How many asked, by place and topic.
    asked: Vec<(String, String, u64)>,
    filling: bool,
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

async fn read(app: &App, lang: Lang, month: &str) -> Result<Published, Problem> {
    let months = months(app.today());
    let month = months.iter().find(|known| *known == month).or(months.first()).cloned().unwrap_or_default();
    let (jurisdiction, span) = (app.hall.site.jurisdiction, month.clone());
    let look = move |tx: &mut db::Tx<'_>| {
        let counted = tally::between(tx, jurisdiction, Axis::Need, (&span, &span))?;
        let asked = counted.into_iter().filter_map(|((_, _, code), counted)| {
            let (place, topic) = code.split_once(' ')?;
            Some((place.to_owned(), topic.to_owned(), counted.asked.max(0).cast_unsigned()))
        });
        Ok::<_, db::Fault>((asked.collect(), tally::filling(tx, jurisdiction)?))
    };
    let (asked, filling) = app.hall.store.read(look).await?;
    Ok(Published { lang, directory: app.hall.site.directory(), rules: app.hall.site.rules(), month, asked, filling })
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
        @if published.filling { p { (lang.t("board-filling")) } }
        @else {
            (part(&published, "levels", &html! {}))
            @let places = published.places();
            (part(&published, "places", &map(&places, &Map { column: 0, outlines: &published.outlines(), untold: &lang.t("board-hidden") })))
            (part(&published, "categories", &html! {}))
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
    let published = read(app, lang, month).await?;
    published.sheet(name).filter(|_| !published.filling).ok_or(Problem::Absent)
}

impl Published {
    fn sheet(&self, name: &str) -> Option<Sheet> {
        match name {
            "levels" => Some(self.levels()),
            "places" => Some(self.places()),
            "categories" => Some(self.categories()),
            _ => None,
        }
    }

    /// Makes a sheet of counts: hides what is too small and what would give it away, rounds the rest, adds the sum.
    fn told(&self, name: &str, rows: Vec<(String, String, u64)>) -> Sheet {
        let lang = self.lang;
        let counts: Vec<u64> = rows.iter().map(|(.., count)| *count).collect();
        let (cells, sum) = publish(&counts);
        let cell = |cell: people::Cell| match cell {
            people::Cell::About(count) => Cell::About(count),
            people::Cell::Hidden => Cell::Hidden,
        };
        let line = |((code, name, _), told): ((String, String, u64), people::Cell)| Line {
            name,
            code,
            link: None,
            cells: vec![cell(told)],
        };
        let lines: Vec<Line> = rows.into_iter().zip(cells).map(line).collect();
        let total = Line { name: lang.t("figures-all"), code: String::new(), link: None, cells: vec![cell(sum)] };
        Sheet {
            name: format!("{name}-{}", self.month),
            title: format!("{} · {}", lang.code("people-title", name), month_name(lang, &self.month)),
            about: lang.code("people-about", name),
            heads: vec![lang.t("board-what"), lang.t("board-asked")],
            lines,
            total: Some(total),
            hidden: lang.t("board-hidden"),
            empty: lang.t("board-nothing"),
        }
    }

    fn summed(&self, of: impl Fn(&str, &str) -> String) -> BTreeMap<String, u64> {
        let mut sums: BTreeMap<String, u64> = BTreeMap::new();
        for (place, topic, count) in &self.asked {
            *sums.entry(of(place, topic)).or_default() += count;
        }
        sums
    }

    fn levels(&self) -> Sheet {
        let mut sums = self.summed(|_, topic| self.rules.need_of(topic).map_or(String::new(), |need| need.level.to_string()));
        let needs = self.rules.needs().map(|need| (need.level.to_string(), self.lang.pick(&need.zh, &need.en)));
        let mut rows: Vec<(String, String, u64)> = Vec::new();
        for (level, name) in needs {
            let count = sums.remove(&level).unwrap_or(0);
            rows.push((level.clone(), format!("{level} {name}"), count));
        }
        rows.push((String::new(), self.lang.t("board-unsorted"), sums.remove("").unwrap_or(0)));
        self.told("levels", rows)
    }

    /// Counts by village or community; what was told of no such place stands together.
    fn places(&self) -> Sheet {
        let village = |place: &str| {
            let path = self.directory.path(place);
            path.into_iter().find(|place| place.level == PlaceLevel::Village).map_or(String::new(), |place| place.code.clone())
        };
        let mut sums = self.summed(|place, _| village(place));
        let villages =
            self.directory.places.values().filter(|place| place.level == PlaceLevel::Village && place.merged_into.is_none());
        let mut rows: Vec<(String, String, u64)> = Vec::new();
        for place in villages {
            let count = sums.remove(&place.code).unwrap_or(0);
            rows.push((place.code.clone(), self.lang.pick(&place.name, &place.name_en).to_owned(), count));
        }
        rows.push((String::new(), self.lang.t("board-nowhere"), sums.into_values().sum()));
        self.told("places", rows)
    }

    fn categories(&self) -> Sheet {
        let mut sums = self.summed(|_, topic| category_of(topic).to_owned());
        let known = self.rules.categories().filter(|row| row.code != "21");
        let mut rows: Vec<(String, String, u64)> = Vec::new();
        for row in known {
            let count = sums.remove(&row.code).unwrap_or(0);
            rows.push((row.code.clone(), self.lang.pick(&row.zh, &row.en).to_owned(), count));
        }
        rows.push((String::new(), self.lang.t("board-unsorted"), sums.into_values().sum()));
        self.told("categories", rows)
    }

    fn outlines(&self) -> BTreeMap<String, Outline> {
        let places = self.directory.places.values().filter(|place| !place.outline.is_empty());
        places.map(|place| (place.code.clone(), place.outline.clone())).collect()
    }
}
