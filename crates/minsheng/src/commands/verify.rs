use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use civic::file::FileStore;
use db::Fault;
use jiff::Timestamp;
use jiff::civil::Date;
use tlog::checkpoint::Checkpoint;
use tlog::cosignature::Witness;
use tlog::note::Verifier;

use super::Which;
use crate::check::entries::Entries;
use crate::check::remote::Remote;
use crate::check::tree::{TILE_HASHES, Tree};
use crate::check::{Findings, database, receipt, rot, tables};
use crate::{gap, house};

/// Exit code when something does not hold.
const WRONG: u8 = 1;

/// 核验公开日志（URL），或在本机核验数据库（--database）。
///
/// Verifies a site's public log from outside (URL), or the database on this machine (--database). Exit code 0: everything
/// holds.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// 网站地址。 Address of the site.
    #[arg(required_unless_present = "database", conflicts_with = "database")]
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
    /// 核验数据库。 Verifies the database.
    #[arg(long)]
    database: bool,
    #[command(flatten)]
    which: Which,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Fault> {
    match &args.url {
        Some(url) => remote(args, &Remote::at(url)),
        None => local(args),
    }
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
        report.others.extend(tables::compare(&config, &hall)?);
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
    let mut kept = Kept::read(args, &verifier, &mut findings)?;
    let (tree, entries) = walk(remote, checkpoint.size, &mut kept, &mut findings)?;
    findings.hold(tree.root(checkpoint.size) == Some(checkpoint.root), || {
        "the entries do not lead to the root of the newest checkpoint".to_owned()
    });
    kept.compare(&tree, entries.last_day(), &mut findings);
    println!("{} entries, {} ratings, {} of them under a re-issued code", tree.size(), entries.ratings, entries.ratings_reissued);
    tiles(remote, tree, &mut findings)?;
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

/// Fetches every entry, in order.
fn walk(remote: &Remote, size: u64, kept: &mut Kept, findings: &mut Findings) -> Result<(Tree, Entries), Fault> {
    let (mut tree, mut entries) = (Tree::default(), Entries::default());
    while tree.size() < size {
        let (index, width) = (tree.size() / TILE_HASHES as u64, (size - tree.size()).min(TILE_HASHES as u64) as usize);
        let held = remote.entries(index, width, |entry| {
            kept.meet(tree.size(), entry, findings);
            entries.look(entry, findings);
            tree.push(entry);
        })?;
        if held != width {
            return Err(Fault::other(format!("entry bundle {index} holds {held} entries, {width} were asked for")));
        }
    }
    Ok((tree, entries))
}

/// Compares every tile that the site serves with the recomputed one.
fn tiles(remote: &Remote, tree: Tree, findings: &mut Findings) -> Result<(), Fault> {
    for (level, row) in tree.levels().into_iter().enumerate() {
        for (index, tile) in row.chunks(TILE_HASHES).enumerate() {
            let served = remote.tile(level as u8, index as u64, tile.len())?;
            findings.hold(served == tile.concat(), || format!("tile {level}/{index} does not hold the hashes of its entries"));
        }
    }
    Ok(())
}

/// Is what the stranger kept: older checkpoints, receipts, and promises of one, by the name of their file.
struct Kept {
    checkpoints: Vec<(String, Checkpoint)>,
    receipts: Vec<(String, receipt::Receipt)>,
    promises: Vec<(String, receipt::Promise)>,
}

impl Kept {
    fn read(args: &Args, verifier: &Verifier, findings: &mut Findings) -> Result<Self, Fault> {
        let text =
            |file: &PathBuf| fs::read_to_string(file).map_err(|error| Fault::other(format!("{}: {error}", file.display())));
        let mut kept = Self { checkpoints: Vec::new(), receipts: Vec::new(), promises: Vec::new() };
        for file in &args.since {
            match Checkpoint::open(&text(file)?, verifier) {
                Ok(checkpoint) => kept.checkpoints.push((file.display().to_string(), checkpoint)),
                Err(wrong) => findings.wrong(format!("{}: {wrong}", file.display())),
            }
        }
        for file in &args.receipt {
            let (name, text) = (file.display().to_string(), text(file)?);
            let held = if receipt::is_promise(&text) {
                receipt::promise(&text, verifier).map(|promise| kept.promises.push((name.clone(), promise)))
            } else {
                receipt::check(&text, verifier).map(|receipt| {
                    kept.checkpoints.push((name.clone(), receipt.checkpoint.clone()));
                    kept.receipts.push((name.clone(), receipt));
                })
            };
            held.unwrap_or_else(|wrong| findings.wrong(format!("{name}: {wrong}")));
        }
        Ok(kept)
    }

    /// Compares an entry with the receipts for it, and keeps the promises it fulfils.
    fn meet(&mut self, index: u64, entry: &[u8], findings: &mut Findings) {
        let text = String::from_utf8_lossy(entry);
        self.promises.retain(|(_, promise)| !text.contains(&format!("\"h\":\"{}\"", promise.h)));
        self.receipts.retain(|(name, receipt)| {
            if receipt.index != index {
                return true;
            }
            let same = receipt.entry.as_bytes() == entry;
            findings.hold(same, || format!("{name}: entry {index} of the log is not the one on the receipt"));
            false
        });
    }

    /// Compares the whole log with what was kept: the log must begin with every kept tree and hold every receipt's entry.
    /// What was promised for a day that has passed must be there.
    fn compare(&self, tree: &Tree, last: Option<Date>, findings: &mut Findings) {
        for (name, promise) in &self.promises {
            let late = last.is_some_and(|day| day > promise.by);
            findings.hold(!late, || format!("{name}: the entry promised until {} is not in the log", promise.by));
        }
        for (name, checkpoint) in &self.checkpoints {
            let same = tree.root(checkpoint.size) == Some(checkpoint.root);
            findings.hold(same, || format!("{name}: the log does not begin with the one this checkpoint states"));
        }
        for (name, receipt) in &self.receipts {
            findings.wrong(format!("{name}: the log has no entry {}", receipt.index));
        }
    }
}
