//! The hotline and the real program: killed while an exchange tells of calls, it loses nothing that it called taken, and has nothing twice.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use db::{Fault, Store, Target};
use serde_json::{Value, json};

use crate::common::{Running, minsheng, site, text};

/// Calls told of, each by three sayings, each saying twice.
const COUNT: i64 = 120;
/// How many sayings are taken when it is killed.
const DEATHS: [u64; 3] = [100, 300, 500];

struct Exchange {
    child: Child,
    orders: ChildStdin,
    said: BufReader<ChildStdout>,
}

impl Exchange {
    fn start() -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../channels/tests/calling/exchange.py");
        let mut child =
            Command::new("python3").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("python3");
        let (orders, said) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, orders, said }
    }

    fn hear(&mut self, event: &str) -> Value {
        loop {
            let mut line = String::new();
            assert!(self.said.read_line(&mut line).unwrap() > 0, "the exchange ended");
            let said: Value = serde_json::from_str(&line).unwrap();
            if said["ev"] == event {
                return said;
            }
        }
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn count(data: &Path, sql: &'static str) -> i64 {
    let store = Store::look(&Target::Sqlite(data.join("minsheng.db")), 1).unwrap();
    store.read_blocking(move |tx| tx.row(sql, &[])?.ok_or_else(|| Fault::other("a count gave no row"))?.get("many")).unwrap()
}

#[test]
fn killed_while_it_is_told_of_calls_it_loses_none_and_has_none_twice() {
    let (folder, mut exchange) = (tempfile::tempdir().unwrap(), Exchange::start());
    exchange.hear("listening");
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "an-example-secret-of-nobody\n").unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let hotline =
        format!("\n[hotline]\nnumber = \"12345\"\nlisten = \"127.0.0.1:{port}\"\nkey = \"exchange\"\nsecret_file = {secret:?}\n");
    let data = site(folder.path(), &hotline);
    let arguments = ["serve", "--data", data.to_str().unwrap()];
    let doctor = |data: &Path| text(&minsheng(&["doctor", "--data", data.to_str().unwrap()]).stdout);
    let said = doctor(&data);
    assert!(said.contains("nobody listens"), "{said}");
    let mut server = Running::start(&arguments);
    let said = doctor(&data);
    assert!(said.contains("takes signed news of calls"), "{said}");
    writeln!(exchange.orders, "{}", json!({"do": "many", "count": COUNT, "port": port})).unwrap();
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
