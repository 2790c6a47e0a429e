use std::process::ExitCode;

use civic::vault::KEYSTORE_MIGRATIONS;
use db::Fault;

use super::Which;
use crate::house;

/// 升级数据表（先自动备份）；启动服务时也会自动进行。 Brings the tables up to this version, after a copy; `serve` does the same.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// 只列出尚未进行的升级。 Only lists what is still to be done.
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    which: Which,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Fault> {
    let config = args.which.read()?;
    let mut steps = db::pending(&config.data_target(), &house::migrations())?.unwrap_or_default();
    steps.extend(db::pending(&config.keystore_target(), KEYSTORE_MIGRATIONS)?.unwrap_or_default());
    if !args.check {
        drop(house::open(&config)?);
    }
    for step in &steps {
        println!("{step}");
    }
    println!("{} 步 steps", steps.len());
    Ok(ExitCode::SUCCESS)
}
