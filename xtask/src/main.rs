//! Automation: one command for everything a newcomer or a build machine does. `cargo x test` is the whole proof.

mod arrows;
mod audit;
mod bench;
mod demo;
mod drill;
mod limits;
mod loc;
mod run;
mod screenshots;
mod source;
mod suite;
mod test;
mod tools;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Runs the project's checks and makes its pictures and figures.
#[derive(Parser)]
#[command(name = "cargo x", disable_help_subcommand = true)]
struct Line {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Installs what the tests need, or names it, and then checks everything.
    Test,
    /// Runs the tests only; further words go to the test runner, such as `-p civic`.
    Suite {
        /// Words for the test runner.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        words: Vec<String>,
    },
    /// Feeds hostile input to every parser, longer than `test` does.
    Fuzz {
        /// Cases for each parser.
        #[arg(long, default_value_t = 200_000)]
        cases: u32,
        /// Words for the test runner, such as `-p tlog`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        words: Vec<String>,
    },
    /// Measures the main paths and writes the table into docs/performance.md.
    Bench,
    /// Does what goes wrong in the world to the real program, and asks the oracle; docs/drills.md is the record.
    Drill {
        /// One drill; all of them without it.
        name: Option<String>,
        /// How often, or how many.
        #[arg(long, value_name = "N", requires = "name")]
        n: Option<u64>,
        /// Start of chance, to repeat a run.
        #[arg(long)]
        seed: Option<u64>,
        /// The full counts; fails where the machine lacks a means.
        #[arg(long)]
        all: bool,
    },
    /// Runs the scanners that are installed (cargo-deny, cargo-audit, testssl, wapiti, sqlmap) against a site of its own.
    Audit,
    /// Takes pictures of the demo's pages into docs/images.
    Screenshots,
    /// Checks which crate may know which, and who may name an engine, a clock or the environment.
    Arrows,
    /// Checks the lengths of files and functions, and words that have no place in the code.
    Loc,
    /// Writes `docs/limits.md` from the limits in the code.
    Limits,
}

fn main() -> ExitCode {
    let done = match Line::parse().task {
        Task::Test => test::everything(),
        Task::Suite { words } => test::suite_only(&words),
        Task::Fuzz { cases, words } => test::fuzz(cases, &words),
        Task::Bench => bench::measure(),
        Task::Drill { name, n, seed, all } => drill::drill(name.as_deref(), n, seed, all),
        Task::Audit => audit::audit(),
        Task::Screenshots => screenshots::take(),
        Task::Arrows => arrows::check(&run::root()),
        Task::Loc => loc::check(&run::root()),
        Task::Limits => limits::write(&run::root()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("\n{why}");
            ExitCode::FAILURE
        }
    }
}
