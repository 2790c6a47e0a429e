//! Who is told of an event. Pure.

use std::collections::BTreeSet;

use civic::directory::{Directory, Role, Staff};
use civic::permit::{Act, Relation, relation};
use civic::site::Site;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::alarm;
use crate::appeal::{Event, Stage, State, Step, compute, message};
use crate::decide::{HEAD, LEADERS, leaders};
use crate::followup;

/// Template that asks a resident to rate an answer.
pub const INVITATION: &str = "invite_rating";
/// Begins the recipient of a message to somebody who speaks beside whoever filed it: their place follows, from 0.
pub const SPOKESPERSON: &str = "spokesperson:";
/// Hour of the day at which it leaves.
const INVITATION_HOUR: i8 = 9;

/// Lists recipient and template of every message an event gives rise to, from the state after it.
pub fn notices(event: &Event, state: &State, (directory, today): (&Directory, Date)) -> Vec<(String, &'static str)> {
    let mut all = Vec::new();
    if !state.contacts.is_empty() || state.post_only() {
        all.extend(message(event).map(|template| ("resident".to_owned(), template)));
    }
    if let Some((office, template)) = office(event, state) {
        all.extend(on_duty(directory, &office, today).map(|recipient| (recipient, template)));
    }
    let (asked, template) = called(event);
    all.extend(asked.iter().flat_map(|office| on_duty(directory, office, today)).map(|recipient| (recipient, template)));
    let subject = state.subject();
    // a ruling is for whoever leads the holder and the others
    let above = |staff: &&Staff| matches!(relation(directory, staff, &subject), Relation::Holder | Relation::Superior);
    let leaders_of = || directory.staff.values().filter(|staff| staff.active && staff.is(Role::Leader)).filter(above);
    if matches!(event, Event::Disputed { .. }) {
        all.extend(leaders_of().map(|leader| (format!("staff:{}", leader.id), "disputed")));
    }
    if let Event::CameAgain { to, .. } = event {
        all.extend(leaders(directory, to).map(|leader| (format!("staff:{}", leader.id), "came_again")));
    }
    let watched = match event {
        Event::Criticised { .. } => Some((Act::See, "criticism")),
        Event::EvidenceShown { .. } => Some((Act::JudgeEvidence, "evidence")),
        _ => None,
    };
    if let Some((act, template)) = watched {
        let supervisors = directory.staff.values().filter(|staff| staff.active && staff.is(Role::Supervisor));
        let told = supervisors.filter(|staff| alarm::asks(directory, staff, act, &subject));
        all.extend(told.map(|staff| (format!("staff:{}", staff.id), template)));
    }
    if let Event::Escalated { level, office, to, .. } = event {
        all.extend(told_of_delay(directory, (*level, office, to), today).into_iter().map(|recipient| (recipient, "overdue")));
    }
    if let Event::FollowupLate { what, step, office, to, .. } = event {
        let told = followup::late_told((directory, state), (*what, *step, to), on_duty(directory, office, today));
        all.extend(told.into_iter().map(|recipient| (recipient, "followup_late")));
    }
    let level = match event {
        Event::Filed(filing) if filing.danger => Some((alarm::reaching(directory, &subject, 0, today), alarm::FIRST)),
        Event::Alarmed { level } => Some((*level, alarm::AGAIN)),
        _ => None,
    };
    if let Some((level, template)) = level {
        let told = alarm::told(directory, &subject, level, today);
        all.extend(told.into_iter().map(|staff| (format!("staff:{}", staff.id), template)));
    }
    all
}

/// Names the offices that are called in, each with a term of its own.
fn called(event: &Event) -> (&[String], &'static str) {
    match event {
        Event::CalledIn { offices, .. } => (offices, "called_in"),
        Event::Whistled { offices, .. } => (offices, "whistled"),
        _ => (&[], ""),
    }
}

/// Lists who hears that a last day was missed: the head, then the leaders above and every supervisor.
fn told_of_delay(directory: &Directory, (level, office, to): (u8, &str, &str), today: Date) -> BTreeSet<String> {
    if level == HEAD {
        return on_duty(directory, office, today).collect();
    }
    let supervisors = directory.staff.values().filter(|staff| staff.active && staff.is(Role::Supervisor));
    let told = leaders(directory, to).chain(supervisors).map(|staff| format!("staff:{}", staff.id));
    // from the talk on the late office hears of it too: it is the one that has to come
    let own = on_duty(directory, office, today).filter(|_| level > LEADERS);
    told.chain(own).collect()
}

/// Tells whether an answer waits to be rated by somebody who can be written to.
pub fn invites(state: &State) -> bool {
    let answered = matches!(state.stage, Stage::Replied | Stage::FollowedUp) && state.pending_review().is_none();
    answered && state.graded().is_none() && !state.contacts.is_empty()
}

/// Returns when a resident is asked to rate an answer that reached them: some days later, unless they did it by then.
pub(super) fn invited(event: &Event, state: &State, (site, now): (&Site, Timestamp)) -> Option<Timestamp> {
    // nobody is rung up to be asked for a grade
    if !matches!(event, Event::Delivered { .. }) || !invites(state) || state.phone_only() {
        return None;
    }
    let day = compute(&site.rules(), &site.calendar(), "site.invite_rating", site.day(now)).due.last;
    Some(day.at(INVITATION_HOUR, 0, 0, 0).to_zoned_datetime(site.zone.clone()).ok()?.timestamp())
}

fn office(event: &Event, state: &State) -> Option<(String, &'static str)> {
    Some(match event {
        Event::Filed(filing) if filing.danger => return None, // its path is another one
        Event::Filed(_) => (state.owner.clone(), "new_matter"),
        Event::Assigned { to, .. } | Event::Arbitrated { to, .. } | Event::Moved { to, .. } => {
            (to.clone(), if state.danger && state.owes_reply() { alarm::FIRST } else { "new_matter" })
        }
        Event::Returned { .. } => (state.owner.clone(), "returned"),
        Event::ReviewAsked { office, .. } | Event::RecheckAsked { office, .. } => (office.clone(), "review_asked"),
        Event::Supplemented { .. } => (state.owner.clone(), "supplemented"),
        Event::Unmerged { .. } => (state.owner.clone(), "unmerged"),
        Event::Reopened { .. } => (state.owner.clone(), "reopened"),
        Event::Criticised { .. } => (state.owner.clone(), "criticised"),
        Event::RatingObjected { judge, .. } => (judge.clone(), "objection"),
        Event::ObjectionDecided { .. } => (state.owner.clone(), "objection_ruled"),
        Event::EvidenceJudged { enough: false, .. } => (state.owner.clone(), "evidence_wanted"),
        Event::WithdrawRevoked => (state.owner.clone(), "withdraw_revoked"),
        Event::ReferralReported { office, .. } => (office.clone(), "referral"),
        Event::Heard { step, .. } => (state.owner.clone(), heard(step)?),
        _ => return None,
    })
}

/// Names the message that the holder gets of what another site told; none where it waits until somebody looks, or is told by what follows.
fn heard(step: &Step) -> Option<&'static str> {
    match step {
        Step::Reminded { .. } | Step::TakenBack { .. } | Step::Ended { .. } => Some("heard_above"),
        Step::Answered { .. } | Step::NotAccepted { .. } | Step::SentBack { .. } => Some("heard_below"),
        _ => None,
    }
}

/// Names whoever of an office is told, as recipients.
pub(crate) fn on_duty<'a>(directory: &'a Directory, office: &'a str, today: Date) -> impl Iterator<Item = String> + 'a {
    directory.on_duty(office, today).map(|staff| format!("staff:{}", staff.id))
}
