//! What is asked after a drill did its worst.

use std::collections::{BTreeMap, HashSet};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::act::percent;
use super::log::Log;
use super::{CANARIES, Entry, Oracle};
use crate::drill::crowd::pause;
use crate::drill::house::{House, Server};

/// Times an unheard act is sent again before the oracle gives up on it.
const AGAIN_MAX: u32 = 20;
/// Threads that ask at once.
const ASK_THREADS: usize = 4;
/// Lines of the program's log that are told beside unclear answers.
const ERRORS_TOLD_MAX: usize = 3;
/// How long the page of figures may count before it shows a month.
const COUNTED_WITHIN: Duration = Duration::from_mins(1);
/// Between two looks at it, in milliseconds.
const COUNTED_ASK_MILLIS: u64 = 200;
/// Findings that are told; more are counted.
const FINDINGS_TOLD_MAX: usize = 20;

/// Is what did not hold, each with the invariant it breaks. Empty = everything held.
#[derive(Debug, Default, Clone)]
pub struct Findings(pub Vec<String>);

impl Findings {
    pub(super) fn note(&mut self, result: Result<(), String>) {
        if let Err(what) = result {
            self.0.push(what);
        }
    }
}

impl Oracle {
    /// Sends everything again that nothing was heard about, until it is acknowledged (I6).
    pub fn settle(&self, server: &Server) -> Findings {
        let mut findings = Findings::default();
        for at in self.unheard() {
            let heard = (0..AGAIN_MAX).any(|_| {
                self.again(at);
                self.hear(at, server.http().file(&self.entry(at).act).as_ref());
                self.entry(at).told.is_some()
            });
            if !heard {
                findings.0.push(format!("I6: {} gets no answer however often it is sent", self.entry(at).act.key));
            }
        }
        findings
    }

    /// Asks for what was acknowledged from a place of the ledger on: the words by number and code (I1), and the same answer
    /// to the same form (I2).
    pub fn ask(&self, server: &Server, from: usize) -> Findings {
        let all: Vec<usize> = (from..self.counts().0).collect();
        self.ask_for(server, &all)
    }

    /// Asks for the acts at these places.
    pub fn ask_for(&self, server: &Server, all: &[usize]) -> Findings {
        let part = |part: &[usize]| part.iter().flat_map(|at| self.ask_one(server, *at)).collect::<Vec<_>>();
        thread::scope(|scope| {
            let parts = all.chunks(all.len().div_ceil(ASK_THREADS).max(1));
            let threads: Vec<_> = parts.map(|ats| scope.spawn(move || part(ats))).collect();
            Findings(threads.into_iter().flat_map(|thread| thread.join().expect("asking does not panic")).collect())
        })
    }

    fn ask_one(&self, server: &Server, at: usize) -> Vec<String> {
        let (entry, mut findings) = (self.entry(at), Findings::default());
        if entry.told.is_none() {
            return findings.0;
        }
        findings.note(there(server, &entry));
        let again = server.http().file(&entry.act);
        if again.as_ref().is_none_or(|answer| answer.status != 200) {
            let status = again.as_ref().map_or(0, |answer| answer.status);
            findings.0.push(format!("I2: {} sent again is answered with {status}", entry.act.key));
        }
        self.hear(at, again.as_ref());
        findings.0
    }

    /// Checks everything, the operator's own tools included. Everything sent must have been settled.
    pub fn check(&self, house: &House, server: &Server) -> Findings {
        let mut findings = Findings::default();
        match Log::fetch(server.http(), self) {
            Ok(log) => self.against(&log, server, &mut findings),
            Err(what) => findings.0.push(what),
        }
        for (name, words) in [("verify --database", &["verify", "--database"][..]), ("rebuild --check", &["rebuild", "--check"])]
        {
            let output = house.tool(words);
            if !output.success {
                findings.0.push(format!("I4: minsheng {name}: {}", output.words));
            }
        }
        let log = house.log();
        let ledger = self.ledger();
        let words: HashSet<&str> = log.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').collect();
        let told = ledger.entries.iter().filter_map(|entry| entry.told.as_ref());
        let secrets = told.flat_map(|told| [told.number.clone(), told.code.clone(), told.code.replace('-', "")]);
        let secrets = secrets.filter(|secret| words.contains(secret.as_str()));
        let canaries = CANARIES.iter().filter(|text| log.contains(**text)).map(|text| (*text).to_owned());
        findings.0.extend(canaries.chain(secrets).map(|secret| format!("I7: {secret} stands in the program's log")));
        findings.0.extend(ledger.faults.iter().cloned());
        findings.0.sort();
        findings.0.dedup();
        let unclear = findings.0.iter().any(|finding| finding.contains("was answered with 5"));
        let more = findings.0.len().saturating_sub(FINDINGS_TOLD_MAX);
        findings.0.truncate(FINDINGS_TOLD_MAX);
        if more > 0 {
            findings.0.push(format!("… and {more} more"));
        }
        if unclear {
            let errors = log.lines().filter(|line| line.contains("ERROR") && line.contains("\"status\":500"));
            findings.0.extend(errors.take(ERRORS_TOLD_MAX).map(|line| format!("log: {line}")));
        }
        findings
    }

    fn against(&self, log: &Log, server: &Server, findings: &mut Findings) {
        let ledger = self.ledger();
        for note in ledger.checkpoints.values() {
            findings.note(log.begins_with(note));
        }
        let mut numbers: BTreeMap<&str, &str> = BTreeMap::new();
        for entry in &ledger.entries {
            let Some(told) = &entry.told else { continue };
            findings.note(log.holds(entry, &told.receipt));
            if let Some(other) = numbers.insert(&told.number, &entry.act.key).filter(|other| *other != entry.act.key) {
                findings.0.push(format!("I2: {} and {other} were told one number, {}", entry.act.key, told.number));
            }
        }
        let sealed = ledger.entries.iter().filter(|entry| entry.told.is_some() && entry.act.is_sealed()).count();
        let filed = log.entries.iter().filter(|entry| entry.contains("\"k\":\"filed\"")).count();
        if filed != numbers.len() - sealed {
            let text = format!("I2: the log holds {filed} filings, {} were acknowledged", numbers.len() - sealed);
            findings.0.push(text);
        }
        let months = counted(server);
        if months.is_empty() {
            findings.0.push("I5: the page of figures shows no month".to_owned());
        }
        for (month, said) in months {
            let day = format!("\"d\":\"{month}-");
            let filed = log.entries.iter().filter(|entry| entry.contains("\"k\":\"filed\"") && entry.contains(&day)).count();
            if said != filed {
                findings.0.push(format!("I5: the page of figures says {said} received in {month}, the log says {filed}"));
            }
        }
    }
}

/// Checks that an acknowledged matter can be followed and says what was written.
fn there(server: &Server, entry: &Entry) -> Result<(), String> {
    let Some(told) = &entry.told else { return Ok(()) };
    let form = format!("number={}&query_code={}", percent(&told.number), percent(&told.code));
    let answer = server.http().post_json("/track", &form);
    let answer = answer.ok_or_else(|| format!("I1: {} cannot be followed: no answer", told.number))?;
    let value: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    match value["what"].as_str() {
        Some(what) if what == entry.act.what => Ok(()),
        Some(_) => Err(format!("I1: {} says something else than was written", told.number)),
        None => Err(format!("I1: {} was acknowledged and is not there ({})", told.number, answer.status)),
    }
}

/// Asks for the page of figures until it shows a month. After the start of a large site it says that they are being counted.
fn counted(server: &Server) -> Vec<(String, usize)> {
    let late = Instant::now() + COUNTED_WITHIN;
    loop {
        let months = published(server);
        if !months.is_empty() || Instant::now() > late {
            return months;
        }
        pause(COUNTED_ASK_MILLIS);
    }
}

/// Reads the numbers of matters received off the page of figures, by month: the first number of the last row of each table.
fn published(server: &Server) -> Vec<(String, usize)> {
    let page = server.http().get("/figures").filter(|answer| answer.status == 200).map(|answer| answer.body).unwrap_or_default();
    let of = |section: &str| {
        let (year, rest) = section.split_once('年')?;
        let month: u8 = rest.split_once('月')?.0.trim().parse().ok()?;
        let month = format!("{}-{month:02}", year.trim());
        let Some(table) = section.split("<tbody>").nth(1) else { return Some((month, 0)) };
        let cell = table.split("</tbody>").next()?.rsplit("<tr>").next()?.split("<td").nth(1)?;
        Some((month, cell.split_once('>')?.1.split('<').next()?.trim().parse().ok()?))
    };
    page.split("<h2>").skip(1).filter_map(of).collect()
}
