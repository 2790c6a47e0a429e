//! F04: the disk is full, or has no room for one more file, while residents file; and then it has room again.

use std::fs::{self, File};
use std::io::Write;

use super::crowd::{file_during, pause};
use super::disk::{Disk, Medium};
use super::house::{House, NotReady};
use super::{Drill, Report, audit};
use crate::oracle::Oracle;

/// The disk, as mount options: room for the drill, and inodes for its files.
const DISK: &str = "size=768m,nr_inodes=20000";
/// How long the disk stays full, in milliseconds.
const FULL_MILLIS: u64 = 700;
/// How long residents file before it is full, in milliseconds.
const BEFORE_MILLIS: u64 = 200;
/// Longest time until it is ready again, in seconds.
const READY_SECONDS_MAX: u64 = 30;

/// Fills the disk `count` times, by bytes and by files in turn.
pub fn run(drill: &Drill) -> Result<Report, String> {
    let mut house = House::make(&drill.binary)?;
    let Some(disk) = Disk::under(&mut house, Medium::Memory(DISK))? else {
        return Ok(Report::lacking("neither root nor user namespaces: no disk can be mounted"));
    };
    let (oracle, mut report) = (Oracle::default(), Report::default());
    let mut server = house.start()?;
    for round in 0..drill.count {
        let from = oracle.counts().0;
        let http = *server.http();
        let mut read = 0;
        file_during(&oracle, http, drill.seed.wrapping_add(round), || {
            pause(BEFORE_MILLIS);
            let fillers = if round.is_multiple_of(2) { fill(&disk) } else { crowd(&disk) };
            pause(FULL_MILLIS);
            read = http.get("/log/checkpoint").map_or(0, |answer| answer.status);
            for filler in &fillers {
                drop(fs::remove_file(filler));
            }
        });
        if read != 200 {
            report.findings.push(format!("F04: reading stopped while the disk was full ({read})"));
        }
        let ready = server.ready_again(READY_SECONDS_MAX);
        report.findings.extend(ready.err().map(|why| {
            match why {
                NotReady::Ended => "F04: the program ended because the disk was full",
                NotReady::Late => "F04: not ready again although there is room",
            }
            .to_owned()
        }));
        report.findings.extend(audit(&oracle, &server, from));
        // what was acknowledged beside a full disk must also be there after a death
        server.kill();
        server = house.start()?;
        report.findings.extend(oracle.ask(&server, from).0);
        drill.tell(round, &format!("{} acts so far", oracle.counts().0));
        if !report.findings.is_empty() {
            break;
        }
    }
    report.findings.extend(oracle.check(&house, &server).0);
    report.told = format!("full {} times, {} matters acknowledged", drill.count, oracle.counts().1);
    Ok(report)
}

/// Takes all room with one file.
fn fill(disk: &Disk) -> Vec<std::path::PathBuf> {
    let path = disk.path("filler");
    if let Ok(mut file) = File::create(&path) {
        while file.write_all(&[0; 4_096]).is_ok() {}
    }
    vec![path]
}

/// Takes all inodes with empty files.
fn crowd(disk: &Disk) -> Vec<std::path::PathBuf> {
    let paths = (0..).map(|number: u32| disk.path(&format!("filler-{number}")));
    paths.take_while(|path| File::create(path).is_ok()).collect()
}
