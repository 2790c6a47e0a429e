//! The real binary in a process of its own, and the plainest of HTTP clients.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio};

/// Longest time a test waits for the other side, in seconds.
const WAIT_SECONDS: u64 = 60;
/// Time between two looks at a state of the other side, in milliseconds.
const ASK_MILLIS: u64 = 100;

/// Is a running `minsheng`; it is stopped when this goes.
pub struct Running {
    child: Child,
    // kept open, so that printing never fails
    _out: BufReader<ChildStdout>,
    /// Where it serves.
    pub address: SocketAddr,
}

/// Is an answer of the server.
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
    /// What it lets a browser keep, as that sends it back.
    pub cookies: String,
}

/// Runs a command to its end.
pub fn minsheng(args: &[&str]) -> Output {
    command(args).output().unwrap()
}

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_minsheng"));
    command.args(args).stdin(Stdio::null());
    command
}

impl Running {
    /// Starts a serving command on a free port and waits until it says that it is ready.
    pub fn start(args: &[&str]) -> Self {
        Self::begin(command(args))
    }

    /// Starts a serving command whose log goes to a file, and what it puts aside for a moment to a folder beside it.
    pub fn logging(args: &[&str], log: &Path) -> Self {
        let (mut command, aside) = (command(args), log.with_extension("aside"));
        std::fs::create_dir_all(&aside).unwrap();
        command.stderr(std::fs::File::create(log).unwrap()).env("TMPDIR", &aside);
        Self::begin(command)
    }

    /// Starts a serving command on a disk of its own for its data: small, empty but for the data, gone with the process.
    /// The disk is mounted where only that process sees it, as root or in a user namespace.
    pub fn on_small_disk(data: &Path, mebibytes: u32) -> Self {
        let script = "set -e; mkdir \"$1.kept\"; cp -a \"$1/.\" \"$1.kept/\"; mount -t tmpfs -o size=\"$2\"m tmpfs \"$1\"; \
            cp -a \"$1.kept/.\" \"$1/\"; shift 2; exec \"$@\"";
        let mut command = Command::new("unshare");
        if !Command::new("unshare").args(["--mount", "true"]).status().is_ok_and(|status| status.success()) {
            command.args(["--user", "--map-root-user"]);
        }
        let (data, size) = (data.to_str().unwrap(), mebibytes.to_string());
        command.args(["--mount", "--propagation", "private", "sh", "-c", script, "small-disk", data, &size]);
        command.arg(env!("CARGO_BIN_EXE_minsheng")).args(["serve", "--data", data]).stdin(Stdio::null());
        Self::begin(command)
    }

    /// Returns a path as the process sees it, which may be on a disk of its own.
    pub fn inside(&self, path: &Path) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.child.id()));
        root.join(path.strip_prefix("/").unwrap())
    }

    /// Starts a serving command where its configuration says.
    pub fn as_configured(args: &[&str]) -> Self {
        Self::ready(command(args))
    }

    fn begin(mut command: Command) -> Self {
        command.args(["--listen", "127.0.0.1:0"]);
        Self::ready(command)
    }

    fn ready(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        let address = loop {
            line.clear();
            assert!(out.read_line(&mut line).unwrap() > 0, "the program ended before it was ready");
            if let Some((_, rest)) = line.split_once("://") {
                break rest.split('/').next().unwrap().trim().parse().unwrap();
            }
        };
        Self { child, _out: out, address }
    }

    /// Starts the demo over a folder.
    pub fn demo(data: &Path) -> Self {
        Self::start(&["demo", "--data", data.to_str().unwrap()])
    }

    /// Opens a raw connection.
    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(std::time::Duration::from_secs(WAIT_SECONDS))).unwrap();
        stream
    }

    /// Sends a text as it stands and reads to the end of the connection.
    pub fn send(&self, text: &str) -> Answer {
        let mut stream = self.connect();
        stream.write_all(text.as_bytes()).unwrap();
        read_answer(&mut stream)
    }

    /// Asks for a path.
    pub fn get(&self, path: &str) -> Answer {
        self.send(&format!("GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", self.address))
    }

    /// Sends a form and asks for JSON.
    pub fn post(&self, path: &str, form: &str) -> Answer {
        self.send(&format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\naccept: application/json\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
            self.address,
            form.len()
        ))
    }

    /// Files a matter over the JSON door and returns the answer.
    pub fn file(&self, what: &str) -> serde_json::Value {
        let key = format!("key-{what}");
        let form = [("what", what), ("kind", "help"), ("identity", "anonymous"), ("place", "990777100201"), ("submit_key", &key)];
        let body: Vec<String> = form.iter().map(|(name, value)| format!("{name}={}", percent(value))).collect();
        let answer = self.post("/appeals", &body.join("&"));
        assert_eq!(answer.status, 201, "{}", answer.body);
        serde_json::from_str(&answer.body).unwrap()
    }

    /// Tells it to stop, as the system does, and waits for its end.
    pub fn stop(self) -> ExitStatus {
        self.signal("TERM");
        self.ended()
    }

    /// Waits for its end; it was told to stop.
    pub fn ended(mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// Sends a signal by name.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Waits until something holds that a running program brings about.
pub fn until(holds: impl Fn() -> bool) {
    let (_kept, never) = std::sync::mpsc::channel::<()>();
    let begun = std::time::Instant::now();
    while !holds() {
        assert!(begun.elapsed().as_secs() < WAIT_SECONDS, "it did not come about");
        let _nothing_comes = never.recv_timeout(std::time::Duration::from_millis(ASK_MILLIS));
    }
}

/// Reads what a program printed.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn percent(value: &str) -> String {
    value.bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02X}"))
}

/// Reads to the end of a connection. A reset after the answer counts as its end.
pub fn read_answer(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    let mut part = [0; 8_192];
    loop {
        match stream.read(&mut part) {
            Ok(0) => break,
            Ok(count) => bytes.extend_from_slice(&part[..count]),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => break,
            Err(error) => panic!("the server neither answered nor hung up: {error}"),
        }
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let kept = |line: &str| {
        let (name, rest) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("set-cookie").then(|| rest.split(';').next().unwrap_or_default().to_owned())
    };
    let cookies: Vec<String> = head.lines().filter_map(kept).collect();
    Answer { status, head: head.to_lowercase(), body: body.to_owned(), cookies: cookies.join("; ") }
}

/// Makes the site of the example county, with the shortest configuration and what `extra` adds to it.
pub fn site(folder: &Path, extra: &str) -> PathBuf {
    let (data, county) = (folder.join("data"), folder.join("county.toml"));
    std::fs::write(&county, minsheng(&["init", "--example"]).stdout).unwrap();
    let made = minsheng(&["init", "--data", data.to_str().unwrap(), "--file", county.to_str().unwrap()]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let file = data.join("minsheng.toml");
    let text = "[site]\ncode = \"990777\"\nname = \"云岭县\"\norigin = \"yunling.example/990777\"\n";
    let (top, tables) = extra.split_once("\n[").map_or((extra, String::new()), |(top, rest)| (top, format!("\n[{rest}")));
    std::fs::write(&file, format!("{top}\n{text}\n{tables}\n")).unwrap();
    data
}

/// Runs a command that asks; returns what it printed and whether it went well.
pub fn talk(args: &[&str], answers: &str) -> (String, bool) {
    let mut child = command(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(answers.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    (text(&output.stdout) + &text(&output.stderr), output.status.success())
}
