//! The stranger's tool against a real site: what it finds when nothing is wrong, and when something is.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;

use tlog::checkpoint::Checkpoint;

use crate::common::{Running, minsheng, site, text};

/// Runs the stranger's tool; returns whether everything holds, and its words.
fn verify(server: &Running, more: &[&str]) -> (bool, String) {
    let url = format!("http://{}", server.address);
    let output = minsheng(&[&["verify", &url], more].concat());
    (output.status.success(), text(&output.stdout) + &text(&output.stderr))
}

fn keep(folder: &Path, name: &str, content: &str) -> String {
    let file = folder.join(name);
    fs::write(&file, content).unwrap();
    file.to_str().unwrap().to_owned()
}

#[test]
fn everything_holds_and_the_size_stands_last() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(&["serve", "--data", site(folder.path(), "").to_str().unwrap()]);
    let old = keep(folder.path(), "old.txt", &server.get("/log/checkpoint").body);
    let vkey = server.get("/log/vkey").body.trim().to_owned();
    let filed = server.file("村口的路灯坏了一个星期。");
    let receipt = keep(folder.path(), "receipt.txt", filed["receipt"].as_str().unwrap());
    let (holds, words) = verify(&server, &[]);
    assert!(holds && words.contains("self-consistent only"), "{words}");
    let (holds, words) = verify(&server, &["--vkey", &vkey, "--since", &old, "--receipt", &receipt]);
    assert!(holds && !words.contains("self-consistent only"), "{words}");
    let size: u64 = words.lines().last().unwrap().parse().unwrap();
    assert!(size > 9, "nine entries of the directory and one filing at least: {words}");
}

#[test]
fn a_forged_receipt_another_key_and_a_log_that_was_begun_anew_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(&["serve", "--data", site(folder.path(), "").to_str().unwrap()]);
    let vkey = server.get("/log/vkey").body.trim().to_owned();
    let filed = server.file("桥栏杆松了。");
    let whole = filed["receipt"].as_str().unwrap().to_owned();
    let other = folder.path().join("other");
    fs::create_dir(&other).unwrap();
    let other = Running::start(&["serve", "--data", site(&other, "").to_str().unwrap()]);
    let foreign = keep(folder.path(), "foreign.txt", &other.get("/log/checkpoint").body);
    let (holds, words) = verify(&server, &["--vkey", &vkey, "--since", &foreign]);
    assert!(!holds && words.contains("WRONG") && words.contains("foreign.txt: no signature of a known key"), "{words}");
    let (holds, words) = verify(&other, &["--vkey", &vkey]);
    assert!(!holds && words.contains("WRONG the newest checkpoint"), "{words}");
    let extra = whole.lines().find(|line| line.starts_with("extra ")).unwrap();
    let forged = whole.replace(extra, &extra.replacen(&extra[6..10], "eyJh", 1));
    let index = whole.lines().find(|line| line.starts_with("index ")).unwrap();
    for broken in [forged, whole.replace(index, "index 3"), "nonsense".to_owned()] {
        let file = keep(folder.path(), "broken.txt", &broken);
        let (holds, words) = verify(&server, &["--vkey", &vkey, "--receipt", &file]);
        assert!(!holds && words.contains("WRONG") && words.contains("broken.txt"), "{words}");
    }
}

#[test]
fn an_empty_log_holds_by_its_signed_checkpoint() {
    let signer = tlog::note::Signer::new("log.example/990777", [9; 32]);
    let empty = Checkpoint { origin: "log.example/990777".into(), size: 0, root: tlog::EMPTY_ROOT, extensions: vec![] };
    for (root, good) in [(tlog::EMPTY_ROOT, true), ([0; 32], false)] {
        let checkpoint = Checkpoint { root, ..empty.clone() }.sign(&signer);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let vkey = signer.vkey();
        let serving = std::thread::spawn(move || {
            for body in [vkey, checkpoint] {
                let mut stream = listener.accept().unwrap().0;
                let mut asked = [0; 1_024];
                assert!(stream.read(&mut asked).unwrap() > 0);
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
                stream.write_all((head + &body).as_bytes()).unwrap();
            }
        });
        let output = minsheng(&["verify", &url]);
        serving.join().unwrap();
        let words = text(&output.stdout);
        assert_eq!(output.status.success(), good, "{words}");
        assert!(words.contains("self-consistent only") && words.ends_with("0\n"), "{words}");
    }
}

#[test]
fn what_cannot_be_fetched_is_no_success() {
    let nobody = minsheng(&["verify", "http://127.0.0.1:1"]);
    assert!(!nobody.status.success() && text(&nobody.stderr).contains("cannot be fetched"));
}
