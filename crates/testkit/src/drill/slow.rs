//! F09: two thousand clients at once who send their heads or bodies a byte at a time, or read as slowly, made by slowhttptest.
//!
//! Each must be let go in time, and everybody else is served meanwhile.

use std::process::{Command, Stdio};
use std::time::Instant;

use super::crowd::pause;
use super::house::{House, Server};
use super::{Drill, Report};

/// Slow clients at once.
const CLIENTS: &str = "2000";
/// How many of them come in a second.
const RATE: &str = "1000";
/// Longest time a round may last, in seconds.
const ROUND_SECONDS: &str = "45";
/// Time within which all must be gone again, counted from when the first comes, in seconds.
const GONE_SECONDS_MAX: u64 = 25;
/// Connections the program must have held at once before it counts that they are gone.
const HELD_MIN: usize = 1_000;
/// Connections that may be left then: those of the others.
const HELD_AFTER_MAX: usize = 20;
/// Longest time for which 99 of 100 other requests may last, in milliseconds.
const OTHERS_MILLIS_MAX: u128 = 1_000;
/// Time between two other requests, in milliseconds.
const OTHERS_EVERY_MILLIS: u64 = 50;
/// The ways of being slow, with the switch of each: heads, bodies, reading.
const WAYS: &[(&str, &[&str])] = &[
    ("heads", &["-H", "-i", "10"]),
    ("bodies", &["-B", "-i", "10", "-s", "8192"]),
    ("reading", &["-X", "-w", "1", "-y", "8", "-n", "5", "-z", "1", "-k", "3"]),
];

/// Is what a round of slow clients met.
struct Round {
    /// Most connections the program held at once.
    most: usize,
    /// Seconds until the program had let go of all; `None` = of some not before the end.
    gone: Option<u64>,
    /// How long other requests lasted, in milliseconds, shortest first.
    others: Vec<u128>,
    /// Other requests that got no page.
    unserved: usize,
}

/// Lets slow clients come in each way `count` times.
pub fn run(drill: &Drill) -> Result<Report, String> {
    if Command::new("slowhttptest").arg("-h").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err() {
        return Ok(Report::lacking("slowhttptest is not there: apt-get install slowhttptest"));
    }
    let house = House::make(&drill.binary)?;
    let (mut report, mut told) = (Report::default(), Vec::new());
    let mut server = house.start()?;
    for round in 0..drill.count {
        for (name, switches) in WAYS {
            let met = attack(&house, &server, switches)?;
            let p99 = met.others.get(met.others.len().saturating_sub(1) * 99 / 100).copied().unwrap_or(u128::MAX);
            let gone = met.gone.map_or_else(|| "—".to_owned(), |seconds| seconds.to_string());
            told.push(format!("{name}: {} held, gone after {gone} s, others p99 {p99} ms", met.most));
            if met.gone.is_none_or(|seconds| seconds > GONE_SECONDS_MAX) {
                report.findings.push(format!("F09: {name}: slow clients are not let go within {GONE_SECONDS_MAX} s"));
            }
            if p99 > OTHERS_MILLIS_MAX || met.unserved > 0 {
                let count = met.others.len();
                report.findings.push(format!("F09: {name}: of {count} others {} got nothing, p99 {p99} ms", met.unserved));
            }
            if !server.runs() {
                report.findings.push(format!("F09: {name}: the program ended"));
                server = house.start()?;
            }
        }
        drill.tell(round, &told.join("; "));
    }
    report.told = told.join("; ");
    Ok(report)
}

fn attack(house: &House, server: &Server, switches: &[&str]) -> Result<Round, String> {
    let url = format!("http://{}/appeals/new", server.http().0);
    let before = server.handles();
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "slowhttptest", "-c", CLIENTS, "-r", RATE, "-l", ROUND_SECONDS, "-p", "5"]);
    command.args(switches).args(["-u", &url]).current_dir(house.beside(""));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut slow = command.spawn().map_err(|error| format!("slowhttptest: {error}"))?;
    let mut round = Round { most: 0, gone: None, others: Vec::new(), unserved: 0 };
    let begun = Instant::now();
    // slowhttptest may end as soon as all of its own are gone
    let mut there = true;
    while round.gone.is_none() && there {
        there = slow.try_wait().is_ok_and(|ended| ended.is_none());
        let asked = Instant::now();
        let served = server.http().get("/appeals/new").is_some_and(|answer| answer.status == 200);
        round.unserved += usize::from(!served);
        round.others.push(asked.elapsed().as_millis());
        let held = server.handles().saturating_sub(before);
        round.most = round.most.max(held);
        if round.most > HELD_MIN && held <= HELD_AFTER_MAX {
            round.gone = Some(begun.elapsed().as_secs());
        }
        pause(OTHERS_EVERY_MILLIS);
    }
    drop(slow.kill());
    drop(slow.wait());
    round.others.sort_unstable();
    Ok(round)
}
