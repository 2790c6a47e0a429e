//! `cargo x bench`: the main paths in a release build, as a table in `docs/performance.md`.

use std::fs;
use std::process::Stdio;

use serde_json::Value;

use crate::demo::{Demo, program_of};
use crate::run::{Outcome, answer, program, root, run, spelled};
use crate::suite::{Cluster, Keeping};
use crate::tools;

/// The page that holds the table.
const PAGE: &str = "docs/performance.md";
/// How long each load lasts, in seconds.
const LOAD_SECONDS: &str = "15";
/// Profile of the load, what it is, connections.
const LOADS: &[(&str, &str, &str)] = &[
    ("file", "appeal filed, receipt in hand", "16"),
    ("file", "appeal filed, receipt in hand", "64"),
    ("track", "own page read", "64"),
    ("desk", "matter read at the desk", "64"),
    ("lifecycle", "whole life: filed, registered, accepted, assigned, taken over, answered, rated, followed", "64"),
    ("spike", "filed, twenty times as many in the middle", "16"),
];
/// Stand around the table; the rest of the page is written by people.
const MARKS: (&str, &str) = ("<!-- figures -->", "<!-- /figures -->");
/// The page as it begins.
const NEW: &str = "# Performance\n\nThe table is written by `cargo x bench`: a release build, PostgreSQL and SQLite with all their care for durable data.\n\
    Figures of different machines, or of a busy one, cannot be compared.\n\n<!-- figures -->\n<!-- /figures -->\n";

/// Measures and writes.
pub fn measure() -> Outcome {
    let tools = tools::ready()?;
    let cluster = Cluster::start(&tools.postgres, Keeping::Durable)?;
    let mut bench = program("cargo", &["bench", "--package", "minsheng", "--bench", "paths"]);
    bench.env("MINSHENG_TEST_POSTGRES", cluster.url()).stderr(Stdio::inherit());
    println!("\n$ {}", spelled(&bench));
    let output = bench.output().map_err(|error| format!("{} cannot be started: {error}", spelled(&bench)))?;
    if !output.status.success() {
        return Err(format!("{} ended with {}", spelled(&bench), output.status));
    }
    let printed = String::from_utf8_lossy(&output.stdout);
    let table: Vec<&str> = printed.lines().filter(|line| line.starts_with('|')).collect();
    let figures = format!("{}\n\n{}\n\n{}", machine(), http()?, table.join("\n"));
    println!("\n{figures}");
    let path = root().join(PAGE);
    let page = fs::read_to_string(&path).unwrap_or_else(|_| NEW.to_owned());
    let page = replaced(&page, &figures)?;
    fs::write(&path, page).map_err(|error| format!("{PAGE} cannot be written: {error}"))
}

/// Loads a demo of its own, over HTTP, SQLite with all care for durable data, as `minsheng load` does by hand.
fn http() -> Outcome<String> {
    run(&mut program("cargo", &["build", "--release", "--package", "minsheng"]))?;
    let data = tempfile::Builder::new().prefix("minsheng-load-").tempdir().map_err(|error| error.to_string())?;
    let demo = Demo::start("release", &data.path().display().to_string())?;
    let mut lines = vec![
        "| over HTTP, the load on the same cores | connections | done | told to wait | failed | per second | middle, ms | slowest of 100, ms |".to_owned(),
        "|---|---:|---:|---:|---:|---:|---:|---:|".to_owned(),
    ];
    for (profile, what, connections) in LOADS {
        let words =
            ["load", "--profile", profile, "--connections", connections, "--seconds", LOAD_SECONDS, "--url", &demo.address];
        let mut load = program(&program_of("release").display().to_string(), &words);
        println!("\n$ {}", spelled(&load));
        let output =
            load.stderr(Stdio::inherit()).output().map_err(|error| format!("{} cannot be started: {error}", spelled(&load)))?;
        let printed = String::from_utf8_lossy(&output.stdout);
        println!("{printed}");
        let report: Value = serde_json::from_str(&printed).map_err(|error| format!("{}: {error}", spelled(&load)))?;
        let cells = ["ok", "refused_429", "failed", "per_second", "p50_ms", "p99_ms"].map(|name| report[name].to_string());
        let more = report["recovered_s"].as_f64().map_or_else(String::new, |after| format!(", as before {after} s after it"));
        lines.push(format!("| {what}{more} | {connections} | {} |", cells.join(" | ")));
    }
    Ok(lines.join("\n"))
}

/// Puts the figures between the marks.
fn replaced(page: &str, figures: &str) -> Outcome<String> {
    let (before, rest) = page.split_once(MARKS.0).ok_or(format!("{PAGE} has no line {}", MARKS.0))?;
    let (_, after) = rest.split_once(MARKS.1).ok_or(format!("{PAGE} has no line {}", MARKS.1))?;
    Ok(format!("{before}{}\n\n{figures}\n\n{}{after}", MARKS.0, MARKS.1))
}

/// Describes the machine: what it computes with, and how busy it was.
fn machine() -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let info = read("/proc/cpuinfo");
    let model = info.lines().find_map(|line| line.strip_prefix("model name")).and_then(|line| line.split_once(": "));
    let model = model.map_or("unknown processor", |(_, model)| model);
    let cores = info.lines().filter(|line| line.starts_with("processor")).count();
    let load = read("/proc/loadavg").split(' ').next().unwrap_or("?").to_owned();
    let day = answer("date", &["-u", "+%Y-%m-%d"]).unwrap_or_default();
    format!("Measured on {day}: {model}, {cores} core(s), load {load} at the end.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_figures_are_replaced() {
        let once = replaced(NEW, "| a |").unwrap();
        assert!(once.contains("\n\n| a |\n\n") && once.starts_with("# Performance"));
        let again = replaced(&format!("{once}\nWords of a person.\n"), "| b |").unwrap();
        assert!(again.contains("| b |") && !again.contains("| a |") && again.ends_with("Words of a person.\n"));
        assert!(replaced("no marks", "x").is_err());
    }
}
