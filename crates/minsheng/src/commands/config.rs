use std::path::PathBuf;
use std::process::ExitCode;

use db::Fault;

use crate::config::{Config, EXAMPLE};

/// 打印带说明的配置示例，或检查一个配置文件。 Prints a commented example, or checks a configuration file.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// 打印示例。 Prints the example.
    #[arg(long, conflicts_with = "check")]
    example: bool,
    /// 检查文件。 Checks a file.
    #[arg(long, value_name = "FILE", required_unless_present = "example")]
    check: Option<PathBuf>,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Fault> {
    match &args.check {
        None => print!("{EXAMPLE}"),
        Some(file) => {
            Config::read(file)?;
            println!("{}：没有问题。 Nothing is wrong.", file.display());
        }
    }
    Ok(ExitCode::SUCCESS)
}
