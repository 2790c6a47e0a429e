//! Rounds that each end in a death: the program runs, something is done to it until it is no more, it is started anew, and
//! everything of the round is asked for.

use super::house::{House, Server};
use super::{Drill, audit};
use crate::oracle::Oracle;

/// Goes through the rounds of a drill and returns what did not hold. `strike` does its worst to the running program, ends it,
/// and says what it did; what it finds itself it adds. The first finding ends the rounds; then all of it is checked once more.
pub(super) fn deaths(
    (drill, house, oracle): (&Drill, &House, &Oracle),
    mut strike: impl FnMut(u64, Server, &mut Vec<String>) -> Result<String, String>,
) -> Result<Vec<String>, String> {
    let mut findings = Vec::new();
    for round in 0..drill.count {
        let from = oracle.counts().0;
        let told = strike(round, house.start()?, &mut findings)?;
        let server = house.start()?;
        findings.extend(audit(oracle, &server, from));
        server.kill();
        drill.tell(round, &format!("{told}{} acts so far", oracle.counts().0));
        if !findings.is_empty() {
            break;
        }
    }
    let server = house.start()?;
    findings.extend(oracle.check(house, &server).0);
    Ok(findings)
}
