//! What changes in the directory when one office takes over another: pure, as a list of new entries. What happens to the
//! matters follows in the rooms, in the same command.

use super::entry::{Entry, Office};
use super::snapshot::Directory;

/// Lists the entries to be set, in order, when `to` takes over `from`: the duties, the intake, the people and the offices
/// below go over, and only then does the old office end. `change` is `merged` or `abolished`.
pub fn absorb(directory: &Directory, from: &Office, to: &Office, change: &'static str) -> Vec<(Entry, &'static str)> {
    let mut taker = to.clone();
    for duty in &from.duties {
        if !taker.duties.contains(duty) {
            taker.duties.push(duty.clone());
        }
    }
    for place in &from.intake_for {
        if !taker.intake_for.contains(place) {
            taker.intake_for.push(place.clone());
        }
    }
    taker.supervising |= from.supervising;
    if taker.superior.as_ref() == Some(&from.code) {
        taker.superior.clone_from(&from.superior);
    }
    let mut changes = vec![(Entry::Office(taker), "took_over")];
    let below =
        directory.offices.values().filter(|office| office.superior.as_ref() == Some(&from.code) && office.code != to.code);
    changes.extend(below.map(|office| (Entry::Office(Office { superior: Some(to.code.clone()), ..office.clone() }), "moved")));
    for staff in directory.staff_of(&from.code) {
        let mut moved = staff.clone();
        moved.office.clone_from(&to.code);
        changes.push((Entry::Staff(moved), "moved"));
    }
    let mut ended = from.clone();
    ended.successor = Some(to.code.clone());
    (ended.intake_for, ended.supervising) = (Vec::new(), false);
    changes.push((Entry::Office(ended), change));
    changes
}
