//! `cargo x screenshots`: real pages of the demo, on telephone and desk, light and dark, into `docs/images`.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::run::{Outcome, program, root, run};
use crate::tools;

/// Where the pictures go.
const FOLDER: &str = "docs/images";

/// Builds the program, starts its demo over a folder of its own and takes the pictures.
pub fn take() -> Outcome {
    let tools = tools::ready()?;
    run(&mut program("cargo", &["build", "--package", "minsheng"]))?;
    let data = tempfile::Builder::new().prefix("minsheng-demo-").tempdir().map_err(|error| error.to_string())?;
    let demo = Demo::start(&data.path().display().to_string())?;
    let folder = root().join(FOLDER);
    fs::create_dir_all(&folder).map_err(|error| format!("{FOLDER} cannot be made: {error}"))?;
    let words = ["run", "--quiet", "--package", "testkit", "--features", "browser", "--example", "screenshots", "--"];
    let mut pictures = program("cargo", &words);
    pictures.env("MINSHENG_TEST_CHROMIUM", &tools.chromium).env("MINSHENG_TEST_CHROMEDRIVER", &tools.chromedriver);
    run(pictures.arg(&demo.address).arg(&folder))
}

/// Is the running demo; it stops when this is dropped, and when this process dies.
struct Demo {
    process: Child,
    address: String,
    // kept open, so that printing never fails
    words: BufReader<std::process::ChildStdout>,
}

impl Demo {
    fn start(data: &str) -> Outcome<Self> {
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into);
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "TERM"]).arg(target.join("debug/minsheng"));
        command.args(["demo", "--data", data, "--listen", "127.0.0.1:0"]).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut process = command.spawn().map_err(|error| format!("the demo cannot be started: {error}"))?;
        let words = BufReader::new(process.stdout.take().expect("standard output was piped"));
        let mut demo = Self { process, address: String::new(), words };
        demo.address = demo.told_address()?;
        Ok(demo)
    }

    fn told_address(&mut self) -> Outcome<String> {
        let mut line = String::new();
        while self.words.read_line(&mut line).map_err(|error| error.to_string())? > 0 {
            if let Some((_, rest)) = line.split_once("http://") {
                let end = rest.find(['/', ' ', '\n']).unwrap_or(rest.len());
                return Ok(format!("http://{}", &rest[..end]));
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
