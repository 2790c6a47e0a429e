//! Going to the other end ourselves (OneBot 11, "forward WebSocket"): again and again, at growing distances, until it is there.

use std::sync::Arc;
use std::time::Duration;

use db::Fault;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_tungstenite::client_async_with_config;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::http::HeaderValue;

use super::hub::Role;
use super::keep::Ear;
use super::link::{Ended, manner, speak};

/// How long the other end may take until a link stands.
const WAIT: Duration = Duration::from_secs(20);
/// Wait after the first failed try, and the longest one, in seconds.
const AGAIN_SECONDS: (u64, u64) = (1, 60);

/// Is the way to the other end.
#[derive(Clone)]
pub struct Forward {
    url: String,
    host: String,
    port: u16,
    tls: Option<Arc<rustls::ClientConfig>>,
    token: String,
}

impl Forward {
    /// Reads the way from an address: `ws://` or, where `tls` says whom to trust, `wss://`.
    pub fn new(url: &str, token: &str, tls: Option<Arc<rustls::ClientConfig>>) -> Result<Self, Fault> {
        let no = || Fault::other(format!("{url} is no address of a WebSocket"));
        let request = url.into_client_request().map_err(|_| no())?;
        let (host, secure) = (request.uri().host().ok_or_else(no)?.to_owned(), request.uri().scheme_str() == Some("wss"));
        if secure && tls.is_none() {
            return Err(Fault::other("nothing says whose certificates are trusted"));
        }
        let port = request.uri().port_u16().unwrap_or(if secure { 443 } else { 80 });
        Ok(Self { url: url.to_owned(), host, port, tls: tls.filter(|_| secure), token: token.to_owned() })
    }

    /// Names it for people: without what is secret.
    pub fn name(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    fn request(&self) -> Result<Request, Error> {
        let mut request = self.url.as_str().into_client_request()?;
        let value = HeaderValue::from_str(&format!("Bearer {}", self.token));
        let mut value = value.map_err(|_| Error::Url(tokio_tungstenite::tungstenite::error::UrlError::UnsupportedUrlScheme))?;
        value.set_sensitive(true);
        request.headers_mut().insert("Authorization", value);
        Ok(request)
    }

    /// Looks whether the other end is there and knows us. Says otherwise by a code what stands in the way.
    pub async fn look(&self) -> Result<(), &'static str> {
        let tried = tokio::time::timeout(WAIT, async {
            let stream = self.connect().await?;
            match &self.tls {
                None => self.shake(stream).await.map(drop),
                Some(tls) => self.shake(self.secure(tls, stream).await?).await.map(drop),
            }
        });
        tried.await.unwrap_or(Err("silent"))
    }

    async fn connect(&self) -> Result<TcpStream, &'static str> {
        TcpStream::connect((self.host.as_str(), self.port)).await.map_err(|_| "unreachable")
    }

    async fn secure(
        &self,
        tls: &Arc<rustls::ClientConfig>,
        stream: TcpStream,
    ) -> Result<tokio_rustls::client::TlsStream<TcpStream>, &'static str> {
        let name = ServerName::try_from(self.host.trim_matches(['[', ']']).to_owned()).map_err(|_| "certificate")?;
        TlsConnector::from(Arc::clone(tls)).connect(name, stream).await.map_err(|_| "certificate")
    }

    async fn shake<S>(&self, stream: S) -> Result<tokio_tungstenite::WebSocketStream<S>, &'static str>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let request = self.request().map_err(|_| "login")?;
        match client_async_with_config(request, stream, Some(manner())).await {
            Ok((socket, _)) => Ok(socket),
            Err(Error::Http(answer)) if matches!(answer.status().as_u16(), 401 | 403) => Err("login"),
            Err(_) => Err("unreachable"),
        }
    }

    /// Makes a link and speaks over it until it ends; an error says what stood in the way.
    async fn once(&self, ear: &Arc<Ear>) -> Result<Ended, &'static str> {
        let made = async {
            let stream = self.connect().await?;
            match &self.tls {
                None => Ok(Either::Plain(Box::new(self.shake(stream).await?))),
                Some(tls) => Ok(Either::Secure(Box::new(self.shake(self.secure(tls, stream).await?).await?))),
            }
        };
        let made = tokio::time::timeout(WAIT, made).await.unwrap_or(Err("silent"))?;
        tracing::info!(at = %self.name(), "linked to the other end of the chat");
        ear.note(self.name(), None).await;
        Ok(match made {
            Either::Plain(socket) => speak(*socket, (Arc::clone(ear), Role::Universal)).await,
            Either::Secure(socket) => speak(*socket, (Arc::clone(ear), Role::Universal)).await,
        })
    }
}

enum Either {
    Plain(Box<tokio_tungstenite::WebSocketStream<TcpStream>>),
    Secure(Box<tokio_tungstenite::WebSocketStream<tokio_rustls::client::TlsStream<TcpStream>>>),
}

/// Keeps a link to the other end as long as it is not dropped.
pub async fn forward(way: Forward, ear: Arc<Ear>) {
    let mut wait = AGAIN_SECONDS.0;
    loop {
        let trouble = match way.once(&ear).await {
            Ok(ended) => {
                wait = AGAIN_SECONDS.0;
                if ended == Ended::Silent { "silent" } else { "unreachable" }
            }
            Err(trouble) => trouble,
        };
        tracing::warn!(at = %way.name(), trouble, seconds = wait, "no link to the other end of the chat");
        ear.note(way.name(), Some(trouble)).await;
        tokio::time::sleep(Duration::from_secs(wait)).await;
        wait = (wait * 2).min(AGAIN_SECONDS.1);
    }
}
