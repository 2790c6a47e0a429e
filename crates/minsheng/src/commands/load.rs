use std::process::ExitCode;

use db::Fault;

use crate::load::{self, Plan, Profile};

/// 压力测试：对着正在运行的演示，模拟许多人同时来。 Loads a running demo as many people would, and prints one JSON object.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// 做什么。 What is asked.
    #[arg(long, value_enum)]
    profile: Profile,
    /// 同时多少个连接。 Connections at once.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=20_000))]
    connections: u16,
    /// 多少秒。 How long, in seconds.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    seconds: u64,
    /// 演示的地址。 Where the demo is.
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    url: String,
    /// 同一个数，说同样的话；默认每次不同。 What is invented follows from this; by default it differs each time.
    #[arg(long)]
    seed: Option<u64>,
}

/// Runs the command; the exit code is 1 when anything failed.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Fault> {
    let seed = match args.seed {
        Some(seed) => seed,
        None => u64::from_le_bytes(crate::chance::seed()?[..8].try_into().expect("a seed has 32 bytes")),
    };
    let plan = Plan {
        profile: args.profile,
        connections: usize::from(args.connections),
        seconds: args.seconds,
        target: load::Target::parse(&args.url)?,
        seed,
    };
    let report = load::run(plan)?;
    println!("{}", serde_json::to_string_pretty(&report).expect("a report is plain data"));
    Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
