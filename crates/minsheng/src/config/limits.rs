//! Every limit of the running program, named with its unit last.

use std::time::Duration;

use serde::Deserialize;

/// Is the table `[limits]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Limits {
    /// Connections at once.
    pub connections_max: usize,
    /// Connections at once from one address (IPv6: from one /64).
    pub connections_per_address_max: usize,
    /// Time from the connection, or from the last answer, to the end of the next request's head.
    pub head_seconds_max: u64,
    /// Size of a request's head.
    pub head_bytes_max: usize,
    /// Speed below which a body, or the reading of an answer, is given up.
    pub progress_bytes_per_second_min: u64,
    /// Time over which that speed is measured.
    pub progress_seconds: u64,
    /// Time for a whole request with its answer.
    pub request_seconds_max: u64,
    /// Time that running requests have left when the program is told to stop.
    pub shutdown_seconds_max: u64,
    /// Size of a form without files.
    pub form_bytes_max: usize,
    /// Size of a form with files.
    pub upload_bytes_max: usize,
    /// Fields of a form.
    pub fields_max: usize,
    /// Size of a field's name.
    pub field_name_bytes_max: usize,
    /// Size of a text field.
    pub field_bytes_max: usize,
    /// Size of a query string.
    pub query_bytes_max: usize,
    /// Files of a form.
    pub files_max: usize,
    /// Size of a file.
    pub file_bytes_max: usize,
}

/// Bytes in a mebibyte.
const MIB: usize = 1_048_576;
/// Smallest head that hyper can be held to.
const HEAD_BYTES_LEAST: usize = 8_192;

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections_max: 4_096,
            connections_per_address_max: 64,
            head_seconds_max: 10,
            head_bytes_max: 65_536,
            progress_bytes_per_second_min: 1_024,
            progress_seconds: 15,
            request_seconds_max: 600,
            shutdown_seconds_max: 20,
            form_bytes_max: MIB,
            // nine files of 20 MiB, and the words and boundaries around them
            upload_bytes_max: 182 * MIB,
            fields_max: 200,
            field_name_bytes_max: 64,
            field_bytes_max: 128 * 1_024,
            query_bytes_max: 4_096,
            files_max: 9,
            file_bytes_max: 20 * MIB,
        }
    }
}

impl Limits {
    /// Refuses limits that would stop the service itself.
    pub(super) fn check(&self) -> Result<(), String> {
        for (name, value) in [
            ("connections_max", self.connections_max as u64),
            ("connections_per_address_max", self.connections_per_address_max as u64),
            ("head_seconds_max", self.head_seconds_max),
            ("progress_seconds", self.progress_seconds),
            ("request_seconds_max", self.request_seconds_max),
        ] {
            if value == 0 {
                return Err(format!("limits.{name} must not be 0: nobody could be served"));
            }
        }
        match self.head_bytes_max {
            HEAD_BYTES_LEAST.. => Ok(()),
            less => Err(format!("limits.head_bytes_max is {less}; {HEAD_BYTES_LEAST} is the least")),
        }
    }

    /// Returns the time for a head.
    pub(crate) fn head(&self) -> Duration {
        Duration::from_secs(self.head_seconds_max)
    }

    /// Returns the time for a whole request.
    pub(crate) fn request(&self) -> Duration {
        Duration::from_secs(self.request_seconds_max)
    }

    /// Returns the time that running requests have left at the end.
    pub(crate) fn shutdown(&self) -> Duration {
        Duration::from_secs(self.shutdown_seconds_max)
    }
}
