//! The configuration: one TOML file, unknown keys refused, every limit in one table.

use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use civic::site::SiteConfig;
use db::{Fault, Target};
use serde::Deserialize;

mod chat;
mod clear;
mod exchange;
mod files;
mod hotline;
mod imap;
mod limits;
mod log_copy;
mod mail;
mod sms;
mod witnesses;

pub(crate) use chat::{Chat, ChatSection};
pub(crate) use exchange::ExchangeSection;
pub(crate) use files::{FilesSection, ScannerDown};
pub(crate) use hotline::HotlineSection;
pub(crate) use imap::ImapSection;
pub(crate) use limits::Limits;
pub(crate) use log_copy::LogCopySection;
pub(crate) use mail::{CheckSection, DkimSection, MailSection, SmtpSection, SmtpTls};
pub(crate) use sms::SmsSection;
pub(crate) use witnesses::{PeerSection, WitnessesSection};

/// The commented example; a test reads it.
pub(crate) const EXAMPLE: &str = include_str!("example.toml");
/// The file's name in a data folder.
pub(crate) const FILE_NAME: &str = "minsheng.toml";

/// Is everything that one site's file says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// Where pages are served.
    #[serde(default = "default_listen")]
    pub listen: SocketAddr,
    /// Where metrics are served, if anywhere.
    pub metrics_listen: Option<SocketAddr>,
    /// Folder of the data.
    #[serde(default = "default_data")]
    pub data: PathBuf,
    /// Folder of the key files; `keys` in the data folder by default.
    pub keys: Option<PathBuf>,
    /// `sqlite`, or the address of a PostgreSQL database.
    #[serde(default = "default_database")]
    pub database: String,
    /// The same for the key store, which should stand elsewhere.
    #[serde(default = "default_database")]
    pub keystore: String,
    /// Schema of the data on PostgreSQL; the key store has one of its own beside it.
    #[serde(default = "default_schema")]
    pub schema: String,
    /// Addresses whose `X-Forwarded-For` is believed.
    #[serde(default)]
    pub proxies: Vec<IpAddr>,
    /// True where the network to other machines is encrypted by other means: without it nothing leaves this machine in the clear.
    #[serde(default)]
    pub guarded_network: bool,
    /// Folder of the site's own rules, over those that ship.
    pub rules: Option<PathBuf>,
    /// Log level.
    #[serde(default = "default_log")]
    pub log: String,
    /// Where a copy of the log goes.
    pub log_copy: Option<LogCopySection>,
    /// True for the invented county: everybody knows its passwords, so no other machine may reach it.
    #[serde(default)]
    pub demo: bool,
    /// Who we are.
    pub site: SiteSection,
    /// Certificate and key.
    pub tls: Option<TlsSection>,
    /// Where mail goes out.
    pub smtp: Option<SmtpSection>,
    /// Where mail comes in.
    pub mail: Option<MailSection>,
    /// How short messages come and go.
    pub sms: Option<SmsSection>,
    /// How a chat is spoken with.
    pub chat: Option<ChatSection>,
    /// How an exchange tells of calls.
    pub hotline: Option<HotlineSection>,
    /// Whom the certificates of other sites are trusted by.
    #[serde(default)]
    pub exchange: ExchangeSection,
    /// What is done with attachments.
    #[serde(default)]
    pub files: FilesSection,
    /// Who cosigns the log.
    #[serde(default)]
    pub witnesses: WitnessesSection,
    /// Every limit.
    #[serde(default)]
    pub limits: Limits,
    /// The file this was read from; empty when it was not.
    #[serde(skip)]
    pub file: PathBuf,
}

/// Says who the site is; fixed for its life.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SiteSection {
    /// Six-digit code.
    pub code: String,
    /// Name, for the operator's eyes; pages take it from the place tree.
    pub name: String,
    /// Origin of the public log.
    pub origin: String,
    /// Time zone whose civil day counts.
    #[serde(default = "default_zone")]
    pub zone: String,
}

/// Names certificate and key files, PEM.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TlsSection {
    /// Certificate chain.
    pub cert: PathBuf,
    /// Private key.
    pub key: PathBuf,
}

fn default_listen() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 8080))
}

fn default_data() -> PathBuf {
    PathBuf::from("data")
}

fn default_database() -> String {
    "sqlite".to_owned()
}

fn default_schema() -> String {
    "minsheng".to_owned()
}

fn default_log() -> String {
    "info".to_owned()
}

fn default_zone() -> String {
    "Asia/Shanghai".to_owned()
}

impl Config {
    /// Finds the file by its own name or in the data folder, reads it, and puts the given data folder before its own.
    pub(crate) fn find(file: Option<&Path>, data: Option<&Path>) -> Result<Self, Fault> {
        let inside = data.map_or_else(default_data, Path::to_owned).join(FILE_NAME);
        let mut config = match file {
            Some(file) => Self::read(file)?,
            None if inside.exists() => Self { data: default_data(), ..Self::read(&inside)? },
            None => {
                let text = format!(
                    "no configuration: give one with --config FILE, or make a site with `minsheng init`, which writes {}",
                    inside.display()
                );
                return Err(Fault::other(text));
            }
        };
        if let Some(data) = data {
            data.clone_into(&mut config.data);
        }
        Ok(config)
    }

    /// Reads and checks a file.
    pub(crate) fn read(file: &Path) -> Result<Self, Fault> {
        let named = |error: &dyn std::fmt::Display| Fault::other(format!("{}: {error}", file.display()));
        let text = fs::read_to_string(file).map_err(|error| named(&error))?;
        let config = Self::parse(&text).map_err(|error| named(&error))?;
        Ok(Self { file: file.to_owned(), ..config })
    }

    /// Parses and checks a text. The error names the line and shows it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let config: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        config.site.check()?;
        config.limits.check()?;
        config.witnesses.check()?;
        if let Some(copy) = &config.log_copy {
            copy.check()?;
        }
        config.files.check()?;
        config.smtp.as_ref().map_or(Ok(()), SmtpSection::check)?;
        config.mail.as_ref().map_or(Ok(()), MailSection::check)?;
        config.check_clear()?;
        config.sms.as_ref().map_or(Ok(()), SmsSection::check)?;
        config.chat.as_ref().map_or(Ok(()), ChatSection::check)?;
        config.hotline.as_ref().map_or(Ok(()), HotlineSection::check)?;
        Ok(config)
    }

    /// Refuses plain http where others can listen to it, and the demo's known passwords where others can come.
    pub(crate) fn check_listen(&self) -> Result<(), Fault> {
        if self.demo && !(self.listen.ip().is_loopback() && self.proxies.is_empty()) {
            return Err(Fault::other(
                "this is the demo's invented county, and everybody knows its passwords: it is served on 127.0.0.1 only, without \
                 a proxy; make a site of your own with `minsheng init`",
            ));
        }
        if self.tls.is_some() || self.listen.ip().is_loopback() || !self.proxies.is_empty() {
            return Ok(());
        }
        Err(Fault::other(format!(
            "{} can be reached from other machines, and plain http would send residents' words and staff's passwords in the \
             clear: set [tls], or listen on 127.0.0.1, or name the proxy that ends TLS in `proxies`",
            self.listen
        )))
    }

    /// Hands the site's identity to the hall.
    pub(crate) fn to_civic(&self) -> SiteConfig {
        self.site.to_civic(self.witnesses.required)
    }

    /// Returns the folder of the key files.
    pub(crate) fn keys(&self) -> PathBuf {
        self.keys.clone().unwrap_or_else(|| self.data.join("keys"))
    }

    /// Returns the folder of the attachments.
    pub(crate) fn files(&self) -> PathBuf {
        self.data.join("files")
    }

    /// Returns the folder of the index of words: derived, sealed, never backed up, and free to be deleted.
    pub(crate) fn search(&self) -> PathBuf {
        self.data.join("search")
    }

    /// Returns where issues are kept between two runs: derived, sealed, never backed up, and free to be deleted.
    pub(crate) fn issues(&self) -> PathBuf {
        self.data.join("issues.sealed")
    }

    /// Returns where the data is.
    pub(crate) fn data_target(&self) -> Target {
        target(&self.database, &self.data.join("minsheng.db"), &self.schema)
    }

    /// Returns where the key store is.
    pub(crate) fn keystore_target(&self) -> Target {
        target(&self.keystore, &self.data.join("keys.db"), &format!("{}_keys", self.schema))
    }
}

/// One server may hold data and key store, and several sites: each has a schema of its own.
fn target(address: &str, file: &Path, schema: &str) -> Target {
    match address {
        "sqlite" => Target::Sqlite(file.to_owned()),
        url => Target::Postgres { url: url.to_owned(), schema: Some(schema.to_owned()) },
    }
}

impl SiteSection {
    /// Refuses an identity that numbers or signatures could not carry.
    pub(crate) fn check(&self) -> Result<(), String> {
        if self.code.len() != 6 || !self.code.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(format!("site.code must be six digits, not {:?}", self.code));
        }
        let origin = &self.origin;
        if origin.is_empty() || origin.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+') {
            return Err(format!("site.origin must hold no white space and no plus sign, unlike {origin:?}"));
        }
        Ok(())
    }

    fn to_civic(&self, witnesses_required: usize) -> SiteConfig {
        let jurisdiction = self.code.parse().expect("the code was checked to be six digits");
        SiteConfig {
            jurisdiction,
            code: self.code.clone(),
            origin: self.origin.clone(),
            zone: self.zone.clone(),
            witnesses_required,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use testkit::hostile::{bent, changes};

    use super::*;

    proptest! {
        #[test]
        fn parser_of_configurations(changes in changes(), junk in "\\PC{0,200}") {
            for text in [bent(LEAST, &changes), bent(EXAMPLE, &changes), junk] {
                if let Ok(config) = Config::parse(&text) {
                    prop_assert!(config.site.check().is_ok() && config.limits.check().is_ok());
                }
            }
        }
    }

    const LEAST: &str = "[site]\ncode = \"990121\"\nname = \"清禾县\"\norigin = \"log.qinghe.example/990121\"\n";

    #[test]
    fn the_example_parses_and_states_the_defaults() {
        let example = Config::parse(EXAMPLE).unwrap();
        let least = Config::parse(LEAST).unwrap();
        assert_eq!(
            format!("{:?}", example.limits),
            format!("{:?}", least.limits),
            "the example shows other limits than the code"
        );
        assert_eq!(example.database, "sqlite");
    }

    #[test]
    fn every_key_that_the_example_offers_in_comments_is_known() {
        let key = |line: &str| line.strip_prefix("#: ").map(str::to_owned);
        let text: Vec<String> = EXAMPLE.lines().map(|line| key(line).unwrap_or_else(|| line.to_owned())).collect();
        let config = Config::parse(&text.join("\n")).unwrap();
        assert_eq!((config.witnesses.required, config.witnesses.peers.len()), (1, 1));
        assert!(
            config.files.clamd().is_some()
                && config.tls.is_some()
                && config.smtp.is_some()
                && config.sms.is_some()
                && config.chat.is_some()
                && config.hotline.is_some()
                && config.rules.is_some()
                && config.metrics_listen.is_some()
        );
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line() {
        for (text, line) in [(format!("lisen = 1\n{LEAST}"), 1), (format!("{LEAST}[limits]\nconections_max = 3\n"), 6)] {
            let error = Config::parse(&text).unwrap_err();
            assert!(error.contains(&format!("line {line}")) && error.contains("unknown field"), "{error}");
        }
    }

    #[test]
    fn a_wrong_code_origin_or_limit_is_refused_with_words() {
        for (good, bad, word) in [
            ("990121\"\nname", "99012x\"\nname", "six digits"),
            ("log.qinghe.example", "log qinghe", "white space"),
            ("[site]", "[limits]\nconnections_max = 0\n[site]", "connections_max"),
            ("[site]", "[files]\nscanner = \"localhost:3310\"\n[site]", "files.scanner"),
        ] {
            let error = Config::parse(&LEAST.replace(good, bad)).unwrap_err();
            assert!(error.contains(word), "{error}");
        }
    }

    #[test]
    fn plain_http_beyond_loopback_needs_a_listed_proxy() {
        let mut config = Config::parse(LEAST).unwrap();
        config.check_listen().unwrap();
        config.listen = "0.0.0.0:80".parse().unwrap();
        assert!(config.check_listen().unwrap_err().to_string().contains("plain http"));
        config.proxies = vec!["10.0.0.2".parse().unwrap()];
        config.check_listen().unwrap();
        config.demo = true;
        assert!(config.check_listen().unwrap_err().to_string().contains("everybody knows its passwords"));
    }
}
