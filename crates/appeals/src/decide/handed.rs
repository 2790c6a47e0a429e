//! Handing a matter to a site below, taking it back, and what follows from what the other side tells. The holder stays the holder and its
//! clock runs on: nothing is owed less because somebody else works on it.

use civic::permit::Act;
use civic::refusal::Refusal;
use jiff::civil::Date;
use uuid::Uuid;

use super::ready::{settled, working};
use super::{Ctx, intake, words};
use crate::appeal::{Command, Event, Identity, Kind, Manner, Stage, State, Step, compute};

/// The ground on which a matter ends here that ended above.
const ENDED_ABOVE: &str = "ended_above";

fn need(holds: bool, code: &'static str, way: &'static str) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(Refusal::new(code).instead(way)) }
}

/// Tells whether an act of the exchange fits the state.
pub(super) fn ready(state: &State, act: Act, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    match act {
        Act::HandDown => {
            working(state)?;
            settled(state)?;
            need(state.kind != Kind::Accusation, "accusation_apart", "read_timeline")?;
            need(!ctx.directory.below().is_empty(), "no_site_below", "assign")?;
            need(state.category.is_some(), "register_first", "register")?;
            need(state.below().is_none(), "already_handed_down", "take_back")
        }
        Act::SendBack => {
            let above = state.above();
            need(above.is_some(), "not_handed_to_us", "return")?;
            working(state)?;
            need(state.accepted.is_none(), "already_accepted", "reply")?;
            need(above.is_some_and(|above| !above.sent_back), "already_sent_back", "wait_for_office")
        }
        _ => need(state.below().is_some(), "not_handed_down", "read_timeline"),
    }
}

pub(super) fn decide(state: &State, command: &Command, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    Ok(vec![match command {
        Command::HandDown { peer, manner, back, words: text } => handed_down(state, (*peer, *manner, *back, text), ctx)?,
        Command::TakeBack { words: text } => Event::TakenBack { peer: below(state)?, words: words(text)? },
        Command::Remind { words: text } => Event::Reminded { words: words(text)? },
        Command::SendBack { ground, words: text } => {
            ctx.ground("return", ground)?;
            Event::SentBack { ground: ground.clone(), words: words(text)? }
        }
        _ => unreachable!("decide sends only these commands here"),
    }])
}

fn below(state: &State) -> Result<Uuid, Refusal> {
    let none = || Refusal::new("not_handed_down").instead("read_timeline");
    state.below().map(|below| below.peer).ok_or_else(none)
}

fn handed_down(
    state: &State,
    (peer, manner, back, text): (Uuid, Manner, Option<Date>, &str),
    ctx: &Ctx<'_>,
) -> Result<Event, Refusal> {
    let known = ctx.directory.peers.get(&peer).filter(|peer| peer.active && !peer.above);
    known.ok_or_else(|| Refusal::new("unknown_site").instead("choose_site"))?;
    // to report by no day is to report never
    need(back.is_some() || manner == Manner::Forwarded, "back_missing", "choose_back")?;
    need(back.is_none_or(|back| back > ctx.today), "back_past", "choose_back")?;
    if back.is_some_and(|back| back > state.due.due.last) {
        return Err(Refusal::new("back_late").with("day", state.due.due.last).instead("choose_back"));
    }
    Ok(Event::HandedDown { peer, manner, back, words: intake::note(text)? })
}

/// Tells whether name and contacts go along when a matter is handed down: whoever told them in confidence told them this site.
pub fn goes_along(identity: Identity) -> bool {
    identity == Identity::Named
}

/// Says what happens to a matter when the other side tells a step of it. A step of a site that it is not with, or no more, changes nothing.
pub fn heard(state: &State, (peer, of, mark): (Uuid, i64, &str), step: &Step, ctx: &Ctx<'_>) -> Vec<Event> {
    let ours = if step.is_down() {
        state.handed.above.as_ref().is_some_and(|above| above.sent.peer == peer)
    } else {
        state.handed.below.as_ref().is_some_and(|below| below.peer == peer)
    };
    if !ours {
        return Vec::new();
    }
    let follows = if step.is_down() { from_above(state, step, ctx) } else { from_below(state, step, ctx) };
    let first = Event::Heard { peer, of, mark: mark.to_owned(), step: step.clone() };
    std::iter::once(first).chain(follows).collect()
}

fn from_above(state: &State, step: &Step, ctx: &Ctx<'_>) -> Vec<Event> {
    match step {
        Step::Reopened { words } if reopens(state) => {
            let term = &ctx.rules.track(state.kind.code()).handle;
            vec![Event::Reopened { words: words.clone(), due: compute(ctx.rules, ctx.calendar, term, ctx.today) }]
        }
        Step::TakenBack { .. } | Step::Ended { .. } if state.is_open() => {
            let answered = matches!(state.stage, Stage::Replied | Stage::FollowedUp);
            let closed = || Event::Closed { ground: ENDED_ABOVE.to_owned(), words: String::new(), files: Vec::new() };
            vec![if answered { closed() } else { Event::Withdrawn }]
        }
        _ => Vec::new(),
    }
}

fn reopens(state: &State) -> bool {
    matches!(state.stage, Stage::Replied | Stage::FollowedUp | Stage::Closed)
}

fn from_below(state: &State, step: &Step, ctx: &Ctx<'_>) -> Vec<Event> {
    if !state.owes_reply() || state.below().is_none() || state.offer.is_some() || state.disputed || state.paused.is_some() {
        return Vec::new();
    }
    let accepted = || {
        let (category, none) = (state.category.clone()?, state.accepted.is_none());
        let term = &ctx.rules.track(state.kind.code()).handle;
        none.then(|| Event::Accepted { category, due: compute(ctx.rules, ctx.calendar, term, ctx.today) })
    };
    match step {
        Step::Accepted { .. } => accepted().into_iter().collect(),
        Step::Asked { words, until } => vec![Event::SupplementAsked { words: words.clone(), until: *until }],
        Step::Answered { reply, outcome } if state.below().is_some_and(|below| below.manner == Manner::Forwarded) => {
            let replied = Event::Replied { reply: reply.clone(), outcome: *outcome, shared_from: None };
            accepted().into_iter().chain([replied]).collect()
        }
        _ => Vec::new(),
    }
}
