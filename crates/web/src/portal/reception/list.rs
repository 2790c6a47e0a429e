//! The schedule: which leader receives people where and when, what came of it, and who did not sit as often as they have to.

use axum::extract::State;
use axum::response::Response;
use db::Fault;
use maud::{Markup, html};
use oversight::reception::{Held, book, list};
use uuid::Uuid;

use super::draw::{duty_words, face};
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

/// Shows it.
pub async fn show(State(app): State<App>, visit: Visit, Query(query): Query) -> Result<Response, Problem> {
    let lang = visit.lang;
    let (site, today, now) = (app.hall.site.clone(), app.today(), app.now());
    let after: Option<Uuid> = query.get("after").parse().ok();
    let read = app.hall.store.read(move |tx| {
        let coming = list::coming(tx, &site, today)?;
        let mut free = Vec::with_capacity(coming.len());
        for row in &coming {
            free.push(match row.day.held {
                Held::Planned => Some(book::free(tx, &site, now, &row.day)?.len()),
                _ => None,
            });
        }
        let last = match after {
            Some(after) => list::day(tx, &site, after)?,
            None => None,
        };
        let before = list::before(tx, &site, (today, last.as_ref()))?;
        Ok::<_, Fault>((coming, free, before, list::duties(tx, &site, today)?))
    });
    let (coming, free, before, duties) = read.await?;
    let chosen = query.get("office");
    let fits = |office: &str| chosen.is_empty() || office == chosen;
    let next = before.last().filter(|_| before.len() as i64 == list::DAYS_MAX).map(|row| row.day.id);
    let pages = Pager {
        before: after.map(|_| link::DAYS.to_owned()),
        after: next.map(|id| format!("{}?after={id}", link::DAYS)),
        here: String::new(),
    };
    let shown: Vec<_> = coming.iter().zip(&free).filter(|(row, _)| fits(&row.day.plan.office)).collect();
    let body = html! {
        h1 { (lang.t("days-title")) }
        p.lead { (lang.t("days-lead")) }
        div.acts { a.button.second href=(link::DAYS_OWN) { (lang.t("days-own")) } a.button.second href=(link::DAYS_FEED) { (lang.t("days-feed")) } }
        (duty_words(&app, lang, &duties))
        @if after.is_none() {
            h2 { (lang.t("days-coming")) }
            (narrow(&app, lang, &query))
            @if shown.is_empty() { (empty(&lang.t("days-empty"), &lang.t("days-empty-why"), &html! { a href=(link::FILE) { (lang.t("nav-file")) } })) }
            @else { ul.finds { @for (row, free) in shown { li { (face(&app, lang, (&row.day, &link::reception_day(row.day.id), *free))) } } } }
        }
        @if !before.is_empty() {
            h2 { (lang.t("days-before")) }
            ul.finds { @for row in before.iter().filter(|row| fits(&row.day.plan.office)) { li { (face(&app, lang, (&row.day, &link::reception_day(row.day.id), None))) } } }
            (pager(lang, &pages))
        }
    };
    Ok(Page::new(&visit, &lang.t("days-title")).show(&body))
}

fn narrow(app: &App, lang: Lang, query: &Fields) -> Markup {
    let directory = app.hall.site.directory();
    let mut offices = vec![(String::new(), lang.t("days-all"))];
    let open = directory.offices.values().filter(|office| directory.open(office));
    offices.extend(open.map(|office| (office.code.clone(), lang.pick(&office.name, &office.name_en).to_owned())));
    let field = Field { name: "office", label: lang.t("day-office"), depends: true, ..Field::default() };
    html! {
        details.filters open[query.has("office")] {
            summary { (lang.t("filter-title")) }
            form.filter-form method="get" action=(link::DAYS) {
                (select(lang, &field, &offices, query, &Errors::default()))
                button.second { (lang.t("forum-narrow")) }
            }
            @if query.has("office") { p { a href=(link::reception_feed_of_office(query.get("office"))) { (lang.t("days-feed-office")) } } }
        }
    }
}
