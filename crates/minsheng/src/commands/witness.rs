use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use db::Fault;

use crate::witness::{serve as addresses, store};
use crate::{chance, clock, logs, serve};

/// 为别的地方的公开日志作见证（C2SP tlog-witness）。 Witnesses the public logs of others (C2SP tlog-witness).
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    order: Order,
}

#[derive(Debug, Subcommand)]
enum Order {
    /// 生成见证方的密钥，并显示其公钥。 Makes the witness's key and shows its public half.
    Init {
        /// 见证方的目录。 The witness's folder.
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// 见证方的名称，例如 witness.yunling.example。 Its name, for example witness.yunling.example.
        #[arg(long)]
        name: String,
    },
    /// 关注一个日志；公钥应由该地以可靠的方式告知。 Follows a log; its verifier key should come by a way one can trust.
    Follow {
        /// 见证方的目录。 The witness's folder.
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// 日志公钥。 The log's verifier key.
        vkey: String,
    },
    /// 提供联署服务。 Serves: cosigns what goes on from what it cosigned before.
    Serve {
        /// 见证方的目录。 The witness's folder.
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// 监听地址。 Address to listen on.
        #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8088")]
        listen: SocketAddr,
    },
    /// 某日志确已公开说明丢失之后，忘记曾联署的内容；原内容与缘由会记下。
    /// Forgets what it cosigned of a log, once that one said in public what it lost; what it was and why is written down.
    Forget {
        /// 见证方的目录。 The witness's folder.
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// 日志名称。 The log's origin.
        origin: String,
        /// 缘由。 Why.
        #[arg(long)]
        reason: String,
    },
}

/// Runs the command.
pub(crate) fn run(args: Args) -> Result<ExitCode, Fault> {
    match args.order {
        Order::Init { data, name } => {
            let made = store::make(&data, &name, &mut chance::fresh()?)?;
            println!("见证方公钥 verifier key of the witness: {}", made.vkey());
        }
        Order::Follow { data, vkey } => store::open(&data)?.follow(&vkey)?,
        Order::Serve { data, listen } => {
            let store = store::open(&data)?;
            let _alone = store.lock()?;
            logs::start("info", None)?;
            let ready = |address| println!("http://{address}/");
            serve::plain(listen, addresses::router(store, clock::system()), ready)?;
        }
        Order::Forget { data, origin, reason } => {
            let at = u64::try_from(clock::system().now().as_second()).unwrap_or_default();
            store::open(&data)?.forget(&origin, &reason, at)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
