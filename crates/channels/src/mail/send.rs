//! Handing a letter to the mail server.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use db::Fault;
use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::{Address, Message, SmtpTransport, Transport};

use super::dkim::Dkim;
use super::incoming::{Answers, SITE_HEADER};
use super::letter::Letter;
use crate::worker::NotSent;

/// Says how the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Not at all: for a relay on this machine.
    Plain,
    /// Plain first, then TLS; refused when the server cannot.
    StartTls,
    /// TLS from the first byte.
    Tls,
}

/// Describes the mail server.
#[derive(Debug, Clone)]
pub struct Relay {
    /// Host name.
    pub host: String,
    /// Port.
    pub port: u16,
    /// User and password, when the server asks for them.
    pub login: Option<(String, String)>,
    /// Sender of all mail.
    pub from: String,
    /// Where residents find the site, such as `https://minsheng.example`; empty where letters name no address.
    pub pages: String,
    /// How the connection is protected.
    pub security: Security,
    /// The one root (PEM) that the server's certificate must lead to; none: those that come with the program.
    pub root: Option<PathBuf>,
    /// How long one step of the conversation may take.
    pub timeout: Duration,
    /// What signs letters, where the domain publishes a key.
    pub dkim: Option<Arc<Dkim>>,
}

/// Sends letters. Blocks while it does.
pub struct Mailer {
    transport: SmtpTransport,
    from: Mailbox,
    host: String,
    dkim: Option<Arc<Dkim>>,
    /// Where residents find the site.
    pub(super) pages: String,
    /// The addresses that answers and returned letters come to, and the site's code, where mail comes in too.
    pub(super) own: Option<(Answers, String)>,
}

impl Mailer {
    /// Prepares the way to a mail server; nothing is sent yet.
    pub fn new(relay: &Relay) -> Result<Self, Fault> {
        let from: Mailbox = relay.from.parse().map_err(|_| Fault::other(format!("{} is no sender of mail", relay.from)))?;
        let parameters = || parameters(&relay.host, relay.root.as_deref());
        let tls = match relay.security {
            Security::Plain => Tls::None,
            Security::StartTls => Tls::Required(parameters()?),
            Security::Tls => Tls::Wrapper(parameters()?),
        };
        let mut builder = SmtpTransport::builder_dangerous(&relay.host).port(relay.port).tls(tls).timeout(Some(relay.timeout));
        if let Some((user, password)) = &relay.login {
            builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
        }
        let host = from.email.domain().to_owned();
        let (pages, dkim) = (relay.pages.trim_end_matches('/').to_owned(), relay.dkim.clone());
        Ok(Self { transport: builder.build(), from, host, dkim, pages, own: None })
    }

    /// Has letters answered, and returned, to a site's own addresses.
    #[must_use]
    pub fn answered(self, answers: Answers, site: &str) -> Self {
        Self { own: Some((answers, site.to_owned())), ..self }
    }

    /// Sends a letter. Its `Message-ID` is made of its id, so that a letter sent twice is recognised as one.
    pub fn send(&self, letter: &Letter) -> Result<(), NotSent> {
        let never = |why: &dyn std::fmt::Display| NotSent::Never(why.to_string());
        let address: Address = letter.to.parse().map_err(|_| never(&"the address is not one"))?;
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, address.clone()))
            .subject(&letter.subject)
            .message_id(Some(format!("<{}@{}>", letter.id, self.host)))
            // no machine is to answer a machine (RFC 3834)
            .raw_header(field("Auto-Submitted", "auto-generated"));
        if let Some((answers, site)) = &self.own {
            let returned = answers.returned(letter.id).parse().map_err(|error| never(&error))?;
            let envelope = Envelope::new(Some(returned), vec![address]).map_err(|error| never(&error))?;
            message = message.raw_header(field(SITE_HEADER, site)).envelope(envelope);
            if let Some(matter) = letter.answers {
                let to = answers.answer(matter).parse().map_err(|error| never(&error))?;
                message = message.reply_to(Mailbox::new(self.from.name.clone(), to));
            }
        }
        let body = MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone());
        let message = message.multipart(body).map_err(|error| never(&error))?;
        let mut bytes = message.formatted();
        if let Some(dkim) = &self.dkim {
            bytes = dkim.sign(&bytes).map_err(|fault| NotSent::Later(fault.to_string()))?;
        }
        match self.transport.send_raw(message.envelope(), &bytes) {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => Err(NotSent::Never(status(&error))),
            Err(error) => Err(NotSent::Later(status(&error))),
        }
    }
}

/// Writes a field of plain ASCII that the library has no type for.
fn field(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// Says what certificate the server must show: in force, for its name, and from somebody trusted.
fn parameters(host: &str, root: Option<&Path>) -> Result<TlsParameters, Fault> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(file) = root {
        let named = |error: &dyn std::fmt::Display| Fault::other(format!("{}: {error}", file.display()));
        let bytes = fs::read(file).map_err(|error| named(&error))?;
        let certificate = Certificate::from_pem(&bytes).map_err(|error| named(&error))?;
        builder = builder.certificate_store(CertificateStore::None).add_root_certificate(certificate);
    }
    builder.build().map_err(|error| Fault::other("mail: TLS cannot be set up").caused_by(error))
}

/// Keeps the number of the server's answer and drops its words, which often repeat the address.
fn status(error: &lettre::transport::smtp::Error) -> String {
    match error.status() {
        Some(code) => format!("the mail server answered {code}"),
        None if is_certificate(error) => "the mail server's certificate is not good".to_owned(),
        None if error.is_timeout() => "the mail server did not answer in time".to_owned(),
        None => "the mail server cannot be reached".to_owned(),
    }
}

/// Tells whether the server's certificate was what stood in the way.
fn is_certificate(error: &lettre::transport::smtp::Error) -> bool {
    let chain = std::iter::successors(std::error::Error::source(error), |error| error.source());
    chain.into_iter().any(|error| error.to_string().contains("certificate"))
}
