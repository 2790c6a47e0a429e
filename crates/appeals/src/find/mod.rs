//! Finding matters by their words (search on every page of the desk).
//!
//! The index ([`search`]) follows the journal: [`Finder::step`] takes in what happened since the mark of its last commit. It is
//! derived and sealed; deleted, it is filled again while the site is up. What the permit would refuse is part of each question
//! ([`ask()`]), so no count, no order and no suggestion knows of it; and what changed since the last commit is left out of the
//! answer altogether until the index knows it, for an office that no longer holds a matter must not find it for one second.
//!
//! Accusations are no matters and never come here.

mod alike;
mod ask;
mod document;
pub(crate) mod follow;
mod narrow;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use civic::chance;
use civic::site::Site;
use civic::vault::{self, Key};
use db::{Context, Fault};
use search::{Index, Place};

use crate::likely::Memo;

pub use alike::{Near, alike, by_work, nameless};
pub(crate) use ask::settled;
pub use ask::{Found, NEW_MAX, Question, Shown, Sort, ask};
pub use document::{FACETS, SHAPE};
pub use follow::{STATEMENTS, Taken};
pub use narrow::{NAMES, Named, Narrow};

/// Memory for documents that are not committed yet.
const FILLING_BYTES: usize = 32 * 1024 * 1024;
/// File with the index's key, sealed.
const KEY_FILE: &str = "key";
/// Folder of the engine's files beside it.
const FILES: &str = "files";
/// What the key is sealed with.
const KEY_CONTEXT: &str = "search index key";

/// Keeps the index of one process.
pub struct Finder {
    folder: PathBuf,
    open: RwLock<Option<Arc<Index>>>,
    /// Events taken in so far while it is filled anew, and how many there are.
    filled: AtomicU64,
    of: AtomicU64,
    /// What is most alike, as it was last answered.
    pub(crate) likely: Memo,
}

/// Says how far the index is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Ready: it follows the journal.
    Ready,
    /// Being filled: so many events of so many.
    Filling(u64, u64),
}

impl Finder {
    /// Keeps an index in a folder; nothing is opened yet.
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            open: RwLock::default(),
            filled: AtomicU64::new(0),
            of: AtomicU64::new(0),
            likely: Memo::default(),
        }
    }

    /// Tells how far it is.
    pub fn progress(&self) -> Progress {
        match self.index() {
            Some(index) if !index.view().mark().is_empty() => Progress::Ready,
            _ => Progress::Filling(self.filled.load(Ordering::Relaxed), self.of.load(Ordering::Relaxed)),
        }
    }

    /// Returns how many bytes the files take, once it is open.
    pub fn bytes(&self) -> Option<u64> {
        self.index()?.bytes().ok()
    }

    pub(crate) fn index(&self) -> Option<Arc<Index>> {
        self.open.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Opens the index, or makes a new one under a new key.
    fn opened(&self, site: &Site) -> Result<Arc<Index>, Fault> {
        if let Some(index) = self.index() {
            return Ok(index);
        }
        vault::private_folder(&self.folder).context("while making the folder of the search index")?;
        let key = self.key(site)?;
        let chance = std::sync::Mutex::new(site.chance());
        let salt = Box::new(move || chance::bytes(&mut chance.lock().unwrap_or_else(PoisonError::into_inner)));
        let files = self.folder.join(FILES);
        let place = Place { folder: &files, key: key.bytes(), salt, filling_bytes: FILLING_BYTES, threads: 1 };
        let index = Arc::new(Index::open(place, &SHAPE).map_err(fault)?);
        *self.open.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&index));
        Ok(index)
    }

    /// Lets go of an index that failed; the next step opens it, or begins a new one.
    fn close(&self) {
        *self.open.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Reads the key, or draws a new one: what was sealed under a lost key does not open, and is filled again.
    fn key(&self, site: &Site) -> Result<Key, Fault> {
        let path = self.folder.join(KEY_FILE);
        let sealed = std::fs::read(&path).unwrap_or_default();
        if let Ok(bytes) = vault::open(&site.keys.search, KEY_CONTEXT, &sealed)
            && let Ok(bytes) = <[u8; 32]>::try_from(bytes)
        {
            return Ok(Key::new(bytes));
        }
        let mut chance = site.chance();
        let key = Key::random(&mut chance);
        let sealed = vault::seal(&site.keys.search, KEY_CONTEXT, key.bytes(), &mut chance);
        std::fs::write(&path, sealed).context("while writing the key of the search index")?;
        Ok(key)
    }
}

pub(crate) fn fault(error: search::Fault) -> Fault {
    Fault::other(error.to_string()).caused_by(error)
}
