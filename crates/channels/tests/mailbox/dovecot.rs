//! A mailbox elsewhere: Dovecot, which mail is fetched from.

use std::fs;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use channels::mail::incoming::{Fetch, Mailbox};
use db::trust;
use tempfile::TempDir;
use testkit::certificates::Authority;
use uuid::Uuid;

use crate::room::Room;

/// The user whom it runs as where the test is root: it may not be root.
const NOBODY: u32 = 65_534;
pub const PASSWORD: &str = "water-lilies";
/// How often it is asked whether it listens.
const ASKED_EVERY: Duration = Duration::from_millis(20);
const ASKED_MAX: usize = 500;

/// A real mail server with one mailbox.
pub struct Dovecot {
    child: Child,
    port: u16,
    folder: TempDir,
    authority: Option<Authority>,
    delivered: usize,
}

impl Dovecot {
    pub fn start() -> Self {
        Self::with(None)
    }

    /// Starts one that speaks TLS from the first byte.
    pub fn secured() -> Self {
        Self::with(Some(Authority::new()))
    }

    fn with(authority: Option<Authority>) -> Self {
        let folder = tempfile::Builder::new().prefix("dovecot-").tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let own = Self { child: Command::new("true").spawn().unwrap(), port, folder, authority, delivered: 0 };
        for name in ["mail", "mail/new", "mail/cur", "mail/tmp", "home"] {
            fs::create_dir(own.at(name)).unwrap();
            give(&own.at(name));
        }
        give(&own.at(""));
        own.begin()
    }

    fn begin(mut self) -> Self {
        let at = |name: &str| self.at(name).display().to_string();
        let (id, group) = if is_root() { ("nobody".to_owned(), "nogroup".to_owned()) } else { (own("-un"), own("-gn")) };
        let port = self.port;
        let (ssl, plain, secured) = match &self.authority {
            None => ("ssl = no".to_owned(), port, 0),
            Some(authority) => {
                let shown = authority.good("localhost");
                for (name, file) in [("shown.pem", &shown.certificate), ("shown.key", &shown.key)] {
                    fs::copy(file, self.at(name)).unwrap();
                    give(&self.at(name));
                }
                (format!("ssl = required\nssl_cert = <{}\nssl_key = <{}", at("shown.pem"), at("shown.key")), 0, port)
            }
        };
        let config = format!(
            "base_dir = {run}\nstate_dir = {run}\nlog_path = {log}\nprotocols = imap\n{ssl}\ndisable_plaintext_auth = no\n\
             default_internal_user = {id}\ndefault_internal_group = {group}\ndefault_login_user = {id}\nfirst_valid_uid = 1\n\
             mail_location = maildir:{mail}\n\
             passdb {{\n driver = static\n args = password={PASSWORD}\n}}\n\
             userdb {{\n driver = static\n args = uid={id} gid={group} home={home}\n}}\n\
             service anvil {{\n chroot =\n}}\n\
             service imap-login {{\n chroot =\n inet_listener imap {{\n address = 127.0.0.1\n port = {plain}\n }}\n \
             inet_listener imaps {{\n address = 127.0.0.1\n port = {secured}\n ssl = yes\n }}\n}}\n",
            run = at("run"),
            log = at("log"),
            mail = at("mail"),
            home = at("home"),
        );
        fs::write(self.at("dovecot.conf"), config).unwrap();
        let mut command = Command::new("setpriv");
        if is_root() {
            command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups"]);
        }
        command.args(["--pdeathsig", "INT", "/usr/sbin/dovecot", "-F", "-c"]).arg(self.at("dovecot.conf"));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit());
        self.child = command.spawn().expect("dovecot-imapd: `cargo x test` installs it");
        for _ in 0..ASKED_MAX {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return self;
            }
            pause();
        }
        panic!("Dovecot does not listen: {}", fs::read_to_string(self.at("log")).unwrap_or_default());
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Lays a mail into the mailbox, as whoever delivers into a Maildir does.
    pub fn deliver(&mut self, mail: &[u8]) {
        self.delivered += 1;
        let name = format!("1790000000.{}.home.example", self.delivered);
        let unfinished = self.at("mail/tmp").join(&name);
        fs::File::create(&unfinished).unwrap().write_all(mail).unwrap();
        give(&unfinished);
        fs::rename(&unfinished, self.at("mail/new").join(&name)).unwrap();
    }

    /// Makes the mailbox anew: what lies in it gets other numbers, under another validity (RFC 3501, 2.3.1.1), which it takes from the
    /// clock otherwise.
    pub fn make_anew(&self) {
        for name in fs::read_dir(self.at("mail")).unwrap().map(|entry| entry.unwrap().path()) {
            if name.is_file() {
                fs::remove_file(name).unwrap();
            }
        }
        let list = self.at("mail/dovecot-uidlist");
        fs::write(&list, "3 V7 N1 G00000000000000000000000000000001\n").unwrap();
        give(&list);
    }

    /// Counts the mails that lie there.
    pub fn holds(&self) -> usize {
        ["mail/new", "mail/cur"].iter().map(|name| fs::read_dir(self.at(name)).unwrap().count()).sum()
    }

    pub fn mailbox(&self) -> Mailbox {
        Mailbox {
            host: if self.authority.is_some() { "localhost" } else { "127.0.0.1" }.to_owned(),
            port: self.port,
            user: "minsheng".to_owned(),
            password: PASSWORD.to_owned(),
            folder: "INBOX".to_owned(),
            tls: self.authority.as_ref().map(|authority| Arc::new(trust("root", Some(&authority.root())).unwrap())),
            step: Duration::from_secs(20),
        }
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        // asked to, it ends those it began; killed, it would leave them
        drop(Command::new("kill").arg(self.child.id().to_string()).status());
        drop(self.child.wait());
    }
}

/// Gives a file to the user whom the server runs as.
fn give(path: &Path) {
    if is_root() {
        chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    }
}

/// Lets a moment pass before something is asked again.
pub fn pause() {
    let (_never, nothing) = channel::<()>();
    let _nothing_comes = nothing.recv_timeout(ASKED_EVERY);
}

/// Returns what fetches mail into a room.
pub fn fetch(room: &Room, mailbox: Mailbox) -> Arc<Fetch> {
    let (hall, files, answers) = (room.desk.hall.clone(), room.desk.files.clone(), room.desk.answers.clone());
    Arc::new(Fetch { hall, files, answers, mailbox, holder: Uuid::nil() })
}

fn is_root() -> bool {
    own("-u") == "0"
}

fn own(flag: &str) -> String {
    let answer = Command::new("id").arg(flag).output().unwrap();
    String::from_utf8(answer.stdout).unwrap().trim().to_owned()
}
