//! The home page: one sentence and the doors.

use axum::response::Response;
use maud::html;

use crate::kit::shell::Page;
use crate::link;
use crate::visit::Visit;

/// Shows the page.
pub async fn show(visit: Visit) -> Response {
    let lang = visit.lang;
    let doors = [
        (link::FILE, "door-file", "door-file-hint"),
        (link::TRACK, "door-track", "door-track-hint"),
        (link::RULES, "door-rules", "door-rules-hint"),
    ];
    let body = html! {
        h1 { (lang.t("home-title")) }
        p.lead { (lang.t("home-sentence")) }
        ul.doors {
            @for (address, title, hint) in doors {
                li { a href=(address) { strong { (lang.t(title)) } span { (lang.t(hint)) } } }
            }
        }
    };
    Page::new(&visit, &lang.t("home-title")).show(&body)
}
