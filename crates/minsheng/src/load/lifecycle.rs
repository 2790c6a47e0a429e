//! The whole life of a matter: filed, registered, accepted, assigned, taken over, answered, rated, followed. All of it is
//! one; the steps are timed beside.

use std::sync::Arc;
use std::time::{Duration, Instant};

use db::Fault;
use hyper::StatusCode;

use super::clerk::{self, HANDLER, HANDLER_OFFICE, INTAKE};
use super::crowd::Crowd;
use super::file::{Slip, crowd, file};
use super::tally::{Report, Tally};
use super::wire::{Ask, Wire};
use super::{Hand, Plan, track, until_over};

/// Is a step at the desk: who, the act, what is filled in.
type Step = (bool, &'static str, &'static [(&'static str, &'static str)]);

/// What the two offices do, in order; `true` is the intake.
const STEPS: &[Step] = &[
    (true, "register", &[("category", "11")]),
    (true, "accept", &[("category", "11")]),
    (true, "assign", &[("office", HANDLER_OFFICE), ("words", "请派人看一看。")]),
    (false, "take_over", &[]),
    (false, "reply", REPLY),
];

const REPLY: &[(&str, &str)] = &[
    ("outcome", "support"),
    ("request", "修好路灯。"),
    ("facts", "当天到现场看过，灯泡和线都坏了。"),
    ("opinion", "换了灯泡和线，今晚已经亮了。"),
    ("basis", "xf:34"),
    ("way_on", "不满意可以在三十日内申请复查。"),
];

/// Measures whole lives.
pub(crate) async fn run(plan: &Arc<Plan>) -> Result<Report, Fault> {
    let crowd = crowd(plan).await?;
    let intake: Arc<str> = clerk::sign_in(&plan.target, INTAKE).await?.into();
    let handler: Arc<str> = clerk::sign_in(&plan.target, HANDLER).await?.into();
    let begun = Instant::now();
    let lasting = Duration::from_secs(plan.seconds);
    let tally = until_over(plan, 0..plan.connections, lasting, |hand| {
        live(hand, Arc::clone(&crowd), (Arc::clone(&intake), Arc::clone(&handler)))
    });
    Ok(tally.await?.report(plan.profile.code(), plan.connections, begun.elapsed()))
}

async fn live(hand: Hand, crowd: Arc<Crowd>, (intake, handler): (Arc<str>, Arc<str>)) -> Tally {
    let Hand { mut wire, until, mut tally, .. } = hand;
    while Instant::now() < until {
        let begun = Instant::now();
        let Some(slip) = file(&mut wire, &crowd, &mut tally).await else { continue };
        tally.aside("file", begun);
        match whole(&mut wire, &slip, (&intake, &handler), &mut tally).await {
            Ok(None) => tally.good(begun),
            Ok(Some((what, status))) => drop(tally.note(what, begun, (status, &[]))),
            Err(fault) => tally.failed(fault.to_string()),
        }
    }
    tally
}

/// Goes through all steps after the filing; returns the first that was answered otherwise than expected.
async fn whole(
    wire: &mut Wire,
    slip: &Slip,
    (intake, handler): (&str, &str),
    tally: &mut Tally,
) -> Result<Option<(&'static str, StatusCode)>, Fault> {
    for (at_intake, act, fields) in STEPS {
        let begun = Instant::now();
        let cookie = if *at_intake { intake } else { handler };
        let answer = clerk::act(wire, (cookie, &slip.number), act, fields).await?;
        if answer.status != StatusCode::SEE_OTHER {
            return Ok(Some((act, answer.status)));
        }
        tally.aside(act, begun);
    }
    let begun = Instant::now();
    let cookie = track::open(wire, slip).await?;
    let rate = [("act", "rate"), ("grade", "5"), ("words", "办得快，谢谢。")];
    let rated = wire.send(&Ask::post("/track/act", rate).cookie(&cookie)).await?;
    if rated.status != StatusCode::SEE_OTHER {
        return Ok(Some(("rate", rated.status)));
    }
    let page = wire.send(&Ask::get("/track/matter").cookie(&cookie)).await?;
    tally.aside("open, rate, follow", begun);
    Ok((page.status != StatusCode::OK).then_some(("track", page.status)))
}
