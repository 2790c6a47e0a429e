//! The key store: one random key per matter, wrapped by the site key, in a database of its own.
//!
//! Keys are made ahead in durable blocks, so that filing a matter waits for one fsync only. A crash
//! may leave a block partly unused; such keys belong to nothing and cost 100 bytes each. Shredding
//! deletes the wrapped key: what it sealed can then be read by nobody, in backups too once they have aged out.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use db::{Fault, FaultKind, Guard, Guards, Keep, Migration, Store, params, values};
use rand_core::SeedableRng;

use super::crypto::{Key, open, seal};
use crate::chance::Chance;

/// Names a matter key within its jurisdiction.
pub type KeyId = i64;

/// Keys made durable at once.
const BLOCK_KEYS: i64 = 1_024;
/// Missing keys told for each gap.
const MISSING_TOLD_MAX: usize = 20;
/// Keys asked for on one way.
const ASKED_MAX: usize = 256;
/// Opened keys kept in memory.
const CACHE_KEYS_MAX: usize = 16_384;

/// Builds the key store's only table.
pub const MIGRATIONS: &[Migration] = &[Migration {
    name: "0001_matter_key",
    sql: "create table matter_key (
            jurisdiction bigint not null,
            id bigint not null,
            version bigint not null,
            wrapped bytea not null,
            primary key (jurisdiction, id));
          create table shredded_key (
            jurisdiction bigint not null,
            id bigint not null,
            primary key (jurisdiction, id));
          create table key_block (jurisdiction bigint not null primary key, made bigint not null);",
    sql_postgres: None,
}];

/// Guards the tables: a key can be wrapped anew and shredded; that it was shredded stays noted.
pub const GUARDS: Guards =
    &[&[Guard { table: "shredded_key", keep: Keep::Appended }, Guard { table: "key_block", keep: Keep::Kept }]];

db::statements! {
    TAKE_BLOCK = "insert into key_block (jurisdiction, made) values ($1, $2)
        on conflict (jurisdiction) do update set made = key_block.made + excluded.made returning made";
    PUT = "insert into matter_key (jurisdiction, id, version, wrapped) values ($1, $2, $3, $4)";
    GET = "select version, wrapped from matter_key where jurisdiction = $1 and id = $2";
    PAGE = "select id, version, wrapped from matter_key where jurisdiction = $1 and id > $2 order by id limit $3";
    MADE = "select made from key_block where jurisdiction = $1";
    OLD = "select id, version, wrapped from matter_key where jurisdiction = $1 and version < $2 order by id limit $3";
    REWRAP = "update matter_key set version = $3, wrapped = $4 where jurisdiction = $1 and id = $2";
    SHRED = "delete from matter_key where jurisdiction = $1 and id = $2";
    MARK_SHREDDED = "insert into shredded_key (jurisdiction, id) values ($1, $2) on conflict (jurisdiction, id) do nothing";
    SHREDDED = "select id from shredded_key where jurisdiction = $1 order by id";
    IS_SHREDDED = "select id from shredded_key where jurisdiction = $1 and id = $2";
}

/// Hands out, opens, rotates and shreds matter keys.
pub struct KeyStore {
    store: Store,
    jurisdiction: i64,
    site: RwLock<Arc<Vec<Key>>>,
    inner: Mutex<Inner>,
}

struct Inner {
    ready: VecDeque<(KeyId, Key)>,
    cache: HashMap<KeyId, Key>,
    chance: Chance,
}

impl KeyStore {
    /// Opens the store over an already migrated database. `seed` starts its own chance.
    pub fn new(store: Store, jurisdiction: i64, site: Vec<Key>, seed: [u8; 32]) -> Self {
        let inner = Inner { ready: VecDeque::new(), cache: HashMap::new(), chance: Chance::from_seed(seed) };
        Self { store, jurisdiction, site: RwLock::new(Arc::new(site)), inner: Mutex::new(inner) }
    }

    /// Tells whether keys can still be made and shredded.
    pub fn takes_writes(&self) -> bool {
        self.store.takes_writes()
    }

    /// Takes a fresh, already durable key for a new matter.
    pub fn take(&self) -> Result<(KeyId, Key), Fault> {
        let mut inner = self.lock();
        if inner.ready.is_empty() {
            let block = self.make_block(&mut inner.chance)?;
            inner.ready = block.into();
        }
        let (id, key) = inner.ready.pop_front().expect("a block has just been made");
        remember(&mut inner.cache, id, &key);
        Ok((id, key))
    }

    /// Finds a key. `None` means it was shredded; a key that is missing without having been shredded is `Corrupt`.
    pub fn get(&self, id: KeyId) -> Result<Option<Key>, Fault> {
        if let Some(key) = self.lock().cache.get(&id) {
            return Ok(Some(key.clone()));
        }
        let jurisdiction = self.jurisdiction;
        let row = self.store.read_blocking(move |tx| tx.row(GET, params![jurisdiction, id]))?;
        let Some(row) = row else { return self.missing(id) };
        let key = self.unwrap(id, row.get("version")?, &row.get::<Vec<u8>>("wrapped")?)?;
        remember(&mut self.lock().cache, id, &key);
        Ok(Some(key))
    }

    /// Opens many keys at once. What is not in the answer [`KeyStore::get`] tells apart.
    pub fn several(&self, mut ids: Vec<KeyId>) -> Result<HashMap<KeyId, Key>, Fault> {
        ids.sort_unstable();
        ids.dedup();
        let mut keys = HashMap::with_capacity(ids.len());
        {
            let known = &self.lock().cache;
            ids.retain(|id| known.get(id).map(|key| keys.insert(*id, key.clone())).is_none());
        }
        let jurisdiction = self.jurisdiction;
        while !ids.is_empty() {
            let some = ids.split_off(ids.len().saturating_sub(ASKED_MAX));
            let questions: Vec<_> = some.iter().map(|id| (GET, values![jurisdiction, *id])).collect();
            let rows = self.store.read_blocking(move |tx| tx.ask(&questions))?;
            for (id, row) in some.into_iter().zip(rows.iter().map(|rows| rows.first())) {
                let Some(row) = row else { continue };
                if let Ok(key) = self.unwrap(id, row.get("version")?, &row.get::<Vec<u8>>("wrapped")?) {
                    keys.insert(id, key);
                }
            }
        }
        Ok(keys)
    }

    /// Shreds a key for good. Durable when this returns.
    pub fn shred(&self, id: KeyId) -> Result<(), Fault> {
        let jurisdiction = self.jurisdiction;
        self.store.write_blocking(move |tx| {
            tx.run(MARK_SHREDDED, params![jurisdiction, id])?;
            tx.run(SHRED, params![jurisdiction, id])?;
            Ok::<_, Fault>(())
        })?;
        self.lock().cache.remove(&id);
        Ok(())
    }

    /// Lets go of an opened key that another process shreds: what is wanted again is asked of the store anew.
    pub fn forget(&self, id: KeyId) {
        self.lock().cache.remove(&id);
    }

    /// Empties the key store's write-ahead log, where a shredded key may still stand wrapped.
    pub fn settle(&self) -> Result<(), Fault> {
        self.store.settle()
    }

    /// Wraps up to `count` keys of older versions anew under the current site key; returns how many were done.
    pub fn rewrap(&self, count: i64) -> Result<usize, Fault> {
        let (jurisdiction, current) = (self.jurisdiction, self.site().len() as i64);
        let rows = self.store.read_blocking(move |tx| tx.rows(OLD, params![jurisdiction, current, count]))?;
        let mut renewed = Vec::with_capacity(rows.len());
        for row in &rows {
            let id: KeyId = row.get("id")?;
            let key = self.unwrap(id, row.get("version")?, &row.get::<Vec<u8>>("wrapped")?)?;
            let wrapped = self.wrap(id, &key, &mut self.lock().chance);
            renewed.push((id, wrapped));
        }
        let done = renewed.len();
        self.store.write_blocking(move |tx| {
            for (id, wrapped) in renewed {
                tx.run(REWRAP, params![jurisdiction, id, current, wrapped])?;
            }
            Ok::<_, Fault>(())
        })?;
        Ok(done)
    }

    /// Takes site keys that were added since; what is made from now on is wrapped by the last of them.
    pub fn renew_site(&self, keys: Vec<Key>) {
        *self.site.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
    }

    /// Returns how many versions of the site key there are; the last one is current.
    pub fn site_version(&self) -> usize {
        self.site().len()
    }

    /// Opens every key, used or not, and says which cannot be opened, and which of a block is neither there nor shredded.
    pub fn check(&self) -> Result<Vec<String>, Fault> {
        let (jurisdiction, mut found, mut after, mut there) = (self.jurisdiction, Vec::new(), 0, Vec::new());
        let made = self.store.read_blocking(move |tx| tx.row(MADE, params![jurisdiction]))?;
        let made: i64 = made.map_or(Ok(0), |row| row.get("made"))?;
        loop {
            let rows = self.store.read_blocking(move |tx| tx.rows(PAGE, params![jurisdiction, after, BLOCK_KEYS]))?;
            let Some(last) = rows.last() else { break };
            after = last.get("id")?;
            for row in &rows {
                let id: KeyId = row.get("id")?;
                there.push(id);
                if self.unwrap(id, row.get("version")?, &row.get::<Vec<u8>>("wrapped")?).is_err() {
                    found.push(format!("key {id} cannot be opened: it was changed"));
                }
            }
        }
        there.extend(self.shredded()?);
        there.sort_unstable();
        let mut expected = 1;
        for id in there {
            found.extend(
                (expected..id).take(MISSING_TOLD_MAX).map(|gone| format!("key {gone} is missing and was never shredded")),
            );
            expected = id + 1;
        }
        if made != expected - 1 {
            found.push(format!("the count of keys made says {made}, the keys say {}", expected - 1));
        }
        Ok(found)
    }

    /// Lists the keys that were shredded, so that a restore can shred them again.
    pub fn shredded(&self) -> Result<Vec<KeyId>, Fault> {
        let jurisdiction = self.jurisdiction;
        let rows = self.store.read_blocking(move |tx| tx.rows(SHREDDED, params![jurisdiction]))?;
        rows.iter().map(|row| row.get("id")).collect()
    }

    /// Lends the database, for backup.
    pub fn store(&self) -> &Store {
        &self.store
    }

    fn make_block(&self, chance: &mut Chance) -> Result<Vec<(KeyId, Key)>, Fault> {
        let jurisdiction = self.jurisdiction;
        let site = self.site();
        let version = site.len() as i64;
        let keys: Vec<Key> = (0..BLOCK_KEYS).map(|_| Key::random(chance)).collect();
        let wrapping = site.last().expect("a site has at least one key").clone();
        let seed = Key::random(chance);
        self.store.write_blocking(move |tx| {
            let row = tx.row(TAKE_BLOCK, params![jurisdiction, BLOCK_KEYS])?;
            let last: i64 = row.ok_or_else(|| Fault::other("the key block counter is missing"))?.get("made")?;
            let first = last - BLOCK_KEYS + 1;
            let mut chance = Chance::from_seed(*seed.bytes());
            let block: Vec<_> = (first..).zip(keys).collect();
            for (id, key) in &block {
                let wrapped = seal(&wrapping, &context(jurisdiction, *id, version), key.bytes(), &mut chance);
                tx.run(PUT, params![jurisdiction, *id, version, wrapped])?;
            }
            Ok::<_, Fault>(block)
        })
    }

    fn missing(&self, id: KeyId) -> Result<Option<Key>, Fault> {
        let jurisdiction = self.jurisdiction;
        let marked = self.store.read_blocking(move |tx| tx.row(IS_SHREDDED, params![jurisdiction, id]))?;
        match marked {
            Some(_) => Ok(None),
            None => Err(Fault::new(FaultKind::Corrupt, format!("key {id} is missing from the key store and was never shredded"))),
        }
    }

    fn wrap(&self, id: KeyId, key: &Key, chance: &mut Chance) -> Vec<u8> {
        let site = self.site();
        let (version, wrapping) = (site.len() as i64, site.last().expect("a site has at least one key"));
        seal(wrapping, &context(self.jurisdiction, id, version), key.bytes(), chance)
    }

    fn unwrap(&self, id: KeyId, version: i64, wrapped: &[u8]) -> Result<Key, Fault> {
        let site = self.site();
        let place = usize::try_from(version - 1).ok().and_then(|at| site.get(at));
        let wrapping = place.ok_or_else(|| Fault::other(format!("site key {version} is not in the key folder")))?;
        let bytes = open(wrapping, &context(self.jurisdiction, id, version), wrapped)?;
        let bytes = bytes.try_into().map_err(|_| Fault::new(FaultKind::Corrupt, "a matter key has a wrong length"))?;
        Ok(Key::new(bytes))
    }

    fn site(&self) -> Arc<Vec<Key>> {
        Arc::clone(&self.site.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn context(jurisdiction: i64, id: KeyId, version: i64) -> String {
    format!("{jurisdiction}|matter_key|{id}|wrapped|{version}")
}

fn remember(cache: &mut HashMap<KeyId, Key>, id: KeyId, key: &Key) {
    if cache.len() >= CACHE_KEYS_MAX {
        cache.clear();
    }
    cache.insert(id, key.clone());
}

#[cfg(test)]
mod tests {
    use db::{NoHooks, Options, Target};

    use super::*;

    fn keystore(site: Vec<Key>, store: Store) -> KeyStore {
        KeyStore::new(store, 99, site, [3; 32])
    }

    fn memory() -> Store {
        Store::open(&Target::SqliteMemory, Options::default(), MIGRATIONS, Box::new(NoHooks)).unwrap()
    }

    #[test]
    fn a_taken_key_is_found_again_and_gone_after_shredding() {
        let store = memory();
        let first = keystore(vec![Key::new([1; 32])], store.clone());
        let (id, key) = first.take().unwrap();
        let second = keystore(vec![Key::new([1; 32])], store);
        assert_eq!(second.get(id).unwrap().unwrap().bytes(), key.bytes());
        let (other, _) = second.take().unwrap();
        assert!(other > id, "blocks never overlap");
        assert_eq!(second.shredded().unwrap(), Vec::<KeyId>::new());
        second.shred(id).unwrap();
        assert_eq!(second.shredded().unwrap(), [id]);
        assert!(second.get(id).unwrap().is_none());
        assert!(second.get(9_999_999).is_err(), "a key lost without shredding is a fault, not an erasure");
    }

    #[test]
    fn every_key_is_checked_used_or_not() {
        let store = memory();
        let keys = keystore(vec![Key::new([1; 32])], store.clone());
        assert!(keys.check().unwrap().is_empty(), "nothing was made yet");
        let (id, _) = keys.take().unwrap();
        keys.shred(id).unwrap();
        assert!(keys.check().unwrap().is_empty(), "what was shredded is not missing");
        let edit = |sql: &'static str| store.write_blocking(move |tx| tx.run(sql, params![])).unwrap();
        edit("update matter_key set wrapped = (select wrapped from matter_key where id = 8) where id = 7");
        edit("delete from matter_key where id = 9");
        edit("update key_block set made = made + 1");
        let found = keys.check().unwrap();
        assert!(found[0].starts_with("key 7 cannot") && found[1].starts_with("key 9 is missing"), "{found:?}");
        assert!(found.len() == 3 && found[2].starts_with("the count of keys"), "{found:?}");
    }

    #[test]
    fn a_key_added_under_way_wraps_from_then_on() {
        let store = memory();
        let running = keystore(vec![Key::new([1; 32])], store.clone());
        running.renew_site(vec![Key::new([1; 32]), Key::new([2; 32])]);
        assert_eq!(running.site_version(), 2);
        let (id, key) = running.take().unwrap();
        let only_new = keystore(vec![Key::new([9; 32]), Key::new([2; 32])], store);
        assert_eq!(only_new.get(id).unwrap().unwrap().bytes(), key.bytes());
    }

    #[test]
    fn rotation_rewraps_every_key_and_the_old_site_key_no_longer_matters() {
        let store = memory();
        let old = keystore(vec![Key::new([1; 32])], store.clone());
        let (id, key) = old.take().unwrap();
        let new = keystore(vec![Key::new([1; 32]), Key::new([2; 32])], store.clone());
        let mut done = 0;
        loop {
            let step = new.rewrap(300).unwrap();
            done += step;
            if step == 0 {
                break;
            }
        }
        assert_eq!(done, usize::try_from(BLOCK_KEYS).unwrap());
        let only_new = keystore(vec![Key::new([9; 32]), Key::new([2; 32])], store);
        assert_eq!(only_new.get(id).unwrap().unwrap().bytes(), key.bytes());
    }
}
