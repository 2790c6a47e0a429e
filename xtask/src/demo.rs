//! The demo, started for pictures and for measuring.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::run::{Outcome, root};

/// Returns the program of a build.
pub fn program_of(build: &str) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into);
    Path::new(&target).join(build).join("minsheng")
}

/// Is the running demo; it stops when this is dropped, and when this process dies.
pub struct Demo {
    process: Child,
    /// Where it listens, as `http://host:port` or `https://host:port`.
    pub address: String,
    // kept open, so that printing never fails
    words: BufReader<std::process::ChildStdout>,
}

impl Demo {
    /// Starts the program of a build (`debug`, `release`) over a folder and waits until it says where it listens.
    pub fn start(build: &str, data: &str) -> Outcome<Self> {
        Self::begin(build, &["demo", "--data", data])
    }

    /// Starts a serving command of a build on a free port and waits until it says where it listens.
    pub fn begin(build: &str, words: &[&str]) -> Outcome<Self> {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "TERM"]).arg(program_of(build)).args(words);
        command.args(["--listen", "127.0.0.1:0"]).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut process = command.spawn().map_err(|error| format!("the demo cannot be started: {error}"))?;
        let words = BufReader::new(process.stdout.take().expect("standard output was piped"));
        let mut demo = Self { process, address: String::new(), words };
        demo.address = demo.told_address()?;
        Ok(demo)
    }

    fn told_address(&mut self) -> Outcome<String> {
        let mut line = String::new();
        while self.words.read_line(&mut line).map_err(|error| error.to_string())? > 0 {
            if let Some((before, rest)) = line.split_once("://") {
                let scheme = if before.ends_with("https") { "https" } else { "http" };
                let end = rest.find(['/', ' ', '\n']).unwrap_or(rest.len());
                return Ok(format!("{scheme}://{}", &rest[..end]));
            }
            line.clear();
        }
        Err("the demo ended before it was ready".to_owned())
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        drop(Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status());
        drop(self.process.wait());
    }
}
