//! Following: every connection opens a matter of its own with number and code, and then reads its page again and again.

use std::sync::Arc;
use std::time::{Duration, Instant};

use db::Fault;
use hyper::StatusCode;

use super::file::{Slip, slips};
use super::tally::{Report, Tally};
use super::wire::{Ask, Wire};
use super::{Hand, Plan, until_over};

/// Shows number and code and returns the cookie that opens the page for half an hour.
pub(crate) async fn open(wire: &mut Wire, slip: &Slip) -> Result<String, Fault> {
    let fields = [("number", slip.number.as_str()), ("query_code", slip.query_code.as_str())];
    let answer = wire.send(&Ask::post("/track", fields)).await?;
    let cookie = answer.cookies.first().cloned();
    cookie.ok_or_else(|| Fault::other(format!("number and code were not taken: {}", answer.status)))
}

/// Measures reading one's own page.
pub(crate) async fn run(plan: &Arc<Plan>) -> Result<Report, Fault> {
    let slips = Arc::new(slips(plan, plan.connections).await?);
    let begun = Instant::now();
    let lasting = Duration::from_secs(plan.seconds);
    let tally = until_over(plan, 0..plan.connections, lasting, |hand| follow(hand, Arc::clone(&slips))).await?;
    Ok(tally.report(plan.profile.code(), plan.connections, begun.elapsed()))
}

async fn follow(hand: Hand, slips: Arc<Vec<Slip>>) -> Tally {
    let Hand { number, mut wire, until, mut tally } = hand;
    let begun = Instant::now();
    let cookie = match open(&mut wire, &slips[number]).await {
        Ok(cookie) => cookie,
        Err(fault) => {
            tally.failed(fault.to_string());
            return tally;
        }
    };
    tally.aside("open with number and code", begun);
    let ask = Ask::get("/track/matter").cookie(&cookie);
    while Instant::now() < until {
        let begun = Instant::now();
        match wire.send(&ask).await {
            Ok(answer) => drop(tally.note("track", begun, (answer.status, &[StatusCode::OK]))),
            Err(fault) => tally.failed(format!("track: {fault}")),
        }
    }
    tally
}
