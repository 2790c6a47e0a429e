//! A site with its exchange.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use channels::hotline::{Desk, Lines, Listen, Shelf, listen};
use channels::sms::http::Secret;
use civic::file::{FileStore, Here};
use civic::hotline::{self, Call, Step, Table};
use civic::permit::Who;
use serde_json::{Value, json};
use testkit::{Engine, World, county};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use uuid::Uuid;

/// Longest time to wait for something to happen.
const WAIT: Duration = Duration::from_mins(1);
/// A resident's telephone.
pub const PHONE: &str = "13900001111";
/// Where calls are told of, and recordings handed over.
pub const EVENTS: &str = "/hotline/v1/events";
const RECORDINGS: &str = "/hotline/v1/recordings";

/// Is a site, and an exchange that tells it of calls.
pub struct Room {
    pub world: World,
    pub desk: Desk,
    child: Child,
    orders: ChildStdin,
    said: Receiver<Value>,
    port: u16,
    _runtime: Runtime,
    _folder: tempfile::TempDir,
}

impl Drop for Room {
    fn drop(&mut self) {
        let _gone_already = self.child.kill();
        let _gone_already = self.child.wait();
    }
}

impl Room {
    pub fn open(engine: Engine) -> Self {
        let world = World::with(engine, testkit::migrations(&[appeals::MIGRATIONS, channels::MIGRATIONS]));
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/calling/exchange.py");
        let mut child =
            Command::new("python3").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("python3");
        let orders = child.stdin.take().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        let (send, said) = channel();
        thread::spawn(move || {
            for line in lines.lines().map_while(Result::ok) {
                if send.send(serde_json::from_str(&line).unwrap()).is_err() {
                    return;
                }
            }
        });
        let shelf: Value = said.recv_timeout(WAIT).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let files = FileStore::open(folder.path()).unwrap();
        let secret = Secret::new("exchange", "an-example-secret-of-nobody").unwrap();
        let base = format!("http://127.0.0.1:{}/rec/", shelf["port"]);
        let desk = Desk {
            hall: world.hall.clone(),
            files: files.clone(),
            decoder: Arc::new(Here),
            scanner: None,
            shelf: Some(Shelf::new(&base, secret.clone()).unwrap()),
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        let lines = Lines { of: [("5550101".to_owned(), "bd".to_owned())].into(), office: String::new() };
        runtime.spawn(listen(listener, Arc::new(Listen::new(world.hall.clone(), files, (lines, secret)))));
        Self { world, desk, child, orders, said, port, _runtime: runtime, _folder: folder }
    }

    /// Gives the exchange an order and returns what came of it.
    pub fn order(&mut self, mut order: Value) -> Value {
        for (name, value) in [("port", json!(self.port)), ("time", json!(self.world.now().as_second())), ("path", json!(EVENTS))]
        {
            if order[name].is_null() {
                order[name] = value;
            }
        }
        writeln!(self.orders, "{order}").unwrap();
        let wanted = match order["do"].as_str() {
            Some("shelve") => "shelved",
            Some("break") => "broke",
            _ => "answered",
        };
        loop {
            let said: Value = self.said.recv_timeout(WAIT).expect("the exchange says something");
            if said["ev"] == wanted {
                return said;
            }
        }
    }

    /// Has the exchange tell something of a call, seconds ago, and returns the answer's status.
    pub fn tell(&mut self, call: &str, state: &str, ago: i64) -> u64 {
        let at = self.world.now().as_second() - ago;
        let body = json!({"call": call, "state": state, "at": at, "from": PHONE, "to": "12345"});
        self.order(json!({"do": "post", "body": body}))["status"].as_u64().unwrap()
    }

    /// Has the exchange hand a recording over.
    pub fn record(&mut self, call: &str, kind: &str, sound: &[u8]) -> u64 {
        let at = self.world.now().as_second();
        let path = format!("{RECORDINGS}?call={call}&kind={kind}&from={PHONE}&at={at}");
        let sound = data_encoding::BASE64.encode(sound);
        self.order(json!({"do": "post", "path": path, "sound": sound}))["status"].as_u64().unwrap()
    }

    pub fn who(login: &str) -> Who {
        Who::Staff { id: county::staff_id(login), session: Uuid::nil() }
    }

    pub fn table(&self, login: &str) -> Table {
        let who = Self::who(login);
        let now = self.world.now();
        self.world.read(move |tx, site| hotline::table(tx, site, now, &who)).unwrap()
    }

    pub fn call(&self, name: &'static str) -> Call {
        self.world
            .read(move |tx, site| {
                let id = hotline::call_of(tx, site, name)?.expect("the call is known");
                hotline::load(tx, site, id)
            })
            .unwrap()
            .unwrap()
    }

    pub fn steps(&self, call: Uuid) -> Vec<Step> {
        self.world.read(move |tx, site| hotline::steps(tx, site, call)).unwrap()
    }
}

/// A recording: half a second of silence.
pub fn sound() -> Vec<u8> {
    let data = [0_u8; 8_000];
    let mut wav = b"RIFF".to_vec();
    wav.extend((36 + data.len() as u32).to_le_bytes());
    wav.extend(b"WAVEfmt ");
    wav.extend(16_u32.to_le_bytes());
    for (half, number) in [(true, 1_u32), (true, 1), (false, 8_000), (false, 16_000), (true, 2), (true, 16)] {
        let bytes = number.to_le_bytes();
        wav.extend(if half { &bytes[..2] } else { &bytes[..] });
    }
    wav.extend(b"data");
    wav.extend((data.len() as u32).to_le_bytes());
    wav.extend(data);
    wav
}
