//! Taking a site back, as long as nothing has happened on it.

use std::fs;
use std::path::PathBuf;

use db::{Context, Fault, Target};

use super::{make, supervisor};
use crate::config::{Config, FILE_NAME};
use crate::house;

/// Deletes what `init` made. Refuses as soon as the journal holds anything but the init itself, while a process serves
/// the site, and on PostgreSQL.
pub(crate) fn undo(config: &Config) -> Result<Vec<PathBuf>, Fault> {
    if !matches!((config.data_target(), config.keystore_target()), (Target::Sqlite(_), Target::Sqlite(_))) {
        let schema = &config.schema;
        return Err(Fault::other(format!(
            "on PostgreSQL drop the schemas {schema} and {schema}_keys, then delete the key folder"
        )));
    }
    let hall = house::open(config)?;
    if !make::is_untouched(&hall)? {
        return Err(Fault::other("the journal holds more than the init: what has happened is not taken back"));
    }
    drop(hall);
    let mut gone = Vec::new();
    let names = ["minsheng.db", "minsheng.db-wal", "minsheng.db-shm", "minsheng.lock", "keys.db", "keys.db-wal", "keys.db-shm"];
    for file in names.into_iter().chain(["keys.lock", FILE_NAME]).map(|name| config.data.join(name)).filter(|file| file.exists())
    {
        fs::remove_file(&file).context(format!("while deleting {}", file.display()))?;
        gone.push(file);
    }
    let keys = config.keys();
    // nothing was ever sealed to it: the journal is untouched
    if let Some(file) = supervisor::made(&keys) {
        fs::remove_file(&file).context("while deleting the supervising body's key")?;
        gone.push(file);
    }
    let search = config.search();
    if search.exists() {
        fs::remove_dir_all(&search).context("while deleting the index of words")?;
        gone.push(search);
    }
    fs::remove_dir_all(&keys).context("while deleting the key folder")?;
    gone.push(keys);
    Ok(gone)
}
