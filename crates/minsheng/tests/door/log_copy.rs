//! The copy of the technical log, against a machine that takes syslog over TLS.

use std::path::Path;

use serde_json::Value;
use testkit::certificates::{Authority, Certified};

use crate::common::{Running, minsheng, site, text};
use crate::peer::Peer;

/// The other machine.
struct Machine {
    peer: Peer,
    port: u64,
}

impl Machine {
    /// Starts it; it turns so many callers away first.
    fn start(certified: &Certified, turned_away: u8) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/door/log_copy.py");
        let files = [&certified.certificate, &certified.key].map(|file| file.to_str().unwrap());
        let mut peer = Peer::python(&script, &[files[0], files[1], &turned_away.to_string()]);
        let port = peer.line()["port"].as_u64().unwrap();
        Self { peer, port }
    }

    fn hear(&mut self) -> Value {
        self.peer.line()
    }

    /// Waits for a message.
    fn hear_of(&mut self, words: &str) -> Value {
        loop {
            let told = self.hear();
            if told["said"]["message"].as_str().is_some_and(|message| message.contains(words)) {
                return told;
            }
        }
    }
}

fn copying(folder: &Path, port: u64, root: &Path) -> std::path::PathBuf {
    site(folder, &format!("\n[log_copy]\nto = \"localhost:{port}\"\nroot = \"{}\"\n", root.display()))
}

#[test]
fn every_line_of_the_log_is_on_the_other_machine_too() {
    let (folder, authority) = (tempfile::tempdir().unwrap(), Authority::new());
    let mut machine = Machine::start(&authority.good("localhost"), 0);
    let data = copying(folder.path(), machine.port, &authority.root());
    let doctor = minsheng(&["doctor", "--data", data.to_str().unwrap()]);
    assert!(text(&doctor.stdout).contains("技术日志抄送到 localhost"), "{}", text(&doctor.stdout));
    let log = folder.path().join("log");
    let server = Running::logging(&["serve", "--data", data.to_str().unwrap()], &log);
    let told = machine.hear_of("serving");
    assert_eq!((&told["weight"], &told["said"]["level"]), (&134.into(), &"INFO".into()));
    assert_eq!(told["when"], told["said"]["timestamp"]);
    drop(server);
    let here = std::fs::read_to_string(&log).unwrap();
    assert!(here.lines().any(|line| serde_json::from_str::<Value>(line).is_ok_and(|line| line == told["said"])), "{here}");
}

#[test]
fn a_machine_that_comes_back_gets_what_waited_and_one_nobody_vouches_for_gets_nothing() {
    let (folder, authority) = (tempfile::tempdir().unwrap(), Authority::new());
    let mut stranger = Machine::start(&authority.self_signed("localhost"), 0);
    let data = copying(folder.path(), stranger.port, &authority.root());
    let doctor = minsheng(&["doctor", "--data", data.to_str().unwrap()]);
    assert!(text(&doctor.stdout).contains("技术日志抄送不到"), "{}", text(&doctor.stdout));
    let server = Running::start(&["serve", "--data", data.to_str().unwrap()]);
    assert!(stranger.hear()["wrong"].is_string(), "the doctor turned away");
    assert!(stranger.hear()["wrong"].is_string(), "and so does the program, which serves all the same");
    drop(server);
    let mut machine = Machine::start(&authority.good("localhost"), 2);
    let again = tempfile::tempdir().unwrap();
    let data = copying(again.path(), machine.port, &authority.root());
    let _server = Running::start(&["serve", "--data", data.to_str().unwrap()]);
    assert_eq!(machine.hear_of("serving")["said"]["level"], "INFO", "it turned the caller away twice, and hears it then");
}
