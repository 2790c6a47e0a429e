//! What follows the journal and may be deleted: the index of words, the counters of the boards, the issues. After a drill each says
//! what the log says, and says the same again once it was deleted and made anew.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::log::Log;
use super::{Entry, Findings, Oracle};
use crate::drill::crowd::pause;
use crate::drill::desk::Desk;
use crate::drill::house::{House, Server};

/// Matters that are looked for by their words.
const FOUND: usize = 24;
/// How long what follows the journal may take to come to its end.
const FOLLOWED_WITHIN: Duration = Duration::from_mins(2);
/// Between two looks, in milliseconds.
const ASK_MILLIS: u64 = 200;
/// Hexadecimal characters at the end of an appeal's words that no other one has.
const MARK_CHARS: usize = 32;

impl Oracle {
    /// Checks what is derived (I9), then deletes it and checks it again.
    pub fn check_derived(&self, house: &House) -> Result<Findings, String> {
        let server = house.start()?;
        let desk = Desk::enter(house, &server)?;
        let mut findings = Findings::default();
        let before = self.derived(&desk, &server, &mut findings);
        server.stop();
        for kept in ["search", "issues.sealed"] {
            let path = house.data().join(kept);
            // what was not written yet is deleted already
            drop(if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) });
        }
        let server = house.start()?;
        let after = self.derived(&desk, &server, &mut findings);
        if before != after {
            findings.0.push(format!("I9: issues made anew are others: {before:?} before, {after:?} after"));
        }
        server.stop();
        Ok(findings)
    }

    /// Checks index and counters against what was acknowledged, and returns the issues with their counts.
    fn derived(&self, desk: &Desk, server: &Server, findings: &mut Findings) -> Vec<String> {
        let ordinary: Vec<Entry> =
            self.heard().into_iter().map(|at| self.entry(at)).filter(|entry| !entry.act.is_sealed()).collect();
        let each = (ordinary.len() / FOUND).max(1);
        // the newest first: once it is found the index has come to the end
        for entry in ordinary.iter().rev().step_by(each) {
            findings.note(until(|| is_found(desk, server, entry)));
        }
        findings.note(until(|| counted(self, desk, server)));
        let mut all = Vec::new();
        findings.note(until(|| {
            all = issues(&desk.get(server, "/desk/issues")?)?;
            Ok(())
        }));
        if all.is_empty() {
            findings.0.push("I9: hundreds say the same of one village, and it is no issue".to_owned());
        }
        all
    }
}

/// Asks until it holds, or too late.
fn until(mut ask: impl FnMut() -> Result<(), String>) -> Result<(), String> {
    let begun = Instant::now();
    loop {
        match ask() {
            Err(_) if begun.elapsed() < FOLLOWED_WITHIN => pause(ASK_MILLIS),
            answer => return answer.map_err(|what| format!("I9: {what}")),
        }
    }
}

/// Looks for a matter by words that stand in it alone.
fn is_found(desk: &Desk, server: &Server, entry: &Entry) -> Result<(), String> {
    let number = entry.told.as_ref().map_or("", |told| &told.number);
    let mark = &entry.act.what[entry.act.what.len() - MARK_CHARS..];
    let page = desk.get(server, &format!("/desk/find?q={mark}"))?;
    if page.contains("共 1 件") && page.contains(number) { Ok(()) } else { Err(format!("{number} is not found by its words")) }
}

/// Compares the board with the log: as many came in.
fn counted(oracle: &Oracle, desk: &Desk, server: &Server) -> Result<(), String> {
    let log = Log::fetch(server.http(), oracle)?;
    let filed = log.entries.iter().filter(|entry| entry.contains("\"k\":\"filed\"")).count() as i64;
    let sheet: Value =
        serde_json::from_str(&desk.get(server, "/desk/board/table/weeks/data")?).map_err(|error| error.to_string())?;
    let rows = sheet["rows"].as_array().cloned().unwrap_or_default();
    let came: i64 = rows.iter().filter_map(|row| row["cells"][0].as_i64()).sum();
    if came == filed { Ok(()) } else { Err(format!("the board says that {came} came in, the log says {filed}")) }
}

/// Reads the issues off their page: the number and the counts of each. What depends on the hour is left out.
fn issues(page: &str) -> Result<Vec<String>, String> {
    let list = page.split("<ol class=\"issues\">").nth(1).and_then(|rest| rest.split("</ol>").next());
    let cards = list.ok_or("the page of issues shows none")?.split("class=\"find\"").skip(1);
    let of = |card: &str| {
        let number = card.split("href=\"").nth(1)?.split('"').next()?;
        let counts = card.split("<p>").nth(1)?.split("</p>").next()?;
        Some(format!("{number} {counts}"))
    };
    let mut all: Vec<String> = cards.filter_map(of).collect();
    all.sort();
    Ok(all)
}
