//! One connection: its requests one after another, each under its limits.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Body;
use axum::http::{HeaderValue, Request, Response, StatusCode, header};
use axum::response::IntoResponse;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, timeout, timeout_at};
use tower::ServiceExt;
use web::{harden, network};

use super::accept::Gate;
use super::heads::{Framing, Heads};
use super::linger::Linger;
use super::pace::{Pace, Paced};
use super::stop;
use super::timed::{Answer, Upload};

/// Serves a connection until either side ends it.
pub(super) async fn serve(stream: TcpStream, from: IpAddr, gate: Arc<Gate>, stop: watch::Receiver<bool>) {
    // answers are written whole, so waiting for more to send only delays them
    drop(stream.set_nodelay(true));
    let stream = Paced::new(Linger::new(stream), &gate.limits);
    let Some(tls) = gate.tls.clone() else { return http(stream, from, gate, stop).await };
    match timeout(gate.limits.head(), tls.accept(stream)).await {
        Ok(Ok(stream)) => http(stream, from, gate, stop).await,
        Ok(Err(error)) => tracing::debug!(network = %network(from), %error, "a TLS handshake failed"),
        Err(_) => tracing::debug!(network = %network(from), "a TLS handshake took too long"),
    }
}

async fn http<S>(stream: S, from: IpAddr, gate: Arc<Gate>, mut stop: watch::Receiver<bool>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut builder = http1::Builder::new();
    // hyper counts this time from the connection's start and from the last answer: silence falls under it too
    builder.timer(TokioTimer::new()).header_read_timeout(gate.limits.head()).max_buf_size(gate.limits.head_bytes_max);
    let framing = Arc::<Framing>::default();
    let stream = Heads::new(stream, Arc::clone(&framing));
    let service = service_fn(move |request| answer(request, from, Arc::clone(&gate), Arc::clone(&framing)));
    let mut connection = std::pin::pin!(builder.serve_connection(TokioIo::new(stream), service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop::wait(&mut stop) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(network = %network(from), %error, "a connection ended early");
    }
}

async fn answer(
    request: Request<Incoming>,
    from: IpAddr,
    gate: Arc<Gate>,
    framing: Arc<Framing>,
) -> Result<Response<Answer>, Infallible> {
    let until = Instant::now() + gate.limits.request();
    let peer = gate.peers.tell(from, request.headers());
    if framing.is_ambiguous() {
        let mut response =
            closing(StatusCode::BAD_REQUEST, "这次请求的长度有两种读法，已拒绝。\nThe request can be read in two ways.");
        harden(response.headers_mut(), peer);
        return Ok(response.map(|body| Answer::new(body, until)));
    }
    let too_slow = Arc::new(AtomicBool::new(false));
    let (mut parts, body) = request.into_parts();
    parts.extensions.insert(peer);
    let body = Upload::new(body, Pace::new(&gate.limits), (Arc::clone(&too_slow), framing));
    let handled = gate.router().oneshot(Request::from_parts(parts, Body::new(body)));
    let mut response = match timeout_at(until, handled).await {
        Ok(Ok(response)) if !too_slow.load(Ordering::Acquire) => response,
        Ok(Ok(_)) => closing(
            StatusCode::REQUEST_TIMEOUT,
            "上传太慢，已断开；请换一个网络再试。\nThe upload came too slowly and was ended.",
        ),
        Err(_) => closing(
            StatusCode::SERVICE_UNAVAILABLE,
            "这次请求用时太久，已停止；请重试。\nThis request took too long and was ended.",
        ),
    };
    // what is answered before the pages are asked is guarded like them: health, starting, too slow
    harden(response.headers_mut(), peer);
    Ok(response.map(|body| Answer::new(body, until)))
}

fn closing(status: StatusCode, words: &'static str) -> Response<Body> {
    let mut response = (status, words).into_response();
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}
