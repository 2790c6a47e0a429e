use std::path::PathBuf;
use std::process::ExitCode;

use civic::hall::{Hall, Place};
use civic::vault::{KeyFiles, private_folder};
use db::{Context, Fault};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use minsheng::demo::sample;
use minsheng::seed::{self, Form, Plan};
use rand_core::SeedableRng;
use serde_json::json;

use super::demo;
use crate::{clock, house};

/// Days in a month of the plan.
const MONTH_DAYS: i64 = 30;

/// 造一个大数据库：虚构的县，许多事项，用来试速度。用 `minsheng demo --data DIR` 打开。
///
/// Makes a big database, the invented county with very many matters, to try how fast things are. Open it with
/// `minsheng demo --data DIR`. Its keys follow from the seed: never put anything real into it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// 数据目录，必须还没有站点。 Data folder; no site may be in it yet.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// 多少件事项。 How many matters.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100_000_000))]
    matters: u32,
    /// 同一个数、同一天，造出同样的公开日志。 The same number and day make the same public log.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// 每件只提交、转送，事件都短。 Matters are only filed and assigned, in few words.
    #[arg(long)]
    short: bool,
    /// 分布在最近多少个月（每月按 30 天）。 Months of 30 days over which they are spread.
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(i64).range(1..=60), conflicts_with = "short")]
    months: i64,
    /// 到哪一天零点为止，默认今天。 Day at whose beginning it ends; today by default.
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<Date>,
    /// 放进 PostgreSQL：数据库地址。 Address of a PostgreSQL database to put it into.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

/// Runs the command.
pub(crate) fn run(args: Args) -> Result<ExitCode, Fault> {
    let config = demo::county(args.data, args.database.as_deref())?;
    let zone = TimeZone::get(&config.site.zone).map_err(|_| Fault::other("unknown time zone"))?;
    let (time, today) = (clock::system(), clock::system().now().to_zoned_datetime(zone).date());
    let until = args.until.unwrap_or(today);
    if until > today {
        return Err(Fault::other(format!("--until {until} has not come yet; today is {today}")));
    }
    let form = if args.short { Form::Short } else { Form::Full };
    let plan = Plan { matters: args.matters as usize, seed: args.seed, form, days: args.months * MONTH_DAYS, until };
    private_folder(&config.data).context("while making the data folder")?;
    if KeyFiles::at(config.keys()).exist() {
        let folder = config.data.display();
        return Err(Fault::other(format!(
            "{folder} holds a site already, whole or broken off half-way: a big database is made in one go. Remove the folder, or name another"
        )));
    }
    demo::make(&config, &mut civic::chance::Chance::from_seed(plan.own_seed()))?;
    let keys = config.keys();
    let place =
        Place { data: config.data_target(), keystore: config.keystore_target(), keys: &keys, guards: Some(house::guards()) };
    let own = (time, plan.own_seed());
    let hall = Hall::open(&place, config.to_civic(), house::rules(&config)?, &house::migrations(), own)?;
    let bar = bar(plan.matters as u64);
    let made = seed::fill(&hall, &plan, &mut |begun| bar.set_position(begun as u64))?;
    let millis = (bar.elapsed().as_millis() as u64).max(1);
    bar.finish();
    sample::keep(&config.data, &made.samples)?;
    let told = json!({
        "matters": plan.matters,
        "seed": plan.seed,
        "until": until.to_string(),
        "entries": made.entries,
        "root": made.root,
        "seconds": millis / 1_000,
        "matters_per_second": plan.matters as u64 * 1_000 / millis,
        "entries_per_second": made.entries * 1_000 / millis,
    });
    println!("{told}");
    Ok(ExitCode::SUCCESS)
}

/// Draws the bar where somebody looks at it, and a line now and then where the output is kept.
fn bar(matters: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} 件 matters, {per_sec}, {eta}");
    let bar = ProgressBar::with_draw_target(Some(matters), ProgressDrawTarget::stderr_with_hz(2));
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}
