//! A PostgreSQL of the drill's own, with all its care for durable data: made, started, ended in every way, asked by hand.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::crowd::pause;
use super::house::Output;

/// Where Debian puts the programs of each version.
const VERSIONS: &str = "/usr/lib/postgresql";
/// Part of the socket's name; the folder alone makes it private.
const PORT: &str = "54330";
/// Time between two looks whether it answers, in milliseconds.
const LOOK_MILLIS: u64 = 20;
/// Looks before it is given up.
const LOOKS_MAX: u32 = 3_000;

/// Is a way to end it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Running transactions are broken off, then it ends in order.
    Fast,
    /// Everything ends at once; the next start recovers.
    Immediate,
    /// The first process is killed, the others notice.
    Killed,
}

/// Is one cluster; it ends when this goes.
pub struct Cluster {
    folder: TempDir,
    binaries: PathBuf,
    server: Option<Child>,
}

/// Finds the newest version's programs. `None` where PostgreSQL is not installed.
pub fn binaries() -> Option<PathBuf> {
    let versions = fs::read_dir(VERSIONS).into_iter().flatten().flatten();
    versions.map(|entry| entry.path().join("bin")).filter(|bin| bin.join("initdb").exists()).max()
}

impl Cluster {
    /// Makes a cluster and starts it. `None` where PostgreSQL is not installed.
    pub fn make() -> Result<Option<Self>, String> {
        let Some(binaries) = binaries() else { return Ok(None) };
        let folder = tempfile::Builder::new().prefix("minsheng-drill-pg-").tempdir().map_err(|error| error.to_string())?;
        let user = Output::of(Command::new("id").args(["-u", "postgres"])).words.trim().parse().ok();
        if Output::of(Command::new("id").arg("-u")).words.trim() == "0" {
            chown(folder.path(), user, None).map_err(|error| error.to_string())?;
        }
        let mut cluster = Self { folder, binaries, server: None };
        let mut init = cluster.program("initdb");
        init.args(["--no-sync", "--data-checksums", "--auth=trust", "--username=minsheng", "--encoding=UTF8"]);
        let made = Output::of(init.args(["--locale=C.UTF-8", "--pgdata"]).arg(cluster.data()));
        if !made.success {
            return Err(format!("initdb: {}", made.words));
        }
        cluster.set("listen_addresses = ''")?;
        cluster.start()?;
        Ok(Some(cluster))
    }

    /// Adds a line to its configuration, for the next start.
    pub fn set(&self, line: &str) -> Result<(), String> {
        let file = fs::File::options().append(true).open(self.data().join("postgresql.conf"));
        let added = file.and_then(|mut file| writeln!(file, "{line}"));
        added.map_err(|error| error.to_string())
    }

    /// Gives it a file that only it may read, and returns where it lies.
    pub fn give(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, String> {
        let path = self.data().join(name);
        let own = fs::metadata(self.data()).map_err(|error| error.to_string())?;
        let given = fs::write(&path, bytes)
            .and_then(|()| fs::set_permissions(&path, fs::Permissions::from_mode(0o600)))
            .and_then(|()| chown(&path, Some(own.uid()), Some(own.gid())));
        given.map(|()| path).map_err(|error| error.to_string())
    }

    /// Returns the address for clients.
    pub fn url(&self) -> String {
        format!("host={} port={PORT} user=minsheng dbname=postgres", self.folder.path().display())
    }

    /// Returns its port, for those that let it listen somewhere.
    pub fn port(&self) -> &'static str {
        PORT
    }

    /// Returns the path of the socket.
    pub fn socket(&self) -> PathBuf {
        self.folder.path().join(format!(".s.PGSQL.{PORT}"))
    }

    /// Starts it and waits until it answers.
    pub fn start(&mut self) -> Result<(), String> {
        for _ in 0..LOOKS_MAX {
            let over = self.server.as_mut().is_none_or(|server| !matches!(server.try_wait(), Ok(None)));
            // after a kill the others may still hold the memory they share, and a start is refused until they are gone
            if over {
                self.server = Some(self.spawn()?);
            }
            if self.ask("select 1").success {
                return Ok(());
            }
            pause(LOOK_MILLIS);
        }
        Err("PostgreSQL does not start".to_owned())
    }

    /// Ends it.
    pub fn end(&mut self, how: End) {
        let signal = match how {
            End::Fast => "-INT",
            End::Immediate => "-QUIT",
            End::Killed => "-KILL",
        };
        if let Some(mut server) = self.server.take() {
            drop(Command::new("kill").args([signal, &server.id().to_string()]).status());
            drop(server.wait());
        }
    }

    /// Runs a statement by hand.
    pub fn ask(&self, sql: &str) -> Output {
        let mut psql = Command::new(self.binaries.join("psql"));
        psql.args(["--no-psqlrc", "--tuples-only", "--no-align", "--dbname", &self.url(), "--command", sql]);
        Output::of(psql.stdin(Stdio::null()))
    }

    /// Begins a statement by hand that goes on until what it returns is killed.
    pub fn hold(&self, sql: &str) -> Result<Child, String> {
        let mut psql = Command::new("setpriv");
        psql.args(["--pdeathsig", "KILL"]).arg(self.binaries.join("psql")).args(["--no-psqlrc", "--dbname", &self.url()]);
        psql.args(["--command", sql]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        psql.spawn().map_err(|error| error.to_string())
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn spawn(&self) -> Result<Child, String> {
        let log = fs::File::options().create(true).append(true).open(self.folder.path().join("log"));
        let log = log.map_err(|error| error.to_string())?;
        let mut serve = self.program("postgres");
        serve.arg("-D").arg(self.data()).arg("-k").arg(self.folder.path()).args(["-p", PORT]);
        serve.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        serve.spawn().map_err(|error| format!("PostgreSQL: {error}"))
    }

    /// Begins one of its programs: it refuses to run as root, and must not outlive a drill that is ended.
    fn program(&self, name: &str) -> Command {
        let mut command = Command::new("setpriv");
        if Output::of(Command::new("id").arg("-u")).words.trim() == "0" {
            command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]);
        }
        command.args(["--pdeathsig", "INT"]).arg(self.binaries.join(name)).current_dir(self.folder.path());
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.end(End::Immediate);
    }
}
