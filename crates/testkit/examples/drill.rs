//! Runs drills on a built program: `drill PROGRAM short|full SEED [NAME COUNT]`. `cargo x drill` starts it.

use std::path::PathBuf;
use std::process::ExitCode;

use testkit::drill::{ALL, Drill, Kind, named};

/// Says how it is called.
const USAGE: &str = "drill PROGRAM short|full SEED [NAME [COUNT]]";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [binary, how, seed, rest @ ..] = words.as_slice() else { return wrong(USAGE) };
    let Ok(seed) = seed.parse::<u64>() else { return wrong(USAGE) };
    let full = how == "full";
    let chosen: Vec<&Kind> = match rest.first() {
        Some(name) => match named(name) {
            Some(kind) => vec![kind],
            None => return wrong(&format!("no drill {name}; there are: {}", names())),
        },
        None => ALL.iter().filter(|kind| full || kind.short > 0).collect(),
    };
    let given = rest.get(1).and_then(|count| count.parse::<u64>().ok());
    let mut bad = 0;
    for kind in chosen {
        let count = given.unwrap_or(if full { kind.full } else { kind.short.max(1) });
        let report = kind.carry_out(&Drill { binary: PathBuf::from(binary), count, seed });
        bad += u32::from(!report.findings.is_empty() || (full && report.lacking.is_some()));
    }
    if bad == 0 { ExitCode::SUCCESS } else { wrong(&format!("{bad} drill(s) found something or could not be run")) }
}

fn names() -> String {
    ALL.iter().map(|kind| kind.name).collect::<Vec<_>>().join(", ")
}

fn wrong(words: &str) -> ExitCode {
    eprintln!("{words}");
    ExitCode::FAILURE
}
