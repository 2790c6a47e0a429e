//! F16, F18, F19 on PostgreSQL: it is restarted, ended at once, killed, loses a connection, is held by somebody else's lock, or
//! takes a commit and never says so, while residents file.
//!
//! The program must come through each by itself, or leave with words and be right after a start.

use std::process::Command;

use super::cluster::{Cluster, End};
use super::crowd::{file_during, pause};
use super::house::House;
use super::{Drill, Report, audit};
use crate::drill::gap::Gap;
use crate::oracle::Oracle;

/// How long residents file before, in milliseconds.
const BEFORE_MILLIS: u64 = 400;
/// How long they file afterwards, in milliseconds.
const AFTER_MILLIS: u64 = 600;
/// How long the lock is held, in milliseconds.
const HELD_MILLIS: u64 = 3_000;
/// Longest time until it is ready again before it is started anew, in seconds.
const READY_SECONDS_MAX: u64 = 15;
/// The address of the server behind the gap, with its port to come.
const BEHIND: &str = "host=127.0.0.1 user=minsheng dbname=postgres connect_timeout=5 port=";

/// What is done, by turns.
const WAYS: &[&str] = &["restart fast", "end at once", "kill a connection", "kill the server", "hold the lock", "lose answers"];

/// Does each of these `count` times.
pub fn run(drill: &Drill) -> Result<Report, String> {
    let Some(mut cluster) = Cluster::make()? else {
        return Ok(Report::lacking("PostgreSQL is not there: apt-get install postgresql"));
    };
    let gap = Gap::before(cluster.socket()).map_err(|error| error.to_string())?;
    let house = House::make_on(&drill.binary, &format!("{BEHIND}{}", gap.port()))?;
    let (oracle, mut report, mut left) = (Oracle::default(), Report::default(), 0);
    let mut server = house.start()?;
    for round in 0..drill.count {
        for (turn, way) in WAYS.iter().enumerate() {
            let from = oracle.counts().0;
            let mut done = Ok(());
            file_during(&oracle, *server.http(), drill.seed.wrapping_add(round * 10 + turn as u64), || {
                pause(BEFORE_MILLIS);
                done = strike(way, &mut cluster, &gap);
                pause(AFTER_MILLIS);
            });
            done?;
            if server.ready_again(READY_SECONDS_MAX).is_err() {
                left += 1;
                server.kill();
                server = house.start().map_err(|why| format!("{way}: {why}"))?;
            }
            report.findings.extend(audit(&oracle, &server, from).into_iter().map(|found| format!("{way}: {found}")));
            if !report.findings.is_empty() {
                break;
            }
        }
        drill.tell(round, &format!("{} acts so far", oracle.counts().0));
        if !report.findings.is_empty() {
            break;
        }
    }
    report.findings.extend(oracle.check(&house, &server).0);
    let (struck, acknowledged) = (drill.count * WAYS.len() as u64, oracle.counts().1);
    report.told = format!("{struck} faults, started anew after {left}, {acknowledged} matters acknowledged");
    Ok(report)
}

fn strike(way: &str, cluster: &mut Cluster, gap: &Gap) -> Result<(), String> {
    match way {
        "restart fast" => cluster.end(End::Fast),
        "end at once" => cluster.end(End::Immediate),
        "kill the server" => cluster.end(End::Killed),
        "kill a connection" => {
            // the one that writes: it holds the head of the log, or did last
            let sql = "select pid from pg_stat_activity where usename = 'minsheng' and pid <> pg_backend_pid() \
                order by xact_start desc nulls last, state_change desc limit 1";
            let number = cluster.ask(sql).words.trim().to_owned();
            drop(Command::new("kill").args(["-KILL", &number]).status());
        }
        "hold the lock" => {
            let mut holder = cluster.hold("begin; select * from minsheng.log_head for update; select pg_sleep(60)")?;
            pause(HELD_MILLIS);
            cluster.ask("select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep%'");
            drop(holder.kill());
            drop(holder.wait());
        }
        _ => gap.open(),
    }
    cluster.start()
}
