//! F21: the program dies at a drawn system call of an upgrade, on both engines; the next start finishes it.
//!
//! Data as an older version left it is made of today's: the newest steps are taken back by hand, in their order. `minsheng migrate`
//! is then killed at its n-th write or sync. Data of a version to come is refused with words.

use std::fs;
use std::process::Command;

use super::cluster::Cluster;
use super::crowd::{file_during, pause};
use super::house::{House, Output};
use super::{Drill, Report};
use crate::oracle::Oracle;

/// How long residents file before, in milliseconds.
const BEFORE_MILLIS: u64 = 1_500;
/// The calls that are counted: what reaches the disk, the directory or the database's server.
const CALLS: &str = "pwrite64,write,writev,sendto,fsync,fdatasync,rename,unlink,ftruncate,mkdir";
/// In every so many rounds everything is checked, not only what was acknowledged.
const WHOLE_ROUNDS: u64 = 10;
/// Acts asked for in each round.
const ASKED_MAX: usize = 20;

/// Is each step that can be taken back, newest first, with how: nothing is lost by it that the step does not make anew.
const BACK: &[(&str, &str)] = &[
    ("0490_outbox_again", "drop index outbox_again"),
    ("0481_matter_levels", "drop table matter_levels"),
    ("0480_followup_late", "drop index criticism_judge"),
    ("0470_log_watch", "drop table log_watch"),
    ("0441_dossier", "drop table dossier"),
    ("0451_assessment_objection", "drop table assessment_objection"),
    ("0450_edition", "drop table edition"),
    (
        "0460_consult",
        "drop table consult_gone; drop table consult_contact; drop table consult_point; drop table consult_voice; drop table consult",
    ),
    (
        "0430_reception",
        "drop table reception_gone; drop table reception_booking; drop table reception_slot; drop table reception_day",
    ),
    ("0440_supervised", "drop table supervised; drop table ladder_day"),
    ("0410_criticism", "drop table criticism"),
    ("0400_exchange_read", "drop table exchange_grade; drop table exchange_read_in; drop table exchange_read_out"),
    ("0380_exchange", "drop table exchange_peer; drop table exchange_out"),
    (
        "0370_forum",
        "drop table forum_gone; drop table forum_code; drop table forum_tally; drop table forum_measure; drop table forum_list;
            drop table forum_post",
    ),
    ("0361_chat", "drop table chat_talk"),
    ("0360_chat_told", "drop table chat_told"),
    ("0352_hook", "drop table hook"),
    ("0351_shown_own", "drop index matter_shown_own; drop index matter_shown_fresh"),
    ("0350_again", "drop table again"),
    ("0341_box_round", "drop table box_file; drop table box_unread; drop table box_round"),
    ("0340_origin", "drop table matter_origin"),
    ("0330_hotline", "drop table hotline_step; drop table hotline_call"),
    ("0320_shown", "drop table matter_shown"),
    ("0301_source", "drop table source"),
    ("0300_inbox", "drop table inbox"),
    (
        "0250_meant",
        "drop index matter_near; create index matter_near on matter (jurisdiction, owner, kind, place, received);
            drop index matter_rank; create index matter_rank on matter (jurisdiction, is_open, rank, number)",
    ),
    ("0220_joined", "drop index matter_joined"),
    ("0240_tally", "drop table tally_fill; drop table standing; drop table tally"),
    ("0200_topic", "drop table topic_count; drop table matter_topic"),
    (
        "0171_fresh",
        "drop index matter_fresh;
            create index matter_fresh on matter (jurisdiction, is_open, stage, owner) where stage = 'received'",
    ),
    ("0013_lease", "drop table lease"),
    ("0109_alarm", "drop index matter_unheard; alter table matter drop column unheard"),
    ("0108_call", "drop table matter_call"),
    (
        "0107_calendar",
        "drop table calendar_walk; create index matter_provisional on matter (jurisdiction, is_open, provisional, number)
            where provisional = true",
    ),
    ("0106_late", ""),
    ("0104_near", "drop index matter_near"),
    (
        "0103_count",
        "drop index matter_party_live; alter table matter_party drop column number; alter table matter_party drop column rank;
            alter table matter_party drop column live; drop index matter_fresh; drop index matter_disputed;
            drop index matter_provisional",
    ),
    ("0010_witnessed", "drop table witnessed"),
    ("0009_access_head", "drop table access_head"),
    ("0008_guess", "drop table guess"),
];

/// Kills the upgrade at `count` of its calls on each engine.
pub fn run(drill: &Drill) -> Result<Report, String> {
    for program in ["strace", "python3"] {
        if !Output::of(Command::new(program).arg("-V")).success {
            return Ok(Report::lacking(&format!("{program} is not there: apt-get install {program}")));
        }
    }
    let mut report = Report::default();
    on(drill, (House::make(&drill.binary)?, None), &mut report)?;
    match Cluster::make()? {
        Some(cluster) => {
            let house = House::make_on(&drill.binary, &cluster.url())?;
            on(drill, (house, Some(cluster)), &mut report)?;
        }
        None => report.lacking = Some("PostgreSQL is not there: apt-get install postgresql".to_owned()),
    }
    Ok(report)
}

fn on(drill: &Drill, (mut house, cluster): (House, Option<Cluster>), report: &mut Report) -> Result<(), String> {
    let engine = if cluster.is_some() { "PostgreSQL" } else { "SQLite" };
    let oracle = Oracle::default();
    let server = house.start()?;
    file_during(&oracle, *server.http(), drill.seed, || pause(BEFORE_MILLIS));
    oracle.settle(&server);
    server.stop();
    let by_hand = |house: &House, sql: &str| by_hand(house, cluster.as_ref(), sql);
    let older = |house: &House| {
        BACK.iter().try_for_each(|(name, back)| by_hand(house, &format!("{back};delete from migration where name='{name}'")))
    };
    older(&house)?;
    let calls = upgrade(&mut house, u64::MAX)?.0;
    let (mut died, mut steps) = (0, Vec::new());
    for round in 0..drill.count.min(calls) {
        older(&house)?;
        let nth = 1 + round * calls / drill.count.min(calls);
        let (_, done) = upgrade(&mut house, nth)?;
        died += u64::from(!done);
        steps.push(left(&house));
        let server = house.start().map_err(|why| format!("F21: {engine}, call {nth}: {why}"))?;
        let found = if round.is_multiple_of(WHOLE_ROUNDS) {
            oracle.check(&house, &server)
        } else {
            let heard = oracle.heard();
            oracle.ask_for(&server, &heard[..heard.len().min(ASKED_MAX)])
        };
        server.kill();
        report.findings.extend(found.0.into_iter().map(|found| format!("{engine}, call {nth}: {found}")));
        drill.tell(round, &format!("{engine}, killed at call {nth} of {calls}"));
        if !report.findings.is_empty() {
            return Ok(());
        }
    }
    steps.sort_unstable();
    steps.dedup();
    by_hand(&house, "insert into migration (name, hash) values ('9999_to_come', '')")?;
    match house.start() {
        Err(why) if why.contains("newer version") => {}
        Err(why) => report.findings.push(format!("F21: {engine}: data of a newer version is refused with other words: {why}")),
        Ok(_) => report.findings.push(format!("F21: {engine}: data of a newer version is served")),
    }
    let (acts, left) = (oracle.counts().1, steps.len());
    let told = format!("{engine}: {died} deaths among {calls} calls, {left} different numbers of steps left, {acts} matters");
    report.told = if report.told.is_empty() { told } else { format!("{}; {told}", report.told) };
    Ok(())
}

/// Upgrades and is killed at the n-th call. Returns how many calls its first thread made, and whether it came to its end.
fn upgrade(house: &mut House, nth: u64) -> Result<(u64, bool), String> {
    let trace = house.beside("trace");
    let inject = format!("inject={CALLS}:signal=KILL:when={nth}");
    let (calls, out) = (format!("trace={CALLS}"), trace.display().to_string());
    let mut words = vec!["strace", "-f", "-o", &out, "-e", &calls];
    if nth < u64::MAX {
        words.extend(["-e", &inject]);
    }
    house.before = words.iter().map(|word| (*word).to_owned()).collect();
    let output = house.tool(&["migrate"]);
    house.before.clear();
    let text = fs::read_to_string(&trace).map_err(|error| format!("strace left no trace: {error}"))?;
    let first = text.split(' ').next().unwrap_or_default();
    let calls = text.lines().filter(|line| line.starts_with(first) && line.contains('(')).count() as u64;
    if !output.success && nth == u64::MAX {
        return Err(format!("F21: the upgrade fails: {}", output.words));
    }
    Ok((calls, output.success))
}

/// Counts the steps still to be done.
fn left(house: &House) -> usize {
    house.tool(&["migrate", "--check"]).words.lines().filter(|line| BACK.iter().any(|(name, _)| line.trim() == *name)).count()
}

/// Runs statements as whoever administers the database would.
fn by_hand(house: &House, cluster: Option<&Cluster>, sql: &str) -> Result<(), String> {
    let output = if let Some(cluster) = cluster {
        cluster.ask(&format!("set search_path = minsheng; {sql}"))
    } else {
        let script = "import sqlite3,sys\nd=sqlite3.connect(sys.argv[1])\nd.executescript(sys.argv[2])\nd.commit()";
        Output::of(Command::new("python3").args(["-c", script]).arg(house.data().join("minsheng.db")).arg(sql))
    };
    if output.success { Ok(()) } else { Err(format!("by hand: {sql}: {}", output.words)) }
}
