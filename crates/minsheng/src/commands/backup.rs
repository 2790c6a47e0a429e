use std::path::PathBuf;
use std::process::ExitCode;

use age::x25519::Recipient;
use db::{Fault, Target};

use super::Which;
use crate::backup::take::{self, KEYS_DAYS_MAX};
use crate::{clock, house};

/// 备份：先数据，后密钥；服务运行时也可进行。 Backs up the data and then the keys; also while the site is served.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// 备份放在哪个目录。 Folder that holds the backups.
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// 加密给谁（age1…），可多个。 Whom to seal it to (age1…); several may be given.
    #[arg(long, value_name = "AGE1")]
    recipient: Vec<Recipient>,
    /// 删除三十天以前各备份里的密钥，使抹除到达备份。 Deletes the keys of backups older than 30 days, so that erasures reach them.
    #[arg(long)]
    prune: bool,
    #[command(flatten)]
    which: Which,
}

/// Runs the command.
pub(crate) fn run(args: Args) -> Result<ExitCode, Fault> {
    let config = args.which.read()?;
    let open = args.recipient.is_empty();
    let made = take::take(&config, &house::look(&config)?, &args.to, args.recipient)?;
    println!("{}", made.display());
    if open {
        eprintln!(
            "注意：这份备份未加密，数据与密钥放在一起；请用 --recipient 加密，或存放在同等保护的地方。\n\
             Note: this backup is not sealed and holds data and keys together; use --recipient, or guard it like the data itself."
        );
    }
    if !matches!((config.data_target(), config.keystore_target()), (Target::Sqlite(_), Target::Sqlite(_))) {
        eprintln!(
            "注意：PostgreSQL 里的数据不在其中；请先用 pg_basebackup 或 pg_dump 备份，再运行本命令。\n\
             Note: what lies on PostgreSQL is not in it; back that up with pg_basebackup or pg_dump first, then run this."
        );
    }
    if args.prune {
        for path in take::prune(&config, &args.to, clock::system().now())? {
            println!("已删除 deleted {} （> {KEYS_DAYS_MAX} d）", path.display());
        }
    }
    Ok(ExitCode::SUCCESS)
}
