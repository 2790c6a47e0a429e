//! Where other machines hand something over by signed requests (`docs/sms-gateway.md`): one door for all channels that have one.

use std::convert::Infallible;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::sms::http::{Heard, Secret, Signed, Unsigned};

/// Connections at a time.
const CONNECTIONS_MAX: usize = 64;
/// How long the head of a request may take to come.
const WAIT: Duration = Duration::from_secs(10);
/// How long a body may take for each megabyte it may have, in seconds.
const MEGABYTE_SECONDS: u64 = 3;

/// Lets in requests that are signed under a secret.
pub(crate) struct Door {
    secret: Secret,
    heard: Mutex<Heard>,
}

impl Door {
    /// Makes a door.
    pub(crate) fn new(secret: Secret) -> Self {
        Self { secret, heard: Mutex::default() }
    }

    /// Reads the body of a request whose signature holds; otherwise says what is wrong.
    pub(crate) async fn read(
        &self,
        request: Request<Incoming>,
        (now, bytes_max): (Timestamp, usize),
    ) -> Result<Bytes, (StatusCode, &'static str)> {
        if request.method() != Method::POST {
            return Err((StatusCode::METHOD_NOT_ALLOWED, "post"));
        }
        let path = request.uri().path_and_query().map_or_else(String::new, |path| path.as_str().to_owned());
        let named = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let signed = Signed {
            id: named("x-minsheng-key"),
            time: named("x-minsheng-time"),
            nonce: named("x-minsheng-nonce"),
            signature: named("x-minsheng-signature"),
        };
        let wait = WAIT + Duration::from_secs((bytes_max >> 20) as u64 * MEGABYTE_SECONDS);
        let body = match tokio::time::timeout(wait, Limited::new(request.into_body(), bytes_max).collect()).await {
            Ok(Ok(body)) => body.to_bytes(),
            Ok(Err(_)) => return Err((StatusCode::PAYLOAD_TOO_LARGE, "too_large")),
            Err(_) => return Err((StatusCode::REQUEST_TIMEOUT, "slow")),
        };
        let checked = {
            let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
            heard.check(&self.secret, &signed, (&path, &body), now)
        };
        match checked {
            Ok(()) => Ok(body),
            Err(Unsigned::Wrong) => Err((StatusCode::UNAUTHORIZED, "signature")),
            Err(Unsigned::Clock) => Err((StatusCode::UNAUTHORIZED, "clock")),
            Err(Unsigned::Replayed) => Err((StatusCode::CONFLICT, "replayed")),
            Err(Unsigned::Busy) => Err((StatusCode::TOO_MANY_REQUESTS, "busy")),
        }
    }
}

/// Takes requests until it is dropped; answers are JSON.
pub(crate) async fn serve<A, F>(listener: TcpListener, answer: A)
where
    A: Fn(Request<Incoming>) -> F + Clone + Send + 'static,
    F: Future<Output = (StatusCode, String)> + Send,
{
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let answer = answer.clone();
        tokio::spawn(async move {
            let serve = hyper::service::service_fn(move |request| {
                let answer = answer(request);
                async move {
                    let (status, json) = answer.await;
                    let mut response = Response::new(Full::new(Bytes::from(json)));
                    *response.status_mut() = status;
                    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                    Ok::<_, Infallible>(response)
                }
            });
            let mut http = hyper::server::conn::http1::Builder::new();
            http.timer(TokioTimer::new()).header_read_timeout(WAIT);
            if let Err(error) = http.serve_connection(TokioIo::new(stream), serve).await {
                tracing::debug!(%error, "the connection of another machine broke off");
            }
            drop(place);
        });
    }
}
