//! Taking a backup, while the site is served or when it is not.

use std::fs;
use std::path::{Path, PathBuf};

use age::x25519::Recipient;
use civic::file::FileStore;
use civic::hall::Hall;
use civic::journal;
use db::{Context, Fault, Store, Target};
use jiff::{SignedDuration, Timestamp};

use super::manifest::{FORMAT, Manifest, NAME};
use super::sink::{Sink, sync, write_text};
use crate::config::{Config, FILE_NAME};

/// Longest life of a backup's keys, in days: so an erasure reaches backups in bounded time.
pub(crate) const KEYS_DAYS_MAX: i64 = 30;
/// Hours of a day.
const DAY_HOURS: i64 = 24;

/// Copies data, attachments and configuration, then the keys; the list comes last, and then the folder gets its name.
pub(crate) fn take(config: &Config, hall: &Hall, to: &Path, recipients: Vec<Recipient>) -> Result<PathBuf, Fault> {
    let made = hall.clock.now();
    let name = format!("minsheng-{}-{}", config.site.code, made.strftime("%Y%m%dT%H%M%SZ"));
    let (unfinished, finished) = (to.join(format!("{name}.part")), to.join(name));
    let staging = tempfile::tempdir_in(&config.data).context("while making a folder for copies")?;
    let mut sink = Sink::new(&unfinished, recipients)?;
    let (size, checkpoint) = data(config, hall, (&mut sink, staging.path()))?;
    keys(config, hall, (&mut sink, staging.path()))?;
    let manifest = Manifest {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        made,
        site: config.site.code.clone(),
        origin: config.site.origin.clone(),
        log_size: size,
        checkpoint,
        parts: sink.parts,
    };
    let text = serde_json::to_string_pretty(&manifest).expect("a list is plain data");
    write_text(&unfinished.join(NAME), &text).context("while writing the list")?;
    fs::rename(&unfinished, &finished).context("while naming the backup")?;
    sync(to).context("while making the backup durable")?;
    Ok(finished)
}

fn data(config: &Config, hall: &Hall, (sink, staging): (&mut Sink, &Path)) -> Result<(u64, String), Fault> {
    let copied = copy(&config.data_target(), &hall.store, (&mut *sink, &staging.join("minsheng.db")))?;
    let jurisdiction = hall.site.jurisdiction;
    let head = copied.as_ref().unwrap_or(&hall.store).read_blocking(move |tx| journal::head(tx, jurisdiction))?;
    // what the copy names was durable before it was named, so copying attachments later misses none
    let files = FileStore::open(config.files())?;
    for address in files.list()? {
        let path = files.path(&address);
        let inside = path.strip_prefix(config.files()).expect("attachments lie in their folder");
        sink.put_plain(&format!("files/{}", inside.to_string_lossy()), &path)?;
    }
    sink.put(FILE_NAME, &config.file)?;
    Ok(head.unwrap_or_default())
}

/// Copies an SQLite database into the backup and opens the copy. PostgreSQL has its own tools for that; then there is none.
fn copy(target: &Target, store: &Store, (sink, to): (&mut Sink, &Path)) -> Result<Option<Store>, Fault> {
    let Target::Sqlite(_) = target else { return Ok(None) };
    store.backup(to)?;
    sink.put(&to.file_name().expect("a copy has a name").to_string_lossy(), to)?;
    Store::look(&Target::Sqlite(to.to_owned()), 1).map(Some)
}

fn keys(config: &Config, hall: &Hall, (sink, staging): (&mut Sink, &Path)) -> Result<(), Fault> {
    copy(&config.keystore_target(), hall.site.keystore.store(), (&mut *sink, &staging.join("keys.db")))?;
    let mut names: Vec<_> = fs::read_dir(config.keys()).context("while listing the keys")?.flatten().map(|e| e.path()).collect();
    names.sort();
    // what is being written has another ending and may be gone when it is to be copied
    let written = |path: &&PathBuf| path.is_file() && path.extension().is_none_or(|ending| ending != "new");
    for path in names.iter().filter(written) {
        let name = path.file_name().expect("a file has a name").to_string_lossy();
        sink.put(&format!("keys/{name}"), path)?;
    }
    Ok(())
}

/// Deletes the keys of this site's backups that are older than [`KEYS_DAYS_MAX`]; what they hold can then be read no more.
pub(crate) fn prune(config: &Config, folder: &Path, now: Timestamp) -> Result<Vec<PathBuf>, Fault> {
    let oldest = now - SignedDuration::from_hours(KEYS_DAYS_MAX * DAY_HOURS);
    let mut gone = Vec::new();
    for entry in fs::read_dir(folder).context("while listing backups")?.flatten() {
        let Ok(text) = fs::read_to_string(entry.path().join(NAME)) else { continue };
        let Ok(manifest) = serde_json::from_str::<Manifest>(&text) else { continue };
        if manifest.origin != config.site.origin || manifest.made > oldest {
            continue;
        }
        for part in manifest.parts.iter().filter(|part| part.name.starts_with("keys")) {
            let path = entry.path().join(&part.name);
            if path.exists() {
                fs::remove_file(&path).context(format!("while deleting {}", path.display()))?;
                gone.push(path);
            }
        }
    }
    Ok(gone)
}
