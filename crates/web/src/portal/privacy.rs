//! The privacy notice (个人信息保护法 第十七条、第三十五条): who, what for, on what ground, how long, what rights.

use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};

use super::rules::quantity;
use crate::app::App;
use crate::kit::shell::Page;
use crate::kit::table::{Table, table};
use crate::visit::Visit;
use crate::words::Lang;

/// How long a finished matter is kept; the words take the number from here.
const KEPT: &str = "site.keep_matter";

/// How long the number is kept that called the hotline.
const CALLS: &str = "site.keep_call";

/// The points of the notice, in the order of the law: `privacy-NAME` heads, `privacy-NAME-text` says.
const POINTS: &[(&str, &str)] = &[
    ("privacy-ground", "privacy-ground-text"),
    ("privacy-what", "privacy-what-text"),
    ("privacy-sensitive", "privacy-sensitive-text"),
    ("privacy-who", "privacy-who-text"),
    ("privacy-others", "privacy-others-text"),
    ("privacy-accused", "privacy-accused-text"),
    ("privacy-public", "privacy-public-text"),
    ("privacy-keep", "privacy-keep-text"),
    ("privacy-rights", "privacy-rights-text"),
    ("privacy-machine", "privacy-machine-text"),
    ("privacy-children", "privacy-children-text"),
    ("privacy-device", "privacy-device-text"),
];

/// What is held of a resident, why and until when; `docs/columns.csv` says the same of every column.
const HELD: &[[&str; 3]] = &[
    ["held-words-what", "held-words-why", "held-words-until"],
    ["held-contact-what", "held-contact-why", "held-contact-until"],
    ["held-steps-what", "held-steps-why", "held-steps-until"],
    ["held-rating-what", "held-rating-why", "held-rating-until"],
    ["held-messages-what", "held-messages-why", "held-messages-until"],
    ["held-calls-what", "held-calls-why", "held-calls-until"],
    ["held-readings-what", "held-readings-why", "held-readings-until"],
    ["held-sealed-what", "held-sealed-why", "held-sealed-until"],
    ["held-posts-what", "held-posts-why", "held-posts-until"],
    ["held-draft-what", "held-draft-why", "held-draft-until"],
    ["held-visit-what", "held-visit-why", "held-visit-until"],
    ["held-tries-what", "held-tries-why", "held-tries-until"],
    ["held-log-what", "held-log-why", "held-log-until"],
];

/// Shows the page.
pub async fn show(State(app): State<App>, visit: Visit) -> Response {
    let lang = visit.lang;
    let directory = app.hall.site.directory();
    let rules = app.hall.site.rules();
    let kept = rules.term(KEPT);
    let kept = quantity(lang, kept.value, kept.unit);
    let calls = quantity(lang, rules.term(CALLS).value, rules.term(CALLS).unit);
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
            section { h2 { (lang.t(head)) } p { (lang.say(text, &[("time", kept.as_str().into())])) } }
        }
        section { h2 id="held" { (lang.t("held-title")) } (held(lang, (&kept, &calls))) }
    };
    Page::new(&visit, &lang.t("privacy-title")).show(&body)
}

fn held(lang: Lang, (kept, calls): (&str, &str)) -> Markup {
    let say = |key: &&str| html! { (lang.say(key, &[("time", kept.into()), ("calls", calls.into())])) };
    let rows = HELD.iter().map(|row| row.iter().map(say).collect()).collect();
    let heads = [lang.t("held-what"), lang.t("held-why"), lang.t("held-until")];
    table(&Table { caption: lang.t("held-title"), heads: heads.to_vec(), rows })
}
