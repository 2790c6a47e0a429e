//! Where a gateway hands messages over, and says what became of those it was given.

use std::sync::Arc;

use civic::file::FileStore;
use civic::hall::Hall;
use db::Fault;
use hyper::body::{Bytes, Incoming};
use hyper::{Request, StatusCode};
use serde::Deserialize;
use tokio::net::TcpListener;

use super::sign::Secret;
use crate::door::{self, Door};
use crate::sms::smpp::Receipt;
use crate::sms::{Text, coding, heard, keep};

/// Where messages are handed over.
const MESSAGES: &str = "/sms/v1/messages";
/// Where is told what became of messages.
const RECEIPTS: &str = "/sms/v1/receipts";
/// Largest request, in bytes.
const REQUEST_BYTES_MAX: usize = 64 * 1024;

/// Is everything the listener works with.
pub struct Listen {
    hall: Hall,
    files: FileStore,
    door: Door,
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
        Self { hall, files, door: Door::new(secret) }
    }

    async fn answer(self: Arc<Self>, request: Request<Incoming>) -> (StatusCode, &'static str) {
        let path = request.uri().path().to_owned();
        if path != MESSAGES && path != RECEIPTS {
            return (StatusCode::NOT_FOUND, "not_found");
        }
        match self.door.read(request, (self.hall.clock.now(), REQUEST_BYTES_MAX)).await {
            Ok(body) => self.take(&path, &body).await,
            Err(no) => no,
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
    let answer = move |request| {
        let answer = Arc::clone(&listen).answer(request);
        async move {
            let (status, code) = answer.await;
            (status, format!("{{\"code\":\"{code}\"}}"))
        }
    };
    door::serve(listener, answer).await;
}
