//! Writing the files of a backup: each durable, hashed on its way, sealed to recipients where there are any.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use age::x25519::Recipient;
use civic::vault::private_folder;
use data_encoding::HEXLOWER;
use db::{Context, Fault};
use sha2::{Digest, Sha256};

use super::manifest::Part;

/// Ending of a sealed file.
pub(super) const SEALED: &str = ".age";

/// Takes files into a folder.
pub(super) struct Sink {
    folder: PathBuf,
    recipients: Vec<Recipient>,
    /// What was taken.
    pub parts: Vec<Part>,
}

impl Sink {
    /// Starts a new folder.
    pub(super) fn new(folder: &Path, recipients: Vec<Recipient>) -> Result<Self, Fault> {
        private_folder(folder).context("while making the backup's folder")?;
        Ok(Self { folder: folder.to_owned(), recipients, parts: Vec::new() })
    }

    /// Takes a file, sealed where there are recipients.
    pub(super) fn put(&mut self, name: &str, from: &Path) -> Result<(), Fault> {
        if self.recipients.is_empty() {
            return self.put_plain(name, from);
        }
        let sealing = age::Encryptor::with_recipients(self.recipients.iter().map(|one| one as &dyn age::Recipient));
        let sealing = sealing.map_err(|error| Fault::other("the recipients cannot be used").caused_by(error))?;
        let mut counted = self.open(&format!("{name}{SEALED}"))?;
        let mut sealed = sealing.wrap_output(&mut counted)?;
        io::copy(&mut File::open(from)?, &mut sealed).context(format!("while sealing {name}"))?;
        sealed.finish().context(format!("while sealing {name}"))?;
        self.close(counted)
    }

    /// Takes a file as it is: attachments are sealed already.
    pub(super) fn put_plain(&mut self, name: &str, from: &Path) -> Result<(), Fault> {
        let mut counted = self.open(name)?;
        io::copy(&mut File::open(from).context(format!("while reading {name}"))?, &mut counted)
            .context(format!("while copying {name}"))?;
        self.close(counted)
    }

    fn open(&self, name: &str) -> Result<Counted, Fault> {
        let path = self.folder.join(name);
        private_folder(path.parent().expect("a file lies in a folder")).context("while making a folder of the backup")?;
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        let file = file.context(format!("while making {name}"))?;
        Ok(Counted { name: name.to_owned(), file, bytes: 0, hash: Sha256::new() })
    }

    fn close(&mut self, counted: Counted) -> Result<(), Fault> {
        counted.file.sync_all().context(format!("while making {} durable", counted.name))?;
        let sha256 = HEXLOWER.encode(&counted.hash.finalize());
        self.parts.push(Part { name: counted.name, bytes: counted.bytes, sha256 });
        Ok(())
    }
}

/// Counts and hashes what is written.
struct Counted {
    name: String,
    file: File,
    bytes: u64,
    hash: Sha256,
}

impl Write for Counted {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let count = self.file.write(buf)?;
        self.hash.update(&buf[..count]);
        self.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Writes a small text file that is durable when this returns, and its folder with it.
pub(super) fn write_text(file: &Path, text: &str) -> Result<(), Fault> {
    let mut open = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file)?;
    open.write_all(text.as_bytes())?;
    open.sync_all()?;
    sync(file.parent().expect("a file lies in a folder"))
}

/// Makes a folder durable.
pub(super) fn sync(folder: &Path) -> Result<(), Fault> {
    Ok(File::open(folder)?.sync_all()?)
}

/// Opens a file of a backup, sealed or not, for reading.
pub(super) fn open(file: &Path, identity: Option<&age::x25519::Identity>) -> Result<Box<dyn Read>, Fault> {
    let opened = File::open(file)?;
    if !file.to_string_lossy().ends_with(SEALED) {
        return Ok(Box::new(opened));
    }
    let identity = identity.ok_or_else(|| Fault::other("this backup is sealed: give its key with --identity FILE"))?;
    let wrong = |error: age::DecryptError| Fault::other("the key does not open this backup").caused_by(error.to_string());
    let sealed = age::Decryptor::new(opened).map_err(wrong)?;
    Ok(Box::new(sealed.decrypt(std::iter::once(identity as &dyn age::Identity)).map_err(wrong)?))
}
