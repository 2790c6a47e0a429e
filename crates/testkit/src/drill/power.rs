//! F02: the power goes while residents file. The file system is cut off from its disk at a drawn moment, without so much as
//! flushing its own log; then the program dies, the disk is mounted anew, and everything acknowledged before the cut is asked
//! for. On xfs and on ext4, in turn.

use civic::chance::{self, Chance};
use rand_core::SeedableRng;

use super::crowd::{file_during, pause};
use super::disk::{Disk, FileSystem, Medium};
use super::house::House;
use super::rounds::deaths;
use super::{Drill, Report};
use crate::oracle::Oracle;

/// Shortest time between start and cut, in milliseconds.
const LIFE_MILLIS_MIN: u64 = 20;
/// Longest time between start and cut, in milliseconds.
const LIFE_MILLIS_MAX: u64 = 1_200;
/// The file systems that are cut.
const SYSTEMS: &[FileSystem] = &[FileSystem::Xfs, FileSystem::Ext4];

/// Cuts the power `count` times on each file system.
pub fn run(drill: &Drill) -> Result<Report, String> {
    let (mut report, mut told) = (Report::default(), Vec::new());
    for system in SYSTEMS {
        let mut house = House::make(&drill.binary)?;
        let Some(disk) = Disk::under(&mut house, Medium::Image(*system))? else {
            return Ok(Report::lacking("no disk image can be mounted: that needs root and loop devices"));
        };
        let (oracle, mut chance) = (Oracle::default(), Chance::seed_from_u64(drill.seed));
        let mut before = 0;
        let found = deaths((drill, &house, &oracle), |round, server, _| {
            let drawn = u64::from_be_bytes(chance::bytes(&mut chance));
            let life = LIFE_MILLIS_MIN + drawn % (LIFE_MILLIS_MAX - LIFE_MILLIS_MIN);
            let mut cut = Ok(());
            file_during(&oracle, *server.http(), drill.seed.wrapping_add(round), || {
                pause(life);
                oracle.cut();
                before = oracle.counts().1;
                cut = disk.cut();
                server.kill();
            });
            cut?;
            disk.again()?;
            oracle.mend();
            Ok(format!("{}: lived {life} ms, {before} acknowledged before the last cut, ", system.name()))
        })?;
        report.findings.extend(found);
        told.push(format!("{} cuts on {}, {} matters acknowledged", drill.count, system.name(), oracle.counts().1));
    }
    report.told = told.join("; ");
    Ok(report)
}
