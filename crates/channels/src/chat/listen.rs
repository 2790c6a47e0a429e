//! Where the other end comes to us (OneBot 11, "reverse WebSocket" and "HTTP POST"): it shows the token, or signs what it posts.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use data_encoding::{BASE64, HEXLOWER};
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{AUTHORIZATION, CONNECTION, HeaderMap, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, UPGRADE};
use hyper::{Method, Request, Response, StatusCode, Uri};
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::Value;
use sha1::Sha1;
use subtle::ConstantTimeEq;
use tokio::net::TcpListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role as Side;

use super::event::Heard;
use super::hub::Role;
use super::keep::Ear;
use super::link::{Ended, manner, speak};

/// Links and requests at a time.
pub const LINKS_MAX: usize = 4_096;
/// Posts whose bodies are read at a time.
const POSTS_MAX: usize = 16;
/// Largest post, in bytes.
const POST_BYTES_MAX: usize = 4 * 1024 * 1024;
/// How long the head of a request, or a body, may take to come.
const WAIT: Duration = Duration::from_secs(10);
/// Bytes of a key that a WebSocket begins with.
const KEY_BYTES: usize = 16;
/// Addresses, behind which more may stand: those that implementations are set up with.
const PATHS: [&str; 3] = ["/", "/ws", "/onebot/v11"];

type Answer = Response<Empty<Bytes>>;

fn answer(status: StatusCode) -> Answer {
    let mut answer = Response::new(Empty::new());
    *answer.status_mut() = status;
    answer
}

/// Takes links and posts until it is dropped.
pub async fn listen(listener: TcpListener, ear: Arc<Ear>) {
    let (places, posts) = (Arc::new(Semaphore::new(LINKS_MAX)), Arc::new(Semaphore::new(POSTS_MAX)));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let (ear, posts, place) = (Arc::clone(&ear), Arc::clone(&posts), Arc::new(place));
        tokio::spawn(async move {
            let serve = hyper::service::service_fn(move |request| {
                let (ear, posts, place) = (Arc::clone(&ear), Arc::clone(&posts), Arc::clone(&place));
                async move { Ok::<_, Infallible>(take(request, (ear, posts), place).await) }
            });
            let mut http = hyper::server::conn::http1::Builder::new();
            http.timer(TokioTimer::new()).header_read_timeout(WAIT);
            if let Err(error) = http.serve_connection(TokioIo::new(stream), serve).with_upgrades().await {
                tracing::debug!(%error, "the connection of the other end of the chat broke off");
            }
        });
    }
}

async fn take(request: Request<Incoming>, (ear, posts): (Arc<Ear>, Arc<Semaphore>), place: Arc<OwnedSemaphorePermit>) -> Answer {
    let path = request.uri().path();
    let known = PATHS.iter().any(|known| path == *known || (known.len() > 1 && path.starts_with(&format!("{known}/"))));
    if !known && !["/event", "/api", "/event/", "/api/"].contains(&path) {
        return answer(StatusCode::NOT_FOUND);
    }
    if named(request.headers(), "x-self-id") != ear.account {
        return answer(StatusCode::BAD_REQUEST);
    }
    if request.method() == Method::POST {
        let Ok(_turn) = posts.try_acquire() else { return answer(StatusCode::SERVICE_UNAVAILABLE) };
        return answer(post(request, &ear).await);
    }
    link(request, (ear, place))
}

fn named<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Reads the token that a request shows, in a header or, as some can only, in the address.
fn token(headers: &HeaderMap, uri: &Uri) -> Option<String> {
    let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    if let Some((scheme, token)) = header.and_then(|text| text.split_once(' ')) {
        let fits = ["bearer", "token"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
        return fits.then(|| token.trim().to_owned());
    }
    let pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    pairs.into_iter().find(|(name, _)| name == "access_token").map(|(_, token)| token.into_owned())
}

/// Says what a link carries: as it says itself, else as its address does.
fn role(headers: &HeaderMap, path: &str) -> Role {
    let said = named(headers, "x-client-role");
    let ends = |name: &str| path.trim_end_matches('/').ends_with(name);
    match said.to_ascii_lowercase().as_str() {
        "event" => Role::Event,
        "api" => Role::Api,
        "" if ends("/event") => Role::Event,
        "" if ends("/api") => Role::Api,
        _ => Role::Universal,
    }
}

/// Makes a link of a request that asks for one.
fn link(mut request: Request<Incoming>, (ear, place): (Arc<Ear>, Arc<OwnedSemaphorePermit>)) -> Answer {
    let headers = request.headers();
    match token(headers, request.uri()) {
        None => return answer(StatusCode::UNAUTHORIZED),
        Some(shown) if !bool::from(shown.as_bytes().ct_eq(ear.token.as_bytes())) => return answer(StatusCode::FORBIDDEN),
        Some(_) => {}
    }
    let key = headers
        .get(SEC_WEBSOCKET_KEY)
        .map(HeaderValue::as_bytes)
        .filter(|key| BASE64.decode(key).is_ok_and(|bytes| bytes.len() == KEY_BYTES));
    let asks = named(headers, "upgrade").eq_ignore_ascii_case("websocket") && named(headers, "sec-websocket-version") == "13";
    let Some(key) = key.filter(|_| asks) else { return answer(StatusCode::UPGRADE_REQUIRED) };
    let Ok(accept) = HeaderValue::from_str(&derive_accept_key(key)) else { return answer(StatusCode::BAD_REQUEST) };
    let role = role(headers, request.uri().path());
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let Ok(upgraded) = upgrade.await else { return };
        let name = match role {
            Role::Universal => "reverse",
            Role::Event => "reverse event",
            Role::Api => "reverse api",
        };
        ear.note(name.to_owned(), None).await;
        let socket = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Side::Server, Some(manner())).await;
        let ended = speak(socket, (Arc::clone(&ear), role)).await;
        if ear.hub.links() == 0 {
            ear.note(name.to_owned(), Some(if ended == Ended::Silent { "silent" } else { "unreachable" })).await;
        }
        drop(place);
    });
    let mut switched = answer(StatusCode::SWITCHING_PROTOCOLS);
    switched.headers_mut().insert(SEC_WEBSOCKET_ACCEPT, accept);
    switched.headers_mut().insert(UPGRADE, HeaderValue::from_static("websocket"));
    switched.headers_mut().insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    switched
}

/// Takes what was posted. It is durable before the other end hears so.
async fn post(request: Request<Incoming>, ear: &Arc<Ear>) -> StatusCode {
    if ear.secret.is_empty() {
        return StatusCode::NOT_FOUND;
    }
    let signature = named(request.headers(), "x-signature").to_owned();
    let Some(signature) =
        signature.strip_prefix("sha1=").and_then(|text| HEXLOWER.decode(text.to_ascii_lowercase().as_bytes()).ok())
    else {
        return StatusCode::UNAUTHORIZED;
    };
    let body = match tokio::time::timeout(WAIT, Limited::new(request.into_body(), POST_BYTES_MAX).collect()).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(_)) => return StatusCode::PAYLOAD_TOO_LARGE,
        Err(_) => return StatusCode::REQUEST_TIMEOUT,
    };
    let mut mac = <Hmac<Sha1> as KeyInit>::new_from_slice(ear.secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(&body);
    if mac.verify_slice(&signature).is_err() {
        return StatusCode::FORBIDDEN;
    }
    let Ok(said) = serde_json::from_slice::<Value>(&body) else { return StatusCode::BAD_REQUEST };
    match ear.read(&said) {
        Heard::Message(message) => match ear.keep(vec![*message]).await {
            Ok(()) => {}
            Err(error) => {
                tracing::warn!(%error, "what the chat posted could not be kept; it is asked to bring it again");
                return StatusCode::SERVICE_UNAVAILABLE;
            }
        },
        Heard::Beat(well, _) => ear.hub.beat(well),
        Heard::Odd => ear.odd().await,
        Heard::Answer(..) | Heard::Nothing => {}
    }
    StatusCode::NO_CONTENT
}
