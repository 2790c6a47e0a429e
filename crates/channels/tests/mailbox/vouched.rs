//! Whether anybody vouches for a sender, looked at by this program itself: against a resolver of the tests, with mails that another library
//! has signed.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use appeals::appeal::Sender;
use channels::mail::incoming::vouched::{Check, Kind, Names, Record, Resolver, Unknown};
use channels::mail::incoming::{Round, round};
use civic::chance::Chance;
use data_encoding::BASE64;
use jiff::Timestamp;
use rand_core::SeedableRng;
use serde_json::{Value, json};
use testkit::Engine;

use crate::room::{Room, filing};

/// The mail server of the site, whose own lines say from where a mail came.
const SERVER: &str = "mx.qinghe.example";

/// A resolver that knows what it was given.
struct Zone {
    child: Child,
    port: u16,
}

impl Zone {
    fn start(zone: &Value) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mailbox/names.py");
        let mut python = Command::new("/usr/bin/python3");
        let child = python.arg(script).arg(zone.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = child.unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { child, port: line.trim().parse().unwrap() }
    }

    fn names(&self) -> Resolver {
        Resolver::new(([127, 0, 0, 1], self.port).into(), Chance::seed_from_u64(1))
    }

    fn check(&self) -> Check {
        Check { names: Arc::new(self.names()), server: SERVER.to_owned() }
    }
}

impl Drop for Zone {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Makes a key with `openssl`; returns its file and what its domain publishes.
fn key(folder: &Path, bits: u32) -> (PathBuf, String) {
    let file = folder.join(format!("{bits}.pem"));
    let openssl = |words: &[&str]| Command::new("openssl").args(words).stderr(Stdio::piped()).output().unwrap();
    let name = file.to_str().unwrap();
    assert!(openssl(&["genrsa", "-traditional", "-out", name, &bits.to_string()]).status.success());
    let public = openssl(&["rsa", "-in", name, "-pubout", "-outform", "DER"]).stdout;
    (file, format!("v=DKIM1; k=rsa; p={}", BASE64.encode(&public)))
}

fn sign(mail: &str, (domain, key): (&str, &Path), how: (&str, &str)) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mailbox/sign.py");
    let mut python = Command::new("/usr/bin/python3");
    let words = [domain, "s1", key.to_str().unwrap(), how.0, how.1];
    let mut child = python.arg(script).args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(mail.as_bytes()).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}

fn letter(from: &str) -> String {
    format!(
        "From: =?utf-8?B?55Sw5bCP5ruh?=  <{from}>\r\nTo: minsheng@qinghe.example\r\nSubject: water\r\n\tin the pipe\r\n\
         Message-ID: <{from}>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n停水  三天 了 \r\n\r\n再说一句\r\n\r\n\r\n"
    )
}

fn came_from(ip: &str, mail: &str) -> String {
    format!(
        "Received: from mx.home.example (unknown [{ip}])\r\n\tby {SERVER} (Postfix) with ESMTP id 1\r\n\tfor <minsheng@qinghe.example>; now\r\n{mail}"
    )
}

fn judged(check: &Check, mail: &str, from: &str, back: &str) -> Sender {
    check.sender(mail.as_bytes(), (from, back), Timestamp::from_second(1_790_000_000).unwrap())
}

#[test]
fn signatures_of_another_library_are_good_until_anybody_changes_the_mail() {
    let folder = tempfile::tempdir().unwrap();
    for bits in [1024, 2048] {
        let (file, record) = key(folder.path(), bits);
        let zone = Zone::start(&json!({
            "s1._domainkey.home.example": {"TXT": [record]},
            "_dmarc.home.example": {"TXT": ["v=DMARC1; p=reject"]},
        }));
        let check = zone.check();
        for how in [("relaxed", "relaxed"), ("simple", "simple"), ("relaxed", "simple"), ("simple", "relaxed")] {
            let mail = sign(&letter("tian@home.example"), ("home.example", &file), how);
            let sender = |mail: &str| judged(&check, &came_from("198.51.100.7", mail), "tian@home.example", "tian@home.example");
            assert_eq!(sender(&mail), Sender::Verified, "{bits} {how:?}: {mail}");
            for (of, to) in [
                ("三天", "四天"),
                ("water", "Water"),
                ("<tian@", "<wu@"),
                ("From: ", "From: x@y.example\r\nFrom: "),
                ("s1;", "s2;"),
            ] {
                assert!(mail.contains(of), "{of} in {mail}");
                assert_ne!(sender(&mail.replacen(of, to, 1)), Sender::Verified, "{how:?} {to}");
            }
            let turned = mail.replace("  三天", " \t三天").replace("Subject: water", "subject:   water");
            let same = if how == ("relaxed", "relaxed") { Sender::Verified } else { Sender::Forged };
            assert_eq!(sender(&turned), same, "{how:?}: blanks that turned");
        }
    }
}

#[test]
fn who_is_vouched_for_by_whom() {
    let folder = tempfile::tempdir().unwrap();
    let (file, record) = key(folder.path(), 1024);
    let own = |record: &str| json!({"TXT": [record]});
    let zone = Zone::start(&json!({
        "_dmarc.bank.example": own("v=DMARC1; p=quarantine; sp=none"),
        "_dmarc.strict.example": own("v=DMARC1; p=reject; aspf=s; adkim=s"),
        "_dmarc.loose.example": own("v=DMARC1; p=none"),
        "_dmarc.down.example": "fails",
        "bank.example": own("v=spf1 ip4:192.0.2.0/24 -all"),
        "mail.bank.example": own("v=spf1 ip4:192.0.2.0/24 -all"),
        "mail.strict.example": own("v=spf1 ip4:192.0.2.0/24 -all"),
        "evil.example": own("v=spf1 +all"),
        "s1._domainkey.evil.example": own(&record),
        "s1._domainkey.mail.bank.example": own(&record),
        "s1._domainkey.other.bank.example": own(&record),
        "s1._domainkey.gone.example": own("v=DKIM1; p="),
    }));
    let check = zone.check();
    let table = [
        // who it says it is, where it comes back to, from where it came, whose signature it has, what is thought of it
        ("li@bank.example", "li@bank.example", "192.0.2.5", "", Sender::Verified),
        ("li@bank.example", "bounce@mail.bank.example", "192.0.2.5", "", Sender::Verified),
        ("li@bank.example", "li@bank.example", "198.51.100.9", "", Sender::Forged),
        ("li@bank.example", "x@evil.example", "198.51.100.9", "evil.example", Sender::Forged),
        ("li@bank.example", "x@evil.example", "198.51.100.9", "mail.bank.example", Sender::Verified),
        ("li@news.bank.example", "x@evil.example", "198.51.100.9", "", Sender::Unverified),
        ("li@strict.example", "li@mail.strict.example", "192.0.2.5", "", Sender::Unverified),
        ("li@strict.example", "li@evil.example", "192.0.2.5", "", Sender::Forged),
        ("li@loose.example", "x@evil.example", "198.51.100.9", "", Sender::Unverified),
        ("li@nothing.example", "li@nothing.example", "198.51.100.9", "", Sender::Unverified),
        ("li@down.example", "li@down.example", "198.51.100.9", "", Sender::Unverified),
        ("li@gone.example", "li@gone.example", "198.51.100.9", "gone.example", Sender::Unverified),
        ("x@evil.example", "x@evil.example", "198.51.100.9", "evil.example", Sender::Verified),
        // from within, or not said: then who may send is not known, and nobody is called a forger
        ("li@bank.example", "li@bank.example", "10.1.2.3", "", Sender::Unverified),
    ];
    for (from, back, ip, signer, thought) in table {
        let mail = letter(from);
        let mail = if signer.is_empty() { mail } else { sign(&mail, (signer, &file), ("relaxed", "relaxed")) };
        assert_eq!(judged(&check, &came_from(ip, &mail), from, back), thought, "{from} {back} {ip} {signer}");
    }
    let elsewhere = letter("li@bank.example").replace("From:", "Received: from a (b [192.0.2.5]) by other.example\r\nFrom:");
    assert_eq!(judged(&check, &elsewhere, "li@bank.example", "li@bank.example"), Sender::Unverified);
    let two = came_from("192.0.2.5", &letter("li@bank.example").replace("To:", "From: a@b.example\r\nTo:"));
    assert_eq!(judged(&check, &two, "li@bank.example", "li@bank.example"), Sender::Unverified, "two senders are none");
    let other = came_from("192.0.2.5", &letter("li@bank.example"));
    assert_eq!(judged(&check, &other, "wu@bank.example", "li@bank.example"), Sender::Unverified, "it does not stand there");
}

#[test]
fn what_is_long_is_asked_for_again_and_who_does_not_answer_knows_nothing() {
    let long = "x".repeat(4_000);
    let zone = Zone::start(&json!({
        "long.example": {"TXT": [long]},
        "some.example": {"A": ["192.0.2.1"], "AAAA": ["2001:db8::1"], "MX": ["mx.some.example"]},
        "down.example": "fails",
    }));
    let names = zone.names();
    assert_eq!(names.ask("long.example", Kind::Txt), Ok(vec![Record::Text(long)]));
    assert_eq!(names.ask("SOME.example", Kind::Mx), Ok(vec![Record::Server("mx.some.example".into())]));
    assert_eq!(names.ask("some.example", Kind::A), Ok(vec![Record::Address([192, 0, 2, 1].into())]));
    assert_eq!(names.ask("some.example", Kind::Aaaa), Ok(vec![Record::Address("2001:db8::1".parse().unwrap())]));
    assert_eq!((names.ask("none.example", Kind::A), names.ask("some.example", Kind::Txt)), (Ok(vec![]), Ok(vec![])));
    assert_eq!(names.ask("down.example", Kind::Txt), Err(Unknown));
    let port = zone.port;
    drop(zone);
    let gone = Resolver::new(([127, 0, 0, 1], port).into(), Chance::seed_from_u64(1));
    assert_eq!(gone.ask("some.example", Kind::A), Err(Unknown));
}

#[test]
fn a_matter_says_what_was_found() {
    let zone = Zone::start(&json!({
        "_dmarc.home.example": {"TXT": ["v=DMARC1; p=reject"]},
        "home.example": {"TXT": ["v=spf1 ip4:203.0.113.9 -all"]},
    }));
    let mut room = Room::open(Engine::Sqlite, channels::mail::incoming::Limits::default());
    room.desk.check = Some(zone.check());
    let said = "Authentication-Results: mx.qinghe.example; dmarc=pass header.from=home.example\r\n";
    let letters = [
        ("203.0.113.9", "", Sender::Verified),
        ("198.51.100.9", "", Sender::Forged),
        // what the trusted mail server found comes first
        ("198.51.100.9", said, Sender::Verified),
    ];
    for (at, (ip, more, thought)) in letters.into_iter().enumerate() {
        let mail = came_from(
            ip,
            &format!("{more}{}", letter("tian@home.example")).replace("Message-ID: <", &format!("Message-ID: <{at}")),
        );
        assert!(room.hand_over("LMTP", ("tian@home.example", "minsheng@qinghe.example"), mail.as_bytes()));
        assert_eq!(round(&room.desk).unwrap(), Round { matters: 1, ..Round::default() });
        let found: Vec<_> = room.matters().iter().map(|matter| filing(matter).sender).collect();
        assert!(found.contains(&Some(thought)), "{ip} {more}: {found:?}");
    }
}
