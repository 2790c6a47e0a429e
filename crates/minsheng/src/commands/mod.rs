//! The commands, one file each. Their doc comments are the help text.

use std::num::NonZero;
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;

use clap::{Parser, Subcommand};
use db::Fault;

mod backup;
mod config;
mod decode;
mod demo;
mod doctor;
pub(crate) mod escrow;
mod init;
mod insight;
mod key;
mod learn;
mod load;
mod migrate;
mod rebuild;
mod restore;
mod seed;
mod serve;
mod verify;
mod witness;
mod worker;

/// 民声：互联网群众工作服务平台。不带命令即运行演示。
///
/// Minsheng, the internet service platform for grassroots public service. Without a command it runs the demo.
#[derive(Debug, Parser)]
#[command(name = "minsheng", version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Args),
    Init(init::Args),
    Serve(serve::Args),
    Config(config::Args),
    Doctor(doctor::Args),
    Backup(backup::Args),
    Restore(restore::Args),
    Verify(verify::Args),
    Rebuild(rebuild::Args),
    Key(key::Args),
    Migrate(migrate::Args),
    Worker(worker::Args),
    Witness(witness::Args),
    Load(load::Args),
    Seed(seed::Args),
    Learn(learn::Args),
    Insight(insight::Args),
    Decode(decode::Args),
}

impl Cli {
    /// Runs what was asked for.
    pub(crate) fn run(self) -> Result<ExitCode, Fault> {
        match self.command.unwrap_or_else(|| Command::Demo(demo::Args::default())) {
            Command::Demo(args) => demo::run(args),
            Command::Serve(args) => serve::run(args),
            Command::Init(args) => init::run(&args),
            Command::Config(args) => config::run(&args),
            Command::Verify(args) => verify::run(&args),
            Command::Rebuild(args) => rebuild::run(&args),
            Command::Backup(args) => backup::run(args),
            Command::Restore(args) => restore::run(&args),
            Command::Key(args) => key::run(&args),
            Command::Doctor(args) => doctor::run(&args),
            Command::Migrate(args) => migrate::run(&args),
            Command::Worker(args) => worker::run(&args),
            Command::Witness(args) => witness::run(args),
            Command::Load(args) => load::run(&args),
            Command::Seed(args) => seed::run(args),
            Command::Learn(args) => learn::run(&args),
            Command::Insight(args) => insight::run(&args),
            Command::Decode(args) => Ok(decode::run(&args)),
        }
    }
}

/// Says where a site is: its configuration file, or the data folder that holds one.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Which {
    /// 配置文件。默认是数据目录里的 minsheng.toml。 Configuration file; by default minsheng.toml in the data folder.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// 数据目录，优先于配置文件。 Data folder; it goes before the one in the file.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Which {
    /// Reads the configuration.
    pub(crate) fn read(&self) -> Result<crate::config::Config, Fault> {
        crate::config::Config::find(self.config.as_deref(), self.data.as_deref())
    }
}

/// Makes a fault of what a crate without faults of ours says is wrong with its input.
fn said(why: &dyn std::error::Error) -> Fault {
    Fault::other(why.to_string())
}

/// Returns how many cores this program may use.
fn threads() -> NonZero<usize> {
    thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN)
}
