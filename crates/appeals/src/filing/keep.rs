//! Attachments on their way in: looked into, scanned, and kept sealed, each as it came and as a cleaned copy.

use civic::file::{self, Address, Cleaned, Decode, Decoded, FileStore, Scan, Verdict};
use civic::refusal::{No, Refusal};
use civic::site::Site;
use civic::vault::Key;
use data_encoding::HEXLOWER;
use db::{Fault, FaultKind};
use sha2::{Digest, Sha256};

use super::Upload;
use crate::appeal::FileRef;

/// Names the place a file is sealed to: the matter's key says the rest.
pub fn context(jurisdiction: i64) -> String {
    format!("{jurisdiction}|file|1")
}

/// Reads a kept file back, by its address.
pub fn read(files: &FileStore, site: &Site, key: &Key, address: &str) -> Result<Vec<u8>, Fault> {
    let address = Address::parse(address).ok_or_else(|| Fault::other("an attachment has a wrong address"))?;
    files.get(&address, (key, &context(site.jurisdiction)))
}

/// Reads the copy that people are shown, of a matter whose key is given.
pub fn cleaned(files: &FileStore, site: &Site, key: &Key, file: &FileRef) -> Result<Vec<u8>, Fault> {
    let own = file.key.as_deref().map(own_key).transpose()?;
    read(files, site, own.as_ref().unwrap_or(key), &file.cleaned)
}

fn own_key(text: &str) -> Result<Key, Fault> {
    let bytes = HEXLOWER.decode(text.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.map(Key::new).ok_or_else(|| Fault::new(FaultKind::Corrupt, "an attachment names a key that is none"))
}

/// Is a scanner, and what becomes of files while it is away.
pub struct Scanner {
    /// Who looks.
    pub by: Box<dyn Scan>,
    /// True: a file is taken while the scanner is away, and looked into before anybody is shown it. False: it is not taken.
    pub holds: bool,
}

/// Is where attachments are kept, and who looks into them first.
#[derive(Clone, Copy)]
pub struct Cabinet<'a> {
    /// The files.
    pub files: &'a FileStore,
    /// Looks into files: the door does it in a closed child process.
    pub decoder: &'a dyn Decode,
    /// Looks for viruses, where the site has a scanner.
    pub scanner: Option<&'a Scanner>,
}

/// Is why a file is scanned now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// It comes in.
    Coming,
    /// It came in while the scanner was away, and somebody is about to be shown it.
    Shown,
}

impl Cabinet<'_> {
    /// Checks what came in and keeps it sealed under a key, or each file under a key of its own, which whoever names the file
    /// holds, where it may have to reach further matters. Durable when this returns.
    pub fn keep(&self, site: &Site, key: Option<&Key>, uploads: &[Upload]) -> Result<Vec<FileRef>, No> {
        file::inspect_count(uploads.len())?;
        uploads.iter().map(|upload| self.keep_one(site, key, upload)).collect()
    }

    fn keep_one(&self, site: &Site, key: Option<&Key>, upload: &Upload) -> Result<FileRef, No> {
        let (mut chance, place) = (site.chance(), context(site.jurisdiction));
        let own = key.is_none().then(|| Key::random(&mut chance));
        let key = key.or(own.as_ref()).ok_or_else(|| Fault::other("a file has no key"))?;
        let Decoded { kind, cleaned } = self.decoder.decode(&upload.bytes)?;
        let unscanned = !self.scanned(&upload.bytes, When::Coming)?;
        let original = self.files.put((key, &place), &upload.bytes, &mut chance)?;
        let cleaned = match cleaned {
            Cleaned::Clean(bytes) if bytes != upload.bytes => self.files.put((key, &place), &bytes, &mut chance)?,
            _ => original.clone(),
        };
        Ok(FileRef {
            name: if upload.name.is_empty() { format!("file.{}", kind.code()) } else { upload.name.clone() },
            media: kind.mime().to_owned(),
            size: upload.bytes.len() as u64,
            sha256: HEXLOWER.encode(&Sha256::digest(&upload.bytes)),
            original: original.to_string(),
            cleaned: cleaned.to_string(),
            key: own.as_ref().map(|own| HEXLOWER.encode(own.bytes())),
            unscanned,
        })
    }

    /// Has a file looked into for viruses, where the site has a scanner. False: the scanner was away, and the site takes such a
    /// file all the same, to be looked into before anybody is shown it.
    pub fn scanned(&self, bytes: &[u8], when: When) -> Result<bool, No> {
        let Some(scanner) = self.scanner else { return Ok(true) };
        match scanner.by.scan(bytes) {
            Ok(Verdict::Clean) => Ok(true),
            Ok(Verdict::Infected(found)) => {
                tracing::warn!(%found, bytes = bytes.len(), ?when, "an attachment was refused: the scanner knows what is in it");
                let code = if when == When::Coming { "file_infected" } else { "file_infected_kept" };
                Err(Refusal::new(code).instead(if when == When::Coming { "file_other" } else { "file_anew_added" }).into())
            }
            Err(fault) => {
                tracing::warn!(error = %fault, ?when, holds = scanner.holds, "the scanner cannot be asked about an attachment");
                match when {
                    When::Coming if scanner.holds => Ok(false),
                    When::Coming => Err(Refusal::new("file_unscanned").instead("file_later").into()),
                    When::Shown => Err(Refusal::new("file_unscanned_kept").instead("scanner_later").into()),
                }
            }
        }
    }
}
