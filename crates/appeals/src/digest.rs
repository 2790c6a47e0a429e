//! The morning letter: once a day every office that owes something soon, or owed it already, is told how much.

use std::collections::BTreeMap;

use civic::chance::{self, Chance};
use civic::outbox;
use civic::site::Site;
use db::{Fault, Migration, Tx, params};
use jiff::Timestamp;
use jiff::ToSpan;
use jiff::civil::Date;
use uuid::Uuid;

use crate::run::on_duty;

/// Builds the table that remembers the days.
pub const MIGRATION: Migration = Migration {
    name: "0102_digest",
    sql: "create table digest_day (jurisdiction bigint not null, day text not null, primary key (jurisdiction, day));",
    sql_postgres: None,
};

db::statements! {
    NOTE_DAY = "insert into digest_day (jurisdiction, day) values ($1, $2) on conflict (jurisdiction, day) do nothing";
    // not in the order of offices, of which each has an index of its own: over what is owed, wherever it lies
    OWING = "select owner || '' as owner, cast(count(*) filter (where due < $2) as bigint) as overdue,
            cast(count(*) filter (where due >= $2) as bigint) as soon
        from matter where jurisdiction = $1 and is_open = true and number > '' and rank < '2' and owes = true and due <= $3
        group by 1 order by 1";
    ASKED = "select cast(count(*) as bigint) as asked from matter_party
        where jurisdiction = $1 and office = $2 and live = true and until <> '' and until < $3";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

/// Hour of the morning from which the letter goes out.
const MORNING_HOUR: i8 = 8;
/// Working days that count as soon: the reminder before the term, the foot of the ladder of supervision.
const SOON: &str = "site.ladder_remind";
/// Days looked ahead at most for so many working days.
const AHEAD_DAYS_MAX: i64 = 30;

/// Counts what an office owes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Owing {
    /// Past the legal last day.
    pub overdue: i64,
    /// Due within `site.ladder_remind`.
    pub soon: i64,
    /// Asked of it by others and due within the same days, or over.
    pub asked: i64,
}

/// Returns the last day that counts as soon.
pub fn soon_until(site: &Site, today: Date) -> Date {
    let (calendar, soon) = (site.calendar(), i64::from(site.rules().term(SOON).value));
    let days = today.series(1.day()).take(AHEAD_DAYS_MAX as usize);
    days.take_while(|day| calendar.working_days_left(today, *day) <= soon).last().unwrap_or(today)
}

/// Lists what each office owes soon or owed already, and what others ask of it.
pub fn owing(tx: &mut Tx<'_>, site: &Site, today: Date) -> Result<Vec<(String, Owing)>, Fault> {
    let soon = soon_until(site, today);
    let mut all: BTreeMap<String, Owing> = BTreeMap::new();
    for row in tx.rows(OWING, params![site.jurisdiction, today.to_string(), soon.to_string()])? {
        let owing = all.entry(row.get("owner")?).or_default();
        (owing.overdue, owing.soon) = (row.get("overdue")?, row.get("soon")?);
    }
    // some terms are days, some instants: both sort before the day after
    let behind = soon.saturating_add(1.day()).to_string();
    let directory = site.directory();
    for office in directory.offices.keys() {
        let row = tx.row(ASKED, params![site.jurisdiction, office.as_str(), behind.as_str()])?;
        let asked: i64 = row.map_or(Ok(0), |row| row.get("asked"))?;
        if asked > 0 {
            let acting = directory.acting(office).map_or(office, |office| &office.code);
            all.entry(acting.clone()).or_default().asked += asked;
        }
    }
    Ok(all.into_iter().collect())
}

/// Writes the day's letters once, on working days from the morning on.
pub(crate) fn write(tx: &mut Tx<'_>, site: &Site, now: Timestamp, chance: &mut Chance) -> Result<(), Fault> {
    let local = now.to_zoned_datetime(site.zone.clone());
    let today = local.date();
    if local.hour() < MORNING_HOUR || !site.calendar().is_working(today) {
        return Ok(());
    }
    if tx.run(NOTE_DAY, params![site.jurisdiction, today.to_string()])? == 0 {
        return Ok(());
    }
    let directory = site.directory();
    for (office, _) in owing(tx, site, today)? {
        for recipient in on_duty(&directory, &office, today) {
            let message = outbox::Message { matter: Uuid::nil(), event: 0, recipient, template: "digest", channel: outbox::MAIL };
            outbox::put(tx, site.jurisdiction, (chance::id_ordered(chance, now), now), &message)?;
        }
    }
    Ok(())
}
