//! Mail in: letters of 4 KiB, one after another on every connection, handed over by LMTP (RFC 2033) as a mail server does.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use db::{Context, Fault};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufStream};
use tokio::net::TcpStream;

use super::crowd;
use super::tally::{Report, Tally};
use super::{Hand, Plan, Target, until_over};

/// The address that the demo's residents write to.
const TO: &str = "minsheng@qinghe.example";
/// Size of a letter's words, in bytes.
const WORDS_BYTES: usize = 4 * 1024;
/// Senders, so that nobody writes more in an hour than one may.
const SENDERS: u64 = 10_000;

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
    let mut way: Option<BufStream<TcpStream>> = None;
    while Instant::now() < until {
        let turn = turns.fetch_add(1, Ordering::Relaxed);
        let (begun, letter) = (Instant::now(), letter(plan.seed, turn));
        match hand_over(&plan.target, &mut way, (turn, &letter)).await {
            Ok(true) => tally.good(begun),
            Ok(false) => tally.failed("not taken"),
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
         Content-Transfer-Encoding: 8bit\r\n\r\n{words}第 {turn} 封。\r\n.\r\n",
        turn % SENDERS
    )
}

/// Hands one letter over, on a connection that stays open; tells whether it was called taken.
async fn hand_over(target: &Target, way: &mut Option<BufStream<TcpStream>>, (turn, letter): (u64, &str)) -> Result<bool, Fault> {
    if way.is_none() {
        let stream = TcpStream::connect(target.address()).await.context("while connecting")?;
        let mut new = BufStream::new(stream);
        answer(&mut new).await?;
        ask(&mut new, "LHLO load.example\r\n").await?;
        *way = Some(new);
    }
    let Some(way) = way else { return Ok(false) };
    for line in
        [format!("MAIL FROM:<u{}@load.example>\r\n", turn % SENDERS), format!("RCPT TO:<{TO}>\r\n"), "DATA\r\n".to_owned()]
    {
        let said = ask(way, &line).await?;
        if !said.starts_with(['2', '3']) {
            return Err(Fault::other(format!("the site said {said}")));
        }
    }
    Ok(ask(way, letter).await?.starts_with('2'))
}

async fn ask(way: &mut BufStream<TcpStream>, words: &str) -> Result<String, Fault> {
    way.write_all(words.as_bytes()).await.context("while writing")?;
    way.flush().await.context("while writing")?;
    answer(way).await
}

/// Reads an answer to its last line.
async fn answer(way: &mut BufStream<TcpStream>) -> Result<String, Fault> {
    loop {
        let mut line = String::new();
        if way.read_line(&mut line).await.context("while reading")? == 0 {
            return Err(Fault::other("the site closed the connection"));
        }
        if line.as_bytes().get(3) != Some(&b'-') {
            return Ok(line.trim_end().to_owned());
        }
    }
}
