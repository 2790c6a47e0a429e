//! Short messages and the real program: killed while a message centre hands over, it loses nothing that it called taken, and makes
//! nothing twice.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use db::{Fault, Store, Target};
use serde_json::Value;

use crate::common::{Running, minsheng, site, text, until};

/// Messages handed over.
const COUNT: i64 = 1_200;
/// How many are taken when it is killed.
const DEATHS: [u64; 3] = [200, 500, 900];

struct Centre {
    child: Child,
    orders: ChildStdin,
    said: BufReader<ChildStdout>,
}

impl Centre {
    fn start() -> Self {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut child = Command::new("node")
            .arg(here.join("../channels/tests/texting/smsc.js"))
            .env("NODE_PATH", here.join("../../node_modules"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node with smpp: `cargo x test` installs it");
        let (orders, said) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, orders, said }
    }

    fn hear(&mut self, event: &str) -> Value {
        loop {
            let mut line = String::new();
            assert!(self.said.read_line(&mut line).unwrap() > 0, "the message centre ended");
            let said: Value = serde_json::from_str(&line).unwrap();
            if said["ev"] == event {
                return said;
            }
        }
    }
}

impl Drop for Centre {
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
fn killed_in_the_middle_it_loses_nothing_and_makes_nothing_twice() {
    let (folder, mut centre) = (tempfile::tempdir().unwrap(), Centre::start());
    let port = centre.hear("listening")["port"].as_u64().unwrap();
    let password = folder.path().join("password");
    std::fs::write(&password, "secret\n").unwrap();
    let sms = format!(
        "\n[sms]\nnumber = \"10690931\"\n[sms.smpp]\nhost = \"127.0.0.1\"\nport = {port}\nsystem_id = \"ms\"\npassword_file = {password:?}\n\
         per_second = 1000\n"
    );
    let data = site(folder.path(), &sms);
    let serve = |data: &Path| Running::start(&["serve", "--data", data.to_str().unwrap()]);
    let doctor = text(&minsheng(&["doctor", "--data", data.to_str().unwrap()]).stdout);
    assert!(doctor.contains("Short messages:") && doctor.contains("knows us"), "{doctor}");
    let mut server = serve(&data);
    centre.hear("bound");
    centre.hear("bound");
    writeln!(centre.orders, "{}", serde_json::json!({"do": "many", "count": COUNT, "window": 50, "words": "停水了，第#户"}))
        .unwrap();
    for taken in DEATHS {
        while centre.hear("progress")["taken"].as_u64().unwrap() < taken {}
        server.signal("KILL");
        server.ended();
        server = serve(&data);
    }
    let many = centre.hear("many");
    assert_eq!((many["taken"].as_i64(), many["refused"].as_i64()), (Some(COUNT), Some(0)), "{many}");
    println!("{COUNT} messages brought {} times, {} deaths", many["brought"], DEATHS.len());
    let waits = "select cast(count(*) as bigint) as many from inbox where state = 'waiting'";
    until(|| count(&data, waits) == 0);
    assert!(server.stop().success());
    assert_eq!(count(&data, "select cast(count(*) as bigint) as many from inbox"), COUNT);
    assert_eq!(count(&data, "select cast(count(*) as bigint) as many from matter where channel = 'sms'"), COUNT);
}
