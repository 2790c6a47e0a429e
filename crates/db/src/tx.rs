//! The one transaction type.

use crate::row::Row;
use crate::value::Value;
use crate::{Fault, postgres, sqlite};

/// Is a running transaction on either engine. Closures given to the store receive it.
pub struct Tx<'c> {
    conn: Conn<'c>,
    depth: u32,
}

pub(crate) enum Conn<'c> {
    Sqlite(&'c rusqlite::Connection),
    Postgres(&'c mut postgres::Connection),
}

impl<'c> Tx<'c> {
    pub(crate) fn sqlite(connection: &'c rusqlite::Connection) -> Self {
        Self { conn: Conn::Sqlite(connection), depth: 0 }
    }

    pub(crate) fn postgres(connection: &'c mut postgres::Connection) -> Self {
        Self { conn: Conn::Postgres(connection), depth: 0 }
    }

    /// Runs a statement and returns how many rows it changed.
    pub fn run(&mut self, sql: &str, params: &[Value]) -> Result<u64, Fault> {
        match &mut self.conn {
            Conn::Sqlite(connection) => sqlite::run(connection, sql, params),
            Conn::Postgres(connection) => connection.run(sql, params),
        }
    }

    /// Runs a query and returns its rows.
    pub fn rows(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, Fault> {
        match &mut self.conn {
            Conn::Sqlite(connection) => sqlite::rows(connection, sql, params),
            Conn::Postgres(connection) => connection.rows(sql, params),
        }
    }

    /// Runs a query and returns its first row. `None` = not there.
    pub fn row(&mut self, sql: &str, params: &[Value]) -> Result<Option<Row>, Fault> {
        Ok(self.rows(sql, params)?.into_iter().next())
    }

    /// Runs several statements without parameters: for migrations.
    pub fn batch(&mut self, sql: &str) -> Result<(), Fault> {
        match &mut self.conn {
            Conn::Sqlite(connection) => sqlite::batch(connection, sql),
            Conn::Postgres(connection) => connection.batch(sql),
        }
    }

    /// Runs a closure in a savepoint: what it did is undone when it answers an error.
    pub fn savepoint<T, E: From<Fault>>(&mut self, act: impl FnOnce(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        let name = format!("s{}", self.depth);
        self.batch(&format!("savepoint {name}"))?;
        let depth = self.depth + 1;
        let mut inner = Tx { conn: self.reborrow(), depth };
        let answer = act(&mut inner);
        let end = if answer.is_ok() { format!("release {name}") } else { format!("rollback to {name}; release {name}") };
        self.batch(&end)?;
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
