//! Whether this site can look who vouches for a sender (`[mail.check]`): the resolver is asked for names, as for a mail that came.

use std::io;

use channels::mail::incoming::vouched::{Kind, Record, Resolver};

use super::Finding;
use crate::chance;
use crate::config::{CheckSection, MailSection};

/// Tries the resolver, and says what is missing.
pub(super) fn look(mail: &MailSection) -> Vec<Finding> {
    let Some(check) = &mail.check else { return Vec::new() };
    let domain = mail.address.rsplit_once('@').map_or("", |(_, domain)| domain);
    let mut found = vec![asked(check, domain)];
    if check.server.is_empty() {
        found.push(Finding::warning(
            "查验发件人：没有写明把信交来的邮件服务器（mail.check.server），只看得出签名（DKIM），查不了 SPF。",
            "Senders: mail.check.server is not set, so only signatures (DKIM) count and SPF is never looked at.",
        ));
    }
    found
}

fn asked(check: &CheckSection, domain: &str) -> Finding {
    let at = check.resolver;
    let tried = chance::fresh().map_err(|fault| (fault.to_string(), fault.to_string())).and_then(|chance| {
        let resolver = Resolver::new(at, chance);
        let servers = resolver.try_out(domain, Kind::Mx).map_err(|error| why(&error))?;
        // policies stand in texts: a resolver that knows names and withholds texts is of no use
        let policy = resolver.try_out(&format!("_dmarc.{domain}"), Kind::Txt).map_err(|error| why(&error))?;
        Ok((servers, policy))
    });
    match tried {
        Ok((servers, _)) if servers.is_empty() => Finding::warning(
            format!(
                "查验发件人：域名服务器 {at} 答得出，但它不知道 {domain} 有收信的服务器（MX）；如果公网上有，就换一个能查公网的。"
            ),
            format!(
                "Senders: the resolver {at} answers, but knows no mail server of {domain} (MX); if there is one, name a resolver that asks the public DNS."
            ),
        ),
        Ok((_, policy)) if !policy.iter().any(is_policy) => Finding::warning(
            format!("查验发件人：域名服务器 {at} 可以用。{domain} 没有公布 DMARC，别人冒用它写信，收信方看不出来。"),
            format!(
                "Senders: the resolver {at} works. {domain} publishes no DMARC: whoever writes in its name is not found out."
            ),
        ),
        Ok(_) => Finding::good(
            format!("查验发件人：域名服务器 {at} 可以用，{domain} 的收信服务器和 DMARC 都查得到。"),
            format!("Senders: the resolver {at} works, and knows the mail servers and DMARC of {domain}."),
        ),
        Err((zh, en)) => Finding::bad(
            format!("查验发件人：域名服务器 {at} 用不了：{zh}。查不到之前，来信都写“发件地址未核实”。"),
            format!("Senders: the resolver {at} is of no use: {en}. Until then nobody vouches for any sender."),
        ),
    }
}

fn is_policy(record: &Record) -> bool {
    matches!(record, Record::Text(text) if text.starts_with("v=DMARC1"))
}

/// Says in words what stood in the way.
fn why(error: &io::Error) -> (String, String) {
    let words = |zh: &str, en: &str| (zh.to_owned(), en.to_owned());
    match error.kind() {
        io::ErrorKind::ConnectionRefused => words("那里没有域名服务器", "nobody answers for names there"),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => words("没有在时限内答复", "it does not answer in time"),
        io::ErrorKind::InvalidData => words("它说查不了，或者答非所问", "it says that it cannot, or answers something else"),
        _ => (error.to_string(), error.to_string()),
    }
}
