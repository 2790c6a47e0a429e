//! The section `[exchange]`: whom the certificates of other sites are trusted by.

use std::path::PathBuf;
use std::time::Duration;

use channels::exchange::Sender;
use civic::file::FileStore;
use db::Fault;
use serde::Deserialize;
use uuid::Uuid;

use super::Config;

/// Is the table `[exchange]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExchangeSection {
    /// The one root (PEM) that certificates of other sites must lead to, for an authority of one's own.
    pub root: Option<PathBuf>,
}

impl Config {
    /// Prepares what tells other sites; an answer is waited for so long.
    pub(crate) fn sender(&self, holder: Uuid, wait: Duration) -> Result<Sender, Fault> {
        let files = FileStore::open(self.files())?;
        Sender::new(holder, files, (wait, self.exchange.root.as_deref()))
    }
}
