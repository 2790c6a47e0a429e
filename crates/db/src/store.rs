//! The store: one writer, some readers, each on a plain thread of its own.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, channel, sync_channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use crate::batch::{self, Alone, BatchHooks, Command, Engine, Sent};
use crate::drill::point;
use crate::{Context, Fault, FaultKind, Guards, Migration, Tx, distribute, lock, migrate, postgres, sqlite};

/// Says where the data is.
#[derive(Debug, Clone)]
pub enum Target {
    /// An SQLite file.
    Sqlite(PathBuf),
    /// A private SQLite file that goes away with the store, for tests.
    SqliteMemory,
    /// A PostgreSQL database, in a schema of its own when one is named.
    Postgres {
        /// Connection string.
        url: String,
        /// Schema; made when it is not there.
        schema: Option<String>,
    },
}

impl Target {
    /// Returns the role that an address of PostgreSQL names. `None`: it names none, or this is SQLite.
    pub fn role(&self) -> Result<Option<String>, Fault> {
        match self {
            Self::Postgres { url, .. } => postgres::role(url),
            _ => Ok(None),
        }
    }

    /// Tells whether the way to the database leaves this machine without TLS.
    pub fn leaves_in_clear(&self) -> Result<bool, Fault> {
        match self {
            Self::Postgres { url, .. } => postgres::leaves_in_clear(url),
            _ => Ok(false),
        }
    }
}

/// Sets the store's limits.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Reader threads, each with a connection.
    pub readers: usize,
    /// Commands that share a commit at most, without the few that nobody waits for.
    pub batch_commands_max: usize,
    /// Commands that may wait; more are answered with `Busy`.
    pub queue_commands_max: usize,
    /// What serving connections are held to, once the tables are made. Without it they may do everything.
    pub guards: Option<Guards>,
}

impl Default for Options {
    fn default() -> Self {
        Self { readers: 4, batch_commands_max: 256, queue_commands_max: 4_096, guards: None }
    }
}

type Read = Box<dyn FnOnce(&mut dyn Engine) + Send>;

/// Is an open store. Clones share it; the last one to go closes it.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
    /// True where others go before what is written through this clone.
    patient: bool,
}

struct Inner {
    commands: Option<SyncSender<Sent>>,
    reads: Arc<Reads>,
    closed: Arc<AtomicBool>,
    waiting: Arc<AtomicUsize>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    version: String,
    file: Option<PathBuf>,
    _lock: Option<lock::Lock>,
    _folder: Option<tempfile::TempDir>,
}

impl Store {
    /// Opens the data, runs migrations that are missing, starts the threads.
    pub fn open(
        target: &Target,
        options: Options,
        migrations: &[Migration],
        mut hooks: Box<dyn BatchHooks>,
    ) -> Result<Self, Fault> {
        let folder = match target {
            Target::SqliteMemory => Some(tempfile::tempdir().context("while making a temporary folder")?),
            _ => None,
        };
        let file = match (target, &folder) {
            (Target::Sqlite(file), _) => Some(file.clone()),
            (_, Some(folder)) => Some(folder.path().join("memory.db")),
            _ => None,
        };
        let lock = file.as_deref().map(lock::take).transpose()?;
        let connect = connector(target, file.clone());
        let mut writer = connect(true)?;
        migrate::run(writer.as_mut(), migrations, hooks.as_mut())?;
        if let Some(guards) = options.guards {
            writer.confine(guards)?;
        }
        let version = writer.version()?;
        let (commands, waiting) = sync_channel::<Sent>(options.queue_commands_max);
        let closed = Arc::new(AtomicBool::new(false));
        let shared = Arc::clone(&closed);
        let mut threads = vec![spawn("writer", move || {
            batch::write_loop(writer, &waiting, (options.batch_commands_max, &shared), hooks);
        })?];
        let (reads, mut readers) = read_threads(&connect, options.readers, options.guards)?;
        threads.append(&mut readers);
        let inner = Inner {
            commands: Some(commands),
            reads,
            closed,
            waiting: Arc::default(),
            threads: Mutex::new(threads),
            version,
            file,
            _lock: lock,
            _folder: folder,
        };
        Ok(Self { inner: Arc::new(inner), patient: false })
    }

    /// Opens data that exists for reading only: no lock, no migration, no writer. It works beside a serving process.
    pub fn look(target: &Target, readers: usize) -> Result<Self, Fault> {
        let file = match target {
            Target::Sqlite(file) => Some(file.clone()),
            Target::SqliteMemory => return Err(Fault::other("a database in memory is seen by its own process only")),
            Target::Postgres { .. } => None,
        };
        let connect = connector(target, file.clone());
        let version = connect(false)?.version()?;
        let (reads, threads) = read_threads(&connect, readers, Some(&[]))?;
        let inner = Inner {
            commands: None,
            reads,
            closed: Arc::new(AtomicBool::new(true)),
            waiting: Arc::default(),
            threads: Mutex::new(threads),
            version,
            file,
            _lock: None,
            _folder: None,
        };
        Ok(Self { inner: Arc::new(inner), patient: false })
    }

    /// Returns the same store for writes that nobody waits for: whatever others write goes before them, and of each batch they get a part. So a
    /// burst of what has been taken already is worked off beside the people at the pages, not before them.
    #[must_use]
    pub fn patient(&self) -> Self {
        Self { inner: Arc::clone(&self.inner), patient: true }
    }

    /// Runs a command in the writer. It answers once its commit is durable; dropping the future cancels nothing.
    pub async fn write<T, E, F>(&self, act: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        E: From<Fault> + Send + 'static,
        T: Send + 'static,
    {
        let (answer, waiting) = tokio::sync::oneshot::channel();
        self.send(batch::command(Alone::Yes, act, move |result| drop(answer.send(result)))).map_err(E::from)?;
        waiting.await.unwrap_or_else(|_| Err(E::from(closed())))
    }

    /// Runs a command in the writer and blocks until it is durable. Not for asynchronous code.
    pub fn write_blocking<T, E, F>(&self, act: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        E: From<Fault> + Send + 'static,
        T: Send + 'static,
    {
        let (answer, waiting) = channel();
        self.send(batch::command(Alone::Yes, act, move |result| drop(answer.send(result)))).map_err(E::from)?;
        waiting.recv().unwrap_or_else(|_| Err(E::from(closed())))
    }

    /// Runs commands in the writer, one after another in the order given, and blocks until all are durable: as few commits as
    /// it takes. One that fails takes its whole batch along, also what others sent meanwhile, and on SQLite the store is closed:
    /// for filling a database that nobody uses yet. Answers with the first failure. Not for asynchronous code.
    pub fn write_all_blocking<T, E, F>(&self, acts: impl IntoIterator<Item = F>) -> Result<Vec<T>, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        E: From<Fault> + Send + 'static,
        T: Send + 'static,
    {
        let mut waiting = Vec::new();
        for act in acts {
            let (answer, wait) = channel();
            self.send(batch::command(Alone::No, act, move |result| drop(answer.send(result)))).map_err(E::from)?;
            waiting.push(wait);
        }
        waiting.into_iter().map(|wait| wait.recv().unwrap_or_else(|_| Err(E::from(closed())))).collect()
    }

    /// Runs a query on a reader, in a read-only transaction that sees one state of the data.
    pub async fn read<T, E, F>(&self, act: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        E: From<Fault> + Send + 'static,
        T: Send + 'static,
    {
        let (answer, waiting) = tokio::sync::oneshot::channel();
        self.ask(Box::new(move |engine| drop(answer.send(read_once(engine, act)))));
        waiting.await.unwrap_or_else(|_| Err(E::from(closed())))
    }

    /// Runs a query on a reader and blocks. Not for asynchronous code.
    pub fn read_blocking<T, E, F>(&self, act: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        E: From<Fault> + Send + 'static,
        T: Send + 'static,
    {
        let (answer, waiting) = channel();
        self.ask(Box::new(move |engine| drop(answer.send(read_once(engine, act)))));
        waiting.recv().unwrap_or_else(|_| Err(E::from(closed())))
    }

    /// Lists what makes the engine less durable, or its data less whole, than it must be.
    pub fn problems(&self) -> Result<Vec<String>, Fault> {
        let (answer, waiting) = channel();
        self.ask(Box::new(move |engine| drop(answer.send(engine.problems()))));
        waiting.recv().unwrap_or_else(|_| Err(closed()))
    }

    /// Lists where the engine's own structures contradict each other: it reads everything, so it takes its time. What is
    /// asked of PostgreSQL is nothing: its data checksums tell a damaged page when it is read.
    pub fn damage(&self) -> Result<Vec<String>, Fault> {
        let (answer, waiting) = channel();
        self.ask(Box::new(move |engine| drop(answer.send(engine.damage()))));
        waiting.recv().unwrap_or_else(|_| Err(closed()))
    }

    /// Lists what the connections could do that serving ones must not: on PostgreSQL by the rights of the role.
    pub fn excess(&self, guards: Guards) -> Result<Vec<String>, Fault> {
        let (answer, waiting) = channel();
        self.ask(Box::new(move |engine| drop(answer.send(engine.excess(guards)))));
        waiting.recv().unwrap_or_else(|_| Err(closed()))
    }

    /// Brings the tables up to these migrations as their owner, and gives another role of PostgreSQL what serving needs.
    pub fn grant(
        target: &Target,
        (migrations, hooks): (&[Migration], &mut dyn BatchHooks),
        role: &str,
        guards: Guards,
    ) -> Result<(), Fault> {
        let Target::Postgres { .. } = target else {
            return Err(Fault::other("roles are PostgreSQL's: on SQLite the serving process guards its own connections"));
        };
        let mut owner = connector(target, None)(true)?;
        migrate::run(owner.as_mut(), migrations, hooks)?;
        owner.grant(role, guards)
    }

    /// Spreads the tables over several machines by a column, with PostgreSQL's extension `citus`; what is done already is left
    /// alone. Returns the statements that were run.
    pub fn distribute(target: &Target, by: &str) -> Result<Vec<String>, Fault> {
        let Target::Postgres { .. } = target else {
            return Err(Fault::other("tables are spread over machines on PostgreSQL only"));
        };
        distribute::run(connector(target, None)(true)?.as_mut(), by)
    }

    /// Copies an SQLite database while it is in use: one consistent state, durable when this returns.
    pub fn backup(&self, to: &Path) -> Result<(), Fault> {
        match &self.inner.file {
            Some(file) => sqlite::backup(file, to),
            None => Err(Fault::other("PostgreSQL is backed up with pg_dump or pg_basebackup, not through this program")),
        }
    }

    /// Empties the write-ahead log of what was deleted. PostgreSQL's own log is kept and thinned out by the database.
    pub fn settle(&self) -> Result<(), Fault> {
        self.inner.file.as_deref().map_or(Ok(()), sqlite::settle)
    }

    /// Tells whether writes are still taken.
    pub fn takes_writes(&self) -> bool {
        !self.inner.closed.load(Ordering::Acquire)
    }

    /// Counts the commands that wait for the writer.
    pub fn waiting(&self) -> usize {
        self.inner.waiting.load(Ordering::Relaxed)
    }

    /// Returns the engine's name and version.
    pub fn engine_version(&self) -> &str {
        &self.inner.version
    }

    fn send(&self, command: Command) -> Result<(), Fault> {
        if !self.takes_writes() {
            return Err(closed());
        }
        let sender = self.inner.commands.as_ref().expect("a store that takes writes has a writer");
        let counted = Counted::new(&self.inner.waiting);
        let command: Command = Box::new(move |tx| {
            drop(counted);
            command(tx)
        });
        sender.try_send(Sent { command, patient: self.patient }).map_err(|error| match error {
            TrySendError::Full(_) => Fault::new(FaultKind::Busy, "too many writes are waiting; try again shortly"),
            TrySendError::Disconnected(_) => closed(),
        })
    }

    fn ask(&self, read: Read) {
        self.inner.reads.put(read);
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.commands = None;
        self.reads.end();
        let own = thread::current().id();
        for handle in self.threads.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            if handle.thread().id() != own {
                drop(handle.join());
            }
        }
    }
}

/// Counts one waiting command as long as it waits.
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn new(waiting: &Arc<AtomicUsize>) -> Self {
        waiting.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(waiting))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

type Connector = Box<dyn Fn(bool) -> Result<Box<dyn Engine>, Fault>>;

fn connector(target: &Target, file: Option<PathBuf>) -> Connector {
    match (target, file) {
        (Target::Postgres { url, schema }, _) => {
            let (url, schema) = (url.clone(), schema.clone());
            Box::new(move |write| Ok(Box::new(postgres::Connection::open(&url, schema.as_deref(), write)?)))
        }
        (_, file) => {
            let file = file.expect("SQLite targets have a file");
            Box::new(move |write| Ok(Box::new(sqlite::open(&file, write)?)))
        }
    }
}

fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, Fault> {
    thread::Builder::new().name(format!("db-{name}")).spawn(run).context("while starting a database thread")
}

/// Starts reader threads, each with a connection; they end with the store.
fn read_threads(connect: &Connector, count: usize, guards: Option<Guards>) -> Result<(Arc<Reads>, Vec<JoinHandle<()>>), Fault> {
    let mut readers = Vec::new();
    for _ in 0..count.max(1) {
        let mut reader = connect(false)?;
        if let Some(guards) = guards {
            reader.confine(guards)?;
        }
        readers.push(reader);
    }
    let (reads, mut threads) = (Arc::<Reads>::default(), Vec::new());
    for mut reader in readers {
        let asked = Arc::clone(&reads);
        let thread = spawn("reader", move || {
            while let Some(read) = asked.take(|| reader.rest()) {
                read(reader.as_mut());
            }
        });
        threads.push(thread.inspect_err(|_| reads.end())?);
    }
    Ok((reads, threads))
}

/// Is what waits for a reader. Whoever puts something in wakes one reader at most, and a reader that finds more goes on without
/// having slept.
#[derive(Default)]
struct Reads {
    waiting: Mutex<Waiting>,
    news: Condvar,
}

#[derive(Default)]
struct Waiting {
    reads: VecDeque<Read>,
    asleep: usize,
    over: bool,
}

impl Reads {
    fn put(&self, read: Read) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.reads.push_back(read);
        let wakes = waiting.asleep > 0;
        drop(waiting);
        if wakes {
            self.news.notify_one();
        }
    }

    /// Waits for the next one; none once the store is gone and nothing waits. Where it has to wait the reader rests first.
    fn take(&self, rest: impl FnOnce()) -> Option<Read> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(read) = waiting.reads.pop_front() {
            return Some(read);
        }
        drop(waiting);
        rest();
        waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(read) = waiting.reads.pop_front() {
                return Some(read);
            }
            if waiting.over {
                return None;
            }
            waiting.asleep += 1;
            waiting = self.news.wait(waiting).unwrap_or_else(PoisonError::into_inner);
            waiting.asleep -= 1;
        }
    }

    fn end(&self) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).over = true;
        self.news.notify_all();
    }
}

fn read_once<T, E: From<Fault>>(engine: &mut dyn Engine, act: impl FnOnce(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
    if point("a reading").and_then(|()| engine.begin()).is_err() {
        point("a new beginning").map_err(E::from)?;
        engine.recover().and_then(|()| engine.begin()).map_err(E::from)?;
    }
    let guarded = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| act(&mut engine.tx())));
    engine.rollback();
    guarded.unwrap_or_else(|_| Err(E::from(Fault::other("a query panicked"))))
}

fn closed() -> Fault {
    Fault::new(FaultKind::Closed, "the store no longer takes writes; start the program anew, it recovers from disk")
}
