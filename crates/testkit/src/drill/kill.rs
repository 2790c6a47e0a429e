//! F01: the process dies at any instruction, again and again, while residents file.

use civic::chance::{self, Chance};
use rand_core::SeedableRng;

use super::crowd::{file_during, pause};
use super::house::House;
use super::rounds::deaths;
use super::{Drill, Report};
use crate::oracle::Oracle;

/// Shortest time between start and death, in milliseconds.
const LIFE_MILLIS_MIN: u64 = 20;
/// Longest time between start and death, in milliseconds.
const LIFE_MILLIS_MAX: u64 = 1_500;

/// Kills the program `count` times.
pub fn run(drill: &Drill) -> Result<Report, String> {
    let house = House::make(&drill.binary)?;
    let (oracle, mut chance) = (Oracle::default(), Chance::seed_from_u64(drill.seed));
    let mut findings = deaths((drill, &house, &oracle), |round, server, _| {
        let drawn = u64::from_be_bytes(chance::bytes(&mut chance));
        let life = LIFE_MILLIS_MIN + drawn % (LIFE_MILLIS_MAX - LIFE_MILLIS_MIN);
        file_during(&oracle, *server.http(), drill.seed.wrapping_add(round), || {
            pause(life);
            server.kill();
        });
        Ok(format!("lived {life} ms, "))
    })?;
    if findings.is_empty() {
        findings.extend(oracle.check_derived(&house)?.0);
    }
    let told = format!("{} deaths, {} matters acknowledged", drill.count, oracle.counts().1);
    Ok(Report { findings, told, lacking: None })
}
