//! F08: the process dies while every resident sends a large file along: in the middle of a file, between file and row, between
//! row and answer.
//!
//! No row may name a file that is not there or not whole, and what was left unfinished goes after a day.

use std::path::Path;
use std::process::Command;

use civic::chance::{self, Chance};
use rand_core::SeedableRng;

use super::crowd::{Load, file_among, pause};
use super::house::{House, Output};
use super::rounds::deaths;
use super::{Drill, Report};
use crate::oracle::Oracle;

/// Size of each file sent along, in bytes.
const FILE_BYTES: usize = 400_000;
/// Longest time between start and death, in milliseconds.
const LIFE_MILLIS_MAX: u64 = 4_000;
/// Longest time until the program has swept, in seconds.
const SWEPT_SECONDS: u64 = 30;

/// Kills the program `count` times.
pub fn run(drill: &Drill) -> Result<Report, String> {
    let house = House::make(&drill.binary)?;
    let (oracle, mut chance) = (Oracle::default(), Chance::seed_from_u64(drill.seed));
    let mut findings = deaths((drill, &house, &oracle), |round, server, _| {
        let life = 20 + u64::from_be_bytes(chance::bytes(&mut chance)) % LIFE_MILLIS_MAX;
        let load = Load { file_bytes: FILE_BYTES, ..Load::of(drill.seed.wrapping_add(round)) };
        file_among(&oracle, &[*server.http()], load, || {
            pause(life);
            server.kill();
        });
        Ok(format!("lived {life} ms, "))
    })?;
    let files = house.data().join("files");
    let (unfinished, all) = (count(&files, "*.new"), count(&files, "*"));
    // two days later
    drop(Command::new("find").arg(&files).args(["-type", "f", "-exec", "touch", "-d", "2 days ago", "{}", "+"]).status());
    let server = house.start()?;
    let swept = (0..SWEPT_SECONDS).any(|_| {
        pause(1_000);
        house.log().contains("files that nothing names were removed")
    });
    if count(&files, "*.new") > 0 || (unfinished > 0 && !swept) {
        findings.push(format!("F08: {} unfinished files are still there after two days", count(&files, "*.new")));
    }
    findings.extend(oracle.check(&house, &server).0);
    let (left, acknowledged) = (count(&files, "*"), oracle.counts().1);
    let told = format!(
        "{} deaths, {acknowledged} matters with a file acknowledged, {unfinished} of {all} files unfinished, {left} left after two days",
        drill.count
    );
    Ok(Report { findings, told, lacking: None })
}

fn count(folder: &Path, name: &str) -> usize {
    Output::of(Command::new("find").arg(folder).args(["-type", "f", "-name", name])).words.lines().count()
}
