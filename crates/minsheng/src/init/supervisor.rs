//! The key of the supervising body: accusations are sealed to it from the first day, and the server never holds it.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use age::secrecy::{ExposeSecret, SecretString};
use age::x25519::{Identity, Recipient};
use data_encoding::HEXLOWER;
use db::{Context, Fault};
use sha2::{Digest, Sha256};

/// Says where the key comes from.
#[derive(Debug, Clone)]
pub(crate) enum Supervisor {
    /// The supervising body made it with the age tool; only its public half is here.
    Made(String),
    /// It is made here and written to a file that the operator carries to the supervising body.
    Make {
        /// The file; it must not exist.
        file: PathBuf,
        /// File whose first line is a passphrase to put over it.
        passphrase: Option<PathBuf>,
    },
}

/// Note in the key folder about the file that `init` made: its path and the SHA-256 of its content.
const NOTE: &str = "supervisor.made";

/// Returns the public half; a key that is made is in its file when this returns.
pub(crate) fn recipient(supervisor: &Supervisor) -> Result<String, Fault> {
    match supervisor {
        Supervisor::Made(text) => {
            let recipient: Result<Recipient, _> = text.trim().parse();
            let wrong = |why: &str| Fault::other(format!("the supervising body's key must look like age1…: {why}"));
            Ok(recipient.map_err(wrong)?.to_string())
        }
        Supervisor::Make { file, passphrase } => {
            let identity = Identity::generate();
            let text = format!("{}\n", identity.to_string().expose_secret());
            let content = match passphrase {
                Some(passphrase) => locked(text.as_bytes(), passphrase)?,
                None => text.into_bytes(),
            };
            write_once(file, &content)?;
            Ok(identity.to_public().to_string())
        }
    }
}

/// How dear a passphrase is to try, as a power of two: 256 MiB of memory and about a second. Not measured on this machine, which may be busy.
const WORK_FACTOR: u8 = 18;

fn locked(text: &[u8], passphrase: &Path) -> Result<Vec<u8>, Fault> {
    let words = fs::read_to_string(passphrase).context("while reading the passphrase")?;
    let words = words.lines().next().unwrap_or_default().trim().to_owned();
    if words.is_empty() {
        return Err(Fault::other("the file of the passphrase has an empty first line"));
    }
    let mut content = Vec::new();
    let mut recipient = age::scrypt::Recipient::new(SecretString::from(words));
    recipient.set_work_factor(WORK_FACTOR);
    let recipient: [&dyn age::Recipient; 1] = [&recipient];
    let encryptor = age::Encryptor::with_recipients(recipient.into_iter());
    let encryptor = encryptor.map_err(|error| Fault::other(format!("the key cannot be shut: {error}")))?;
    let mut writer = encryptor.wrap_output(&mut content)?;
    writer.write_all(text)?;
    writer.finish()?;
    Ok(content)
}

/// Remembers in the key folder which file was made here, so that an undo finds it.
pub(crate) fn remember(supervisor: &Supervisor, keys: &Path) -> Result<(), Fault> {
    let Supervisor::Make { file, .. } = supervisor else { return Ok(()) };
    let content = fs::read(file).context("while reading the supervising body's key back")?;
    let path = std::path::absolute(file).context("while naming the supervising body's key")?;
    let note = format!("{}\n{}\n", path.display(), HEXLOWER.encode(&Sha256::digest(&content)));
    fs::write(keys.join(NOTE), note).context("while noting where the supervising body's key is")
}

/// Finds the file that `init` made and noted, when it is still there and still the same.
pub(crate) fn made(keys: &Path) -> Option<PathBuf> {
    let note = fs::read_to_string(keys.join(NOTE)).ok()?;
    let (path, hash) = note.trim_end().rsplit_once('\n')?;
    let content = fs::read(path).ok()?;
    (HEXLOWER.encode(&Sha256::digest(&content)) == hash).then(|| PathBuf::from(path))
}

/// Writes a secret to a new file that only its owner reads.
fn write_once(file: &Path, content: &[u8]) -> Result<(), Fault> {
    let open = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    if open.as_ref().is_err_and(|error| error.kind() == ErrorKind::AlreadyExists) {
        let file = file.display();
        return Err(Fault::other(format!(
            "{file} 已存在：那是以前生成的监督机关密钥。有站点在用它，就用 --supervisor age1… 给出其公钥；没有用处，就先移走或删除；也可用 \
             --supervisor-key 另写一个文件。 {file} is there already: a key of the supervising body made earlier. If a site uses \
             it, give its public half with --supervisor age1…; if it is of no use, move or delete it first; or name another file \
             with --supervisor-key. Nothing was made"
        )));
    }
    let mut open = open.context(format!("while making the file {} for the supervising body's key", file.display()))?;
    open.write_all(content).and_then(|()| open.sync_all()).context("while writing the supervising body's key")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_key_opens_what_is_sealed_to_its_public_half_and_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("supervisor.key");
        let make = Supervisor::Make { file: file.clone(), passphrase: None };
        let public: Recipient = recipient(&make).unwrap().parse().unwrap();
        let sealed = age::encrypt(&public, b"words").unwrap();
        let identity: Identity = fs::read_to_string(&file).unwrap().trim().parse().unwrap();
        assert_eq!(age::decrypt(&identity, &sealed).unwrap(), b"words");
        let again = recipient(&make).unwrap_err().to_string();
        assert!(again.contains("is there already") && again.contains("--supervisor-key"), "{again}");
        let made = recipient(&Supervisor::Made(format!(" {public}\n"))).unwrap();
        assert_eq!(made, public.to_string());
        assert!(recipient(&Supervisor::Made("age1nonsense".to_owned())).is_err());
    }

    #[test]
    fn a_noted_key_is_found_as_long_as_it_is_the_one_that_was_made() {
        let folder = tempfile::tempdir().unwrap();
        let make = Supervisor::Make { file: folder.path().join("own.key"), passphrase: None };
        assert_eq!(made(folder.path()), None);
        recipient(&make).unwrap();
        remember(&make, folder.path()).unwrap();
        assert_eq!(made(folder.path()), Some(folder.path().join("own.key")));
        fs::write(folder.path().join("own.key"), "another").unwrap();
        assert_eq!(made(folder.path()), None, "another one is not deleted");
    }
}
