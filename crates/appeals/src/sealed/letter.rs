//! The constant letter: on fixed days everybody who handles accusations is written to that there may be something in the room.
//! It goes on the same days to the same people with the same words, whether there is anything or not. So neither that it comes,
//! nor when, nor how often tells of an accusation; and whoever has not been in the room looks in before a last day is over.

use civic::chance::{self, Chance};
use civic::outbox::{self, Message};
use civic::site::Site;
use db::{Fault, Migration, Tx, params};
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::keys;
use crate::appeal::compute;

/// Builds the table that remembers the days.
pub const MIGRATION: Migration = Migration {
    name: "0270_room_letter",
    sql: "create table room_letter_day (jurisdiction bigint not null, day text not null, primary key (jurisdiction, day));",
    sql_postgres: None,
};

db::statements! {
    LAST_DAY = "select day from room_letter_day where jurisdiction = $1 order by day desc limit 1";
    NOTE_DAY = "insert into room_letter_day (jurisdiction, day) values ($1, $2) on conflict (jurisdiction, day) do nothing";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

/// Template of the letter.
pub const TEMPLATE: &str = "room_letter";
/// How long after a letter the next one goes.
const EVERY: &str = "site.room_letter";
/// Hour of the morning from which it goes out.
const MORNING_HOUR: i8 = 8;

/// Writes the letters where their day has come. It asks for no accusation: nothing here could depend on one.
pub(crate) fn write(tx: &mut Tx<'_>, site: &Site, now: Timestamp, chance: &mut Chance) -> Result<(), Fault> {
    let local = now.to_zoned_datetime(site.zone.clone());
    let today = local.date();
    if local.hour() < MORNING_HOUR || !site.calendar().is_working(today) || !has_come(tx, site, today)? {
        return Ok(());
    }
    if tx.run(NOTE_DAY, params![site.jurisdiction, today.to_string()])? == 0 {
        return Ok(());
    }
    let directory = site.directory();
    for staff in directory.staff.keys().filter(|staff| keys::handles(&directory, **staff)) {
        let (recipient, channel) = (format!("staff:{staff}"), outbox::MAIL);
        let message = Message { matter: Uuid::nil(), event: 0, recipient, template: TEMPLATE, channel };
        outbox::put(tx, site.jurisdiction, (chance::id_ordered(chance, now), now), &message)?;
    }
    Ok(())
}

/// Tells whether the next letter is due: its rhythm begins anew with each, so a site that stood still sends one and not several.
fn has_come(tx: &mut Tx<'_>, site: &Site, today: Date) -> Result<bool, Fault> {
    let Some(row) = tx.row(LAST_DAY, params![site.jurisdiction])? else { return Ok(true) };
    let last: Date = row.get::<String>("day")?.parse().map_err(|_| Fault::other("a letter to the room has no day"))?;
    // a clock that was put back writes nothing twice
    Ok(today > last && compute(&site.rules(), &site.calendar(), EVERY, last).due.last <= today)
}
