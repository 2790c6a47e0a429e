//! `cargo x drill`: what goes wrong in the world, done to the real program. `docs/drills.md` is the record.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::run::{Outcome, program, root, run};

/// Builds the program and runs drills on it. Without a name: all of them, the short counts unless `full`. Without a seed
/// another one each time, printed with the outcome.
pub fn drill(name: Option<&str>, count: Option<u64>, seed: Option<u64>, full: bool) -> Outcome {
    run(&mut program("cargo", &["build", "--package", "minsheng"]))?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into);
    let mut words: Vec<String> = vec![if full { "full" } else { "short" }.to_owned(), seed.unwrap_or_else(fresh).to_string()];
    words.extend(name.map(str::to_owned));
    words.extend(count.map(|count| count.to_string()));
    let cargo = ["run", "--quiet", "--package", "testkit", "--features", "drill", "--example", "drill", "--"];
    run(program("cargo", &cargo).arg(target.join("debug/minsheng")).args(words))
}

#[expect(
    clippy::disallowed_methods,
    reason = "a seed of its own for each run; it is printed, and the run can be repeated with it"
)]
fn fresh() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_secs())
}
