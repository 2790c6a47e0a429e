//! `docs/verify.py` against a golden log behind a tiny file server: what holds, and every falsehood it must name.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use crate::golden::{Golden, Log, MATTER, ORIGIN, five, golden};
use civic::journal::Public;
use jiff::civil::date;
use serde_json::json;
use tlog::checkpoint::Checkpoint;
use tlog::note::Signer;

type Files = BTreeMap<String, Vec<u8>>;

/// Serves files under `/log/` on a port of its own until the test process ends.
fn serve(files: Files) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut line = String::new();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            reader.read_line(&mut line).unwrap();
            let mut header = String::new();
            while reader.read_line(&mut header).unwrap() > 2 {
                header.clear();
            }
            let path = line.split(' ').nth(1).unwrap_or_default().trim_start_matches("/log/");
            let (status, body) = files.get(path).map_or(("404 Not Found", &[][..]), |body| ("200 OK", body));
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
        }
    });
    address
}

/// Runs the tool; returns its exit code and what it printed.
fn verify(url: &str, vkey: &str, more: &[&str]) -> (i32, String) {
    let tool = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/verify.py");
    let mut command = Command::new("python3");
    command.arg(tool).arg(url).arg(vkey).args(more).env("no_proxy", "127.0.0.1").env("PYTHONUTF8", "1");
    let output = command.output().expect("python3 runs docs/verify.py: install it (Debian: python3)");
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), text)
}

fn log() -> Log {
    Log::of(five(5))
}

/// Serves a log as it is and runs the tool on it with a receipt or an older checkpoint.
fn verify_kept(log: &Log, option: &str, kept: &str) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kept.txt");
    std::fs::write(&file, kept).unwrap();
    verify(&serve(log.files()), &log.signer.vkey(), &[option, file.to_str().unwrap()])
}

fn finds(what: &str, (code, text): (i32, String)) {
    assert_eq!(code, 1, "{text}");
    assert!(text.contains(what), "expected {what:?} in:\n{text}");
    assert!(text.trim_end().lines().last().unwrap().parse::<u64>().is_ok(), "the size stands last:\n{text}");
}

#[test]
fn it_is_short_enough_to_be_read_by_a_stranger() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/verify.py")).unwrap();
    assert!(text.lines().count() <= 150, "{}", text.lines().count());
}

#[test]
fn a_whole_log_holds_and_its_size_stands_last() {
    let log = log();
    let (code, text) = verify(&serve(log.files()), &log.signer.vkey(), &[]);
    assert_eq!((code, text.lines().last()), (0, Some("5")), "{text}");
    let (code, text) = verify(&format!("{}/log/", serve(log.files())), &log.signer.vkey(), &[]);
    assert_eq!(code, 0, "the log's own address serves as well: {text}");
    assert_eq!(verify_kept(&log, "--receipt", &log.receipt(1, 3)).0, 0);
    assert_eq!(verify_kept(&log, "--since", &log.checkpoint(3)).0, 0);
}

#[test]
fn a_log_of_several_tile_levels_holds() {
    let day = date(2026, 11, 24);
    let entry = |n: usize| golden(n % 64, ("accepted", "00112233445566778899aabbccddeeff", day), &Public::default(), &json!(n));
    let log = Log::of((0..600).map(entry).collect());
    let (code, text) = verify(&serve(log.files()), &log.signer.vkey(), &[]);
    assert_eq!((code, text.lines().last()), (0, Some("600")), "{text}");
    assert!(text.contains("tile levels: 2"), "{text}");
}

#[test]
fn later_versions_and_unknown_kinds_are_passed_over_and_fractions_are_not() {
    let with = |entry: &str| {
        let mut entries = five(5);
        entries.push(Golden { entry: entry.into(), ..entries[4].clone() });
        let log = Log::of(entries);
        verify(&serve(log.files()), &log.signer.vkey(), &[])
    };
    let danced = five(5)[4].entry.replace("\"k\":\"rated\"", "\"k\":\"danced\"");
    assert_eq!((with("{\"v\":2}").0, with(&danced).0), (0, 0));
    finds("entry 5 cannot be read", with(&five(5)[4].entry.replace("\"v\":1", "\"v\":1.5")));
    finds("entry 5 cannot be read", with("[1]"));
}

#[test]
fn an_empty_log_holds() {
    let log = Log::of(vec![]);
    assert_eq!(
        verify(&serve(log.files()), &log.signer.vkey(), &[]),
        (0, "entries: 0, tile levels: 0, ratings: 0\neverything holds\n0\n".into())
    );
}

#[test]
fn a_changed_entry_a_changed_tile_and_a_dropped_entry_are_named() {
    let vkey = log().signer.vkey();
    let mut files = log().files();
    let bundle = files.get_mut("tile/entries/000.p/5").unwrap();
    let at = bundle.windows(10).position(|window| window == b"2026-11-25").unwrap();
    bundle[at + 9] = b'4';
    finds("do not lead to the root", verify(&serve(files), &vkey, &[]));
    let mut files = log().files();
    files.get_mut("tile/0/000.p/5").unwrap()[40] ^= 1;
    finds("tile 0/0", verify(&serve(files), &vkey, &[]));
    let mut files = log().files();
    let shorter = Log::of(five(5)[..4].to_vec()).files().remove("tile/entries/000.p/4").unwrap();
    files.insert("tile/entries/000.p/5".into(), shorter);
    finds("do not lead to the root", verify(&serve(files), &vkey, &[]));
}

#[test]
fn another_key_and_a_bent_signature_are_named() {
    let log = log();
    let stranger = Signer::new(ORIGIN, [1; 32]).vkey();
    finds("good signature", verify(&serve(log.files()), &stranger, &[]));
    let mut files = log.files();
    let text = String::from_utf8(files["checkpoint"].clone()).unwrap();
    files.insert("checkpoint".into(), text.replacen(ORIGIN, "log.example/990122", 1).into_bytes());
    finds("good signature", verify(&serve(files), &log.signer.vkey(), &[]));
}

#[test]
fn a_back_dated_entry_and_a_rating_nobody_signed_are_named_even_when_the_log_signs_them() {
    let mut entries = five(5);
    entries.swap(1, 4);
    let log = Log::of(entries);
    finds("entry 2 is dated 2026-11-25, after one of 2026-11-26", verify(&serve(log.files()), &log.signer.vkey(), &[]));
    let log = Log::of(five(4));
    finds("entry 4 is a rating that no key", verify(&serve(log.files()), &log.signer.vkey(), &[]));
}

#[test]
fn a_rewritten_history_does_not_fit_an_older_checkpoint_or_a_receipt() {
    let mut entries = five(5);
    entries.remove(1);
    entries.pop();
    let forked = Log::of(entries);
    finds("does not begin with the one this checkpoint states", verify_kept(&forked, "--since", &log().checkpoint(3)));
    finds("the receipt's place in the log is another one", verify_kept(&forked, "--receipt", &log().receipt(1, 3)));
    let foreign = Checkpoint { origin: ORIGIN.into(), size: 3, root: log().root(3), extensions: vec![] };
    finds("good signature", verify_kept(&log(), "--since", &foreign.sign(&Signer::new(ORIGIN, [1; 32]))));
}

#[test]
fn a_receipt_with_other_words_is_named() {
    let mut told = five(5);
    told[1].body = told[1].body.replace("坏了三天", "坏了一天");
    finds("the words on the receipt", verify_kept(&log(), "--receipt", &Log::of(told).receipt(1, 3)));
}

#[test]
fn a_promise_holds_until_its_day_has_passed_and_no_longer() {
    let secret =
        golden(9, ("sealed", "ffeeddccbbaa99887766554433221100", date(2026, 11, 24)), &Public::default(), &json!({"n": 9}));
    let day = |day| date(2026, 11, day);
    let waiting = log();
    assert_eq!(verify_kept(&waiting, "--receipt", &waiting.promise(&secret, day(28))).0, 0);
    finds("the entry promised until 2026-11-25", verify_kept(&waiting, "--receipt", &waiting.promise(&secret, day(25))));
    let mut entries = five(5);
    entries.insert(2, secret.clone());
    entries.truncate(4);
    entries.push(golden(5, ("accepted", MATTER, day(27)), &Public::default(), &json!({})));
    let log = Log::of(entries);
    assert_eq!(verify_kept(&log, "--receipt", &log.promise(&secret, day(25))).0, 0);
    let (told, changed) = (log.promise(&secret, day(28)), Golden { body: "{\"n\":8}".into(), ..secret });
    let changed = log.promise(&changed, day(28));
    let mixed = format!("{}\n\n{}", changed.split_once("\n\n").unwrap().0, told.split_once("\n\n").unwrap().1);
    finds("the words on the receipt", verify_kept(&log, "--receipt", &mixed));
}

#[test]
fn what_cannot_be_checked_is_not_called_good() {
    let log = log();
    assert_eq!(verify("http://127.0.0.1:1", &log.signer.vkey(), &[]).0, 2);
    assert_eq!(verify(&serve(log.files()), "no key", &[]).0, 2);
    let mut files = log.files();
    files.remove("tile/0/000.p/5");
    assert_eq!(verify(&serve(files), &log.signer.vkey(), &[]).0, 2);
    assert_eq!(verify_kept(&log, "--receipt", "not a receipt").0, 2);
    assert_eq!(verify_kept(&log, "--receipt", &log.checkpoint(3)).0, 2);
}
