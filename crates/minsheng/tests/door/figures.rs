//! Figures about offices, computed again by strangers: by our tool and by the one in Python, from a site that tells the truth and from one
//! that bends it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::thread;

use serde_json::Value;
use sha2::{Digest, Sha256};
use tlog::note::Signer;

use crate::common::{Running, minsheng, text, until};

/// Stands before a site and serves other statements than it does.
struct Bent(SocketAddr);

impl Bent {
    fn before(site: SocketAddr, statements: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let own = listener.local_addr().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (mut stream, statements) = (stream.unwrap(), statements.clone());
                thread::spawn(move || {
                    let mut head = Vec::new();
                    let mut byte = [0];
                    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) == 1 {
                        head.push(byte[0]);
                    }
                    let head = String::from_utf8_lossy(&head).into_owned();
                    if head.starts_with("GET /figures/statements ") {
                        let length = statements.len();
                        let answer =
                            format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{statements}");
                        drop(stream.write_all(answer.as_bytes()));
                        return;
                    }
                    let first = head.lines().next().unwrap_or_default();
                    let mut there = TcpStream::connect(site).unwrap();
                    write!(there, "{first}\r\nhost: {site}\r\nconnection: close\r\n\r\n").unwrap();
                    drop(std::io::copy(&mut there, &mut stream));
                });
            }
        });
        Self(own)
    }
}

/// Runs both tools; they must agree. Returns whether everything holds, and the words.
fn strangers(at: SocketAddr, vkey: &str) -> (bool, String) {
    let url = format!("http://{at}");
    let own = minsheng(&["verify", &url, "--figures", "--vkey", vkey]);
    let tool = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/verify_figures.py");
    let python = Command::new("python3").arg(tool).args([&url, vkey]).env("no_proxy", "127.0.0.1").output().unwrap();
    let words = text(&own.stdout) + &text(&own.stderr) + &text(&python.stdout) + &text(&python.stderr);
    assert_eq!(own.status.success(), python.status.success(), "the two tools do not agree: {words}");
    (own.status.success(), words)
}

/// Signs a statement with the log's own key, as whoever runs the site can.
fn signed(signer: &Signer, statement: &Value, bend: impl Fn(&str) -> String) -> Value {
    let (note, table) = (statement["statement"].as_str().unwrap(), statement["table"].as_str().unwrap());
    let table = bend(table);
    let mut lines: Vec<String> = note.lines().take(6).map(str::to_owned).collect();
    lines[5] = data_encoding::HEXLOWER.encode(&Sha256::digest(&table));
    let text = lines.join("\n") + "\n";
    serde_json::json!({"statement": tlog::note::sign(&text, &[signer]), "table": table})
}

#[test]
fn every_figure_follows_from_the_log_and_a_bent_one_is_named_by_both_tools() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let server = Running::demo(&data);
    let vkey = server.get("/log/vkey").body.trim().to_owned();
    // what a large log says is being counted for a moment after the start
    until(|| server.get("/figures/statements").status == 200);
    let (holds, words) = strangers(server.address, &vkey);
    assert!(holds, "{words}");
    let served: Value = serde_json::from_str(&server.get("/figures/statements").body).unwrap();
    let all = served["statements"].as_array().unwrap();
    assert!(all.len() > 3, "the demo has months of figures: {}", all.len());
    assert_eq!(words.lines().filter(|line| *line == all.len().to_string()).count(), 2, "both say how many: {words}");
    let key = std::fs::read_to_string(data.join("keys/log.key")).unwrap();
    let seed = data_encoding::HEXLOWER.decode(key.trim().as_bytes()).unwrap().try_into().unwrap();
    let signer = Signer::new(vkey.split('+').next().unwrap(), seed);
    let at = all.iter().position(|one| one["table"].as_str().unwrap().matches('\n').count() > 1).unwrap();
    let bend = |change: &dyn Fn(&mut Vec<Value>)| {
        let mut bent = all.clone();
        change(&mut bent);
        strangers(Bent::before(server.address, serde_json::json!({"statements": bent}).to_string()).0, &vkey)
    };
    // by somebody who holds the log's key: an office gets better, one is left out, a month is left out, nothing is stated
    let better = |bent: &mut Vec<Value>| bent[at] = signed(&signer, &bent[at], |table| table.replacen('\t', "\t9", 1));
    let (holds, words) = bend(&better);
    assert!(!holds && words.matches("WRONG offices").count() == 2, "{words}");
    let hidden = |bent: &mut Vec<Value>| {
        bent[at] = signed(&signer, &bent[at], |table| table.split_inclusive('\n').skip(1).collect());
    };
    assert!(!bend(&hidden).0);
    let (holds, words) = bend(&|bent| drop(bent.remove(at)));
    assert!(!holds && words.contains("none"), "{words}");
    let (holds, words) = bend(&|bent| bent.clear());
    assert!(!holds && words.matches("states no figures").count() == 2, "{words}");
    // by somebody who does not
    let (holds, words) = bend(&|bent| bent[at]["table"] = "990121-gov\t1\t1\t1\t1\t1\t0\t0\n".into());
    assert!(!holds && words.contains("not the one that was signed"), "{words}");
    let strange = Signer::new(vkey.split('+').next().unwrap(), [9; 32]);
    let (holds, words) = bend(&|bent| bent[at] = signed(&strange, &bent[at], str::to_owned));
    assert!(!holds && words.contains("not signed by this key"), "{words}");
}
