//! Showing a view: counts first, then the rows. The titles of a page are a list reading, noted before they leave.

use std::sync::Arc;

use appeals::queue::{self, Ask, COUNT_MAX, Counts, Page, Scope};
use appeals::{Kind, Stage, State};
use axum::response::Response;
use civic::access::{self, Purpose, Reading};
use civic::permit::{Act, Subject};
use civic::refusal::{No, Refusal};
use db::Fault;
use insight::reading::Suggestion;
use maud::{Markup, html};
use uuid::Uuid;

use super::filter::{View, code, scopes};
use super::list::{self, Beside};
use crate::desk::frame::{self, Desk, reads_titles};
use crate::desk::{consult, find, forum};
use crate::error::Problem;
use crate::extract::{Fields, Query};
use crate::kit::errors::Errors;
use crate::kit::field::{Field, select};
use crate::link;
use crate::reading::read;

/// Shows the desk.
pub async fn show(desk: Desk, Query(query): Query) -> Result<Response, Problem> {
    if scopes(&desk).is_empty() {
        return Ok(nothing(&desk));
    }
    let view = View::read(&desk, &query);
    let page = rows(&desk, &view).await?;
    let (titles, texts) = titles(&desk, &page).await?;
    let beside = Beside {
        titles,
        suggested: suggested(&desk, &page, texts),
        asks: asks(&desk, &view, &page).await?,
        calls: calls(&desk, &view, &page).await?,
    };
    let posts = forum::standing(&desk).await?;
    let voices = consult::waiting(&desk).await?;
    let lying = frame::counts(&desk.app, &desk.staff, COUNT_MAX).await?;
    let lang = desk.lang();
    let body = html! {
        h1 { (lang.t("nav-desk")) }
        (tabs(&desk, &view))
        (counts(&desk, &view, (&lying, posts, voices)))
        (filters(&desk, &view, &query))
        details.filters { summary { (lang.t("find-title")) } (find::form(&desk, ("field-number", "find-open"), None)) }
        (list::draw(&desk, &view, (&page, &beside)))
    };
    Ok(desk.page(&lang.t("nav-desk"), &body))
}

/// Shows people without a table of matters what they can do here.
fn nothing(desk: &Desk) -> Response {
    let lang = desk.lang();
    let body = html! {
        h1 { (lang.t("nav-desk")) }
        p { (lang.t("queue-no-matters")) }
        ul.doors {
            @if desk.administer().is_ok() { li { a href=(link::ADMIN) { strong { (lang.t("nav-admin")) } } } }
            @if desk.permit(Act::FileForPerson, &Subject::site()).is_ok() { li { a href=(link::COUNTER) { strong { (lang.t("nav-counter")) } } } }
            li { a href=(link::ACCOUNT) { strong { (lang.t("nav-account")) } } }
        }
    };
    desk.page(&lang.t("nav-desk"), &body)
}

async fn rows(desk: &Desk, view: &View) -> Result<Page, Problem> {
    let (staff, view) = (desk.staff.person.clone(), view.clone());
    Ok(desk.read(move |tx, site, _| queue::page(tx, site, &staff, (view.scope, &view.filter))).await?)
}

/// Finds what others ask of the own office, for the list of that.
async fn asks(desk: &Desk, view: &View, page: &Page) -> Result<Vec<Vec<Ask>>, Problem> {
    if view.scope != Scope::Asked {
        return Ok(Vec::new());
    }
    let (staff, rows) = (desk.staff.person.clone(), page.rows.clone());
    Ok(desk.read(move |tx, site, _| queue::asks(tx, site, &staff, &rows)).await?)
}

/// Reads what has to be told by telephone, for the list of that.
async fn calls(desk: &Desk, view: &View, page: &Page) -> Result<Vec<Option<Arc<State>>>, Problem> {
    if view.scope != Scope::Calls {
        return Ok(Vec::new());
    }
    let rows = page.rows.clone();
    Ok(desk.read(move |tx, site, _| queue::states(tx, site, &rows)).await?)
}

/// Opens the titles of a page, and the words of what nobody has sorted, and notes whose they are before any leaves; nothing for people who read no words.
async fn titles(desk: &Desk, page: &Page) -> Result<(Vec<Option<String>>, Vec<Option<String>>), Problem> {
    if page.rows.is_empty() || !reads_titles(desk) {
        return Ok((Vec::new(), Vec::new()));
    }
    let (who, rows, reading) = (desk.staff.who(), page.rows.clone(), listing(desk));
    let opened = desk.read(move |tx, site, now| {
        let titles = queue::titles(tx, site, &who, &rows)?;
        let shown = rows.iter().zip(&titles).filter(|(_, title)| title.is_some()).map(|(row, _)| row.id);
        let shown: Vec<Uuid> = shown.collect();
        let noted = access::covers_list(tx, site, now, (&reading, &shown))?;
        let texts = queue::unsorted(tx, site, &who, &rows)?;
        Ok::<_, Fault>((titles, texts, (!noted).then_some(shown)))
    });
    let (titles, texts, fresh) = opened.await?;
    if let Some(fresh) = fresh {
        note_titles(desk, fresh).await?;
    }
    Ok((titles, texts))
}

/// Reads what nobody has sorted yet, for a suggestion in its row.
fn suggested(desk: &Desk, page: &Page, texts: Vec<Option<String>>) -> Vec<Option<Suggestion>> {
    let rows = page.rows.iter().zip(texts);
    rows.map(|(row, text)| read(&desk.app, (row.kind, false), (&text?, row.place.as_deref()))).collect()
}

/// Says as what this person is shown a list of titles.
pub fn listing(desk: &Desk) -> Reading {
    let (staff, office, session) = (desk.person().id, desk.person().office.clone(), desk.staff.session.id);
    Reading { staff, office, session, matter: Uuid::nil(), purpose: Purpose::List }
}

/// Notes that this person is about to be shown the titles of some matters.
pub async fn note_titles(desk: &Desk, listed: Vec<Uuid>) -> Result<(), Problem> {
    let (staff, reading) = (desk.person().id, listing(desk));
    desk.write(move |tx, site, (now, _)| {
        let active = site.directory().staff.get(&staff).is_some_and(|staff| staff.active);
        if !active {
            return Err(No::Refused(Refusal::new("account_closed").instead("ask_administrator")));
        }
        Ok(access::record_list(tx, site, now, (&reading, &listed))?)
    })
    .await?;
    Ok(())
}

fn tabs(desk: &Desk, view: &View) -> Markup {
    let lang = desk.lang();
    html! {
        nav.tabs aria-label=(lang.t("queue-scopes")) {
            @for (own, scope) in scopes(desk) {
                a href={ (link::DESK) "?scope=" (own) } aria-current=[(scope == view.scope).then_some("page")] { (scope_words(desk, scope)) }
            }
        }
    }
}

fn scope_words(desk: &Desk, scope: Scope) -> String {
    let lang = desk.lang();
    match scope {
        Scope::Held => lang.t("scope-held"),
        Scope::Mine => lang.t("scope-mine"),
        Scope::Asked => lang.t("scope-asked"),
        Scope::Calls => lang.t("scope-calls"),
        Scope::Conference => lang.t("scope-conference"),
        Scope::Site => lang.t("scope-site"),
        Scope::Of(id) => {
            let name = desk.directory().staff.get(&id).map_or_else(String::new, |staff| staff.name.clone());
            lang.say("scope-of", &[("name", name.into())])
        }
    }
}

/// Draws the counts of the own office's table; each leads to what it counts.
fn counts(desk: &Desk, view: &View, (counts, posts, voices): (&Counts, i64, i64)) -> Markup {
    let lang = desk.lang();
    let to = |query: &str| format!("{}?scope={}{query}", link::DESK, code(view.scope));
    let held = view.scope == Scope::Held;
    let own = [
        ("count-overdue", counts.overdue, to("&due=late")),
        ("count-soon", counts.soon, to("&due=soon")),
        ("count-fresh", counts.fresh, to("&stage=received")),
        ("count-owing", counts.owing, to("&owes=1")),
    ];
    html! {
        ul.counts {
            @if held { @for (key, count, address) in own { li { a href=(address) { strong { (queue::shown(count, COUNT_MAX)) } span { (lang.t(key)) } } } } }
            @if counts.asked > 0 { li { a href={ (link::DESK) "?scope=asked" } { strong { (queue::shown(counts.asked, COUNT_MAX)) } span { (lang.t("count-asked")) } } } }
            @if counts.calls > 0 { li { a href={ (link::DESK) "?scope=calls" } { strong { (queue::shown(counts.calls, COUNT_MAX)) } span { (lang.t("count-calls")) } } } }
            @if voices > 0 { li { a href=(link::DESK_CONSULT) { strong { (queue::shown(voices, COUNT_MAX)) } span { (lang.t("count-voices")) } } } }
            @if posts > 0 { li { a href=(link::DESK_FORUM) { strong { (queue::shown(posts, COUNT_MAX)) } span { (lang.t("count-posts")) } } } }
        }
    }
}

fn filters(desk: &Desk, view: &View, typed: &Fields) -> Markup {
    let (lang, rules) = (desk.lang(), desk.app.hall.site.rules());
    let all = |key: &str| (String::new(), lang.t(key));
    let pick = |name: &'static str, key: &str| Field { name, label: lang.t(key), required: true, ..Field::default() };
    let mut stages = vec![all("filter-all")];
    stages.extend(Stage::ALL.iter().map(|stage| (stage.code().to_owned(), lang.code("stage", stage.code()))));
    let mut kinds = vec![all("filter-all")];
    kinds.extend(Kind::ALL.iter().map(|kind| (kind.code().to_owned(), lang.code("kind", kind.code()))));
    let mut categories = vec![all("filter-all")];
    categories.extend(rules.categories().map(|row| (row.code.clone(), lang.pick(&row.zh, &row.en).to_owned())));
    let dues = [all("filter-all"), ("late".into(), lang.t("count-overdue")), ("soon".into(), lang.t("count-soon"))];
    let well = Errors::default();
    html! {
        @if !matches!(view.scope, Scope::Asked | Scope::Calls | Scope::Conference) {
            details.filters open[view.filter.stage.is_some() || view.filter.kind.is_some() || view.filter.category.is_some() || !view.due.is_empty() || view.filter.finished] {
                summary { (lang.t("filter-title")) }
                form.filter-form method="get" action=(link::DESK) {
                    input type="hidden" name="scope" value=(code(view.scope));
                    (select(lang, &pick("stage", "queue-stage"), &stages, typed, &well))
                    (select(lang, &pick("kind", "fact-kind"), &kinds, typed, &well))
                    (select(lang, &pick("category", "fact-category"), &categories, typed, &well))
                    (select(lang, &pick("due", "queue-due"), &dues, typed, &well))
                    label.check { input type="checkbox" name="finished" value="1" checked[view.filter.finished]; (lang.t("filter-finished")) }
                    button.second { (lang.t("filter-show")) }
                }
            }
        }
    }
}
