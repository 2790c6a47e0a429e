//! The rules in force: every term with its source, and the clauses in plain words.

use axum::extract::State;
use axum::response::Response;
use civic::rules::{Instrument, RuleSet, TermRule, Unit};
use maud::{Markup, html};

use crate::app::App;
use crate::kit::due::source;
use crate::kit::shell::Page;
use crate::kit::table::{Table, table};
use crate::visit::Visit;
use crate::words::{Lang, article_words, cite};

/// Months of a year.
const MONTHS_OF_YEAR: u32 = 12;

/// Shows the page.
pub async fn show(State(app): State<App>, visit: Visit) -> Response {
    let (lang, rules) = (visit.lang, app.hall.site.rules());
    let years: Vec<String> = app.hall.site.calendar().years().map(|year| year.year.to_string()).collect();
    let body = html! {
        h1 { (lang.t("rules-title")) }
        p.lead { (lang.t("rules-lead")) }
        p.quiet { (lang.say("rules-version", &[("version", rules.version().into()), ("calendar", years.join(" ").into())])) }
        p { span.unsure { (lang.t("unsure")) } " " (lang.t("rules-unsure")) }
        (terms(lang, &rules))
        h2 { (lang.t("rules-laws")) }
        @for law in rules.instruments() { (instrument(lang, law)) }
    };
    Page::new(&visit, &lang.t("rules-title")).wide().show(&body)
}

/// Draws the rules people meet here as a table, those of matters not handled here yet folded away.
fn terms(lang: Lang, rules: &RuleSet) -> Markup {
    let heads = || ["rules-term", "rules-value", "rules-extension", "rules-source"].map(|key| lang.t(key)).to_vec();
    let rows =
        |named: bool| rules.terms().filter(|rule| rule.zh.is_empty() != named).map(|rule| row(lang, rules, rule)).collect();
    html! {
        (table(&Table { caption: lang.t("rules-terms"), heads: heads(), rows: rows(true) }))
        details {
            summary { (lang.t("rules-later")) }
            (table(&Table { caption: lang.t("rules-later-caption"), heads: heads(), rows: rows(false) }))
        }
    }
}

fn row(lang: Lang, rules: &RuleSet, rule: &TermRule) -> Vec<Markup> {
    let name = lang.pick(&rule.zh, &rule.en);
    let extension = rule.extension.as_ref().map(|more| {
        let approver = lang.code("role", &more.approver);
        let value = quantity(lang, more.value, more.unit);
        lang.say("rules-more", &[("value", value.into()), ("approver", approver.into())])
    });
    vec![
        html! { span #(rule.id) { (if name.is_empty() { rule.id.as_str() } else { name }) } },
        html! { (quantity(lang, rule.value, rule.unit)) },
        html! { (extension.unwrap_or_else(|| "—".to_owned())) },
        html! {
            (source(lang, rules, rule))
            @if rule.unsure() { " " span.unsure { (lang.t("unsure")) } }
            @if let Some(note) = &rule.note { br; small { (note) } }
        },
    ]
}

/// Says how much a rule gives: months that make whole years as years.
pub fn quantity(lang: Lang, value: u32, unit: Unit) -> String {
    let years = unit == Unit::Month && value >= MONTHS_OF_YEAR && value.is_multiple_of(MONTHS_OF_YEAR);
    if years {
        return lang.say("term-year", &[("n", (value / MONTHS_OF_YEAR).into())]);
    }
    let key = match unit {
        Unit::Minute => "quantity-minute",
        Unit::Hour => "term-hour",
        Unit::CalendarDay => "term-day",
        Unit::WorkingDay => "term-working-day",
        Unit::Month => "term-month",
        Unit::Count => "quantity-count",
        Unit::Second => "quantity-second",
        Unit::Percent => "quantity-percent",
    };
    lang.say(key, &[("n", value.into())])
}

fn instrument(lang: Lang, law: &Instrument) -> Markup {
    html! {
        section id={ "law-" (law.key) } {
            h3 { (cite(lang, lang.pick(&law.name, &law.name_en), "")) }
            p.quiet { (lang.say("rules-in-force", &[("day", law.in_force.as_str().into())])) }
            @for clause in &law.clauses {
                p { strong { (article_words(lang, &clause.article).unwrap_or_default()) } " " (lang.pick(&clause.zh, &clause.en)) }
            }
        }
    }
}
