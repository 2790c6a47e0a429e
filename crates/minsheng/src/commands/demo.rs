use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use age::secrecy::ExposeSecret;
use civic::hall::Hall;
use civic::vault::{KeyFiles, private_folder};
use db::{Context, Fault};
use web::Mode;

use crate::config::{Config, FILE_NAME};
use crate::{chance, house, logs, serve};

/// 演示：在本机建一个虚构的县，填好数据，打开网页。
///
/// Demo: makes an invented county on this machine, fills it, and serves it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// 数据目录，可以是空的。 Data folder; it may exist and be empty.
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// 监听地址（只能是本机）。 Address to listen on, of this machine only.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
}

impl Default for Args {
    fn default() -> Self {
        Self { data: PathBuf::from("data"), listen: SocketAddr::from(([127, 0, 0, 1], 8080)) }
    }
}

/// What the demo's county is, as a configuration file: `serve --data DIR` finds it there too.
const COUNTY: &str = include_str!("demo.toml");

/// Runs the demo until it is told to stop.
pub(crate) fn run(args: Args) -> Result<ExitCode, Fault> {
    let mut config = Config::parse(COUNTY).map_err(Fault::other)?;
    config.data = args.data;
    config.listen = args.listen;
    config.check_listen()?;
    logs::start(&config.log)?;
    private_folder(&config.data).context("while making the data folder")?;
    make(&config)?;
    let opened = config.clone();
    serve::run(
        &config,
        Mode::Demo,
        move || open(&opened),
        |address| {
            println!("民声演示已就绪：http://{address}/\nThe Minsheng demo is ready at http://{address}/");
        },
    )?;
    Ok(ExitCode::SUCCESS)
}

fn open(config: &Config) -> Result<Hall, Fault> {
    house::open(config)
}

/// Makes configuration and keys once; the demo's own supervising body keeps its key beside the data, for trying out.
fn make(config: &Config) -> Result<(), Fault> {
    let file = config.data.join(FILE_NAME);
    if !file.exists() {
        fs::write(&file, COUNTY).context("while writing the demo's configuration")?;
    }
    let files = KeyFiles::at(config.keys());
    if files.exist() {
        return Ok(());
    }
    let supervisor = age::x25519::Identity::generate();
    keep(&config.data.join("supervisor.key"), supervisor.to_string().expose_secret())?;
    files.make(&supervisor.to_public().to_string(), &mut chance::fresh()?)
}

fn keep(file: &Path, secret: &str) -> Result<(), Fault> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file)?;
    writeln!(file, "{secret}").context("while writing the supervising key")
}
