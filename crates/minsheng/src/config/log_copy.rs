//! The section `[log_copy]`: where a copy of the technical log goes as it is written.

use std::path::PathBuf;

use serde::Deserialize;

/// Is the table `[log_copy]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogCopySection {
    /// Host and port of a machine that takes syslog over TLS (RFC 5425), such as `logs.qinghe.example:6514`.
    pub to: String,
    /// Certificate root of that machine (PEM), where it is not one that this machine trusts.
    pub root: Option<PathBuf>,
}

impl LogCopySection {
    /// Refuses what names no machine.
    pub(super) fn check(&self) -> Result<(), String> {
        let named =
            self.to.rsplit_once(':').filter(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port > 0));
        named.map(drop).ok_or_else(|| format!("log_copy.to is {:?}, not host and port such as logs.qinghe.example:6514", self.to))
    }
}
