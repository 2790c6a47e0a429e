//! The third kind of "no": the machine failed.

use std::error::Error;
use std::fmt;

/// What Linux answers when the disk fails.
const EIO: i32 = 5;
/// What it answers when the machine, or this process, has as many files open as it may.
const ENFILE: i32 = 23;
const EMFILE: i32 = 24;

/// Sorts faults by what can be done about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// A unique key is taken: somebody else was first.
    Unique,
    /// The commit's outcome is unknown: try again under the same key.
    Unknown,
    /// The disk is full; reading goes on, writing works again once there is room.
    Full,
    /// The disk fails, or is read-only: nothing can be written until somebody repairs it.
    Disk,
    /// The database cannot be reached just now, or ends; it is tried again with the next command.
    Away,
    /// Too much is waiting; try again shortly.
    Busy,
    /// The store no longer takes writes; the process must be started anew.
    Closed,
    /// Stored data is damaged.
    Corrupt,
    /// Anything else.
    Other,
}

/// Says that the machine failed, with the steps that led there. `Display` prints the steps, [`Error::source`] the rest.
#[derive(Debug)]
pub struct Fault {
    kind: FaultKind,
    steps: Vec<String>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl Fault {
    /// Makes a fault of a kind.
    pub fn new(kind: FaultKind, what: impl Into<String>) -> Self {
        Self { kind, steps: vec![what.into()], source: None }
    }

    /// Makes a fault of no special kind.
    pub fn other(what: impl Into<String>) -> Self {
        Self::new(FaultKind::Other, what)
    }

    /// Keeps the error that caused it.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Returns the kind.
    pub fn kind(&self) -> FaultKind {
        self.kind
    }

    /// Adds what was being done.
    #[must_use]
    pub fn context(mut self, step: impl Into<String>) -> Self {
        self.steps.push(step.into());
        self
    }

    /// Makes a fault like this one for another waiting command of the same batch.
    pub(crate) fn again(&self) -> Self {
        let source = self.source.as_ref().map(|source| source.to_string().into());
        Self { kind: self.kind, steps: self.steps.clone(), source }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.steps.iter().rev().enumerate() {
            if at > 0 {
                f.write_str(": ")?;
            }
            f.write_str(step)?;
        }
        Ok(())
    }
}

impl Error for Fault {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        let kind = match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => FaultKind::Full,
            _ if matches!(error.raw_os_error(), Some(ENFILE | EMFILE)) => FaultKind::Busy,
            std::io::ErrorKind::ReadOnlyFilesystem => FaultKind::Disk,
            _ if error.raw_os_error() == Some(EIO) => FaultKind::Disk,
            _ => FaultKind::Other,
        };
        Self::new(kind, error.to_string()).caused_by(error)
    }
}

/// Adds a step to any error on its way up.
pub trait Context<T> {
    /// Says what was being done when it failed.
    fn context(self, step: impl Into<String>) -> Result<T, Fault>;
}

impl<T, E: Into<Fault>> Context<T> for Result<T, E> {
    fn context(self, step: impl Into<String>) -> Result<T, Fault> {
        self.map_err(|error| error.into().context(step))
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind};

    use super::{EIO, EMFILE, ENFILE, Fault, FaultKind};

    #[test]
    fn an_error_of_the_disk_says_what_can_be_done_about_it() {
        let cases = [
            (Error::from(ErrorKind::StorageFull), FaultKind::Full),
            (Error::from(ErrorKind::QuotaExceeded), FaultKind::Full),
            (Error::from(ErrorKind::ReadOnlyFilesystem), FaultKind::Disk),
            (Error::from_raw_os_error(EIO), FaultKind::Disk),
            (Error::from_raw_os_error(ENFILE), FaultKind::Busy),
            (Error::from_raw_os_error(EMFILE), FaultKind::Busy),
            (Error::from(ErrorKind::PermissionDenied), FaultKind::Other),
        ];
        for (error, kind) in cases {
            let text = error.to_string();
            assert_eq!(Fault::from(error).kind(), kind, "{text}");
        }
    }
}
