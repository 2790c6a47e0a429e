//! F31: the site key is changed while residents file, and the program dies in the middle of it.

use civic::chance::{self, Chance};
use rand_core::SeedableRng;

use super::crowd::{file_during, pause};
use super::house::House;
use super::{Drill, Report, audit};
use crate::oracle::Oracle;

/// Longest time between the beginning of the change and the death, in milliseconds.
const LIFE_MILLIS_MAX: u64 = 400;
/// How long residents file before, in milliseconds.
const BEFORE_MILLIS: u64 = 300;

/// Changes the key `count` times; in every other round the program dies meanwhile.
pub fn run(drill: &Drill) -> Result<Report, String> {
    let house = House::make(&drill.binary)?;
    let (oracle, mut chance, mut report) = (Oracle::default(), Chance::seed_from_u64(drill.seed), Report::default());
    let mut changed = 0;
    for round in 0..drill.count {
        let server = house.start()?;
        let from = oracle.counts().0;
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
            Some(output) if !output.success => report.findings.push(format!("F31: the key cannot be changed: {}", output.words)),
            Some(_) => changed += 1,
            None => {}
        }
        let server = house.start()?;
        report.findings.extend(audit(&oracle, &server, from));
        // what was sealed under older keys still opens
        report.findings.extend(oracle.ask(&server, 0).0);
        server.kill();
        drill.tell(round, &format!("{} acts so far", oracle.counts().0));
        if !report.findings.is_empty() {
            break;
        }
    }
    let server = house.start()?;
    report.findings.extend(oracle.check(&house, &server).0);
    report.told = format!("key changed {changed} times in order, {} matters acknowledged", oracle.counts().1);
    Ok(report)
}
