//! How anyone checks a receipt and the figures, in plain words.

use axum::extract::State;
use axum::response::Response;
use maud::html;

use crate::app::App;
use crate::error::Problem;
use crate::kit::facts::facts;
use crate::kit::shell::Page;
use crate::link;
use crate::portal::watch;
use crate::visit::Visit;

/// What there is to know, in order: `check-NAME` heads, `check-NAME-text` says.
const POINTS: &[(&str, &str)] = &[
    ("check-what", "check-what-text"),
    ("check-receipt", "check-receipt-text"),
    ("check-tool", "check-tool-text"),
    ("check-archive", "check-archive-text"),
    ("check-shows", "check-shows-text"),
    ("check-limits", "check-limits-text"),
];

/// Shows the page.
pub async fn show(State(app): State<App>, visit: Visit) -> Result<Response, Problem> {
    let lang = visit.lang;
    let site = &app.hall.site;
    let (watchers, lower) = (watch::watchers(&app).await?, watch::lower(&app).await?);
    let body = html! {
        h1 { (lang.t("foot-check")) }
        (watch::alarm(&app, lang, &watchers))
        p.lead { (lang.t("check-lead")) }
        @for (head, text) in POINTS {
            section { h2 { (lang.t(head)) } p { (lang.t(text)) } }
        }
        (watch::draw(&app, lang, &watchers))
        (watch::draw_lower(&app, lang, &lower))
        h2 { (lang.t("check-addresses")) }
        (facts(&[
            (lang.t("check-origin"), html! { span.code { (site.origin) } }),
            (lang.t("check-vkey"), html! { a.code href=(link::VKEY) { (site.vkey()) } }),
            (lang.t("check-checkpoint"), html! { a.code href=(link::CHECKPOINT) { (link::CHECKPOINT) } }),
        ]))
    };
    Ok(Page::new(&visit, &lang.t("foot-check")).show(&body))
}
