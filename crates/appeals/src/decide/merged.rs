//! What a step of a main matter does to those merged into it: one piece of work, and to everybody an answer of their own.
//!
//! | step of the main matter | what each merged matter gets |
//! |---|---|
//! | registered, accepted | the same, with the due date of its own kind from its own acceptance |
//! | declined because of the thing itself | the same, with ground and way on |
//! | declined because of one person's filing | nothing; the oldest becomes the main matter of the others |
//! | simplified, extended, paused, resumed | the same, as far as its own term allows it |
//! | taken, ruled, moved | the same: one hand |
//! | replied | a reply of its own; also a second one, unless its resident is content |
//! | withdrawn, or ended by the opinion of the office above | nothing; the oldest becomes the main matter of the others |
//! | merged in its turn | it goes along |
//! | delivered, followed up, rated, reviewed, reopened, closed | nothing: each resident has their own say |
//!
//! A withdrawal is one person's wish and no reason to make the work of the others many: so they stay together, under the
//! oldest of them.

use civic::permit::Act;
use uuid::Uuid;

use super::{Ctx, intake};
use crate::appeal::{Event, Kind, ReplyText, Stage, State};

/// Lowest grade with which a resident is content (基本满意).
const GRADE_CONTENT_MIN: u8 = 3;

/// Says what becomes of one merged matter.
enum Fate {
    /// It goes on with these events of its own; none where the step does not concern it.
    Along(Vec<Event>),
    /// It has no main matter any more.
    Left,
}

/// Tells whether an event of a main matter can concern those merged into it.
pub fn reaches(event: &Event) -> bool {
    matches!(
        event,
        Event::Registered { .. }
            | Event::Accepted { .. }
            | Event::NotAccepted { .. }
            | Event::Simplified { .. }
            | Event::Extended { .. }
            | Event::Paused { .. }
            | Event::Resumed { .. }
            | Event::Taken { .. }
            | Event::Arbitrated { .. }
            | Event::Moved { .. }
            | Event::Replied { .. }
            | Event::Withdrawn
            | Event::ReviewDecided { .. }
            | Event::RecheckDecided { .. }
            | Event::Merged { .. }
    )
}

/// Tells whether an act on a main matter concerns those merged into it, so that whoever does it can be told before.
pub fn carries(act: Act) -> bool {
    matches!(
        act,
        Act::Register
            | Act::Accept
            | Act::NotAccept
            | Act::Simplify
            | Act::Extend
            | Act::Pause
            | Act::Resume
            | Act::TakeOver
            | Act::Arbitrate
            | Act::Reply
            | Act::Merge
    )
}

/// Lists the events of merged matters that a step of their main one brings, from the states after it. `main` is the one
/// they follow from now on.
pub fn follow(event: &Event, main: &State, children: &[State], ctx: &Ctx<'_>) -> Vec<(Uuid, Event)> {
    let mut open: Vec<&State> = children.iter().filter(|child| child.is_open()).collect();
    open.sort_by(|a, b| (a.received_at, &a.number).cmp(&(b.received_at, &b.number)));
    let (mut steps, mut left) = (Vec::new(), Vec::new());
    for child in open {
        match fate(event, main, child, ctx) {
            Fate::Along(events) => steps.extend(events.into_iter().map(|event| (child.matter, event))),
            Fate::Left => left.push(child),
        }
    }
    steps.extend(passed_on(main, &left, ctx));
    steps
}

fn fate(event: &Event, main: &State, child: &State, ctx: &Ctx<'_>) -> Fate {
    match event {
        Event::NotAccepted { ground, words } if child.owes_reply() => {
            let personal = ctx.rules.ground("not_accept", ground).is_none_or(|ground| ground.personal);
            if personal || child.accepted.is_some() {
                return Fate::Left;
            }
            Fate::Along(vec![Event::NotAccepted { ground: ground.clone(), words: words.clone() }])
        }
        Event::Withdrawn | Event::ReviewDecided { .. } | Event::RecheckDecided { .. } if child.owes_reply() => Fate::Left,
        Event::Merged { into, number } => {
            let mut events = vec![Event::Merged { into: *into, number: number.clone() }];
            events.extend(caught_up(child, main, ctx));
            Fate::Along(events)
        }
        other => Fate::Along(along(other, main, child, ctx).into_iter().collect()),
    }
}

/// Returns what a merged matter lacks of what its main one has behind it already.
pub(super) fn caught_up(child: &State, main: &State, ctx: &Ctx<'_>) -> Option<Event> {
    let category = main.category.as_ref().filter(|_| child.owes_reply() && child.accepted.is_none())?;
    match (main.accepted, &child.category) {
        (Some(_), _) => Some(intake::accepted(child, category, ctx)),
        (None, None) => Some(Event::Registered { category: category.clone() }),
        (None, Some(_)) => None,
    }
}

/// The oldest becomes the main matter of the others.
fn passed_on(main: &State, left: &[&State], ctx: &Ctx<'_>) -> Vec<(Uuid, Event)> {
    let Some((oldest, others)) = left.split_first() else { return Vec::new() };
    let mut steps = vec![(oldest.matter, Event::Unmerged { from: main.matter })];
    for child in others {
        steps.push((child.matter, Event::Merged { into: oldest.matter, number: oldest.number.clone() }));
        steps.extend(caught_up(child, oldest, ctx).map(|event| (child.matter, event)));
    }
    steps
}

fn along(event: &Event, main: &State, child: &State, ctx: &Ctx<'_>) -> Option<Event> {
    let owes = child.owes_reply();
    match event {
        Event::Registered { .. } | Event::Accepted { .. } => caught_up(child, main, ctx),
        Event::Simplified { .. } => {
            let fits = owes && child.accepted.is_some() && !child.simplified && child.kind != Kind::Accusation;
            fits.then(|| intake::simplified(child, ctx).ok()).flatten()
        }
        Event::Extended { ground, words, due } => intake::extended_too(child, due, (ground, words), ctx),
        Event::Paused { ground, words } => {
            let lawful = ctx.rules.pauses(&child.due.term).any(|known| known.code == *ground);
            let fits = lawful && owes && child.accepted.is_some() && !child.clock_paused() && main.pending_review().is_none();
            fits.then(|| Event::Paused { ground: ground.clone(), words: words.clone() })
        }
        Event::Resumed { .. } => {
            let fits = child.paused.is_some() && child.pending_review().is_none() && main.pending_review().is_none();
            fits.then(|| intake::resumed(child, ctx))
        }
        Event::Taken { office, .. } if child.owner != *office => Some(event.clone()),
        Event::Arbitrated { to, .. } | Event::Moved { to, .. } if child.owner != *to => Some(event.clone()),
        Event::Replied { reply, outcome, .. } => (owes || waits(child)).then(|| Event::Replied {
            // a file sealed under the main matter's own key opens for nobody of another matter
            reply: ReplyText { files: reply.files.iter().filter(|file| file.key.is_some()).cloned().collect(), ..reply.clone() },
            outcome: *outcome,
            shared_from: Some(main.matter),
        }),
        _ => None,
    }
}

/// Tells whether an answered resident has neither signed that it is well nor turned to the office above.
fn waits(child: &State) -> bool {
    let content = child.rating.is_some_and(|rating| rating.grade >= GRADE_CONTENT_MIN);
    matches!(child.stage, Stage::Replied | Stage::FollowedUp) && child.review.is_none() && !content
}
