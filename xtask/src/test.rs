//! `cargo x test`: the whole proof, in the order in which failures are cheapest.

use std::time::Instant;

use crate::run::{Outcome, program, root, run};
use crate::suite::{self, Count};
use crate::{arrows, loc, tools};

/// Checks everything. The first failure ends it.
pub fn everything() -> Outcome {
    let begun = Instant::now();
    let tools = tools::ready()?;
    run(&mut program("cargo", &["fmt", "--all", "--check"]))?;
    run(&mut program("cargo", &["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"]))?;
    arrows::check(&root())?;
    loc::check(&root())?;
    let count = suite::run(&tools, &all())?;
    close(count, begun)?;
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
