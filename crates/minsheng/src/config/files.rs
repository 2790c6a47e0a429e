//! What is done with attachments: the scanner that looks for viruses, and what becomes of files while it is away.

use minsheng::scan::{At, Clamd};
use serde::Deserialize;

/// Is the table `[files]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct FilesSection {
    /// Where a scanner listens that speaks as ClamAV's `clamd` does; none where files are not scanned.
    pub scanner: Option<String>,
    /// What becomes of a file while the scanner is away.
    pub scanner_down: ScannerDown,
}

/// Says what becomes of a file while the scanner is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ScannerDown {
    /// It is taken, and scanned before anybody is shown it.
    #[default]
    Hold,
    /// It is not taken; what was written is, and the file can follow.
    Refuse,
}

impl FilesSection {
    /// Refuses an address that cannot be one.
    pub(crate) fn check(&self) -> Result<(), String> {
        match &self.scanner {
            Some(at) if At::parse(at).is_none() => {
                Err(format!("files.scanner must look like unix:/run/clamav/clamd.ctl or tcp:127.0.0.1:3310, unlike {at:?}"))
            }
            _ => Ok(()),
        }
    }

    /// Knows the scanner, where there is one.
    pub(crate) fn clamd(&self) -> Option<Clamd> {
        self.scanner.as_deref().and_then(At::parse).map(Clamd::new)
    }
}
