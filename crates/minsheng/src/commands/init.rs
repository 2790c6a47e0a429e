use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use civic::rules::RuleSet;
use civic::vault::private_folder;
use db::{Context, Fault};

use super::Which;
use crate::init::ask::Ask;
use crate::init::county::{County, EXAMPLE};
use crate::init::supervisor::Supervisor;
use crate::init::{check, make, show, undo, warn};

/// 建站：按建站文件，或逐项提问。 Makes a site from a county file, or by asking.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    which: Which,
    /// 建站文件；不给则逐项提问。 County file; without one the questions are asked.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// 打印建站文件示例。 Prints an example of a county file.
    #[arg(long, conflicts_with_all = ["file", "undo"])]
    example: bool,
    /// 只显示会建成什么。 Only shows what would be made.
    #[arg(long, requires = "file")]
    dry_run: bool,
    /// 撤销建站；只在还没有任何事项时可行。 Takes the site back; only while nothing has happened on it.
    #[arg(long, conflicts_with_all = ["file", "dry_run"])]
    undo: bool,
    /// 监督机关自己生成的公钥（age1…）。 Public key that the supervising body made itself (age1…).
    #[arg(long, value_name = "AGE1", conflicts_with = "supervisor_key")]
    supervisor: Option<String>,
    /// 在此生成监督机关密钥并写入该文件，请随后移交并从本机删除。默认 DATA/supervisor.key。
    /// File for the supervising body's key when it is made here; hand it over and delete it. Default DATA/supervisor.key.
    #[arg(long, value_name = "FILE")]
    supervisor_key: Option<PathBuf>,
    /// 给该密钥加口令，口令取自文件首行。 Puts a passphrase over that key, taken from the first line of a file.
    #[arg(long, value_name = "FILE")]
    supervisor_passphrase_file: Option<PathBuf>,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Fault> {
    if args.example {
        print!("{EXAMPLE}");
        return Ok(ExitCode::SUCCESS);
    }
    if args.undo {
        for path in undo::undo(&args.which.read()?)? {
            println!("已删除 deleted {}", path.display());
        }
        return Ok(ExitCode::SUCCESS);
    }
    let (county, asked) = match &args.file {
        Some(file) => (County::read(file)?, false),
        None => (ask(args)?, true),
    };
    let problems = check::problems(&county, &RuleSet::builtin());
    if !problems.is_empty() {
        for problem in &problems {
            eprintln!("{problem}");
        }
        return Err(Fault::other(format!("{} things must be put right first; nothing was made", problems.len())));
    }
    println!("{}", show::plan(&county));
    for line in warn::warnings(&county) {
        println!("注意 warning: {line}");
    }
    let agreed = !asked || Ask::over(io::stdin().lock(), io::stdout()).agreed("建立？Make it?")?;
    if args.dry_run || !agreed {
        println!("没有建立任何东西。 Nothing was made.");
        return Ok(ExitCode::SUCCESS);
    }
    establish(args, &county)
}

fn establish(args: &Args, county: &County) -> Result<ExitCode, Fault> {
    let config = make::configuration(args.which.config.as_deref(), args.which.data.as_deref(), &county.site)?;
    let supervisor = match &args.supervisor {
        Some(recipient) => Supervisor::Made(recipient.clone()),
        None => Supervisor::Make {
            file: args.supervisor_key.clone().unwrap_or_else(|| config.data.join("supervisor.key")),
            passphrase: args.supervisor_passphrase_file.clone(),
        },
    };
    let code = make::make(&config, county, &supervisor)?;
    if let Supervisor::Make { file, .. } = &supervisor {
        println!(
            "\n监督机关的密钥在 {file}：请当面移交，并从本机删除。遗失后检举控告无人能读。\n\
             The supervising body's key is in {file}: hand it over in person and delete it here. If it is lost, nobody can read \
             accusations.",
            file = file.display()
        );
    }
    println!(
        "\n首位管理员 {login} 的一次性代码（72 小时内有效）：{code}\n\
         One-time code of the first administrator {login}, good for 72 hours: {code}\n\
         启动 start: minsheng serve --config {file}\n然后打开 then open: /desk/setup",
        login = county.administrator,
        file = config.file.display()
    );
    Ok(ExitCode::SUCCESS)
}

/// Asks, and keeps the answers as a county file that can be completed and used again.
fn ask(args: &Args) -> Result<County, Fault> {
    let text = Ask::over(io::stdin().lock(), io::stdout()).county(&RuleSet::builtin())?;
    let data = args.which.data.clone().unwrap_or_else(|| PathBuf::from("data"));
    private_folder(&data).context("while making the data folder")?;
    let file = data.join("county.toml");
    fs::write(&file, text).context("while keeping the answers")?;
    println!("\n已写入建站文件 kept as {}\n", file.display());
    County::read(&file)
}
