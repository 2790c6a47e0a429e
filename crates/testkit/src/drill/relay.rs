//! Postfix as a process of the drill's own: its configuration, its queue and its log lie in a folder of the drill, and nothing of the
//! machine's own mail is touched. Beside it two servers of Postfix's own (`smtp-sink`): one keeps every letter, one knows nobody.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::crowd::pause;
use super::house::{Output, signal};

/// The domain of the site.
pub const DOMAIN: &str = "drill.example";
/// Where Debian puts what Postfix starts.
const MASTER: &str = "/usr/lib/postfix/sbin/master";
/// How long it may take until something listens, in steps of so many milliseconds.
const LISTENS: (u64, u64) = (500, 20);
/// What Postfix runs, as its own example has it, without what a drill does not need. Its queue is looked through every three seconds: word of a
/// letter that was taken in the moment of its death is lost with it, and 300 are longer than a drill waits.
const SERVICES: &str = "pickup unix n - n 60 1 pickup\ncleanup unix n - n - 0 cleanup\nqmgr unix n - n 3 1 qmgr\n\
    rewrite unix - - n - - trivial-rewrite\nbounce unix - - n - 0 bounce\ndefer unix - - n - 0 bounce\ntrace unix - - n - 0 bounce\n\
    verify unix - - n - 1 verify\nflush unix n - n 1000? 0 flush\nproxymap unix - - n - - proxymap\nsmtp unix - - n - - smtp\n\
    relay unix - - n - - smtp\nshowq unix n - n - - showq\nerror unix - - n - - error\nretry unix - - n - - error\n\
    discard unix - - n - - discard\nlmtp unix - - n - - lmtp\nanvil unix - - n - 1 anvil\nscache unix - - n - 1 scache\n\
    postlog unix-dgram n - n - 1 postlogd\n";

/// Is a Postfix and what is behind it.
pub struct Relay {
    folder: PathBuf,
    port: u16,
    master: Child,
    behind: Vec<Child>,
}

/// Is a letter that came to somebody.
pub struct Delivered {
    /// Whom it was for.
    pub to: String,
    /// Its `Message-ID`.
    pub id: String,
    /// Where it lies.
    pub file: PathBuf,
}

impl Relay {
    /// Says what this machine lacks for it.
    pub fn lacking() -> Option<&'static str> {
        let is_root = Output::of(Command::new("id").arg("-u")).words.trim() == "0";
        if !Path::new(MASTER).is_file() {
            return Some("Postfix (apt-get install postfix)");
        }
        (!is_root).then_some("root, which Postfix starts as")
    }

    /// Starts it: what is for the site goes to `lmtp`, what is for `gone.example` to nobody, everything else is kept.
    pub fn start(folder: &Path, lmtp: SocketAddr) -> Result<Self, String> {
        let made = ["", "conf", "queue", "data", "kept"].iter().try_for_each(|name| fs::create_dir(folder.join(name)));
        made.map_err(|error| error.to_string())?;
        let open = [folder, folder.parent().unwrap_or(folder)];
        let open = open.iter().try_for_each(|folder| fs::set_permissions(folder, fs::Permissions::from_mode(0o755)));
        open.map_err(|error| error.to_string())?;
        for name in ["data", "kept"] {
            chown(folder.join(name), Some(number("-u")?), Some(number("-g")?)).map_err(|error| error.to_string())?;
        }
        let (port, kept, gone) = (free()?, free()?, free()?);
        let at = folder.display();
        let main = format!(
            "compatibility_level = 3.6\nqueue_directory = {at}/queue\ndata_directory = {at}/data\nmail_owner = postfix\n\
             setgid_group = postdrop\nmaillog_file = {at}/log\nmaillog_file_prefixes = /\nmyhostname = mx.{DOMAIN}\nmydestination =\n\
             alias_maps =\nlocal_transport = error:5.1.1 nobody here\ninet_interfaces = 127.0.0.1\ninet_protocols = ipv4\n\
             mynetworks = 127.0.0.0/8\ndisable_dns_lookups = yes\nrecipient_delimiter = +\nrelay_domains = {DOMAIN}\n\
             default_transport = smtp:[127.0.0.1]:{kept}\ntransport_maps = texthash:{at}/conf/transport\n\
             smtpd_recipient_restrictions = permit_mynetworks, reject\nminimal_backoff_time = 1s\nmaximal_backoff_time = 2s\n\
             queue_run_delay = 1s\n"
        );
        let files = [
            ("main.cf", main),
            ("transport", format!("{DOMAIN} lmtp:[127.0.0.1]:{}\ngone.example smtp:[127.0.0.1]:{gone}\n", lmtp.port())),
            ("master.cf", format!("127.0.0.1:{port} inet n - n - - smtpd\n{SERVICES}")),
        ];
        let written = files.iter().try_for_each(|(name, text)| fs::write(folder.join("conf").join(name), text));
        written.map_err(|error| error.to_string())?;
        let sink = |more: &[&str], port: u16| {
            let mut command = Command::new("setpriv");
            command.args(["--pdeathsig", "KILL", "smtp-sink", "-u", "postfix", "-R"]).arg(folder.join("kept")).args(more);
            spawn(command.args([&format!("127.0.0.1:{port}"), "256"]))
        };
        let behind = vec![sink(&["-d", "%s."], kept)?, sink(&["-f", "rcpt"], gone)?];
        let relay = Self { folder: folder.to_owned(), port, master: begin(folder, port)?, behind };
        for port in [kept, gone] {
            listens(port)?;
        }
        Ok(relay)
    }

    /// Returns the port at which it takes letters.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Kills it with all it has started, and starts it again over its queue.
    pub fn die_and_start(&mut self) -> Result<(), String> {
        self.end();
        self.master = begin(&self.folder, self.port)?;
        Ok(())
    }

    fn end(&mut self) {
        // what it started is of its group, and ends when it sees that it is gone; a queue survives that
        let started = Output::of(Command::new("pgrep").args(["-P", &self.master.id().to_string()])).words;
        drop(self.master.kill());
        drop(self.master.wait());
        started.split_whitespace().filter_map(|number| number.parse().ok()).for_each(|number| signal(number, "KILL"));
    }

    /// Lists what Postfix wrote about letters to the site that it took and did not hand over, to see where one is.
    pub fn unfinished(&self) -> Vec<String> {
        let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        let words = |line: &str| line.split(' ').skip(5).map(str::to_owned).collect::<Vec<_>>();
        let lines: Vec<Vec<String>> = log.lines().map(words).collect();
        let is_done = |of: &String| {
            let handed = |line: &&Vec<String>| line.first() == Some(of) && line.iter().any(|word| word == "status=sent");
            lines.iter().any(|line| handed(&line))
        };
        let taken = lines.iter().filter(|line| line.iter().any(|word| word.starts_with("from=<r")));
        let open: Vec<&String> = taken.filter_map(|line| line.first()).filter(|of| !is_done(of)).collect();
        lines.iter().filter(|line| line.first().is_some_and(|of| open.contains(&of))).map(|line| line.join(" ")).collect()
    }

    /// Lists the letters that came to somebody.
    pub fn delivered(&self) -> Result<Vec<Delivered>, String> {
        let files = fs::read_dir(self.folder.join("kept")).map_err(|error| error.to_string())?;
        let read = |file: PathBuf| {
            let text = String::from_utf8_lossy(&fs::read(&file).map_err(|error| error.to_string())?).into_owned();
            let field = |name: &str| {
                let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
                line.split(['<', '>']).nth(1).unwrap_or_default().to_owned()
            };
            Ok(Delivered { to: field("X-Rcpt-Args: "), id: field("Message-ID: "), file })
        };
        files.map(|entry| read(entry.map_err(|error| error.to_string())?.path())).collect()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.end();
        for child in &mut self.behind {
            drop(child.kill());
            drop(child.wait());
        }
    }
}

/// Starts Postfix over its folder and waits until it listens.
fn begin(folder: &Path, port: u16) -> Result<Child, String> {
    let conf = folder.join("conf");
    let checked = Output::of(Command::new("postfix").arg("-c").arg(&conf).arg("check"));
    if !checked.success {
        return Err(format!("Postfix does not like its configuration: {}", checked.words));
    }
    // -d: in the foreground, without a terminal
    let master = spawn(Command::new("setpriv").args(["--pdeathsig", "KILL", MASTER, "-d", "-c"]).arg(&conf))?;
    listens(port)?;
    Ok(master)
}

fn spawn(command: &mut Command) -> Result<Child, String> {
    let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit());
    command.spawn().map_err(|error| format!("{command:?} cannot be started: {error}"))
}

fn listens(port: u16) -> Result<(), String> {
    let (times, millis) = LISTENS;
    let heard = (0..times).any(|_| {
        pause(millis);
        TcpStream::connect(("127.0.0.1", port)).is_ok()
    });
    if heard { Ok(()) } else { Err(format!("nobody listens at {port}")) }
}

/// Finds a port that nobody has.
fn free() -> Result<u16, String> {
    let found = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
    found.map(|at| at.port()).map_err(|error| error.to_string())
}

/// Returns the number of Postfix's user or group.
fn number(which: &str) -> Result<u32, String> {
    let words = Output::of(Command::new("id").args([which, "postfix"])).words;
    words.trim().parse().map_err(|_| format!("there is no user postfix: {words}"))
}
