use std::process::ExitCode;

use db::Fault;

use super::Which;
use crate::doctor::{self, Grade};

/// 体检：版本、落盘、密钥、时钟、日历、磁盘、记录、证书、发信。 Looks the site over and says what is wrong; exit code 1 when something is bad.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    which: Which,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Fault> {
    let found = doctor::look(&args.which.read()?)?;
    for finding in &found {
        println!("{finding}");
    }
    let worst = found.iter().map(|finding| finding.grade).max();
    Ok(if worst == Some(Grade::Bad) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
