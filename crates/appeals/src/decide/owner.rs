//! Who holds it: offers, returns with a ground, the joint conference, merges. Nothing here touches a clock, and the
//! holder stays the holder until another office takes the matter (首问负责).

use civic::directory::{Directory, Staff};
use civic::permit::{Act, Subject, Who, may};
use civic::refusal::Refusal;
use uuid::Uuid;

use super::{Ctx, intake, merged, words};
use crate::appeal::{Command, Event, Kind, State, compute};

pub(super) fn decide(state: &State, command: &Command, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    Ok(vec![match command {
        Command::Assign { to, words: text } => {
            if *to == state.owner {
                return Err(Refusal::new("own_office").instead("choose_office"));
            }
            ctx.other_office(to)?;
            let until = compute(ctx.rules, ctx.calendar, "xf.object_competence", ctx.today).due.last;
            let offer = Event::Assigned { to: to.clone(), words: intake::note(text)?, until };
            // where the joint conference ruled whose such a matter is, that office has it at once and is not asked
            let at_once = ruled(state, ctx).filter(|office| office == to).map(|office| Event::Taken { office, silent: true });
            return Ok(std::iter::once(offer).chain(at_once).collect());
        }
        Command::TakeOver => Event::Taken { office: ctx.acting()?.to_owned(), silent: false },
        Command::Return { ground, words: text } => returned(state, (ground, text), ctx)?,
        Command::Arbitrate { to, words: text } => {
            let office = ctx.directory.offices.get(to).filter(|office| ctx.directory.open(office));
            office.ok_or_else(|| Refusal::new("unknown_office").instead("choose_office"))?;
            Event::Arbitrated { to: to.clone(), words: words(text)? }
        }
        Command::HandOver { to } => {
            let colleague = ctx.directory.staff.get(to).filter(|staff| staff.active && staff.office == state.owner);
            let colleague = colleague.ok_or_else(|| Refusal::new("not_a_colleague").instead("choose_colleague"))?;
            works_here(state, colleague, ctx)?;
            Event::HandedOver { to: *to }
        }
        Command::Merge { into, number } => {
            let main = mergeable(state, ctx)?;
            let merged = Event::Merged { into: *into, number: number.clone() };
            return Ok(std::iter::once(merged).chain(merged::caught_up(state, main, ctx)).collect());
        }
        Command::Unmerge => {
            let from = state.merged_into.ok_or_else(|| Refusal::new("not_merged").instead("read_timeline"))?;
            Event::Unmerged { from }
        }
        _ => unreachable!("decide sends only these commands here"),
    }])
}

/// Names the office that the joint conference ruled to have matters of this category and place, while that holds.
pub(super) fn ruled(state: &State, ctx: &Ctx<'_>) -> Option<String> {
    let ruling = ctx.directory.ruled(state.category.as_deref()?, state.place.as_deref()?, ctx.today)?;
    ctx.directory.acting(&ruling.office).map(|office| office.code.clone())
}

/// A colleague who could not even see the matter cannot be given it.
fn works_here(state: &State, colleague: &Staff, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    let subject = Subject { handler: Some(colleague.id), ..state.subject() };
    let who = Who::Staff { id: colleague.id, session: Uuid::nil() };
    let no = |_| Refusal::new("colleague_may_not").with("name", colleague.name.as_str()).instead("choose_colleague");
    may(ctx.directory, &who, Act::See, &subject).map(drop).map_err(no)
}

/// Moves a matter whose office ended to the one that took over.
pub fn reorganised(state: &State, directory: &Directory, change: &str) -> Option<Event> {
    let acting = directory.acting(&state.owner).filter(|office| office.code != state.owner)?;
    Some(Event::Moved { to: acting.code.clone(), change: change.to_owned() })
}

fn returned(state: &State, (ground, text): (&str, &str), ctx: &Ctx<'_>) -> Result<Event, Refusal> {
    ctx.ground("return", ground)?;
    let (office, text) = (ctx.acting()?.to_owned(), words(text)?);
    let count = state.returns + 1;
    let max = ctx.rules.term("site.returns_max").value;
    let in_time = state.offer.as_ref().is_some_and(|offer| ctx.is_mine(&offer.to) && ctx.today <= offer.until);
    let ground = ground.to_owned();
    if in_time && count <= max {
        Ok(Event::Returned { office, ground, words: text, count })
    } else {
        Ok(Event::Disputed { office, ground, words: text })
    }
}

/// Two matters are one piece of work only in one hand, and an accusation never leaves its own compartment.
fn mergeable<'a>(state: &State, ctx: &Ctx<'a>) -> Result<&'a State, Refusal> {
    let no = |code| Err(Refusal::new(code).instead("choose_main"));
    let Some(main) = ctx.target else { return no("unknown_main") };
    if main.matter == state.matter {
        return no("merge_itself");
    }
    if !main.owes_reply() || main.merged_into.is_some() {
        return no("main_not_open");
    }
    if state.disputed || main.disputed {
        return Err(Refusal::new("in_conference").instead("wait_for_ruling"));
    }
    if main.owner != state.owner || state.offer.is_some() || main.offer.is_some() {
        return no("other_hands");
    }
    if [state.kind, main.kind].contains(&Kind::Accusation) {
        return no("accusation_apart");
    }
    Ok(main)
}
