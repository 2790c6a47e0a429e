//! Every limit of the web edge, named with its unit.

/// Limits what one request may bring.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Largest body of a plain form, in bytes.
    pub form_bytes_max: usize,
    /// Largest body of a form with files, in bytes.
    pub upload_bytes_max: usize,
    /// Most fields in a form.
    pub fields_max: usize,
    /// Longest field name, in bytes.
    pub field_name_bytes_max: usize,
    /// Longest text field, in bytes.
    pub field_bytes_max: usize,
    /// Longest query string, in bytes.
    pub query_bytes_max: usize,
    /// Most files in a form.
    pub files_max: usize,
    /// Largest file, in bytes.
    pub file_bytes_max: usize,
    /// Forms with files read at once.
    pub uploads_at_once_max: usize,
    /// New matters from one address in an hour; a village may share one.
    pub filings_of_address_hour_max: u32,
    /// New matters from one contact in an hour.
    pub filings_of_contact_hour_max: u32,
    /// New posts of the board from one address in an hour; a village may share one.
    pub posts_of_address_hour_max: u32,
    /// Forms sent from one address in an hour that make no new matter: repeats, incomplete ones, refused ones.
    pub idle_sendings_of_address_hour_max: u32,
}

/// Bytes in a mebibyte.
const MIB: usize = 1_048_576;

impl Default for Limits {
    fn default() -> Self {
        Self {
            form_bytes_max: MIB,
            // nine files of 20 MiB, and the words and boundaries around them
            upload_bytes_max: 182 * MIB,
            fields_max: 200,
            field_name_bytes_max: 64,
            field_bytes_max: 128 * 1_024,
            query_bytes_max: 4_096,
            files_max: 9,
            file_bytes_max: 20 * MIB,
            uploads_at_once_max: 4,
            filings_of_address_hour_max: 60,
            filings_of_contact_hour_max: 10,
            posts_of_address_hour_max: 30,
            idle_sendings_of_address_hour_max: 120,
        }
    }
}
