//! Finding editions, and putting together what a new one holds.

use appeals::report::{self, PEOPLE};
use db::Fault;
use oversight::edition::{self, Edition, Listed, New, Reason, Snapshot};

use super::Report;
use crate::app::App;
use crate::error::Problem;
use crate::words::Lang;

/// Tells whether a text names a month or a year.
pub(crate) fn is_period(text: &str) -> bool {
    let figures = |part: &str, many: usize| part.len() == many && part.bytes().all(|c| c.is_ascii_digit());
    match text.split_once('-') {
        Some((year, month)) => figures(year, 4) && figures(month, 2),
        None => figures(text, 4),
    }
}

/// Lists the editions, the newest period first.
pub(crate) async fn list(app: &App) -> Result<Vec<Listed>, Fault> {
    let site = app.hall.site.clone();
    app.hall.store.read(move |tx| edition::list(tx, &site)).await
}

/// Finds the edition of a number, or the newest, of a month or year.
pub(crate) async fn find(app: &App, (period, number): (&str, &str)) -> Result<Option<Edition>, Fault> {
    if !is_period(period) {
        return Ok(None);
    }
    let (site, period, number) = (app.hall.site.clone(), period.to_owned(), number.parse::<i64>().ok());
    let find = move |tx: &mut db::Tx<'_>| match number {
        Some(number) => edition::of_number(tx, &site, (&period, number)),
        None => edition::newest(tx, &site, &period),
    };
    app.hall.store.read(find).await
}

/// Finds a report.
pub(crate) async fn report(app: &App, lang: Lang, which: (&str, &str)) -> Result<Report, Problem> {
    let edition = find(app, which).await?.ok_or(Problem::Absent)?;
    Ok(Report { lang, rules: app.hall.site.rules(), edition })
}

/// Puts together what the log says of a month or a year now. Nothing while it is still being read.
pub(crate) async fn snapshot(app: &App, period: &str) -> Result<Option<Snapshot>, Fault> {
    let (site, asked) = (app.hall.site.clone(), period.to_owned());
    let look = move |figures: &appeals::figures::Figures| (figures.entries, report::tables(figures, &asked));
    let Some((size, mut tables)) = app.figures.clone().current(app, look).await? else { return Ok(None) };
    let (own, asked) = (site.clone(), period.to_owned());
    let people = move |tx: &mut db::Tx<'_>| {
        let fresh = report::people(tx, &own, &asked)?;
        edition::stays(tx, &own, (&asked, &PEOPLE), fresh)
    };
    tables.extend(app.hall.store.read(people).await?);
    Ok(Some(Snapshot::of(&site, tables, size)))
}

/// Publishes a new edition because an objection was decided. While the log is still being read, the nightly job does.
pub(crate) async fn after_objection(app: &App, period: &str) -> Result<(), Problem> {
    let Some(snapshot) = snapshot(app, period).await? else { return Ok(()) };
    let key = app.hall.site.keystore.take()?;
    let (site, now) = (app.hall.site.clone(), app.now());
    let new = New { period: period.to_owned(), reason: Reason::Objection, note: String::new(), snapshot };
    let publish = move |tx: &mut db::Tx<'_>| {
        let mut chance = site.chance();
        edition::publish(tx, &site, (now, &mut chance), (None, &new, &key)).map(drop)
    };
    Ok(app.hall.store.write(publish).await?)
}
