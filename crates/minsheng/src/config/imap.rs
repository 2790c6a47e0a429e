//! The mailbox elsewhere that mail is fetched from.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use channels::mail::incoming::{Answers, Fetch, Mailbox};
use civic::file::FileStore;
use civic::hall::Hall;
use db::{Fault, trust};
use serde::Deserialize;
use uuid::Uuid;

use super::Config;
use super::sms::secret;

/// How long one step of the conversation with the mail server may take.
const STEP_MAX: Duration = Duration::from_mins(1);

/// Says where mail is fetched from by IMAP.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImapSection {
    /// Host name of the mail server.
    pub host: String,
    /// Its port.
    #[serde(default = "default_port")]
    pub port: u16,
    /// User.
    pub user: String,
    /// File that holds the password on its first line.
    pub password_file: Option<PathBuf>,
    /// Variable of the environment that holds it, where there is no file.
    pub password_env: Option<String>,
    /// Name of the mailbox.
    #[serde(default = "default_folder")]
    pub folder: String,
    /// The one root (PEM) that the server's certificate must lead to, for a mail server with a certificate of one's own.
    pub root: Option<PathBuf>,
    /// How the connection is protected.
    #[serde(default)]
    pub tls: ImapTls,
}

/// Protects the connection to a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ImapTls {
    /// TLS from the first byte (port 993).
    #[default]
    Tls,
    /// None: for a mail server on this machine.
    None,
}

fn default_port() -> u16 {
    993
}

fn default_folder() -> String {
    "INBOX".to_owned()
}

impl ImapSection {
    /// Refuses to send a password in clear to another machine.
    pub(super) fn check(&self) -> Result<(), String> {
        let is_here = self.host == "localhost" || self.host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        if self.tls == ImapTls::None && !is_here {
            return Err(format!("mail.imap.tls = \"none\" would send the password in clear to {}: leave it out", self.host));
        }
        if self.password_file.is_none() && self.password_env.is_none() {
            return Err("mail.imap needs password_file or password_env".to_owned());
        }
        Ok(())
    }

    /// Reads the password and prepares the way.
    pub(crate) fn mailbox(&self) -> Result<Mailbox, Fault> {
        let password = secret("mail.imap", (self.password_file.as_ref(), self.password_env.as_ref()))?;
        Ok(Mailbox {
            host: self.host.clone(),
            port: self.port,
            user: self.user.clone(),
            password,
            folder: self.folder.clone(),
            tls: match self.tls {
                ImapTls::Tls => Some(Arc::new(trust("mail.imap.root", self.root.as_deref())?)),
                ImapTls::None => None,
            },
            step: STEP_MAX,
        })
    }
}

impl Config {
    /// Prepares what fetches mail, where a mailbox is named.
    pub(crate) fn mail_fetch(&self, hall: &Hall, holder: Uuid) -> Result<Option<Arc<Fetch>>, Fault> {
        let Some(mail) = &self.mail else { return Ok(None) };
        let Some(imap) = &mail.imap else { return Ok(None) };
        Ok(Some(Arc::new(Fetch {
            hall: hall.clone(),
            files: FileStore::open(self.files())?,
            answers: Answers::of(&hall.site, &mail.address)?,
            mailbox: imap.mailbox()?,
            holder,
        })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_needs_a_password_from_a_file_or_the_environment() {
        let read = |more: &str| {
            let text = format!("host = \"127.0.0.1\"\nuser = \"u\"\ntls = \"none\"\n{more}");
            toml::from_str::<ImapSection>(&text).unwrap()
        };
        assert!(read("").check().is_err());
        for given in ["password_file = \"/p\"", "password_env = \"P\""] {
            assert_eq!(read(given).check(), Ok(()));
        }
        // every machine has this variable
        assert!(!read("password_env = \"PATH\"").mailbox().unwrap().password.is_empty());
        assert!(read("password_env = \"MINSHENG_NOBODY_SETS_THIS\"").mailbox().is_err());
    }
}
