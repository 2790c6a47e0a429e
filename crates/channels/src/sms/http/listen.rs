//! Where a gateway hands messages over, and says what became of those it was given.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use civic::file::FileStore;
use civic::hall::Hall;
use db::Fault;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::sign::{Heard, Secret, Signed, Unsigned};
use crate::sms::smpp::Receipt;
use crate::sms::{Text, coding, heard, keep};

/// Where messages are handed over.
const MESSAGES: &str = "/sms/v1/messages";
/// Where is told what became of messages.
const RECEIPTS: &str = "/sms/v1/receipts";
/// Largest request, in bytes.
const REQUEST_BYTES_MAX: usize = 64 * 1024;
/// Connections at a time.
const CONNECTIONS_MAX: usize = 64;
/// How long a request may take to come.
const WAIT: Duration = Duration::from_secs(10);

/// Is everything the listener works with.
pub struct Listen {
    hall: Hall,
    files: FileStore,
    secret: Secret,
    heard: Mutex<Heard>,
}

/// Is a message as a gateway writes it.
#[derive(Debug, Deserialize)]
struct Message {
    id: String,
    from: String,
    #[serde(default)]
    to: String,
    text: String,
}

/// Is what a gateway says of a message.
#[derive(Debug, Deserialize)]
struct Became {
    id: String,
    state: String,
}

impl Listen {
    /// Makes a listener's state.
    pub fn new(hall: Hall, files: FileStore, secret: Secret) -> Self {
        Self { hall, files, secret, heard: Mutex::default() }
    }

    async fn answer(self: Arc<Self>, request: Request<Incoming>) -> (StatusCode, &'static str) {
        let path = request.uri().path().to_owned();
        if path != MESSAGES && path != RECEIPTS {
            return (StatusCode::NOT_FOUND, "not_found");
        }
        if request.method() != Method::POST {
            return (StatusCode::METHOD_NOT_ALLOWED, "post");
        }
        let named = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let signed = Signed {
            id: named("x-minsheng-key"),
            time: named("x-minsheng-time"),
            nonce: named("x-minsheng-nonce"),
            signature: named("x-minsheng-signature"),
        };
        let body = tokio::time::timeout(WAIT, Limited::new(request.into_body(), REQUEST_BYTES_MAX).collect()).await;
        let body = match body {
            Ok(Ok(body)) => body.to_bytes(),
            Ok(Err(_)) => return (StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            Err(_) => return (StatusCode::REQUEST_TIMEOUT, "slow"),
        };
        let now = self.hall.clock.now();
        let checked = {
            let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
            heard.check(&self.secret, &signed, (&path, &body), now)
        };
        match checked {
            Ok(()) => self.take(&path, &body).await,
            Err(Unsigned::Wrong) => (StatusCode::UNAUTHORIZED, "signature"),
            Err(Unsigned::Clock) => (StatusCode::UNAUTHORIZED, "clock"),
            Err(Unsigned::Replayed) => (StatusCode::CONFLICT, "replayed"),
            Err(Unsigned::Busy) => (StatusCode::TOO_MANY_REQUESTS, "busy"),
        }
    }

    async fn take(self: Arc<Self>, path: &str, body: &Bytes) -> (StatusCode, &'static str) {
        let kept = if path == MESSAGES {
            let Ok(message) = serde_json::from_slice::<Message>(body) else { return (StatusCode::BAD_REQUEST, "json") };
            if message.id.is_empty() || message.from.is_empty() {
                return (StatusCode::BAD_REQUEST, "json");
            }
            let words = message.text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            let (from, to, id) = (message.from, message.to, Some(message.id));
            let text = Text { from, to, coding: coding::UCS2, words, part: None, id };
            self.durable(move |own| keep(&own.hall, &own.files, &[text])).await
        } else {
            let Ok(became) = serde_json::from_slice::<Became>(body) else { return (StatusCode::BAD_REQUEST, "json") };
            let arrived = match became.state.as_str() {
                "delivered" => Some(true),
                "failed" => Some(false),
                "pending" => None,
                _ => return (StatusCode::BAD_REQUEST, "state"),
            };
            self.durable(move |own| heard(&own.hall, vec![Receipt { reference: became.id, arrived }])).await
        };
        match kept {
            Ok(()) => (StatusCode::OK, "taken"),
            Err(fault) => {
                tracing::warn!(error = %fault, "what a gateway brought could not be kept; it is asked to bring it again");
                (StatusCode::SERVICE_UNAVAILABLE, "later")
            }
        }
    }

    async fn durable(self: Arc<Self>, act: impl FnOnce(&Self) -> Result<(), Fault> + Send + 'static) -> Result<(), Fault> {
        let done = tokio::task::spawn_blocking(move || act(&self)).await;
        done.unwrap_or_else(|_| Err(Fault::other("the keeping of a message broke off")))
    }
}

/// Takes requests until it is dropped.
pub async fn listen(listener: TcpListener, listen: Arc<Listen>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let listen = Arc::clone(&listen);
        tokio::spawn(async move {
            let serve = hyper::service::service_fn(move |request| {
                let answer = Arc::clone(&listen).answer(request);
                async move {
                    let (status, code) = answer.await;
                    let mut response = Response::new(Full::new(Bytes::from(format!("{{\"code\":\"{code}\"}}"))));
                    *response.status_mut() = status;
                    let json = hyper::header::HeaderValue::from_static("application/json");
                    response.headers_mut().insert(hyper::header::CONTENT_TYPE, json);
                    Ok::<_, Infallible>(response)
                }
            });
            let mut http = hyper::server::conn::http1::Builder::new();
            http.timer(TokioTimer::new()).header_read_timeout(WAIT);
            if let Err(error) = http.serve_connection(TokioIo::new(stream), serve).await {
                tracing::debug!(%error, "a gateway's connection broke off");
            }
            drop(place);
        });
    }
}
