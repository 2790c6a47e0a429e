//! The writer: commands are gathered, each runs in its own savepoint, all share one commit.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;

use crate::drill::{COMMITTED, point};
use crate::{Fault, FaultKind, Guards, Tx};

/// Is called around each batch, inside its transaction: for what must happen once however many commands there are.
pub trait BatchHooks: Send {
    /// Runs after the statements of a migration, in its transaction: for what statements alone cannot do to older data.
    fn migrated(&mut self, _tx: &mut Tx<'_>, _name: &str) -> Result<(), Fault> {
        Ok(())
    }

    /// Runs before the first command.
    fn begin(&mut self, _tx: &mut Tx<'_>) -> Result<(), Fault> {
        Ok(())
    }

    /// Runs before each command and once more after the last: here it shows what of the command before was kept.
    fn between(&mut self, _tx: &mut Tx<'_>) -> Result<(), Fault> {
        Ok(())
    }

    /// Runs after the last command, before the commit.
    fn end(&mut self, _tx: &mut Tx<'_>) -> Result<(), Fault> {
        Ok(())
    }

    /// Runs once the commit is durable.
    fn committed(&mut self) {}
}

/// Does nothing around batches.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoHooks;

impl BatchHooks for NoHooks {}

/// Answers the caller once the batch's fate is known.
pub(crate) type Reply = Box<dyn FnOnce(Result<(), Fault>) + Send>;
/// Runs one command in its savepoint and keeps its answer for later. Without a transaction it does not run, and shares
/// the fate of its batch.
pub(crate) type Command = Box<dyn FnOnce(Option<&mut Tx<'_>>) -> Reply + Send>;

/// Is one connection with a transaction on it.
pub(crate) trait Engine: Send {
    fn begin(&mut self) -> Result<(), Fault>;
    fn commit(&mut self) -> Result<(), Fault>;
    fn rollback(&mut self);
    /// Says what was left to be said with the next question, for none is coming just now.
    fn rest(&mut self) {}
    fn tx(&mut self) -> Tx<'_>;
    /// Holds the connection from now on to what a serving one may do.
    fn confine(&mut self, guards: Guards) -> Result<(), Fault>;
    /// Lists what this connection could do that a serving one must not.
    fn excess(&mut self, guards: Guards) -> Result<Vec<String>, Fault>;
    /// Tells whether a table is there.
    fn has_table(&mut self, name: &str) -> Result<bool, Fault>;
    /// Gives another role what a serving connection needs.
    fn grant(&mut self, role: &str, guards: Guards) -> Result<(), Fault>;
    /// Tells whether the twin texts for PostgreSQL apply.
    fn is_postgres(&self) -> bool;
    /// Returns the engine's name and version.
    fn version(&mut self) -> Result<String, Fault>;
    /// Lists what makes this engine less durable or its data less whole than it must be.
    fn problems(&mut self) -> Result<Vec<String>, Fault>;
    /// Lists where the engine's own structures contradict each other, as far as it can tell: slow, reads everything.
    fn damage(&mut self) -> Result<Vec<String>, Fault>;
    /// Brings a broken connection back, or says that it cannot.
    fn recover(&mut self) -> Result<(), Fault>;
}

/// Says what a command that fails takes along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Alone {
    /// Nothing: it has a savepoint of its own.
    Yes,
    /// Its whole batch: so no savepoint is kept for it, which costs a copy of each page that is changed.
    No,
}

/// Wraps a closure into a command. Panics inside it become faults of that command.
pub(crate) fn command<T, E, F>(alone: Alone, act: F, answer: impl FnOnce(Result<T, E>) + Send + 'static) -> Command
where
    F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    E: From<Fault> + Send + 'static,
    T: Send + 'static,
{
    Box::new(move |tx| {
        let guarded = |tx: &mut Tx<'_>| {
            catch_unwind(AssertUnwindSafe(|| act(tx)))
                .unwrap_or_else(|_| Err(E::from(Fault::other("a command panicked; nothing of it was kept"))))
        };
        let result = tx.map(|tx| match alone {
            Alone::Yes => tx.savepoint(guarded),
            Alone::No => tx.with_all(guarded),
        });
        Box::new(move |fate| {
            answer(match (result, fate) {
                (Some(Ok(value)), Ok(())) => Ok(value),
                (Some(Err(error)), _) => Err(error),
                (_, Err(fault)) => Err(E::from(fault)),
                (None, Ok(())) => Err(E::from(Fault::other("a command was left out of its batch"))),
            });
        })
    })
}

/// Is a command on its way to the writer.
pub(crate) struct Sent {
    pub command: Command,
    /// True where nobody waits for it: others go before it.
    pub patient: bool,
}

/// Of the commands of a batch that somebody waits for, one in so many may be followed by one that nobody waits for.
const PATIENT_EVERY: usize = 8;

/// Runs batches until every sender is gone. After a commit that failed for another reason than a full disk the
/// store is closed: its state on disk must be read anew (a failed fsync is never tried twice).
pub(crate) fn write_loop(
    mut engine: Box<dyn Engine>,
    commands: &Receiver<Sent>,
    (batch_max, closed): (usize, &Arc<AtomicBool>),
    mut hooks: Box<dyn BatchHooks>,
) {
    let mut line = Line { commands, batch_max, first: VecDeque::new(), patient: VecDeque::new(), taken: 0, beside: 0 };
    while line.begin() {
        if closed.load(Ordering::Acquire) {
            line.clear(); // dropping a command answers its caller with Closed
            continue;
        }
        run_batch(engine.as_mut(), &mut line, hooks.as_mut(), closed);
    }
}

/// Is what waits for the writer: first what somebody waits for, and then the rest, of which a little goes along with each batch, and as much
/// as fits where nobody waits.
struct Line<'a> {
    commands: &'a Receiver<Sent>,
    batch_max: usize,
    first: VecDeque<Command>,
    patient: VecDeque<Command>,
    /// Commands that somebody waits for, taken into this batch so far.
    taken: usize,
    /// Patient ones that ran in it.
    beside: usize,
}

impl Line<'_> {
    /// Waits until there is something for a batch. False: nothing will come any more.
    fn begin(&mut self) -> bool {
        (self.taken, self.beside) = (0, 0);
        if self.patient.is_empty() {
            let Ok(sent) = self.commands.recv() else { return false };
            self.put(sent);
        }
        self.more();
        true
    }

    /// Takes in whatever has come.
    fn more(&mut self) {
        while self.taken < self.batch_max
            && let Ok(sent) = self.commands.try_recv()
        {
            self.put(sent);
        }
    }

    fn put(&mut self, sent: Sent) {
        if sent.patient {
            self.patient.push_back(sent.command);
        } else {
            self.first.push_back(sent.command);
            self.taken += 1;
        }
    }

    /// Takes the next command of this batch; none where the others wait for the next one.
    fn next(&mut self) -> Option<Command> {
        if let Some(first) = self.first.pop_front() {
            return Some(first);
        }
        let room = if self.taken == 0 { self.batch_max } else { (self.taken / PATIENT_EVERY).max(1) };
        if self.beside >= room {
            return None;
        }
        self.beside += 1;
        self.patient.pop_front()
    }

    fn clear(&mut self) {
        self.first.clear();
        self.patient.clear();
    }
}

fn run_batch(engine: &mut dyn Engine, line: &mut Line<'_>, hooks: &mut dyn BatchHooks, closed: &Arc<AtomicBool>) {
    let mut replies = Vec::with_capacity(line.taken);
    let fate = attempt(engine, line, hooks, &mut replies);
    // where it broke off, what was taken into it shares its fate
    replies.extend(line.first.drain(..).map(|command| command(None)));
    match &fate {
        Ok(()) => hooks.committed(),
        Err(fault) => {
            tracing::error!(error = %fault, cause = ?std::error::Error::source(fault), "a batch of writes was not committed");
            engine.rollback();
            // a full disk and a lock that another program held left everything as it was
            let survives = matches!(fault.kind(), FaultKind::Full | FaultKind::Busy) || engine.recover().is_ok();
            closed.store(!survives, Ordering::Release);
        }
    }
    for reply in replies {
        reply(match &fate {
            Ok(()) => Ok(()),
            Err(fault) => Err(fault.again()),
        });
    }
}

fn attempt(
    engine: &mut dyn Engine,
    line: &mut Line<'_>,
    hooks: &mut dyn BatchHooks,
    replies: &mut Vec<Reply>,
) -> Result<(), Fault> {
    point("a beginning")?;
    engine.begin()?;
    hooks.begin(&mut engine.tx())?;
    // it may have waited there for another process, and more has come meanwhile
    line.more();
    loop {
        let mut tx = engine.tx();
        hooks.between(&mut tx)?;
        let Some(command) = line.next() else { break };
        replies.push(command(Some(&mut tx)));
        tx.whole()?;
    }
    engine.tx().settle()?;
    hooks.end(&mut engine.tx())?;
    point("a commit")?;
    engine.commit()?;
    point(COMMITTED)
}
