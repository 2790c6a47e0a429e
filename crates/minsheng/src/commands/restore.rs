use std::path::{Path, PathBuf};
use std::process::ExitCode;

use civic::file::FileStore;
use db::Fault;

use crate::backup::restore::{Restore, restore};
use crate::check::database;
use crate::config::Config;
use crate::{gap, house};

/// 从备份恢复到一个空目录，并核验；或在公开日志中写明丢失（--acknowledge-gap）。
///
/// Restores a backup into an empty folder and verifies it; or says in the public log that entries are lost
/// (--acknowledge-gap).
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// 备份目录。 Folder of the backup.
    #[arg(long, value_name = "DIR", required_unless_present = "acknowledge_gap")]
    from: Option<PathBuf>,
    /// 新的数据目录，须为空或不存在；与 --acknowledge-gap 同用时，是现有的数据目录。
    /// New data folder, empty or not there; with --acknowledge-gap the one that is there.
    #[arg(long, value_name = "DIR", required_unless_present = "config")]
    data: Option<PathBuf>,
    /// 解开加密备份的密钥文件（age）。 Key file of a sealed backup (age).
    #[arg(long, value_name = "FILE")]
    identity: Option<PathBuf>,
    /// 更新的密钥库（旧数据目录或较新备份里的 keys.db）：其中已抹除的，再次抹除。
    /// Newer key stores (the old data folder, or keys.db of a newer backup): what was erased there is erased again.
    #[arg(long, value_name = "PATH")]
    newer: Vec<PathBuf>,
    /// 较新的数据确已丢失：在公开日志中写明缺口，然后才能继续服务。
    /// The newer data is lost for good: names the gap in the public log, after which the site can be served again.
    #[arg(long, conflicts_with_all = ["from", "identity", "newer"], requires = "reason")]
    acknowledge_gap: bool,
    /// 缘由，密封存入流水。 Why; it is kept sealed in the journal.
    #[arg(long, value_name = "TEXT", requires = "acknowledge_gap")]
    reason: Option<String>,
    /// 配置文件，与 --acknowledge-gap 同用。 Configuration file, with --acknowledge-gap.
    #[arg(long, value_name = "FILE", requires = "acknowledge_gap")]
    config: Option<PathBuf>,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Fault> {
    if args.acknowledge_gap {
        return acknowledge(args);
    }
    let (Some(from), Some(data)) = (&args.from, &args.data) else {
        return Err(Fault::other("a restore needs --from and --data"));
    };
    let ask = Restore { from, data, identity: args.identity.as_deref(), newer: &args.newer };
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

fn acknowledge(args: &Args) -> Result<ExitCode, Fault> {
    let config = Config::find(args.config.as_deref(), args.data.as_deref().map(Path::new))?;
    let hall = house::unchecked(&config)?;
    let Some(gap) = gap::acknowledge(&config, &hall, args.reason.as_deref().unwrap_or_default())? else {
        println!("没有缺口：数据与已公布的日志相接。 There is no gap: this data goes on from what was published.");
        return Ok(ExitCode::FAILURE);
    };
    println!(
        "已在公开日志中写明：曾公布 {lost} 条，现从 {here} 条继续。请公开说明；已联署的见证方须由其运维人员另行放行。\n\
         The public log says so now: {lost} entries had been published, it goes on from {here}. Say in public what was lost; a \
         witness that cosigned more must be told by its own operator.",
        lost = gap.lost,
        here = gap.here
    );
    Ok(ExitCode::SUCCESS)
}
