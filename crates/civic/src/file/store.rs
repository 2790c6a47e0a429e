//! Where attachments lie: sealed, addressed by the hash of their ciphertext, durable before a row names them.

use std::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use data_encoding::HEXLOWER;
use db::drill::point;
use db::{Context, Fault, FaultKind};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::chance::{self, Chance};
use crate::vault::{Key, open, seal};

/// Files that no row names are kept so many hours, for the command that will name them.
pub const ORPHAN_HOURS_MAX: u64 = 24;
/// Length of an address in characters.
const ADDRESS_CHARS: usize = 64;
/// Ending of a file that is still being written.
const UNFINISHED: &str = "new";

/// Names a file by the SHA-256 of its ciphertext, in lower-case hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address(String);

impl Address {
    /// Reads an address. Anything but 64 hexadecimal digits names nothing, so no path can be smuggled in.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == ADDRESS_CHARS && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        fits.then(|| Self(text.to_owned()))
    }

    /// Lends the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Keeps files in a folder of two levels.
#[derive(Debug, Clone)]
pub struct FileStore {
    folder: PathBuf,
}

impl FileStore {
    /// Opens the store and makes its folder.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, Fault> {
        let folder = folder.into();
        make_folder(&folder)?;
        Ok(Self { folder })
    }

    /// Seals bytes under a key and keeps them. Durable when this returns: only then may a row name the address.
    pub fn put(&self, (key, context): (&Key, &str), bytes: &[u8], chance: &mut Chance) -> Result<Address, Fault> {
        let sealed = seal(key, context, bytes, chance);
        let address = Address(HEXLOWER.encode(&Sha256::digest(&sealed)));
        let path = self.path(&address);
        let folder = path.parent().expect("an address lies in a folder");
        make_folder(folder)?;
        let unfinished = folder.join(format!("{}.{UNFINISHED}", HEXLOWER.encode(&chance::bytes::<8>(chance))));
        write_durable(&unfinished, &sealed).context("while writing an attachment")?;
        point("a renaming").and_then(|()| Ok(fs::rename(&unfinished, &path)?)).context("while naming an attachment")?;
        sync_folder(folder)?;
        Ok(address)
    }

    /// Reads a file back. A file that is missing or does not open is damage, never silence.
    pub fn get(&self, address: &Address, (key, context): (&Key, &str)) -> Result<Vec<u8>, Fault> {
        match fs::read(self.path(address)) {
            Ok(sealed) => open(key, context, &sealed),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Err(Fault::new(FaultKind::Corrupt, format!("attachment {address} is missing")))
            }
            Err(error) => Err(error).context(format!("while reading attachment {address}")),
        }
    }

    /// Deletes a file whose matter was erased. A file that is gone already is no fault.
    pub fn remove(&self, address: &Address) -> Result<(), Fault> {
        gone(fs::remove_file(self.path(address))).context(format!("while deleting attachment {address}"))
    }

    /// Deletes files older than [`ORPHAN_HOURS_MAX`] that no row names: what a broken upload left. Returns how many.
    pub fn sweep(&self, now: Timestamp, is_named: impl Fn(&Address) -> Result<bool, Fault>) -> Result<usize, Fault> {
        let oldest = now.as_second() - (ORPHAN_HOURS_MAX * 3_600) as i64;
        let mut deleted = 0;
        for path in files_below(&self.folder)? {
            if modified_second(&path)?.is_none_or(|second| second > oldest) {
                continue;
            }
            if let Some(address) = self.address(&path)
                && is_named(&address)?
            {
                continue;
            }
            gone(fs::remove_file(&path)).context("while deleting an orphaned attachment")?;
            deleted += 1;
        }
        Ok(deleted)
    }

    /// Lists the addresses of all files, for backup and verification.
    pub fn list(&self) -> Result<Vec<Address>, Fault> {
        let mut found: Vec<Address> = files_below(&self.folder)?.iter().filter_map(|path| self.address(path)).collect();
        found.sort();
        Ok(found)
    }

    /// Tells where a file lies.
    pub fn path(&self, address: &Address) -> PathBuf {
        let (first, rest) = address.0.split_at(2);
        let (second, name) = rest.split_at(2);
        self.folder.join(first).join(second).join(name)
    }

    fn address(&self, path: &Path) -> Option<Address> {
        let inside = path.strip_prefix(&self.folder).ok()?.to_str()?;
        Address::parse(&inside.replace(std::path::MAIN_SEPARATOR, ""))
    }
}

fn write_durable(path: &Path, bytes: &[u8]) -> Result<(), Fault> {
    point("a new file")?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    point("a writing")?;
    file.write_all(bytes)?;
    point("a sync")?;
    Ok(file.sync_all()?)
}

/// Makes a folder and what is missing above it, each durable in the one that holds it.
fn make_folder(folder: &Path) -> Result<(), Fault> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(above) = folder.parent().filter(|above| !above.as_os_str().is_empty()) {
        make_folder(above)?;
    }
    point("a new folder")?;
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error).context("while making a folder"),
        _ => {}
    }
    sync_folder(folder.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new(".")))
}

fn sync_folder(folder: &Path) -> Result<(), Fault> {
    point("a folder's sync")?;
    File::open(folder).and_then(|folder| folder.sync_all()).context("while making a folder of attachments durable")
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>, Fault> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).context("while listing attachments")? {
        let entry = entry.context("while listing attachments")?;
        if entry.file_type().context("while listing attachments")?.is_dir() {
            found.extend(files_below(&entry.path())?);
        } else {
            found.push(entry.path());
        }
    }
    Ok(found)
}

/// Returns when a file was last written. `None` when it went away in the meantime.
fn modified_second(path: &Path) -> Result<Option<i64>, Fault> {
    let time = match fs::metadata(path).and_then(|about| about.modified()) {
        Ok(time) => time,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).context("while looking at an attachment"),
    };
    Ok(Some(time.duration_since(std::time::UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs() as i64))
}

fn gone(result: Result<(), std::io::Error>) -> Result<(), std::io::Error> {
    match result {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use rand_core::SeedableRng;

    use super::*;

    fn now() -> Timestamp {
        Timestamp::from_second(1_795_500_000).unwrap()
    }

    fn age(store: &FileStore, address: &Address, hours: u64) {
        let time = std::time::UNIX_EPOCH + Duration::from_secs(now().as_second() as u64 - hours * 3_600);
        File::options().write(true).open(store.path(address)).unwrap().set_modified(time).unwrap();
    }

    #[test]
    fn a_file_comes_back_only_under_its_key_and_context_and_lies_sealed() {
        let folder = tempfile::tempdir().unwrap();
        let store = FileStore::open(folder.path().join("files")).unwrap();
        let mut chance = Chance::seed_from_u64(1);
        let key = Key::random(&mut chance);
        let address = store.put((&key, "99|file|1"), b"a photo of the broken pipe", &mut chance).unwrap();
        assert_eq!(store.get(&address, (&key, "99|file|1")).unwrap(), b"a photo of the broken pipe");
        assert_eq!(store.get(&address, (&key, "99|file|2")).unwrap_err().kind(), FaultKind::Corrupt);
        let lying = fs::read(store.path(&address)).unwrap();
        assert_eq!(HEXLOWER.encode(&Sha256::digest(&lying)), address.as_str());
        assert!(!lying.windows(6).any(|window| window == b"broken"));
        assert_eq!(store.list().unwrap(), std::slice::from_ref(&address));
        store.remove(&address).unwrap();
        store.remove(&address).unwrap();
        assert_eq!(store.get(&address, (&key, "99|file|1")).unwrap_err().kind(), FaultKind::Corrupt);
    }

    #[test]
    fn the_sweep_takes_old_files_that_no_row_names_and_leftovers_of_broken_uploads() {
        let folder = tempfile::tempdir().unwrap();
        let store = FileStore::open(folder.path()).unwrap();
        let mut chance = Chance::seed_from_u64(2);
        let key = Key::random(&mut chance);
        let mut put = |text: &str| store.put((&key, "c"), text.as_bytes(), &mut chance).unwrap();
        let (named, orphan, fresh) = (put("named"), put("orphan"), put("fresh"));
        age(&store, &named, 25);
        age(&store, &orphan, 25);
        age(&store, &fresh, 23);
        let leftover = store.path(&named).with_file_name("0011.new");
        fs::write(&leftover, b"half").unwrap();
        let time = std::time::UNIX_EPOCH + Duration::from_secs(1);
        File::options().write(true).open(&leftover).unwrap().set_modified(time).unwrap();
        assert_eq!(store.sweep(now(), |address| Ok(*address == named)).unwrap(), 2);
        let mut left = vec![named, fresh];
        left.sort();
        assert_eq!(store.list().unwrap(), left);
        assert!(!leftover.exists());
    }

    #[test]
    fn no_path_fits_into_an_address() {
        for text in ["", "../../etc/passwd", &"A".repeat(64), &"a".repeat(63), &format!("{}/", "a".repeat(63))] {
            assert_eq!(Address::parse(text), None, "{text}");
        }
        assert!(Address::parse(&"0f".repeat(32)).is_some());
    }
}
