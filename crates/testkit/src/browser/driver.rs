//! The driver process: chromedriver on a port it chooses itself, ended with the test.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

/// Longest wait for an answer of the driver, in seconds.
const ANSWER_SECONDS_MAX: u64 = 60;
/// Starts of the driver before it is given up.
const STARTS_MAX: u32 = 5;

pub(super) struct Driver {
    process: Child,
    port: u16,
    words: BufReader<ChildStdout>,
}

impl Driver {
    /// Starts the driver; it says itself on which port it listens. It ends when this process does, even by force.
    ///
    /// It takes a free port of IPv4 and then the same one of IPv6, and ends where another program has that one. Which port it
    /// gets is chance, so it is started again; its words tell when that is not why.
    pub(super) fn start(program: &str) -> Self {
        let mut said = String::new();
        for _ in 0..STARTS_MAX {
            match Self::begin(program) {
                Ok(driver) => return driver,
                Err(words) => said = words,
            }
        }
        panic!("chromedriver ended before it listened: {said}")
    }

    fn begin(program: &str) -> Result<Self, String> {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "TERM", program, "--port=0"]);
        let spawned = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn();
        let mut process = spawned.expect("chromedriver can be started");
        let words = BufReader::new(process.stdout.take().expect("standard output was piped"));
        let mut driver = Self { process, port: 0, words };
        driver.port = driver.told_port()?;
        Ok(driver)
    }

    /// Reads on which port it listens, or else all it said.
    fn told_port(&mut self) -> Result<u16, String> {
        let (mut said, mut line) = (String::new(), String::new());
        while self.words.read_line(&mut line).expect("chromedriver's words can be read") > 0 {
            said.push_str(&line);
            let port = line.trim().strip_suffix('.').and_then(|line| line.rsplit_once("on port "));
            if let Some(port) = port.and_then(|(_, port)| port.parse().ok()) {
                return Ok(port);
            }
            line.clear();
        }
        Err(said)
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Sends what the WebDriver client has no call for.
    pub(super) fn post(&self, path: &str, body: &Value) -> Value {
        let body = body.to_string();
        let text = self.speak(&format!("POST {path} HTTP/1.1\r\nContent-Length: {}", body.len()), &body);
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("chromedriver answered {text}"))
    }

    /// Ends the browser. A test that failed may have left it in any state, so nothing is expected of the answer.
    pub(super) fn end_session(&self, session: &str) {
        self.speak(&format!("DELETE /session/{session} HTTP/1.1"), "");
    }

    fn speak(&self, head: &str, body: &str) -> String {
        self.exchange(head, body).unwrap_or_default()
    }

    /// Exchanges one message. The driver keeps connections open, so its answer ends where its length says.
    fn exchange(&self, head: &str, body: &str) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(ANSWER_SECONDS_MAX)))?;
        write!(stream, "{head}\r\nHost: 127.0.0.1:{}\r\n\r\n{body}", self.port)?;
        let (mut answer, mut line, mut length) = (BufReader::new(stream), String::new(), 0);
        while answer.read_line(&mut line)? > 2 {
            if let Some((_, value)) = line.to_ascii_lowercase().split_once("content-length:") {
                length = value.trim().parse().unwrap_or_default();
            }
            line.clear();
        }
        let mut bytes = vec![0; length];
        answer.read_exact(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
