//! F17: the leader of three machines under Patroni is killed, or cut off from the others and joined again, while residents file.
//!
//! The program is given all three addresses. What it acknowledged must be on whichever machine leads afterwards.

use super::crowd::{file_during, pause};
use super::house::House;
use super::patroni::{Patroni, lacking};
use super::{Drill, Report, audit};
use crate::oracle::Oracle;

/// How long residents file before and after, in milliseconds.
const AROUND_MILLIS: u64 = 1_000;
/// How long the leader is cut off, in milliseconds: well longer than its right to lead lasts.
const CUT_MILLIS: u64 = 35_000;
/// Longest time until the program is ready again once another machine leads, in seconds.
const READY_SECONDS_MAX: u64 = 90;

/// Does both `count` times.
pub fn run(drill: &Drill) -> Result<Report, String> {
    if let Some(what) = lacking() {
        return Ok(Report::lacking(&what));
    }
    let mut machines = Patroni::make()?;
    let house = House::make_on(&drill.binary, &Patroni::url())?;
    let (oracle, mut report, mut left) = (Oracle::default(), Report::default(), 0);
    let (mut killed, mut cut, mut longest) = (0, 0, 0);
    let mut server = house.start()?;
    for turn in 0..drill.count * 2 {
        let from = oracle.counts().0;
        let leader = machines.leader(None).ok_or("no machine leads")?;
        let kills = turn.is_multiple_of(2);
        let mut done = Ok(0);
        file_during(&oracle, *server.http(), drill.seed.wrapping_add(turn), || {
            pause(AROUND_MILLIS);
            done = strike(&mut machines, leader, kills);
            pause(AROUND_MILLIS);
        });
        let way = if kills { "killed" } else { "cut off" };
        longest = longest.max(done.map_err(|why| format!("{way}: {why}"))?);
        killed += u64::from(kills);
        cut += u64::from(!kills);
        machines.whole().map_err(|why| format!("{way}: {why}"))?;
        if server.ready_again(READY_SECONDS_MAX).is_err() {
            left += 1;
            server.kill();
            server = house.start().map_err(|why| format!("{way}: {why}"))?;
        }
        report.findings.extend(audit(&oracle, &server, from).into_iter().map(|found| format!("turn {turn}, {way}: {found}")));
        println!("  {}: leader {way}, {} acts so far", turn + 1, oracle.counts().0);
        if !report.findings.is_empty() {
            break;
        }
    }
    report.findings.extend(oracle.check(&house, &server).0);
    let acknowledged = oracle.counts().1;
    report.told = format!(
        "leader killed {killed} times and cut off {cut} times, another led after {longest} s at most, program started anew {left} \
         times, {acknowledged} matters acknowledged"
    );
    Ok(report)
}

/// Kills the leader, or cuts it off for a while; it comes back. Returns after how many seconds another led.
fn strike(machines: &mut Patroni, leader: u8, kills: bool) -> Result<u64, String> {
    if kills {
        machines.kill(leader);
        let took = machines.another(leader)?;
        pause(AROUND_MILLIS);
        machines.start(leader)?;
        return Ok(took);
    }
    Patroni::cut(leader, true)?;
    let took = machines.another(leader);
    pause(CUT_MILLIS.saturating_sub(took.as_ref().map_or(0, |seconds| seconds * 1_000)));
    Patroni::cut(leader, false)?;
    took
}
