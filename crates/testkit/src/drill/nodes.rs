//! Several machines: two processes serve and two work on one PostgreSQL, and one after the other is killed or stands still past
//! its lease, also with a letter in its hand, while residents file at both.
//!
//! What one process acknowledged every other one must show; the log must be one line; each letter must go out, and not more often
//! than there were strikes, under one `Message-ID`.

use std::path::PathBuf;

use civic::chance::{self, Chance};
use rand_core::SeedableRng;

use super::cluster::Cluster;
use super::crowd::{Load, file_among, pause};
use super::house::{House, Process, Server, signal};
use super::http::Http;
use super::post::Post;
use super::{Drill, Report, audit};
use crate::oracle::Oracle;

/// Processes that serve pages; they send letters too.
const SERVING: usize = 2;
/// Processes altogether.
const NODES: usize = 4;
/// Pause of a resident between two filings, in milliseconds.
const PACE_MILLIS: u64 = 400;
/// How long residents file before and after, in milliseconds.
const AROUND_MILLIS: u64 = 600;
/// How long a process stands still, in milliseconds.
const STILL_MILLIS: u64 = 2_500;
/// In every so many rounds a process stands still for its whole lease by the clock; in the others the lease is let run out in the
/// database.
const WHOLE_ROUNDS: u64 = 10;
/// A little more than a lease, in milliseconds.
const LEASE_MILLIS: u64 = 125_000;
/// Longest wait for a letter to strike at, and until a process is ready again after it stood still, in seconds.
const WAIT_SECONDS: u64 = 15;
/// Longest time until all letters are out at the end, in seconds.
const LETTERS_SECONDS: u64 = 600;
/// Time between two looks, in milliseconds.
const LOOK_MILLIS: u64 = 20;
/// Lets every lease run out.
const RUN_OUT: &str = "update minsheng.lease set until = 0";

/// What is done, by turns.
const WAYS: &[&str] = &["killed", "still", "killed with a letter", "still with a letter", "still past its lease"];

/// Is one process with its configuration.
struct Node {
    config: PathBuf,
    running: Running,
}

enum Running {
    Serves(Server),
    Works(Process),
}

impl Node {
    fn start(house: &House, config: PathBuf, serves: bool) -> Result<Self, String> {
        let running = if serves { Running::Serves(house.start_at(&config)?) } else { Running::Works(house.work_at(&config)?) };
        Ok(Self { config, running })
    }

    fn process(&self) -> u32 {
        match &self.running {
            Running::Serves(server) => server.process(),
            Running::Works(process) => process.number(),
        }
    }

    fn server(&mut self) -> Option<&mut Server> {
        if let Running::Serves(server) = &mut self.running { Some(server) } else { None }
    }

    fn runs(&mut self) -> bool {
        match &mut self.running {
            Running::Serves(server) => server.runs(),
            Running::Works(process) => process.runs(),
        }
    }
}

/// Strikes `count` times.
pub fn run(drill: &Drill) -> Result<Report, String> {
    let Some(cluster) = Cluster::make()? else {
        return Ok(Report::lacking("PostgreSQL is not there: apt-get install postgresql"));
    };
    let house = House::make_on(&drill.binary, &cluster.url())?;
    let (oracle, post, mut chance) = (Oracle::default(), Post::default(), Chance::seed_from_u64(drill.seed));
    let (mut report, mut nodes, mut whole) = (Report::default(), Vec::new(), 0);
    for number in 0..NODES {
        let config = house.with_mail(&format!("node-{number}"), post.door(number)?)?;
        nodes.push(Node::start(&house, config, number < SERVING)?);
    }
    for round in 0..drill.count {
        let from = oracle.counts().0;
        let drawn: [u8; 8] = chance::bytes(&mut chance);
        let by_clock = (round + 1).is_multiple_of(WHOLE_ROUNDS);
        let way = if by_clock { "still past its lease" } else { WAYS[(round % WAYS.len() as u64) as usize] };
        whole += u64::from(by_clock);
        let victim = if way.ends_with("letter") || by_clock { holder(&post) } else { usize::from(drawn[0]) % NODES };
        let process = nodes[victim].process();
        let https: Vec<Http> = nodes.iter_mut().filter_map(Node::server).map(|server| *server.http()).collect();
        let load = Load { pace_millis: PACE_MILLIS, ..Load::of(drill.seed.wrapping_add(round)) };
        file_among(&oracle, &https, load, || {
            pause(AROUND_MILLIS + u64::from(drawn[1]));
            strike(way, (process, victim), &post);
            if by_clock {
                return;
            }
            cluster.ask(RUN_OUT);
            pause(STILL_MILLIS);
            if way.starts_with("still") {
                // and the lease of whoever took over runs out too, so that the old holder may take it again
                cluster.ask(RUN_OUT);
            }
            signal(process, "CONT");
            pause(AROUND_MILLIS);
        });
        if by_clock {
            pause(LEASE_MILLIS);
            signal(process, "CONT");
        }
        let found = mend(&house, &mut nodes, victim)?;
        let asked = (round % SERVING as u64) as usize;
        let server = nodes[asked].server().ok_or("the first nodes serve")?;
        let found = found.into_iter().chain(audit(&oracle, server, from)).map(|found| format!("round {round}, {way}: {found}"));
        report.findings.extend(found);
        drill.tell(round, &format!("{} acts, {} letters so far", oracle.counts().0, post.taken().len()));
        if !report.findings.is_empty() {
            break;
        }
    }
    cluster.ask(RUN_OUT);
    let left = house.sent_out(LETTERS_SECONDS)?;
    if left.is_empty() {
        report.findings.extend(post.check(&oracle, drill.count as usize));
    }
    report.findings.extend(left);
    let server = nodes[0].server().ok_or("the first nodes serve")?;
    report.findings.extend(oracle.check(&house, server).0);
    let (acknowledged, taken, repeats) = (oracle.counts().1, post.taken().len(), post.repeats());
    report.told = format!(
        "{NODES} processes, {} strikes ({whole} waited out by the clock), {acknowledged} matters acknowledged, {taken} letters taken, \
         {repeats} of them twice",
        drill.count
    );
    Ok(report)
}

/// Returns which process sends letters now, by the door of the last one.
fn holder(post: &Post) -> usize {
    post.taken().last().map_or(0, |taken| taken.door)
}

/// Does its worst to a process.
fn strike(way: &str, (process, door): (u32, usize), post: &Post) {
    let name = if way.starts_with("killed") { "KILL" } else { "STOP" };
    if !way.ends_with("letter") {
        return signal(process, name);
    }
    post.strike_at(
        door,
        1,
        Box::new(move |say| {
            signal(process, name);
            say();
        }),
    );
    let struck = (0..WAIT_SECONDS * 1_000 / LOOK_MILLIS).any(|_| {
        pause(LOOK_MILLIS);
        !post.waits()
    });
    if !struck && post.relent() {
        signal(process, name);
    }
}

/// Starts those again that were killed, and waits for those that stood still. One that nothing was done to and
/// that left is a finding.
fn mend(house: &House, nodes: &mut [Node], victim: usize) -> Result<Vec<String>, String> {
    let mut findings = Vec::new();
    for (number, node) in nodes.iter_mut().enumerate() {
        if !node.runs() {
            if number != victim {
                findings.push(format!("I8: node {number} left, and nothing was done to it"));
            }
            *node = Node::start(house, node.config.clone(), number < SERVING)?;
        }
        if let Some(server) = node.server()
            && let Err(why) = server.ready_again(WAIT_SECONDS)
        {
            findings.push(format!("I8: node {number} is not ready again: {why:?}"));
            *node = Node::start(house, node.config.clone(), true)?;
        }
    }
    Ok(findings)
}
