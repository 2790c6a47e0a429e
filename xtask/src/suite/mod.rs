//! Running the tests: a private PostgreSQL around them, the tools' addresses in their environment, their number counted.

mod cluster;
mod count;

use std::process::Command;

use crate::run::{Outcome, answer, program};
use crate::tools::Tools;
pub use cluster::{Cluster, Keeping};
pub use count::Count;

/// Start of chance in property tests: the same run finds the same things. `cargo x fuzz` draws another each time.
const PROPTEST_SEED: &str = "20260101";

/// Words that choose every test.
pub const ALL: &[&str] = &["--workspace", "--all-features"];

/// Runs the fuzz targets — property tests named `parser_of_…` — with a number of cases each, from a chance of its own.
pub fn parsers(cases: u32, words: &[String]) -> Outcome<Count> {
    println!("\n{cases} cases for every parser");
    let nextest = has_nextest();
    let runner: &[&str] =
        if nextest { &["nextest", "run", "--no-fail-fast", "--profile", "fuzz"] } else { &["test", "--no-fail-fast"] };
    let mut tests = program("cargo", runner);
    tests.args(words).arg("parser_of_").env("PROPTEST_CASES", cases.to_string());
    count::run(&mut tests, nextest)
}

fn has_nextest() -> bool {
    answer("cargo", &["nextest", "--version"]).is_some()
}

/// Runs unit, property and integration tests, then the examples in the documentation. The words choose among them.
pub fn run(tools: &Tools, words: &[String]) -> Outcome<Count> {
    let cluster = Cluster::start(&tools.postgres, Keeping::Careless)?;
    let environment = |command: &mut Command| {
        command
            .env("MINSHENG_TEST_POSTGRES", cluster.url())
            .env("MINSHENG_TEST_CHROMIUM", &tools.chromium)
            .env("MINSHENG_TEST_CHROMEDRIVER", &tools.chromedriver)
            .env("MINSHENG_TEST_AXE", &tools.axe)
            .env("PROPTEST_RNG_SEED", PROPTEST_SEED);
    };
    let nextest = has_nextest();
    let mut tests = if nextest {
        program("cargo", &["nextest", "run", "--no-fail-fast"])
    } else {
        program("cargo", &["test", "--no-fail-fast"])
    };
    environment(tests.args(words));
    let mut total = count::run(&mut tests, nextest)?;
    if nextest && words == ALL {
        let mut examples = program("cargo", &["test", "--doc", "--workspace", "--all-features"]);
        environment(&mut examples);
        total += count::run(&mut examples, false)?;
    }
    Ok(total)
}
