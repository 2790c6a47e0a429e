//! What is published and new: opinion boxes that were opened, and figures of months that are over. Feeds list it, groups of a chat are told
//! of it; no person stands in it.

use civic::site::Site;
use db::{Fault, Tx};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::rounds::{self, Round};

/// Months that are told.
const MONTHS: i64 = 12;
/// Rounds of boxes that are told.
const ROUNDS_MAX: usize = 50;

/// Is what was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A box was opened.
    Round(Round),
    /// A month is over, such as `2026-10`.
    Month(String),
}

/// Is something that was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Its name, the same for ever.
    pub id: String,
    /// What it is.
    pub what: What,
    /// The day it speaks of.
    pub on: Date,
    /// When it became public.
    pub at: Timestamp,
}

/// Lists what is new of a place with everything below it; of the whole site (`None`) also the figures of its months. The newest first.
pub fn list(tx: &mut Tx<'_>, site: &Site, place: Option<&str>, now: Timestamp) -> Result<Vec<Published>, Fault> {
    let directory = site.directory();
    let mut all = Vec::new();
    for own in directory.boxes.values().filter(|own| place.is_none_or(|place| directory.within(&own.place, place))) {
        let rounds = rounds::of_box(tx, site, &own.code)?.into_iter();
        all.extend(rounds.map(|round| Published {
            id: format!("round/{}", round.id),
            on: round.day,
            at: round.at,
            what: What::Round(round),
        }));
    }
    all.sort_by_key(|one| std::cmp::Reverse(one.at));
    all.truncate(ROUNDS_MAX);
    if place.is_none() {
        all.extend(months(site, site.day(now)));
    }
    all.sort_by(|one, other| other.on.cmp(&one.on).then_with(|| one.id.cmp(&other.id)));
    Ok(all)
}

/// Lists the months that are over, each told on the first day after it.
fn months(site: &Site, today: Date) -> Vec<Published> {
    let first = today.first_of_month();
    let over = (0..MONTHS).filter_map(|back| first.checked_sub(back.months()).ok());
    let of = |on: Date| {
        let month = on.yesterday().unwrap_or(on).to_string()[..7].to_owned();
        let at = site.zone.to_timestamp(on.at(0, 0, 0, 0)).unwrap_or(Timestamp::UNIX_EPOCH);
        Published { id: format!("month/{month}"), what: What::Month(month), on, at }
    };
    over.map(of).collect()
}
