//! The key of the supervising body: accusations are sealed to it from the first day, and the server never holds it.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use age::secrecy::{ExposeSecret, SecretString};
use age::x25519::{Identity, Recipient};
use db::{Context, Fault};

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

fn locked(text: &[u8], passphrase: &Path) -> Result<Vec<u8>, Fault> {
    let words = fs::read_to_string(passphrase).context("while reading the passphrase")?;
    let words = words.lines().next().unwrap_or_default().trim().to_owned();
    if words.is_empty() {
        return Err(Fault::other("the file of the passphrase has an empty first line"));
    }
    let mut content = Vec::new();
    let mut writer = age::Encryptor::with_user_passphrase(SecretString::from(words)).wrap_output(&mut content)?;
    writer.write_all(text)?;
    writer.finish()?;
    Ok(content)
}

/// Writes a secret to a new file that only its owner reads.
fn write_once(file: &Path, content: &[u8]) -> Result<(), Fault> {
    let mut open = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
        .context(format!("while making the file {} for the supervising body's key", file.display()))?;
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
        assert!(recipient(&make).is_err(), "an existing key is not overwritten");
        let made = recipient(&Supervisor::Made(format!(" {public}\n"))).unwrap();
        assert_eq!(made, public.to_string());
        assert!(recipient(&Supervisor::Made("age1nonsense".to_owned())).is_err());
    }
}
