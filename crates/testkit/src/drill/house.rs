//! The real program over a folder of its own: made, started, killed, started again, looked at with its own tools.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use db::{Fault, Store, Target};
use tempfile::TempDir;

use super::crowd::pause;
use super::http::Http;
use super::mail::Rows;

/// Longest time from the start to being ready (I8), in seconds.
const READY_SECONDS_MAX: u64 = 30;
/// Time between two looks whether it is ready again, in milliseconds.
const READY_MILLIS: u64 = 10;
/// Time between two looks at what waits to be sent, in milliseconds.
const LETTERS_MILLIS: u64 = 100;
/// The site of the drills: the example county, and limits that do not stand in a drill's way.
const CONFIG: &str = "[site]\ncode = \"990777\"\nname = \"云岭县\"\norigin = \"yunling.example/990777\"\n\
    [limits]\nconnections_per_address_max = 4000\nfilings_of_address_hour_max = 1000000000\n\
    filings_of_contact_hour_max = 1000000000\nidle_sendings_of_address_hour_max = 1000000000\n";

/// Is a site on this machine.
pub struct House {
    binary: PathBuf,
    folder: TempDir,
    database: String,
    /// The code with which the first administrator, who watches and handles too, sets up their account; none where the site was made elsewhere.
    pub setup: Option<String>,
    /// Put before the program's own words, such as a namespace or a false clock.
    pub before: Vec<String>,
    /// The program's environment beside this process's own.
    pub environment: Vec<(String, String)>,
}

/// Is what a tool of the program said.
pub struct Output {
    /// Whether it ended well.
    pub success: bool,
    /// What it printed.
    pub words: String,
}

impl Output {
    /// Runs a command to its end.
    pub fn of(command: &mut Command) -> Self {
        match command.output() {
            Ok(output) => Self {
                success: output.status.success(),
                words: String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr),
            },
            Err(error) => Self { success: false, words: error.to_string() },
        }
    }
}

impl House {
    /// Makes the site of the example county in a new folder, over SQLite.
    pub fn make(binary: &Path) -> Result<Self, String> {
        Self::make_on(binary, "sqlite")
    }

    /// Makes the site with an environment of its own, such as a false clock: what it needs is put beside the data first.
    pub fn make_within(
        binary: &Path,
        prepare: impl FnOnce(&Self) -> Result<Vec<(String, String)>, String>,
    ) -> Result<Self, String> {
        let mut house = Self::found(binary)?;
        house.environment = prepare(&house)?;
        house.furnish()?;
        Ok(house)
    }

    /// Makes the site over a database: `sqlite`, or the address of a PostgreSQL.
    pub fn make_on(binary: &Path, database: &str) -> Result<Self, String> {
        let mut house = Self::found(binary)?;
        database.clone_into(&mut house.database);
        house.furnish()?;
        Ok(house)
    }

    fn found(binary: &Path) -> Result<Self, String> {
        let folder = tempfile::Builder::new().prefix("minsheng-drill-").tempdir().map_err(|error| error.to_string())?;
        let binary = fs::canonicalize(binary).map_err(|error| format!("{}: {error}", binary.display()))?;
        Ok(Self { binary, folder, database: "sqlite".to_owned(), setup: None, before: Vec::new(), environment: Vec::new() })
    }

    fn furnish(&mut self) -> Result<(), String> {
        let county = self.beside("county.toml");
        let example = self.run(&["init", "--example"]).words.replacen(
            "[\"administrator\"]",
            "[\"administrator\", \"supervisor\", \"officer\"]",
            1,
        );
        fs::write(&county, example).map_err(|error| error.to_string())?;
        self.configure()?;
        let made = self.tool(&["init", "--file", &county.display().to_string()]);
        self.setup =
            made.words.split("good for 72 hours: ").nth(1).and_then(|rest| rest.split_whitespace().next()).map(str::to_owned);
        if made.success { Ok(()) } else { Err(format!("the site cannot be made: {}", made.words)) }
    }

    /// Makes room for the same site elsewhere, over SQLite, without any data yet.
    pub fn elsewhere(&self) -> Result<Self, String> {
        let other = Self::found(&self.binary)?;
        other.configure()?;
        Ok(other)
    }

    fn configure(&self) -> Result<(), String> {
        let (data, database) = (self.data().display().to_string(), &self.database);
        let places = format!("guarded_network = true\ndata = {data:?}\ndatabase = {database:?}\nkeystore = {database:?}\n");
        fs::write(self.config(), places + CONFIG).map_err(|error| error.to_string())
    }

    /// Returns the folder of the site's data.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Counts the messages of the outbox by state and tries.
    pub fn letters(&self) -> Result<Vec<(String, i64, i64)>, String> {
        let target = match self.database.as_str() {
            "sqlite" => Target::Sqlite(self.data().join("minsheng.db")),
            url => Target::Postgres { url: url.to_owned(), schema: Some("minsheng".to_owned()) },
        };
        let sql = "select state, attempts, cast(count(*) as bigint) as letters from outbox group by state, attempts";
        let counted = Store::look(&target, 1).and_then(|store| {
            let rows = store.read_blocking(move |tx| tx.rows(sql, &[]))?;
            rows.iter().map(|row| Ok((row.get("state")?, row.get("attempts")?, row.get("letters")?))).collect()
        });
        counted.map_err(|fault: Fault| format!("the outbox cannot be read: {fault}"))
    }

    /// Waits until nothing waits to be sent, for so many seconds at most, and says what is left, or noted twice.
    pub fn sent_out(&self, seconds: u64) -> Result<Vec<String>, String> {
        let begun = Instant::now();
        loop {
            let letters = self.letters()?;
            let waiting: i64 = letters.iter().filter(|(state, ..)| state == "waiting").map(|(.., count)| count).sum();
            if waiting > 0 && begun.elapsed() < Duration::from_secs(seconds) {
                pause(LETTERS_MILLIS);
                continue;
            }
            let twice = letters.iter().filter(|(state, tries, _)| state == "sent" && *tries != 1);
            let mut findings: Vec<_> =
                twice.map(|(_, tries, count)| format!("F32: {count} letters are noted {tries} times")).collect();
            if waiting > 0 {
                findings.push(format!("F32: {waiting} letters still wait after {seconds} s"));
            }
            return Ok(findings);
        }
    }

    /// Returns a path for things of the drill beside the data.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a tool of the program on the site's data.
    pub fn tool(&self, words: &[&str]) -> Output {
        let config = self.config().display().to_string();
        self.run(&[words, &["--config", &config]].concat())
    }

    /// Runs the program with words of one's own.
    pub fn run(&self, words: &[&str]) -> Output {
        Output::of(self.command().args(words).stdin(Stdio::null()))
    }

    /// Begins a command of the program. It must not outlive a drill that is ended.
    fn command(&self) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL"]).args(&self.before).arg(&self.binary).envs(self.environment.iter().cloned());
        command
    }

    /// Starts serving and waits until it is ready; says how it failed when it is not in time.
    pub fn start(&self) -> Result<Server, String> {
        self.start_at(&self.config())
    }

    /// Starts serving under a configuration of its own.
    pub fn start_at(&self, config: &Path) -> Result<Server, String> {
        let begun = Instant::now();
        let (process, line) = self.begin(&["serve", "--listen", "127.0.0.1:0"], config)?;
        let address = line.split_once("://").and_then(|(_, rest)| rest.split('/').next()?.trim().parse().ok());
        let server = Server { process, http: Http(address.ok_or_else(|| format!("no address in {line}"))?) };
        while server.http.get("/readyz").is_none_or(|answer| answer.status != 200) {
            if begun.elapsed() > Duration::from_secs(READY_SECONDS_MAX) {
                return Err(format!("I8: not ready within {READY_SECONDS_MAX} s"));
            }
        }
        if begun.elapsed() > Duration::from_secs(READY_SECONDS_MAX) {
            return Err(format!("I8: ready only after {} s", begun.elapsed().as_secs()));
        }
        Ok(server)
    }

    /// Starts a process that serves no page and does what happens by itself, under a configuration of its own.
    pub fn work_at(&self, config: &Path) -> Result<Process, String> {
        self.begin(&["worker"], config).map(|(process, _)| process)
    }

    /// Starts a command that says in a line of its own that it is there, and returns that line.
    fn begin(&self, words: &[&str], config: &Path) -> Result<(Process, String), String> {
        let log = File::options().create(true).append(true).open(self.log_file()).map_err(|error| error.to_string())?;
        let mut command = self.command();
        command.args(words).arg("--config").arg(config);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        let mut child = command.spawn().map_err(|error| format!("the program cannot be started: {error}"))?;
        let mut out = BufReader::new(child.stdout.take().expect("standard output was piped"));
        let mut line = String::new();
        while !(line.contains("://") || line.starts_with("working")) {
            line.clear();
            if out.read_line(&mut line).unwrap_or_default() == 0 {
                drop(child.wait());
                return Err(format!("I8: the program ended before it was ready: {}", self.last_words()));
            }
        }
        Ok((Process { child, _out: out }, line))
    }

    /// Writes the configuration of a process whose letters go to a port of this machine, and which looks every second.
    pub fn with_mail(&self, name: &str, port: u16) -> Result<PathBuf, String> {
        let text = fs::read_to_string(self.config()).map_err(|error| error.to_string())?;
        let file = self.beside(&format!("{name}.toml"));
        let mail = format!("host = \"127.0.0.1\"\nport = {port}\nfrom = \"notice@drill.example\"\ntls = \"none\"\n");
        fs::write(&file, format!("{text}jobs_seconds = 1\n[smtp]\n{mail}")).map_err(|error| error.to_string())?;
        Ok(file)
    }

    /// Writes a configuration with more in it.
    pub fn with_more(&self, name: &str, more: &str) -> Result<PathBuf, String> {
        let text = fs::read_to_string(self.config()).map_err(|error| error.to_string())?;
        let file = self.beside(&format!("{name}.toml"));
        fs::write(&file, text + more).map_err(|error| error.to_string())?;
        Ok(file)
    }

    /// Lists the sizes of what came in by other channels, by state and outcome.
    pub fn inbox(&self) -> Result<Rows, String> {
        let sql = "select state, outcome, size from inbox";
        let target = Target::Sqlite(self.data().join("minsheng.db"));
        let listed = Store::look(&target, 1).and_then(|store| {
            let rows = store.read_blocking(move |tx| tx.rows(sql, &[]))?;
            let mut all = Rows::new();
            for row in rows {
                let size: i64 = row.get("size")?;
                all.entry((row.get("state")?, row.get("outcome")?)).or_default().push(size.unsigned_abs());
            }
            Ok(all)
        });
        listed.map_err(|fault: Fault| format!("the inbox cannot be read: {fault}"))
    }

    /// Counts what a query of the site's SQLite counts in the column `many`.
    pub fn many(&self, sql: &'static str) -> Result<u64, String> {
        let counted = Store::look(&Target::Sqlite(self.data().join("minsheng.db")), 1).and_then(|store| {
            let row = store.read_blocking(move |tx| tx.row(sql, &[]))?.ok_or_else(|| Fault::other("a count gave no row"))?;
            row.get::<i64>("many")
        });
        counted.map(i64::unsigned_abs).map_err(|fault: Fault| format!("nothing can be counted: {fault}"))
    }

    /// Finds the numbers of matters that a query of the site's SQLite lists in the column `number`.
    pub fn numbers(&self, sql: &'static str) -> Result<Vec<String>, String> {
        let listed = Store::look(&Target::Sqlite(self.data().join("minsheng.db")), 1).and_then(|store| {
            let rows = store.read_blocking(move |tx| tx.rows(sql, &[]))?;
            rows.iter().map(|row| row.get("number")).collect()
        });
        listed.map_err(|fault: Fault| format!("the matters cannot be read: {fault}"))
    }

    /// Returns everything the program has logged so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    fn last_words(&self) -> String {
        self.log().lines().rev().take(3).collect::<Vec<_>>().join(" / ")
    }

    fn config(&self) -> PathBuf {
        self.beside("minsheng.toml")
    }

    fn log_file(&self) -> PathBuf {
        self.beside("log")
    }
}

/// Says why a program does not take writes again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotReady {
    /// It has ended.
    Ended,
    /// It runs, and is not ready in time.
    Late,
}

/// Is one running process of the program.
pub struct Process {
    child: Child,
    // kept open, so that printing never fails
    _out: BufReader<std::process::ChildStdout>,
}

impl Process {
    /// Returns its number.
    pub fn number(&self) -> u32 {
        self.child.id()
    }

    /// Tells whether it still runs.
    pub fn runs(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    fn end(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

/// Sends a signal to a process, by its number and the signal's name.
pub fn signal(process: u32, name: &str) {
    // one that is gone already is no error
    drop(Command::new("kill").args([&format!("-{name}"), &process.to_string()]).stderr(Stdio::null()).status());
}

/// Is the running program that serves pages.
pub struct Server {
    process: Process,
    http: Http,
}

impl Server {
    /// Returns the way to ask it.
    pub fn http(&self) -> &Http {
        &self.http
    }

    /// Returns its process number.
    pub fn process(&self) -> u32 {
        self.process.number()
    }

    /// Counts the files and connections it has open.
    pub fn handles(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.process())).map_or(0, Iterator::count)
    }

    /// Waits until it takes writes again, for so many seconds at most.
    pub fn ready_again(&mut self, seconds: u64) -> Result<(), NotReady> {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(seconds) {
            if self.http.get("/readyz").is_some_and(|answer| answer.status == 200) {
                return Ok(());
            }
            if !self.runs() {
                return Err(NotReady::Ended);
            }
            pause(READY_MILLIS);
        }
        Err(NotReady::Late)
    }

    /// Tells whether it still runs.
    pub fn runs(&mut self) -> bool {
        self.process.runs()
    }

    /// Ends it as a failing machine does: at once, wherever it is.
    pub fn kill(mut self) {
        self.process.end();
    }

    /// Ends it in order.
    pub fn stop(mut self) {
        signal(self.process(), "TERM");
        drop(self.process.child.wait());
    }
}

/// Copies a folder with all that is in it.
pub fn copy(from: &Path, to: &Path) -> Result<(), String> {
    let done = Command::new("cp").arg("-a").arg(from).arg(to).status().map_err(|error| error.to_string())?;
    if done.success() { Ok(()) } else { Err(format!("{} cannot be copied", from.display())) }
}

/// Reads a file.
pub fn read(path: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let mut file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
    file.read_to_end(&mut bytes).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(bytes)
}
