//! Letters are signed (DKIM): another library finds them good, and bad once anybody changed them.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use channels::mail::{Dkim, Mailer, Relay, Security, letter};
use uuid::Uuid;

use crate::server::Server;

/// Makes a key with `openssl`, as an operator does.
fn key(folder: &Path, kind: &[&str]) -> std::path::PathBuf {
    let file = folder.join(kind.join("-").replace(':', "_"));
    let made = Command::new("openssl").args(kind).arg("-out").arg(&file).stderr(Stdio::null()).status().unwrap();
    assert!(made.success(), "{kind:?}");
    file
}

/// Asks the other library.
fn check(mail: &[u8], record: &str) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mailbox/signature.py");
    let mut python = Command::new("/usr/bin/python3");
    let mut child = python.arg(script).arg(record).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(mail).unwrap();
    let answer = child.wait_with_output().unwrap();
    String::from_utf8(answer.stdout).unwrap().trim().to_owned()
}

#[test]
fn letters_are_signed_and_whoever_changes_one_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    let new = &["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"][..];
    let old = &["genrsa", "-traditional"][..];
    for kind in [new, old] {
        let server = Server::start();
        let dkim = Arc::new(Dkim::read(("qinghe.example", "ms1"), &key(folder.path(), kind)).unwrap());
        let relay = Relay {
            host: "127.0.0.1".into(),
            port: server.port,
            login: None,
            from: "民声 <notice@qinghe.example>".into(),
            pages: "https://minsheng.example".into(),
            security: Security::Plain,
            root: None,
            timeout: Duration::from_secs(20),
            dkim: Some(Arc::clone(&dkim)),
        };
        let facts = [("number", "MS9901212026000017".to_owned()), ("office", "水务站".to_owned()), ("track", String::new())];
        let letter = letter(Uuid::from_u128(7), "li@home.example", ("replied", "zh-CN"), &facts).unwrap();
        let letter = letter.rated("MS9901212026000017", ("https://minsheng.example", "zh-CN"));
        Mailer::new(&relay).unwrap().send(&letter).unwrap();
        let mail = server.raw().remove(0);
        assert_eq!(check(&mail, &dkim.record()), "good ms1._domainkey.qinghe.example", "{}", dkim.record());
        let text = String::from_utf8(mail).unwrap();
        for (of, to) in
            [("li@home.example", "wu@home.example"), ("grade=3D5", "grade=3D1"), ("From: ", "From: x@y.example\r\nFrom: ")]
        {
            assert!(text.contains(of), "{of} in {text}");
            assert!(check(text.replace(of, to).as_bytes(), &dkim.record()).starts_with("bad"), "{to}");
        }
        // a relay on the way folds and turns blanks
        let turned = text.replace("Subject: ", "Subject:   ").replace("\r\nTo: ", "\r\nTo:\t");
        assert!(check(turned.as_bytes(), &dkim.record()).starts_with("good"));
    }
}

#[test]
fn a_key_that_no_receiver_knows_is_refused_with_how_to_make_one() {
    let folder = tempfile::tempdir().unwrap();
    let other = key(folder.path(), &["genpkey", "-algorithm", "ed25519"]);
    let refused = Dkim::read(("qinghe.example", "ms1"), &other).unwrap_err().to_string();
    assert!(refused.contains("openssl genrsa"), "{refused}");
    fs::write(&other, "no key").unwrap();
    assert!(Dkim::read(("qinghe.example", "ms1"), &other).is_err());
}
