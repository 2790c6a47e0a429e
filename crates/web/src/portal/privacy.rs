//! The privacy notice (个人信息保护法 第十七条、第三十五条): who, what for, on what ground, how long, what rights.

use axum::extract::State;
use axum::response::Response;
use maud::html;

use crate::app::App;
use crate::kit::shell::Page;
use crate::visit::Visit;

/// The points of the notice, in the order of the law: `privacy-NAME` heads, `privacy-NAME-text` says.
const POINTS: &[(&str, &str)] = &[
    ("privacy-ground", "privacy-ground-text"),
    ("privacy-what", "privacy-what-text"),
    ("privacy-sensitive", "privacy-sensitive-text"),
    ("privacy-who", "privacy-who-text"),
    ("privacy-accused", "privacy-accused-text"),
    ("privacy-public", "privacy-public-text"),
    ("privacy-keep", "privacy-keep-text"),
    ("privacy-rights", "privacy-rights-text"),
    ("privacy-machine", "privacy-machine-text"),
    ("privacy-children", "privacy-children-text"),
    ("privacy-device", "privacy-device-text"),
];

/// Shows the page.
pub async fn show(State(app): State<App>, visit: Visit) -> Response {
    let lang = visit.lang;
    let directory = app.hall.site.directory();
    let office = directory.root().and_then(|root| directory.intake(&root.code));
    let body = html! {
        h1 { (lang.t("privacy-title")) }
        p.lead { (lang.t("privacy-lead")) }
        @if let Some(office) = office {
            section {
                h2 { (lang.t("privacy-office")) }
                p { (lang.pick(&office.name, &office.name_en)) " · " (office.phone) " · " (office.address) }
            }
        }
        @for (head, text) in POINTS {
            section { h2 { (lang.t(head)) } p { (lang.t(text)) } }
        }
    };
    Page::new(&visit, &lang.t("privacy-title")).show(&body)
}
