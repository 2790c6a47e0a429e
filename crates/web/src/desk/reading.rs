//! How good a machine's suggestions are: by week, by how sure it was, and what is put right most often. Figures about suggestions
//! only; whoever decided is counted nowhere.

use std::collections::BTreeMap;

use appeals::sorting::{self, Count, WEEKS};
use axum::response::Response;
use civic::rules::RuleSet;
use jiff::civil::Date;
use maud::{Markup, html};

use super::frame::Desk;
use crate::error::Problem;
use crate::kit::empty::empty;
use crate::kit::table::{Table, table};
use crate::link;
use crate::portal::share;
use crate::reading::path;
use crate::words::{Lang, day};

/// Corrections that are shown.
const CORRECTIONS_MAX: usize = 10;

/// Shows the page.
pub async fn show(desk: Desk) -> Result<Response, Problem> {
    let today = desk.app.today();
    let counts = desk.read(move |tx, site, _| sorting::counts(tx, site, today)).await?;
    let (lang, rules) = (desk.lang(), desk.app.hall.site.rules());
    let title = lang.t("reading-title");
    let learned = desk.app.readings.learned();
    let body = html! {
        h1 { (title) }
        p.lead { (lang.t("reading-lead")) }
        p {
            @if let Some(model) = &learned { (lang.say("reading-learned", &[("texts", model.texts().into())])) }
            @else { (lang.say("reading-words-only", &[("needed", rules.reading().learned.into())])) }
        }
        @if counts.is_empty() { (empty(&lang.t("reading-none"), &lang.t("reading-none-why"), &html! {})) }
        @else {
            (weeks(lang, &counts))
            (steps(lang, &counts))
            (corrections(lang, &rules, &counts))
            (needs(lang, &rules, &counts))
        }
        p.quiet { (lang.say("reading-how", &[("weeks", WEEKS.into())])) }
        p { a href=(link::DESK) { (lang.t("nav-desk")) } }
    };
    Ok(desk.page(&title, &body))
}

/// Counts what was suggested, how much of it was right, and what had no suggestion.
#[derive(Default)]
struct Sum {
    suggested: u64,
    right: u64,
    without: u64,
}

impl Sum {
    fn add(&mut self, count: &Count) {
        match count.said {
            Some(_) => {
                self.suggested += count.times;
                self.right += if count.right() { count.times } else { 0 };
            }
            None => self.without += count.times,
        }
    }
}

fn weeks(lang: Lang, counts: &[Count]) -> Markup {
    let mut all: BTreeMap<Date, Sum> = BTreeMap::new();
    for count in counts {
        all.entry(count.week).or_default().add(count);
    }
    let heads = ["reading-week", "reading-right", "reading-corrected", "reading-without"].map(|key| lang.t(key)).to_vec();
    let rows = all.iter().rev().map(|(week, sum)| {
        vec![
            html! { (lang.say("reading-from", &[("day", day(lang, *week).into())])) },
            html! { (share(sum.right, sum.suggested)) },
            html! { (sum.suggested - sum.right) },
            html! { (sum.without) },
        ]
    });
    html! { h2 { (lang.t("reading-weeks")) } (table(&Table { caption: lang.t("reading-weeks-caption"), heads, rows: rows.collect() })) }
}

/// Compares how sure it was with how often it was right.
fn steps(lang: Lang, counts: &[Count]) -> Markup {
    let mut all: BTreeMap<u16, Sum> = BTreeMap::new();
    for count in counts.iter().filter(|count| count.said.is_some()) {
        all.entry(count.sure).or_default().add(count);
    }
    let heads = ["reading-sure", "reading-right"].map(|key| lang.t(key)).to_vec();
    let rows = all.iter().rev().map(|(sure, sum)| {
        let (from, to) = (u32::from(*sure / 10), u32::from((*sure / 10 + 10).min(100)));
        vec![
            html! { (lang.say("reading-between", &[("from", from.into()), ("to", to.into())])) },
            html! { (share(sum.right, sum.suggested)) },
        ]
    });
    html! { h2 { (lang.t("reading-steps")) } (table(&Table { caption: lang.t("reading-steps-caption"), heads, rows: rows.collect() })) }
}

/// Lists what is mistaken for what most often.
fn corrections(lang: Lang, rules: &RuleSet, counts: &[Count]) -> Markup {
    let mut all: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for count in counts.iter().filter(|count| !count.right()) {
        let Some(said) = &count.said else { continue };
        *all.entry((said, &count.chosen)).or_default() += count.times;
    }
    let mut all: Vec<((&str, &str), u64)> = all.into_iter().collect();
    all.sort_by(|(one, a), (other, b)| b.cmp(a).then(one.cmp(other)));
    let heads = ["reading-said", "reading-chosen", "reading-times"].map(|key| lang.t(key)).to_vec();
    let rows = all.into_iter().take(CORRECTIONS_MAX).map(|((said, chosen), times)| {
        vec![html! { (path(lang, rules, said)) }, html! { (path(lang, rules, chosen)) }, html! { (times) }]
    });
    let rows: Vec<Vec<Markup>> = rows.collect();
    html! {
        h2 { (lang.t("reading-corrections")) }
        @if rows.is_empty() { p { (lang.t("reading-corrections-none")) } }
        @else { (table(&Table { caption: lang.t("reading-corrections-caption"), heads, rows })) }
    }
}

/// Counts which needs the matters spoke of that people sorted.
fn needs(lang: Lang, rules: &RuleSet, counts: &[Count]) -> Markup {
    let of = |level: u8| {
        let own = counts.iter().filter(|count| rules.need_of(&count.chosen).is_some_and(|need| need.level == level));
        own.map(|count| count.times).sum::<u64>()
    };
    let heads = ["fact-need", "reading-matters"].map(|key| lang.t(key)).to_vec();
    let rows = rules.needs().map(|need| vec![html! { (lang.pick(&need.zh, &need.en)) }, html! { (of(need.level)) }]);
    html! {
        h2 { (lang.t("reading-needs")) }
        p.quiet { (lang.t("reading-needs-why")) }
        (table(&Table { caption: lang.t("reading-needs"), heads, rows: rows.collect() }))
    }
}
