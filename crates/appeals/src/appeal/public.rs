//! What a stranger reads of each event: codes, days, grades; never a word a person typed.

use civic::directory::Directory;
use civic::journal::Public;
use civic::rules::category_of;
use serde_json::{Map, Value};

use super::due::DueDate;
use super::event::Event;
use super::state::State;

/// Builds the public part of an event from the state before it (`None` for the filing).
pub fn public(event: &Event, state: Option<&State>, directory: &Directory) -> Public {
    let (owner, place) = match (event, state) {
        (Event::Filed(filing), _) => (Some(filing.owner.clone()), filing.place.clone()),
        (_, Some(state)) => (Some(state.owner.clone()), state.place.clone()),
        (_, None) => (None, None),
    };
    let category = match event {
        Event::Registered { category } | Event::Accepted { category, .. } => Some(category.clone()),
        // the first level alone: finer ones stay in the body
        Event::Sorted { to, .. } => Some(category_of(to).to_owned()),
        _ => state.and_then(|state| state.category.clone()),
    };
    let place = place.and_then(|code| directory.public_place(&code).map(|place| place.code.clone()));
    Public { office: acting(event).or(owner), place, category, fields: fields(event) }
}

/// Names the office that acts where it is not the holder.
fn acting(event: &Event) -> Option<String> {
    match event {
        Event::Taken { office, .. }
        | Event::Returned { office, .. }
        | Event::Disputed { office, .. }
        | Event::CoAnswered { office, .. }
        | Event::WhistleAnswered { office, .. }
        | Event::ReferralAnswered { office, .. }
        | Event::Escalated { office, .. }
        | Event::FollowupLate { office, .. }
        | Event::CameAgain { office, .. }
        | Event::AlarmAnswered { office }
        | Event::ReviewAsked { office, .. }
        | Event::RecheckAsked { office, .. } => Some(office.clone()),
        Event::ObjectionDecided { judge, .. } => Some(judge.clone()),
        _ => None,
    }
}

/// Lists the kind's own public fields; `docs/log-format.md` explains each.
fn fields(event: &Event) -> Map<String, Value> {
    let mut x = Map::new();
    let mut put = |name: &str, value: Value| drop(x.insert(name.to_owned(), value));
    match event {
        Event::Filed(filing) => {
            put("kd", filing.kind.code().into());
            put("ch", filing.channel.code().into());
            put("rk", filing.rating_key.as_str().into());
            put("rv", filing.rules.as_str().into());
            due(&mut x, &filing.due);
        }
        Event::KindNamed { to, due: date, .. } => {
            put("kd", to.code().into());
            if let Some(date) = date {
                due(&mut x, date);
            }
        }
        Event::Accepted { due: date, .. }
        | Event::Simplified { due: date }
        | Event::Reopened { due: date, .. }
        | Event::ReviewAsked { due: date, .. }
        | Event::RecheckAsked { due: date, .. }
        | Event::DueRecomputed { due: date, .. }
        | Event::Resumed { due: Some(date) } => due(&mut x, date),
        Event::NotAccepted { ground, .. }
        | Event::Closed { ground, .. }
        | Event::Paused { ground, .. }
        | Event::Unmasked { ground, .. } => {
            put("gr", ground.as_str().into());
        }
        Event::Extended { ground, due: date, .. } => {
            put("gr", ground.as_str().into());
            due(&mut x, date);
        }
        Event::Assigned { to, .. } | Event::Arbitrated { to, .. } | Event::Moved { to, .. } => put("to", to.as_str().into()),
        Event::Taken { silent, .. } => put("sl", (*silent).into()),
        Event::Returned { ground, count, .. } => {
            put("gr", ground.as_str().into());
            put("n", (*count).into());
        }
        Event::Disputed { ground, .. } => put("gr", ground.as_str().into()),
        Event::CalledIn { offices, .. } | Event::Whistled { offices, .. } => put("n", offices.len().into()),
        Event::WhistleAnswered { late, .. } => put("lt", (*late).into()),
        Event::WhistleGraded { office, grade } => {
            put("to", office.as_str().into());
            put("g", (*grade).into());
        }
        Event::ReferralReported { office, .. } => put("to", office.as_str().into()),
        Event::ReferralAnswered { admitted, .. } => put("ad", (*admitted).into()),
        Event::Replied { outcome, .. } | Event::ReviewDecided { outcome, .. } | Event::RecheckDecided { outcome, .. } => {
            put("oc", outcome.code().into());
        }
        Event::Delivered { manner, .. } => put("mn", manner.as_str().into()),
        Event::Escalated { level, to, term, .. } => {
            put("n", (*level).into());
            put("to", to.as_str().into());
            put("tm", term.as_str().into());
        }
        Event::Alarmed { level } => put("n", (*level).into()),
        Event::Disclosed(disclosure) => put("gr", disclosure.ground.as_str().into()),
        Event::CodeReissued { rating_key, .. } => put("rk", rating_key.as_str().into()),
        other => further(&mut x, other),
    }
    x
}

/// Lists the fields of a rating and of what follows it.
fn followed(x: &mut Map<String, Value>, event: &Event) {
    let mut put = |name: &str, value: Value| drop(x.insert(name.to_owned(), value));
    match event {
        Event::Rated { grade, of, signature, .. } | Event::RectificationRated { grade, of, signature, .. } => {
            put("g", (*grade).into());
            put("of", (*of).into());
            put("sig", signature.as_str().into());
            if let Event::Rated { detail, .. } = event
                && !detail.is_empty()
            {
                put("rs", detail.reasons().into());
                detail.marks().into_iter().for_each(|(name, mark)| mark.into_iter().for_each(|mark| put(name, mark.into())));
            }
        }
        Event::GradeTold { grade, of, way, .. } => {
            put("g", (*grade).into());
            put("of", (*of).into());
            put("wy", way.code().into());
        }
        Event::Criticised { grade, of, call, rectify } => {
            put("g", (*grade).into());
            put("of", (*of).into());
            put("rd", rectify.due.last.to_string().into());
            if let Some(call) = call {
                put("cb", call.due.last.to_string().into());
            }
        }
        Event::CalledBack { drawn, reached, .. } => {
            put("re", (*reached).into());
            if let Some(leaf) = drawn {
                put("dr", (*leaf).into());
            }
        }
        Event::Rectified { late, .. } => put("lt", (*late).into()),
        Event::EvidenceJudged { enough, .. } => put("en", (*enough).into()),
        Event::MeasureTaken { rung, .. } => put("n", (*rung).into()),
        Event::RatingObjected { rating, ground, judge, due, .. } => {
            put("gr", ground.as_str().into());
            put("of", (*rating).into());
            put("to", judge.as_str().into());
            put("od", due.due.last.to_string().into());
        }
        Event::ObjectionAnswered { spoken: Some(spoken), .. } => put("wy", spoken.code().into()),
        Event::FollowupLate { rating, what, step, to, .. } => {
            put("of", (*rating).into());
            put("ow", what.code().into());
            put("n", (*step).into());
            put("to", to.as_str().into());
        }
        Event::ObjectionDecided { rating, upheld, .. } => {
            put("of", (*rating).into());
            put("up", (*upheld).into());
        }
        _ => {}
    }
}

fn further(x: &mut Map<String, Value>, event: &Event) {
    let mut put = |name: &str, value: Value| drop(x.insert(name.to_owned(), value));
    match event {
        Event::CameAgain { times, to, .. } => {
            put("n", (*times).into());
            put("to", to.as_str().into());
        }
        Event::HandedDown { peer, manner, back, .. } => {
            put("pe", peer.to_string().into());
            put("mn", manner.code().into());
            if let Some(back) = back {
                put("bk", back.to_string().into());
            }
        }
        Event::TakenBack { peer, .. } => put("pe", peer.to_string().into()),
        Event::SentBack { ground, .. } => put("gr", ground.as_str().into()),
        Event::Heard { peer, of, step, .. } => {
            put("pe", peer.to_string().into());
            put("of", (*of).into());
            put("st", step.code().into());
        }
        Event::Phoned { reached, otherwise, .. } => {
            put("re", (*reached).into());
            if *otherwise {
                put("ow", true.into());
            }
        }
        other => followed(x, other),
    }
}

fn due(x: &mut Map<String, Value>, date: &DueDate) {
    x.insert("due".into(), date.due.last.to_string().into());
    x.insert("tm".into(), date.term.as_str().into());
}
