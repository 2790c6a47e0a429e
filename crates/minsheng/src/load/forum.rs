//! Reading the board as residents do: its list, whole or by theme, topics with what stands below them, and now and then a search.

use std::sync::Arc;
use std::time::{Duration, Instant};

use db::Fault;
use form_urlencoded::byte_serialize;
use hyper::StatusCode;

use super::crowd::word;
use super::tally::{Report, Tally};
use super::wire::{Ask, Wire};
use super::{Hand, Plan, until_over};

/// How a link to a topic begins in a list.
const LINK: &str = "class=\"find\" href=\"/forum/";
/// Length of the id behind it.
const ID_CHARS: usize = 36;
/// Themes that lists are narrowed by.
const THEMES: [&str; 4] = ["", "?theme=03", "?theme=14", "?only=open"];

/// Measures reading the board.
pub(crate) async fn run(plan: &Arc<Plan>) -> Result<Report, Fault> {
    let list = Wire::new(&plan.target).send(&Ask::get("/forum")).await?.text();
    let topics: Arc<[String]> = list.split(LINK).skip(1).filter_map(|rest| rest.get(..ID_CHARS)).map(str::to_owned).collect();
    if topics.is_empty() {
        return Err(Fault::other("no topic stands on the board: try it with a demo"));
    }
    let begun = Instant::now();
    let (lasting, seed) = (Duration::from_secs(plan.seconds), plan.seed);
    let tally = until_over(plan, 0..plan.connections, lasting, |hand| read(hand, seed, Arc::clone(&topics)));
    Ok(tally.await?.report(plan.profile.code(), plan.connections, begun.elapsed()))
}

async fn read(hand: Hand, seed: u64, topics: Arc<[String]>) -> Tally {
    let Hand { number, mut wire, until, mut tally } = hand;
    for turn in 0_usize.. {
        if Instant::now() >= until {
            break;
        }
        let at = turn.wrapping_mul(7).wrapping_add(number);
        let (what, path) = match turn % 16 {
            15 => {
                let words = word(seed.wrapping_add(at as u64));
                ("search", format!("/search?q={}", byte_serialize(words.as_bytes()).collect::<String>()))
            }
            own if own % 4 == 0 => ("list", format!("/forum{}", THEMES[at % THEMES.len()])),
            _ => ("topic", format!("/forum/{}", topics[at % topics.len()])),
        };
        let begun = Instant::now();
        match wire.send(&Ask::get(path)).await {
            Ok(answer) => drop(tally.note(what, begun, (answer.status, &[StatusCode::OK]))),
            Err(fault) => tally.failed(format!("{what}: {fault}")),
        }
    }
    tally
}
