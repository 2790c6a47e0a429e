//! How a chat is spoken with (OneBot 11).

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use appeals::filing::Scanner;
use channels::chat::{Api, Desk, Ear, Forward, Hub, Limits, Line, Teller};
use civic::file::FileStore;
use civic::hall::Hall;
use db::{Fault, trust};
use minsheng::decode::Children;
use serde::Deserialize;
use uuid::Uuid;

use super::sms::secret;
use super::{Config, ScannerDown};

/// How long the other end may take for an answer to a request.
const WAIT: Duration = Duration::from_secs(20);
/// Shortest token or secret, in characters.
const SECRET_CHARS_MIN: usize = 16;
/// Digits of an account's number.
const ACCOUNT_DIGITS: std::ops::RangeInclusive<usize> = 5..=18;

/// Says which account speaks, and how the program that holds it is reached or comes to us.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChatSection {
    /// The number of the account that residents write to.
    pub account: String,
    /// What residents call the chat.
    #[serde(default = "default_name")]
    pub name: String,
    /// Whom to ask about what cannot be said in a chat: a telephone number.
    #[serde(default)]
    pub hotline: String,
    /// File that holds the access token on its first line.
    pub token_file: Option<PathBuf>,
    /// Variable of the environment that holds it, where there is no file.
    pub token_env: Option<String>,
    /// Where the program takes a WebSocket of ours: `ws://` or `wss://`.
    pub connect: Option<String>,
    /// The one root (PEM) that its certificate must lead to, for one of one's own.
    pub root: Option<PathBuf>,
    /// Where the program comes to us, by WebSocket or with posts.
    pub listen: Option<SocketAddr>,
    /// Where the program takes requests, for those that cannot be asked over a WebSocket.
    pub api: Option<String>,
    /// File that holds the secret that its posts are signed with.
    pub secret_file: Option<PathBuf>,
    /// Variable of the environment that holds it, where there is no file.
    pub secret_env: Option<String>,
}

fn default_name() -> String {
    "QQ".to_owned()
}

/// Tells whether an address stays on this machine.
fn is_here(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    ["127.0.0.1", "localhost", "[::1]"].iter().any(|here| rest.strip_prefix(here).is_some_and(|rest| !rest.starts_with('.')))
}

impl ChatSection {
    /// Refuses what nothing could come to or through, or what others could listen to.
    pub(super) fn check(&self) -> Result<(), String> {
        let number = ACCOUNT_DIGITS.contains(&self.account.len()) && self.account.bytes().all(|byte| byte.is_ascii_digit());
        if !number {
            return Err(format!("chat.account must be figures only, unlike {:?}", self.account));
        }
        let posts = self.secret_file.is_some() || self.secret_env.is_some();
        if self.connect.is_none() && self.listen.is_none() {
            return Err("chat: connect or listen says how messages come".to_owned());
        }
        if posts && (self.listen.is_none() || self.api.is_none()) {
            return Err("chat: a secret signs posts, which need listen to come and api to be answered".to_owned());
        }
        if self.connect.as_ref().is_some_and(|url| !is_here(url) && !url.starts_with("wss://")) {
            return Err("chat.connect must be wss://, for what residents write goes there".to_owned());
        }
        if self.api.as_ref().is_some_and(|url| !is_here(url) && !url.starts_with("https://")) {
            return Err("chat.api must be https://, for what residents are written goes there".to_owned());
        }
        if self.listen.is_some_and(|listen| !listen.ip().is_loopback()) {
            return Err("chat.listen speaks no TLS: listen on 127.0.0.1, behind the proxy that does".to_owned());
        }
        Ok(())
    }

    /// Reads the token.
    pub(crate) fn token(&self) -> Result<String, Fault> {
        long("chat: the token", secret("chat", (self.token_file.as_ref(), self.token_env.as_ref()))?)
    }

    fn secret(&self) -> Result<String, Fault> {
        if self.secret_file.is_none() && self.secret_env.is_none() {
            return Ok(String::new());
        }
        long("chat: the secret", secret("chat", (self.secret_file.as_ref(), self.secret_env.as_ref()))?)
    }

    /// Prepares the way to the program, where we go to it.
    pub(crate) fn forward(&self) -> Result<Option<Forward>, Fault> {
        let Some(url) = &self.connect else { return Ok(None) };
        let tls = if url.starts_with("wss://") { Some(Arc::new(trust("chat.root", self.root.as_deref())?)) } else { None };
        Forward::new(url, &self.token()?, tls).map(Some)
    }
}

fn long(what: &str, text: String) -> Result<String, Fault> {
    if text.chars().count() < SECRET_CHARS_MIN {
        return Err(Fault::other(format!("{what} has fewer than {SECRET_CHARS_MIN} characters")));
    }
    Ok(text)
}

/// Is everything that speaks with a chat.
pub(crate) struct Chat {
    /// What links and the listener work with.
    pub ear: Arc<Ear>,
    /// What makes matters of messages.
    pub desk: Desk,
    /// What hands messages over.
    pub line: Line,
    /// What tells groups.
    pub teller: Teller,
}

impl Config {
    /// Prepares everything that speaks with a chat, where the site has one.
    pub(crate) fn chat(&self, hall: &Hall, holder: Uuid) -> Result<Option<Chat>, Fault> {
        let Some(chat) = &self.chat else { return Ok(None) };
        let (token, secret) = (chat.token()?, chat.secret()?);
        let api = chat.api.as_ref().map(|base| Api::new(base, &token, WAIT)).transpose()?;
        let hub = Arc::new(Hub::new(api));
        let files = FileStore::open(self.files())?;
        let holds = self.files.scanner_down == ScannerDown::Hold;
        let scanner = self.files.clamd().map(|clamd| Arc::new(Scanner { by: Box::new(clamd), holds }));
        let pages = self.smtp.as_ref().map_or("", |smtp| smtp.pages.as_str());
        let looks = (Arc::new(Children::default()) as Arc<_>, scanner);
        Ok(Some(Chat {
            desk: Desk::new(hall.patient(), files.clone(), looks, (Arc::clone(&hub), holder), Limits::default()),
            line: Line::new(hall.clone(), Arc::clone(&hub), holder).speaking(pages, &chat.hotline),
            teller: Teller::new(hall.clone(), Arc::clone(&hub), (pages, holder)),
            ear: Arc::new(Ear::new((hall.clone(), files), hub, (&chat.account, token, secret))),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_work_or_would_be_heard_by_others_is_refused_with_words() {
        let read = |text: &str| {
            toml::from_str::<ChatSection>(&format!("account = \"10001\"\ntoken_env = \"T\"\n{text}")).unwrap().check()
        };
        for good in [
            "connect = \"wss://bot.example/\"",
            "connect = \"ws://127.0.0.1:3001/\"",
            "listen = \"127.0.0.1:2527\"",
            "listen = \"127.0.0.1:2527\"\napi = \"http://127.0.0.1:3000\"\nsecret_env = \"S\"",
        ] {
            assert_eq!(read(good), Ok(()), "{good}");
        }
        for (text, word) in [
            ("", "connect or listen"),
            ("connect = \"ws://bot.example/\"", "wss"),
            ("connect = \"ws://127.0.0.1.bot.example/\"", "wss"),
            ("listen = \"0.0.0.0:2527\"", "TLS"),
            ("listen = \"127.0.0.1:2527\"\nsecret_env = \"S\"", "api"),
            ("listen = \"127.0.0.1:2527\"\napi = \"http://bot.example/\"", "https"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(word), "{error}");
        }
        assert!(toml::from_str::<ChatSection>("account = \"1 0\"").unwrap().check().unwrap_err().contains("figures"));
    }
}
