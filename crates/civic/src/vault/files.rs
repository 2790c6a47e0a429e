//! The key files beside the data: made once at `init`, read at start, mode 0600, durable before use.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use db::{Context, Fault};

use super::crypto::{Key, derive};
use crate::chance::Chance;

/// Names the folder that holds the key files.
#[derive(Debug, Clone)]
pub struct KeyFiles {
    folder: PathBuf,
}

/// Holds every key of the running site. Matter keys live in the key store, not here.
pub struct Keys {
    /// Wraps matter keys; the last one is current, older ones open what was wrapped before a rotation.
    pub site: Vec<Key>,
    /// Makes query codes and numbers; kept beside the master key, outside the database.
    pub code: Key,
    /// Signs checkpoints (Ed25519 seed).
    pub log: Key,
    /// Makes blind indexes.
    pub index: Key,
    /// Seals second factors of staff.
    pub second_factor: Key,
    /// Seals attachments' descriptions and other site-wide small things.
    pub site_wide: Key,
    /// Seals rows that say how far a chain goes, so that whoever edits the database cannot make one.
    pub seal: Key,
    /// Seals the key of the search index.
    pub search: Key,
    /// Recipient (age X25519) of the supervising body, to whom accusations are sealed.
    pub supervisor: String,
    /// Recipients of the three escrow holders, any two of whom open an accusation; none where the supervising body's one key
    /// does.
    pub escrow: Vec<String>,
    /// Recipient (age X25519) of the body above the supervising body, to whom is sealed what concerns that one; none where no
    /// such body was named.
    pub above: Option<String>,
}

/// Holds the public halves of the escrow holders' keys, one a line.
pub const ESCROW_FILE: &str = "escrow.pub";
/// Holds the public half of the key of the body above the supervising body.
pub const ABOVE_FILE: &str = "above.pub";

impl KeyFiles {
    /// Points at a folder; nothing is read or made yet.
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Tells whether the site's keys were made already.
    pub fn exist(&self) -> bool {
        self.folder.join("master.key").exists()
    }

    /// Makes all keys once. `supervisor` is the age recipient of the supervising body.
    pub fn make(&self, supervisor: &str, chance: &mut Chance) -> Result<(), Fault> {
        private_folder(&self.folder).context("while making the key folder")?;
        for name in ["code.key", "log.key", "site-1.key"] {
            write_durable(&self.folder, name, HEXLOWER.encode(Key::random(chance).bytes()).as_bytes())?;
        }
        write_durable(&self.folder, "supervisor.pub", supervisor.as_bytes())?;
        write_durable(&self.folder, "master.key", HEXLOWER.encode(Key::random(chance).bytes()).as_bytes())
    }

    /// Reads all keys.
    pub fn load(&self) -> Result<Keys, Fault> {
        let master = self.read("master.key")?;
        let mut site = Vec::new();
        while self.folder.join(format!("site-{}.key", site.len() + 1)).exists() {
            site.push(self.read(&format!("site-{}.key", site.len() + 1))?);
        }
        if site.is_empty() {
            return Err(Fault::other("no site key: site-1.key is missing from the key folder"));
        }
        let site = site.iter().map(|key| derive_pair(&master, key)).collect();
        let supervisor = fs::read_to_string(self.folder.join("supervisor.pub")).context("while reading supervisor.pub")?;
        Ok(Keys {
            site,
            code: self.read("code.key")?,
            log: self.read("log.key")?,
            index: derive(&master, "minsheng/index/1"),
            second_factor: derive(&master, "minsheng/second-factor/1"),
            site_wide: derive(&master, "minsheng/site-wide/1"),
            seal: derive(&master, "minsheng/seal/1"),
            search: derive(&master, "minsheng/search/1"),
            supervisor: supervisor.trim().to_owned(),
            escrow: self.kept(ESCROW_FILE)?.unwrap_or_default().lines().map(|line| line.trim().to_owned()).collect(),
            above: self.kept(ABOVE_FILE)?.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()),
        })
    }

    /// Adds the next site key; returns its version. What was wrapped before stays readable.
    pub fn rotate_site(&self, chance: &mut Chance) -> Result<usize, Fault> {
        let version = self.load()?.site.len() + 1;
        let text = HEXLOWER.encode(Key::random(chance).bytes());
        write_durable(&self.folder, &format!("site-{version}.key"), text.as_bytes())?;
        Ok(version)
    }

    /// Keeps a text beside the keys, where whoever edits the database does not reach. Durable when this returns.
    pub fn keep(&self, name: &str, text: &str) -> Result<(), Fault> {
        write_durable(&self.folder, name, text.as_bytes())
    }

    /// Reads a text kept beside the keys. `None`: none was.
    pub fn kept(&self, name: &str) -> Result<Option<String>, Fault> {
        match fs::read_to_string(self.folder.join(name)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            text => text.map(Some).context(format!("while reading {name} beside the keys")),
        }
    }

    fn read(&self, name: &str) -> Result<Key, Fault> {
        let text = fs::read_to_string(self.folder.join(name)).context(format!("while reading the key file {name}"))?;
        let bytes = HEXLOWER.decode(text.trim().as_bytes()).map_err(|_| Fault::other(format!("{name} is not hexadecimal")))?;
        let bytes = bytes.try_into().map_err(|_| Fault::other(format!("{name} is not 32 bytes long")))?;
        Ok(Key::new(bytes))
    }
}

/// Binds a site key to the master key, so that one stolen file alone opens nothing.
fn derive_pair(master: &Key, site: &Key) -> Key {
    Key::new(super::crypto::mac(master, &[b"minsheng/site/1", site.bytes()]))
}

/// Makes a folder, with those above it, that no other user of the machine may look into. One that is there stays as it is.
pub fn private_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Writes a file that is durable when this returns: temporary name, fsync, rename, fsync of the folder.
fn write_durable(folder: &Path, name: &str, content: &[u8]) -> Result<(), Fault> {
    let temporary = folder.join(format!("{name}.new"));
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&temporary)
        .context(format!("while making {name}"))?;
    file.write_all(content).context(format!("while writing {name}"))?;
    file.sync_all().context(format!("while making {name} durable"))?;
    fs::rename(&temporary, folder.join(name)).context(format!("while naming {name}"))?;
    File::open(folder).and_then(|folder| folder.sync_all()).context("while making the key folder durable")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use rand_core::SeedableRng;

    use super::*;

    #[test]
    fn keys_are_made_once_and_read_back_and_a_rotation_adds_one() {
        let folder = tempfile::tempdir().unwrap();
        let files = KeyFiles::at(folder.path().join("keys"));
        let mut chance = Chance::seed_from_u64(1);
        assert!(!files.exist());
        files.make("age1example", &mut chance).unwrap();
        assert!(files.exist());
        let mode = fs::metadata(folder.path().join("keys")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "nobody else may look into the key folder");
        let before = files.load().unwrap();
        assert_eq!(before.supervisor, "age1example");
        assert_eq!(files.rotate_site(&mut chance).unwrap(), 2);
        let after = files.load().unwrap();
        assert_eq!(after.site.len(), 2);
        assert_eq!(before.site[0].bytes(), after.site[0].bytes());
        assert_ne!(after.site[0].bytes(), after.site[1].bytes());
    }
}
