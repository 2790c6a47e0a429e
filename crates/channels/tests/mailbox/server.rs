//! A mail server process that letters go out to.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use channels::mail::{Mailer, Relay, Security};
use testkit::certificates::Certified;

/// A real mail server that takes letters.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub port: u16,
    folder: tempfile::TempDir,
}

impl Server {
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// Starts one that shows a certificate, at once or when asked to.
    pub fn showing(manner: &str, shown: &Certified) -> Self {
        Self::with(&[manner.as_ref(), shown.certificate.as_os_str(), shown.key.as_os_str()])
    }

    fn with(more: &[&OsStr]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mailbox/smtpd.py");
        let mut child = Command::new("/usr/bin/python3")
            .arg(script)
            .arg(folder.path())
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 with aiosmtpd: `cargo x test` installs it");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().parse().expect("the mail server tells its port: apt-get install python3-aiosmtpd");
        Self { child, port, folder }
    }

    pub fn mailer(&self) -> Mailer {
        mailer(self.port, Duration::from_millis(500))
    }

    pub fn taken(&self) -> Vec<String> {
        self.raw().into_iter().map(|mail| String::from_utf8(mail).unwrap()).collect()
    }

    /// Returns what was taken, byte by byte.
    pub fn raw(&self) -> Vec<Vec<u8>> {
        let mut files: Vec<_> = std::fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files.iter().map(|file| std::fs::read(file).unwrap()).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

pub fn mailer(port: u16, timeout: Duration) -> Mailer {
    let (from, pages) = ("民声 <notice@qinghe.example>".into(), "https://minsheng.example/".into());
    Mailer::new(&Relay {
        host: "127.0.0.1".into(),
        port,
        login: None,
        from,
        pages,
        security: Security::Plain,
        root: None,
        timeout,
        dkim: None,
    })
    .unwrap()
}
