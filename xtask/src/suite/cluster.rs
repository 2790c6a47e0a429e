//! A private, throw-away PostgreSQL: in a temporary folder, on a Unix socket only, gone at the end.

use std::fs;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::run::{Outcome, answer, spelled};
use crate::tools::is_root;

/// Longest wait for the server's first answer, in seconds.
const START_SECONDS_MAX: u64 = 60;
/// Time between two questions whether the server answers, in milliseconds.
const ASK_MILLIS: u64 = 50;
/// Part of the socket's name; the folder alone makes it private.
const PORT: &str = "54329";
/// Connections at once: each world of a test holds eight.
const CONNECTIONS_MAX: &str = "max_connections=400";

/// Says how well the server keeps its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeping {
    /// Nothing outlives a crash: quick, for tests.
    Careless,
    /// As in earnest: for measuring.
    Durable,
}

/// Is a running server. It stops when this is dropped, and also when this process dies.
pub struct Cluster {
    server: Child,
    folder: TempDir,
}

impl Cluster {
    /// Makes a cluster and starts it. PostgreSQL refuses to run as root, so root hands it to the user `postgres`.
    pub fn start(binaries: &Path, keeping: Keeping) -> Outcome<Self> {
        let folder = tempfile::Builder::new().prefix("minsheng-pg-").tempdir().map_err(|error| error.to_string())?;
        if is_root() {
            give_away(folder.path())?;
        }
        let data = folder.path().join("data");
        let mut init = as_server_user(&binaries.join("initdb"));
        init.args(["--no-sync", "--auth=trust", "--username=minsheng", "--encoding=UTF8", "--locale=C.UTF-8", "--pgdata"])
            .arg(&data);
        let made = init.output().map_err(|error| format!("{} cannot be started: {error}", spelled(&init)))?;
        if !made.status.success() {
            return Err(format!("{}: {}", spelled(&init), String::from_utf8_lossy(&made.stderr)));
        }
        let log = fs::File::create(folder.path().join("log")).map_err(|error| error.to_string())?;
        let mut serve = as_server_user(&binaries.join("postgres"));
        serve.arg("-D").arg(&data).arg("-k").arg(folder.path()).args(["-p", PORT, "-c", "listen_addresses="]);
        let careless: &[&str] = if keeping == Keeping::Careless { &["fsync=off", "full_page_writes=off"] } else { &[] };
        for setting in [CONNECTIONS_MAX, "shared_buffers=64MB", "max_wal_size=256MB"].iter().chain(careless) {
            serve.args(["-c", setting]);
        }
        serve.current_dir(folder.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let server = serve.spawn().map_err(|error| format!("{} cannot be started: {error}", spelled(&serve)))?;
        let mut cluster = Self { server, folder };
        cluster.wait()?;
        println!("a private PostgreSQL serves the tests in {}", cluster.folder.path().display());
        Ok(cluster)
    }

    /// Returns the address for clients.
    pub fn url(&self) -> String {
        format!("host={} port={PORT} user=minsheng dbname=postgres", self.folder.path().display())
    }

    fn wait(&mut self) -> Outcome {
        let (begun, socket) = (Instant::now(), self.folder.path().join(format!(".s.PGSQL.{PORT}")));
        let ready = self.folder.path().join("data/postmaster.pid");
        while begun.elapsed() < Duration::from_secs(START_SECONDS_MAX) {
            let says_ready = fs::read_to_string(&ready).is_ok_and(|text| text.lines().any(|line| line.trim() == "ready"));
            if says_ready && socket.exists() {
                return Ok(());
            }
            if self.server.try_wait().map_err(|error| error.to_string())?.is_some() {
                break;
            }
            pause();
        }
        let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        Err(format!("PostgreSQL did not start:\n{log}"))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let number = self.server.id().to_string();
        // an interrupt is PostgreSQL's fast shutdown: open transactions end, nothing is waited for
        drop(Command::new("kill").args(["-INT", &number]).status());
        drop(self.server.wait());
    }
}

/// Starts a line that runs as the user `postgres` when we are root, and that ends when this process does.
fn as_server_user(program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    if is_root() {
        command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]);
    }
    command.args(["--pdeathsig", "INT"]).arg(program);
    command
}

fn give_away(folder: &Path) -> Outcome {
    let number = |flag: &str| answer("id", &[flag, "postgres"]).and_then(|text| text.parse().ok());
    let (user, group) = (number("-u"), number("-g"));
    if user.is_none() {
        return Err("this machine has no user postgres; PostgreSQL does not run as root".to_owned());
    }
    let path: PathBuf = folder.to_owned();
    chown(&path, user, group).map_err(|error| format!("{} cannot be given to postgres: {error}", path.display()))
}

#[expect(clippy::disallowed_methods, reason = "a state outside this process is asked for again and again")]
fn pause() {
    thread::sleep(Duration::from_millis(ASK_MILLIS));
}
