//! F06: the clock jumps while the program runs: back two hours, on by four hundred days, to 1970, to 2038, to a leap day.
//!
//! In every other round the program is also started anew at each of these times, so that it takes them for true.
//!
//! The program under drill is the real one; the system's clock is changed under it by libfaketime, which every call for the
//! time goes through. What the program measures time spans with goes on evenly, as on a real machine.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::crowd::pause;
use super::house::{House, Server};
use super::{Drill, Report};
use crate::oracle::{Act, Oracle};
use civic::chance::Chance;
use rand_core::SeedableRng;

/// Where Debian puts the library.
const FOLDERS: &[&str] = &["/usr/lib/x86_64-linux-gnu/faketime", "/usr/lib/aarch64-linux-gnu/faketime"];
/// The version for programs of several threads.
const LIBRARY: &str = "libfaketimeMT.so.1";
/// Where the clock stands first, and where it jumps to, with what each is.
const JUMPS: &[(&str, &str)] = &[
    ("2026-11-25 10:00:00", "the present"),
    ("2026-11-25 08:00:00", "two hours back"),
    ("2026-11-25 10:05:00", "back again"),
    ("1970-01-01 00:00:10", "1970"),
    ("2028-02-29 12:00:00", "a leap day"),
    ("2027-12-30 10:00:00", "four hundred days on"),
    ("2038-01-19 03:14:08", "2038"),
    ("2026-11-25 10:10:00", "the present again"),
];
/// The file that says where the clock stands.
const CLOCK: &str = "clock";
/// Matters filed after each jump.
const MATTERS: u64 = 6;
/// How long each time lasts, in milliseconds: longer than the round in which things happen by themselves.
const STAY_MILLIS: u64 = 6_500;

/// Goes through all jumps `count` times.
pub fn run(drill: &Drill) -> Result<Report, String> {
    let Some(library) = library() else {
        return Ok(Report::lacking("libfaketime is not there: apt-get install libfaketime"));
    };
    let mut report = Report::default();
    let mut acknowledged = 0;
    for round in 0..drill.count {
        let house = House::make_within(&drill.binary, |house| {
            set(&house.beside(CLOCK), &at(JUMPS[0].0))?;
            Ok(environment(&library, &house.beside(CLOCK)))
        })?;
        let clock = house.beside(CLOCK);
        let (oracle, mut chance) = (Oracle::default(), Chance::seed_from_u64(drill.seed.wrapping_add(round)));
        let mut server = house.start()?;
        for (to, what) in JUMPS {
            set(&clock, &at(to))?;
            pause(STAY_MILLIS);
            if round % 2 == 1 {
                server.kill();
                server = house.start()?;
            } else if !server.runs() {
                report.findings.push(format!("F06: the program ended at {what}"));
                server = house.start()?;
            }
            for number in 0..MATTERS {
                let act = Act::invent(&mut chance, number);
                let at = oracle.intend(act.clone());
                oracle.hear(at, server.http().file(&act).as_ref());
            }
            report.findings.extend(oracle.settle(&server).0.into_iter().map(|found| format!("{what}: {found}")));
            report.findings.extend(oracle.ask(&server, 0).0.into_iter().map(|found| format!("{what}: {found}")));
        }
        // and once more over a start, with the clock where it was last
        server.kill();
        let server = house.start()?;
        let (last, wrong) = backwards(&server);
        report.findings.extend(wrong);
        if round % 2 == 0 && last.as_str() > JUMPS[0].0 {
            report.findings.push(format!("F06: a jump was followed: the log has come to {last}"));
        }
        report.findings.extend(oracle.check(&house, &server).0);
        acknowledged += oracle.counts().1;
        drill.tell(round, "all jumps done");
    }
    report.told = format!("{} jumps, {acknowledged} matters acknowledged", drill.count * JUMPS.len() as u64);
    Ok(report)
}

/// Finds the library by which a clock is moved under a program.
pub(super) fn library() -> Option<PathBuf> {
    FOLDERS.iter().map(|folder| Path::new(folder).join(LIBRARY)).find(|path| path.exists())
}

/// Names a time at which a clock stands and from which it goes on.
fn at(time: &str) -> String {
    format!("@{time}")
}

/// Returns what a program needs in its environment so that its clock is what a file says.
pub(super) fn environment(library: &Path, clock: &Path) -> Vec<(String, String)> {
    let text = |path: &Path| path.display().to_string();
    let pairs = [
        ("LD_PRELOAD", text(library)),
        ("FAKETIME_TIMESTAMP_FILE", text(clock)),
        ("FAKETIME_NO_CACHE", "1".to_owned()),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
        ("TZ", "UTC".to_owned()),
    ];
    pairs.map(|(name, value)| (name.to_owned(), value)).into()
}

/// Sets a clock: to a time (`@…`) or so many seconds ahead of the machine's (`+…`). It goes on from there.
pub(super) fn set(clock: &Path, to: &str) -> Result<(), String> {
    let part = clock.with_extension("part");
    fs::write(&part, format!("{to}\n")).and_then(|()| fs::rename(&part, clock)).map_err(|error| error.to_string())
}

/// Checks that no entry of the log is dated before the one it follows, and returns the last day.
fn backwards(server: &Server) -> (String, Vec<String>) {
    let mut last = String::new();
    let mut found = Vec::new();
    let size = server.http().get("/log/checkpoint").and_then(|answer| answer.body.lines().nth(1)?.parse::<u64>().ok());
    for index in 0..size.unwrap_or_default().div_ceil(256) {
        let width = (size.unwrap_or_default() - index * 256).min(256) as u16;
        let path = format!("/log/{}", tlog::Tile { level: None, index, width });
        let bytes = server.http().get(&path).map(|answer| answer.bytes).unwrap_or_default();
        for entry in tlog::bundle::decode(&bytes).unwrap_or_default() {
            let day = serde_json::from_slice::<Value>(entry).ok().and_then(|fact| Some(fact["d"].as_str()?.to_owned()));
            let day = day.unwrap_or_default();
            if day < last {
                found.push(format!("F06: an entry of {day} follows one of {last}"));
            }
            last = day;
        }
    }
    (last, found)
}
