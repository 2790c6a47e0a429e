//! A real Postfix between residents and the program, both ways, while the program is killed: residents' letters come through it by LMTP, the
//! program's letters go out through it, signed, and what it cannot deliver it sends back (DSN).
//!
//! Every letter that Postfix took becomes one matter, also one that was sent twice; every resident who can be reached gets theirs under one
//! `Message-ID`, with a signature that another library finds good; of every other one a letter comes back, and what it told waits for a
//! person to tell it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use civic::chance::{self, Chance};
use rand_core::SeedableRng;

use super::crowd::pause;
use super::desk::Desk;
use super::house::{House, Output, Server};
use super::mail::Talk;
use super::relay::{DOMAIN, Relay};
use super::{Drill, Report};

/// Residents' letters of each round.
const LETTERS: u64 = 15;
/// Of so many residents one has an address that takes no letters.
const GONE_EVERY: u64 = 5;
/// Longest time between start and death, in milliseconds.
const LIFE_MILLIS_MAX: u64 = 1_500;
/// Longest time until everything came where it belongs, in seconds.
const SETTLED_SECONDS: u64 = 180;
/// Time between two looks, in milliseconds.
const LOOK_MILLIS: u64 = 250;
/// Lists the matters whose first letter came back.
const RETURNED: &str =
    "select m.number as number from matter m join inbox i on i.jurisdiction = m.jurisdiction and i.matter = m.id
    where i.outcome = 'returned' order by m.number";
/// Lists the matters about which somebody is to be rung up.
const CALLS: &str = "select number from matter_call order by number";
/// The name of the key that signs.
const SELECTOR: &str = "ms1";

/// Kills the program `count` times.
pub fn run(drill: &Drill) -> Result<Report, String> {
    if let Some(lacking) = Relay::lacking() {
        return Ok(Report::lacking(lacking));
    }
    let house = House::make(&drill.binary)?;
    let mut chance = Chance::seed_from_u64(drill.seed);
    let lmtp = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).map_err(|error| error.to_string())?;
    let mut relay = Relay::start(&house.beside("relay"), lmtp)?;
    let key = Key::make(&house.beside("dkim.pem"))?;
    let to = format!("minsheng@{DOMAIN}");
    let config = house.with_more(
        "relayed",
        &format!(
            "jobs_seconds = 1\n[smtp]\nhost = \"127.0.0.1\"\nport = {}\nfrom = {to:?}\ntls = \"none\"\n[smtp.dkim]\ndomain = {DOMAIN:?}\n\
             selector = {SELECTOR:?}\nkey_file = \"{}\"\n[mail]\naddress = {to:?}\nlisten = \"{lmtp}\"\n",
            relay.port(),
            key.file.display()
        ),
    )?;
    let mut sent = 0;
    for round in 0..drill.count {
        let server = house.start_at(&config)?;
        let drawn: [u8; 8] = chance::bytes(&mut chance);
        thread::scope(|scope| {
            let door = relay.port();
            let writing = scope.spawn(move || (sent..sent + LETTERS).try_for_each(|turn| send(door, turn)));
            pause(20 + u64::from_be_bytes(drawn) % LIFE_MILLIS_MAX);
            server.kill();
            writing.join().unwrap_or_else(|_| Err("whoever writes letters broke off".to_owned()))
        })?;
        sent += LETTERS;
        if round % 2 == 1 {
            relay.die_and_start()?;
        }
        drill.tell(round, &format!("{sent} letters written"));
    }
    let server = house.start_at(&config)?;
    let mut report = Report::default();
    let told = settle(&house, &relay, (sent, drill.count))?;
    report.findings.extend(told.findings);
    report.findings.extend(key.check(&relay)?);
    report.findings.extend(by_hand(&house, &server)?);
    drop(server);
    for tool in [&["verify", "--database"][..], &["rebuild", "--check"]] {
        let output = house.tool(tool);
        if !output.success {
            report.findings.push(format!("I4: minsheng {}: {}", tool.join(" "), output.words));
        }
    }
    report.told = format!("{} deaths; {}", drill.count, told.told);
    Ok(report)
}

/// Tells whether a resident's address takes no letters.
fn is_gone(turn: u64) -> bool {
    turn.is_multiple_of(GONE_EVERY)
}

fn resident(turn: u64) -> String {
    format!("r{turn:05}@{}", if is_gone(turn) { "gone.example" } else { "home.example" })
}

/// Has Postfix take a letter, as often as it needs; every third one is sent twice, as by a program that did not hear "taken".
fn send(door: u16, turn: u64) -> Result<(), String> {
    let (from, to) = (resident(turn), format!("minsheng@{DOMAIN}"));
    let letter = format!(
        "From: {from}\r\nTo: {to}\r\nMessage-ID: <{turn:05}@home.example>\r\nSubject: lamp {turn}\r\n\r\nThe lamp at bridge {turn} is dark.\r\n.\r\n"
    );
    let times = if turn.is_multiple_of(3) { 2 } else { 1 };
    for _ in 0..times {
        let begun = Instant::now();
        loop {
            let taken = Talk::open(([127, 0, 0, 1], door).into(), "EHLO home.example")
                .and_then(|mut talk| talk.hand_over((&from, &to), &letter));
            if taken == Some(true) {
                break;
            }
            if begun.elapsed().as_secs() > SETTLED_SECONDS {
                return Err(format!("Postfix does not take letter {turn}"));
            }
            pause(LOOK_MILLIS);
        }
    }
    Ok(())
}

/// Waits until every letter is a matter, every answer arrived or came back, and counts.
fn settle(house: &House, relay: &Relay, (sent, deaths): (u64, u64)) -> Result<Report, String> {
    let gone = (0..sent).filter(|turn| is_gone(*turn)).count();
    let reached = sent as usize - gone;
    let begun = Instant::now();
    let (mut came, mut letters) = (BTreeMap::new(), Vec::new());
    while begun.elapsed() < Duration::from_secs(SETTLED_SECONDS) {
        came = house.inbox()?.into_iter().map(|(state, sizes)| (state, sizes.len())).collect();
        letters = house.letters()?;
        let waiting = letters.iter().any(|(state, ..)| state == "waiting");
        if !waiting
            && noted_back(&letters) == gone as i64
            && came.len() == 2
            && came.values().sum::<usize>() >= sent as usize + gone
        {
            break;
        }
        pause(LOOK_MILLIS);
    }
    let many = |outcome: &str| came.get(&("done".to_owned(), outcome.to_owned())).copied().unwrap_or_default();
    let mut findings = Vec::new();
    // one that Postfix took of a program that died before it noted so goes out again under the same id, and comes back again
    let back_again = many("returned").checked_sub(gone).is_some_and(|more| more as u64 <= deaths);
    if (many("filed"), back_again, came.len()) != (sent as usize, true, 2) {
        let unfinished = relay.unfinished();
        findings.push(format!(
            "{sent} letters, {gone} of them from addresses that take none, became {came:?}; with Postfix: {unfinished:#?}"
        ));
    }
    let back = noted_back(&letters);
    if back != gone as i64 {
        findings.push(format!("{back} letters are noted as returned, {gone} came back"));
    }
    let mut ids: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let delivered = relay.delivered()?;
    let own: Vec<_> = delivered.iter().filter(|one| one.to.ends_with("@home.example")).collect();
    for one in &own {
        ids.entry(one.to.clone()).or_default().insert(one.id.clone());
    }
    if ids.len() != reached || ids.values().any(|ids| ids.len() != 1) {
        findings.push(format!("{reached} residents can be reached, {} got letters: {ids:?}", ids.len()));
    }
    let told = format!(
        "{sent} letters through Postfix, each third twice: {} matters; {} letters out, {} of them a second time under the same id; {} came back",
        many("filed"),
        own.len(),
        own.len() - ids.len(),
        many("returned")
    );
    Ok(Report { findings, told, lacking: None })
}

/// Counts the letters of which is noted that they came back.
fn noted_back(letters: &[(String, i64, i64)]) -> i64 {
    letters.iter().filter(|(state, ..)| state == "returned").map(|(.., count)| count).sum()
}

/// Has somebody of the office accept a matter whose resident cannot be written to: what the letter told, a person has to tell.
fn by_hand(house: &House, server: &Server) -> Result<Vec<String>, String> {
    let desk = Desk::enter(house, server)?;
    let number = house.numbers(RETURNED)?.into_iter().next().ok_or("no letter came back")?;
    desk.act(server, (&number, "register"), "category=11")?;
    desk.act(server, (&number, "accept"), "category=11")?;
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(SETTLED_SECONDS) {
        if house.numbers(CALLS)? == [number.clone()] {
            return Ok(Vec::new());
        }
        pause(LOOK_MILLIS);
    }
    Ok(vec![format!("a letter about {number} came back and nobody is to ring up: {:?}", house.numbers(CALLS)?)])
}

/// Is a key that signs letters, and what its domain publishes.
struct Key {
    file: PathBuf,
    record: String,
}

impl Key {
    fn make(file: &Path) -> Result<Self, String> {
        let name = file.display().to_string();
        let made = Output::of(Command::new("openssl").args(["genrsa", "-out", &name, "2048"]));
        let shown = Command::new("openssl").args(["rsa", "-in", &name, "-pubout", "-outform", "DER"]).output();
        let shown = shown.map_err(|error| error.to_string())?;
        if !made.success || !shown.status.success() {
            return Err(format!("openssl makes no key: {}", made.words));
        }
        let record = format!("v=DKIM1; k=rsa; p={}", data_encoding::BASE64.encode(&shown.stdout));
        Ok(Self { file: file.to_owned(), record })
    }

    /// Has another library check the signatures of what came to residents through Postfix.
    fn check(&self, relay: &Relay) -> Result<Vec<String>, String> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../channels/tests/mailbox/signature.py");
        let mut findings = Vec::new();
        for letter in relay.delivered()?.iter().filter(|one| one.to.ends_with("@home.example")) {
            let file = fs::File::open(&letter.file).map_err(|error| error.to_string())?;
            let mut python = Command::new("/usr/bin/python3");
            let said = Output::of(python.arg(&script).arg(&self.record).stdin(file).stderr(Stdio::inherit()));
            if said.words.trim() != format!("good {SELECTOR}._domainkey.{DOMAIN}") {
                findings.push(format!("the signature of a letter to {} is {}", letter.to, said.words.trim()));
            }
        }
        Ok(findings)
    }
}
