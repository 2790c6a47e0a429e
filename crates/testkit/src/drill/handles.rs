//! F27: the program may open only a few files while residents file and silent callers take what is left; then it may again.

use std::fs;
use std::net::TcpStream;
use std::process::Command;

use super::crowd::{file_during, pause};
use super::house::{House, NotReady, Server};
use super::{Drill, Report, audit};
use crate::oracle::Oracle;

/// Open files while they are few.
const FEW: &str = "64";
/// Callers who say nothing.
const SILENT: usize = 150;
/// How long they are few, in milliseconds.
const FEW_MILLIS: u64 = 1_200;
/// Longest time until it is ready again, in seconds.
const READY_SECONDS_MAX: u64 = 10;

/// Takes the handles away `count` times.
pub fn run(drill: &Drill) -> Result<Report, String> {
    let house = House::make(&drill.binary)?;
    let (oracle, mut report) = (Oracle::default(), Report::default());
    let mut server = house.start()?;
    for round in 0..drill.count {
        let (from, http) = (oracle.counts().0, *server.http());
        let (many, mut limited) = (allowed(&server)?, Ok(()));
        file_during(&oracle, http, drill.seed.wrapping_add(round), || {
            pause(200);
            limited = limit(&server, FEW);
            let silent: Vec<_> = (0..SILENT).map(|_| TcpStream::connect(http.0)).collect();
            pause(FEW_MILLIS);
            drop(silent);
        });
        limited?;
        limit(&server, &many)?;
        let ready = server.ready_again(READY_SECONDS_MAX);
        report.findings.extend(ready.err().map(|why| {
            match why {
                NotReady::Ended => "F27: the program ended because it could open no more files",
                NotReady::Late => "F27: not ready again although files can be opened",
            }
            .to_owned()
        }));
        if report.findings.is_empty() {
            report.findings.extend(audit(&oracle, &server, from));
        }
        drill.tell(round, &format!("{} acts so far", oracle.counts().0));
        if !report.findings.is_empty() {
            break;
        }
    }
    report.findings.extend(oracle.check(&house, &server).0);
    report.told = format!("few handles {} times, {} matters acknowledged", drill.count, oracle.counts().1);
    Ok(report)
}

fn limit(server: &Server, to: &str) -> Result<(), String> {
    let number = server.process().to_string();
    let done = Command::new("prlimit").args(["--pid", &number, &format!("--nofile={to}:")]).status();
    if done.is_ok_and(|status| status.success()) { Ok(()) } else { Err("prlimit cannot be used".to_owned()) }
}

/// Reads how many files the program may open.
fn allowed(server: &Server) -> Result<String, String> {
    let limits = fs::read_to_string(format!("/proc/{}/limits", server.process())).map_err(|error| error.to_string())?;
    let line = limits.lines().find(|line| line.starts_with("Max open files")).unwrap_or_default();
    line.split_whitespace().nth(3).map(str::to_owned).ok_or_else(|| "the program's limits cannot be read".to_owned())
}
