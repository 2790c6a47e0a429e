//! How mail goes out, and how it comes in.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use appeals::filing::Scanner;
use channels::mail::incoming::vouched::{Check, Resolver};
use channels::mail::incoming::{Answers, Desk, Limits, Listen};
use channels::mail::{Dkim, Mailer, Relay, Security};
use civic::file::FileStore;
use civic::hall::Hall;
use civic::site::Site;
use db::Fault;
use minsheng::decode::{Children, Readers};
use serde::Deserialize;

use super::sms::secret;
use super::{Config, ImapSection, ScannerDown};

/// How long one step of the conversation with the mail server may take.
const SMTP_TIMEOUT: Duration = Duration::from_secs(20);

/// Says how mail goes out.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SmtpSection {
    /// Host name of the mail server.
    pub host: String,
    /// Its port.
    #[serde(default = "default_port")]
    pub port: u16,
    /// User, when the server asks for one.
    pub user: Option<String>,
    /// File that holds the password on its first line.
    pub password_file: Option<PathBuf>,
    /// Variable of the environment that holds it, where there is no file.
    pub password_env: Option<String>,
    /// Where residents find the site, for links in letters.
    #[serde(default)]
    pub pages: String,
    /// Sender of all mail.
    pub from: String,
    /// The one root (PEM) that the server's certificate must lead to, for a mail server with a certificate of one's own.
    pub root: Option<PathBuf>,
    /// How the connection is protected.
    #[serde(default)]
    pub tls: SmtpTls,
    /// What signs letters.
    pub dkim: Option<DkimSection>,
}

/// Says how letters are signed (DKIM), where the mail server does not do it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DkimSection {
    /// The domain that signs; that of the sender as a rule.
    pub domain: String,
    /// The name of the key there.
    pub selector: String,
    /// File of the private key (RSA, PEM).
    pub key_file: PathBuf,
}

impl DkimSection {
    /// Reads the key.
    pub(crate) fn read(&self) -> Result<Dkim, Fault> {
        Dkim::read((&self.domain, &self.selector), &self.key_file)
    }
}

/// Protects the connection to a mail server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SmtpTls {
    /// Plain first, then TLS; refused when the server cannot (port 587).
    #[default]
    Starttls,
    /// TLS from the first byte (port 465).
    Tls,
    /// None: for a relay on this machine.
    None,
}

/// Says how mail comes in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MailSection {
    /// The address that residents write to. Answers come to it with an addition: `name+…@domain`.
    pub address: String,
    /// Where mail servers hand mail over, by LMTP or SMTP.
    pub listen: Option<SocketAddr>,
    /// The mail server whose `Authentication-Results` are believed.
    pub trusted: Option<String>,
    /// How this program looks itself whether anybody vouches for a sender, where no trusted server has said so.
    pub check: Option<CheckSection>,
    /// The mailbox elsewhere that mail is fetched from.
    pub imap: Option<ImapSection>,
}

/// Says how senders are checked here.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckSection {
    /// The resolver that is asked for names.
    pub resolver: SocketAddr,
    /// The site's own mail server, which hands mail over: its `Received` says from where one came.
    #[serde(default)]
    pub server: String,
}

fn default_port() -> u16 {
    587
}

impl SmtpSection {
    /// Refuses an address for letters that a browser could not open, or that carries more than a site's name.
    pub(super) fn check(&self) -> Result<(), String> {
        let rest = self.pages.strip_prefix("https://").or_else(|| self.pages.strip_prefix("http://"));
        let plain = |rest: &str| !rest.is_empty() && !rest.contains(|c: char| c.is_whitespace() || matches!(c, '?' | '#' | '@'));
        if self.pages.is_empty() || rest.is_some_and(plain) {
            return Ok(());
        }
        Err(format!("smtp.pages must look like https://minsheng.qinghe.example, unlike {:?}", self.pages))
    }
}

impl MailSection {
    /// Refuses what no mail could come to or through.
    pub(super) fn check(&self) -> Result<(), String> {
        if !self.address.contains('@') {
            return Err(format!("mail.address must look like minsheng@qinghe.example, unlike {:?}", self.address));
        }
        let checked = self.trusted.is_some() || self.check.is_some();
        if self.listen.is_some_and(|listen| !listen.ip().is_loopback()) && !checked {
            return Err(
                "mail.listen can be reached from other machines: put a mail server before it that checks who sends, and name it in \
                 mail.trusted, let this program check ([mail.check]), or listen on 127.0.0.1"
                    .to_owned(),
            );
        }
        self.imap.as_ref().map_or(Ok(()), ImapSection::check)
    }
}

impl Config {
    /// Prepares the way to the mail server, where the site has one.
    pub(crate) fn mailer(&self, site: &Site) -> Result<Option<Mailer>, Fault> {
        let Some(smtp) = &self.smtp else { return Ok(None) };
        let named = smtp.password_file.is_some() || smtp.password_env.is_some();
        let login = match &smtp.user {
            Some(user) if named => {
                Some((user.clone(), secret("smtp", (smtp.password_file.as_ref(), smtp.password_env.as_ref()))?))
            }
            _ => None,
        };
        let security = match smtp.tls {
            SmtpTls::Starttls => Security::StartTls,
            SmtpTls::Tls => Security::Tls,
            SmtpTls::None => Security::Plain,
        };
        let dkim = smtp.dkim.as_ref().map(DkimSection::read).transpose()?.map(Arc::new);
        let (host, port, from, pages) = (smtp.host.clone(), smtp.port, smtp.from.clone(), smtp.pages.clone());
        let relay = Relay { host, port, login, from, pages, security, root: smtp.root.clone(), timeout: SMTP_TIMEOUT, dkim };
        let mailer = Mailer::new(&relay)?;
        Ok(Some(match &self.mail {
            Some(mail) => mailer.answered(Answers::of(site, &mail.address)?, &site.code),
            None => mailer,
        }))
    }

    /// Prepares what makes matters of mails, where mail comes in.
    pub(crate) fn mail_desk(&self, hall: &Hall) -> Result<Option<Desk>, Fault> {
        let Some(mail) = &self.mail else { return Ok(None) };
        let holds = self.files.scanner_down == ScannerDown::Hold;
        Ok(Some(Desk {
            // the mail server was told that they are taken: whoever waits at a page goes first
            hall: hall.patient(),
            files: FileStore::open(self.files())?,
            reader: Arc::new(Readers::start()?),
            decoder: Arc::new(Children::default()),
            scanner: self.files.clamd().map(|clamd| Arc::new(Scanner { by: Box::new(clamd), holds })),
            answers: Answers::of(&hall.site, &mail.address)?,
            trusted: mail.trusted.clone(),
            check: mail.check.as_ref().map(|check| Check {
                names: Arc::new(Resolver::new(check.resolver, hall.site.chance())),
                server: check.server.clone(),
            }),
        }))
    }

    /// Prepares the listener for mail, and says where it listens; none where mail is not handed over here.
    pub(crate) fn mail_listener(&self, hall: &Hall) -> Result<Option<(SocketAddr, Listen)>, Fault> {
        let Some(mail) = &self.mail else { return Ok(None) };
        let Some(address) = mail.listen else { return Ok(None) };
        let answers = Answers::of(&hall.site, &mail.address)?;
        Ok(Some((address, Listen::new(hall.clone(), FileStore::open(self.files())?, answers, Limits::default()))))
    }
}
