//! A letter to a resident that was given up: what it told has to be told by a person, and stands in the holder's list of calls until it
//! was.

use civic::journal::Actor;
use civic::site::Site;
use db::{Fault, Tx};
use jiff::Timestamp;
use uuid::Uuid;

use crate::appeal::Event;
use crate::{run, store};

/// Notes that a letter about an event, by its position, could not be delivered. Nothing is noted where the resident knows it anyway:
/// they hold it in their hands, or opened their page since.
pub fn note(tx: &mut Tx<'_>, site: &Site, now: Timestamp, (matter, position): (Uuid, i64)) -> Result<(), Fault> {
    let Some(mut loaded) = store::load(tx, site, matter)? else { return Ok(()) };
    let Some(of) = loaded.state.written.iter().find(|one| one.position == position).map(|one| one.version) else { return Ok(()) };
    let mut chance = site.chance();
    run::record(tx, site, (now, &mut chance), Actor::System, (&mut loaded, Event::LetterFailed { of })).map(drop)
}
