//! The one transaction type.

use crate::drill::point;
use crate::row::Row;
use crate::sums::Sums;
use crate::value::Value;
use crate::{Fault, FaultKind, postgres, sqlite};

/// Said of a savepoint that cannot be released.
pub(crate) const PASSED_OVER: &str = "a statement was refused and the refusal passed over";

/// Begins and releases savepoints, the outermost first; deeper ones are spelled out.
const SAVEPOINTS: [(&str, &str); 3] =
    [("savepoint s0", "release s0"), ("savepoint s1", "release s1"), ("savepoint s2", "release s2")];

/// Is a query with its parameters.
pub type Question<'a> = (&'a str, Vec<Value>);

/// Is what a batch keeps in mind between its commands, to write it down once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Figures that every command moves on.
    pub figures: [i64; 4],
    /// The end of a chain, once a command has added to it: a number and a hash.
    pub chain: Option<(i64, [u8; 32])>,
}

/// Is a running transaction on either engine. Closures given to the store receive it.
pub struct Tx<'c> {
    conn: Conn<'c>,
    depth: u32,
    /// Why a failed part could not be undone alone; then nothing of the transaction may be kept.
    torn: Option<FaultKind>,
    /// What of the world outside was met first: a full disk, a lost line. It says what to do about whatever follows from it.
    met: Option<FaultKind>,
    look: Look,
}

/// Says how much more a look may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    /// Whatever it likes.
    Open,
    /// One question.
    Last,
    /// Nothing.
    Over,
}

pub(crate) enum Conn<'c> {
    Sqlite(&'c sqlite::Sqlite),
    Postgres(&'c mut postgres::Connection),
}

impl<'c> Tx<'c> {
    pub(crate) fn sqlite(connection: &'c sqlite::Sqlite) -> Self {
        Self { conn: Conn::Sqlite(connection), depth: 0, torn: None, met: None, look: Look::Open }
    }

    pub(crate) fn postgres(connection: &'c mut postgres::Connection) -> Self {
        Self { conn: Conn::Postgres(connection), depth: 0, torn: None, met: None, look: Look::Open }
    }

    /// Tells whether all that is seen here was committed: true on a reader, never in the writer, whose batch can still be undone.
    pub fn sees_only_committed(&self) -> bool {
        match &self.conn {
            Conn::Sqlite(connection) => !connection.writes(),
            Conn::Postgres(connection) => !connection.writes(),
        }
    }

    /// Returns what this transaction keeps in mind. A savepoint that is undone takes what was kept in it along.
    pub fn mark(&self) -> Option<Mark> {
        match &self.conn {
            Conn::Sqlite(connection) => connection.mark.get(),
            Conn::Postgres(connection) => connection.mark,
        }
    }

    /// Keeps something in mind until the transaction ends.
    pub fn set_mark(&mut self, mark: Mark) {
        self.mind(Some(mark));
    }

    fn mind(&mut self, mark: Option<Mark>) {
        match &mut self.conn {
            Conn::Sqlite(connection) => connection.mark.set(mark),
            Conn::Postgres(connection) => connection.mark = mark,
        }
    }

    /// Says that the next question of a reader is its last: over a long way the look then ends with the answer, and nothing is
    /// sent to end it. A further question is a fault. In the writer it says nothing.
    pub fn last(&mut self) {
        if self.sees_only_committed() && self.look == Look::Open {
            self.look = Look::Last;
            if let Conn::Postgres(connection) = &mut self.conn {
                connection.last();
            }
        }
    }

    /// Runs a statement and returns how many rows it changed.
    pub fn run(&mut self, sql: &str, params: &[Value]) -> Result<u64, Fault> {
        self.holds()?;
        let answer = point("a statement").and_then(|()| match &mut self.conn {
            Conn::Sqlite(connection) => sqlite::run(connection, sql, params),
            Conn::Postgres(connection) => connection.run(sql, params),
        });
        self.noted(answer)
    }

    /// Runs a statement of which nothing has to be known before the next one. Where the way to the engine is long it leaves
    /// together with what is asked next; a fault of it is that one's answer, at the latest the end of the savepoint's.
    pub fn later(&mut self, sql: &str, params: &[Value]) -> Result<(), Fault> {
        self.holds()?;
        let answer = point("a statement put off").and_then(|()| match &mut self.conn {
            Conn::Sqlite(connection) => sqlite::run(connection, sql, params).map(drop),
            Conn::Postgres(connection) => connection.later(sql, params),
        });
        self.noted(answer)
    }

    /// Adds to a row of counters, in the writer only: all that a batch adds to one row is written once, before the batch ends, by
    /// a statement that takes the key and then the amounts. Until then no question sees it; a savepoint that is undone takes it
    /// along.
    pub fn add(&mut self, sql: &'static str, key: Vec<Value>, amounts: Vec<i64>) {
        self.sums(|sums| sums.add(sql, key, amounts));
    }

    fn sums<T>(&mut self, act: impl FnOnce(&mut Sums) -> T) -> T {
        match &mut self.conn {
            Conn::Sqlite(connection) => act(&mut connection.sums.borrow_mut()),
            Conn::Postgres(connection) => act(&mut connection.sums),
        }
    }

    /// Writes now what was added to counters so far, by the commands before as well: for whoever is about to count anew. So it is a
    /// fault inside a savepoint, which could be undone, unless there is nothing.
    pub fn settle(&mut self) -> Result<(), Fault> {
        if self.depth > 0 && self.sums(|sums| sums.far()) > 0 {
            return Err(Fault::other("counters are written outside of savepoints only"));
        }
        let told = self.sums(Sums::take);
        told.iter().try_for_each(|(sql, params)| self.later(sql, params))
    }

    /// Runs a query and returns its rows.
    pub fn rows(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, Fault> {
        self.holds()?;
        let answer = point("a query").and_then(|()| match &mut self.conn {
            Conn::Sqlite(connection) => sqlite::rows(connection, sql, params),
            Conn::Postgres(connection) => connection.rows(sql, params),
        });
        self.noted(answer)
    }

    /// Runs a query and returns its first row. `None` = not there.
    pub fn row(&mut self, sql: &str, params: &[Value]) -> Result<Option<Row>, Fault> {
        Ok(self.rows(sql, params)?.into_iter().next())
    }

    /// Runs several queries, none of which needs the answer of another, and returns the rows of each in their order. Where the
    /// way to the engine is long they go it together.
    pub fn ask(&mut self, questions: &[Question<'_>]) -> Result<Vec<Vec<Row>>, Fault> {
        self.holds()?;
        let may = questions.iter().try_for_each(|_| point("a query"));
        let answer = may.and_then(|()| match &mut self.conn {
            Conn::Sqlite(connection) => questions.iter().map(|(sql, params)| sqlite::rows(connection, sql, params)).collect(),
            Conn::Postgres(connection) => connection.ask(questions),
        });
        self.noted(answer)
    }

    /// Runs several statements without parameters: for migrations.
    pub fn batch(&mut self, sql: &str) -> Result<(), Fault> {
        self.holds()?;
        let answer = point("statements").and_then(|()| match &mut self.conn {
            Conn::Sqlite(connection) => sqlite::batch(connection, sql),
            Conn::Postgres(connection) => connection.batch(sql),
        });
        self.noted(answer)
    }

    /// Runs a closure in a savepoint: what it did is undone when it answers an error.
    pub fn savepoint<T, E: From<Fault>>(&mut self, act: impl FnOnce(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        let (name, mark) = (format!("s{}", self.depth), self.mark());
        let far = self.sums(|sums| sums.far());
        let may = point("a savepoint");
        self.noted(may)?;
        match &mut self.conn {
            Conn::Sqlite(connection) => match SAVEPOINTS.get(self.depth as usize) {
                Some((begin, _)) => drop(sqlite::run(connection, begin, &[])?),
                None => sqlite::batch(connection, &format!("savepoint {name}"))?,
            },
            Conn::Postgres(connection) => connection.savepoint(&name)?,
        }
        let depth = self.depth + 1;
        let look = self.look;
        let mut inner = Tx { conn: self.reborrow(), depth, torn: None, met: None, look };
        // a fault that the closure passed over may have left the savepoint unable to be released
        let answer = act(&mut inner).and_then(|value| inner.release(&name).map(|()| value).map_err(E::from));
        if answer.is_err()
            && inner.torn.is_none()
            && let Err(fault) = inner.undo(&name)
        {
            inner.torn = Some(inner.met.unwrap_or(fault.kind()));
        }
        let (torn, met) = (inner.torn, inner.met);
        if answer.is_err() {
            self.mind(mark);
            self.sums(|sums| sums.back(far));
        }
        self.torn = self.torn.or(torn);
        self.met = self.met.or(met);
        answer
    }

    /// Runs a closure without a savepoint: when it answers an error nothing of the transaction may be kept.
    pub(crate) fn with_all<T, E>(&mut self, act: impl FnOnce(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        let answer = act(self);
        if answer.is_err() {
            self.torn = self.torn.or(self.met).or(Some(FaultKind::Other));
        }
        answer
    }

    fn release(&mut self, name: &str) -> Result<(), Fault> {
        let may = point("a release");
        self.noted(may)?;
        if let Conn::Postgres(connection) = &mut self.conn {
            let answer = connection.release(name);
            return self.noted(answer);
        }
        let known = SAVEPOINTS.iter().map(|(_, release)| *release).find(|release| release.ends_with(name));
        let answer = match known {
            Some(release) => self.run(release, &[]).map(drop),
            None => self.batch(&format!("release {name}")),
        };
        answer.map_err(|fault| fault.context(PASSED_OVER))
    }

    fn undo(&mut self, name: &str) -> Result<(), Fault> {
        let may = point("an undoing");
        self.noted(may)?;
        match &mut self.conn {
            Conn::Sqlite(_) => self.batch(&format!("rollback to {name}; release {name}")),
            Conn::Postgres(connection) => connection.undo(name),
        }
    }

    /// Answers a fault when a failed part could not be undone alone.
    pub(crate) fn whole(&self) -> Result<(), Fault> {
        match self.torn {
            Some(kind) => Err(Fault::new(kind, "a failed command could not be undone alone, so all of its batch was undone")),
            None => Ok(()),
        }
    }

    /// Answers a fault when the engine gave up the transaction under a savepoint: SQLite does so when the disk is full,
    /// and would keep each further statement by itself.
    fn holds(&mut self) -> Result<(), Fault> {
        match self.look {
            Look::Open => {}
            Look::Last => self.look = Look::Over,
            Look::Over => return Err(Fault::other("a question came after the one that was said to be the last")),
        }
        match &self.conn {
            Conn::Sqlite(connection) if self.depth > 0 && sqlite::is_autocommit(connection) => {
                let kind = self.met.unwrap_or(FaultKind::Other);
                Err(Fault::new(kind, "the engine gave up the transaction"))
            }
            _ => Ok(()),
        }
    }

    fn noted<T>(&mut self, answer: Result<T, Fault>) -> Result<T, Fault> {
        let outside = |kind: &FaultKind| matches!(kind, FaultKind::Full | FaultKind::Disk | FaultKind::Away | FaultKind::Busy);
        self.met = self.met.or(answer.as_ref().err().map(Fault::kind).filter(outside));
        answer
    }

    /// Checks that a statement can be prepared, without running it.
    pub(crate) fn prepare(&mut self, sql: &str) -> Result<(), Fault> {
        match &mut self.conn {
            Conn::Sqlite(connection) => sqlite::prepare(connection, sql),
            Conn::Postgres(connection) => connection.prepare(sql),
        }
    }

    fn reborrow(&mut self) -> Conn<'_> {
        match &mut self.conn {
            Conn::Sqlite(connection) => Conn::Sqlite(connection),
            Conn::Postgres(connection) => Conn::Postgres(connection),
        }
    }
}
