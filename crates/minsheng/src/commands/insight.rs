use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use db::{Context, Fault};
use insight::hot::hot;
use insight::lines::read;
use insight::rules::HotRules;

use super::said;

/// 群众在说什么：从许多来件里找出热点事项。不联网。
///
/// What many people say at once: finds the issues in many messages. Messages are lines of JSON:
/// {"id", "subject", "body", "time"?, "user"?, "likes"?}.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// 从标准输入读来件，按热度写出事项。 Reads messages from standard input, writes issues, the hottest first.
    Issues {
        /// 排序规则；默认用自带的。 Rules for ranking; by default those that ship.
        #[arg(long, value_name = "FILE")]
        rules: Option<std::path::PathBuf>,
    },
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Fault> {
    let What::Issues { rules } = &args.what;
    let rules = match rules {
        None => HotRules::builtin(),
        Some(path) => {
            let text = std::fs::read_to_string(path).context(path.display().to_string())?;
            HotRules::parse(&text).map_err(|why| said(&why).context(path.display().to_string()))?
        }
    };
    let lines = read(io::stdin().lock()).map_err(|why| said(&why))?;
    let mut out = BufWriter::new(io::stdout().lock());
    for issue in hot(&lines, &rules, super::threads()) {
        let line = serde_json::to_string(&issue).map_err(|why| said(&why))?;
        writeln!(out, "{line}").context("standard output")?;
    }
    out.flush().context("standard output")?;
    Ok(ExitCode::SUCCESS)
}
