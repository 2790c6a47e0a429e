//! Who asks, about what, and how the two stand to each other.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::directory::{Directory, Staff};

/// Says who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// A resident who showed number and query code of one matter.
    Resident {
        /// The matter.
        matter: Uuid,
    },
    /// Somebody the resident named, with a code of their own.
    Delegate {
        /// The matter.
        matter: Uuid,
    },
    /// A signed-in member of staff.
    Staff {
        /// The account.
        id: Uuid,
        /// The session it acts in; the purpose of reading is bound to it.
        session: Uuid,
    },
    /// Nobody known.
    Anyone,
}

/// Describes the matter as far as the permit needs to know it. It holds no personal text.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Subject {
    /// The matter; nil for acts on the site.
    pub matter: Uuid,
    /// Office that holds it.
    pub owner: String,
    /// Offices called in, or asked to take it.
    pub invited: Vec<String>,
    /// Offices that held it or filed it before.
    pub former: Vec<String>,
    /// Office that decides a pending review or re-review.
    pub reviewer: Option<String>,
    /// Office of another line that decides about an objection to a rating.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judge: Option<String>,
    /// Blind indexes (hexadecimal) of the contacts in it.
    pub contacts: Vec<String>,
    /// Where it happened, by code.
    pub place: Option<String>,
    /// Who works on it.
    pub handler: Option<Uuid>,
    /// A complaint, or told in confidence: whoever it is about may well be the cadre of that very place.
    pub guarded: bool,
}

impl Subject {
    /// Describes the site itself, for acts that concern no matter.
    pub fn site() -> Self {
        Self::default()
    }
}

/// Says how a member of staff stands to a matter. Ordered from near to far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Relation {
    /// The own office holds it.
    Holder,
    /// The own office was called in or asked to take it.
    Invited,
    /// The own office decides the review, or an objection to a rating.
    Reviewer,
    /// The own office stands above the holder.
    Superior,
    /// The own office held or filed it before.
    Former,
    /// Nothing of these.
    Unrelated,
}

impl Relation {
    /// Lists all relations, for the matrix.
    pub const ALL: [Self; 6] = [Self::Holder, Self::Invited, Self::Reviewer, Self::Superior, Self::Former, Self::Unrelated];

    /// Tells whether this relation fulfils what a grant asks for. `Unrelated` as a demand means "any office".
    pub fn reaches(self, demanded: Self) -> bool {
        self == demanded || demanded == Self::Unrelated
    }
}

/// Finds the nearest relation of a member of staff to a matter.
pub fn relation(directory: &Directory, staff: &Staff, subject: &Subject) -> Relation {
    let own = staff.office.as_str();
    // an office that ended is the one that took it over
    let is_own = |code: &String| directory.is_now(code, own);
    if is_own(&subject.owner) {
        Relation::Holder
    } else if subject.invited.iter().any(is_own) {
        Relation::Invited
    } else if subject.reviewer.iter().chain(&subject.judge).any(is_own) {
        Relation::Reviewer
    } else if above(directory, own, &subject.owner) {
        Relation::Superior
    } else if subject.former.iter().any(is_own) {
        Relation::Former
    } else {
        Relation::Unrelated
    }
}

/// Tells whether a role that is bound to a place reaches a matter that its office holds: it was handed to this person, or it
/// happened in their place. A guarded matter reaches nobody in this way, not even when it is handed over.
pub fn near(directory: &Directory, staff: &Staff, subject: &Subject) -> bool {
    let here = || match (&staff.place, &subject.place) {
        (Some(own), Some(place)) => directory.within(place, own),
        _ => false,
    };
    !subject.guarded && (subject.handler == Some(staff.id) || here())
}

/// Tells whether somebody has roles bound to a place and no other: what does not concern that place does not exist for them.
pub fn only_near(staff: &Staff) -> bool {
    staff.roles.iter().all(|role| role.is_bound_to_a_place())
}

/// Tells whether an office is another one, or stands above or below it.
pub fn in_line(directory: &Directory, own: &str, other: &str) -> bool {
    directory.is_now(other, own) || above(directory, own, other) || above(directory, other, own)
}

/// Tells whether an office stands above another.
pub(super) fn above(directory: &Directory, own: &str, owner: &str) -> bool {
    let mut at = directory.offices.get(owner);
    for _ in 0..directory.offices.len() {
        match at.and_then(|office| office.superior.as_deref()) {
            Some(superior) if superior == own => return true,
            Some(superior) => at = directory.offices.get(superior),
            None => return false,
        }
    }
    false
}
