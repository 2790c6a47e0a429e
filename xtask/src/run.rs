//! Running other programs, with words when they fail.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Is what a task answers: nothing more, or the sentence that says why it stopped.
pub type Outcome<T = ()> = Result<T, String>;

/// Returns the folder of the workspace: the one cargo runs this in, for a build folder may have been moved.
pub fn root() -> PathBuf {
    let own = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&own).parent().expect("xtask lies in the workspace").to_owned()
}

/// Starts a line for a program in the workspace's folder. What cargo told this process about xtask is kept from it:
/// build scripts that look at such names would otherwise run anew each time.
pub fn program(name: &str, words: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(words).current_dir(root());
    let told =
        |name: &str| ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"].iter().any(|start| name.starts_with(start));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(told)) {
        command.env_remove(name);
    }
    command
}

/// Runs a program and fails when it fails.
pub fn run(command: &mut Command) -> Outcome {
    println!("\n$ {}", spelled(command));
    let status = command.status().map_err(|error| format!("{} cannot be started: {error}", spelled(command)))?;
    if status.success() { Ok(()) } else { Err(format!("{} ended with {status}", spelled(command))) }
}

/// Runs a program and returns what it prints; `None` when it fails or is not there.
pub fn answer(name: &str, words: &[&str]) -> Option<String> {
    let output = program(name, words).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Spells a command as a person would type it.
pub fn spelled(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}
