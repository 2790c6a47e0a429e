//! Until when an accuser is to hear something: whether it is accepted, and, once the check is over, what came of it. Which
//! term runs is the track's (`rules/tracks.toml`); the number of days stands in `rules/terms.toml`.

use civic::site::Site;
use jiff::civil::Date;

use super::Own;
use super::room::Told;
use super::step::{Deed, Stage, Step};
use crate::appeal::{DueDate, Identity, Kind, compute};

/// Returns the day by which the accuser is to hear something; nothing where no term runs.
pub fn of(site: &Site, (own, steps): (&Own, &[Step])) -> Option<DueDate> {
    running(site, own, &steps.iter().map(|step| (step.day, &step.deed)).collect::<Vec<_>>())
}

/// Returns the same from what the accuser is told.
pub fn of_told(site: &Site, (own, told): (&Own, &[Told])) -> Option<DueDate> {
    running(site, own, &told.iter().map(|told| (told.day, &told.deed)).collect::<Vec<_>>())
}

/// A named accuser hears within the term of law what came of it (实名检举控告反馈). Who told it in confidence is named to those
/// who handle it; whoever is anonymous has no such right, and reads the result with the code whenever it is there.
fn running(site: &Site, own: &Own, steps: &[(Date, &Deed)]) -> Option<DueDate> {
    let newest = steps.iter().rev().find_map(|(day, deed)| deed.stage().map(|stage| (*day, stage)));
    match newest {
        None => Some(own.filing.due.clone()),
        Some((day, Stage::Concluded)) if own.filing.identity != Identity::Anonymous => {
            let rules = site.rules();
            Some(compute(&rules, &site.calendar(), &rules.track(Kind::Accusation.code()).handle, day))
        }
        Some(_) => None,
    }
}

/// Tells whether the accuser has read that a day is over.
pub(super) fn is_noted(steps: &[Step], due: &DueDate) -> bool {
    steps.iter().any(|step| matches!(&step.deed, Deed::Late { term, last } if *term == due.term && *last == due.due.last))
}
