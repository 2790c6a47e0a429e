//! One request of one visitor: language, print size, where it came from, who is signed in.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use axum::extract::{FromRequestParts, MatchedPath};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};

use crate::api;
use crate::app::{App, Mode};
use crate::cookie::{self, Reach};
use crate::error::Problem;
use crate::words::Lang;

/// Keeps the language.
const LANG_COOKIE: &str = "ms_lang";
/// Keeps the print size.
const LARGE_COOKIE: &str = "ms_large";
/// How long language and print size are kept, in seconds (a year).
const SETTINGS_SECONDS: i64 = 31_536_000;

/// Says where a request came from. The door puts it into the request's extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// The visitor's address, a listed proxy looked through.
    pub address: IpAddr,
    /// True over TLS, also when a listed proxy ended it.
    pub secure: bool,
    /// True where limits per address do not apply: the demo's own machine.
    pub unlimited: bool,
}

impl Default for Peer {
    fn default() -> Self {
        Self { address: Ipv4Addr::LOCALHOST.into(), secure: false, unlimited: false }
    }
}

/// Cuts an address to its network, /24 or /64: enough to see an attack, too little to find a person. Logs hold no more.
pub fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            Ipv4Addr::new(a, b, c, 0).into()
        }
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            address.to_ipv4_mapped().map_or_else(|| Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into(), |short| network(short.into()))
        }
    }
}

/// Says who is signed in, for the top of the page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Signed {
    /// Nobody.
    #[default]
    Nobody,
    /// A resident, by number and query code of one matter.
    Resident,
    /// A member of staff.
    Staff {
        /// Name.
        name: String,
        /// Office, in the page's language.
        office: String,
    },
}

/// Describes one request; every page is drawn for it.
#[derive(Debug, Clone)]
pub struct Visit {
    /// Language of the page.
    pub lang: Lang,
    /// True for large print.
    pub large: bool,
    /// Path and query, to come back to.
    pub path: String,
    /// The pattern of the address in the table of routes: what a log line may say of it.
    pub route: Option<MatchedPath>,
    /// True when the visitor asked for JSON.
    pub json: bool,
    /// Where it came from.
    pub peer: Peer,
    /// Scheme and host as the visitor named them, for what is printed and scanned again.
    pub base: String,
    /// Name of the county, in the page's language.
    pub site: String,
    /// True in the demo: every page says that county, people and matters are made up.
    pub demo: bool,
    /// Who is signed in.
    pub signed: Signed,
    /// True where a form came in because language or print size was switched on its page: it is shown again, never done.
    pub switched: bool,
}

/// Names the switch in the address that a form is sent to.
pub const SWITCH: &str = "switch";

impl Visit {
    /// Reads a visit off a request, without asking the database.
    pub(crate) fn read(app: &App, parts: &Parts) -> Self {
        let peer = parts.extensions.get::<Peer>().copied().unwrap_or_default();
        let switch = switch(parts);
        let lang = cookie::get(&parts.headers, peer, LANG_COOKIE).and_then(Lang::parse).unwrap_or_default();
        let lang = switch.and_then(Lang::parse).unwrap_or(lang);
        let program = parts.uri.path().starts_with(api::PREFIX);
        let lang = if program { Lang::accepted(&parts.headers).unwrap_or_default() } else { lang };
        let large = cookie::get(&parts.headers, peer, LARGE_COOKIE) == Some("1");
        let large = switch.filter(|to| [LARGE, SMALL].contains(to)).map_or(large, |to| to == LARGE);
        let path = match switch {
            Some(_) => parts.uri.path(),
            None => parts.uri.path_and_query().map_or("/", |path| path.as_str()),
        };
        let path = path.to_owned();
        let directory = app.hall.site.directory();
        let site = directory.root().map_or_else(String::new, |root| lang.pick(&root.name, &root.name_en).to_owned());
        Self {
            lang,
            large,
            path,
            route: parts.extensions.get::<MatchedPath>().cloned(),
            json: program || wants_json(&parts.headers),
            peer,
            base: base(&parts.headers, peer),
            site,
            demo: app.mode == Mode::Demo,
            signed: Signed::Nobody,
            switched: switch.is_some(),
        }
    }

    /// Makes the cookies that keep language and print size.
    pub fn settings(&self) -> [HeaderValue; 2] {
        let kept = |name: &str, value: &str| cookie::set(self.peer, name, value, Reach::Lax, Some(SETTINGS_SECONDS));
        [kept(LANG_COOKIE, self.lang.tag()), kept(LARGE_COOKIE, if self.large { "1" } else { "0" })]
    }
}

/// Puts scheme and host together as the visitor named them.
fn base(headers: &HeaderMap, peer: Peer) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    format!("{}://{host}", if peer.secure { "https" } else { "http" })
}

/// Switches to large print.
pub const LARGE: &str = "large";
/// Switches back to the usual print.
pub const SMALL: &str = "small";

/// Reads what a form page was switched to while it was being filled in.
fn switch(parts: &Parts) -> Option<&str> {
    let query = parts.uri.query().filter(|_| parts.method == Method::POST)?;
    query.strip_prefix(SWITCH)?.strip_prefix('=')
}

/// Tells whether JSON was asked for before HTML.
fn wants_json(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match (accept.find("json"), accept.find("text/html")) {
        (Some(json), Some(html)) => json < html,
        (json, _) => json.is_some(),
    }
}

impl FromRequestParts<App> for Visit {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_else(|| Self::read(app, parts)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_cut_to_its_network() {
        for (whole, cut) in [
            ("198.51.100.77", "198.51.100.0"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("::ffff:198.51.100.77", "198.51.100.0"),
        ] {
            assert_eq!(network(whole.parse().unwrap()).to_string(), cut);
        }
    }
}
