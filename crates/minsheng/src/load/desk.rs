//! Reading at the desk: a matter's words are opened once, which writes the access entry, and its page is read again and
//! again. First and repeated readings are timed apart.

use std::sync::Arc;
use std::time::{Duration, Instant};

use db::Fault;
use hyper::StatusCode;

use super::clerk::{self, INTAKE};
use super::file::{Slip, slips};
use super::tally::{Report, Tally};
use super::wire::Ask;
use super::{Hand, Plan, until_over};

/// Matters that every connection reads.
const EACH: usize = 8;
/// Readings of a page after each first one.
const AGAIN: usize = 32;

/// Measures reading at the desk.
pub(crate) async fn run(plan: &Arc<Plan>) -> Result<Report, Fault> {
    let slips = Arc::new(slips(plan, plan.connections * EACH).await?);
    let cookie: Arc<str> = clerk::sign_in(&plan.target, INTAKE).await?.into();
    let begun = Instant::now();
    let lasting = Duration::from_secs(plan.seconds);
    let tally = until_over(plan, 0..plan.connections, lasting, |hand| read(hand, Arc::clone(&slips), Arc::clone(&cookie)));
    Ok(tally.await?.report(plan.profile.code(), plan.connections, begun.elapsed()))
}

async fn read(hand: Hand, slips: Arc<Vec<Slip>>, cookie: Arc<str>) -> Tally {
    let Hand { number, mut wire, until, mut tally } = hand;
    let own = &slips[number * EACH..(number + 1) * EACH];
    'over: for turn in 0.. {
        let path = format!("/desk/matters/{}", own[turn % EACH].number);
        let page = Ask::get(path.as_str()).cookie(&cookie);
        let purpose = Ask::post(format!("{path}/read"), [("purpose", "handle")]).cookie(&cookie);
        let begun = Instant::now();
        match wire.send(&purpose).await {
            Ok(answer) if answer.status == StatusCode::SEE_OTHER => {}
            Ok(answer) => drop(tally.note("purpose", begun, (answer.status, &[]))),
            Err(fault) => tally.failed(format!("purpose: {fault}")),
        }
        for again in 0..=AGAIN {
            let one = Instant::now();
            match wire.send(&page).await {
                Ok(answer) if tally.note("desk", one, (answer.status, &[StatusCode::OK])) && again == 0 => {
                    tally.aside(if turn < EACH { "first reading, with its access entry" } else { "purpose known" }, begun);
                }
                Ok(_) => {}
                Err(fault) => tally.failed(format!("desk: {fault}")),
            }
            if Instant::now() >= until {
                break 'over;
            }
        }
    }
    tally
}
