//! Three machines of a drill's own, each a network namespace on one bridge with etcd, Patroni and PostgreSQL: killed, cut off,
//! joined again.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::chown;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::cluster::binaries;
use super::crowd::pause;
use super::house::{Output, signal};

/// The network of the three, and the address of this side of it.
const NET: &str = "10.199.77";
/// Name of the bridge and beginning of the names of namespaces and links.
const NAME: &str = "msdrill";
/// The machines, by the last part of their address.
const MACHINES: std::ops::RangeInclusive<u8> = 1..=3;
/// Oldest Patroni that kept what was acknowledged: 3.0.2 lost some in every cut.
const PATRONI_MIN: (u32, u32) = (4, 1);
/// Longest time until one leads and two follow, in seconds.
const WHOLE_SECONDS: u64 = 150;
/// Where Patroni says how it stands with a machine.
const REST_PORT: u16 = 8008;
/// Time between two looks, in milliseconds.
const LOOK_MILLIS: u64 = 300;

/// Is the three machines; they go when this goes.
pub struct Patroni {
    folder: TempDir,
    binaries: PathBuf,
    running: Vec<Child>,
}

/// Names what this machine lacks for them, with the way to get it.
pub fn lacking() -> Option<String> {
    if Output::of(Command::new("id").arg("-u")).words.trim() != "0" {
        return Some("no network namespaces without root".to_owned());
    }
    let there = |program: &str, words: &[&str]| Output::of(Command::new(program).args(words)).success;
    for (program, words, way) in [
        ("ip", ["-V"], "apt-get install iproute2"),
        ("etcd", ["--version"], "apt-get install etcd-server"),
        ("setpriv", ["--version"], "apt-get install util-linux"),
    ] {
        if !there(program, &words) {
            return Some(format!("{program} is not there: {way}"));
        }
    }
    if binaries().is_none() {
        return Some("PostgreSQL is not there: apt-get install postgresql".to_owned());
    }
    let way = "/usr/bin/python3 -m venv /opt/patroni, /opt/patroni/bin/pip install 'patroni[etcd3]' 'psycopg[binary]', and its bin on \
         the PATH, with a Python that the user postgres may start";
    // by a shell of that user: a Python in a folder that only root may enter starts once, and never the helpers it calls
    let mut told = Command::new("setpriv");
    told.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "sh", "-c", "patroni --version"]);
    let told = Output::of(&mut told).words;
    let mut numbers = told.trim().trim_start_matches("patroni ").split('.').map_while(|part| part.parse::<u32>().ok());
    match (numbers.next(), numbers.next()) {
        (Some(first), Some(second)) if (first, second) >= PATRONI_MIN => None,
        (Some(_), _) => Some(format!("Patroni 4.1 or newer is needed, not {}: {way}", told.trim())),
        _ => Some(format!("Patroni is not there: {way}")),
    }
}

impl Patroni {
    /// Makes the machines and waits until one leads and two follow.
    pub fn make() -> Result<Self, String> {
        let folder = tempfile::Builder::new().prefix("minsheng-drill-patroni-").tempdir().map_err(|error| error.to_string())?;
        let binaries = binaries().ok_or("PostgreSQL is not there")?;
        let mut machines = Self { folder, binaries, running: Vec::new() };
        Self::own(machines.folder.path().to_owned())?;
        unmake();
        run(&["link", "add", NAME, "type", "bridge"])?;
        run(&["addr", "add", &format!("{NET}.254/24"), "dev", NAME])?;
        run(&["link", "set", NAME, "up"])?;
        for machine in MACHINES {
            let (space, link) = (space(machine), link(machine));
            run(&["netns", "add", &space])?;
            run(&["link", "add", &link, "type", "veth", "peer", "name", "eth0", "netns", &space])?;
            run(&["link", "set", &link, "master", NAME, "up"])?;
            run(&["-n", &space, "addr", "add", &format!("{}/24", address(machine)), "dev", "eth0"])?;
            for device in ["lo", "eth0"] {
                run(&["-n", &space, "link", "set", device, "up"])?;
            }
            let home = machines.home(machine);
            fs::create_dir(&home).map_err(|error| error.to_string())?;
            fs::write(home.join("patroni.yml"), machines.configuration(machine)).map_err(|error| error.to_string())?;
            Self::own(home)?;
        }
        for machine in MACHINES {
            machines.start(machine)?;
        }
        machines.whole()?;
        Ok(machines)
    }

    /// Returns the address for clients: all three, of which the one that takes writes is asked.
    pub fn url() -> String {
        let hosts: Vec<String> = MACHINES.map(address).collect();
        format!(
            "host={} port=5432 user=minsheng dbname=postgres target_session_attrs=read-write connect_timeout=2",
            hosts.join(",")
        )
    }

    /// Starts what runs on a machine.
    pub fn start(&mut self, machine: u8) -> Result<(), String> {
        let (home, own) = (self.home(machine), address(machine));
        let peers: Vec<String> = MACHINES.map(|peer| format!("m{peer}=http://{}:2380", address(peer))).collect();
        let mut etcd = self.on(machine, "etcd")?;
        etcd.args(["--name", &format!("m{machine}"), "--data-dir"]).arg(home.join("etcd"));
        etcd.args([
            "--listen-peer-urls",
            &format!("http://{own}:2380"),
            "--initial-advertise-peer-urls",
            &format!("http://{own}:2380"),
        ]);
        etcd.args([
            "--listen-client-urls",
            &format!("http://{own}:2379"),
            "--advertise-client-urls",
            &format!("http://{own}:2379"),
        ]);
        etcd.args(["--initial-cluster", &peers.join(","), "--heartbeat-interval", "300", "--election-timeout", "3000"]);
        let mut patroni = self.on(machine, "patroni")?;
        patroni.arg(home.join("patroni.yml"));
        for mut command in [etcd, patroni] {
            self.running.push(command.spawn().map_err(|error| error.to_string())?);
        }
        Ok(())
    }

    /// Ends everything on a machine at once.
    pub fn kill(&mut self, machine: u8) {
        for process in Output::of(Command::new("ip").args(["netns", "pids", &space(machine)])).words.split_whitespace() {
            if let Ok(process) = process.parse() {
                signal(process, "KILL");
            }
        }
        self.running.retain_mut(|child| matches!(child.try_wait(), Ok(None)));
    }

    /// Cuts a machine off from all others, or joins it again.
    pub fn cut(machine: u8, off: bool) -> Result<(), String> {
        run(&["link", "set", &link(machine), if off { "down" } else { "up" }])
    }

    /// Finds the machine that takes writes, besides one that does not count.
    pub fn leader(&self, but: Option<u8>) -> Option<u8> {
        MACHINES
            .filter(|machine| Some(*machine) != but)
            .find(|machine| self.ask(*machine, "select not pg_is_in_recovery()") == "t")
    }

    /// Waits until another machine than one leads, and returns how long that took, in seconds.
    pub fn another(&self, than: u8) -> Result<u64, String> {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(WHOLE_SECONDS) {
            if self.leader(Some(than)).is_some() {
                return Ok(begun.elapsed().as_secs());
            }
            pause(LOOK_MILLIS);
        }
        Err(format!("F17: no other machine leads after {WHOLE_SECONDS} s"))
    }

    /// Waits until one machine leads and two follow it, one of them with every commit.
    pub fn whole(&self) -> Result<(), String> {
        let begun = Instant::now();
        let sql = "select count(*) || ' ' || count(*) filter (where sync_state in ('sync', 'quorum')) from pg_stat_replication \
            where state = 'streaming'";
        while begun.elapsed() < Duration::from_secs(WHOLE_SECONDS) {
            let leaders: Vec<u8> =
                MACHINES.filter(|machine| self.ask(*machine, "select not pg_is_in_recovery()") == "t").collect();
            if let [leader] = leaders[..]
                && matches!(self.ask(leader, sql).as_str(), "2 1" | "2 2")
                && Self::may_follow(leader)
            {
                return Ok(());
            }
            pause(LOOK_MILLIS);
        }
        Err(format!("F17: the machines are not whole after {WHOLE_SECONDS} s: {}", self.last_words()))
    }

    /// Tells whether Patroni has written down who may lead next. The server waits for a follower's word a moment before that; whoever
    /// kills the leader in this moment leaves two machines of which none may lead, which is what strict means, and no finding.
    fn may_follow(leader: u8) -> bool {
        MACHINES.filter(|machine| *machine != leader).any(|machine| {
            let Ok(mut stream) = TcpStream::connect((address(machine), REST_PORT)) else { return false };
            let mut answer = String::new();
            let asked = stream.write_all(b"GET /sync HTTP/1.0\r\n\r\n").and_then(|()| stream.read_to_string(&mut answer));
            asked.is_ok() && answer.split(' ').nth(1) == Some("200")
        })
    }

    fn ask(&self, machine: u8, sql: &str) -> String {
        let url = format!("host={} port=5432 user=minsheng dbname=postgres connect_timeout=2", address(machine));
        let mut psql = Command::new(self.binaries.join("psql"));
        psql.args(["--no-psqlrc", "--tuples-only", "--no-align", "--dbname", &url, "--command", sql]).stdin(Stdio::null());
        Output::of(&mut psql).words.trim().to_owned()
    }

    fn last_words(&self) -> String {
        let last = |machine| {
            let text = fs::read_to_string(self.home(machine).join("patroni.log")).unwrap_or_default();
            text.lines().next_back().unwrap_or_default().to_owned()
        };
        MACHINES.map(last).collect::<Vec<_>>().join(" / ")
    }

    fn home(&self, machine: u8) -> PathBuf {
        self.folder.path().join(format!("m{machine}"))
    }

    /// Begins a program on a machine; it must not outlive a drill that is ended.
    fn on(&self, machine: u8, program: &str) -> Result<Command, String> {
        let home = self.home(machine);
        let log = fs::File::options().create(true).append(true).open(home.join(format!("{program}.log")));
        let log = log.map_err(|error| error.to_string())?;
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &space(machine), "setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]);
        command.args(["--pdeathsig", "KILL", program]).current_dir(home).stdin(Stdio::null());
        let other = log.try_clone().map_err(|error| error.to_string())?;
        command.stdout(log).stderr(other);
        Ok(command)
    }

    fn own(path: PathBuf) -> Result<(), String> {
        let number = |of: &str| Output::of(Command::new("id").args([of, "postgres"])).words.trim().parse().ok();
        chown(path, number("-u"), number("-g")).map_err(|error| error.to_string())
    }

    fn configuration(&self, machine: u8) -> String {
        let (own, home) = (address(machine), self.home(machine).display().to_string());
        let hosts: Vec<String> = MACHINES.map(|peer| format!("{}:2379", address(peer))).collect();
        format!(
            "scope: drill\nname: m{machine}\nrestapi: {{listen: '{own}:8008', connect_address: '{own}:8008'}}\n\
             etcd3: {{hosts: '{hosts}'}}\nwatchdog: {{mode: off}}\n\
             bootstrap:\n  dcs:\n    ttl: 20\n    loop_wait: 2\n    retry_timeout: 5\n    synchronous_mode: true\n    \
             synchronous_mode_strict: true\n    postgresql:\n      use_pg_rewind: true\n      parameters: {{max_connections: 60, \
             shared_buffers: 32MB, wal_log_hints: 'on'}}\n  initdb: [data-checksums, {{encoding: UTF8}}, {{locale: C.UTF-8}}]\n\
             postgresql:\n  listen: '{own}:5432'\n  connect_address: '{own}:5432'\n  data_dir: '{home}/data'\n  \
             bin_dir: '{binaries}'\n  pgpass: '{home}/pgpass'\n  authentication:\n    superuser: {{username: minsheng, password: \
             drill}}\n    replication: {{username: replicator, password: drill}}\n    rewind: {{username: rewind, password: drill}}\n  \
             parameters: {{unix_socket_directories: '{home}'}}\n  pg_hba:\n  - local all all trust\n  - host all all {NET}.0/24 trust\n  \
             - host replication all {NET}.0/24 trust\n",
            hosts = hosts.join(","),
            binaries = self.binaries.display(),
        )
    }
}

impl Drop for Patroni {
    fn drop(&mut self) {
        for machine in MACHINES {
            self.kill(machine);
        }
        for child in &mut self.running {
            drop(child.kill());
            drop(child.wait());
        }
        unmake();
    }
}

fn address(machine: u8) -> String {
    format!("{NET}.{machine}")
}

fn space(machine: u8) -> String {
    format!("{NAME}{machine}")
}

fn link(machine: u8) -> String {
    format!("{NAME}l{machine}")
}

fn run(words: &[&str]) -> Result<(), String> {
    let output = Output::of(Command::new("ip").args(words));
    if output.success { Ok(()) } else { Err(format!("ip {}: {}", words.join(" "), output.words.trim())) }
}

/// Takes namespaces and bridge away, also those that an ended drill left.
fn unmake() {
    for machine in MACHINES {
        drop(run(&["netns", "del", &space(machine)]));
        drop(run(&["link", "del", &link(machine)]));
    }
    drop(run(&["link", "del", NAME]));
}
