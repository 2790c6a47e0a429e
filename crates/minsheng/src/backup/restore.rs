//! Restoring a backup into an empty folder.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use age::x25519::Identity;
use civic::hall::Hall;
use civic::vault::{KeyStore, private_folder};
use db::{Context, Fault, Store, Target};
use serde_json::json;
use tlog::checkpoint::Checkpoint;

use super::manifest::Manifest;
use super::restored::{self, Restored as Told};
use super::sink::{SEALED, open, sync};
use crate::config::{Config, FILE_NAME};
use crate::{gap, house};

/// Asks for a restore.
pub(crate) struct Restore<'a> {
    /// The backup.
    pub from: &'a Path,
    /// The folder to make; it must be empty or not there.
    pub data: &'a Path,
    /// Key of a sealed backup.
    pub identity: Option<&'a Path>,
    /// Key stores newer than the backup (`keys.db`, or folders with one): what was shredded there is shredded again.
    pub newer: &'a [PathBuf],
}

/// Says what was restored.
pub(crate) struct Restored {
    /// The list of the backup.
    pub manifest: Manifest,
    /// How many keys were shredded again.
    pub shredded_again: usize,
    /// The restored site's configuration.
    pub config: Config,
}

/// Checks the whole backup, puts its files in place, shreds again, and writes the event.
pub(crate) fn restore(ask: &Restore<'_>) -> Result<Restored, Fault> {
    let manifest = Manifest::check(ask.from)?;
    if fs::read_dir(ask.data).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(Fault::other(format!("{} is not empty: a restore never overwrites", ask.data.display())));
    }
    let identity = ask.identity.map(read_identity).transpose()?;
    private_folder(ask.data).context("while making the data folder")?;
    for part in manifest.parts.iter().filter(|part| !part.name.starts_with("keys/")) {
        put(ask, &part.name, identity.as_ref(), ask.data)?;
    }
    let config = Config::find(None, Some(ask.data)).context(format!("while reading the restored {FILE_NAME}"))?;
    let keys = config.keys();
    for part in manifest.parts.iter().filter(|part| part.name.starts_with("keys/")) {
        // the key folder may stand elsewhere; its parent holds it under any name
        put(ask, &part.name, identity.as_ref(), &keys)?;
    }
    sync(ask.data)?;
    let hall = house::unchecked(&config)?;
    let shredded_again = shred_again(&hall, ask.newer)?;
    tell(ask, &config, (&hall, &manifest), shredded_again)?;
    house::announce(&hall)?;
    gap::remember(&config, &hall)?;
    Ok(Restored { manifest, shredded_again, config })
}

/// Says in the log what is kept of it, and what is known to be lost: by the backup's own mark, which was copied after the
/// data, by the marks of newer key folders, and by witnesses.
fn tell(ask: &Restore<'_>, config: &Config, (hall, manifest): (&Hall, &Manifest), shredded_again: usize) -> Result<(), Fault> {
    let mut lost: Vec<Checkpoint> = Vec::new();
    for path in ask.newer.iter().filter(|path| path.is_dir()) {
        for folder in [path.join("keys"), path.clone()] {
            lost.extend(gap::mark_at(&folder, hall)?);
        }
    }
    let newest = lost.into_iter().max_by_key(|mark| mark.size).filter(|mark| mark.size > manifest.log_size);
    let seen = gap::look(config, hall)?;
    let (size, root) = match (&newest, &seen) {
        (Some(mark), Some(gap)) if gap.lost > mark.size => (Some(gap.lost), gap.root),
        (Some(mark), _) => (Some(mark.size), Some(mark.root)),
        (None, Some(gap)) => (Some(gap.lost), gap.root),
        (None, None) => (None, None),
    };
    let (made, kept) = (manifest.made.to_string(), manifest.log_size);
    let body = json!({"made": made, "size": kept, "shredded_again": shredded_again, "lost": size});
    restored::append(hall, Told { size: kept, lost: size, root, body })
}

fn read_identity(file: &Path) -> Result<Identity, Fault> {
    let text = fs::read_to_string(file).context("while reading the backup's key")?;
    let line = text.lines().map(str::trim).find(|line| line.starts_with("AGE-SECRET-KEY-"));
    let line = line.ok_or_else(|| Fault::other("the file of --identity holds no line AGE-SECRET-KEY-…"))?;
    line.parse().map_err(|error: &str| Fault::other(format!("the backup's key: {error}")))
}

fn put(ask: &Restore<'_>, name: &str, identity: Option<&Identity>, into: &Path) -> Result<(), Fault> {
    let plain = name.strip_suffix(SEALED).unwrap_or(name);
    let target = into.join(plain.strip_prefix("keys/").unwrap_or(plain));
    private_folder(target.parent().expect("a file lies in a folder")).context("while making a folder")?;
    let mut from = open(&ask.from.join(name), identity)?;
    let mut to = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&target);
    let to: &mut File = to.as_mut().map_err(|error| Fault::other(format!("{}: {error}", target.display())))?;
    io::copy(&mut from, to).context(format!("while restoring {plain}"))?;
    to.sync_all().context(format!("while making {plain} durable"))
}

/// Shreds every key that newer key stores know as shredded, and builds the tables anew: of a matter whose key is gone nothing
/// stands in them any more.
fn shred_again(hall: &Hall, newer: &[PathBuf]) -> Result<usize, Fault> {
    let own = hall.site.keystore.shredded()?;
    let mut again = Vec::new();
    for path in newer {
        let file = if path.is_dir() { path.join("keys.db") } else { path.clone() };
        let store = Store::look(&Target::Sqlite(file.clone()), 1).context(format!("while opening {}", file.display()))?;
        let known = KeyStore::new(store, hall.site.jurisdiction, Vec::new(), [0; 32]).shredded()?;
        again.extend(known.into_iter().filter(|id| !own.contains(id)));
    }
    again.sort_unstable();
    again.dedup();
    for id in &again {
        hall.site.keystore.shred(*id)?;
    }
    if !again.is_empty() {
        let site = hall.site.clone();
        hall.store.write_blocking(move |tx| appeals::rebuild::rebuild(tx, &site)).context("while taking erased matters out")?;
    }
    Ok(again.len())
}
