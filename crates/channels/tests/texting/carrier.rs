//! A message centre process that a site is bound to.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use channels::sms::smpp::Carrier as At;
use serde_json::{Value, json};

/// Longest time to wait for something to happen.
const WAIT: Duration = Duration::from_mins(1);

/// A real message centre, or a gateway.
pub struct Carrier {
    child: Child,
    orders: ChildStdin,
    said: Receiver<Value>,
    /// Where it listens.
    pub port: u16,
}

impl Carrier {
    pub fn start() -> Self {
        Self::of("smsc.js")
    }

    /// Starts a gateway that speaks HTTP.
    pub fn gateway() -> Self {
        Self::of("gateway.js")
    }

    fn of(script: &str) -> Self {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut child = Command::new("node")
            .arg(here.join("tests/texting").join(script))
            .env("NODE_PATH", here.join("../../node_modules"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node with smpp: `cargo x test` installs it");
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
        let mut carrier = Self { child, orders, said, port: 0 };
        carrier.port = carrier.hear("listening")["port"].as_u64().unwrap().try_into().unwrap();
        carrier
    }

    /// Waits until something happens.
    pub fn hear(&self, event: &str) -> Value {
        loop {
            let said = self.said.recv_timeout(WAIT).unwrap_or_else(|_| panic!("the message centre never said {event}"));
            if said["ev"] == event {
                return said;
            }
        }
    }

    /// Returns the messages it took by now, oldest first, each with its words put together.
    pub fn taken(&mut self) -> Vec<(String, String)> {
        let mut all: Vec<(String, String)> = Vec::new();
        self.order(&json!({"do": "mood"}));
        let by_now = std::iter::from_fn(|| self.said.recv_timeout(WAIT).ok()).take_while(|said| said["ev"] != "mood");
        for said in by_now.filter(|said| said["ev"] == "sent") {
            let (to, text) = (said["to"].as_str().unwrap(), said["text"].as_str().unwrap_or_default());
            let part = said["udh"][0].as_str().map_or(1, |udh| u8::from_str_radix(&udh[udh.len() - 2..], 16).unwrap());
            match all.last_mut() {
                Some(last) if part > 1 => last.1.push_str(text),
                _ => all.push((to.to_owned(), text.to_owned())),
            }
        }
        all
    }

    pub fn order(&mut self, order: &Value) {
        writeln!(self.orders, "{order}").unwrap();
    }

    /// Hands a message over; tells whether it was called taken.
    pub fn deliver(&mut self, from: &str, words: &str) -> bool {
        self.order(&json!({"do": "deliver", "from": from, "words": words}));
        self.hear("taken")["status"] == 0
    }

    pub fn mood(&mut self, mood: &Value) {
        let mut order = mood.clone();
        order["do"] = "mood".into();
        self.order(&order);
        self.hear("mood");
    }

    pub fn at(&self) -> At {
        At {
            at: format!("127.0.0.1:{}", self.port),
            system_id: "minsheng".to_owned(),
            password: "secret".to_owned(),
            system_type: String::new(),
            number: "10690931".to_owned(),
            window: 10,
            per_second: 1_000,
            wait: Duration::from_secs(3),
            quiet: Duration::from_secs(30),
        }
    }
}

impl Drop for Carrier {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
