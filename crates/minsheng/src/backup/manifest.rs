//! The list that closes a backup: what it holds, of which site, of which moment.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use data_encoding::HEXLOWER;
use db::{Context, Fault};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Name of the list; it is written last.
pub(super) const NAME: &str = "backup.json";
/// Version of the form of backups.
pub(super) const FORMAT: u32 = 1;
/// Bytes read at once.
const CHUNK_BYTES: usize = 65_536;

/// Is the list.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// Version of this form.
    pub format: u32,
    /// Version of the program.
    pub program: String,
    /// When it was begun.
    pub made: Timestamp,
    /// Code of the site.
    pub site: String,
    /// Origin of its log.
    pub origin: String,
    /// Entries of the public log in it.
    pub log_size: u64,
    /// The newest checkpoint in it.
    pub checkpoint: String,
    /// Everything in it.
    pub parts: Vec<Part>,
}

/// Is one file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Part {
    /// Path inside the backup.
    pub name: String,
    /// Size as it lies there.
    pub bytes: u64,
    /// SHA-256 as it lies there.
    pub sha256: String,
}

impl Manifest {
    /// Reads the list of a backup and checks every file against it.
    pub(super) fn check(folder: &Path) -> Result<Self, Fault> {
        let text =
            std::fs::read_to_string(folder.join(NAME)).context(format!("while reading {NAME}: is this a whole backup?"))?;
        let manifest: Self = serde_json::from_str(&text).map_err(|error| Fault::other(format!("{NAME}: {error}")))?;
        if manifest.format != FORMAT {
            return Err(Fault::other(format!("this backup has form {}, this program reads form {FORMAT}", manifest.format)));
        }
        for part in &manifest.parts {
            if !is_inside(&part.name) {
                return Err(Fault::other(format!("{NAME} names {}, which lies outside the backup", part.name)));
            }
            let (bytes, sha256) = hash(&folder.join(&part.name)).context(format!("while checking {}", part.name))?;
            if (bytes, &sha256) != (part.bytes, &part.sha256) {
                return Err(Fault::other(format!("{} is not the file that was backed up", part.name)));
            }
        }
        Ok(manifest)
    }
}

/// Tells whether a path stays inside: plain names, separated by slashes.
fn is_inside(name: &str) -> bool {
    !name.is_empty() && name.split('/').all(|step| !step.is_empty() && step != "." && step != ".." && !step.contains('\\'))
}

/// Returns size and hash of a file.
fn hash(file: &Path) -> Result<(u64, String), Fault> {
    let (mut file, mut hash, mut bytes) = (File::open(file)?, Sha256::new(), 0);
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok((bytes, HEXLOWER.encode(&hash.finalize()))),
            count => {
                hash.update(&chunk[..count]);
                bytes += count as u64;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn parser_of_backup_lists(text: String) {
            let folder = tempfile::tempdir().expect("a temporary folder can be made");
            std::fs::write(folder.path().join(NAME), &text).expect("a file can be written");
            prop_assert!(Manifest::check(folder.path()).is_err());
        }
    }

    #[test]
    fn no_name_leads_out_of_a_backup() {
        assert!(is_inside("files/ab/cdef") && is_inside("minsheng.db.age"));
        for outside in ["", "/etc/passwd", "../keys", "files/../../x", "a//b", "./a", "a\\..\\b"] {
            assert!(!is_inside(outside), "{outside}");
        }
    }
}
