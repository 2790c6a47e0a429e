//! The site: what every command needs to know besides the database — who we are, the rules, the calendar,
//! the keys, and a snapshot of places, offices and staff.

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::{self, ThreadId};

use db::{Fault, Question, Row, Tx, values};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rand_core::SeedableRng;
use worktime::Calendar;

use crate::chance::{self, Chance};
use crate::directory::{self, Directory};
use crate::journal::{self, Fresh, Nodes};
use crate::kept::Kept;
use crate::rules::RuleSet;
use crate::vault::{KeyStore, Keys};

/// Holds what is fixed for a site's life, from its configuration.
#[derive(Debug, Clone)]
pub struct SiteConfig {
    /// Jurisdiction that begins every key: the six-digit code as a number.
    pub jurisdiction: i64,
    /// Six-digit site code that stands in every matter's number.
    pub code: String,
    /// Origin line of the public log and name of its key.
    pub origin: String,
    /// Name of the IANA time zone whose civil day counts; `Asia/Shanghai` by default.
    pub zone: String,
    /// How many witnesses must have cosigned a checkpoint before it is published; 0 where the log has none.
    pub witnesses_required: usize,
}

/// Is one site: one jurisdiction tree, one log.
pub struct Site {
    /// Begins every key of a matter's tables.
    pub jurisdiction: i64,
    /// Six-digit code in every matter's number.
    pub code: String,
    /// Origin of the public log.
    pub origin: String,
    /// The zone whose civil day counts.
    pub zone: TimeZone,
    /// How many witnesses must have cosigned a checkpoint before it is published.
    pub witnesses_required: usize,
    /// Keys that are not a matter's own.
    pub keys: Keys,
    /// Matter keys.
    pub keystore: KeyStore,
    /// Matters opened lately.
    pub kept: Kept,
    pub(crate) nodes: Nodes,
    pub(crate) fresh: Fresh,
    pub(crate) log_signer: tlog::note::Signer,
    rules: RwLock<Arc<RuleSet>>,
    published: RwLock<Known>,
    draft: RwLock<Option<(ThreadId, Known)>>,
    chance: Mutex<Chance>,
}

impl Site {
    /// Puts a site together; the directory is read by the first batch.
    pub fn new(config: SiteConfig, keys: Keys, keystore: KeyStore, rules: RuleSet, seed: [u8; 32]) -> Result<Self, Fault> {
        let zone = TimeZone::get(&config.zone).map_err(|_| Fault::other(format!("unknown time zone {}", config.zone)))?;
        let log_signer = tlog::note::Signer::new(&config.origin, *keys.log.bytes());
        Ok(Self {
            jurisdiction: config.jurisdiction,
            code: config.code,
            origin: config.origin,
            zone,
            witnesses_required: config.witnesses_required,
            keys,
            keystore,
            kept: Kept::default(),
            nodes: Nodes::default(),
            fresh: Fresh::default(),
            log_signer,
            rules: RwLock::new(Arc::new(rules)),
            published: RwLock::new(Known::of(Directory::default())),
            draft: RwLock::default(),
            chance: Mutex::new(Chance::from_seed(seed)),
        })
    }

    /// Returns the civil day of an instant.
    pub fn day(&self, at: Timestamp) -> Date {
        at.to_zoned_datetime(self.zone.clone()).date()
    }

    /// Returns the verifier key of the public log, as C2SP writes it.
    pub fn vkey(&self) -> String {
        self.log_signer.vkey()
    }

    /// Signs a text that ends in a line feed with the log's key, as a C2SP note.
    pub fn sign_note(&self, text: &str) -> String {
        tlog::note::sign(text, &[&self.log_signer])
    }

    /// Returns the rules in force.
    pub fn rules(&self) -> Arc<RuleSet> {
        Arc::clone(&self.rules.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns the calendar in force.
    pub fn calendar(&self) -> Arc<Calendar> {
        self.known(|known| Arc::clone(&known.calendar))
    }

    /// Returns the present snapshot of places, offices and staff. Inside the writer it holds what the batch has changed so
    /// far; everybody else sees a change once it is durable.
    pub fn directory(&self) -> Arc<Directory> {
        self.known(|known| Arc::clone(&known.directory))
    }

    /// Takes of what is known what is wanted and no more: pages ask some hundred times.
    fn known<T>(&self, take: impl FnOnce(&Known) -> T) -> T {
        let draft = self.draft.read().unwrap_or_else(PoisonError::into_inner);
        match &*draft {
            Some((writer, draft)) if *writer == thread::current().id() => take(draft),
            _ => take(&self.published.read().unwrap_or_else(PoisonError::into_inner)),
        }
    }

    /// Splits off a fresh generator, so that no lock is held while drawing.
    pub fn chance(&self) -> Chance {
        let mut own = self.chance.lock().unwrap_or_else(PoisonError::into_inner);
        Chance::from_seed(chance::bytes(&mut own))
    }

    /// Reads the directory anew when the database holds another version than the snapshot.
    pub(crate) fn refresh_directory(&self, tx: &mut Tx<'_>, version: i64) -> Result<(), Fault> {
        if self.directory().version != version {
            let known = Known::of(directory::load(tx, self, version)?);
            *self.published.write().unwrap_or_else(PoisonError::into_inner) = known;
        }
        Ok(())
    }

    /// Takes over what another node has changed in the directory, as far as this transaction sees it: who was named, left or
    /// lost a role there has no access here from that commit on. Asked whenever somebody of the staff is recognised.
    pub fn catch_up(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        let (sql, params) = self.news();
        let rows = tx.rows(sql, &params)?;
        self.take_news(tx, &rows).map(drop)
    }

    /// Returns the question that [`Site::catch_up`] asks, for whoever asks more with it; [`Site::take_news`] takes its answer.
    pub fn news(&self) -> Question<'static> {
        (journal::HEAD, values![self.jurisdiction])
    }

    /// Takes over what [`Site::news`] tells, and returns the position of the journal.
    pub fn take_news(&self, tx: &mut Tx<'_>, rows: &[Row]) -> Result<i64, Fault> {
        let Some(row) = rows.first() else { return Ok(0) };
        let version: i64 = row.get("directory")?;
        if self.directory().version < version {
            let known = Known::of(directory::load(tx, self, version)?);
            let mut published = self.published.write().unwrap_or_else(PoisonError::into_inner);
            // somebody else may have read on meanwhile
            if published.directory.version < version {
                *published = known;
            }
        }
        row.get("position")
    }

    /// Shows a changed directory to this thread, the writer's, until the batch ends.
    pub(crate) fn draft(&self, directory: Directory) {
        let draft = (thread::current().id(), Known::of(directory));
        *self.draft.write().unwrap_or_else(PoisonError::into_inner) = Some(draft);
    }

    /// Tells whether this batch changed the directory.
    pub(crate) fn has_draft(&self) -> bool {
        self.draft.read().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Reads the changed directory anew when the command that changed it was undone.
    pub(crate) fn check_draft(&self, tx: &mut Tx<'_>, version: i64) -> Result<(), Fault> {
        if self.directory().version != version {
            self.draft(directory::load(tx, self, version)?);
        }
        Ok(())
    }

    /// Shows the changed directory to everybody: it is durable.
    pub(crate) fn publish_draft(&self) {
        let draft = self.draft.write().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((_, known)) = draft {
            *self.published.write().unwrap_or_else(PoisonError::into_inner) = known;
        }
    }

    /// Drops a changed directory that was not kept.
    pub(crate) fn forget_draft(&self) {
        *self.draft.write().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Is a snapshot of the directory and the calendar in it.
#[derive(Clone)]
struct Known {
    directory: Arc<Directory>,
    calendar: Arc<Calendar>,
}

impl Known {
    fn of(directory: Directory) -> Self {
        let calendar = Arc::new(directory.calendar(Calendar::builtin()));
        Self { directory: Arc::new(directory), calendar }
    }
}
