//! Moving SQLite's write-ahead log into the file. Nobody who writes waits for it: another connection, on a thread of its own,
//! moves what there is and makes it durable while commits go on; the writer then moves the few pages that came meanwhile in
//! one commit, and the log begins anew.
//!
//! SQLite would pass over what goes wrong while a log is moved. A disk that fails there, at a sync above all, must end the
//! writing all the same: what the file holds then is not known. What was committed is durable in the log already, so a full
//! disk and another one's lock only put the move off.

use std::cell::Cell;
use std::fs::File;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use rusqlite::hooks::Wal;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::BUSY_MILLIS;
use crate::{Context, Fault, FaultKind};

/// Says when the log is moved, in pages of it.
#[derive(Clone, Copy)]
struct Limits {
    /// From here on it is moved: late enough that one move serves many commits.
    due: i32,
    /// What the writer moves itself; where more came meanwhile, the other connection goes once more.
    rest_max: i32,
    /// A log that cannot begin anew, for somebody still reads it, is moved again after as many more.
    again: i32,
    /// From here on a commit waits for the move that is under way.
    max: i32,
}

/// 16 MiB, 1.6 MiB, 2 MiB and 128 MiB.
const LIMITS: Limits = Limits { due: 4_000, rest_max: 400, again: 500, max: 32_000 };
/// How often the other connection goes at most before the writer moves what is left, however much it is.
const ROUNDS_MAX: u32 = 4;

thread_local! {
    /// How many pages the log had after this thread's last commit.
    static PAGES: Cell<i32> = const { Cell::new(0) };
    /// Whether this thread's next commit moves what is left of the log.
    static FINISH: Cell<bool> = const { Cell::new(false) };
}

/// Is called by SQLite after each commit, on the thread of the writer.
pub(super) fn hook(log: &mut Wal, pages: i32) -> rusqlite::Result<()> {
    PAGES.set(pages);
    if !FINISH.replace(false) {
        return Ok(());
    }
    match log.checkpoint() {
        Err(error) if is_broken(&error) => Err(error),
        _ => Ok(()),
    }
}

/// Tells whether a disk failed, so that nothing must be written any more.
fn is_broken(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure)
}

/// Is the writer's side of the moving.
pub(super) struct Mover {
    file: PathBuf,
    limits: Limits,
    shared: Arc<Shared>,
    thread: Option<(SyncSender<()>, JoinHandle<()>)>,
    /// Pages of the log when it was last moved; 0 where it began anew since.
    asked: i32,
    rounds: u32,
}

#[derive(Default)]
struct Shared {
    phase: Mutex<Phase>,
    changed: Condvar,
}

#[derive(Default, Clone, Copy, PartialEq)]
enum Phase {
    #[default]
    Idle,
    Moving,
    /// As many pages of the log lie in the file.
    Moved(i32),
    Failed,
}

impl Shared {
    fn phase(&self) -> MutexGuard<'_, Phase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, phase: Phase) {
        *self.phase() = phase;
        self.changed.notify_all();
    }
}

impl Mover {
    pub(super) fn new(file: &Path) -> Self {
        Self { file: file.to_owned(), limits: LIMITS, shared: Arc::default(), thread: None, asked: 0, rounds: 0 }
    }

    /// Runs before each commit. It fails where the log could not be moved because the disk did.
    pub(super) fn before(&mut self) -> Result<(), Fault> {
        let pages = PAGES.get();
        FINISH.set(false);
        let mut phase = self.shared.phase();
        while *phase == Phase::Moving && pages >= self.limits.max {
            phase = self.shared.changed.wait(phase).unwrap_or_else(PoisonError::into_inner);
        }
        let now = *phase;
        drop(phase);
        match now {
            Phase::Failed => return Err(Fault::new(FaultKind::Disk, "the write-ahead log could not be moved into the file")),
            Phase::Moved(moved) if pages - moved > self.limits.rest_max && self.rounds < ROUNDS_MAX => self.ask(pages),
            Phase::Moved(_) => {
                FINISH.set(true);
                self.rounds = 0;
                self.shared.set(Phase::Idle);
            }
            Phase::Idle | Phase::Moving => {}
        }
        Ok(())
    }

    /// Runs after each commit.
    pub(super) fn after(&mut self) {
        let pages = PAGES.get();
        if pages < self.asked {
            self.asked = 0;
        }
        let is_due = pages >= self.limits.due && (self.asked == 0 || pages >= self.asked + self.limits.again);
        if is_due && *self.shared.phase() == Phase::Idle {
            self.ask(pages);
        }
    }

    /// Sends the other connection; without a thread for it the writer moves the log itself at its next commit.
    fn ask(&mut self, pages: i32) {
        self.asked = pages;
        self.rounds += 1;
        if self.thread.is_none() {
            let (asks, asked) = sync_channel(1);
            let (file, shared) = (self.file.clone(), Arc::clone(&self.shared));
            let run = thread::Builder::new().name("db-log".to_owned()).spawn(move || move_loop(&file, &shared, &asked));
            self.thread = run.ok().map(|thread| (asks, thread));
        }
        self.shared.set(Phase::Moving);
        if self.thread.as_ref().is_none_or(|(asks, _)| asks.send(()).is_err()) {
            self.shared.set(Phase::Moved(pages));
        }
    }
}

impl Drop for Mover {
    fn drop(&mut self) {
        if let Some((asks, thread)) = self.thread.take() {
            drop(asks);
            drop(thread.join());
        }
    }
}

/// Says why the log was not moved.
enum Stop {
    /// The disk failed.
    Broken(Box<dyn std::error::Error>),
    /// Something is in the way that will pass.
    Later(Box<dyn std::error::Error>),
}

fn move_loop(file: &Path, shared: &Shared, asked: &Receiver<()>) {
    let mut door = None;
    while asked.recv().is_ok() {
        let phase = match move_once(file, &mut door) {
            Ok(moved) => Phase::Moved(moved),
            Err(Stop::Broken(error)) => {
                tracing::error!(error, "the write-ahead log could not be moved into the file");
                Phase::Failed
            }
            Err(Stop::Later(error)) => {
                tracing::warn!(error, "moving the write-ahead log into the file is put off");
                Phase::Idle
            }
        };
        shared.set(phase);
    }
}

/// Is the way to the database that the moving thread keeps open.
struct Door {
    connection: Connection,
    /// The same file, to make it durable. It is never closed: that would drop every lock that SQLite holds on it in this
    /// process.
    file: ManuallyDrop<File>,
}

/// Moves what the log holds now, as far as no reader still needs the older state, and makes it durable. Answers with how many
/// pages of the log lie in the file.
fn move_once(file: &Path, door: &mut Option<Door>) -> Result<i32, Stop> {
    let stop = |error: rusqlite::Error| if is_broken(&error) { Stop::Broken(error.into()) } else { Stop::Later(error.into()) };
    if door.is_none() {
        *door = Some(open(file)?);
    }
    let Some(Door { connection, file }) = door else { return Ok(0) };
    let moved = connection.query_row("pragma wal_checkpoint(passive)", [], |row| row.get(2)).map_err(stop)?;
    // SQLite does this itself only where nothing was committed meanwhile, and else leaves it to the writer
    file.sync_data().map_err(|error| Stop::Broken(error.into()))?;
    Ok(moved)
}

fn open(file: &Path) -> Result<Door, Stop> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags).map_err(|error| Stop::Later(error.into()))?;
    let settings = connection.execute_batch("pragma synchronous=full; pragma trusted_schema=off");
    settings.map_err(|error| Stop::Later(error.into()))?;
    let file = File::open(file).map_err(|error| Stop::Later(error.into()))?;
    Ok(Door { connection, file: ManuallyDrop::new(file) })
}

/// Moves the whole log of a database into its file and empties it, so that nothing deleted stands in it any more. A reader
/// that still looks at an older state puts this off to the next time.
pub(crate) fn settle(file: &Path) -> Result<(), Fault> {
    let connection =
        Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE).context("while opening the database")?;
    connection.execute_batch(&format!("pragma busy_timeout={BUSY_MILLIS};")).context("while setting up SQLite")?;
    connection.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(())).context("while emptying the write-ahead log")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::{Sqlite, open, run};
    use super::*;
    use crate::batch::Engine;
    use crate::value::Value;

    /// Bytes of a page with its header in the log.
    const LOG_PAGE_BYTES: u64 = 4_096 + 24;

    fn writer(file: &Path, limits: Limits) -> Sqlite {
        let mut writer = open(file, true).unwrap();
        writer.mover.as_mut().unwrap().limits = limits;
        run(&writer, "create table thing (id integer primary key, body blob not null)", &[]).unwrap();
        writer
    }

    fn put(writer: &mut Sqlite, id: i64) -> Result<(), Fault> {
        writer.begin()?;
        run(writer, "insert into thing (id, body) values ($1, $2)", &[id.into(), Value::Blob(vec![7; 9_000])])?;
        writer.commit()
    }

    #[test]
    fn the_log_is_moved_beside_the_writer_and_begins_anew() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.db");
        let limits = Limits { due: 20, rest_max: 5, again: 10, max: 60 };
        let mut writer = writer(&file, limits);
        for id in 0..600 {
            put(&mut writer, id).unwrap();
        }
        let log = fs::metadata(folder.path().join("a.db-wal")).unwrap().len();
        let moves = u64::from(ROUNDS_MAX) + 1;
        assert!(log <= moves * u64::try_from(limits.max).unwrap() * LOG_PAGE_BYTES, "{log} bytes, of 600 × 3 pages");
        drop(writer);
        let again = Connection::open(&file).unwrap();
        let (count, sum): (i64, i64) =
            again.query_row("select count(*), sum(length(body)) from thing", [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        assert_eq!((count, sum), (600, 600 * 9_000));
    }

    #[test]
    fn after_a_disk_failed_under_a_move_nothing_is_committed() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = writer(&folder.path().join("a.db"), LIMITS);
        put(&mut writer, 1).unwrap();
        writer.mover.as_ref().unwrap().shared.set(Phase::Failed);
        assert_eq!(put(&mut writer, 2).unwrap_err().kind(), FaultKind::Disk);
        writer.rollback();
        assert_eq!(put(&mut writer, 3).unwrap_err().kind(), FaultKind::Disk, "not at the next try either");
    }
}
