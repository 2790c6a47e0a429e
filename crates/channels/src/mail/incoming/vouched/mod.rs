//! Whether anybody vouches for the address a mail says it is from, where no mail server before this program has looked (decision 0050): the
//! domain's own signature (DKIM), or its word that the sending machine may do so (SPF), in the domain's own name (DMARC). Read from the head,
//! line by line, and from the site's own resolver.

mod dkim;
mod dns;
mod spf;
mod tags;

use std::net::IpAddr;
use std::sync::Arc;

use appeals::appeal::Sender;
use jiff::Timestamp;

pub use self::dns::{Kind, Names, Record, Resolver, Unknown};
use self::spf::Sending;
use self::tags::{Tags, akin, under};
use super::head::unfolded;

/// How far up a policy is looked for.
const PARENTS_MAX: usize = 5;

/// Looks whether a sender is vouched for.
#[derive(Clone)]
pub struct Check {
    /// Knows names.
    pub names: Arc<dyn Names>,
    /// The site's own mail server: what it wrote on top of a mail says from where the mail came. Empty: nothing says it.
    pub server: String,
}

/// Is what a domain says of mails in its name.
struct Policy {
    /// What does not pass is not from there.
    strict: bool,
    /// A signature has to be of the very domain.
    exact_signature: bool,
    /// The envelope has to be of the very domain.
    exact_envelope: bool,
}

impl Check {
    /// Says what is to be thought of the address a mail says it is from. `back` is where it comes back to.
    pub fn sender(&self, mail: &[u8], (from, back): (&str, &str), now: Timestamp) -> Sender {
        self.found(mail, (from, back), now).unwrap_or(Sender::Unverified)
    }

    fn found(&self, mail: &[u8], (from, back): (&str, &str), now: Timestamp) -> Result<Sender, Unknown> {
        let written = unfolded(mail, b"from");
        let ([written], Some((_, domain))) = (written.as_slice(), from.rsplit_once('@')) else { return Ok(Sender::Unverified) };
        // whoever read the mail says which address it is; it has to stand there
        if !String::from_utf8_lossy(written).contains(from) {
            return Ok(Sender::Unverified);
        }
        let domain = domain.to_ascii_lowercase();
        let policy = self.policy(&domain)?;
        let exact = |of: fn(&Policy) -> bool| policy.as_ref().is_some_and(of);
        let is_of = |other: &str, exact: bool| domain == other || (!exact && (under(&domain, other) || under(other, &domain)));
        let (signed, unsure) = dkim::good(&dkim::Signed::of(mail), &*self.names, now.as_second());
        if signed.iter().any(|other| is_of(other, exact(|policy| policy.exact_signature))) {
            return Ok(Sender::Verified);
        }
        let Some((ip, helo)) = self.came_from(mail) else { return Ok(Sender::Unverified) };
        let envelope = back.rsplit_once('@').map_or(helo.as_str(), |(_, domain)| domain).to_ascii_lowercase();
        let sends = spf::passes(&*self.names, Sending { ip, helo: &helo, from: back })?;
        if sends && is_of(&envelope, exact(|policy| policy.exact_envelope)) {
            return Ok(Sender::Verified);
        }
        // of two domains of one house nobody can tell from here whether they are of one house: then nobody is called a forger
        let kin = signed.iter().any(|other| akin(other, &domain)) || (sends && akin(&envelope, &domain));
        let forged = policy.is_some_and(|policy| policy.strict) && !kin && unsure.is_none();
        Ok(if forged { Sender::Forged } else { Sender::Unverified })
    }

    /// Finds what a domain says of mails in its name: its own word, or that of a domain above it.
    fn policy(&self, domain: &str) -> Result<Option<Policy>, Unknown> {
        let above = std::iter::successors(Some(domain), |name| name.split_once('.').map(|(_, above)| above));
        for (at, name) in above.take_while(|name| name.contains('.')).take(PARENTS_MAX).enumerate() {
            for record in self.names.ask(&format!("_dmarc.{name}"), Kind::Txt)? {
                let Record::Text(text) = record else { continue };
                let tags = Tags::read(&text);
                if tags.get("v") != Some("DMARC1") {
                    continue;
                }
                let below = if at > 0 { tags.get("sp") } else { None };
                let what = below.or_else(|| tags.get("p")).unwrap_or("none").to_ascii_lowercase();
                let exact = |name: &str| tags.get(name) == Some("s");
                return Ok(Some(Policy {
                    strict: ["reject", "quarantine"].contains(&what.as_str()),
                    exact_signature: exact("adkim"),
                    exact_envelope: exact("aspf"),
                }));
            }
        }
        Ok(None)
    }

    /// Reads from where the site's own mail server had a mail, and what the other side called itself. Only the topmost line is its own for
    /// certain, and an address of a network within says nothing about anybody.
    fn came_from(&self, mail: &[u8]) -> Option<(IpAddr, String)> {
        let first = unfolded(mail, b"received").into_iter().next()?;
        let line = String::from_utf8_lossy(&first).into_owned();
        let (from, by) = line.strip_prefix("from ")?.split_once(" by ")?;
        let own = by.split_ascii_whitespace().next()?;
        if self.server.is_empty() || !own.eq_ignore_ascii_case(&self.server) {
            return None;
        }
        let (helo, rest) = from.split_once(' ')?;
        let shown = rest.rsplit_once('[')?.1.split_once(']')?.0;
        let ip: IpAddr = shown.strip_prefix("IPv6:").unwrap_or(shown).parse().ok()?;
        let ip = ip.to_canonical();
        let within = match ip {
            IpAddr::V4(ip) => ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_unspecified(),
            IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local() || ip.is_unspecified(),
        };
        (!within).then(|| (ip, helo.to_owned()))
    }
}
