//! What would cross a network in the clear: to or from another machine, and nobody encrypts it.

use std::net::IpAddr;

use db::Fault;

use super::{Config, SmtpSection, SmtpTls};

impl Config {
    /// Refuses connections between machines that nobody encrypts, unless the operator says that the network between them is
    /// guarded by other means.
    pub(super) fn check_clear(&self) -> Result<(), String> {
        let open = self.in_clear();
        if open.is_empty() || self.guarded_network {
            return Ok(());
        }
        Err(format!(
            "this would cross the network in the clear: {}. Use TLS (sslmode=verify-full; smtp.tls = \"starttls\"), or this machine's \
             own address; or, where the network between the machines is encrypted by other means (WireGuard, IPsec), say so with \
             guarded_network = true",
            open.join(", ")
        ))
    }

    /// Lists by name what is spoken with other machines in the clear.
    pub(crate) fn in_clear(&self) -> Vec<&'static str> {
        let away = |address: IpAddr| !address.to_canonical().is_loopback();
        let behind_a_proxy = self.tls.is_none() && away(self.listen.ip()) && !self.proxies.is_empty();
        let scanner = self.files.clamd().is_some_and(|clamd| !clamd.is_here());
        [
            ("listen", behind_a_proxy),
            ("metrics_listen", self.metrics_listen.is_some_and(|listen| away(listen.ip()))),
            // an address that cannot be read is told of when it is used
            ("database", leaves(self.data_target().leaves_in_clear())),
            ("keystore", leaves(self.keystore_target().leaves_in_clear())),
            ("smtp", self.smtp.as_ref().is_some_and(SmtpSection::leaves_in_clear)),
            ("mail.listen", self.mail.as_ref().and_then(|mail| mail.listen).is_some_and(|listen| away(listen.ip()))),
            ("files.scanner", scanner),
        ]
        .into_iter()
        .filter_map(|(name, open)| open.then_some(name))
        .collect()
    }
}

fn leaves(answer: Result<bool, Fault>) -> bool {
    answer.unwrap_or(false)
}

impl SmtpSection {
    fn leaves_in_clear(&self) -> bool {
        let here =
            self.host == "localhost" || self.host.parse().is_ok_and(|address: IpAddr| address.to_canonical().is_loopback());
        self.tls == SmtpTls::None && !here
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: &str = "[site]\ncode = \"990121\"\nname = \"清禾县\"\norigin = \"log.qinghe.example/990121\"\n";

    #[test]
    fn nothing_crosses_a_network_in_the_clear_unless_the_operator_says_that_it_is_guarded() {
        let smtp = |host: &str, tls: &str| format!("[smtp]\nhost = \"{host}\"\nfrom = \"a@b.example\"\ntls = \"{tls}\"\n");
        for (above, below, name) in [
            ("listen = \"0.0.0.0:80\"\nproxies = [\"10.0.0.2\"]\n", String::new(), "listen"),
            ("metrics_listen = \"0.0.0.0:9100\"\n", String::new(), "metrics_listen"),
            ("database = \"postgres://minsheng@db.example/minsheng\"\n", String::new(), "database"),
            ("database = \"host=127.0.0.1,10.0.0.3 user=minsheng sslmode=prefer\"\n", String::new(), "database"),
            ("keystore = \"postgres://minsheng@10.0.0.3/minsheng?sslmode=disable\"\n", String::new(), "keystore"),
            ("", smtp("mail.example", "none"), "smtp"),
            (
                "",
                "[mail]\naddress = \"a@b.example\"\nlisten = \"0.0.0.0:2424\"\ntrusted = \"mx.example\"\n".to_owned(),
                "mail.listen",
            ),
            ("", "[files]\nscanner = \"tcp:10.0.0.4:3310\"\n".to_owned(), "files.scanner"),
        ] {
            let refused = Config::parse(&format!("{above}{SITE}{below}")).unwrap_err();
            assert!(refused.contains(&format!("in the clear: {name}. ")), "{above}{below}: {refused}");
            let config = Config::parse(&format!("guarded_network = true\n{above}{SITE}{below}")).unwrap();
            assert_eq!(config.in_clear(), [name]);
        }
        for (above, below) in [
            ("listen = \"127.0.0.1:80\"\nproxies = [\"127.0.0.1\"]\nmetrics_listen = \"[::1]:9100\"\n", String::new()),
            ("database = \"postgres://minsheng@db.example/minsheng?sslmode=verify-full\"\n", String::new()),
            ("database = \"host=/run/postgresql user=minsheng\"\nkeystore = \"host=localhost user=minsheng\"\n", String::new()),
            ("", smtp("127.0.0.1", "none")),
            ("", smtp("mail.example", "tls")),
            ("", "[files]\nscanner = \"unix:/run/clamav/clamd.ctl\"\n".to_owned()),
        ] {
            let config = Config::parse(&format!("{above}{SITE}{below}")).unwrap();
            assert!(config.in_clear().is_empty(), "{above}{below}");
        }
    }
}
