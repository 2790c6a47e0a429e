//! A folder of sealed files, as the engine wants one.
//!
//! Nothing in it is ever forced to the disk: the index is derived, and what a lost power supply left half written does not open
//! and is filled again.

mod file;
mod piece;

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use quick_cache::sync::Cache;
use tantivy::directory::error::{DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError};
use tantivy::directory::{Directory, DirectoryLock, FileHandle, Lock, TerminatingWrite, WatchCallback, WatchHandle, WritePtr};

use file::{Reader, Writer};
pub(crate) use piece::Seal;
use piece::{PIECE_BYTES, SALT_BYTES};

/// Opened pieces kept in memory, in bytes, whatever the size of the index.
const OPENED_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Ends of file names whose files are wanted whole at every question: they are opened once.
const WHOLE: &[&str] = &["fast", "fieldnorm", "term", "del"];
/// What stands for being the only one in the folder.
const LOCK: &str = "lock";

/// Draws what makes each file's seal its own.
pub(crate) type Salt = Box<dyn Fn() -> [u8; SALT_BYTES] + Send + Sync>;

/// Is the folder.
#[derive(Clone)]
pub(crate) struct Sealed(Arc<Inner>);

struct Inner {
    folder: PathBuf,
    seal: Seal,
    salt: Salt,
    opened: Cache<(u64, u32), Arc<[u8]>>,
    /// Files somebody reads: a question after a commit opens only what is new.
    read: Mutex<HashMap<PathBuf, Weak<Reader>>>,
    next: AtomicU64,
    /// Held as long as the folder is open.
    _alone: File,
}

impl Sealed {
    /// Opens a folder, or makes it, and keeps others out of it.
    pub(crate) fn open(folder: &Path, seal: Seal, salt: Salt) -> Result<Self, OpenDirectoryError> {
        let failed = |error: io::Error| OpenDirectoryError::wrap_io_error(error, folder.to_owned());
        fs::create_dir_all(folder).map_err(failed)?;
        let lock = File::options().create(true).truncate(false).write(true).open(folder.join(LOCK)).map_err(failed)?;
        lock.try_lock().map_err(|error| failed(error.into()))?;
        Ok(Self(Arc::new(Inner {
            folder: folder.to_owned(),
            seal,
            salt,
            opened: Cache::new(OPENED_BYTES_MAX / PIECE_BYTES),
            read: Mutex::default(),
            next: AtomicU64::new(0),
            _alone: lock,
        })))
    }

    /// Removes every file but the lock.
    pub(crate) fn empty(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.0.folder)? {
            let entry = entry?;
            if entry.file_name() != LOCK {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// Returns how many bytes the files take.
    pub(crate) fn bytes(&self) -> io::Result<u64> {
        fs::read_dir(&self.0.folder)?.map(|entry| Ok(entry?.metadata()?.len())).sum()
    }

    fn writer(&self, to: &Path, name: &Path) -> io::Result<Writer> {
        let file = File::options().write(true).create_new(true).open(to)?;
        Writer::begin(file, (self.0.seal.clone(), (self.0.salt)()), name)
    }
}

impl Inner {
    fn reader(self: &Arc<Self>, name: &Path) -> io::Result<Arc<Reader>> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(reader) = read.get(name).and_then(Weak::upgrade) {
            return Ok(reader);
        }
        let file = File::open(self.folder.join(name))?;
        let whole = name.extension().is_some_and(|end| WHOLE.iter().any(|of| end == *of));
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let reader = Arc::new(Reader::open((file, name), (self.seal.clone(), number), whole, Arc::downgrade(self))?);
        read.retain(|_, reader| reader.strong_count() > 0);
        read.insert(name.to_owned(), Arc::downgrade(&reader));
        Ok(reader)
    }
}

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sealed({})", self.0.folder.display())
    }
}

fn unread(name: &Path) -> impl FnOnce(io::Error) -> OpenReadError {
    let name = name.to_owned();
    move |error| match error.kind() {
        io::ErrorKind::NotFound => OpenReadError::FileDoesNotExist(name),
        _ => OpenReadError::wrap_io_error(error, name),
    }
}

impl Directory for Sealed {
    fn get_file_handle(&self, name: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        Ok(self.0.reader(name).map_err(unread(name))?)
    }

    fn delete(&self, name: &Path) -> Result<(), DeleteError> {
        fs::remove_file(self.0.folder.join(name)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => DeleteError::FileDoesNotExist(name.to_owned()),
            _ => DeleteError::IoError { io_error: Arc::new(error), filepath: name.to_owned() },
        })
    }

    fn exists(&self, name: &Path) -> Result<bool, OpenReadError> {
        self.0.folder.join(name).try_exists().map_err(unread(name))
    }

    fn open_write(&self, name: &Path) -> Result<WritePtr, OpenWriteError> {
        let writer = self.writer(&self.0.folder.join(name), name).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => OpenWriteError::FileAlreadyExists(name.to_owned()),
            _ => OpenWriteError::wrap_io_error(error, name.to_owned()),
        })?;
        Ok(BufWriter::new(Box::new(writer)))
    }

    fn atomic_read(&self, name: &Path) -> Result<Vec<u8>, OpenReadError> {
        // not through what is kept open: this name is written again and again
        let read = || {
            let file = File::open(self.0.folder.join(name))?;
            Reader::whole((file, name), &self.0.seal)
        };
        read().map_err(unread(name))
    }

    fn atomic_write(&self, name: &Path, data: &[u8]) -> io::Result<()> {
        let to = self.0.folder.join(name);
        let beside = to.with_extension("new");
        if beside.try_exists()? {
            fs::remove_file(&beside)?;
        }
        let mut writer = self.writer(&beside, name)?;
        writer.write_all(data)?;
        Box::new(writer).terminate()?;
        fs::rename(beside, to)
    }

    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    fn acquire_lock(&self, _lock: &Lock) -> Result<DirectoryLock, LockError> {
        // the folder's own lock keeps other processes out, and in this one there is one writer
        Ok(DirectoryLock::from(Box::new(())))
    }

    fn watch(&self, _callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}
