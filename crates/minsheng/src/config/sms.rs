//! How short messages go out, and how they come in.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use std::{env, fs};

use channels::sms::http::{Gateway, Listen, Secret};
use channels::sms::smpp::Carrier;
use channels::sms::{Desk, Limits, Line, Way};
use civic::file::FileStore;
use civic::hall::Hall;
use db::Fault;
use serde::Deserialize;
use uuid::Uuid;

use super::Config;

/// How long a carrier may take for an answer.
const WAIT: Duration = Duration::from_secs(20);
/// How long a carrier may say nothing before it is asked whether it is there.
const QUIET: Duration = Duration::from_secs(30);
/// Largest window that a carrier is ever told to allow, in parts.
const WINDOW_MAX: usize = 1_000;

/// Says how short messages come and go.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SmsSection {
    /// The number that residents write to, and are written to from.
    pub number: String,
    /// The name that stands before all words, as Chinese carriers demand: 【…】.
    #[serde(default = "default_sign")]
    pub sign: String,
    /// Whom to ask about what cannot be said by message: a telephone number.
    #[serde(default)]
    pub hotline: String,
    /// By SMPP, straight to a carrier.
    pub smpp: Option<SmppSection>,
    /// Through a gateway that speaks HTTP.
    pub http: Option<SmsHttpSection>,
}

/// Says how a carrier is spoken to by SMPP 3.4.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SmppSection {
    /// Host name.
    pub host: String,
    /// Port.
    #[serde(default = "default_port")]
    pub port: u16,
    /// Our name with the carrier.
    pub system_id: String,
    /// File that holds the password on its first line.
    pub password_file: Option<PathBuf>,
    /// Variable of the environment that holds it, where there is no file.
    pub password_env: Option<String>,
    /// Our kind, as the carrier calls it.
    #[serde(default)]
    pub system_type: String,
    /// Parts handed over and not yet answered, at most.
    #[serde(default = "default_window")]
    pub window: usize,
    /// Parts handed over in a second, at most: what the contract with the carrier says.
    #[serde(default = "default_per_second")]
    pub per_second: u32,
}

/// Says how a gateway is spoken to by signed requests.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SmsHttpSection {
    /// Where messages are handed over to it.
    pub url: String,
    /// Name of the secret that both sides know.
    pub key: String,
    /// File that holds the secret on its first line.
    pub secret_file: Option<PathBuf>,
    /// Variable of the environment that holds it, where there is no file.
    pub secret_env: Option<String>,
    /// Where it hands messages over to us, and says what became of ours.
    pub listen: Option<SocketAddr>,
    /// Its names of our templates.
    #[serde(default)]
    pub templates: BTreeMap<String, String>,
}

fn default_sign() -> String {
    "民声".to_owned()
}

fn default_port() -> u16 {
    2775
}

fn default_window() -> usize {
    10
}

fn default_per_second() -> u32 {
    20
}

/// Reads a secret from the file, else from the environment.
pub(super) fn secret(what: &str, (file, variable): (Option<&PathBuf>, Option<&String>)) -> Result<String, Fault> {
    let text = match (file, variable) {
        (Some(file), _) => fs::read_to_string(file).map_err(|error| Fault::other(format!("{}: {error}", file.display())))?,
        (None, Some(variable)) => {
            let found = env::var_os(variable).and_then(|text| text.into_string().ok());
            found.ok_or_else(|| Fault::other(format!("{what}: the environment has no {variable}")))?
        }
        (None, None) => return Err(Fault::other(format!("{what}: name a file or a variable of the environment"))),
    };
    Ok(text.lines().next().unwrap_or_default().trim().to_owned())
}

impl SmsSection {
    /// Refuses what no message could come to or through.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.number.is_empty() || !self.number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(format!("sms.number must be figures only, unlike {:?}", self.number));
        }
        match (&self.smpp, &self.http) {
            (Some(smpp), None) if !(1..=WINDOW_MAX).contains(&smpp.window) || smpp.per_second == 0 => {
                Err(format!("sms.smpp: window must be 1 to {WINDOW_MAX}, and per_second at least 1"))
            }
            (Some(_), None) => Ok(()),
            (None, Some(http)) => http.check(),
            _ => Err("sms: one of [sms.smpp] and [sms.http] says how messages go".to_owned()),
        }
    }
}

impl SmsHttpSection {
    fn check(&self) -> Result<(), String> {
        let here = ["http://127.0.0.1", "http://localhost", "http://[::1]"].iter().any(|here| self.url.starts_with(here));
        if !here && !self.url.starts_with("https://") {
            return Err("sms.http.url must be https://, for what residents write goes there".to_owned());
        }
        if self.listen.is_some_and(|listen| !listen.ip().is_loopback()) {
            return Err("sms.http.listen speaks no TLS: listen on 127.0.0.1, behind the proxy that does".to_owned());
        }
        Ok(())
    }

    fn secret(&self) -> Result<Secret, Fault> {
        let text = secret("sms.http", (self.secret_file.as_ref(), self.secret_env.as_ref()))?;
        Secret::new(&self.key, &text)
    }
}

impl Config {
    /// Prepares the way to the carrier, where the site has one.
    pub(crate) fn sms_way(&self) -> Result<Option<Way>, Fault> {
        let Some(sms) = &self.sms else { return Ok(None) };
        if let Some(http) = &sms.http {
            return Ok(Some(Way::Http(Gateway::new(&http.url, http.secret()?, http.templates.clone(), WAIT)?)));
        }
        let Some(smpp) = &sms.smpp else { return Ok(None) };
        let password = secret("sms.smpp", (smpp.password_file.as_ref(), smpp.password_env.as_ref()))?;
        Ok(Some(Way::Smpp(Carrier {
            at: format!("{}:{}", smpp.host, smpp.port),
            system_id: smpp.system_id.clone(),
            password,
            system_type: smpp.system_type.clone(),
            number: sms.number.clone(),
            window: smpp.window,
            per_second: smpp.per_second,
            wait: WAIT,
            quiet: QUIET,
        })))
    }

    /// Prepares the line to the carrier, where the site has one.
    pub(crate) fn sms_line(&self, hall: &Hall, holder: Uuid) -> Result<Option<Line>, Fault> {
        let (Some(sms), Some(way)) = (&self.sms, self.sms_way()?) else { return Ok(None) };
        let pages = self.smtp.as_ref().map_or("", |smtp| smtp.pages.as_str());
        let line = Line::new(hall.clone(), FileStore::open(self.files())?, way, holder);
        Ok(Some(line.speaking(&sms.sign, pages, &sms.hotline)))
    }

    /// Prepares what makes matters of short messages, where they come in.
    pub(crate) fn sms_desk(&self, hall: &Hall, holder: Uuid) -> Result<Option<Desk>, Fault> {
        let Some(sms) = &self.sms else { return Ok(None) };
        let files = FileStore::open(self.files())?;
        Ok(Some(Desk::new(hall.patient(), files, (&sms.number, holder), Limits::default())))
    }

    /// Prepares the listener for a gateway, and says where it listens; none where messages are not handed over here.
    pub(crate) fn sms_listener(&self, hall: &Hall) -> Result<Option<(SocketAddr, Listen)>, Fault> {
        let Some(http) = self.sms.as_ref().and_then(|sms| sms.http.as_ref()) else { return Ok(None) };
        let Some(address) = http.listen else { return Ok(None) };
        Ok(Some((address, Listen::new(hall.clone(), FileStore::open(self.files())?, http.secret()?))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_work_is_refused_with_words() {
        let read = |text: &str| toml::from_str::<SmsSection>(text).unwrap().check();
        let smpp = "number = \"10690931\"\n[smpp]\nhost = \"smsc.example\"\nsystem_id = \"ms\"\n";
        assert_eq!(read(smpp), Ok(()));
        for (text, word) in [
            (smpp.replace("10690931", "1069-0931"), "figures only"),
            ("number = \"10690931\"".to_owned(), "one of"),
            (format!("{smpp}window = 0"), "window"),
            ("number = \"1\"\n[http]\nurl = \"http://gateway.example/\"\nkey = \"x\"".to_owned(), "https"),
            ("number = \"1\"\n[http]\nurl = \"https://g.example/\"\nkey = \"x\"\nlisten = \"0.0.0.0:1\"".to_owned(), "TLS"),
        ] {
            let error = read(&text).unwrap_err();
            assert!(error.contains(word), "{error}");
        }
    }

    #[test]
    fn a_secret_comes_from_a_file_or_the_environment() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        fs::write(&file, "0123456789abcdef\nnot this\n").unwrap();
        assert_eq!(secret("x", (Some(&file), None)).unwrap(), "0123456789abcdef");
        assert!(secret("x", (None, Some(&"MINSHENG_NO_SUCH_VARIABLE".to_owned()))).is_err());
        assert!(!secret("x", (None, Some(&"PATH".to_owned()))).unwrap().is_empty());
        assert!(secret("x", (None, None)).is_err());
    }
}
