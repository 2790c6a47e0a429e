//! The other end of a chat as a process.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

/// Longest time to wait for something to happen.
const WAIT: Duration = Duration::from_mins(2);
/// The token that both ends know.
pub const TOKEN: &str = "an-example-token-of-nobody";
/// The secret that posts are signed with.
pub const SECRET: &str = "an-example-secret-of-nobody";

/// Is a call that the other end took.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    pub action: String,
    pub params: Value,
    pub text: String,
}

/// Is a program that holds an account.
pub struct OtherEnd {
    child: Child,
    orders: ChildStdin,
    said: Receiver<Value>,
    called: Vec<Call>,
}

/// Starts a script with the Python that has the libraries of bots.
pub fn python(script: &str) -> Command {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python: PathBuf = here.join("../../peers/bin/python");
    let mut command = Command::new(python);
    command.arg(here.join("tests/chatting").join(script));
    command
}

impl OtherEnd {
    pub fn start() -> Self {
        let child = python("peer.py").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = child.expect("python with aiocqhttp and nonebot: `cargo x test` installs it");
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
        let mut other = Self { child, orders, said, called: Vec::new() };
        other.hear("ready");
        other
    }

    /// Waits until something happens; calls that come meanwhile are kept.
    pub fn hear(&mut self, event: &str) -> Value {
        loop {
            let said = self.said.recv_timeout(WAIT).unwrap_or_else(|_| panic!("the other end does not say {event}"));
            assert_ne!(said["ev"], "odd", "a library of bots does not understand it: {said}");
            if said["ev"] == "called" {
                let call = Call {
                    action: said["action"].as_str().unwrap_or_default().to_owned(),
                    params: said["params"].clone(),
                    text: said["text"].as_str().unwrap_or_default().to_owned(),
                };
                self.called.push(call);
            }
            if said["ev"] == event {
                return said;
            }
        }
    }

    /// Gives an order.
    pub fn order(&mut self, order: &Value) {
        writeln!(self.orders, "{order}").unwrap();
    }

    /// Gives an order and waits for what comes of it.
    pub fn told(&mut self, order: &Value, event: &str) -> Value {
        self.order(order);
        self.hear(event)
    }

    /// Says how calls are answered from now on.
    pub fn mood(&mut self, mood: &Value) {
        self.told(&json!({"do": "mood", "mood": mood}), "felt");
    }

    /// Returns the calls taken since the last look; the order makes sure that all that were sent are in.
    pub fn calls(&mut self) -> Vec<Call> {
        let mood = json!({});
        self.mood(&mood);
        std::mem::take(&mut self.called)
    }

    /// Returns the calls taken, without changing its mood.
    pub fn taken(&mut self) -> Vec<Call> {
        std::mem::take(&mut self.called)
    }

    /// Waits for a call.
    pub fn call(&mut self) -> Call {
        if self.called.is_empty() {
            self.hear("called");
        }
        self.called.remove(0)
    }
}

impl Drop for OtherEnd {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
