use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use db::{Fault, Target};

use super::Which;
use crate::jobs::{Jobs, With};
use crate::{house, logs, serve};

/// 只做后台工作（期限、发信、清理），不提供网页；仅用于 PostgreSQL。 Does what happens by itself and serves no page; PostgreSQL only.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    which: Which,
}

/// Runs the command until it is told to stop.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Fault> {
    let config = args.which.read()?;
    if matches!(config.data_target(), Target::Sqlite(_)) {
        return Err(Fault::other("on SQLite one process serves the site and does this work too: use `minsheng serve`"));
    }
    logs::start(&config.log, config.log_copy.as_ref())?;
    let hall = house::open(&config)?;
    let with = With::of(&config, &hall, &Arc::default())?;
    let jobs = Jobs::start(&hall, with, Duration::from_secs(config.limits.jobs_seconds))?;
    println!("working");
    serve::wait()?;
    jobs.stop(config.limits.shutdown());
    Ok(ExitCode::SUCCESS)
}
