//! Which matters somebody may do an act to, for whoever asks about very many at once: the search index compares what stands here with
//! what it knows of each, and so counts nothing that the permit would refuse.
//!
//! It says the same as [`may`](super::may), which a property test holds it to, but for recusal: whoever asks leaves out the matters
//! of the asker's own relatives by name.

use uuid::Uuid;

use super::act::Act;
use super::table::grants;
use super::who::{Relation, Subject, above};
use crate::directory::{Directory, Staff};

/// Says which matters are within reach.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// How the own office may stand to a matter.
    pub relations: Vec<Relation>,
    /// The same for roles that are bound to a place: only there, or where it was handed to this person, and nothing guarded.
    pub near: Vec<Relation>,
    /// Codes of the own office, and of those it took over.
    pub own: Vec<String>,
    /// Codes of the offices below it.
    pub below: Vec<String>,
    /// Places within the own one.
    pub places: Vec<String>,
    /// The person.
    pub staff: Uuid,
}

/// Says which matters a member of staff may do an act to.
pub fn reach(directory: &Directory, staff: &Staff, act: Act) -> Reach {
    if !staff.active {
        return Reach::default();
    }
    let granted = |bound: bool| {
        let fits = grants(act).iter().filter(|grant| staff.is(grant.role) && grant.role.is_bound_to_a_place() == bound);
        let mut relations: Vec<Relation> = fits.map(|grant| grant.relation).collect();
        relations.sort_unstable();
        relations.dedup();
        relations
    };
    let offices = directory.offices.keys().filter(|code| above(directory, &staff.office, code));
    let places = staff.place.iter().flat_map(|own| directory.places.keys().filter(move |code| directory.within(code, own)));
    Reach {
        relations: granted(false),
        near: granted(true),
        own: directory.codes_of(&staff.office).into_iter().map(str::to_owned).collect(),
        below: offices.cloned().collect(),
        places: places.cloned().collect(),
        staff: staff.id,
    }
}

impl Reach {
    /// Tells whether a matter is within reach.
    pub fn holds(&self, subject: &Subject) -> bool {
        let relation = self.relation(subject);
        let reaches = |all: &[Relation]| all.iter().any(|demanded| relation.reaches(*demanded));
        reaches(&self.relations) || (self.is_near(subject) && reaches(&self.near))
    }

    fn relation(&self, subject: &Subject) -> Relation {
        let own = |code: &String| self.own.contains(code);
        if own(&subject.owner) {
            Relation::Holder
        } else if subject.invited.iter().any(own) {
            Relation::Invited
        } else if subject.reviewer.iter().chain(&subject.judge).any(own) {
            Relation::Reviewer
        } else if self.below.contains(&subject.owner) {
            Relation::Superior
        } else if subject.former.iter().any(own) {
            Relation::Former
        } else {
            Relation::Unrelated
        }
    }

    fn is_near(&self, subject: &Subject) -> bool {
        let here = || subject.place.as_ref().is_some_and(|place| self.places.contains(place));
        !subject.guarded && (subject.handler == Some(self.staff) || here())
    }
}
