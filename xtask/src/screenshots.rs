//! `cargo x screenshots`: real pages of the demo, on telephone and desk, light and dark, into `docs/images`.

use std::fs;

use crate::demo::Demo;
use crate::run::{Outcome, program, root, run};
use crate::tools;

/// Where the pictures go.
const FOLDER: &str = "docs/images";

/// Builds the program, starts its demo over a folder of its own and takes the pictures.
pub fn take() -> Outcome {
    let tools = tools::ready()?;
    run(&mut program("cargo", &["build", "--package", "minsheng"]))?;
    let data = tempfile::Builder::new().prefix("minsheng-demo-").tempdir().map_err(|error| error.to_string())?;
    let demo = Demo::start("debug", &data.path().display().to_string())?;
    let folder = root().join(FOLDER);
    fs::create_dir_all(&folder).map_err(|error| format!("{FOLDER} cannot be made: {error}"))?;
    let words = ["run", "--quiet", "--package", "testkit", "--features", "browser", "--example", "screenshots", "--"];
    let mut pictures = program("cargo", &words);
    pictures.env("MINSHENG_TEST_CHROMIUM", &tools.chromium).env("MINSHENG_TEST_CHROMEDRIVER", &tools.chromedriver);
    run(pictures.arg(&demo.address).arg(&folder))
}
