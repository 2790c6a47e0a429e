//! Cookies: reading them off a request, writing them onto an answer. Values are tokens and codes, never words.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::visit::Peer;

/// Says on which requests from other sites a cookie comes along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// On none: for staff.
    Strict,
    /// On links only: for residents, who come from a mail.
    Lax,
}

/// Names a cookie as it stands in headers: `__Host-` over TLS, plain on a loopback address.
fn name(own: &str, peer: Peer) -> String {
    if peer.secure { format!("__Host-{own}") } else { own.to_owned() }
}

/// Reads a cookie.
pub fn get<'a>(headers: &'a HeaderMap, peer: Peer, own: &str) -> Option<&'a str> {
    let wanted = name(own, peer);
    let pairs = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(';'));
    pairs.filter_map(|pair| pair.trim().split_once('=')).find_map(|(name, value)| (name == wanted).then_some(value))
}

/// Writes a cookie that lives `seconds`, or until the browser closes.
pub fn set(peer: Peer, own: &str, value: &str, reach: Reach, seconds: Option<i64>) -> HeaderValue {
    let reach = match reach {
        Reach::Strict => "Strict",
        Reach::Lax => "Lax",
    };
    let secure = if peer.secure { "; Secure" } else { "" };
    let age = seconds.map_or_else(String::new, |seconds| format!("; Max-Age={seconds}"));
    let text = format!("{}={value}; Path=/; HttpOnly; SameSite={reach}{secure}{age}", name(own, peer));
    HeaderValue::try_from(text).expect("tokens and codes are plain ASCII")
}

/// Takes a cookie back.
pub fn forget(peer: Peer, own: &str) -> HeaderValue {
    set(peer, own, "", Reach::Lax, Some(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_carry_the_host_prefix_over_tls_only() {
        let plain = Peer::default();
        let secure = Peer { secure: true, ..plain };
        assert_eq!(set(plain, "a", "1", Reach::Lax, None), "a=1; Path=/; HttpOnly; SameSite=Lax");
        let strict = set(secure, "a", "1", Reach::Strict, Some(60));
        assert_eq!(strict, "__Host-a=1; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=60");
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("b=2; a=1; __Host-a=3"));
        assert_eq!(
            (get(&headers, plain, "a"), get(&headers, secure, "a"), get(&headers, plain, "c")),
            (Some("1"), Some("3"), None)
        );
    }
}
