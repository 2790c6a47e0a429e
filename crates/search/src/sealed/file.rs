//! One sealed file: written from its beginning to its end, read wherever somebody asks.

use std::fs::File;
use std::io::{self, Read, Write};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::{Arc, Weak};

use tantivy::HasLen;
use tantivy::directory::{AntiCallToken, FileHandle, OwnedBytes, TerminatingWrite};

use super::Inner;
use super::piece::{At, HEAD_BYTES, PIECE_BYTES, SALT_BYTES, SEALED_BYTES, Seal, damaged, head, measure, salt};

/// Writes a file.
pub(super) struct Writer {
    file: File,
    name: String,
    seal: Seal,
    salt: [u8; SALT_BYTES],
    number: u32,
    held: Vec<u8>,
}

impl Writer {
    /// Begins a file.
    pub(super) fn begin(mut file: File, (seal, salt): (Seal, [u8; SALT_BYTES]), name: &Path) -> io::Result<Self> {
        file.write_all(&head(&salt))?;
        let name = name.to_string_lossy().into_owned();
        Ok(Self { file, name, seal, salt, number: 0, held: Vec::with_capacity(PIECE_BYTES) })
    }

    fn put(&mut self, last: bool) -> io::Result<()> {
        let at = At { name: &self.name, salt: &self.salt, number: self.number, last };
        let sealed = self.seal.seal(at, &self.held)?;
        self.file.write_all(&sealed)?;
        self.held.clear();
        self.number = self.number.checked_add(1).ok_or_else(|| io::Error::other("an index file is too long"))?;
        Ok(())
    }
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // a full piece waits for the next byte: only then is it known not to be the last
        if self.held.len() == PIECE_BYTES && !bytes.is_empty() {
            self.put(false)?;
        }
        let count = bytes.len().min(PIECE_BYTES - self.held.len());
        self.held.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl TerminatingWrite for Writer {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        self.put(true)
    }
}

/// Reads a file.
pub(super) struct Reader {
    file: File,
    name: String,
    seal: Seal,
    salt: [u8; SALT_BYTES],
    pieces: u32,
    bytes: usize,
    /// What it is called among what is kept opened.
    number: u64,
    /// All of it, where it is wanted whole.
    whole: Option<OwnedBytes>,
    of: Weak<Inner>,
}

impl Reader {
    /// Opens a file, and all its pieces when it is wanted whole.
    pub(super) fn open(
        (file, name): (File, &Path),
        (seal, number): (Seal, u64),
        whole: bool,
        of: Weak<Inner>,
    ) -> io::Result<Self> {
        let mut reader = Self::begin((file, name), (seal, number), of)?;
        if whole {
            reader.whole = Some(OwnedBytes::new(reader.all()?));
        }
        Ok(reader)
    }

    /// Reads all of a file.
    pub(super) fn whole((file, name): (File, &Path), seal: &Seal) -> io::Result<Vec<u8>> {
        Self::begin((file, name), (seal.clone(), 0), Weak::new())?.all()
    }

    fn begin((mut file, name): (File, &Path), (seal, number): (Seal, u64), of: Weak<Inner>) -> io::Result<Self> {
        let name = name.to_string_lossy().into_owned();
        let mut head = [0; HEAD_BYTES];
        file.read_exact(&mut head).map_err(|_| damaged(&name))?;
        let salt = salt(&name, &head)?;
        let (pieces, bytes) = measure(file.metadata()?.len()).ok_or_else(|| damaged(&name))?;
        Ok(Self { file, name, seal, salt, pieces, bytes, number, whole: None, of })
    }

    fn piece(&self, number: u32) -> io::Result<Vec<u8>> {
        let last = number + 1 == self.pieces;
        let start = HEAD_BYTES as u64 + u64::from(number) * SEALED_BYTES as u64;
        let opened = if last { self.bytes - number as usize * PIECE_BYTES } else { PIECE_BYTES };
        let mut sealed = vec![0; opened + SEALED_BYTES - PIECE_BYTES];
        self.file.read_exact_at(&mut sealed, start)?;
        self.seal.open(At { name: &self.name, salt: &self.salt, number, last }, &sealed)
    }

    fn all(&self) -> io::Result<Vec<u8>> {
        let mut all = Vec::with_capacity(self.bytes);
        for number in 0..self.pieces {
            all.extend(self.piece(number)?);
        }
        Ok(all)
    }

    /// Returns a piece, from memory when it was opened lately.
    fn kept(&self, number: u32) -> io::Result<Arc<[u8]>> {
        let Some(inner) = self.of.upgrade() else { return Ok(self.piece(number)?.into()) };
        inner.opened.get_or_insert_with(&(self.number, number), || Ok(self.piece(number)?.into()))
    }
}

impl HasLen for Reader {
    fn len(&self) -> usize {
        self.bytes
    }
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Reader({})", self.name)
    }
}

impl FileHandle for Reader {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        if range.start > range.end || range.end > self.bytes {
            return Err(damaged(&self.name));
        }
        if let Some(whole) = &self.whole {
            return Ok(whole.slice(range));
        }
        if range.is_empty() {
            return Ok(OwnedBytes::empty());
        }
        let number = |at: usize| u32::try_from(at / PIECE_BYTES).map_err(|_| damaged(&self.name));
        let (first, last) = (number(range.start)?, number(range.end - 1)?);
        if first == last {
            let at = range.start % PIECE_BYTES;
            return Ok(OwnedBytes::new(self.kept(first)?).slice(at..at + range.len()));
        }
        let mut all = Vec::with_capacity(range.len());
        for number in first..=last {
            let piece = self.kept(number)?;
            let base = number as usize * PIECE_BYTES;
            all.extend_from_slice(&piece[range.start.max(base) - base..(range.end - base).min(piece.len())]);
        }
        Ok(OwnedBytes::new(all))
    }
}
