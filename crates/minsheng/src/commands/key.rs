use std::process::ExitCode;

use civic::vault::KeyFiles;
use clap::Subcommand;
use db::Fault;

use super::{Which, escrow};
use crate::config::Config;
use crate::{control, house, rotate};

/// 密钥。 Keys.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    order: Order,
}

#[derive(Debug, Subcommand)]
enum Order {
    /// 显示日志公钥与密钥版本，不显示任何秘密。 Shows the log's verifier key and versions of keys; no secret.
    Show(Which),
    /// 更换站点密钥并重新包裹全部事项密钥；服务运行时也可进行。 Adds a site key and wraps every matter key anew; also while the site is served.
    Rotate(Which),
    Escrow(escrow::Name),
    Above(escrow::Above),
    LetIn(escrow::Admit),
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Fault> {
    match &args.order {
        Order::Show(which) => show(&which.read()?)?,
        Order::Escrow(args) => return escrow::name(args),
        Order::Above(args) => return escrow::above(args),
        Order::LetIn(args) => return escrow::admit(args),
        Order::Rotate(which) => {
            let config = which.read()?;
            // without a serving process the lock is ours for the time
            let words = match control::order(&config, control::ROTATE)? {
                Some(words) => words,
                None => rotate::rotate(&config, &house::open(&config)?)?.to_string(),
            };
            println!("{words}");
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn show(config: &Config) -> Result<(), Fault> {
    let keys = KeyFiles::at(config.keys()).load()?;
    let signer = tlog::note::Signer::new(&config.site.origin, *keys.log.bytes());
    println!("日志公钥 verifier key of the log: {}", signer.vkey());
    println!("站点密钥版本 version of the site key: {}", keys.site.len());
    println!("监督机关公钥 public key of the supervising body: {}", keys.supervisor);
    escrow::show(&keys.escrow);
    if let Some(above) = &keys.above {
        println!("监督机关上一级的公钥 public key of the body above the supervising body: {above}");
    }
    Ok(())
}
