//! The calls of a day: at its end each office rings up those who left a telephone number only. What happened that day waits
//! for the next one, and of the last days something is left to do for whoever tries the demo.

use appeals::appeal::Command;
use appeals::queue::{self, Filter, Scope};
use appeals::run::{Request, execute};
use appeals::store;
use civic::directory::Staff;
use civic::permit::{Act, may};
use civic::refusal::No;
use civic::site::Site;
use db::{Fault, Tx};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::play;
use super::words::Words;

/// Days before the present of which calls are left to make.
const LEFT_DAYS: i64 = 3;
/// One first call of so many reaches nobody.
const MISSED_EVERY: usize = 6;

/// Makes the calls of a day; `last` is the last day that is played.
pub fn make(tx: &mut Tx<'_>, site: &Site, (day, last): (Date, Date), now: Timestamp) -> Result<(), Fault> {
    let (directory, words) = (site.directory(), Words::read());
    let ends = last.saturating_sub(LEFT_DAYS.days());
    for office in directory.offices.keys() {
        // whoever answers letters also rings up; a matter of somebody's own relative is not in their list
        for staff in directory.staff_of(office).filter(|staff| staff.active && !staff.away_on(day)) {
            let page = queue::page(tx, site, staff, (Scope::Calls, &Filter::default()))?;
            for row in page.rows.iter().filter(|row| row.rank.parse().is_ok_and(|since: Date| since < day && since < ends)) {
                one(tx, site, (staff, &words), (row, now))?;
            }
        }
    }
    Ok(())
}

fn one(
    tx: &mut Tx<'_>,
    site: &Site,
    (staff, words): (&Staff, &Words),
    (row, now): (&store::Row, Timestamp),
) -> Result<(), Fault> {
    let Some(loaded) = store::load(tx, site, row.id)? else { return Ok(()) };
    let sum: usize = row.number.bytes().map(usize::from).sum();
    let reached = loaded.state.calls > 0 || !sum.is_multiple_of(MISSED_EVERY);
    let said = if reached { &words.told } else { &words.missed };
    let said = said.get((sum + loaded.state.untold.len()) % said.len().max(1)).cloned().unwrap_or_default();
    let who = play::who(staff.id, now);
    if may(&site.directory(), &who, Act::TellByPhone, &loaded.state.subject()).is_err() {
        return Ok(()); // a colleague whose role makes calls does it
    }
    let command = Command::TellByPhone { reached, words: said, otherwise: false, speaker: None };
    let request = Request { who, matter: row.id, seen: None, command };
    play::read_first(tx, site, now, (&request.who, row.id, &request.command))?;
    execute(tx, site, now, &request).map(drop).map_err(|no| match no {
        No::Failed(fault) => fault,
        other => Fault::other(format!("a call of the demo about {}: {other}", row.number)),
    })
}
