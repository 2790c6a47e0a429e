use std::path::{Path, PathBuf};
use std::process::ExitCode;

use civic::file::FileStore;
use db::Fault;
use jiff::Timestamp;
use tlog::checkpoint::Checkpoint;
use tlog::cosignature::Witness;
use tlog::note::Verifier;

use super::Which;
use crate::check::kept::Kept;
use crate::check::remote::Remote;
use crate::check::{Findings, anchors, archive, database, rot, stated, tables, walk};
use crate::{gap, house};

/// Exit code when something does not hold.
const WRONG: u8 = 1;

/// 核验公开日志（URL）、本人带走的资料包（--archive），或在本机核验数据库（--database）。
///
/// Verifies a site's public log from outside (URL), an archive that a resident took away (--archive), or the database on
/// this machine (--database). Exit code 0: everything holds.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// 网站地址。 Address of the site.
    #[arg(required_unless_present_any = ["database", "archive"], conflicts_with_all = ["database", "archive"])]
    url: Option<String>,
    /// 日志公钥，应从别处取得（公报、回执）。 Verifier key of the log, taken from somewhere else than the site.
    #[arg(long, value_name = "KEY")]
    vkey: Option<String>,
    /// 回执文件。 Receipt file.
    #[arg(long, value_name = "FILE")]
    receipt: Vec<PathBuf>,
    /// 以前保存的检查点文件。 Checkpoint file kept from an earlier day.
    #[arg(long, value_name = "FILE")]
    since: Vec<PathBuf>,
    /// 见证方公钥：最新检查点须有其联署。 Verifier key of a witness that must have cosigned the newest checkpoint.
    #[arg(long, value_name = "KEY", conflicts_with = "database")]
    witness: Vec<String>,
    /// 上述见证方中至少须有几个联署；默认全部。 How many of these witnesses must have; by default all.
    #[arg(long, value_name = "N", requires = "witness")]
    at_least: Option<usize>,
    /// 上级平台的网址：它的日志里记下的本日志检查点，都要对得上。 Address of the site above: every head of this log that was entered into its log
    /// must fit.
    #[arg(long, value_name = "URL", conflicts_with_all = ["database", "archive"])]
    anchored_by: Option<String>,
    /// 上级平台日志的公钥。 Verifier key of the log above.
    #[arg(long, value_name = "KEY", requires = "anchored_by")]
    anchor_vkey: Option<String>,
    /// 只重算各单位的公开数字：从日志逐条重新算出，和网站声明的比对。 Computes the public figures about offices again, from every entry of the
    /// log, and compares them with what the site states.
    #[arg(long, conflicts_with_all = ["database", "archive", "receipt", "since", "witness"])]
    figures: bool,
    /// 本人带走的资料包（ZIP），离线核验。 Archive that a resident took away (ZIP); checked offline.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["database", "receipt", "since", "witness"])]
    archive: Option<PathBuf>,
    /// 核验数据库。 Verifies the database.
    #[arg(long)]
    database: bool,
    #[command(flatten)]
    which: Which,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Fault> {
    match (&args.url, &args.archive) {
        (Some(url), _) if args.figures => figures(args, &Remote::at(url)),
        (Some(url), _) => remote(args, &Remote::at(url)),
        (None, Some(file)) => offline(args, file),
        (None, None) => local(args),
    }
}

fn offline(args: &Args, file: &Path) -> Result<ExitCode, Fault> {
    let mut findings = Findings::default();
    let holding = archive::check(file, args.vkey.as_deref(), &mut findings)?;
    findings.0.iter().for_each(|line| println!("WRONG {line}"));
    if args.vkey.is_none() {
        println!("self-consistent only: the key came from the archive itself; give --vkey from elsewhere");
    }
    if findings.0.is_empty() {
        println!("everything holds");
    }
    println!("{holding}");
    Ok(if findings.0.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(WRONG) })
}

fn local(args: &Args) -> Result<ExitCode, Fault> {
    let config = args.which.read()?;
    let hall = house::look(&config)?;
    let files = FileStore::open(config.files())?;
    let mut report = database::look(&hall, &files)?;
    report.others.extend(rot::look(&hall, &files)?);
    report.others.extend(gap::finding(&config, &hall)?);
    if report.events.is_empty() {
        // with a damaged journal the tables differ as a matter of course
        report.others.extend(tables::compare(&hall)?);
    }
    report.events.iter().chain(&report.others).for_each(|line| println!("{line}"));
    let whole = report.events.is_empty() && report.others.is_empty();
    if whole {
        println!("everything holds");
    }
    println!("{}", report.size);
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::from(WRONG) })
}

fn remote(args: &Args, remote: &Remote) -> Result<ExitCode, Fault> {
    let mut findings = Findings::default();
    let vkey = args.vkey.clone().map_or_else(|| remote.vkey(), Ok)?;
    let verifier = Verifier::parse(&vkey).map_err(|wrong| Fault::other(format!("verifier key: {wrong}")))?;
    let note = remote.checkpoint()?;
    let checkpoint = Checkpoint::open(&note, &verifier).or_else(|wrong| {
        findings.wrong(format!("the newest checkpoint: {wrong}"));
        Checkpoint::peek(&note).map_err(|wrong| Fault::other(format!("the newest checkpoint: {wrong}")))
    })?;
    cosigned(args, &note, &mut findings)?;
    let mut kept = Kept::read(&args.since, &args.receipt, &verifier, &mut findings)?;
    if let Some(url) = &args.anchored_by {
        let heads = anchors::fetch(&Remote::at(url), args.anchor_vkey.as_deref(), &checkpoint.origin, &mut findings)?;
        findings.hold(!heads.is_empty(), || format!("no head of {} was entered into the log of {url}", checkpoint.origin));
        println!("{} heads of this log stand in the log of {url}", heads.len());
        kept.add(url, heads);
    }
    let (tree, entries) = walk::entries(remote, checkpoint.size, &mut kept, &mut findings)?;
    findings.hold(tree.root(checkpoint.size) == Some(checkpoint.root), || {
        "the entries do not lead to the root of the newest checkpoint".to_owned()
    });
    kept.compare(&tree, entries.last_day(), &mut findings);
    println!("{} entries, {} ratings, {} of them under a re-issued code", tree.size(), entries.ratings, entries.ratings_reissued);
    walk::tiles(remote, tree, &mut findings)?;
    findings.0.iter().for_each(|line| println!("WRONG {line}"));
    if args.vkey.is_none() && args.since.is_empty() {
        println!(
            "self-consistent only: the key came from the site itself; give --vkey from elsewhere, or --since an older checkpoint"
        );
    }
    if findings.0.is_empty() {
        println!("everything holds");
    }
    println!("{}", checkpoint.size);
    Ok(if findings.0.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(WRONG) })
}

/// Computes every figure about offices again that the site states; a site that states none fails.
fn figures(args: &Args, remote: &Remote) -> Result<ExitCode, Fault> {
    let mut findings = Findings::default();
    let vkey = args.vkey.clone().map_or_else(|| remote.vkey(), Ok)?;
    let verifier = Verifier::parse(&vkey).map_err(|wrong| Fault::other(format!("verifier key: {wrong}")))?;
    let all = stated::fetch(remote, &verifier, &mut findings)?;
    findings.hold(all.count() > 0, || "the site states no figures".to_owned());
    let note = remote.checkpoint()?;
    let checkpoint =
        Checkpoint::open(&note, &verifier).map_err(|wrong| Fault::other(format!("the newest checkpoint: {wrong}")))?;
    let tree = stated::recompute(remote, &all, checkpoint.size.max(all.size()), &mut findings)?;
    findings.hold(tree.root(checkpoint.size) == Some(checkpoint.root), || {
        "the entries do not lead to the root of the newest checkpoint".to_owned()
    });
    findings.0.iter().for_each(|line| println!("WRONG {line}"));
    if args.vkey.is_none() {
        println!("self-consistent only: the key came from the site itself; give --vkey from elsewhere");
    }
    println!("{} statements, computed again from {} entries", all.count(), tree.size());
    if findings.0.is_empty() {
        println!("everything holds");
    }
    println!("{}", all.count());
    Ok(if findings.0.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(WRONG) })
}

/// Looks for the cosignatures of the given witnesses under a checkpoint.
fn cosigned(args: &Args, note: &str, findings: &mut Findings) -> Result<(), Fault> {
    let (mut missing, mut count) = (Vec::new(), 0);
    for vkey in &args.witness {
        let witness = Witness::parse(vkey).map_err(|wrong| Fault::other(format!("--witness {vkey}: {wrong}")))?;
        match witness.find(note) {
            Ok(Some(found)) => {
                let at = i64::try_from(found.at).ok().and_then(|at| Timestamp::from_second(at).ok());
                println!("cosigned by {} at {}", witness.name(), at.map_or_else(|| "-".to_owned(), |at| at.to_string()));
                count += 1;
            }
            Ok(None) => missing.push(witness.name().to_owned()),
            Err(wrong) => findings.wrong(format!("the cosignature of {}: {wrong}", witness.name())),
        }
    }
    let needed = args.at_least.unwrap_or(args.witness.len());
    findings.hold(count >= needed, || {
        format!(
            "{count} of the given witnesses cosigned the newest checkpoint, {needed} must have; without: {}",
            missing.join(" ")
        )
    });
    Ok(())
}
