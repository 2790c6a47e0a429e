//! F07: one bit turns over somewhere in the database, the key store or a file. Nothing may be told as whole that is not.
//!
//! A bit in room that nothing uses changes nothing that was stored. So the drill also reads every row of every table, and
//! asks SQLite about its own structure: a bit is silent when these differ from before and the operator's tools are content.

use std::fs;
use std::path::{Path, PathBuf};

use civic::chance::{self, Chance};
use db::{Fault, Store, Target};
use rand_core::SeedableRng;

use super::house::{House, read};
use super::{Drill, Report};
use crate::oracle::{Act, Oracle};

/// Matters of the site that rots.
const MATTERS: u64 = 160;
/// Databases of a site.
const DATABASES: &[&str] = &["minsheng.db", "keys.db"];
/// Tables of which the operator's tools say that nothing watches them (`docs/threat-model.md`): what they hold is on its way
/// or short-lived, or a sealed copy that does not open once it was changed. Bits in them are counted apart.
const UNWATCHED: &[&str] = &[
    "outbox",
    "log_watch",
    "inbox",
    "source",
    "again",
    "hook",
    "exchange_out",
    "exchange_peer",
    "exchange_read_out",
    "exchange_read_in",
    "exchange_grade",
    "sms_piece",
    "sms_sent",
    "sms_stop",
    "sms_asked",
    "chat_talk",
    "chat_told",
    "hotline_call",
    "hotline_step",
    "accusation_copy",
    "accusation_wrap",
    "accusation_file",
    "handler_key",
    "account_news",
    "account_device",
    "topic_count",
    "credential",
    "session",
    "track_session",
    "draft",
    "guess",
    "digest_day",
    "ladder_day",
    "room_letter_day",
    "sealed_batch",
    "lease",
    "erasure",
    "disclosure",
    "disclosure_asked",
    "box_round",
    "box_unread",
    "box_file",
    "forum_post",
    "forum_list",
    "forum_measure",
    "forum_tally",
    "forum_code",
    "forum_gone",
    "dossier",
    "reception_day",
    "reception_booking",
    "reception_slot",
    "reception_gone",
    "edition",
    "assessment_objection",
    "consult",
    "consult_voice",
    "consult_point",
    "consult_contact",
    "consult_gone",
    "erasure_many",
    "second_person",
    "migration",
];
/// Bits in a byte.
const BITS: u64 = 8;

/// Turns `count` bits over, one at a time, and turns each back.
pub fn run(drill: &Drill) -> Result<Report, String> {
    let house = House::make(&drill.binary)?;
    let (oracle, mut chance) = (Oracle::default(), Chance::seed_from_u64(drill.seed));
    let server = house.start()?;
    for number in 0..MATTERS {
        let act = Act::invent(&mut chance, number);
        let at = oracle.intend(act.clone());
        oracle.hear(at, server.http().file(&act).as_ref());
    }
    let mut report = Report { findings: oracle.check(&house, &server).0, ..Report::default() };
    server.stop();
    let whole = contents(&house.data())?;
    let files = files(&house.data())?;
    let (mut told, mut harmless, mut unwatched) = (0_u64, 0_u64, 0_u64);
    for round in 0..drill.count {
        let drawn = u64::from_be_bytes(chance::bytes(&mut chance));
        // the database in half of the rounds, a quarter each for keys and files
        let path = match drawn % 4 {
            0 => house.data().join(DATABASES[1]),
            1 if !files.is_empty() => files[(drawn / 4) as usize % files.len()].clone(),
            _ => house.data().join(DATABASES[0]),
        };
        let mut bytes = read(&path)?;
        let bit = (drawn >> 8) % (bytes.len() as u64 * BITS);
        let (place, mask) = ((bit / BITS) as usize, 1 << (bit % BITS));
        bytes[place] ^= mask;
        fs::write(&path, &bytes).map_err(|error| error.to_string())?;
        let found = house.tool(&["verify", "--database"]);
        let name = path.strip_prefix(house.data()).unwrap_or(&path).display().to_string();
        if !found.success {
            told += 1;
        } else if files.contains(&path) {
            report.findings.push(format!("F07: bit {bit} of {name} turned over and nobody said so"));
        } else {
            match difference(&whole, contents(&house.data())) {
                None => harmless += 1,
                Some(what) if is_unwatched(&what) => unwatched += 1,
                Some(what) => report.findings.push(format!("F07: bit {bit} of {name} turned over silently: {what}")),
            }
        }
        bytes[place] ^= mask;
        fs::write(&path, &bytes).map_err(|error| error.to_string())?;
        drill.tell(round, &format!("{told} told, {harmless} changed nothing"));
    }
    report.told = format!(
        "{} bits: {told} told, {harmless} changed nothing, {unwatched} in tables nothing watches, {} silent",
        drill.count,
        report.findings.len()
    );
    Ok(report)
}

/// Every row of every table as text, by database and table, and what SQLite says of its own structure.
type Contents = Vec<(String, Vec<String>)>;

fn contents(data: &Path) -> Result<Contents, String> {
    let mut all = Vec::new();
    for name in DATABASES {
        let store = Store::look(&Target::Sqlite(data.join(name)), 1).map_err(|fault| fault.to_string())?;
        let found = store.read_blocking(|tx| {
            let mut tables = Vec::new();
            for row in tx.rows("select name from sqlite_master where type = 'table' order by name", &[])? {
                tables.push(row.get::<String>("name")?);
            }
            let mut found = vec![("structure".to_owned(), texts(&tx.rows("pragma integrity_check", &[])?))];
            for table in tables {
                let rows = tx.rows(&format!("select * from \"{table}\""), &[]);
                found.push((table, rows.map_or_else(|fault| vec![format!("unreadable: {fault}")], |rows| texts(&rows))));
            }
            Ok::<_, Fault>(found)
        });
        for (table, rows) in found.map_err(|fault| format!("{name}: {fault}"))? {
            all.push((format!("{name} {table}"), rows));
        }
    }
    Ok(all)
}

fn is_unwatched(what: &str) -> bool {
    let place = what.split(": ").next().unwrap_or_default();
    UNWATCHED.iter().any(|table| place.ends_with(&format!(".db {table}")))
}

fn texts(rows: &[db::Row]) -> Vec<String> {
    rows.iter().map(|row| format!("{:?}", row.values())).collect()
}

fn difference(whole: &Contents, now: Result<Contents, String>) -> Option<String> {
    let now = match now {
        Ok(now) => now,
        Err(why) => return Some(format!("it cannot be read: {why}")),
    };
    let other = whole.iter().zip(&now).find(|(before, after)| before != after)?;
    let row = other.0.1.iter().zip(&other.1.1).find(|(before, after)| before != after);
    let short = |text: &str| text.chars().take(300).collect::<String>();
    Some(format!(
        "{}: {}",
        other.0.0,
        row.map_or_else(String::new, |(before, after)| format!("{} → {}", short(before), short(after)))
    ))
}

/// Lists the attachments on disk.
fn files(data: &Path) -> Result<Vec<PathBuf>, String> {
    let (mut found, mut folders) = (Vec::new(), vec![data.join("files")]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))? {
            let path = entry.map_err(|error| error.to_string())?.path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    Ok(found)
}
