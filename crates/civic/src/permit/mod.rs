//! The one door for "who may": may this person do this act to this matter, here, now?
//!
//! Pages, lists, search, counts, exports, files, notices and the API all ask here. Recusal (R18) lives here and
//! nowhere else, and it is exclusion: the person does not see, route, discuss, vote or approve. Whether the *state*
//! of a matter and the law allow an act is not known here; rooms decide that (`decide`).

mod act;
mod reach;
mod table;
mod who;

pub use act::Act;
pub use reach::{Reach, reach};
pub use table::{Grant, grants};
pub use who::{Relation, Subject, Who, in_line, near, only_near, relation};

use crate::directory::{Directory, Role, Staff};
use crate::refusal::Refusal;

/// Proves that the permit was asked and said yes. Handlers take it by value; only this module makes one.
#[derive(Debug, Clone)]
pub struct Permitted {
    act: Act,
    who: Who,
}

impl Permitted {
    /// Returns the act that was permitted.
    pub fn act(&self) -> Act {
        self.act
    }

    /// Returns who may do it.
    pub fn who(&self) -> &Who {
        &self.who
    }
}

/// Asks whether somebody may do an act to a matter.
pub fn may(directory: &Directory, who: &Who, act: Act, subject: &Subject) -> Result<Permitted, Refusal> {
    let permitted = Permitted { act, who: who.clone() };
    match who {
        Who::Resident { matter } | Who::Delegate { matter } => {
            let own = *matter == subject.matter;
            let delegate_may = !matches!((who, act), (Who::Delegate { .. }, act) if act.only_in_person());
            match (act.is_for_residents() && own, delegate_may) {
                (true, true) => Ok(permitted),
                (true, false) => Err(Refusal::new("only_in_person").instead("ask_resident")),
                (false, _) => Err(Refusal::new("not_yours").instead("track")),
            }
        }
        Who::Anyone => Err(Refusal::new("sign_in").instead("sign_in")),
        Who::Staff { id, .. } => {
            let staff = directory.staff.get(id).filter(|staff| staff.active);
            let staff = staff.ok_or_else(|| Refusal::new("account_closed").instead("ask_administrator"))?;
            recused(directory, who, subject)?;
            if act.is_independent() {
                independent(directory, staff, (act, subject))?;
            }
            let relation = relation(directory, staff, subject);
            // filing for somebody concerns no matter yet; everything else that is bound to a place asks where
            let reached = |role: Role| !role.is_bound_to_a_place() || subject.matter.is_nil() || near(directory, staff, subject);
            let fits = |grant: &Grant| staff.is(grant.role) && relation.reaches(grant.relation) && reached(grant.role);
            let granted = grants(act).iter().any(fits);
            if granted { Ok(permitted) } else { Err(refused(act, relation, subject.guarded && only_near(staff))) }
        }
    }
}

/// Says no to whoever is close to the person behind the matter: for every act, reading included.
fn recused(directory: &Directory, who: &Who, subject: &Subject) -> Result<(), Refusal> {
    let Who::Staff { id, .. } = who else { return Ok(()) };
    let close = subject.contacts.iter().any(|contact| directory.related(*id, contact).is_some());
    if close {
        let refusal = Refusal::new("recused").instead("hand_to_colleague").by("xf:28");
        return Err(refusal);
    }
    Ok(())
}

/// Says no to whoever is of the holder's own line. Those who watch may stand above it and ask residents all the same: they hold nothing.
fn independent(directory: &Directory, staff: &Staff, (act, subject): (Act, &Subject)) -> Result<(), Refusal> {
    let watches = matches!(act, Act::CallBack | Act::HearObjection | Act::DecideAssessment | Act::JudgeEvidence)
        && (staff.is(Role::Supervisor) || staff.is(Role::Auditor));
    let own = staff.office.as_str();
    let all = std::iter::once(&subject.owner).chain(&subject.former).chain(&subject.invited);
    let mut near = all.filter(|office| in_line(directory, own, office));
    let kept_out = if watches { near.any(|office| !who::above(directory, own, office)) } else { near.next().is_some() };
    if kept_out { Err(Refusal::new("own_line").instead("other_line")) } else { Ok(()) }
}

fn refused(act: Act, relation: Relation, guarded: bool) -> Refusal {
    let code = match (act, relation) {
        (Act::Administer, _) => "administrators_only",
        (_, Relation::Unrelated) => "other_office",
        _ if guarded => "guarded_matter",
        _ => "not_your_role",
    };
    Refusal::new(code).with("act", act.code()).instead("ask_office_head")
}

#[cfg(test)]
mod tests;
