//! The program dies while mail servers hand letters over: between a letter's last byte and "taken", between "taken" and the matter.
//!
//! Every letter that was called taken must be there after each start, each becomes one matter, and all of them sent once more make none.
//! A letter is known by its size, which no other has: what it says is sealed.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use civic::chance::{self, Chance};
use rand_core::SeedableRng;

use super::crowd::pause;
use super::house::House;
use super::{Drill, Report};

/// Mail servers that hand letters over at once.
const HANDS: usize = 8;
/// Longest time between start and death, in milliseconds.
const LIFE_MILLIS_MAX: u64 = 1_500;
/// How long one answer is waited for.
const ANSWER_MAX: Duration = Duration::from_secs(20);
/// Wait after a conversation broke, in milliseconds: a mail server does not call a dead program without a pause.
const BROKEN_MILLIS: u64 = 20;
/// Longest time until every letter became a matter, in seconds.
const MADE_SECONDS: u64 = 120;
/// The address that residents write to.
const TO: &str = "minsheng@drill.example";

/// Is what the mail servers know.
#[derive(Default)]
struct Servers {
    next: AtomicU64,
    taken: Mutex<BTreeSet<u64>>,
}

/// Kills the program `count` times.
pub fn run(drill: &Drill) -> Result<Report, String> {
    let house = House::make(&drill.binary)?;
    let mut chance = Chance::seed_from_u64(drill.seed);
    let at = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).map_err(|error| error.to_string())?;
    let config = house.with_more("mail", &format!("jobs_seconds = 1\n[mail]\naddress = {TO:?}\nlisten = \"{at}\"\n"))?;
    let (servers, mut report) = (Servers::default(), Report::default());
    for round in 0..drill.count {
        let server = house.start_at(&config)?;
        let life = 20 + u64::from_be_bytes(chance::bytes(&mut chance)) % LIFE_MILLIS_MAX;
        let over = AtomicBool::new(false);
        thread::scope(|scope| {
            for _ in 0..HANDS {
                scope.spawn(|| servers.send(at, &over));
            }
            pause(life);
            server.kill();
            over.store(true, Ordering::Relaxed);
        });
        report.findings.extend(servers.missing(&house)?);
        drill.tell(round, &format!("lived {life} ms, {} letters taken so far", servers.count()));
        if !report.findings.is_empty() {
            return Ok(report);
        }
    }
    let server = house.start_at(&config)?;
    // whatever was not called taken is sent again, as a mail server does; and then everything once more
    let sent = servers.next.load(Ordering::Relaxed);
    for turn in (0..sent).chain(0..sent) {
        hand_over(at, &mut None, turn).ok_or_else(|| format!("letter {turn} is not taken by a program that runs"))?;
    }
    let made = (0..MADE_SECONDS).find_map(|_| {
        pause(1_000);
        house.inbox().ok().filter(|rows| !rows.keys().any(|(state, _)| state == "waiting"))
    });
    let rows = made.ok_or_else(|| format!("letters still wait after {MADE_SECONDS} s"))?;
    let filed = rows
        .iter()
        .filter(|((state, outcome), _)| state == "done" && outcome == "filed")
        .map(|(_, sizes)| sizes.len())
        .sum::<usize>();
    if filed as u64 != sent || rows.len() != 1 {
        report.findings.push(format!("{sent} letters were sent and {filed} became matters, in {} states", rows.len()));
    }
    for tool in [&["verify", "--database"][..], &["rebuild", "--check"]] {
        let output = house.tool(tool);
        if !output.success {
            report.findings.push(format!("I4: minsheng {}: {}", tool.join(" "), output.words));
        }
    }
    drop(server);
    report.told = format!(
        "{} deaths, {} letters taken by then, {sent} sent and then all again: {filed} matters",
        drill.count,
        servers.count()
    );
    Ok(report)
}

impl Servers {
    /// Hands letters over, one after another, until it is over.
    fn send(&self, at: SocketAddr, over: &AtomicBool) {
        let mut way = None;
        while !over.load(Ordering::Relaxed) {
            let turn = self.next.fetch_add(1, Ordering::Relaxed);
            match hand_over(at, &mut way, turn) {
                Some(true) => drop(self.taken.lock().unwrap_or_else(PoisonError::into_inner).insert(turn)),
                Some(false) => {}
                None => {
                    way = None;
                    pause(BROKEN_MILLIS);
                }
            }
        }
    }

    fn count(&self) -> usize {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Lists the letters that were called taken and are not there.
    fn missing(&self, house: &House) -> Result<Vec<String>, String> {
        let there: BTreeSet<u64> = house.inbox()?.into_values().flatten().collect();
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        // the dot at the end is no part of a letter
        let size = |turn: &u64| letter(*turn).len() as u64 - 3;
        let lost = taken.iter().filter(|turn| !there.contains(&size(turn)));
        Ok(lost.map(|turn| format!("letter {turn} was called taken and is not there")).collect())
    }
}

/// Writes a letter that is one byte longer than the one before it.
fn letter(turn: u64) -> String {
    let pad = "x".repeat(usize::try_from(turn).unwrap_or_default());
    format!(
        "From: r{turn:07}@home.example\r\nTo: {TO}\r\nMessage-ID: <{turn:07}@home.example>\r\nSubject: lamp {turn:07}\r\n\r\n\
         The lamp at the bridge is dark. {pad}\r\n.\r\n"
    )
}

/// Hands one letter over; tells whether it was called taken, or nothing where the conversation broke.
fn hand_over(at: SocketAddr, way: &mut Option<Talk>, turn: u64) -> Option<bool> {
    if way.is_none() {
        *way = Some(Talk::open(at, "LHLO home.example")?);
    }
    way.as_mut()?.hand_over((&format!("r{turn:07}@home.example"), TO), &letter(turn))
}

/// Is a conversation with whoever takes letters, by SMTP or LMTP as it begins. `None` of it: the conversation broke.
pub(super) struct Talk {
    out: TcpStream,
    answers: BufReader<TcpStream>,
}

impl Talk {
    /// Connects, and says hello.
    pub(super) fn open(at: SocketAddr, hello: &str) -> Option<Self> {
        let out = TcpStream::connect_timeout(&at, ANSWER_MAX).ok()?;
        out.set_read_timeout(Some(ANSWER_MAX)).ok()?;
        let mut talk = Self { answers: BufReader::new(out.try_clone().ok()?), out };
        talk.answer()?;
        talk.ask(&format!("{hello}\r\n"))?;
        Some(talk)
    }

    /// Hands a letter over, with the dot at its end; tells whether it was called taken.
    pub(super) fn hand_over(&mut self, (from, to): (&str, &str), letter: &str) -> Option<bool> {
        for line in [format!("MAIL FROM:<{from}>\r\n"), format!("RCPT TO:<{to}>\r\n"), "DATA\r\n".to_owned()] {
            if !self.ask(&line)?.starts_with(['2', '3']) {
                return Some(false);
            }
        }
        Some(self.ask(letter)?.starts_with('2'))
    }

    fn ask(&mut self, words: &str) -> Option<String> {
        self.out.write_all(words.as_bytes()).ok()?;
        self.answer()
    }

    /// Reads an answer to its last line.
    fn answer(&mut self) -> Option<String> {
        loop {
            let mut line = String::new();
            if self.answers.read_line(&mut line).ok()? == 0 {
                return None;
            }
            if line.as_bytes().get(3) != Some(&b'-') {
                return Some(line);
            }
        }
    }
}

/// Counts sizes by state and outcome.
pub type Rows = BTreeMap<(String, String), Vec<u64>>;
