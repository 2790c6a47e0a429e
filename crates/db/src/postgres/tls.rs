//! The way to a PostgreSQL elsewhere: what an address says of it beyond what the client library reads, and the check of the
//! server's certificate.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::{Context, Fault, trust};

/// Is what an address says.
pub(super) struct Address {
    /// What the client library reads.
    pub config: Config,
    /// The one root (PEM) that the server's certificate must lead to; none: those of this machine.
    pub root: Option<PathBuf>,
}

impl Address {
    /// Reads an address, as `postgres://…?sslmode=verify-full&sslrootcert=/etc/root.pem` or as `host=… sslmode=…`. Without
    /// `sslmode` the line is not encrypted unless the server asks for it. `require` and `verify-full` are the same here: chain,
    /// name and time are checked always. `verify-ca`, which would leave out the name, is refused.
    pub(super) fn parse(url: &str) -> Result<Self, Fault> {
        let (mut root, mut rest, mut wrong) = (None, Vec::new(), None);
        let (before, list, joint) = match url.split_once("://") {
            Some(_) => url.split_once('?').map_or((url, "", '&'), |(before, list)| (before, list, '&')),
            None => ("", url, ' '),
        };
        for pair in list.split(joint).filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("sslrootcert", "system")) => {}
                Some(("sslrootcert", path)) => root = Some(PathBuf::from(path.trim_matches('\''))),
                Some(("sslmode", "verify-full")) => rest.push("sslmode=require"),
                Some(("sslmode", "verify-ca")) => {
                    wrong = Some("sslmode=verify-ca would not check the server's name: use verify-full");
                }
                _ => rest.push(pair),
            }
        }
        if let Some(wrong) = wrong {
            return Err(Fault::other(wrong));
        }
        let mark = if before.is_empty() || rest.is_empty() { "" } else { "?" };
        let text = format!("{before}{mark}{}", rest.join(&joint.to_string()));
        let config: Config = text.parse().context("while reading the PostgreSQL address")?;
        if root.is_some() && config.get_ssl_mode() != SslMode::Require {
            return Err(Fault::other("sslrootcert is used with sslmode=verify-full only: without it nothing would be checked"));
        }
        Ok(Self { config, root })
    }
}

impl Address {
    /// Tells whether the line leaves this machine unencrypted: some host is neither a socket here nor an address of this
    /// machine, and TLS is not asked for.
    pub(super) fn leaves_in_clear(&self) -> bool {
        let away = |host: &Host| match host {
            Host::Tcp(name) => {
                name != "localhost" && !name.parse().is_ok_and(|address: IpAddr| address.to_canonical().is_loopback())
            }
            Host::Unix(_) => false,
        };
        let away_by_number = |address: &IpAddr| !address.to_canonical().is_loopback();
        let leaves = self.config.get_hosts().iter().any(away) || self.config.get_hostaddrs().iter().any(away_by_number);
        leaves && self.config.get_ssl_mode() != SslMode::Require
    }
}

/// Makes a TLS connector that checks the server's certificate: against one root where it is named, else against this
/// machine's.
pub(super) fn connector(root: Option<&Path>) -> Result<MakeRustlsConnect, Fault> {
    Ok(MakeRustlsConnect::new(trust("sslrootcert", root)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_an_address_name_a_root() {
        for url in [
            "postgres://minsheng@db.example/minsheng?sslmode=verify-full&sslrootcert=/etc/root.pem&connect_timeout=5",
            "host=db.example user=minsheng dbname=minsheng sslmode=verify-full sslrootcert=/etc/root.pem connect_timeout=5",
        ] {
            let address = Address::parse(url).unwrap();
            assert_eq!(address.root.as_deref(), Some(Path::new("/etc/root.pem")), "{url}");
            assert_eq!(address.config.get_ssl_mode(), SslMode::Require);
            assert_eq!(address.config.get_user(), Some("minsheng"));
            assert!(address.config.get_connect_timeout().is_some());
        }
        let plain = Address::parse("postgres://minsheng@/minsheng?host=/run/postgresql").unwrap();
        assert!(plain.root.is_none() && plain.config.get_ssl_mode() != SslMode::Require);
        assert!(Address::parse("postgres://minsheng@db.example/minsheng?sslmode=verify-full").unwrap().root.is_none());
    }

    #[test]
    fn what_would_check_less_than_it_says_is_refused() {
        for url in [
            "host=db.example sslmode=verify-ca sslrootcert=/etc/root.pem",
            "host=db.example sslrootcert=/etc/root.pem",
            "postgres://db.example/minsheng?sslmode=prefer&sslrootcert=/etc/root.pem",
        ] {
            assert!(Address::parse(url).is_err(), "{url}");
        }
        assert!(connector(Some(Path::new("/nowhere/root.pem"))).is_err());
    }
}
