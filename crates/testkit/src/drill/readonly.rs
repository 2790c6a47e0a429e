//! F05: the disk turns read-only under the program, as ext4 does when it meets an error of its own.
//!
//! Reading goes on, or the program leaves with words; what was acknowledged before is there afterwards; a start on the disk as
//! it is then is refused with words, and after the repair everything goes on.

use super::crowd::{file_during, pause};
use super::disk::{Disk, FileSystem, Medium};
use super::house::House;
use super::rounds::deaths;
use super::{Drill, Report};
use crate::oracle::Oracle;

/// How long residents file before, in milliseconds.
const BEFORE_MILLIS: u64 = 300;
/// How long the disk stays so, in milliseconds.
const AFTER_MILLIS: u64 = 1_500;
/// Lines the program may log for each form that was sent, and beside: more is a loop.
const LINES_OF_FORM_MAX: usize = 4;
const LINES_MAX: usize = 500;

/// Lets the disk turn read-only `count` times.
pub fn run(drill: &Drill) -> Result<Report, String> {
    let mut house = House::make(&drill.binary)?;
    let Some(disk) = Disk::under(&mut house, Medium::Image(FileSystem::Ext4))? else {
        return Ok(Report::lacking("no disk image can be mounted: that needs root and loop devices"));
    };
    let oracle = Oracle::default();
    let (mut stayed, mut left) = (0, 0);
    let findings = deaths((drill, &house, &oracle), |round, mut server, findings| {
        let (from, lines) = (oracle.counts().0, house.log().lines().count());
        let http = *server.http();
        let mut spoiled = Ok(());
        let mut read = 0;
        file_during(&oracle, http, drill.seed.wrapping_add(round), || {
            pause(BEFORE_MILLIS);
            // In the moment of its own error the kernel answers one more fdatasync with success and loses what it was for; a
            // plain loop of writes shows the same, in 3 of 20 tries on Linux 6.18. No program can know.
            oracle.cut();
            spoiled = disk.spoil();
            pause(AFTER_MILLIS);
            read = http.get("/log/checkpoint").map_or(0, |answer| answer.status);
        });
        spoiled?;
        match (server.runs(), read) {
            (true, 200) => stayed += 1,
            (true, status) => findings.push(format!("F05: the program runs, and reading is answered with {status}")),
            (false, _) => left += 1,
        }
        let said = house.log().lines().count() - lines;
        if said > LINES_MAX + LINES_OF_FORM_MAX * (oracle.counts().0 - from) {
            findings.push(format!("F05: {said} lines were logged in {AFTER_MILLIS} ms"));
        }
        server.kill();
        findings.extend(starts_meanwhile(&house));
        disk.again()?;
        oracle.mend();
        Ok(String::new())
    })?;
    let told = format!("went on reading {stayed} times, left {left} times, {} matters acknowledged", oracle.counts().1);
    Ok(Report { findings, told, lacking: None })
}

/// Tries a start on the disk as it is, which must be refused with words.
fn starts_meanwhile(house: &House) -> Option<String> {
    match house.start() {
        Ok(_) => Some("F05: the program starts on a disk it cannot write to".to_owned()),
        Err(why) if why.contains("panicked") || why.ends_with(": ") => {
            Some(format!("F05: a start on a read-only disk is not refused with words: {why}"))
        }
        Err(_) => None,
    }
}
