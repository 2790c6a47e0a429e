//! F31: the site key is changed while residents file, and the program dies in the middle of it.

use civic::chance::{self, Chance};
use rand_core::SeedableRng;

use super::crowd::{file_during, pause};
use super::house::House;
use super::rounds::deaths;
use super::{Drill, Report};
use crate::oracle::Oracle;

/// Longest time between the beginning of the change and the death, in milliseconds.
const LIFE_MILLIS_MAX: u64 = 400;
/// How long residents file before, in milliseconds.
const BEFORE_MILLIS: u64 = 300;

/// Changes the key `count` times; in every other round the program dies meanwhile.
pub fn run(drill: &Drill) -> Result<Report, String> {
    let house = House::make(&drill.binary)?;
    let (oracle, mut chance, mut changed) = (Oracle::default(), Chance::seed_from_u64(drill.seed), 0);
    let mut findings = deaths((drill, &house, &oracle), |round, server, findings| {
        // what was sealed under older keys still opens
        findings.extend(oracle.ask(&server, 0).0);
        let life = u64::from_be_bytes(chance::bytes(&mut chance)) % LIFE_MILLIS_MAX;
        let mut done = None;
        file_during(&oracle, *server.http(), drill.seed.wrapping_add(round), || {
            pause(BEFORE_MILLIS);
            if round % 2 == 0 {
                done = Some(house.tool(&["key", "rotate"]));
                return;
            }
            std::thread::scope(|scope| {
                scope.spawn(|| house.tool(&["key", "rotate"]));
                pause(life);
                server.kill();
            });
        });
        match done {
            Some(output) if !output.success => findings.push(format!("F31: the key cannot be changed: {}", output.words)),
            Some(_) => changed += 1,
            None => {}
        }
        Ok(String::new())
    })?;
    findings.extend(oracle.ask(&house.start()?, 0).0);
    let told = format!("key changed {changed} times in order, {} matters acknowledged", oracle.counts().1);
    Ok(Report { findings, told, lacking: None })
}
