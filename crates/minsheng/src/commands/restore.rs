use std::path::PathBuf;
use std::process::ExitCode;

use civic::file::FileStore;
use db::Fault;

use crate::backup::restore::{Restore, restore};
use crate::check::database;
use crate::house;

/// 从备份恢复到一个空目录，并核验。 Restores a backup into an empty folder and verifies it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// 备份目录。 Folder of the backup.
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
    /// 新的数据目录，须为空或不存在。 New data folder; empty or not there.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// 解开加密备份的密钥文件（age）。 Key file of a sealed backup (age).
    #[arg(long, value_name = "FILE")]
    identity: Option<PathBuf>,
    /// 更新的密钥库（旧数据目录或较新备份里的 keys.db）：其中已抹除的，再次抹除。
    /// Newer key stores (the old data folder, or keys.db of a newer backup): what was erased there is erased again.
    #[arg(long, value_name = "PATH")]
    newer: Vec<PathBuf>,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Fault> {
    let ask = Restore { from: &args.from, data: &args.data, identity: args.identity.as_deref(), newer: &args.newer };
    let done = restore(&ask)?;
    println!(
        "已恢复 {made} 的备份：日志 {size} 条，再次抹除 {again} 项。\n\
         Restored the backup of {made}: {size} log entries; {again} erasures done again.",
        made = done.manifest.made,
        size = done.manifest.log_size,
        again = done.shredded_again
    );
    let report = database::look(&house::look(&done.config)?, &FileStore::open(done.config.files())?)?;
    for line in report.events.iter().chain(&report.others) {
        println!("{line}");
    }
    let whole = report.events.is_empty() && report.others.is_empty();
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
