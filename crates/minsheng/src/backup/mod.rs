//! Backups: a folder with the data first and the keys last, so that whatever the data names has its key, and a list of
//! everything with its hash. Restoring checks the list, shreds again what was shredded since, and says so in the journal.

mod manifest;
mod sink;

pub(crate) mod restore;
pub(crate) mod restored;
pub(crate) mod take;
