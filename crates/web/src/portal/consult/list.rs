//! The questions: those in which people are heard now, and what became of the others.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use db::Fault;
use insight::consult::decide::THEMES;
use insight::consult::list::{self, Counts};
use insight::consult::store::ConsultRow;
use maud::{Markup, html};
use uuid::Uuid;

use super::draw::face;
use crate::app::App;
use crate::error::Problem;
use crate::extract::{Fields, Query};
use crate::kit::empty::empty;
use crate::kit::errors::Errors;
use crate::kit::field::{Field, select};
use crate::kit::pager::{Pager, pager};
use crate::kit::shell::Page;
use crate::link;
use crate::visit::Visit;
use crate::words::Lang;

/// Shows them.
pub async fn show(State(app): State<App>, visit: Visit, Query(query): Query) -> Result<Response, Problem> {
    let lang = visit.lang;
    let site = app.hall.site.clone();
    let before: Option<i64> = query.get("before").parse().ok();
    let read = app.hall.store.read(move |tx| {
        let (open, past) = (list::open(tx, &site)?, list::past(tx, &site, before)?);
        let mut counts = BTreeMap::new();
        for row in open.iter().chain(&past) {
            counts.insert(row.consult.id, list::counts(tx, &site, row.consult.id)?);
        }
        Ok::<_, Fault>((open, past, counts))
    });
    let (open, past, counts) = read.await?;
    let theme = query.get("theme").to_owned();
    let fits = |row: &&ConsultRow| theme.is_empty() || row.consult.plan.theme == theme;
    let running: Vec<&ConsultRow> = open.iter().filter(fits).collect();
    let over: Vec<&ConsultRow> = past.iter().filter(fits).collect();
    let next = past.last().filter(|_| past.len() as i64 == list::CONSULTS_MAX).map(|row| row.consult.number);
    let pages = Pager {
        before: before.map(|_| link::CONSULT.to_owned()),
        after: next.map(|number| format!("{}?before={number}", link::CONSULT)),
        here: String::new(),
    };
    let body = html! {
        h1 { (lang.t("consult-title")) }
        p.lead { (lang.t("consult-lead")) }
        div.acts { a.button.second href=(link::CONSULT_OWN) { (lang.t("consult-own")) } a.button.second href=(link::CONSULT_FEED) { (lang.t("consult-feed")) } }
        @if before.is_none() {
            h2 { (lang.t("consult-running")) }
            @if !open.is_empty() { (narrow(&app, lang, &query)) }
            @if running.is_empty() { (empty(&lang.t("consult-empty"), &lang.t("consult-empty-why"), &html! { a href=(link::FILE) { (lang.t("nav-file")) } })) }
            @else { (faces(&app, lang, (&running, &counts))) }
        }
        @if !over.is_empty() {
            h2 { (lang.t("consult-past")) }
            (faces(&app, lang, (&over, &counts)))
            (pager(lang, &pages))
        }
    };
    Ok(Page::new(&visit, &lang.t("consult-title")).show(&body))
}

fn faces(app: &App, lang: Lang, (rows, counts): (&[&ConsultRow], &BTreeMap<Uuid, Counts>)) -> Markup {
    let none = Counts::default();
    html! {
        ul.finds {
            @for row in rows { li { (face(app, lang, (&row.consult, counts.get(&row.consult.id).unwrap_or(&none), &link::consult(row.consult.number)))) } }
        }
    }
}

fn narrow(app: &App, lang: Lang, query: &Fields) -> Markup {
    let rules = app.hall.site.rules();
    let mut themes = vec![(String::new(), lang.t("consult-all"))];
    themes.extend(rules.grounds(THEMES).map(|theme| (theme.code.clone(), lang.pick(&theme.zh, &theme.en).to_owned())));
    let field = Field { name: "theme", label: lang.t("consult-theme"), depends: true, ..Field::default() };
    html! {
        details.filters open[query.has("theme")] {
            summary { (lang.t("filter-title")) }
            form.filter-form method="get" action=(link::CONSULT) {
                (select(lang, &field, &themes, query, &Errors::default()))
                button.second { (lang.t("forum-narrow")) }
            }
        }
    }
}
