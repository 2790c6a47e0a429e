//! `cargo x test`: the whole proof, in the order in which failures are cheapest.

use std::time::Instant;

use crate::drill::drill;
use crate::run::{Outcome, program, root, run};
use crate::suite::{self, Count};
use crate::{arrows, loc, tools};

/// Cases for every parser within `cargo x test`: some seconds each. `cargo x fuzz` runs more.
const PARSER_CASES: u32 = 12_000;

/// Start of chance in the short drills: the same run finds the same things, as far as the machine's timing lets it.
const DRILL_SEED: u64 = 20_261_125;

/// Runs the parsers' fuzz targets for longer.
pub fn fuzz(cases: u32, words: &[String]) -> Outcome {
    let begun = Instant::now();
    let all = all();
    close(suite::parsers(cases, if words.is_empty() { &all } else { words })?, begun)
}

/// Checks everything. The first failure ends it.
pub fn everything() -> Outcome {
    let begun = Instant::now();
    let tools = tools::ready()?;
    run(&mut program("cargo", &["fmt", "--all", "--check"]))?;
    run(&mut program("cargo", &["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"]))?;
    arrows::check(&root())?;
    loc::check(&root())?;
    let fuzzed = suite::parsers(PARSER_CASES, &all())?;
    let count = suite::run(&tools, &all())?;
    println!("\n{} parsers withstood {PARSER_CASES} cases each", fuzzed.passed);
    close(count, begun)?;
    drill(None, None, Some(DRILL_SEED), false)?;
    if fuzzed.failed > 0 {
        return Err(format!("{} parser(s) failed", fuzzed.failed));
    }
    match count.skipped {
        0 => Ok(()),
        skipped => Err(format!("{skipped} test(s) were left out; nothing may be")),
    }
}

/// Runs the tests only, those of the whole workspace unless the words say otherwise.
pub fn suite_only(words: &[String]) -> Outcome {
    let begun = Instant::now();
    let tools = tools::ready()?;
    let count = if words.is_empty() { suite::run(&tools, &all())? } else { suite::run(&tools, words)? };
    close(count, begun)
}

fn all() -> Vec<String> {
    suite::ALL.iter().map(|word| (*word).to_owned()).collect()
}

/// Prints how many tests ran, as the runner itself does, and fails when one failed or none ran.
fn close(count: Count, begun: Instant) -> Outcome {
    let Count { passed, failed, skipped } = count;
    let word = if failed == 0 && passed > 0 { "ok" } else { "FAILED" };
    let seconds = begun.elapsed().as_secs_f32();
    println!("\ntest result: {word}. {passed} passed; {failed} failed; {skipped} ignored; finished in {seconds:.2}s");
    match (passed, failed) {
        (0, 0) => Err("no test ran".to_owned()),
        (_, 0) => Ok(()),
        (_, failed) => Err(format!("{failed} test(s) failed")),
    }
}
