//! What offices and their heads wrote, the newest first; residents can answer below each.

use axum::extract::State;
use axum::response::Response;
use forum::board::{Cursor, List};
use maud::html;

use super::list::{cells, of};
use crate::app::App;
use crate::error::Problem;
use crate::extract::Query;
use crate::kit::empty::empty;
use crate::kit::pager::{Pager, pager};
use crate::kit::shell::Page;
use crate::link;
use crate::visit::Visit;

/// Shows the list: of all offices, or of one.
pub async fn show(State(app): State<App>, visit: Visit, Query(query): Query) -> Result<Response, Problem> {
    let (lang, directory) = (visit.lang, app.hall.site.directory());
    let office = directory.offices.get(query.get("office"));
    let code = office.map(|office| office.code.clone()).unwrap_or_default();
    let after = Cursor::parse(query.get("after"));
    let page = of(&app, List::Blog(code.clone()), after).await?;
    let at = |after: &str| link::forum_list(&[("office", &code), ("after", after)]).replacen(link::FORUM, link::BLOG, 1);
    let pages = Pager { before: after.map(|_| at("")), after: page.next.map(|next| at(&next.to_string())), here: String::new() };
    let body = html! {
        h1 { (lang.t("blog-title")) }
        p { (lang.t("blog-lead")) }
        @if let Some(office) = office {
            p { strong { (lang.pick(&office.name, &office.name_en)) } " · " a href=(link::BLOG) { (lang.t("blog-all")) } }
        }
        @if page.posts.is_empty() { (empty(&lang.t("blog-empty"), &lang.t("blog-empty-why"), &html! { a href=(link::FORUM) { (lang.t("forum-title")) } })) }
        @else {
            ul.finds { @for post in &page.posts { @if let Some(cells) = cells(&app, lang, post) { li { (cells) } } } }
            (pager(lang, &pages))
        }
        p.quiet { a href=(link::FORUM) { (lang.t("forum-title")) } " · " a href=(link::BLOG_FEED) { (lang.t("forum-feed")) } }
    };
    Ok(Page::new(&visit, &lang.t("blog-title")).show(&body))
}
