//! Filing: one appeal after another on every connection.

use std::sync::Arc;
use std::time::{Duration, Instant};

use db::Fault;
use hyper::StatusCode;
use serde::Deserialize;

use super::crowd::Crowd;
use super::tally::{Report, Tally};
use super::wire::Wire;
use super::{Hand, Plan, clerk, until_over};

/// Is what a filing answers.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Slip {
    /// Number of the matter.
    pub(crate) number: String,
    /// Code that opens it.
    pub(crate) query_code: String,
}

/// Makes the crowd of a plan, at the places of one intake.
pub(crate) async fn crowd(plan: &Plan) -> Result<Arc<Crowd>, Fault> {
    Ok(Arc::new(Crowd::new(plan.seed, clerk::places(&plan.target, clerk::INTAKE_PLACES).await?)))
}

/// Files one and returns its slip; what was not filed is counted.
pub(crate) async fn file(wire: &mut Wire, crowd: &Crowd, tally: &mut Tally) -> Option<Slip> {
    match wire.send(&crowd.filing()).await {
        Ok(answer) if answer.status == StatusCode::CREATED => serde_json::from_slice(&answer.body).ok(),
        Ok(answer) => {
            tally.note("file", Instant::now(), (answer.status, &[]));
            None
        }
        Err(fault) => {
            tally.failed(format!("file: {fault}"));
            None
        }
    }
}

/// Files until the time is over.
pub(crate) async fn keep_filing(hand: Hand, crowd: Arc<Crowd>) -> Tally {
    let Hand { mut wire, until, mut tally, .. } = hand;
    while Instant::now() < until {
        let begun = Instant::now();
        if file(&mut wire, &crowd, &mut tally).await.is_some() {
            tally.good(begun);
        }
    }
    tally
}

/// Measures filing.
pub(crate) async fn run(plan: &Arc<Plan>) -> Result<Report, Fault> {
    let crowd = crowd(plan).await?;
    let begun = Instant::now();
    let lasting = Duration::from_secs(plan.seconds);
    let tally = until_over(plan, 0..plan.connections, lasting, |hand| keep_filing(hand, Arc::clone(&crowd))).await?;
    Ok(tally.report(plan.profile.code(), plan.connections, begun.elapsed()))
}

/// Files so many before the measuring begins.
pub(crate) async fn slips(plan: &Plan, count: usize) -> Result<Vec<Slip>, Fault> {
    let crowd = crowd(plan).await?;
    let (mut wire, mut tally, mut slips) = (Wire::new(&plan.target), Tally::default(), Vec::new());
    for _ in 0..count {
        let slip = file(&mut wire, &crowd, &mut tally).await;
        slips.push(slip.ok_or_else(|| Fault::other(format!("a filing before the measuring failed: {tally:?}")))?);
    }
    Ok(slips)
}
