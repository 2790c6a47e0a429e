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
    /// Time between two rounds of what happens by itself: terms that end, drafts that expire.
    pub jobs_seconds: u64,
    /// Time between two looks at the files of certificate and key.
    pub certificate_seconds: u64,
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
    /// Forms with files read at once.
    pub uploads_at_once_max: usize,
    /// New matters from one address in an hour.
    pub filings_of_address_hour_max: u32,
    /// New matters from one contact in an hour.
    pub filings_of_contact_hour_max: u32,
    /// New posts of the board from one address in an hour.
    pub posts_of_address_hour_max: u32,
    /// Forms from one address in an hour that make no new matter.
    pub idle_sendings_of_address_hour_max: u32,
}

/// Smallest head that hyper can be held to.
const HEAD_BYTES_LEAST: usize = 8_192;

impl Default for Limits {
    fn default() -> Self {
        let web = web::Limits::default();
        Self {
            connections_max: 4_096,
            connections_per_address_max: 64,
            head_seconds_max: 10,
            head_bytes_max: 65_536,
            progress_bytes_per_second_min: 1_024,
            progress_seconds: 15,
            request_seconds_max: 600,
            shutdown_seconds_max: 20,
            jobs_seconds: 5,
            certificate_seconds: 30,
            form_bytes_max: web.form_bytes_max,
            upload_bytes_max: web.upload_bytes_max,
            fields_max: web.fields_max,
            field_name_bytes_max: web.field_name_bytes_max,
            field_bytes_max: web.field_bytes_max,
            query_bytes_max: web.query_bytes_max,
            files_max: web.files_max,
            file_bytes_max: web.file_bytes_max,
            uploads_at_once_max: web.uploads_at_once_max,
            filings_of_address_hour_max: web.filings_of_address_hour_max,
            filings_of_contact_hour_max: web.filings_of_contact_hour_max,
            posts_of_address_hour_max: web.posts_of_address_hour_max,
            idle_sendings_of_address_hour_max: web.idle_sendings_of_address_hour_max,
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
            ("jobs_seconds", self.jobs_seconds),
            ("certificate_seconds", self.certificate_seconds),
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

    /// Returns the limits of what one request may bring.
    pub(crate) fn to_web(&self) -> web::Limits {
        web::Limits {
            form_bytes_max: self.form_bytes_max,
            upload_bytes_max: self.upload_bytes_max,
            fields_max: self.fields_max,
            field_name_bytes_max: self.field_name_bytes_max,
            field_bytes_max: self.field_bytes_max,
            query_bytes_max: self.query_bytes_max,
            files_max: self.files_max,
            file_bytes_max: self.file_bytes_max,
            uploads_at_once_max: self.uploads_at_once_max,
            filings_of_address_hour_max: self.filings_of_address_hour_max,
            filings_of_contact_hour_max: self.filings_of_contact_hour_max,
            posts_of_address_hour_max: self.posts_of_address_hour_max,
            idle_sendings_of_address_hour_max: self.idle_sendings_of_address_hour_max,
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
