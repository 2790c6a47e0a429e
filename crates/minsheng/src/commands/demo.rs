use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use age::secrecy::ExposeSecret;
use civic::chance::Chance;
use civic::hall::Hall;
use civic::vault::{KeyFiles, private_folder};
use db::{Context, Fault};
use minsheng::demo::sample::{self, Sample};
use minsheng::demo::{self, Filled};
use web::Mode;
use web::desk::demo::PASSWORD;

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

/// Progress is shown in steps of so many percent.
const PROGRESS_PERCENT: usize = 10;

/// How a configuration says that the data lies in the folder itself.
const SQLITE: &str = "sqlite";

/// What the demo's county is, as a configuration file: `serve --data DIR` finds it there too.
const COUNTY: &str = include_str!("demo.toml");

/// Runs the demo until it is told to stop.
pub(crate) fn run(args: Args) -> Result<ExitCode, Fault> {
    let mut config = county(args.data, None)?;
    config.listen = args.listen;
    config.check_listen()?;
    logs::start(&config.log, config.log_copy.as_ref())?;
    private_folder(&config.data).context("while making the data folder")?;
    if !KeyFiles::at(config.keys()).exist() {
        make(&config, &mut chance::fresh()?)?;
    }
    let (opened, data) = (config.clone(), config.data.clone());
    serve::run(&config, Mode::Demo, move || open(&opened), |address| ready(address, &sample::read(&data)))?;
    Ok(ExitCode::SUCCESS)
}

/// Opens the house; an empty one is filled first, with progress shown.
fn open(config: &Config) -> Result<Hall, Fault> {
    let hall = house::unannounced(config)?;
    match demo::filled(&hall)? {
        Filled::Whole => house::announce(&hall)?,
        Filled::Half => {
            let folder = config.data.display();
            return Err(Fault::other(format!("filling {folder} was broken off: remove the folder and start again")));
        }
        Filled::Not => {
            let mut shown = 0;
            let samples = demo::fill(&hall, hall.clock.now(), &mut |done, total| {
                let percent = done * 100 / total.max(1);
                if percent >= shown + PROGRESS_PERCENT {
                    shown = percent;
                    println!("正在填入虚构的县 filling the invented county … {percent} %");
                }
            })?;
            sample::keep(&config.data, &samples)?;
        }
    }
    Ok(hall)
}

/// Prints the address, the log-ins and what to try.
fn ready(address: SocketAddr, samples: &[Sample]) {
    println!("民声演示已就绪：http://{address}/\nThe Minsheng demo is ready at http://{address}/");
    println!("工作人员登录名和验证码 log-ins with their present codes：http://{address}/demo（密码 password：{PASSWORD}）");
    println!("可以试试 things to try:");
    println!("  1. 像居民一样提交一件事 file a matter as a resident would：http://{address}/appeals/new");
    for sample in samples.iter().filter(|sample| sample.shows == "replied") {
        let Sample { number, code, .. } = sample;
        println!("  2. 看答复、打分 read a reply and rate it：http://{address}/track　{number}　{code}");
    }
    println!("  3. 用 chumingyu 登录，办一件 sign in as chumingyu and handle one：http://{address}/demo");
}

/// Returns the configuration of the invented county in a folder; the one that lies there already goes before.
pub(super) fn county(data: PathBuf, database: Option<&str>) -> Result<Config, Fault> {
    let file = data.join(FILE_NAME);
    let mut config = if file.exists() { Config::read(&file)? } else { Config::parse(COUNTY).map_err(Fault::other)? };
    if !config.demo {
        return Err(Fault::other(format!(
            "{} is a site of its own, not the demo: start it with `minsheng serve`",
            data.display()
        )));
    }
    if let Some(url) = database {
        (config.database, config.keystore) = (url.to_owned(), url.to_owned());
    }
    config.data = data;
    Ok(config)
}

/// Makes configuration and keys; the demo's own supervising body keeps its key beside the data, for trying out.
pub(super) fn make(config: &Config, chance: &mut Chance) -> Result<(), Fault> {
    let file = config.data.join(FILE_NAME);
    if !file.exists() {
        let mut text = String::new();
        for (name, address) in [("database", &config.database), ("keystore", &config.keystore)] {
            if *address != SQLITE {
                let address = toml::Value::from(address.as_str());
                writeln!(text, "{name} = {address}").expect("writing to a string");
            }
        }
        fs::write(&file, text + COUNTY).context("while writing the demo's configuration")?;
    }
    let supervisor = age::x25519::Identity::generate();
    keep(&config.data.join("supervisor.key"), supervisor.to_string().expose_secret())?;
    KeyFiles::at(config.keys()).make(&supervisor.to_public().to_string(), chance)
}

fn keep(file: &Path, secret: &str) -> Result<(), Fault> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file)?;
    writeln!(file, "{secret}").context("while writing the supervising key")
}
