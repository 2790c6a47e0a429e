//! Running a test runner so that its words are seen at once and its numbers are kept.

use std::io::{BufRead, BufReader, Read};
use std::ops::AddAssign;
use std::process::{Command, Stdio};
use std::thread;

use crate::run::{Outcome, spelled};

/// Counts tests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed, timed out or could not run.
    pub failed: u64,
    /// Tests that were left out.
    pub skipped: u64,
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// Runs `cargo nextest run` or `cargo test` and adds up what it counted. A runner that fails without having counted a
/// failed test (it did not compile) is an error.
pub fn run(command: &mut Command, nextest: bool) -> Outcome<Count> {
    println!("\n$ {}", spelled(command));
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.map_err(|error| format!("{} cannot be started: {error}", spelled(command)))?;
    let errors = child.stderr.take().expect("standard error was piped");
    let other = thread::spawn(move || follow(errors, nextest, |line| eprintln!("{line}")));
    let mut count = follow(child.stdout.take().expect("standard output was piped"), nextest, |line| println!("{line}"));
    count += other.join().expect("following a pipe does not panic");
    let status = child.wait().map_err(|error| error.to_string())?;
    if status.success() || count.failed > 0 { Ok(count) } else { Err(format!("the test runner ended with {status}")) }
}

fn follow(pipe: impl Read, nextest: bool, show: impl Fn(&str)) -> Count {
    let mut count = Count::default();
    for line in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        show(&line);
        count += counted(&line, nextest).unwrap_or_default();
    }
    count
}

/// Reads the closing line of either runner. What a failed test printed may hold the other's, further in.
fn counted(line: &str, nextest: bool) -> Option<Count> {
    let line = plain(line);
    let numbers = if nextest {
        line.trim_start().strip_prefix("Summary [")?.split_once("run: ")?.1
    } else {
        line.strip_prefix("test result: ")?.split_once(". ")?.1
    };
    let mut count = Count::default();
    for part in numbers.split([';', ',']) {
        let mut words = part.split_whitespace();
        let (Some(number), Some(what)) = (words.next().and_then(|number| number.parse::<u64>().ok()), words.next()) else {
            continue;
        };
        match what {
            "passed" => count.passed += number,
            "failed" | "timed" | "exec" => count.failed += number,
            "ignored" | "skipped" => count.skipped += number,
            _ => {}
        }
    }
    Some(count)
}

/// Takes the colours out of a line.
fn plain(line: &str) -> String {
    let mut parts = line.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').map_or("", |(_, rest)| rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_lines_of_both_runners_are_read() {
        let cargo = "test result: FAILED. 12 passed; 2 failed; 1 ignored; 0 measured; 4 filtered out; finished in 0.10s";
        assert_eq!(counted(cargo, false), Some(Count { passed: 12, failed: 2, skipped: 1 }));
        let next = "\u{1b}[32m     Summary\u{1b}[0m [   1.2s] \u{1b}[1m14\u{1b}[0m tests run: \u{1b}[1m11\u{1b}[0m \u{1b}[32mpassed\u{1b}[0m (1 slow), 2 failed, 1 timed out, 3 skipped";
        assert_eq!(counted(next, true), Some(Count { passed: 11, failed: 3, skipped: 3 }));
        let stopped = "     Summary [   0.5s] 2/14 tests run: 1 passed, 1 exec failed, 0 skipped";
        assert_eq!(counted(stopped, true), Some(Count { passed: 1, failed: 1, skipped: 0 }));
        assert_eq!(counted("running 3 tests", false), None);
        assert_eq!(counted(cargo, true), None);
    }
}
