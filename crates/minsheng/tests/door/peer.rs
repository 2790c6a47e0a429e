//! A program on the other side, in another language: it says what happens, one JSON object a line, and takes orders the same way.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use db::{Fault, Store, Target};
use serde_json::Value;

/// Is such a program; it ends with this.
pub struct Peer {
    child: Child,
    orders: ChildStdin,
    said: BufReader<ChildStdout>,
}

impl Peer {
    /// Starts one that is in Python.
    pub fn python(script: &Path, arguments: &[&str]) -> Self {
        Self::of(Command::new("python3").arg(script).args(arguments))
    }

    /// Starts one.
    pub fn of(command: &mut Command) -> Self {
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("`cargo x test` installs what runs it");
        let (orders, said) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, orders, said }
    }

    /// Waits for what it says next.
    pub fn line(&mut self) -> Value {
        let mut line = String::new();
        assert!(self.said.read_line(&mut line).unwrap() > 0, "the other side ended");
        serde_json::from_str(&line).unwrap()
    }

    /// Waits until something happens.
    pub fn hear(&mut self, event: &str) -> Value {
        loop {
            let said = self.line();
            if said["ev"] == event {
                return said;
            }
        }
    }

    /// Tells it what to do.
    pub fn order(&mut self, order: &Value) {
        writeln!(self.orders, "{order}").unwrap();
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Counts in a database that a program was killed over.
pub fn count(data: &Path, sql: &'static str) -> i64 {
    let store = Store::look(&Target::Sqlite(data.join("minsheng.db")), 1).unwrap();
    store.read_blocking(move |tx| tx.row(sql, &[])?.ok_or_else(|| Fault::other("a count gave no row"))?.get("many")).unwrap()
}
