//! The rounds of opinion boxes: a few times before the present, empty ones, for the demo has no pictures. The box that was hung last has never
//! been opened.

use appeals::rounds::{self, Opening};
use civic::chance;
use civic::directory::Role;
use civic::site::Site;
use db::{Fault, Tx};
use jiff::Timestamp;
use jiff::civil::Date;

use civic::refusal::No;

/// A box is opened every so many days.
const EVERY_DAYS: i16 = 6;
/// The box that nobody has opened yet.
const NEVER: &str = "shuyuanpo-1";

/// Notes the rounds of a day; `last` is the last day that is played.
pub fn open(tx: &mut Tx<'_>, site: &Site, (day, last): (Date, Date), now: Timestamp) -> Result<(), Fault> {
    let directory = site.directory();
    for (at, own) in directory.boxes.values().filter(|own| own.active && own.code != NEVER).enumerate() {
        // one of them is opened in time, the other should have been opened yesterday
        let due = (day.day_of_year() + i16::try_from(at).unwrap_or(0)) % EVERY_DAYS == 0;
        if !due || day >= last {
            continue;
        }
        let mut staff = directory.staff_of(&own.office).filter(|staff| staff.is(Role::Officer) || staff.is(Role::OfficeHead));
        let (Some(first), Some(second)) = (staff.next(), staff.next()) else { continue };
        let mut chance = site.chance();
        let opening = Opening {
            id: chance::id_plain(&mut chance),
            of_box: own.code.clone(),
            staff: first.id,
            beside: second.name.clone(),
            cards: 0,
            words: String::new(),
            files: Vec::new(),
        };
        rounds::open(tx, site, (now, &mut chance), &opening).map_err(|no| match no {
            No::Failed(fault) => fault,
            other => Fault::other(format!("a round of the demo: {other}")),
        })?;
    }
    Ok(())
}
