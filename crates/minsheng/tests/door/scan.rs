//! Attachments and a virus scanner: ClamAV's own `clamd`, with one signature of our own for the test file that all scanners
//! know (EICAR), and peers that speak its language badly.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use civic::file::{Scan, Verdict};
use minsheng::scan::{At, Clamd};
use serde_json::Value;

use crate::common::{Answer, Running, read_answer, site, until};
use crate::handled::Person;

/// Harmless by agreement; split, so that this file is not taken for it.
const EICAR: [&str; 2] = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}", "$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"];
/// The smallest picture: one pixel.
const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\xdacd\xf8\xcfP\x0f\0\x03\x86\x01\x80Z4}k\0\0\0\0IEND\xaeB`\x82";
/// As clamd names what a signature of one's own finds.
const FOUND: &str = "Minsheng.Test.EICAR.UNOFFICIAL";

fn infected() -> Vec<u8> {
    // a PDF is served as it came, so that what is in it stays in it
    format!("%PDF-1.4\n%{}\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n", EICAR.concat()).into_bytes()
}

/// Is ClamAV's scanner, with a database of one signature.
struct Daemon {
    child: Child,
    port: u16,
    socket: PathBuf,
}

impl Daemon {
    fn start(folder: &Path) -> Self {
        let (db, socket) = (folder.join("db"), folder.join("clamd.ctl"));
        fs::create_dir_all(&db).unwrap();
        let hex = data_encoding::HEXLOWER.encode(EICAR.concat().as_bytes());
        fs::write(db.join("local.ndb"), format!("Minsheng.Test.EICAR:0:*:{hex}\n")).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let own = format!(
            "LocalSocket {}\nTCPSocket {port}\nTCPAddr 127.0.0.1\nDatabaseDirectory {}\nForeground yes\nLogFile {}\n",
            socket.display(),
            db.display(),
            folder.join("clamd.log").display()
        );
        let file = folder.join("clamd.conf");
        fs::write(&file, own).unwrap();
        let program = if Path::new("/usr/sbin/clamd").exists() { "/usr/sbin/clamd" } else { "clamd" };
        let mut command = Command::new(program);
        command.arg("--config-file").arg(&file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().expect("clamd: `cargo x test` installs it");
        let daemon = Self { child, port, socket };
        until(|| daemon.by_socket().ping().is_ok());
        daemon
    }

    fn by_socket(&self) -> Clamd {
        Clamd::new(At::Unix(self.socket.clone()))
    }

    fn by_tcp(&self) -> Clamd {
        Clamd::new(At::parse(&format!("tcp:127.0.0.1:{}", self.port)).unwrap())
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
        drop(fs::remove_file(&self.socket));
    }
}

#[test]
fn clamd_knows_the_test_file_and_lets_a_picture_pass() {
    let folder = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(folder.path());
    for clamd in [daemon.by_socket(), daemon.by_tcp()] {
        assert_eq!(clamd.scan(PIXEL).unwrap(), Verdict::Clean);
        assert_eq!(clamd.scan(&infected()).unwrap(), Verdict::Infected(FOUND.to_owned()));
        let far_in = [vec![b' '; 3_000_000], EICAR.concat().into_bytes()].concat();
        assert_eq!(clamd.scan(&far_in).unwrap(), Verdict::Infected(FOUND.to_owned()), "pieces are put together");
    }
}

#[test]
fn a_peer_that_is_silent_hangs_up_or_talks_nonsense_calls_nothing_clean() {
    let answers: [&'static [u8]; 7] = [
        b"",
        b"\0",
        b"stream: OKAY\0",
        b"stream: OK\0 FOUND",
        b"INSTREAM size limit exceeded. ERROR\0",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"stream: a line without an end stream: a line without an end",
    ];
    for (at, answer) in answers.into_iter().enumerate() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let clamd = Clamd::new(At::Tcp(listener.local_addr().unwrap().to_string())).waiting(Duration::from_secs(2));
        let peer = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut asked = [0; 10];
            stream.read_exact(&mut asked).unwrap();
            // a peer that hangs up early is not heard to the end
            drop(stream.write_all(answer));
        });
        let said = clamd.scan(PIXEL);
        assert_eq!(said.is_ok(), at == 3, "{said:?}: what stands behind the end of an answer is not read");
        peer.join().unwrap();
    }
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let clamd = Clamd::new(At::Tcp(silent.local_addr().unwrap().to_string())).waiting(Duration::from_millis(200));
    assert!(clamd.scan(&vec![0; 20_000_000]).is_err(), "and nobody is waited for without end");
    assert!(Clamd::new(At::Unix("/nowhere/clamd.ctl".into())).scan(PIXEL).is_err());
}

/// Serves a site with a scanner at a socket.
fn serve(folder: &Path, down: &str) -> (Running, PathBuf) {
    let (socket, log) = (folder.join("clamd.ctl"), folder.join("log"));
    let data = site(folder, &format!("\n[files]\nscanner = \"unix:{}\"\nscanner_down = {down:?}\n", socket.display()));
    (Running::logging(&["serve", "--data", data.to_str().unwrap()], &log), log)
}

/// Files something with an attachment.
fn file(server: &Running, key: &str, name: &str, bytes: &[u8]) -> Answer {
    let mut body = Vec::new();
    for (field, text) in [("what", "井盖坏了，照片在附件里"), ("kind", "help"), ("identity", "anonymous"), ("submit_key", key)]
    {
        body.extend(format!("--x\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{text}\r\n").bytes());
    }
    body.extend(format!("--x\r\ncontent-disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\r\n").bytes());
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--x--\r\n");
    let head = format!(
        "POST /appeals HTTP/1.1\r\nhost: {}\r\nconnection: close\r\naccept: application/json\r\n\
         content-type: multipart/form-data; boundary=x\r\ncontent-length: {}\r\n\r\n",
        server.address,
        body.len()
    );
    let mut stream = server.connect();
    stream.write_all(&[head.into_bytes(), body].concat()).unwrap();
    read_answer(&mut stream)
}

/// Opens the only attachment of a matter as its resident.
fn open(server: &Running, filed: &Answer) -> Answer {
    let filed: Value = serde_json::from_str(&filed.body).unwrap();
    let (number, code) = (filed["number"].as_str().unwrap(), filed["query_code"].as_str().unwrap());
    let resident = Person::begin(server, "/track", &format!("number={number}&query_code={code}"));
    resident.send("GET", "/track/file/1/0", "")
}

#[test]
fn a_file_with_a_virus_is_refused_in_words_and_the_log_says_nothing_of_anybody() {
    let folder = tempfile::tempdir().unwrap();
    let _daemon = Daemon::start(folder.path());
    let (server, log) = serve(folder.path(), "hold");
    let refused = file(&server, "k1", "张三的身份证.pdf", &infected());
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(refused.body.contains("file_infected"), "{}", refused.body);
    let taken = file(&server, "k2", "井盖.png", PIXEL);
    assert_eq!(taken.status, 201, "{}", taken.body);
    assert_eq!(open(&server, &taken).status, 200);
    let log = fs::read_to_string(log).unwrap();
    assert!(log.contains(FOUND), "{log}");
    assert!(!log.contains("张三") && !log.contains("井盖"), "{log}");
}

#[test]
fn while_the_scanner_is_away_files_are_held_and_shown_to_nobody_before_they_were_scanned() {
    let folder = tempfile::tempdir().unwrap();
    let (server, _) = serve(folder.path(), "hold");
    let (good, bad) = (file(&server, "k1", "a.png", PIXEL), file(&server, "k2", "b.pdf", &infected()));
    assert_eq!((good.status, bad.status), (201, 201), "{} {}", good.body, bad.body);
    let held = open(&server, &good);
    assert_eq!(held.status, 422, "{}", held.body);
    assert!(held.body.contains("还没有查过毒"), "{}", held.body);
    let _daemon = Daemon::start(folder.path());
    assert_eq!(open(&server, &good).status, 200);
    let held = open(&server, &bad);
    assert_eq!(held.status, 422, "{}", held.body);
    assert!(held.body.contains("查出了病毒"), "{}", held.body);
}

#[test]
fn a_site_that_takes_no_file_unscanned_says_so_and_takes_the_words() {
    let folder = tempfile::tempdir().unwrap();
    let (server, _) = serve(folder.path(), "refuse");
    let refused = file(&server, "k1", "a.png", PIXEL);
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(refused.body.contains("file_unscanned"), "{}", refused.body);
    let words = server.post("/appeals", "what=井盖坏了&kind=help&identity=anonymous&submit_key=k2");
    assert_eq!(words.status, 201, "{}", words.body);
}
