//! How an exchange tells of calls.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use appeals::filing::Scanner;
use channels::hotline::{Desk, Lines, Listen, Shelf};
use channels::sms::http::Secret;
use civic::file::FileStore;
use civic::hall::Hall;
use db::Fault;
use minsheng::decode::Children;
use serde::Deserialize;

use super::sms::secret;
use super::{Config, ScannerDown};

/// Says which number residents call, and how the exchange behind it is heard.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HotlineSection {
    /// The number that residents call.
    pub number: String,
    /// Name of the secret that both sides know.
    #[serde(default)]
    pub key: String,
    /// File that holds the secret on its first line.
    pub secret_file: Option<PathBuf>,
    /// Variable of the environment that holds it, where there is no file.
    pub secret_env: Option<String>,
    /// Where the exchange tells of calls; without it operators say themselves that a call came.
    pub listen: Option<SocketAddr>,
    /// Where the exchange keeps the recordings that it only names; ends with a slash.
    pub recordings: Option<String>,
    /// The office whose desk takes the calls; the intake office of the whole place where it is empty.
    #[serde(default)]
    pub office: String,
    /// The office on duty, to which what is urgent is handed.
    #[serde(default)]
    pub on_duty: String,
    /// The offices of numbers that have a desk of their own.
    #[serde(default)]
    pub lines: BTreeMap<String, String>,
}

impl HotlineSection {
    /// Refuses what no call could come to.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.number.is_empty() || !self.number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
            return Err(format!("hotline.number must be figures, unlike {:?}", self.number));
        }
        let Some(listen) = self.listen else {
            let idle = self.recordings.is_none() && self.lines.is_empty();
            return if idle { Ok(()) } else { Err("hotline: recordings and lines need listen".to_owned()) };
        };
        if !listen.ip().is_loopback() {
            return Err("hotline.listen speaks no TLS: listen on 127.0.0.1, behind the proxy that does".to_owned());
        }
        if self.key.is_empty() || (self.secret_file.is_none() && self.secret_env.is_none()) {
            return Err("hotline.listen needs key, and secret_file or secret_env".to_owned());
        }
        let base = self.recordings.as_deref().unwrap_or("https:///");
        let here = ["http://127.0.0.1", "http://localhost", "http://[::1]"].iter().any(|here| base.starts_with(here));
        if !here && !base.starts_with("https://") {
            return Err("hotline.recordings must be https://, for what residents said lies there".to_owned());
        }
        if base.ends_with('/') { Ok(()) } else { Err("hotline.recordings must end with a slash".to_owned()) }
    }

    /// Reads the secret.
    pub(crate) fn secret(&self) -> Result<Secret, Fault> {
        let text = secret("hotline", (self.secret_file.as_ref(), self.secret_env.as_ref()))?;
        Secret::new(&self.key, &text)
    }
}

impl Config {
    /// Prepares the listener for an exchange, and says where it listens; none where none tells of calls.
    pub(crate) fn hotline_listener(&self, hall: &Hall) -> Result<Option<(SocketAddr, Listen)>, Fault> {
        let Some(hotline) = &self.hotline else { return Ok(None) };
        let Some(address) = hotline.listen else { return Ok(None) };
        let lines = Lines { of: hotline.lines.clone(), office: hotline.office.clone() };
        let files = FileStore::open(self.files())?;
        Ok(Some((address, Listen::new(hall.clone(), files, (lines, hotline.secret()?)))))
    }

    /// Prepares what puts recordings where they belong, where an exchange hands them over.
    pub(crate) fn hotline_desk(&self, hall: &Hall) -> Result<Option<Desk>, Fault> {
        let Some(hotline) = self.hotline.as_ref().filter(|hotline| hotline.listen.is_some()) else { return Ok(None) };
        let holds = self.files.scanner_down == ScannerDown::Hold;
        let shelf = hotline.recordings.as_ref().map(|base| Shelf::new(base, hotline.secret()?)).transpose()?;
        Ok(Some(Desk {
            hall: hall.patient(),
            files: FileStore::open(self.files())?,
            decoder: Arc::new(Children::default()),
            scanner: self.files.clamd().map(|clamd| Arc::new(Scanner { by: Box::new(clamd), holds })),
            shelf,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_work_is_refused_with_words() {
        let read = |text: &str| toml::from_str::<HotlineSection>(text).unwrap().check();
        let whole = "number = \"0990-12345\"\nlisten = \"127.0.0.1:2526\"\nkey = \"pbx\"\nsecret_file = \"/x\"\n";
        assert_eq!(read(whole), Ok(()));
        assert_eq!(read("number = \"12345\""), Ok(()), "operators say themselves that a call came");
        for (text, word) in [
            (whole.replace("0990-12345", "call us"), "figures"),
            (whole.replace("127.0.0.1", "0.0.0.0"), "TLS"),
            (whole.replace("secret_file = \"/x\"", ""), "secret_file"),
            (format!("{whole}recordings = \"http://pbx.example/\""), "https"),
            (format!("{whole}recordings = \"https://pbx.example\""), "slash"),
            ("number = \"12345\"\n[lines]\n1 = \"xf\"".to_owned(), "listen"),
        ] {
            let error = read(&text).unwrap_err();
            assert!(error.contains(word), "{error}");
        }
    }
}
