use std::process::ExitCode;

use db::Fault;

use super::Which;
use crate::check::tables;
use crate::house;

/// 由事件重建各表，并与现有各表比较。 Rebuilds the tables from the events and compares them with the live ones.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// 只比较，不改动任何数据。 Compares only and changes nothing.
    #[arg(long, required = true)]
    check: bool,
    #[command(flatten)]
    which: Which,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Fault> {
    debug_assert!(args.check, "clap demands it");
    let config = args.which.read()?;
    let found = tables::compare(&house::look(&config)?)?;
    for line in &found {
        println!("{line}");
    }
    if found.is_empty() {
        println!("重建的各表与现有各表完全一致。 The rebuilt tables equal the live ones.");
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::FAILURE)
}
