//! F03: one call that makes data durable fails, somewhere, and the power goes soon after.
//!
//! The n-th `fsync` or `fdatasync` of the running program, for any file or for one of its databases, is answered with an error
//! and not carried out. Of a database the program must then take no more writes and leave; of a file sent along it may go on, without having
//! acknowledged the file. Either way the power is cut, and what was acknowledged must be there.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use civic::chance::{self, Chance};
use rand_core::SeedableRng;

use super::crowd::{file_during, pause};
use super::disk::{Disk, FileSystem, Medium};
use super::house::{House, Server};
use super::rounds::deaths;
use super::{Drill, Report};
use crate::oracle::Oracle;

/// Which calls fail, and up to which of them, counted from the moment of looking: of any file, then of each database by turns,
/// for of all calls those for files sent along are the most.
const WHERE: &[(Option<&str>, u64)] = &[(None, 60), (Some("minsheng.db-wal"), 40), (Some("keys.db-wal"), 2)];
/// Time in which the call comes, in milliseconds.
const LIFE_MILLIS: u64 = 4_000;
/// Time in which the program leaves after it, in milliseconds.
const LEAVE_MILLIS: u64 = 4_000;
/// Time between two looks, in milliseconds.
const LOOK_MILLIS: u64 = 20;
/// Looks for the tracer before it is given up.
const LOOKS_MAX: u32 = 500;

/// Lets one call fail `count` times.
pub fn run(drill: &Drill) -> Result<Report, String> {
    if Command::new("strace").arg("-V").stdout(Stdio::null()).status().is_err() {
        return Ok(Report::lacking("strace is not there: apt-get install strace"));
    }
    let mut house = House::make(&drill.binary)?;
    let Some(disk) = Disk::under(&mut house, Medium::Image(FileSystem::Ext4))? else {
        return Ok(Report::lacking("no disk image can be mounted: that needs root and loop devices"));
    };
    let (oracle, mut chance) = (Oracle::default(), Chance::seed_from_u64(drill.seed));
    let (mut left, mut files, mut never) = (0, 0, 0);
    let mut findings = deaths((drill, &house, &oracle), |round, mut server, findings| {
        let trace = house.beside("trace");
        let (only, calls) = WHERE[(round % WHERE.len() as u64) as usize];
        let only = only.map(|name| house.data().join(name));
        let call = 1 + u64::from_be_bytes(chance::bytes(&mut chance)) % calls;
        let mut tracer = attach(&server, call, (&trace, only.as_deref()))?;
        let mut outcome = Ok(Fate::Never);
        let http = *server.http();
        file_during(&oracle, http, drill.seed.wrapping_add(round), || {
            outcome = watch(&mut server, &trace);
            oracle.cut();
            drop(disk.cut());
        });
        match outcome {
            Ok(Fate::Left) => left += 1,
            Ok(Fate::OfFile) => files += 1,
            Ok(Fate::Never) => never += 1,
            Err(what) => findings.push(format!("F03: call {call}: {what}")),
        }
        server.kill();
        drop(tracer.kill());
        drop(tracer.wait());
        disk.again()?;
        oracle.mend();
        Ok(format!("call {call}, "))
    })?;
    if never * 2 > drill.count {
        findings.push(format!("F03: in {never} of {} rounds no call failed: the drill shows too little", drill.count));
    }
    let acknowledged = oracle.counts().1;
    let told = format!("{left} failed on a database, {files} on a file, {never} never came, {acknowledged} matters acknowledged");
    Ok(Report { findings, told, lacking: None })
}

/// Is what became of a call that was to fail.
enum Fate {
    /// It was for a database, and the program left.
    Left,
    /// It was for a file sent along.
    OfFile,
    /// It never came in the time given.
    Never,
}

/// Lets the n-th call fail from now on, and waits until that is in force.
fn attach(server: &Server, call: u64, (trace, only): (&Path, Option<&Path>)) -> Result<Child, String> {
    drop(fs::remove_file(trace));
    let inject = format!("inject=fsync,fdatasync:error=EIO:when={call}");
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "strace", "-f", "-y", "-e", "trace=fsync,fdatasync", "-e", &inject, "-p"]);
    command.arg(server.process().to_string()).arg("-o").arg(trace).stderr(Stdio::null());
    if let Some(only) = only {
        command.arg("-P").arg(only);
    }
    let tracer = command.spawn().map_err(|error| format!("strace: {error}"))?;
    let status = format!("/proc/{}/status", server.process());
    for _ in 0..LOOKS_MAX {
        let traced = fs::read_to_string(&status).unwrap_or_default();
        if traced.lines().any(|line| line.starts_with("TracerPid:") && !line.trim_end().ends_with("\t0")) {
            return Ok(tracer);
        }
        pause(LOOK_MILLIS);
    }
    Err("strace did not come to look at the program".to_owned())
}

/// Waits until the call has failed, and until the program left where it must.
fn watch(server: &mut Server, trace: &Path) -> Result<Fate, String> {
    let (mut waited, mut enough) = (0, LIFE_MILLIS);
    let mut failed = None;
    while waited < enough {
        pause(LOOK_MILLIS);
        waited += LOOK_MILLIS;
        let text = fs::read_to_string(trace).unwrap_or_default();
        let seen = failed.is_some();
        failed = text.lines().find(|line| line.contains("INJECTED")).map(str::to_owned);
        if failed.is_some() && !seen {
            enough = waited + LEAVE_MILLIS; // it may have come in the last moment
        }
        match &failed {
            Some(line) if !of_database(line) => return Ok(Fate::OfFile),
            Some(_) if !server.runs() => return Ok(Fate::Left),
            _ => {}
        }
    }
    match failed {
        Some(line) => Err(format!("the program goes on after {line}")),
        None => Ok(Fate::Never),
    }
}

fn of_database(line: &str) -> bool {
    line.contains(".db>") || line.contains(".db-wal>") || line.contains(".db-journal>")
}
