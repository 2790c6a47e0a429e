//! F32: the program dies just when a mail server has taken a letter and before that is noted.
//!
//! By turns the server's "taken" is never said, is said to a program that stands still and then dies, or is said in the moment of
//! the death. After the start the letter must go out again under the same `Message-ID`, so that whoever gets it twice can tell, and
//! no letter may be lost.

use civic::chance::{self, Chance};
use rand_core::SeedableRng;

use super::crowd::pause;
use super::house::{House, signal};
use super::post::{Post, Strike};
use super::{Drill, Report, audit};
use crate::oracle::{Act, Oracle};

/// Matters of a round whose residents want letters.
const MATTERS: u64 = 3;
/// Longest wait for the death, and for the letters after it, in seconds.
const WAIT_SECONDS: u64 = 30;
/// Time between two looks whether it died, in milliseconds.
const LOOK_MILLIS: u64 = 10;

/// Is how the death falls in with the server's answer.
const WAYS: &[&str] = &["not said", "said and not heard", "said"];

/// Kills the program `count` times.
pub fn run(drill: &Drill) -> Result<Report, String> {
    let house = House::make(&drill.binary)?;
    let (oracle, post, mut chance) = (Oracle::default(), Post::default(), Chance::seed_from_u64(drill.seed));
    let config = house.with_mail("mail", post.door(0)?)?;
    let mut report = Report::default();
    let mut server = house.start_at(&config)?;
    for round in 0..drill.count {
        let from = oracle.counts().0;
        let drawn: [u8; 8] = chance::bytes(&mut chance);
        let way = WAYS[usize::from(drawn[0]) % WAYS.len()];
        post.strike_at(0, 1 + u64::from(drawn[1]) % MATTERS, strike(way, server.process()));
        let wants = std::iter::from_fn(|| Some(Act::invent(&mut chance, round))).filter(|act| act.email.is_some());
        for act in wants.take(MATTERS as usize).collect::<Vec<_>>() {
            let at = oracle.intend(act.clone());
            oracle.hear(at, server.http().file(&act).as_ref());
        }
        let died = (0..WAIT_SECONDS * 1_000 / LOOK_MILLIS).any(|_| {
            pause(LOOK_MILLIS);
            !server.runs()
        });
        if !died {
            report.findings.push(format!("F32: {way}: no letter came in {WAIT_SECONDS} s"));
        }
        server.kill();
        server = house.start_at(&config)?;
        report.findings.extend(audit(&oracle, &server, from));
        report.findings.extend(house.sent_out(WAIT_SECONDS)?.into_iter().map(|found| format!("{way}: {found}")));
        drill.tell(round, &format!("{} letters taken so far", post.taken().len()));
        if !report.findings.is_empty() {
            break;
        }
    }
    report.findings.extend(post.check(&oracle, drill.count as usize));
    report.findings.extend(oracle.check(&house, &server).0);
    let (taken, repeats) = (post.taken().len(), post.repeats());
    report.told = format!("{} deaths, {taken} letters taken, {repeats} of them a second time under the same id", drill.count);
    Ok(report)
}

fn strike(way: &'static str, process: u32) -> Strike {
    Box::new(move |say| match way {
        "not said" => signal(process, "KILL"),
        "said" => {
            say();
            signal(process, "KILL");
        }
        _ => {
            signal(process, "STOP");
            say();
            signal(process, "KILL");
        }
    })
}
