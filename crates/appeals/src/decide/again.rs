//! Whoever comes again with the same matter gets more service, not suspicion (guard rule E3). From the third time on
//! (`site.another_person`, the filing counted as the first) the leaders above are told, it counts against the office, and the answer is
//! for somebody of the office who has not answered it yet. Counted is the matter, never the person.

use civic::permit::{Act, Subject, Who, may};
use civic::refusal::Refusal;
use uuid::Uuid;

use super::Ctx;
use super::late::above;
use crate::appeal::{Event, State};

/// Says that a matter that is being reopened has come so often that it is told above. None before.
pub(super) fn came_again(state: &State, ctx: &Ctx<'_>) -> Option<Event> {
    let times = state.appeals + 1;
    if times < ctx.rules.term("site.another_person").value {
        return None;
    }
    let office = ctx.directory.acting(&state.owner).map_or(state.owner.as_str(), |office| office.code.as_str());
    Some(Event::CameAgain { times, office: office.to_owned(), to: above(ctx.directory, office) })
}

/// Refuses the answer of whoever answered it before, where somebody else of the office could answer it.
pub(super) fn another(state: &State, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    let again = state.appeals >= ctx.rules.term("site.another_person").value;
    let Some(own) = ctx.staff.filter(|own| again && state.answered.contains(own)) else { return Ok(()) };
    let others = ctx.directory.staff_of(&state.owner).filter(|staff| staff.id != own && !state.answered.contains(&staff.id));
    if others.map(|staff| staff.id).any(|id| answers(state, id, ctx)) {
        return Err(Refusal::new("another_person").with("times", state.appeals).instead("hand_over"));
    }
    Ok(())
}

fn answers(state: &State, id: Uuid, ctx: &Ctx<'_>) -> bool {
    let subject = Subject { handler: Some(id), ..state.subject() };
    may(ctx.directory, &Who::Staff { id, session: Uuid::nil() }, Act::Reply, &subject).is_ok()
}
