use std::net::SocketAddr;
use std::process::ExitCode;

use db::Fault;
use web::Mode;

use super::Which;
use crate::{house, logs, serve};

/// 提供服务。 Serves the site.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    which: Which,
    /// 监听地址，优先于配置文件。 Address to listen on; it goes before the one in the file.
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
}

/// Runs the command until it is told to stop.
pub(crate) fn run(args: Args) -> Result<ExitCode, Fault> {
    let mut config = args.which.read()?;
    config.listen = args.listen.unwrap_or(config.listen);
    config.check_listen()?;
    logs::start(&config.log, config.log_copy.as_ref())?;
    let opened = config.clone();
    let scheme = if config.tls.is_some() { "https" } else { "http" };
    serve::run(
        &config,
        Mode::Serve,
        move || house::serving(&opened),
        |address| {
            tracing::info!(%address, version = env!("CARGO_PKG_VERSION"), "serving");
            println!("{scheme}://{address}/");
        },
    )?;
    Ok(ExitCode::SUCCESS)
}
