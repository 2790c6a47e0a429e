//! Whether a domain lets an address send for it (SPF, RFC 7208). Only whether it does so is of interest here; every other outcome vouches
//! for nothing.

use std::net::IpAddr;

use super::dns::{Kind, Names, Record, Unknown};

/// Questions that one check may ask (RFC 7208, 4.6.4).
const QUESTIONS_MAX: usize = 10;
/// Mail servers of one name that are looked at.
const SERVERS_MAX: usize = 10;
/// Longest name that a pattern may make, in characters; longer ones lose their first parts.
const NAME_CHARS_MAX: usize = 253;
/// Parts of one record that are read.
const TERMS_MAX: usize = 60;

/// Is who sends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sending<'s> {
    /// From where.
    pub ip: IpAddr,
    /// What its server calls itself.
    pub helo: &'s str,
    /// The address it comes back to; `postmaster@` its server where it is none.
    pub from: &'s str,
}

/// Is one check: who asks whom, and how many questions are left.
struct Check<'c> {
    names: &'c dyn Names,
    sending: Sending<'c>,
    left: usize,
}

/// Says why a check ended without an answer.
enum Ended {
    /// Nothing is known now.
    Unknown,
    /// The record is none, or asks too much.
    Odd,
}

impl From<Unknown> for Ended {
    fn from(_: Unknown) -> Self {
        Self::Unknown
    }
}

/// Tells whether the domain of the sender's address lets this address send for it.
pub(super) fn passes(names: &dyn Names, sending: Sending<'_>) -> Result<bool, Unknown> {
    let domain = sending.from.rsplit_once('@').map_or(sending.helo, |(_, domain)| domain).to_ascii_lowercase();
    let mut check = Check { names, sending, left: QUESTIONS_MAX };
    match check.of(&domain) {
        Ok(passes) => Ok(passes == Some(true)),
        Err(Ended::Odd) => Ok(false),
        Err(Ended::Unknown) => Err(Unknown),
    }
}

impl Check<'_> {
    /// Looks at the record of a domain: does it say yes, or no, or nothing?
    fn of(&mut self, domain: &str) -> Result<Option<bool>, Ended> {
        let Some(record) = self.record(domain)? else { return Ok(None) };
        let mut redirect = None;
        for term in record.split_ascii_whitespace().skip(1).take(TERMS_MAX) {
            if let Some(target) = term.to_ascii_lowercase().strip_prefix("redirect=").map(str::len) {
                redirect = Some(&term[term.len() - target..]);
                continue;
            }
            if is_modifier(term) {
                continue;
            }
            let (yes, mechanism) = match term.as_bytes()[0] {
                b'+' => (true, &term[1..]),
                b'-' | b'~' | b'?' => (false, &term[1..]),
                _ => (true, term),
            };
            if self.matches(mechanism, domain)? {
                return Ok(Some(yes));
            }
        }
        let Some(target) = redirect else { return Ok(None) };
        self.asks()?;
        let target = self.expanded(target, domain).ok_or(Ended::Odd)?;
        self.of(&target)
    }

    /// Finds the one record of a domain.
    fn record(&self, domain: &str) -> Result<Option<String>, Ended> {
        let is_it = |text: &String| text.split_ascii_whitespace().next().is_some_and(|word| word.eq_ignore_ascii_case("v=spf1"));
        let texts = self.names.ask(domain, Kind::Txt)?.into_iter();
        let mut own = texts.filter_map(|record| if let Record::Text(text) = record { Some(text) } else { None }).filter(is_it);
        let first = own.next();
        if own.next().is_some() { Err(Ended::Odd) } else { Ok(first) }
    }

    fn asks(&mut self) -> Result<(), Ended> {
        self.left = self.left.checked_sub(1).ok_or(Ended::Odd)?;
        Ok(())
    }

    fn matches(&mut self, mechanism: &str, domain: &str) -> Result<bool, Ended> {
        let end = mechanism.find([':', '/']).unwrap_or(mechanism.len());
        let (name, rest) = (mechanism[..end].to_ascii_lowercase(), &mechanism[end..]);
        let (target, widths) = match rest.strip_prefix(':') {
            // in ip6 a colon stands in the address too; its width stands behind the one slash
            Some(rest) => rest.split_once('/').map_or((rest, ""), |(target, widths)| (target, widths)),
            None => ("", rest.strip_prefix('/').unwrap_or_default()),
        };
        match name.as_str() {
            "all" => Ok(true),
            "ip4" | "ip6" => Ok(target.parse().is_ok_and(|of| within(self.sending.ip, of, width(of, widths)))),
            "include" => {
                self.asks()?;
                let target = self.expanded(target, domain).ok_or(Ended::Odd)?;
                Ok(self.of(&target)? == Some(true))
            }
            "a" => {
                self.asks()?;
                let target = self.target(target, domain)?;
                self.stands_under(&target, widths)
            }
            "mx" => {
                self.asks()?;
                let target = self.target(target, domain)?;
                for record in self.names.ask(&target, Kind::Mx)?.into_iter().take(SERVERS_MAX) {
                    let Record::Server(server) = record else { continue };
                    if self.stands_under(&server, widths)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            "exists" => {
                self.asks()?;
                let target = self.expanded(target, domain).ok_or(Ended::Odd)?;
                Ok(!self.names.ask(&target, Kind::A)?.is_empty())
            }
            // asks the owner of the address what the owner of the domain should say; nobody ought to use it any more (5.5)
            "ptr" => self.asks().map(|()| false),
            _ => Err(Ended::Odd),
        }
    }

    fn target(&self, target: &str, domain: &str) -> Result<String, Ended> {
        if target.is_empty() { Ok(domain.to_owned()) } else { self.expanded(target, domain).ok_or(Ended::Odd) }
    }

    /// Tells whether the sender's address is one of a name's.
    fn stands_under(&self, name: &str, widths: &str) -> Result<bool, Ended> {
        let kind = if self.sending.ip.is_ipv4() { Kind::A } else { Kind::Aaaa };
        let is_it = |record: Record| match record {
            Record::Address(of) => within(self.sending.ip, of, dual(of, widths)),
            _ => false,
        };
        Ok(self.names.ask(name, kind)?.into_iter().any(is_it))
    }

    /// Fills in the gaps of a pattern (7); `None`: it is none.
    fn expanded(&self, pattern: &str, domain: &str) -> Option<String> {
        let (mut name, mut rest) = (String::new(), pattern);
        while let Some((before, after)) = rest.split_once('%') {
            name.push_str(before);
            match after.as_bytes().first()? {
                b'%' => name.push('%'),
                b'_' => name.push(' '),
                b'-' => name.push_str("%20"),
                b'{' => {
                    let (gap, after) = after[1..].split_once('}')?;
                    name.push_str(&self.gap(gap, domain)?);
                    rest = after;
                    continue;
                }
                _ => return None,
            }
            rest = &after[1..];
        }
        name.push_str(rest);
        while name.len() > NAME_CHARS_MAX {
            let cut = name.find('.')? + 1;
            name.drain(..cut);
        }
        (!name.is_empty()).then_some(name)
    }

    fn gap(&self, gap: &str, domain: &str) -> Option<String> {
        let (local, of) = self.sending.from.rsplit_once('@').unwrap_or(("postmaster", self.sending.helo));
        let letter = gap.chars().next().filter(char::is_ascii_alphabetic)?;
        let value = match letter.to_ascii_lowercase() {
            's' => format!("{local}@{of}"),
            'l' => local.to_owned(),
            'o' => of.to_owned(),
            'd' => domain.to_owned(),
            'h' => self.sending.helo.to_owned(),
            'v' => if self.sending.ip.is_ipv4() { "in-addr" } else { "ip6" }.to_owned(),
            'i' => match self.sending.ip {
                IpAddr::V4(ip) => ip.to_string(),
                IpAddr::V6(ip) => {
                    let digits = ip.octets().into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
                    digits.map(|digit| format!("{digit:x}")).collect::<Vec<_>>().join(".")
                }
            },
            _ => return None,
        };
        let rest = &gap[1..];
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (count, rest) = (rest[..digits].parse().ok(), &rest[digits..]);
        let (turned, cuts) = match rest.strip_prefix(['r', 'R']) {
            Some(cuts) => (true, cuts),
            None => (false, rest),
        };
        let cuts = if cuts.is_empty() { "." } else { cuts };
        let mut parts: Vec<&str> = value.split(|c: char| cuts.contains(c)).collect();
        if turned {
            parts.reverse();
        }
        let most = parts.len();
        Some(parts[most - count.unwrap_or(most).clamp(1, most)..].join("."))
    }
}

/// Tells whether a term says something about the record and not about an address.
fn is_modifier(term: &str) -> bool {
    term.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    })
}

/// Reads the width of a net; the whole address where none is named, nothing where it is none.
fn width(of: IpAddr, text: &str) -> Option<u32> {
    let most = if of.is_ipv4() { 32 } else { 128 };
    if text.is_empty() { Some(most) } else { text.parse().ok().filter(|width| *width <= most) }
}

/// Reads the widths of nets of both kinds: `24`, `24//64` or `/64`.
fn dual(of: IpAddr, text: &str) -> Option<u32> {
    let (older, newer) = text.split_once("//").unwrap_or_else(|| text.strip_prefix('/').map_or((text, ""), |newer| ("", newer)));
    width(of, if of.is_ipv4() { older } else { newer })
}

fn within(ip: IpAddr, net: IpAddr, width: Option<u32>) -> bool {
    let Some(width) = width else { return false };
    match (ip, net) {
        (IpAddr::V4(ip), IpAddr::V4(net)) => (u32::from(ip) ^ u32::from(net)).checked_shr(32 - width).unwrap_or_default() == 0,
        (IpAddr::V6(ip), IpAddr::V6(net)) => (u128::from(ip) ^ u128::from(net)).checked_shr(128 - width).unwrap_or_default() == 0,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    struct Zone(BTreeMap<(String, Kind), Vec<Record>>);

    impl Names for Zone {
        fn ask(&self, name: &str, kind: Kind) -> Result<Vec<Record>, Unknown> {
            if name == "down.example" {
                return Err(Unknown);
            }
            Ok(self.0.get(&(name.to_ascii_lowercase(), kind)).cloned().unwrap_or_default())
        }
    }

    fn zone(own: &str) -> Zone {
        let text = |name: &str, text: &str| ((name.to_owned(), Kind::Txt), vec![Record::Text(text.to_owned())]);
        let address = |name: &str, ip: &str| {
            let ip: IpAddr = ip.parse().unwrap();
            ((name.to_owned(), if ip.is_ipv4() { Kind::A } else { Kind::Aaaa }), vec![Record::Address(ip)])
        };
        let server = (("home.example".to_owned(), Kind::Mx), vec![Record::Server("mx.home.example".into())]);
        Zone(BTreeMap::from([
            text("home.example", own),
            text("others.example", "v=spf1 ip4:192.0.2.0/24 -all"),
            text("circle.example", "v=spf1 include:circle.example -all"),
            text("nothing.example", "v=spf1 ?all"),
            address("home.example", "192.0.2.7"),
            address("mx.home.example", "192.0.2.9"),
            address("mx.home.example", "2001:db8::9"),
            address("7.2.0.192.in-addr.who.example", "127.0.0.2"),
            server,
        ]))
    }

    fn from(own: &str, ip: &str) -> Result<bool, Unknown> {
        passes(&zone(own), Sending { ip: ip.parse().unwrap(), helo: "mx.home.example", from: "tian@home.example" })
    }

    #[test]
    fn a_domain_says_who_may_send_for_it() {
        let table = [
            ("v=spf1 ip4:192.0.2.7 -all", "192.0.2.7", true),
            ("v=spf1 ip4:192.0.2.7 -all", "192.0.2.8", false),
            ("v=spf1 ip4:192.0.2.0/28 -all", "192.0.2.15", true),
            ("v=spf1 ip4:192.0.2.0/28 -all", "192.0.2.16", false),
            ("v=spf1 ip6:2001:db8::/32 -all", "2001:db8:7::1", true),
            ("v=spf1 a -all", "192.0.2.7", true),
            ("v=spf1 a:mx.home.example/29 -all", "192.0.2.15", true),
            ("v=spf1 mx -all", "192.0.2.9", true),
            ("v=spf1 mx//64 -all", "2001:db8::77", true),
            ("v=spf1 mx -all", "2001:db8::77", false),
            ("v=spf1 include:others.example ~all", "192.0.2.200", true),
            ("v=spf1 include:nothing.example -all", "192.0.2.200", false),
            ("v=spf1 redirect=others.example", "192.0.2.200", true),
            ("v=spf1 exists:%{ir}.%{v}.who.example -all", "192.0.2.7", true),
            ("v=spf1 exists:%{ir}.%{v}.who.example -all", "192.0.2.8", false),
            ("v=spf1 -ip4:192.0.2.7 +all", "192.0.2.7", false),
            ("v=spf1 ?ip4:192.0.2.7 -all", "192.0.2.7", false),
            ("v=spf1 exp=why.example unknown=x ip4:192.0.2.7", "192.0.2.7", true),
            ("v=spf1 ip4:192.0.2.0/0 -all", "198.51.100.1", true),
            ("v=spf10 +all", "192.0.2.7", false),
            ("v=spf1 what:192.0.2.7 +all", "192.0.2.7", false),
            ("v=spf1 include:circle.example +all", "192.0.2.7", false),
            ("v=spf1 ip4:192.0.2.7/99 -all", "192.0.2.7", false),
        ];
        for (own, ip, passes) in table {
            assert_eq!(from(own, ip), Ok(passes), "{own} {ip}");
        }
        assert_eq!(from("v=spf1 include:down.example -all", "192.0.2.7"), Err(Unknown));
    }

    #[test]
    fn gaps_are_filled_as_the_standard_has_it() {
        let names = zone("");
        let from = "strong-bad@email.example.com";
        let check = |ip: &str| Check { names: &names, sending: Sending { ip: ip.parse().unwrap(), helo: "h", from }, left: 9 };
        for (pattern, name) in [
            ("%{s}", "strong-bad@email.example.com"),
            ("%{d4}", "email.example.com"),
            ("%{d2}", "example.com"),
            ("%{dr}", "com.example.email"),
            ("%{d2r}", "example.email"),
            ("%{l-}", "strong.bad"),
            ("%{lr-}", "bad.strong"),
            ("%{l1r-}", "strong"),
            ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
        ] {
            assert_eq!(check("192.0.2.3").expanded(pattern, "email.example.com").as_deref(), Some(name), "{pattern}");
        }
        let six = "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6";
        assert_eq!(check("2001:db8::cb01").expanded("%{ir}.%{v}", "x.example").as_deref(), Some(six));
        for odd in ["%", "%{", "%{}", "%{x}", "%a"] {
            assert_eq!(check("192.0.2.3").expanded(odd, "x.example"), None, "{odd}");
        }
    }
}
