//! F26: the kernel ends the program because it may take no more memory, while residents file.

use std::fs;
use std::path::PathBuf;

use super::crowd::{file_during, pause};
use super::house::{House, Server};
use super::rounds::deaths;
use super::{Drill, Report};
use crate::oracle::Oracle;

/// Where the first version of control groups counts memory.
const GROUPS: &str = "/sys/fs/cgroup/memory";
/// What the program may take beyond what it has, in bytes: less than a moment of filing needs.
const MORE_BYTES: u64 = 256 << 10;
/// How long residents file before, in milliseconds.
const BEFORE_MILLIS: u64 = 300;
/// Time between two looks whether it has ended, in milliseconds.
const LOOK_MILLIS: u64 = 20;
/// Looks before it is killed by hand.
const LOOKS_MAX: u32 = 250;

/// Takes the memory away `count` times.
pub fn run(drill: &Drill) -> Result<Report, String> {
    let Some(group) = Group::make() else {
        return Ok(Report::lacking("no control group for memory can be made: that needs root and its first version"));
    };
    let house = House::make(&drill.binary)?;
    let (oracle, mut ended) = (Oracle::default(), 0);
    let mut findings = deaths((drill, &house, &oracle), |round, mut server, _| {
        let mut limited = Ok(());
        file_during(&oracle, *server.http(), drill.seed.wrapping_add(round), || {
            pause(BEFORE_MILLIS);
            limited = group.confine(&server);
            for _ in 0..LOOKS_MAX {
                if !server.runs() {
                    ended += 1;
                    break;
                }
                pause(LOOK_MILLIS);
            }
            server.kill();
        });
        limited.map(|()| String::new())
    })?;
    if ended == 0 {
        findings.push("F26: the kernel never ended the program: the drill shows nothing".to_owned());
    }
    let told = format!("ended by the kernel {ended} of {} times, {} matters acknowledged", drill.count, oracle.counts().1);
    Ok(Report { findings, told, lacking: None })
}

/// Is a control group of the drill's own.
struct Group(PathBuf);

impl Group {
    fn make() -> Option<Self> {
        let path = PathBuf::from(GROUPS).join(format!("minsheng-drill-{}", std::process::id()));
        fs::create_dir(&path).ok()?;
        let group = Self(path);
        fs::write(group.0.join("memory.limit_in_bytes"), MORE_BYTES.to_string()).ok()?;
        Some(group)
    }

    /// Counts what the program takes from now on.
    fn confine(&self, server: &Server) -> Result<(), String> {
        fs::write(self.0.join("cgroup.procs"), server.process().to_string()).map_err(|error| error.to_string())
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        drop(fs::remove_dir(&self.0));
    }
}
