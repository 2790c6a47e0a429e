//! The hall put together: one handle with site, store and clock that rooms and faces share.

use std::path::Path;
use std::sync::Arc;

use db::{Fault, Guard, Guards, Migration, NoHooks, Options, Store, Target, params};

use crate::clock::SharedClock;
use crate::journal::{self, Hooks};
use crate::rules::RuleSet;
use crate::site::{Site, SiteConfig};
use crate::vault::{KEYSTORE_GUARDS, KEYSTORE_MIGRATIONS, KeyFiles, KeyStore};
use crate::{
    access, account, again, chat, directory, draft, exchange, guess, hook, hotline, inbox, lease, outbox, second, session, source,
};

/// Lists the migrations of the hall in order.
pub const MIGRATIONS: &[Migration] = &[
    journal::MIGRATION,
    directory::MIGRATION,
    access::MIGRATION,
    outbox::MIGRATION,
    account::MIGRATION,
    session::MIGRATION,
    draft::MIGRATION,
    guess::MIGRATION,
    access::HEAD_MIGRATION,
    journal::WITNESSED_MIGRATION,
    lease::MIGRATION,
    second::MIGRATION,
    account::news::MIGRATION,
    inbox::MIGRATION,
    source::MIGRATION,
    again::MIGRATION,
    hook::MIGRATION,
    outbox::CHANNEL_MIGRATION,
    hotline::MIGRATION,
    exchange::MIGRATION,
    exchange::reads::MIGRATION,
    chat::MIGRATION,
    journal::WATCHED_MIGRATION,
    outbox::AGAIN_MIGRATION,
];

/// Lists what the serving connection may not do to the hall's tables.
pub const GUARDS: &[&[Guard]] = &[journal::GUARDS, journal::WITNESSED_GUARDS, access::GUARDS, directory::GUARDS];

/// Lists every statement of the hall, so that a test prepares each on both engines.
pub const STATEMENTS: &[&[(&str, &str)]] = &[
    journal::STATEMENTS,
    journal::WITNESSED_STATEMENTS,
    journal::WATCHED_STATEMENTS,
    directory::STATEMENTS,
    access::STATEMENTS,
    access::CHECK_STATEMENTS,
    access::HEAD_STATEMENTS,
    outbox::STATEMENTS,
    account::STATEMENTS,
    session::STATEMENTS,
    draft::STATEMENTS,
    guess::STATEMENTS,
    lease::STATEMENTS,
    second::STATEMENTS,
    account::news::STATEMENTS,
    inbox::STATEMENTS,
    source::STATEMENTS,
    again::STATEMENTS,
    hook::STATEMENTS,
    hotline::STATEMENTS,
    exchange::STATEMENTS,
    exchange::reads::STATEMENTS,
    chat::STATEMENTS,
];

/// Is what rooms and faces work with. Cheap to clone.
#[derive(Clone)]
pub struct Hall {
    /// Who we are, the rules, the keys.
    pub site: Arc<Site>,
    /// The data.
    pub store: Store,
    /// The time.
    pub clock: SharedClock,
}

/// Threads that read the key store.
const KEYSTORE_READERS: usize = 2;

/// Says where a hall's data and keys are.
pub struct Place<'a> {
    /// The database.
    pub data: Target,
    /// The key store's database.
    pub keystore: Target,
    /// The folder of key files.
    pub keys: &'a Path,
    /// What the serving connections are held to, the hall's and the rooms'; none for tests that play the administrator.
    pub guards: Option<Guards>,
}

impl Hall {
    /// Returns the same hall for what nobody waits for: what people do at pages goes before it (`Store::patient`).
    #[must_use]
    pub fn patient(&self) -> Self {
        Self { store: self.store.patient(), ..self.clone() }
    }

    /// Destroys keys of which a room has noted that they are to go, durably, and notes that they went. `left` lists them, `done` notes one.
    /// To be called again and again: it goes on where a crash left it. Returns how many.
    pub fn destroy_keys(&self, left: &'static str, done: &'static str) -> Result<usize, Fault> {
        let jurisdiction = self.site.jurisdiction;
        let keys = self.store.read_blocking(move |tx| {
            let rows = tx.rows(left, params![jurisdiction])?;
            rows.iter().map(|row| row.get::<i64>("key_id")).collect::<Result<Vec<_>, Fault>>()
        })?;
        if keys.is_empty() {
            return Ok(0);
        }
        for key in &keys {
            self.site.keystore.shred(*key)?;
        }
        self.site.keystore.settle()?;
        let many = keys.len();
        self.store
            .write_blocking(move |tx| keys.iter().try_for_each(|key| tx.run(done, params![jurisdiction, *key]).map(drop)))?;
        self.store.settle()?;
        Ok(many)
    }

    /// Opens a site whose keys exist. `migrations` are the hall's and then the rooms'.
    pub fn open(
        place: &Place<'_>,
        config: SiteConfig,
        rules: RuleSet,
        migrations: &[Migration],
        (clock, seed): (SharedClock, [u8; 32]),
    ) -> Result<Self, Fault> {
        let options = Options { readers: KEYSTORE_READERS, guards: place.guards.map(|_| KEYSTORE_GUARDS), ..Options::default() };
        let keystore = Store::open(&place.keystore, options, KEYSTORE_MIGRATIONS, Box::new(NoHooks))?;
        let site = site(place, config, rules, (keystore, seed))?;
        let hooks = Box::new(Hooks::new(Arc::clone(&site)));
        let store = Store::open(&place.data, Options { guards: place.guards, ..Options::default() }, migrations, hooks)?;
        let hall = Self { site, store, clock };
        hall.start_log()?;
        Ok(hall)
    }

    /// Opens a site's data for reading only: beside the process that serves it, or when nobody does.
    pub fn look(
        place: &Place<'_>,
        config: SiteConfig,
        rules: RuleSet,
        (clock, seed): (SharedClock, [u8; 32]),
    ) -> Result<Self, Fault> {
        let keystore = Store::look(&place.keystore, KEYSTORE_READERS)?;
        let site = site(place, config, rules, (keystore, seed))?;
        let hall = Self { site, store: Store::look(&place.data, 1)?, clock };
        let site = Arc::clone(&hall.site);
        hall.store.read_blocking(move |tx| match tx.row(journal::HEAD, params![site.jurisdiction])? {
            Some(row) => site.refresh_directory(tx, row.get("directory")?),
            None => Ok(()),
        })?;
        Ok(hall)
    }

    /// Tells whether writes are still taken: by the database, and by the key store, without which nobody can file.
    pub fn takes_writes(&self) -> bool {
        self.store.takes_writes() && self.site.keystore.takes_writes()
    }

    /// Writes the log's head once and reads the directory.
    fn start_log(&self) -> Result<(), Fault> {
        let site = Arc::clone(&self.site);
        let head = self.store.read_blocking(move |tx| tx.row(journal::HEAD, params![site.jurisdiction]))?;
        let site = Arc::clone(&self.site);
        if let Some(row) = head {
            let version: i64 = row.get("directory")?;
            return self.store.read_blocking(move |tx| site.refresh_directory(tx, version));
        }
        let (key_id, _) = self.site.keystore.take()?;
        self.store.write_blocking(move |tx| {
            journal::start(tx, &site, key_id)?;
            access::start(tx, &site)
        })
    }
}

/// Puts the site together over its key files and its key store.
fn site(place: &Place<'_>, config: SiteConfig, rules: RuleSet, (keystore, seed): (Store, [u8; 32])) -> Result<Arc<Site>, Fault> {
    let keys = KeyFiles::at(place.keys).load()?;
    let keystore = KeyStore::new(keystore, config.jurisdiction, keys.site.clone(), seed.map(|byte| byte ^ 0x5c));
    Ok(Arc::new(Site::new(config, keys, keystore, rules, seed)?))
}
