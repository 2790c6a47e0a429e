//! The hotline and the real program: killed while an exchange tells of calls, it loses nothing that it called taken, and has nothing twice.

use std::net::TcpListener;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::common::{Running, minsheng, site, text};
use crate::peer::{Peer, count};

/// Calls told of, each by three sayings, each saying twice.
const COUNT: i64 = 120;
/// Calls told of at once, each by two sayings, and every tenth saying twice.
const FLOOD: i64 = 5_000;
/// How often somebody files by the form while they are told of.
const FORMS: i64 = 20;
/// Connections they are told over.
const LINES: i64 = 48;
/// How many sayings are taken when it is killed.
const DEATHS: [u64; 3] = [100, 300, 500];

fn exchange() -> Peer {
    Peer::python(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../channels/tests/calling/exchange.py"), &[])
}

/// Makes a site with a hotline, and says at which port calls are told of.
fn with_hotline(folder: &Path) -> (PathBuf, u16) {
    let secret = folder.join("secret");
    std::fs::write(&secret, "an-example-secret-of-nobody\n").unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let hotline = format!(
        "\n[hotline]\nnumber = \"12345\"\nlisten = \"127.0.0.1:{port}\"\nkey = \"exchange\"\nsecret_file = \"{}\"\n",
        secret.display()
    );
    (site(folder, &hotline), port)
}

#[test]
fn ten_thousand_sayings_at_once_are_each_one_entry_and_whoever_files_by_the_form_does_not_notice() {
    let (folder, mut exchange) = (tempfile::tempdir().unwrap(), exchange());
    exchange.hear("listening");
    let (data, port) = with_hotline(folder.path());
    let server = Running::start(&["serve", "--data", data.to_str().unwrap()]);
    exchange.order(&json!({"do": "flood", "count": FLOOD, "port": port, "lines": LINES, "steps": FORMS}));
    let mut filed = 0;
    let flooded = loop {
        let said = exchange.line();
        match said["ev"].as_str() {
            Some("flooded") => break said,
            Some("progress") => {
                let receipt = server.file(&format!("第 {filed} 盏路灯不亮"));
                assert!(receipt["number"].as_str().is_some_and(|number| number.starts_with("MS")), "{receipt}");
                filed += 1;
            }
            _ => {}
        }
    };
    println!(
        "{} sayings over {LINES} lines, {} of them tried again, {filed} forms meanwhile",
        flooded["taken"], flooded["again"]
    );
    assert!(server.stop().success());
    assert_eq!(count(&data, "select cast(count(*) as bigint) as many from hotline_call"), FLOOD);
    assert_eq!(count(&data, "select cast(count(*) as bigint) as many from hotline_call where state = 'missed'"), FLOOD);
    assert_eq!(count(&data, "select cast(count(*) as bigint) as many from hotline_step"), FLOOD * 2);
    assert!(filed >= FORMS && count(&data, "select cast(count(*) as bigint) as many from matter") == filed, "{filed}");
}

#[test]
fn killed_while_it_is_told_of_calls_it_loses_none_and_has_none_twice() {
    let (folder, mut exchange) = (tempfile::tempdir().unwrap(), exchange());
    exchange.hear("listening");
    let (data, port) = with_hotline(folder.path());
    let arguments = ["serve", "--data", data.to_str().unwrap()];
    let doctor = |data: &Path| text(&minsheng(&["doctor", "--data", data.to_str().unwrap()]).stdout);
    let said = doctor(&data);
    assert!(said.contains("nobody listens"), "{said}");
    let mut server = Running::start(&arguments);
    let said = doctor(&data);
    assert!(said.contains("takes signed news of calls"), "{said}");
    exchange.order(&json!({"do": "many", "count": COUNT, "port": port}));
    for taken in DEATHS {
        while exchange.hear("progress")["taken"].as_u64().unwrap() < taken {}
        server.signal("KILL");
        server.ended();
        server = Running::start(&arguments);
    }
    let many = exchange.hear("many");
    println!("{COUNT} calls by {} sayings, {} of them tried again, {} deaths", many["taken"], many["refused"], DEATHS.len());
    assert!(server.stop().success());
    assert_eq!(count(&data, "select cast(count(*) as bigint) as many from hotline_call where state = 'ended'"), COUNT);
    assert_eq!(count(&data, "select cast(count(*) as bigint) as many from hotline_call"), COUNT);
    assert_eq!(count(&data, "select cast(count(*) as bigint) as many from hotline_step"), COUNT * 3);
}
