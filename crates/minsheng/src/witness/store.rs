//! What a witness holds: its key, the logs it follows, and the last checkpoint of each that it cosigned. It cosigns only
//! what goes on from there, and keeps it durable before it answers.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use civic::chance::{self, Chance};
use civic::vault::{KeyFiles, private_folder};
use data_encoding::HEXLOWER;
use db::{Context, Fault};
use sha2::{Digest, Sha256};
use tlog::checkpoint::Checkpoint;
use tlog::cosignature::Cosigner;
use tlog::note::Verifier;
use tlog::witness::{AddCheckpoint, Refused};

/// File of the key's name and seed, one line each.
const KEY_FILE: &str = "witness.key";
/// File of the followed logs' verifier keys, one a line.
const LOGS_FILE: &str = "logs.txt";
/// File of what was forgotten and why.
const FORGOTTEN_FILE: &str = "forgotten.txt";

/// Says why nothing was cosigned: the status of the answer and its text.
#[derive(Debug)]
pub(crate) enum No {
    /// A rule of the protocol said no.
    Refused(u16, String),
    /// The witness knows another size, or another root of this one.
    Conflict(u64),
    /// The machine failed.
    Failed(Fault),
}

impl From<Fault> for No {
    fn from(fault: Fault) -> Self {
        Self::Failed(fault)
    }
}

/// Is a witness over its folder.
pub(crate) struct Store {
    files: KeyFiles,
    folder: PathBuf,
    cosigner: Cosigner,
    // one question after another: what is compared must still be so when it is kept
    one_at_a_time: Mutex<()>,
}

/// Makes a witness: its key, once.
pub(crate) fn make(folder: &Path, name: &str, chance: &mut Chance) -> Result<Store, Fault> {
    private_folder(folder).context("while making the folder")?;
    let files = KeyFiles::at(folder);
    if files.kept(KEY_FILE)?.is_some() {
        return Err(Fault::other(format!("there is a witness in {} already", folder.display())));
    }
    let seed: [u8; 32] = chance::bytes(chance);
    Cosigner::new(name, seed).map_err(|wrong| Fault::other(wrong.to_string()))?;
    files.keep(KEY_FILE, &format!("{name}\n{}\n", HEXLOWER.encode(&seed)))?;
    open(folder)
}

/// Opens a witness.
pub(crate) fn open(folder: &Path) -> Result<Store, Fault> {
    let files = KeyFiles::at(folder);
    let none = || Fault::other(format!("there is no witness in {}: make it with `minsheng witness init`", folder.display()));
    let text = files.kept(KEY_FILE)?.ok_or_else(none)?;
    let damaged = || Fault::other(format!("{KEY_FILE} is damaged"));
    let (name, seed) = text.trim().split_once('\n').ok_or_else(damaged)?;
    let seed = HEXLOWER.decode(seed.as_bytes()).ok().and_then(|seed| seed.try_into().ok()).ok_or_else(damaged)?;
    let cosigner = Cosigner::new(name, seed).map_err(|_| damaged())?;
    Ok(Store { files, folder: folder.to_owned(), cosigner, one_at_a_time: Mutex::default() })
}

impl Store {
    /// Returns the witness's verifier key.
    pub(crate) fn vkey(&self) -> String {
        self.cosigner.vkey()
    }

    /// Takes the folder for this process alone.
    pub(crate) fn lock(&self) -> Result<File, Fault> {
        let path = self.folder.join("witness.lock");
        let file =
            OpenOptions::new().create(true).truncate(false).write(true).open(path).context("while opening the lock file")?;
        file.try_lock().map_err(|_| Fault::other("another process is this witness: stop it first"))?;
        Ok(file)
    }

    /// Follows one more log, by its verifier key.
    pub(crate) fn follow(&self, vkey: &str) -> Result<(), Fault> {
        let log = Verifier::parse(vkey).map_err(|wrong| Fault::other(wrong.to_string()))?;
        if self.logs()?.contains_key(log.name()) {
            return Err(Fault::other(format!("a log named {} is followed already", log.name())));
        }
        let known = self.files.kept(LOGS_FILE)?.unwrap_or_default();
        self.files.keep(LOGS_FILE, &format!("{known}{}\n", vkey.trim()))
    }

    fn logs(&self) -> Result<HashMap<String, Verifier>, Fault> {
        let text = self.files.kept(LOGS_FILE)?.unwrap_or_default();
        let mut logs = HashMap::new();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let log = Verifier::parse(line).map_err(|wrong| Fault::other(format!("{LOGS_FILE}: {line}: {wrong}")))?;
            logs.insert(log.name().to_owned(), log);
        }
        Ok(logs)
    }

    /// Answers a question at a time, in seconds: returns the line of the cosignature.
    pub(crate) fn cosign(&self, question: &str, at: u64) -> Result<String, No> {
        let malformed = |wrong: tlog::Wrong| No::Refused(400, wrong.to_string());
        let question = AddCheckpoint::parse(question).map_err(malformed)?;
        let origin = Checkpoint::peek(&question.note).map_err(malformed)?.origin;
        let logs = self.logs()?;
        let log = logs.get(&origin).ok_or_else(|| No::Refused(404, "this log is not followed here".to_owned()))?;
        let _alone = self.one_at_a_time.lock().unwrap_or_else(PoisonError::into_inner);
        let last = self.last(&origin)?.map(|last| (last.size, last.root));
        let checkpoint = question.judge(log, last).map_err(|refused| match refused {
            Refused::Malformed(wrong) => No::Refused(400, wrong.to_string()),
            Refused::Unsigned => No::Refused(403, "the log's key did not sign this".to_owned()),
            Refused::Conflict(size) => No::Conflict(size),
            Refused::Unproven => No::Refused(422, "the proof does not lead there".to_owned()),
        })?;
        let line = self.cosigner.cosign(&checkpoint.to_text(), at);
        self.files.keep(&seen(&name(&origin)), &format!("{}{line}", question.note))?;
        Ok(line)
    }

    fn last(&self, origin: &str) -> Result<Option<Checkpoint>, Fault> {
        let Some(note) = self.newest(&name(origin))? else { return Ok(None) };
        Checkpoint::peek(&note).map(Some).map_err(|wrong| Fault::other(format!("what was cosigned of {origin}: {wrong}")))
    }

    /// Returns the newest cosigned checkpoint of a log, by the SHA-256 of its origin in hexadecimal.
    pub(crate) fn newest(&self, origin: &str) -> Result<Option<String>, Fault> {
        let is_name = origin.len() == 64 && origin.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_name { self.files.kept(&seen(origin)) } else { Ok(None) }
    }

    /// Forgets what it cosigned of a log, after its operator said in public what was lost. What was is written down.
    pub(crate) fn forget(&self, origin: &str, reason: &str, at: u64) -> Result<(), Fault> {
        let _alone = self.lock()?;
        let known = self.newest(&name(origin))?;
        let known = known.ok_or_else(|| Fault::other(format!("nothing of {origin} was cosigned here")))?;
        let before = self.files.kept(FORGOTTEN_FILE)?.unwrap_or_default();
        let told = format!("{before}time {at}\nreason {}\n{known}\n", reason.replace('\n', " "));
        self.files.keep(FORGOTTEN_FILE, &told)?;
        std::fs::remove_file(self.folder.join(seen(&name(origin)))).context("while forgetting")
    }
}

fn name(origin: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(origin))
}

fn seen(name: &str) -> String {
    format!("seen-{name}.txt")
}
