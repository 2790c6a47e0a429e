//! The demo: one invented county with its offices, its staff and sixty days of matters.
//!
//! All of it is data (`county.toml`, `matters/*.toml`, `words.toml`) that we made up. Nothing here knows a page or a
//! table; what happens in the demo happens through the same commands that real residents and officers use, each at its
//! own past moment.

pub mod account;
mod asked;
mod boxes;
mod calls;
pub mod cast;
pub mod county;
pub mod course;
mod crossroads;
mod hotline;
mod hours;
pub mod play;
mod reception;
pub mod sample;
mod sealed;
pub mod setting;
pub mod slots;
pub mod story;
mod supervision;
mod talk;
mod verdict;
pub mod words;

use std::sync::Arc;

use appeals::sealed::room::Handler;
use civic::chance::Chance;
use civic::directory;
use civic::hall::Hall;
use civic::journal::Actor;
use civic::rules;
use db::Fault;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use rand_core::SeedableRng;

use play::Book;
use setting::Setting;

/// Start of chance: every demo tells the same stories, moved to the present.
const SEED: u64 = 0x6d69_6e73;

/// Says how far a site is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filled {
    /// Nothing is there.
    Not,
    /// Filling was broken off.
    Half,
    /// Everything is there.
    Whole,
}

/// Tells how far a site is.
pub fn filled(hall: &Hall) -> Result<Filled, Fault> {
    if hall.site.directory().places.is_empty() {
        return Ok(Filled::Not);
    }
    Ok(if account::are_open(hall)? { Filled::Whole } else { Filled::Half })
}

/// Fills an empty site with the county, its matters and its accounts. `progress` hears how many steps of how many are
/// done. Returns what a visitor can try.
pub fn fill(hall: &Hall, now: Timestamp, progress: &mut dyn FnMut(usize, usize)) -> Result<Vec<sample::Sample>, Fault> {
    let today = hall.site.day(now);
    let handlers = found(hall, (today.saturating_sub((cast::DAYS + 2).days()), today))?;
    let setting = Setting::of(&hall.site, now).suggesting();
    let stories = story::all();
    let mut chance = Chance::seed_from_u64(SEED);
    let casts = cast::all(&setting, &stories, &mut chance);
    let steps = course::all(&setting, &casts, &mut chance);
    let mut book = Book::default();
    for (number, cast) in casts.iter().enumerate() {
        book.enter(number, &cast.story.id);
    }
    let book = play::all(hall, (book, handlers.first()), steps, progress)?;
    hotline::fill(hall, now)?;
    account::open(hall, now)?;
    sample::pick(hall, hall.site.day(now), &book)
}

/// Makes the rules public and sets places, offices, staff and relatives, on a day before the first matter. Returns the
/// handlers of accusations, in the room.
pub(crate) fn found(hall: &Hall, (first, today): (Date, Date)) -> Result<Vec<Handler>, Fault> {
    let site = Arc::clone(&hall.site);
    let first = first.to_zoned_datetime(site.zone.clone());
    let first = first.map_err(|_| Fault::other("the demo's first day is out of range"))?.timestamp();
    hall.store.write_blocking(move |tx| {
        let mut chance = site.chance();
        rules::announce(tx, &site, first, &mut chance)?;
        for entry in county::entries(today, &site.keys.index) {
            directory::set(tx, &site, (first, &mut chance), Actor::System, (&entry, "added"))?;
        }
        account::handler_keys(tx, &site, &mut chance)
    })
}

#[cfg(test)]
mod tests;
