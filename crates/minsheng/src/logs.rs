//! Structured logs on standard error, one JSON object a line, without personal data.
//!
//! What is never logged: query strings, bodies, form fields, names, numbers of matters, whole addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::panic;

use db::Fault;
use tracing_subscriber::EnvFilter;

/// Starts logging at a level such as `info` or `warn,minsheng=debug`.
pub(crate) fn start(level: &str) -> Result<(), Fault> {
    let wrong = |error: &dyn std::fmt::Display| Fault::other(format!("log level {level:?}: {error}"));
    let filter = EnvFilter::try_new(level).map_err(|error| wrong(&error))?;
    let subscriber = tracing_subscriber::fmt().json().flatten_event(true).with_env_filter(filter).with_writer(std::io::stderr);
    subscriber.try_init().map_err(|error| wrong(&error))?;
    panic::set_hook(Box::new(|info| {
        // the message of a panic may quote data, its place never does
        let place = info.location().map_or_else(String::new, ToString::to_string);
        let thread = std::thread::current();
        let backtrace = std::backtrace::Backtrace::force_capture();
        tracing::error!(place, thread = thread.name().unwrap_or("unnamed"), %backtrace, "a bug: the program panicked here");
    }));
    Ok(())
}

/// Cuts an address to its network, /24 or /64: enough to see an attack, too little to find a person.
pub(crate) fn network(address: IpAddr) -> IpAddr {
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
