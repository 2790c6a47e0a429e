//! Drills: what goes wrong in the world, done to the real program from outside, with the oracle as witness.
//!
//! A drill is repeatable by its seed as far as the machine's own timing lets it. `cargo x drill` runs them; what they found
//! stands in `docs/drills.md`, and a failing seed becomes a kept test.

use std::path::PathBuf;
use std::time::Instant;

use self::house::Server;
use crate::oracle::Oracle;

mod backup;
pub mod cluster;
pub(crate) mod crowd;
pub(crate) mod desk;
mod disk;
mod enospc;
mod exchange;
mod failover;
mod fsync;
mod gap;
mod handles;
pub mod house;
pub mod http;
mod kill;
mod mail;
mod memory;
mod nodes;
mod outbox;
mod patroni;
mod pg;
mod post;
mod postfix;
mod power;
mod readonly;
mod relay;
mod repeats;
mod rot;
mod rotate;
mod rounds;
mod slow;
mod time;
mod upgrade;
mod upload;

/// Says how a drill is run.
#[derive(Debug, Clone)]
pub struct Drill {
    /// The program.
    pub binary: PathBuf,
    /// How often, or how many.
    pub count: u64,
    /// Start of chance.
    pub seed: u64,
}

/// Is what came of a drill.
#[derive(Debug, Default, Clone)]
pub struct Report {
    /// What did not hold; empty = everything did.
    pub findings: Vec<String>,
    /// What was done, in numbers.
    pub told: String,
    /// What the machine lacked, where the drill could not be run for that.
    pub lacking: Option<String>,
}

/// Carries a drill out.
pub type Run = fn(&Drill) -> Result<Report, String>;

/// Is one kind of drill.
pub struct Kind {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it does, for the record.
    pub about: &'static str,
    /// The full count.
    pub full: u64,
    /// The count that fits into every test run; zero = it needs a privilege and is left to `cargo x drill`.
    pub short: u64,
    /// Runs it.
    pub run: Run,
}

/// Lists all drills.
pub const ALL: &[Kind] = &[
    kind("kill", "kill -9 while 16 residents file (F01)", (500, 4), kill::run),
    kind("power", "the power cut on xfs and on ext4 while 16 residents file (F02)", (100, 0), power::run),
    kind("fsync", "one call that makes data durable fails, and the power goes (F03)", (60, 0), fsync::run),
    kind("readonly", "the disk turns read-only while 16 residents file (F05)", (5, 0), readonly::run),
    kind("memory", "no memory left while 16 residents file (F26)", (10, 0), memory::run),
    kind("handles", "no file can be opened while 16 residents file (F27)", (10, 1), handles::run),
    kind("slow", "2,000 clients who send and read slowly (F09)", (1, 0), slow::run),
    kind("pg", "PostgreSQL restarted, killed, held, unheard while 16 residents file (F16, F18, F19)", (50, 0), pg::run),
    kind("failover", "the leader of three machines under Patroni killed, and cut off (F17)", (20, 0), failover::run),
    kind(
        "nodes",
        "of two serving and two working processes one killed or frozen (design: several machines)",
        (20, 0),
        nodes::run,
    ),
    kind("outbox", "killed when a letter is taken and not noted (F32)", (1_000, 3), outbox::run),
    kind("mail", "kill -9 while eight mail servers hand letters over", (200, 2), mail::run),
    kind(
        "postfix",
        "kill -9 while a real Postfix relays residents' letters in, ours out, and some of them back",
        (40, 1),
        postfix::run,
    ),
    kind(
        "exchange",
        "two sites that hand matters down and report back, either killed, answers lost, one down for a day",
        (60, 2),
        exchange::run,
    ),
    kind(
        "upgrade",
        "an upgrade killed at each of its writes and syncs, finished by the next start (F21)",
        (400, 0),
        upgrade::run,
    ),
    kind("upload", "kill -9 while 16 residents send large files along (F08)", (100, 1), upload::run),
    kind("backup", "a backup under load, restored elsewhere (F20)", (10, 1), backup::run),
    kind("rotate", "the site key changed under load, with deaths (F31)", (20, 0), rotate::run),
    kind("repeats", "the same form again, also a hundred at once (F23)", (10_000, 600), repeats::run),
    kind("enospc", "a disk without room or inodes while 16 residents file (F04)", (40, 0), enospc::run),
    kind("rot", "one bit turned over in database, key store or file (F07)", (300, 12), rot::run),
    kind("time", "the clock jumps back, on, to 1970, 2038 and a leap day (F06)", (5, 0), time::run),
];

const fn kind(name: &'static str, about: &'static str, (full, short): (u64, u64), run: Run) -> Kind {
    Kind { name, about, full, short, run }
}

/// Finds a drill by its name.
pub fn named(name: &str) -> Option<&'static Kind> {
    ALL.iter().find(|kind| kind.name == name)
}

impl Kind {
    /// Runs the drill and prints its outcome as a row of the record. Tells whether everything held.
    pub fn carry_out(&self, drill: &Drill) -> Report {
        let begun = Instant::now();
        println!("{}: {} × {}, seed {}", self.name, drill.count, self.about, drill.seed);
        let mut report = (self.run)(drill).unwrap_or_else(|why| Report { findings: vec![why], ..Report::default() });
        report.findings.iter().for_each(|finding| println!("  FOUND {finding}"));
        let outcome = match (&report.lacking, report.findings.len()) {
            (Some(lacking), _) => format!("not run: {lacking}"),
            (None, 0) => "everything held".to_owned(),
            (None, count) => format!("{count} finding(s)"),
        };
        report.told = format!(
            "| {} | {} | {} | {} | {} | {} s |",
            self.name,
            drill.count,
            drill.seed,
            report.told,
            outcome,
            begun.elapsed().as_secs()
        );
        println!("{}", report.told);
        report
    }
}

impl Report {
    fn lacking(what: &str) -> Self {
        Self { lacking: Some(what.to_owned()), ..Self::default() }
    }
}

/// Asks for everything that was sent from a place of the ledger on, now that the program runs again: first what nothing was
/// heard about is sent anew (I6), then all of it is asked for (I1, I2).
fn audit(oracle: &Oracle, server: &Server, from: usize) -> Vec<String> {
    let unheard = oracle.settle(server).0;
    unheard.into_iter().chain(oracle.ask(server, from).0).collect()
}

impl Drill {
    /// Says that a round is over, now and then.
    fn tell(&self, round: u64, what: &str) {
        if (round + 1).is_multiple_of(self.count.div_ceil(10).max(1)) {
            println!("  {}: {what}", round + 1);
        }
    }
}
