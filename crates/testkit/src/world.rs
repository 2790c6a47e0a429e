//! A world per test: a hall with the invented county in it, on a database of its own.

use std::sync::Arc;
use std::thread;

use civic::chance::Chance;
use civic::clock::{Clock, SharedClock};
use civic::directory::{self, Entry};
use civic::hall::{Hall, MIGRATIONS, Place};
use civic::journal::{self, Actor};
use civic::rules::RuleSet;
use civic::site::Site;
use civic::vault::KeyFiles;
use db::{Fault, Migration, Tx};
use jiff::Timestamp;
use rand_core::SeedableRng;

use crate::clock::FakeClock;
use crate::county;
use crate::ground::{Engine, Ground};

/// When every world begins: a Tuesday, ten in the morning in China.
const BEGIN: &str = "2026-11-24T02:00:00Z";
/// Start of chance: the same in every world.
const SEED: [u8; 32] = [7; 32];
/// Start of chance of a second node, whose ids must be others.
const SEED_BESIDE: [u8; 32] = [8; 32];
/// Start of chance of a world's keys.
const KEYS: u64 = 1;
/// How often the world of another site counts as opened, so that its chance is another.
const OPENED_BY_OTHERS: u64 = 1 << 32;
/// Recipient of accusations in every world.
const SUPERVISOR: &str = "age1cn6pgxgn7rdzwsa32mep5edxaytw74mestafmza9rse0aryv4dkqd2r2sk";
/// The secret half, which tests carry to the machine as the supervising body would.
pub const SUPERVISOR_KEY: &str = "AGE-SECRET-KEY-1WWZZNS2AKSGTX0Z05YM78TNFZCF9GSRGGEFHCCKS2SXWYTZ772YSYFMFWG";
/// Events read at once when the log is checked.
const PAGE_EVENTS: i64 = 1_000;

/// Lists the hall's migrations and then those of rooms, for a world whose database has their tables too.
pub fn migrations(rooms: &[&[Migration]]) -> &'static [Migration] {
    Box::leak([MIGRATIONS].iter().chain(rooms).copied().collect::<Vec<_>>().concat().into_boxed_slice())
}

/// Is a hall of its own for one test. When it is dropped it checks that journal and public log agree.
pub struct World {
    /// The hall.
    pub hall: Hall,
    /// The hall's clock; tests move it.
    pub clock: Arc<FakeClock>,
    ground: Option<Ground>,
    migrations: &'static [Migration],
    /// How often it was opened: chance goes on after a restart, it does not begin again.
    opened: u64,
}

impl World {
    /// Makes a world with the county in it.
    pub fn new(engine: Engine) -> Self {
        Self::with(engine, MIGRATIONS)
    }

    /// Makes a world whose database also has the tables of rooms; `migrations` begin with the hall's own.
    pub fn with(engine: Engine, migrations: &'static [Migration]) -> Self {
        let world = Self::empty(engine, migrations);
        world.settle(county::entries());
        world
    }

    /// Makes a world of another site, with keys and chance of its own, in which it is the same time.
    #[must_use]
    pub fn other(&self, engine: Engine) -> Self {
        let world = Self::begin(engine, self.migrations, (Arc::clone(&self.clock), KEYS + 1, OPENED_BY_OTHERS));
        world.settle(county::entries());
        world
    }

    /// Makes a world without places, offices and staff.
    pub fn empty(engine: Engine, migrations: &'static [Migration]) -> Self {
        Self::begin(engine, migrations, (Arc::new(FakeClock::at(BEGIN)), KEYS, 0))
    }

    fn begin(engine: Engine, migrations: &'static [Migration], (clock, keys, opened): (Arc<FakeClock>, u64, u64)) -> Self {
        let ground = Ground::new(engine);
        let files = KeyFiles::at(ground.path().join("keys"));
        files.make(SUPERVISOR, &mut Chance::seed_from_u64(keys)).expect("keys can be made in a temporary folder");
        Self::over(ground, clock, migrations, opened)
    }

    /// Closes the hall and opens it anew over the same data, as after a restart. Clones of the hall must be gone.
    #[must_use]
    pub fn reopened(mut self) -> Self {
        let ground = self.ground.take().expect("the ground is lent only here");
        let (clock, migrations, opened) = (Arc::clone(&self.clock), self.migrations, self.opened + 1);
        drop(self);
        Self::over(ground, clock, migrations, opened)
    }

    /// Opens another node over the same data, as a second process on PostgreSQL is. SQLite has one process only: there it is
    /// the same hall, asked from another side.
    pub fn beside(&self) -> Hall {
        match self.ground().engine() {
            Engine::Sqlite => self.hall.clone(),
            Engine::Postgres => hall(self.ground(), &self.clock, self.migrations, SEED_BESIDE),
        }
    }

    /// Tells the world's time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Returns the ground, for tests that look at files.
    pub fn ground(&self) -> &Ground {
        self.ground.as_ref().expect("a world stands on its ground until it is reopened")
    }

    /// Runs a command in the writer with the site, the time and fresh chance.
    pub fn write<T, E>(
        &self,
        act: impl FnOnce(&mut Tx<'_>, &Site, (Timestamp, &mut Chance)) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        E: From<Fault> + Send + 'static,
        T: Send + 'static,
    {
        let (site, now) = (Arc::clone(&self.hall.site), self.now());
        self.hall.store.write_blocking(move |tx| {
            let mut chance = site.chance();
            act(tx, &site, (now, &mut chance))
        })
    }

    /// Runs a query with the site.
    pub fn read<T, E>(&self, act: impl FnOnce(&mut Tx<'_>, &Site) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        E: From<Fault> + Send + 'static,
        T: Send + 'static,
    {
        let site = Arc::clone(&self.hall.site);
        self.hall.store.read_blocking(move |tx| act(tx, &site))
    }

    /// Sets an entry of the directory, as an event.
    pub fn set(&self, entry: Entry, change: &'static str) {
        self.write(move |tx, site, by| directory::set(tx, site, by, Actor::System, (&entry, change)).map(drop))
            .expect("the directory takes the entry");
    }

    fn over(ground: Ground, clock: Arc<FakeClock>, migrations: &'static [Migration], opened: u64) -> Self {
        let mut seed = SEED;
        seed[..8].iter_mut().zip(opened.to_be_bytes()).for_each(|(byte, count)| *byte ^= count);
        let hall = hall(&ground, &clock, migrations, seed);
        Self { hall, clock, ground: Some(ground), migrations, opened }
    }

    /// Sets many entries of the directory at once.
    pub fn settle(&self, entries: Vec<Entry>) {
        self.write(move |tx, site, (now, chance)| {
            for entry in &entries {
                directory::set(tx, site, (now, chance), Actor::System, (entry, "added"))?;
            }
            Ok::<_, Fault>(())
        })
        .expect("the county settles");
    }

    /// Computes the root of the public log from the journal alone and compares it with the newest checkpoint.
    pub fn check_log(&self) -> Result<(), Fault> {
        self.read(|tx, site| {
            let Some((size, note)) = journal::head(tx, site.jurisdiction)? else { return Ok(()) };
            let mut leaves = vec![tlog::EMPTY_ROOT; size as usize];
            let mut after = 0;
            loop {
                let events = journal::page(tx, site.jurisdiction, after, PAGE_EVENTS)?;
                let Some(last) = events.last() else { break };
                after = last.position;
                for event in events {
                    leaves[event.leaf as usize] = tlog::leaf_hash(event.fact.as_bytes());
                }
            }
            let checkpoint = tlog::checkpoint::Checkpoint::peek(&note).map_err(|wrong| Fault::other(wrong.to_string()))?;
            assert_eq!(checkpoint.root, root(&leaves), "the public log does not hold what the journal says");
            Ok(())
        })
    }
}

/// Opens a hall of the county.
fn hall(ground: &Ground, clock: &Arc<FakeClock>, migrations: &[Migration], seed: [u8; 32]) -> Hall {
    let keys = ground.path().join("keys");
    // a world's tests play the database's administrator too, so nothing is guarded here
    let place = Place { data: ground.target("data"), keystore: ground.target("keys"), keys: &keys, guards: None };
    let time: SharedClock = Arc::clone(clock) as SharedClock;
    Hall::open(&place, county::site(), RuleSet::builtin(), migrations, (time, seed)).expect("the hall opens")
}

impl Drop for World {
    fn drop(&mut self) {
        if !thread::panicking() {
            self.check_log().expect("the journal can be read at the end of a test");
        }
    }
}

/// Computes a root as RFC 6962 defines it, by nothing but its definition.
pub(crate) fn root(leaves: &[tlog::Hash]) -> tlog::Hash {
    match leaves {
        [] => tlog::EMPTY_ROOT,
        [one] => *one,
        many => {
            let (left, right) = many.split_at(many.len().next_power_of_two() / 2);
            tlog::node_hash(&root(left), &root(right))
        }
    }
}
