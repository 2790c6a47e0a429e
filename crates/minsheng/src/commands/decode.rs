use std::process::ExitCode;

use minsheng::decode::{Attempt, child, reader};

/// 由程序自己启动，用来在封闭的子进程里检查一个附件。 Started by the program itself: looks into one file in a closed child process.
#[derive(Debug, clap::Args)]
#[command(hide = true)]
pub(crate) struct Args {
    /// 最多计算几秒。 Computing time in seconds.
    #[arg(long, default_value_t = 5)]
    cpu_seconds: u64,
    /// 故意尝试一件不许做的事。 Something forbidden to try on purpose.
    #[arg(long, value_enum)]
    attempt: Option<Attempt>,
    /// 一封接一封地读邮件。 Reads mails, one after another.
    #[arg(long)]
    mails: bool,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> ExitCode {
    if args.mails {
        reader(args.cpu_seconds, args.attempt);
    } else {
        child(args.cpu_seconds, args.attempt);
    }
    ExitCode::SUCCESS
}
