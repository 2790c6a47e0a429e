//! Mail in: letters of 4 KiB, one after another on every connection, handed over by LMTP (RFC 2033) as a mail server does.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use channels::mail::Way;
use db::Fault;

use super::crowd;
use super::tally::{Report, Tally};
use super::{Hand, Plan, Target, until_over};

/// The address that the demo's residents write to.
const TO: &str = "minsheng@qinghe.example";
/// Size of a letter's words, in bytes.
const WORDS_BYTES: usize = 4 * 1024;
/// Senders, so that nobody writes more in an hour than one may.
const SENDERS: u64 = 10_000;
/// How long an answer is waited for.
const ANSWER_MAX: Duration = Duration::from_mins(1);

/// Measures how fast letters are taken: each is durable when it counts, and becomes a matter after.
pub(crate) async fn run(plan: &Arc<Plan>) -> Result<Report, Fault> {
    let turns = Arc::new(AtomicU64::new(0));
    let begun = Instant::now();
    let lasting = Duration::from_secs(plan.seconds);
    let tally = until_over(plan, 0..plan.connections, lasting, |hand| write(hand, Arc::clone(plan), Arc::clone(&turns))).await?;
    Ok(tally.report(plan.profile.code(), plan.connections, begun.elapsed()))
}

async fn write(hand: Hand, plan: Arc<Plan>, turns: Arc<AtomicU64>) -> Tally {
    let Hand { until, mut tally, .. } = hand;
    let mut way = None;
    while Instant::now() < until {
        let turn = turns.fetch_add(1, Ordering::Relaxed);
        let (begun, letter) = (Instant::now(), letter(plan.seed, turn));
        match hand_over(&plan.target, &mut way, (turn, &letter)).await {
            Ok(said) if said.starts_with('2') => tally.good(begun),
            Ok(said) => tally.failed(format!("the site said {said}")),
            Err(fault) => {
                tally.failed(fault.to_string());
                way = None;
            }
        }
    }
    tally
}

/// Writes a letter that no other turn writes.
fn letter(seed: u64, turn: u64) -> String {
    let mut words = String::new();
    let mut at = turn;
    while words.len() < WORDS_BYTES {
        words.push_str(crowd::words(at));
        words.push_str("\r\n");
        at += 1;
    }
    format!(
        "From: =?utf-8?B?6K+V5rC05Lq6?= <u{}@load.example>\r\nTo: {TO}\r\nMessage-ID: <{seed}.{turn}@load.example>\r\n\
         Subject: =?utf-8?B?6K+35bC95b+r5p2l5Lq6?=\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: 8bit\r\n\r\n{words}第 {turn} 封。\r\n",
        turn % SENDERS
    )
}

/// Hands one letter over, on a connection that stays open; returns what was said to it.
async fn hand_over(target: &Target, way: &mut Option<Way>, (turn, letter): (u64, &str)) -> Result<String, Fault> {
    let mut open = match way.take() {
        Some(open) => open,
        None => Way::open(target.address(), "load.example", ANSWER_MAX).await?,
    };
    let said = open.hand_over((&format!("u{}@load.example", turn % SENDERS), TO), letter.as_bytes()).await?;
    *way = Some(open);
    Ok(said)
}
