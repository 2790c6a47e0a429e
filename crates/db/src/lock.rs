//! The lock file: one serving process for one SQLite database.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use crate::{Context, Fault, FaultKind};

/// Holds the lock as long as it lives.
pub(crate) struct Lock {
    _file: File,
}

/// Takes the lock beside a database, or says who has it.
pub(crate) fn take(database: &Path) -> Result<Lock, Fault> {
    let path = database.with_extension("lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).context("while opening the lock file")?;
    match file.try_lock() {
        Ok(()) => Ok(Lock { _file: file }),
        Err(TryLockError::WouldBlock) => Err(Fault::new(
            FaultKind::Busy,
            format!(
                "another process serves {}: stop it first, or let commands that write go through it",
                database.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
            ),
        )),
        Err(TryLockError::Error(error)) => Err(error).context("while locking the database"),
    }
}
