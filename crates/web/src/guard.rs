//! What holds for every request: no state changes asked for by other sites, a page for every no, safe headers.

use std::any::Any;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use civic::refusal::Refusal;
use db::Fault;

use crate::app::App;
use crate::error::{Carried, Problem, draw};
use crate::session;
use crate::visit::{Peer, Visit};

/// Nothing inline, nothing from elsewhere, no frame.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; media-src 'self'; \
    connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";
/// Two years, in seconds.
const TRANSPORT: &str = "max-age=63072000; includeSubDomains";

/// Headers of every answer. The referrer stays on this site: `no-referrer` would turn the `Origin` of our own forms
/// into `null` on browsers too old to send `Sec-Fetch-Site`, and they could no longer be told from foreign ones.
const ALWAYS: &[(&str, &str)] = &[
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
];

/// Draws problems and sets headers. The outermost layer.
pub(crate) async fn dress(State(app): State<App>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let visit = Visit::read(&app, &parts);
    parts.extensions.insert(visit.clone());
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if response.status() == StatusCode::METHOD_NOT_ALLOWED && response.extensions().get::<Carried>().is_none() {
        let problem = Problem::Refused(StatusCode::METHOD_NOT_ALLOWED, Refusal::new("method"));
        response.extensions_mut().insert(Carried(Arc::new(problem)));
    }
    if let Some(Carried(problem)) = response.extensions_mut().remove::<Carried>() {
        let signed = response.extensions().get::<Visit>().cloned();
        response = draw(&app, &signed.unwrap_or_else(|| visit.clone()), &response, &problem);
    }
    if visit.switched && response.status() != StatusCode::FORBIDDEN {
        for cookie in visit.settings() {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    harden(response.headers_mut(), visit.peer);
    response
}

/// Puts the headers of every answer on one. Whoever answers before this crate is asked calls it too.
pub fn harden(headers: &mut HeaderMap, peer: Peer) {
    for (name, value) in ALWAYS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.entry("cross-origin-resource-policy").or_insert(HeaderValue::from_static("same-origin"));
    if peer.secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(TRANSPORT));
    }
}

/// Refuses requests that change something when another site sent them.
pub(crate) async fn same_site(request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<Peer>().copied().unwrap_or_default();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads || own(request.headers(), peer) { next.run(request).await } else { refuse() }
}

fn refuse() -> Response {
    Problem::refused(Refusal::new("cross_site").instead("open_here")).into_response()
}

/// Tells whether a request comes from our own pages. Where neither header is sent it must not carry a session.
fn own(headers: &HeaderMap, peer: Peer) -> bool {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    match (text(HeaderName::from_static("sec-fetch-site")), text(header::ORIGIN)) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => {
            let scheme = if peer.secure { "https://" } else { "http://" };
            text(header::HOST).is_some_and(|host| origin.strip_prefix(scheme) == Some(host))
        }
        (None, None) => !session::brings_one(headers, peer),
    }
}

/// Answers a panic: a bug, shown as a fault, logged like one. Its message may quote what a person typed, so it goes no
/// further; its place is logged by the panic hook of the program.
pub(crate) fn panicked(_message: Box<dyn Any + Send>) -> Response {
    Problem::Failed(Fault::other("a handler panicked")).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn the_message_of_a_panic_goes_no_further() {
        for message in [Box::new("罗某 13900000000") as Box<dyn Any + Send>, Box::new("罗某 13900000000".to_owned())] {
            let response = panicked(message);
            let Some(Carried(problem)) = response.extensions().get::<Carried>() else { panic!("a problem is carried") };
            assert!(!format!("{problem:?}").contains("罗某"), "{problem:?}");
        }
    }

    #[test]
    fn only_our_own_pages_may_change_something() {
        let plain = Peer::default();
        let secure = Peer { secure: true, ..plain };
        let host = ("host", "x.example");
        for (good, peer) in [
            (headers(&[("sec-fetch-site", "same-origin"), ("origin", "null")]), plain),
            (headers(&[("sec-fetch-site", "none")]), plain),
            (headers(&[("origin", "http://x.example"), host]), plain),
            (headers(&[("origin", "https://x.example"), host]), secure),
            (headers(&[host]), plain),
        ] {
            assert!(own(&good, peer), "{good:?}");
        }
        for (bad, peer) in [
            (headers(&[("sec-fetch-site", "cross-site"), ("origin", "http://x.example"), host]), plain),
            (headers(&[("sec-fetch-site", "same-site")]), plain),
            (headers(&[("origin", "http://evil.example"), host]), plain),
            (headers(&[("origin", "http://x.example"), host]), secure),
            (headers(&[("origin", "null"), host]), plain),
            (headers(&[("cookie", "ms_staff=abc")]), plain),
            (headers(&[("cookie", "__Host-ms_track=abc")]), secure),
        ] {
            assert!(!own(&bad, peer), "{bad:?}");
        }
    }
}
