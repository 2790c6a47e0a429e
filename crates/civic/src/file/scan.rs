//! Looking for known viruses in a file, which a program of its own does. What it is and how it is reached is the door's to
//! know.

use db::Fault;

/// Says what a scanner found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing it knows.
    Clean,
    /// Something it knows, by the name it has for it: letters, digits and signs, never anything of the file.
    Infected(String),
}

/// Looks for known viruses.
pub trait Scan: Send + Sync {
    /// Says what is found in a file. A scanner that is not there, does not answer in time, or answers something else is a
    /// fault, never a clean file.
    fn scan(&self, bytes: &[u8]) -> Result<Verdict, Fault>;
}
