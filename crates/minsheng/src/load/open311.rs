//! Requests that a program sends: one after another on every connection, under the demo's own key.

use std::sync::Arc;
use std::time::{Duration, Instant};

use db::Fault;
use hyper::StatusCode;

use super::crowd::Crowd;
use super::file::crowd;
use super::tally::{Report, Tally};
use super::{Hand, Plan, until_over};

/// Measures how fast requests are taken.
pub(crate) async fn run(plan: &Arc<Plan>) -> Result<Report, Fault> {
    let crowd = crowd(plan).await?;
    let begun = Instant::now();
    let lasting = Duration::from_secs(plan.seconds);
    let tally = until_over(plan, 0..plan.connections, lasting, |hand| send(hand, Arc::clone(&crowd))).await?;
    Ok(tally.report(plan.profile.code(), plan.connections, begun.elapsed()))
}

async fn send(hand: Hand, crowd: Arc<Crowd>) -> Tally {
    let Hand { mut wire, until, mut tally, .. } = hand;
    while Instant::now() < until {
        let begun = Instant::now();
        match wire.send(&crowd.request()).await {
            Ok(answer) => drop(tally.note("open311", begun, (answer.status, &[StatusCode::CREATED]))),
            Err(fault) => tally.failed(format!("open311: {fault}")),
        }
    }
    tally
}
