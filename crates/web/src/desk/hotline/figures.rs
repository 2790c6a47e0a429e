//! Figures of the service by day: how many calls came each hour, how many were answered, how soon; measured by what GB/T 33358-2016 asks
//! for (`rules/terms.toml`). Calls are counted, neither callers nor operators are.

use axum::response::Response;
use chart::{Cell, Line, Sheet, table, trend};
use civic::hotline::{self, Hour};
use civic::rules::RuleSet;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use maud::{Markup, html};

use super::permitted;
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::{Fields, Path, Query};
use crate::kit::Tone;
use crate::kit::empty::empty;
use crate::kit::errors::Errors;
use crate::kit::facts::facts;
use crate::kit::field::{Field, Input, field};
use crate::kit::state::chip;
use crate::link;
use crate::take;
use crate::words::{Lang, cite, day};

/// Within how many seconds a call is to be answered.
const ANSWER: &str = "hl.answer";
/// Which share of calls is to be answered.
const RATE: &str = "hl.connect_rate_min";
/// Hours of a day.
const HOURS: i64 = 24;

/// Is the figures of one day.
struct Day {
    date: Date,
    hours: Vec<Hour>,
    wraps: Vec<(String, i64)>,
}

impl Day {
    fn sum(&self) -> Hour {
        self.hours.iter().fold(Hour::default(), |sum, hour| Hour {
            at: 0,
            calls: sum.calls + hour.calls,
            answered: sum.answered + hour.answered,
            soon: sum.soon + hour.soon,
            waited: sum.waited + hour.waited,
        })
    }
}

/// Shows the page.
pub async fn show(desk: Desk, Query(query): Query) -> Result<Response, Problem> {
    let read = read(&desk, &query).await?;
    let (lang, rules) = (desk.lang(), desk.app.hall.site.rules());
    let (hours, wraps) = (hours(lang, &read), wraps(lang, &rules, &read));
    let title = lang.t("hotline-figures");
    let about = format!("?day={}", read.date);
    let body = html! {
        p { a href=(link::HOTLINE) { (lang.t("hotline-title")) } }
        h1 { (title) }
        p.lead { (day(lang, read.date)) }
        (choose(lang, read.date))
        @if read.sum().calls == 0 { (empty(&lang.t("figures-no-calls"), &lang.t("figures-no-calls-why"), &html! {})) }
        @else {
            (against(lang, &rules, read.sum()))
            section { (trend(&hours, &[0, 1])) (table(&hours)) (take::links(lang, (&format!("{}/hours", link::HOTLINE_FIGURES), &about))) }
        }
        @if !wraps.lines.is_empty() {
            section { h2 { (lang.t("figures-wraps")) } (table(&wraps)) (take::links(lang, (&format!("{}/wraps", link::HOTLINE_FIGURES), &about))) }
        }
        p.quiet { (lang.t("figures-calls-how")) }
    };
    Ok(desk.page(&title, &body))
}

/// Answers with a sheet as a file.
pub async fn take(desk: Desk, Path((name, form)): Path<(String, String)>, Query(query): Query) -> Result<Response, Problem> {
    let read = read(&desk, &query).await?;
    let (lang, rules) = (desk.lang(), desk.app.hall.site.rules());
    match name.as_str() {
        "hours" => take::answer(&hours(lang, &read), &form),
        "wraps" => take::answer(&wraps(lang, &rules, &read), &form),
        _ => Err(Problem::Absent),
    }
}

async fn read(desk: &Desk, query: &Fields) -> Result<Day, Problem> {
    permitted(desk)?;
    let date: Date = query.get("day").parse().unwrap_or_else(|_| desk.app.today());
    let (office, site) = (desk.person().office.clone(), desk.app.hall.site.clone());
    let soon = SignedDuration::from_secs(i64::from(site.rules().term(ANSWER).value));
    let begins = |date: Date| -> Result<Timestamp, Problem> {
        date.to_zoned_datetime(site.zone.clone()).map(|zoned| zoned.timestamp()).map_err(|_| Problem::Absent)
    };
    let tomorrow = date.checked_add(1.day()).map_err(|_| Problem::Absent)?;
    let within = (begins(date)?, begins(tomorrow)?);
    let (hours, wraps) = desk
        .read(move |tx, site, _| {
            let hours = hotline::hours(tx, site, within, (&office, soon))?;
            Ok::<_, db::Fault>((hours, hotline::wraps(tx, site, within, &office)?))
        })
        .await?;
    Ok(Day { date, hours, wraps })
}

fn choose(lang: Lang, date: Date) -> Markup {
    let mut typed = Fields::default();
    typed.set("day", date.to_string());
    let input = Field { name: "day", label: lang.t("figures-day"), input: Input::Day, required: true, ..Field::default() };
    html! {
        form.find-form method="get" action=(link::HOTLINE_FIGURES) {
            (field(lang, &input, &typed, &Errors::default()))
            button.second { (lang.t("figures-show")) }
        }
    }
}

/// Compares the day with what the standard asks for, with its source and whether a person has read it.
fn against(lang: Lang, rules: &RuleSet, sum: Hour) -> Markup {
    let (answer, rate) = (rules.term(ANSWER), rules.term(RATE));
    let reaches = sum.answered * 100 >= sum.calls * i64::from(rate.value);
    let source = |rule: &civic::rules::TermRule| {
        let name = if lang.pick("zh", "en") == "en" { rules.english_name(&rule.instrument) } else { None };
        cite(lang, name.unwrap_or(&rule.instrument), &rule.article)
    };
    // rounded down, so that nothing is reached that is not
    let share = |part: i64, of: i64| match of {
        0 => "—".to_owned(),
        of => format!("{}.{}%", part * 100 / of, part * 1_000 / of % 10),
    };
    let reached = if reaches { (Tone::Done, "figures-reached") } else { (Tone::Late, "figures-not-reached") };
    let reached = chip(reached.0, &lang.t(reached.1));
    let mean = if sum.answered == 0 { 0 } else { sum.waited / sum.answered };
    html! {
        (facts(&[
            (lang.t("figures-calls"), html! { (sum.calls) }),
            (lang.say("figures-rate", &[("least", rate.value.into())]), html! { (share(sum.answered, sum.calls)) " " (reached) }),
            (lang.say("figures-soon", &[("seconds", answer.value.into())]), html! { (share(sum.soon, sum.calls)) }),
            (lang.t("figures-mean"), html! { (lang.say("figures-seconds", &[("seconds", mean.into())])) }),
        ]))
        p.quiet {
            (lang.say("figures-by", &[("rule", source(answer).into())]))
            @if answer.unsure() || rate.unsure() { " " span.unsure { (lang.t("unsure")) } }
            " " a href=(link::rule(ANSWER)) { (lang.t("figures-rule")) }
        }
    }
}

fn hours(lang: Lang, read: &Day) -> Sheet {
    let line = |at: i64| {
        let hour = read.hours.iter().find(|hour| hour.at == at).copied().unwrap_or_default();
        Line {
            name: format!("{at:02}:00"),
            code: at.to_string(),
            link: None,
            cells: vec![Cell::Number(hour.calls), Cell::Number(hour.answered), Cell::Share(hour.soon, hour.calls)],
        }
    };
    // a day on which clocks are put back has one more
    let last = read.hours.iter().map(|hour| hour.at + 1).max().unwrap_or(0).max(HOURS);
    let sum = read.sum();
    Sheet {
        name: "hours".to_owned(),
        title: lang.t("figures-hours"),
        about: lang.t("figures-calls-how"),
        heads: ["figures-hour", "figures-calls", "figures-answered", "figures-calls-soon"].map(|key| lang.t(key)).to_vec(),
        lines: (0..last).map(line).collect(),
        total: Some(Line {
            name: lang.t("figures-day-sum"),
            cells: vec![Cell::Number(sum.calls), Cell::Number(sum.answered), Cell::Share(sum.soon, sum.calls)],
            ..Line::default()
        }),
        ..Sheet::default()
    }
}

fn wraps(lang: Lang, rules: &RuleSet, read: &Day) -> Sheet {
    let line = |(code, many): &(String, i64)| {
        let name = rules.ground("wrapup", code).map_or(code.as_str(), |word| lang.pick(&word.zh, &word.en));
        Line { name: name.to_owned(), code: code.clone(), link: None, cells: vec![Cell::Number(*many)] }
    };
    Sheet {
        name: "wraps".to_owned(),
        title: lang.t("figures-wraps"),
        about: lang.t("figures-calls-how"),
        heads: ["call-wrapup", "figures-calls"].map(|key| lang.t(key)).to_vec(),
        lines: read.wraps.iter().map(line).collect(),
        ..Sheet::default()
    }
}
