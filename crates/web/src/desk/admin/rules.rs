//! The rules in force: which set, what a person still has to check against the original, and where all of it stands.

use axum::response::Response;
use civic::rules::TermRule;
use maud::{Markup, html};

use super::Administrator;
use crate::kit::due::cite_rule;
use crate::kit::table::{Table, table};
use crate::link;

/// Shows the page.
pub async fn show(Administrator(desk): Administrator) -> Response {
    let (lang, rules) = (desk.lang(), desk.app.hall.site.rules());
    let name = |rule: &TermRule| {
        let own = lang.pick(&rule.zh, &rule.en);
        if own.is_empty() { rule.id.clone() } else { own.to_owned() }
    };
    let open: Vec<Vec<Markup>> = rules
        .terms()
        .filter(|rule| rule.unsure())
        .map(|rule| vec![html! { (name(rule)) }, html! { (rule.value) }, cite_rule(lang, &rules, rule)])
        .collect();
    let heads = ["rules-term", "rules-value", "rules-source"].map(|key| lang.t(key)).to_vec();
    let body = html! {
        h1 { (lang.t("admin-rules")) }
        p { (lang.say("admin-rules-version", &[("version", rules.version().into()), ("count", rules.terms().count().into())])) }
        p { (lang.t("admin-rules-how")) }
        p { a href=(link::RULES) { (lang.t("rules-title")) } }
        h2 { (lang.t("admin-rules-open")) }
        @if open.is_empty() { p.quiet { (lang.t("admin-rules-none")) } }
        @else { (table(&Table { caption: lang.t("admin-rules-open"), heads, rows: open })) }
        div.acts { a.button.second href=(link::ADMIN) { (lang.t("back")) } }
    };
    desk.page(&lang.t("admin-rules"), &body)
}
