//! F20: a backup is taken while residents file, restored elsewhere, and everything acknowledged before it began is asked for
//! there; the restored site files on.

use super::crowd::{file_during, pause};
use super::house::House;
use super::{Drill, Report};
use crate::oracle::{Act, Oracle};
use civic::chance::Chance;
use rand_core::SeedableRng;

/// How long residents file before and after, in milliseconds.
const BESIDE_MILLIS: u64 = 500;

/// Backs up and restores `count` times.
pub fn run(drill: &Drill) -> Result<Report, String> {
    let house = House::make(&drill.binary)?;
    let (oracle, mut report) = (Oracle::default(), Report::default());
    let (mut chance, mut asked) = (Chance::seed_from_u64(drill.seed), 0);
    for round in 0..drill.count {
        let server = house.start()?;
        let to = house.beside(&format!("backup-{round}"));
        let (mut taken, mut acknowledged) = (None, Vec::new());
        file_during(&oracle, *server.http(), drill.seed.wrapping_add(round), || {
            pause(BESIDE_MILLIS);
            acknowledged = oracle.heard();
            taken = Some(house.tool(&["backup", "--to", &to.display().to_string()]));
            pause(BESIDE_MILLIS);
        });
        let taken = taken.filter(|taken| taken.success).ok_or("F20: the backup could not be taken beside the running program")?;
        let from = taken.words.lines().next().unwrap_or_default().to_owned();
        let other = house.elsewhere()?;
        let restored = other.run(&["restore", "--from", &from, "--data", &other.data().display().to_string()]);
        if !restored.success {
            report.findings.push(format!("F20: the backup cannot be restored: {}", restored.words));
            break;
        }
        let there = other.start()?;
        report.findings.extend(oracle.ask_for(&there, &acknowledged).0);
        asked += acknowledged.len();
        let act = Act::invent(&mut chance, round);
        if there.http().file(&act).is_none_or(|answer| answer.status != 201) {
            report.findings.push("F20: nobody can file on the restored site".to_owned());
        }
        for words in [&["verify", "--database"][..], &["rebuild", "--check"]] {
            let output = other.tool(words);
            if !output.success {
                report.findings.push(format!("I4: restored: {}: {}", words.join(" "), output.words));
            }
        }
        drill.tell(round, &format!("{asked} acts asked for in restored sites"));
        if !report.findings.is_empty() {
            break;
        }
    }
    let server = house.start()?;
    report.findings.extend(oracle.settle(&server).0);
    report.findings.extend(oracle.check(&house, &server).0);
    report.told = format!("{} backups restored, {asked} matters asked for there", drill.count);
    Ok(report)
}
