//! Figures about offices, computed from the public entries of the log alone, so that a stranger gets the same ones.
//!
//! The fold is kept between requests and reads on from where it stood; it can be thrown away at any time. While it is far
//! behind, as after the start of a large site, it is read beside, and pages say so instead of waiting or guessing.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use appeals::disclose;
use appeals::figures::{Count, Figures, Statement, statement_text};
use appeals::followup::Total;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chart::{Cell, Line, Sheet};
use civic::directory::Directory;
use civic::hall::Hall;
use civic::journal;
use civic::refusal::Refusal;
use civic::rules::RuleSet;
use db::{Fault, Tx};
use maud::{Markup, html};
use serde_json::json;

use crate::app::App;
use crate::error::Problem;
use crate::kit::empty::empty;
use crate::kit::facts::facts;
use crate::kit::refusal::clause_link;
use crate::kit::shell::Page;
use crate::kit::table::{Table, table};
use crate::link;
use crate::portal::watch;
use crate::take;
use crate::visit::Visit;
use crate::words::{Lang, month_name};

/// Entries of a full bundle.
const BUNDLE_ENTRIES: u64 = 256;
/// Entries read while somebody waits for a page; a longer way is gone beside.
const WAIT_ENTRIES_MAX: u64 = 2_048;
/// Months shown, this one included.
const MONTHS_SHOWN: usize = 3;
/// Months of them that are open; the others are folded away.
const MONTHS_OPEN: usize = 1;

/// Headings of the table of a month.
const HEADS: [&str; 7] = [
    "figures-office",
    "figures-received",
    "figures-replied",
    "figures-in-time",
    "figures-satisfied",
    "figures-returned",
    "figures-again",
];

/// Quarters shown, newest first.
const QUARTERS_SHOWN: usize = 4;

/// Is the fold over the log so far.
#[derive(Debug, Default)]
pub struct Fold {
    figures: Mutex<Figures>,
    /// True while it is read beside.
    reading: AtomicBool,
}

impl Fold {
    /// Reads on to the newest published entry and lends the figures. Nothing while that takes longer than a page may wait.
    pub async fn current<T: Send + 'static>(
        self: Arc<Self>,
        app: &App,
        ask: impl FnOnce(&Figures) -> T + Send + 'static,
    ) -> Result<Option<T>, Fault> {
        let (jurisdiction, own) = (app.hall.site.jurisdiction, Arc::clone(&self));
        let read = move |tx: &mut Tx<'_>| -> Result<Option<T>, Fault> {
            let whole = own.read_on(tx, jurisdiction)?;
            Ok(whole.then(|| ask(&own.figures.lock().unwrap_or_else(PoisonError::into_inner))))
        };
        let answer = app.hall.store.read(read).await?;
        if answer.is_none() && !self.reading.swap(true, Ordering::AcqRel) {
            tokio::spawn(self.catch_up(app.hall.clone()));
        }
        Ok(answer)
    }

    /// Reads some entries; tells whether that was all there are.
    fn read_on(&self, tx: &mut Tx<'_>, jurisdiction: i64) -> Result<bool, Fault> {
        let mut figures = self.figures.lock().unwrap_or_else(PoisonError::into_inner);
        let size = journal::head(tx, jurisdiction)?.map_or(0, |(size, _)| size);
        let until = size.min(figures.entries + WAIT_ENTRIES_MAX);
        while figures.entries < until {
            let (index, skip) = (figures.entries / BUNDLE_ENTRIES, figures.entries % BUNDLE_ENTRIES);
            let width = (size - index * BUNDLE_ENTRIES).min(BUNDLE_ENTRIES);
            for entry in journal::entries(tx, jurisdiction, index, width as u16)?.iter().skip(skip as usize) {
                figures.read(entry);
            }
        }
        Ok(figures.entries >= size)
    }

    /// Returns every table with the signed checkpoint it was computed at; nothing while it is being read.
    async fn stated(self: Arc<Self>, app: &App) -> Result<Option<Vec<Statement>>, Fault> {
        let site = Arc::clone(&app.hall.site);
        let today = app.today().to_string();
        if Arc::clone(&self).current(app, |_| ()).await?.is_none() {
            return Ok(None);
        }
        let state = move |tx: &mut Tx<'_>| {
            let figures = self.figures.lock().unwrap_or_else(PoisonError::into_inner);
            // each batch ends with a checkpoint, and it is read to the end of one
            let above = figures.entries.cast_signed() - 1;
            let Some((size, note)) = journal::checkpoints(tx, site.jurisdiction, above, 1)?.into_iter().next() else {
                return Ok(None);
            };
            if size.cast_unsigned() != figures.entries {
                return Ok(None);
            }
            let root = note.lines().nth(2).unwrap_or_default();
            let state = |name: String| {
                let table = figures.table(&name)?;
                let text = statement_text(&site.origin, (figures.entries, root), (&name, &table));
                Some(Statement { statement: site.sign_note(&text), table })
            };
            Ok::<_, Fault>(Some(figures.names(&today).into_iter().filter_map(state).collect()))
        };
        app.hall.store.read(state).await
    }

    /// Reads to the end, a little at a time, so that pages get their turn. What fails is tried again by the next page.
    async fn catch_up(self: Arc<Self>, hall: Hall) {
        loop {
            let (jurisdiction, own) = (hall.site.jurisdiction, Arc::clone(&self));
            match hall.store.read(move |tx| own.read_on(tx, jurisdiction)).await {
                Ok(false) => {}
                Ok(true) => break,
                Err(fault) => {
                    tracing::warn!(error = %fault, "the figures could not be computed to the end");
                    break;
                }
            }
        }
        self.reading.store(false, Ordering::Release);
    }
}

/// Is one month: `2026-11`, the offices of it, all of them together.
struct Month {
    name: String,
    offices: Vec<(String, Count)>,
    total: Count,
}

/// Holds what the page shows.
struct Shown {
    entries: u64,
    months: Vec<Month>,
    /// What followed ratings this month.
    after: Total,
    /// The newest draw for call-backs that is open: its month, how many were drawn, rung up, reached.
    draw: Option<(String, [usize; 3])>,
    overdue: Vec<(String, u64)>,
    pressed: Vec<(String, u64)>,
    /// Ground, how many this month, how many in all.
    handed_out: Vec<(String, (u64, u64))>,
}

/// Serves every figure about offices as a signed statement, for whoever computes them again (`docs/verify-it-yourself.md`).
pub async fn statements(State(app): State<App>) -> Result<Response, Problem> {
    let stated = app.figures.clone().stated(&app).await?;
    let later = || Problem::Refused(StatusCode::SERVICE_UNAVAILABLE, Refusal::new("figures_counting").instead("try_again"));
    let stated = stated.ok_or_else(later)?;
    Ok(Json(json!({"statements": stated})).into_response())
}

/// Shows the page.
pub async fn show(State(app): State<App>, visit: Visit) -> Result<Response, Problem> {
    let (lang, today) = (visit.lang, app.today());
    let mut month = today.first_of_month();
    let mut wanted = Vec::new();
    for _ in 0..MONTHS_SHOWN {
        wanted.push(month.to_string()[..7].to_owned());
        month = month.yesterday().unwrap_or(month).first_of_month();
    }
    let day = today.to_string();
    let this = wanted[0].clone();
    let this_month = this.clone();
    let look = move |figures: &Figures| Shown {
        entries: figures.entries,
        months: wanted.into_iter().map(|month| of(figures, month)).collect(),
        after: figures.after.total(&this_month),
        draw: figures.draws.newest(),
        overdue: figures.overdue(&day).into_iter().collect(),
        pressed: figures.pressed.iter().rev().take(QUARTERS_SHOWN).map(|(name, count)| (name.clone(), *count)).collect(),
        handed_out: figures.handed_out(&this).into_iter().collect(),
    };
    let shown = app.figures.clone().current(&app, look).await?;
    let title = lang.t("figures-title");
    let watchers = watch::watchers(&app).await?;
    let Some(shown) = shown else {
        let body = html! { (watch::alarm(&app, lang, &watchers)) h1 { (title) } p.lead { (lang.t("figures-lead")) } p { (lang.t("figures-counting")) } };
        return Ok(Page::new(&visit, &title).wide().show(&body));
    };
    let directory = app.hall.site.directory();
    let body = html! {
        (watch::alarm(&app, lang, &watchers))
        h1 { (title) }
        p.lead { (lang.t("figures-lead")) }
        p {
            a href=(link::FIGURES_PEOPLE) { (lang.t("people-to")) } " · " a href=(link::REPORTS) { (lang.t("report-title")) } " · "
            a href=(link::ASSESSMENT) { (lang.t("assess-title")) }
        }
        @for month in shown.months.iter().take(MONTHS_OPEN) { h2 { (month_name(lang, &month.name)) } (of_month(lang, &directory, month)) }
        @for month in shown.months.iter().skip(MONTHS_OPEN) { (folded(lang, &directory, month)) }
        (after(lang, &shown.after, shown.months.first().map(|month| &month.total)))
        (draw(lang, shown.draw.as_ref()))
        (overdue(lang, &directory, &shown.overdue))
        (pressed(lang, &shown.pressed))
        (handed_out(lang, &app.hall.site.rules(), &shown.handed_out))
        h2 { (lang.t("figures-how")) }
        p { (lang.say("figures-how-text", &[("entries", shown.entries.into())])) }
        ul {
            li { a href=(link::STATEMENTS) { (lang.t("figures-statements")) } }
            li { a href=(link::SUPERVISED) { (lang.t("supervised-link")) } }
            li { a href=(link::CHECKPOINT) { (lang.t("check-checkpoint")) } }
            li { a href=(link::VKEY) { (lang.t("check-vkey")) } }
            li { a href=(link::CHECK) { (lang.t("foot-check")) } }
        }
        p.quiet { (lang.t("figures-no-ranking")) }
    };
    Ok(Page::new(&visit, &title).wide().show(&body))
}

fn of(figures: &Figures, month: String) -> Month {
    Month { offices: figures.month(&month).into_iter().collect(), total: figures.total(&month), name: month }
}

/// Makes the exact figures of a month, or of the present one, about each office into a sheet; none while they are still being read.
pub(super) async fn exact(app: &App, lang: Lang, month: &str) -> Result<Option<Sheet>, Problem> {
    let this = app.today().to_string()[..7].to_owned();
    let wanted = if month.len() == 7 { month.to_owned() } else { this };
    let asked = wanted.clone();
    let Some(month) = app.figures.clone().current(app, move |figures| of(figures, asked)).await? else { return Ok(None) };
    let directory = app.hall.site.directory();
    let number = |count: u64| count.cast_signed();
    let line = |(code, count): &(String, Count)| Line {
        name: name(lang, &directory, code),
        code: code.clone(),
        link: None,
        cells: vec![
            Cell::Number(number(count.received)),
            Cell::Number(number(count.replied)),
            Cell::Share(number(count.in_time), number(count.replied)),
            Cell::Share(number(count.satisfied), number(count.rated)),
            Cell::Number(number(count.returned)),
            Cell::Number(number(count.again)),
        ],
    };
    Ok(Some(Sheet {
        name: format!("offices-{wanted}"),
        title: month_name(lang, &wanted),
        about: lang.t("figures-lead"),
        heads: HEADS.map(|key| lang.t(key)).to_vec(),
        lines: month.offices.iter().map(line).collect(),
        ..Sheet::default()
    }))
}

/// Draws an older month folded away: what it comes to is seen at once, each office on a press.
fn folded(lang: Lang, directory: &Directory, month: &Month) -> Markup {
    let Month { name, total, .. } = month;
    let sum = [("received", total.received.into()), ("replied", total.replied.into())];
    html! {
        details.month {
            summary { h2 { (month_name(lang, name)) } " " span.quiet { (lang.say("figures-month-sum", &sum)) } }
            (of_month(lang, directory, month))
        }
    }
}

fn of_month(lang: Lang, directory: &Directory, Month { name: month, offices, total }: &Month) -> Markup {
    if offices.is_empty() {
        return html! { (empty(&lang.t("figures-none"), &lang.t("figures-none-why"), &html! {})) };
    }
    let mut rows: Vec<Vec<Markup>> = offices.iter().map(|(code, count)| row(name(lang, directory, code), count)).collect();
    rows.push(row(lang.t("figures-all"), total));
    html! { (table(&Table { caption: lang.t("figures-caption"), heads: HEADS.map(|key| lang.t(key)).to_vec(), rows }))
    (take::links(lang, (&link::figures_table("offices"), &format!("?month={month}")))) }
}

fn row(name: String, count: &Count) -> Vec<Markup> {
    vec![
        html! { (name) },
        html! { (count.received) },
        html! { (count.replied) },
        html! { (share(count.in_time, count.replied)) },
        html! { (share(count.satisfied, count.rated)) },
        html! { (count.returned) },
        html! { (count.again) },
    ]
}

/// Writes a share with the numbers it rests on: `9 / 10`; a percentage of three would claim too much.
pub fn share(part: u64, of: u64) -> String {
    if of == 0 { "—".to_owned() } else { format!("{part} / {of}") }
}

fn overdue(lang: Lang, directory: &Directory, overdue: &[(String, u64)]) -> Markup {
    html! {
        h2 { (lang.t("figures-overdue")) }
        @if overdue.is_empty() { p { (lang.t("figures-overdue-none")) } }
        @else { ul { @for (code, count) in overdue { li { (name(lang, directory, code)) "：" (count) } } } }
    }
}

/// Draws what followed ratings this month: grades that nobody signed apart, and what was set aside beside the figure with it.
fn after(lang: Lang, after: &Total, signed: Option<&Count>) -> Markup {
    let signed = signed.copied().unwrap_or_default();
    let without = share(signed.satisfied, signed.rated.saturating_sub(after.set_aside));
    html! {
        h2 { (lang.t("figures-after")) }
        p { (lang.t("figures-after-why")) }
        (facts(&[
            (lang.t("figures-after-signed"), html! { (share(signed.satisfied, signed.rated)) }),
            (lang.say("figures-after-without", &[("count", after.set_aside.into())]), html! { (without) }),
            (lang.t("figures-after-told"), html! { (share(after.told_satisfied, after.told)) }),
            (lang.t("figures-after-called"), html! { (share(after.called_satisfied, after.called)) }),
            (lang.t("figures-after-bad"), html! { (after.bad) }),
            (lang.t("figures-after-rectified"), html! { (share(after.rectified_in_time, after.rectified)) }),
            (lang.t("figures-after-marked"), html! { (share(after.marked_satisfied, after.marked)) }),
        ]))
    }
}

/// Says how answers are drawn for call-backs, and what came of the newest draw that is open.
fn draw(lang: Lang, newest: Option<&(String, [usize; 3])>) -> Markup {
    html! {
        h2 { (lang.t("figures-draw")) }
        p { (lang.t("figures-draw-how")) }
        @match newest {
            Some((month, [drawn, called, reached])) => {
                p {
                    (lang.say("figures-draw-newest", &[
                        ("month", month_name(lang, month).into()),
                        ("drawn", (*drawn).into()),
                        ("called", (*called).into()),
                        ("reached", (*reached).into()),
                    ]))
                }
            }
            None => p { (lang.t("figures-draw-none")) },
        }
        p { a href=(link::STATEMENTS) { (lang.t("figures-draw-list")) } }
    }
}

fn pressed(lang: Lang, quarters: &[(String, u64)]) -> Markup {
    let row = |(name, count): &(String, u64)| {
        let (year, quarter) = name.split_once('Q').unwrap_or((name, "1"));
        let args = [("year", year.into()), ("quarter", quarter.into())];
        vec![html! { (lang.say("figures-pressed-quarter", &args)) }, html! { (count) }]
    };
    let heads = ["figures-pressed-when", "figures-pressed-count"].map(|key| lang.t(key)).to_vec();
    html! {
        h2 { (lang.t("figures-pressed")) }
        p.quiet { (lang.t("figures-pressed-why")) }
        @if quarters.is_empty() { p { (lang.t("figures-pressed-none")) } }
        @else { (table(&Table { caption: lang.t("figures-pressed"), heads, rows: quarters.iter().map(row).collect() })) }
    }
}

/// Draws on which grounds matters were handed to other bodies, and how many.
fn handed_out(lang: Lang, rules: &RuleSet, counts: &[(String, (u64, u64))]) -> Markup {
    let row = |(code, (month, all)): &(String, (u64, u64))| {
        let ground = rules.ground(disclose::GROUNDS, code);
        let words = ground.map_or(code.as_str(), |ground| lang.pick(&ground.zh, &ground.en));
        let clause = ground.map(|ground| clause_link(lang, rules, &ground.clause));
        vec![html! { (words) @if let Some(clause) = clause { " " span.quiet { (clause) } } }, html! { (month) }, html! { (all) }]
    };
    let heads = ["figures-ground", "figures-this-month", "figures-ever"].map(|key| lang.t(key)).to_vec();
    html! {
        h2 { (lang.t("figures-disclosed")) }
        p { (lang.t("figures-disclosed-why")) }
        @if counts.is_empty() { p { (lang.t("figures-disclosed-none")) } }
        @else { (table(&Table { caption: lang.t("figures-disclosed"), heads, rows: counts.iter().map(row).collect() })) }
    }
}

fn name(lang: Lang, directory: &Directory, code: &str) -> String {
    directory.offices.get(code).map_or_else(|| code.to_owned(), |office| lang.pick(&office.name, &office.name_en).to_owned())
}
