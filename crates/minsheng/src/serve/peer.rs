//! Who is on the other side of a connection, looked at through listed proxies.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderName};
use web::{Mode, Peer};

use crate::config::Config;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Tells peers apart.
pub(super) struct Peers {
    demo: bool,
    tls: bool,
    open: bool,
    proxies: Vec<IpAddr>,
}

impl Peers {
    /// Follows the configuration. In the demo, loopback is a proxy and without the header is not limited.
    pub(super) fn new(config: &Config, mode: Mode) -> Self {
        let proxies = config.proxies.iter().map(IpAddr::to_canonical).collect();
        Self { demo: mode == Mode::Demo, tls: config.tls.is_some(), open: !config.listen.ip().is_loopback(), proxies }
    }

    /// Follows nothing: for a listener of the operator's own.
    pub(super) fn local() -> Self {
        Self { demo: false, tls: false, open: false, proxies: Vec::new() }
    }

    /// Tells whether this is plain http from another machine that is no listed proxy.
    pub(super) fn plain_from_outside(&self, from: IpAddr) -> bool {
        let from = from.to_canonical();
        self.open && !self.tls && !from.is_loopback() && !self.proxies.contains(&from)
    }

    /// Tells whether connections from here count in the total only.
    pub(super) fn exempt(&self, from: IpAddr) -> bool {
        self.believed(from.to_canonical())
    }

    /// Tells who asks.
    pub(super) fn tell(&self, from: IpAddr, headers: &HeaderMap) -> Peer {
        let from = from.to_canonical();
        if !self.believed(from) {
            return Peer { address: from, secure: self.tls, unlimited: false };
        }
        let forwarded = headers.contains_key(FORWARDED_FOR);
        let proto = headers.get(FORWARDED_PROTO).and_then(|value| value.to_str().ok());
        let ended = self.proxies.contains(&from) && proto.is_some_and(|proto| proto.trim().eq_ignore_ascii_case("https"));
        Peer {
            address: self.behind(from, headers),
            secure: self.tls || ended,
            unlimited: self.demo && from.is_loopback() && !forwarded,
        }
    }

    fn believed(&self, from: IpAddr) -> bool {
        self.proxies.contains(&from) || self.demo && from.is_loopback()
    }

    /// Walks the header from its end, where our own proxies wrote, to the first address that is not believed.
    fn behind(&self, from: IpAddr, headers: &HeaderMap) -> IpAddr {
        let lines = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
        let hops: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
        let mut nearest = from;
        for hop in hops.into_iter().rev() {
            let Ok(hop) = hop.parse::<IpAddr>() else { break };
            nearest = hop.to_canonical();
            if !self.believed(nearest) {
                break;
            }
        }
        nearest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: &str = "[site]\ncode = \"990121\"\nname = \"清禾县\"\norigin = \"log.qinghe.example/990121\"\n";

    fn peers(head: &str, mode: Mode) -> Peers {
        Peers::new(&Config::parse(&format!("{head}\n{LEAST}")).unwrap(), mode)
    }

    fn at(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn told(peers: &Peers, from: &str, headers: &[(&'static str, &'static str)]) -> (String, bool, bool) {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        let peer = peers.tell(at(from), &headers);
        (peer.address.to_string(), peer.secure, peer.unlimited)
    }

    #[test]
    fn the_demo_believes_loopback_and_does_not_limit_it_without_the_header() {
        let demo = peers("", Mode::Demo);
        assert_eq!(told(&demo, "127.0.0.1", &[]), ("127.0.0.1".into(), false, true));
        assert_eq!(told(&demo, "::1", &[("x-forwarded-for", "192.0.2.7")]), ("192.0.2.7".into(), false, false));
        assert_eq!(told(&demo, "192.0.2.9", &[("x-forwarded-for", "192.0.2.7")]), ("192.0.2.9".into(), false, false));
        assert!(demo.exempt(at("127.0.0.1")));
    }

    #[test]
    fn a_serving_site_believes_listed_proxies_only() {
        let alone = peers("", Mode::Serve);
        assert_eq!(told(&alone, "127.0.0.1", &[("x-forwarded-for", "192.0.2.7")]), ("127.0.0.1".into(), false, false));
        let behind = peers("proxies = [\"10.0.0.2\", \"10.0.0.3\"]", Mode::Serve);
        let forged = [("x-forwarded-for", "1.1.1.1, 192.0.2.7, 10.0.0.3"), ("x-forwarded-proto", "https")];
        assert_eq!(told(&behind, "10.0.0.2", &forged), ("192.0.2.7".into(), true, false));
        assert_eq!(told(&behind, "192.0.2.9", &forged), ("192.0.2.9".into(), false, false));
        let broken = [("x-forwarded-for", "192.0.2.7, nonsense")];
        assert_eq!(told(&behind, "10.0.0.2", &broken), ("10.0.0.2".into(), false, false));
    }

    #[test]
    fn plain_http_from_outside_comes_through_the_proxy_or_not_at_all() {
        let open = peers("guarded_network = true\nlisten = \"0.0.0.0:80\"\nproxies = [\"10.0.0.2\"]", Mode::Serve);
        assert!(open.plain_from_outside(at("192.0.2.9")));
        assert!(!open.plain_from_outside(at("10.0.0.2")));
        assert!(!open.plain_from_outside(at("127.0.0.1")));
        assert!(!peers("", Mode::Serve).plain_from_outside(at("192.0.2.9")), "a loopback listener hears nobody else");
    }
}
