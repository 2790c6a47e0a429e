//! The site: what every command needs to know besides the database — who we are, the rules, the calendar,
//! the keys, and a snapshot of places, offices and staff.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use db::{Fault, Tx};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rand_core::SeedableRng;
use worktime::Calendar;

use crate::chance::{self, Chance};
use crate::directory::{self, Directory};
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
    /// Keys that are not a matter's own.
    pub keys: Keys,
    /// Matter keys.
    pub keystore: KeyStore,
    pub(crate) log_signer: tlog::note::Signer,
    rules: RwLock<Arc<RuleSet>>,
    calendar: RwLock<Arc<Calendar>>,
    directory: RwLock<Arc<Directory>>,
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
            keys,
            keystore,
            log_signer,
            rules: RwLock::new(Arc::new(rules)),
            calendar: RwLock::new(Arc::new(Calendar::builtin())),
            directory: RwLock::new(Arc::new(Directory::default())),
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
        Arc::clone(&self.calendar.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns the present snapshot of places, offices and staff.
    pub fn directory(&self) -> Arc<Directory> {
        Arc::clone(&self.directory.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Splits off a fresh generator, so that no lock is held while drawing.
    pub fn chance(&self) -> Chance {
        let mut own = self.chance.lock().unwrap_or_else(PoisonError::into_inner);
        Chance::from_seed(chance::bytes(&mut own))
    }

    /// Reads the directory anew when the database holds another version than the snapshot.
    pub(crate) fn refresh_directory(&self, tx: &mut Tx<'_>, version: i64) -> Result<(), Fault> {
        if self.directory().version != version {
            self.replace_directory(directory::load(tx, self, version)?);
        }
        Ok(())
    }

    pub(crate) fn replace_directory(&self, directory: Directory) {
        let calendar = directory.calendar(Calendar::builtin());
        *self.calendar.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(calendar);
        *self.directory.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(directory);
    }
}
