//! Searching at the desk: two words of what is reported, with the counts by facet that every page of the answer has.

use std::sync::Arc;
use std::time::{Duration, Instant};

use db::Fault;
use form_urlencoded::byte_serialize;
use hyper::StatusCode;

use super::clerk::{self, INTAKE};
use super::crowd::{two_words, word};
use super::tally::{Report, Tally};
use super::wire::Ask;
use super::{Hand, Plan, until_over};

/// Measures searching.
pub(crate) async fn run(plan: &Arc<Plan>) -> Result<Report, Fault> {
    let cookie: Arc<str> = clerk::sign_in(&plan.target, INTAKE).await?.into();
    let begun = Instant::now();
    let (lasting, seed) = (Duration::from_secs(plan.seconds), plan.seed);
    let tally = until_over(plan, 0..plan.connections, lasting, |hand| search(hand, seed, Arc::clone(&cookie)));
    Ok(tally.await?.report(plan.profile.code(), plan.connections, begun.elapsed()))
}

async fn search(hand: Hand, seed: u64, cookie: Arc<str>) -> Tally {
    let Hand { number, mut wire, until, mut tally } = hand;
    for turn in 0_u64.. {
        if Instant::now() >= until {
            break;
        }
        let at = seed.wrapping_add((number as u64) << 32).wrapping_add(turn);
        let words = if turn % 8 == 7 { word(at) } else { two_words(at) };
        let query: String = byte_serialize(words.as_bytes()).collect();
        let ask = Ask::get(format!("/desk/find?q={query}")).cookie(&cookie);
        let begun = Instant::now();
        match wire.send(&ask).await {
            Ok(answer) => drop(tally.note("search", begun, (answer.status, &[StatusCode::OK]))),
            Err(fault) => tally.failed(format!("search: {fault}")),
        }
    }
    tally
}
