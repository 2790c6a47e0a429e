//! SQLite, as its own copy in the binary. Durability is not an option: WAL with `synchronous=full`, read back at open.

mod log;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, Authorization};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ErrorCode, OpenFlags, ToSql};

pub(crate) use log::settle;

use crate::batch::Engine;
use crate::row::Row;
use crate::sums::Sums;
use crate::tx::Mark;
use crate::value::Value;
use crate::{Context, Fault, FaultKind, Guards, Tx, guard};

/// Oldest SQLite without the WAL-reset corruption (3.7.0 to 3.51.2), as its version number.
const VERSION_MIN: i32 = 3_051_003;
/// Prepared statements kept per connection.
const STATEMENTS_MAX: usize = 256;
/// How long a reader waits for a lock, in milliseconds.
const BUSY_MILLIS: u32 = 5_000;

/// Shapes of statements kept per connection; more and all are forgotten.
const SHAPES_MAX: usize = 1_024;

/// Pragmas that a confined connection may ask, without a value.
const PRAGMAS: [&str; 3] = ["journal_mode", "quick_check", "integrity_check"];

pub(crate) struct Sqlite {
    connection: Connection,
    /// On the writer's connection only.
    mover: Option<log::Mover>,
    /// Set when the authorizer saw a guarded table in a statement that was prepared anew; `None` without an authorizer.
    touched: Option<Arc<AtomicBool>>,
    /// By where the text lies and how long it is; the text itself is compared, for another one may come to lie there.
    shapes: RefCell<HashMap<(usize, usize), Arc<Shape>>>,
    /// What the running transaction keeps in mind.
    pub(crate) mark: Cell<Option<Mark>>,
    /// What it adds to counters.
    pub(crate) sums: RefCell<Sums>,
}

/// Is what asking the engine again and again would cost: the names of columns, and which value each parameter takes.
struct Shape {
    sql: Box<str>,
    columns: Arc<[String]>,
    values: Box<[usize]>,
}

pub(crate) fn open(file: &Path, write: bool) -> Result<Sqlite, Fault> {
    if rusqlite::version_number() < VERSION_MIN {
        return Err(Fault::other(format!("SQLite {} is too old: 3.51.3 or newer is needed", rusqlite::version())));
    }
    let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_READ_WRITE;
    let flags = if write { flags | OpenFlags::SQLITE_OPEN_CREATE } else { flags };
    let mut connection = Connection::open_with_flags(file, flags).context("while opening the database")?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    // plans do not look at bound values: they stay what the tests saw, and a statement is not prepared anew at each use
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).context("while setting up SQLite")?;
    let settings = format!(
        "pragma busy_timeout={BUSY_MILLIS}; pragma foreign_keys=on; pragma trusted_schema=off; pragma secure_delete=on;
         pragma case_sensitive_like=on; pragma temp_store=memory; pragma cache_size=-16000; pragma mmap_size=268435456;"
    );
    connection.execute_batch(&settings).context("while setting up SQLite")?;
    if write {
        connection.execute_batch("pragma journal_mode=wal; pragma synchronous=full;").context("while setting up SQLite")?;
        let mode: String = connection.query_row("pragma journal_mode", [], |row| row.get(0)).context("while reading back")?;
        let sync: i64 = connection.query_row("pragma synchronous", [], |row| row.get(0)).context("while reading back")?;
        if mode != "wal" || sync != 2 {
            let text = format!(
                "SQLite must run with WAL and full synchronisation, not {mode} and {sync}: is the folder on a network share?"
            );
            return Err(Fault::other(text));
        }
        connection.wal_hook(Some(log::hook)).context("while setting up SQLite")?;
    } else {
        connection.execute_batch("pragma query_only=on").context("while setting up SQLite")?;
    }
    let mover = write.then(|| log::Mover::new(file));
    Ok(Sqlite { connection, mover, touched: None, shapes: RefCell::default(), mark: Cell::default(), sums: RefCell::default() })
}

impl Engine for Sqlite {
    fn begin(&mut self) -> Result<(), Fault> {
        self.mark.set(None);
        self.sums.take();
        run(self, if self.writes() { "begin immediate" } else { "begin" }, &[]).map(drop)
    }

    fn commit(&mut self) -> Result<(), Fault> {
        if let Some(mover) = &mut self.mover {
            mover.before()?;
        }
        run(self, "commit", &[]).map_err(|fault| {
            let kind = if fault.kind() == FaultKind::Full { FaultKind::Full } else { FaultKind::Unknown };
            Fault::new(kind, "the commit failed").caused_by(fault)
        })?;
        if let Some(mover) = &mut self.mover {
            mover.after();
        }
        Ok(())
    }

    fn rollback(&mut self) {
        if !self.connection.is_autocommit() {
            drop(run(self, "rollback", &[]));
        }
    }

    fn tx(&mut self) -> Tx<'_> {
        Tx::sqlite(self)
    }

    fn confine(&mut self, guards: Guards) -> Result<(), Fault> {
        let touched = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&touched);
        let hook = move |asked: rusqlite::hooks::AuthContext<'_>| authorize(&asked.action, guards, &seen);
        self.connection.authorizer(Some(hook)).context("while guarding the database")?;
        self.touched = Some(touched);
        Ok(())
    }

    fn excess(&mut self, _: Guards) -> Result<Vec<String>, Fault> {
        Ok(Vec::new()) // the authorizer is on every serving connection
    }

    fn has_table(&mut self, name: &str) -> Result<bool, Fault> {
        let sql = "select 1 from sqlite_master where type = 'table' and name = $1";
        Ok(!rows(self, sql, &[Value::from(name)])?.is_empty())
    }

    fn grant(&mut self, _: &str, _: Guards) -> Result<(), Fault> {
        Err(Fault::other("SQLite knows no roles: the serving process is held by an authorizer on its connections"))
    }

    fn is_postgres(&self) -> bool {
        false
    }

    fn version(&mut self) -> Result<String, Fault> {
        Ok(format!("SQLite {}", rusqlite::version()))
    }

    fn problems(&mut self) -> Result<Vec<String>, Fault> {
        let mut problems = Vec::new();
        let mode: String =
            self.connection.query_row("pragma journal_mode", [], |row| row.get(0)).context("while reading back")?;
        if mode != "wal" {
            problems.push(format!("SQLite keeps its journal as {mode}, not as WAL"));
        }
        problems.extend(told(&self.connection, "pragma quick_check(10)")?);
        Ok(problems)
    }

    fn damage(&mut self) -> Result<Vec<String>, Fault> {
        told(&self.connection, "pragma integrity_check(20)")
    }

    fn recover(&mut self) -> Result<(), Fault> {
        Err(Fault::other("after a failed commit the database is read anew by a new process"))
    }
}

/// Runs one of SQLite's own checks.
fn told(connection: &Connection, check: &str) -> Result<Vec<String>, Fault> {
    let mut statement = connection.prepare(check)?;
    let lines = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    Ok(lines.into_iter().filter(|line| line != "ok").map(|line| format!("SQLite finds its file damaged: {line}")).collect())
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        let kind = match error.sqlite_error().map(|e| (e.code, e.extended_code)) {
            Some((_, 1_555 | 2_067)) => FaultKind::Unique,
            Some((ErrorCode::DiskFull, _)) => FaultKind::Full,
            Some((ErrorCode::ReadOnly | ErrorCode::SystemIoFailure, _)) => FaultKind::Disk,
            // "cannot open": the table of handles is full just now
            Some((ErrorCode::CannotOpen | ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _)) => FaultKind::Busy,
            Some((ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase, _)) => FaultKind::Corrupt,
            _ => FaultKind::Other,
        };
        Self::new(kind, "SQLite refused").caused_by(error)
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(value) => ValueRef::Integer(*value),
            Self::Real(value) => ValueRef::Real(*value),
            Self::Bool(value) => ValueRef::Integer((*value).into()),
            Self::Text(value) => ValueRef::Text(value.as_bytes()),
            Self::Blob(value) => ValueRef::Blob(value),
            Self::Uuid(value) => ValueRef::Blob(value.as_bytes()),
        }))
    }
}

impl Sqlite {
    /// Tells whether this is the writer's connection.
    pub(crate) fn writes(&self) -> bool {
        self.mover.is_some()
    }

    fn shape(&self, sql: &str, statement: &CachedStatement<'_>) -> Result<Arc<Shape>, Fault> {
        let place = (sql.as_ptr() as usize, sql.len());
        let fits = |shape: &&Arc<Shape>| &*shape.sql == sql && shape.columns.len() == statement.column_count();
        if let Some(known) = self.shapes.borrow().get(&place).filter(fits) {
            return Ok(Arc::clone(known));
        }
        let columns = statement.column_names().map(str::to_owned).collect();
        let shape = Arc::new(Shape { sql: sql.into(), columns, values: values(statement)? });
        let mut shapes = self.shapes.borrow_mut();
        if shapes.len() >= SHAPES_MAX {
            shapes.clear();
        }
        shapes.insert(place, Arc::clone(&shape));
        Ok(shape)
    }
}

/// Reads which value each parameter takes: `$n` means the n-th, and to SQLite it is a name, numbered in order of first use.
fn values(statement: &CachedStatement<'_>) -> Result<Box<[usize]>, Fault> {
    let number = |index: usize| {
        let name = statement.parameter_name(index).and_then(|name| name.strip_prefix('$'));
        let number = name.and_then(|name| name.parse::<usize>().ok()?.checked_sub(1));
        number.ok_or_else(|| Fault::other(format!("parameter {index} of a statement is not like $1")))
    };
    (1..=statement.parameter_count()).map(number).collect()
}

fn bind(statement: &mut CachedStatement<'_>, shape: &Shape, params: &[Value]) -> Result<(), Fault> {
    for (at, number) in shape.values.iter().enumerate() {
        let value = params.get(*number);
        let value = value.ok_or_else(|| Fault::other(format!("parameter {} of a statement has no value", at + 1)))?;
        statement.raw_bind_parameter(at + 1, value)?;
    }
    Ok(())
}

pub(crate) fn run(sqlite: &Sqlite, sql: &str, params: &[Value]) -> Result<u64, Fault> {
    let mut statement = prepared(sqlite, sql)?;
    let shape = sqlite.shape(sql, &statement)?;
    bind(&mut statement, &shape, params)?;
    Ok(statement.raw_execute()? as u64)
}

pub(crate) fn rows(sqlite: &Sqlite, sql: &str, params: &[Value]) -> Result<Vec<Row>, Fault> {
    let mut statement = prepared(sqlite, sql)?;
    let shape = sqlite.shape(sql, &statement)?;
    bind(&mut statement, &shape, params)?;
    let columns = Arc::clone(&shape.columns);
    let mut found = Vec::new();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        let mut values = Vec::with_capacity(columns.len());
        for at in 0..columns.len() {
            values.push(match row.get_ref(at)? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(value) => Value::Int(value),
                ValueRef::Real(value) => Value::Real(value),
                ValueRef::Text(value) => Value::Text(text(value)?),
                ValueRef::Blob(value) => Value::Blob(value.to_vec()),
            });
        }
        found.push(Row::new(Arc::clone(&columns), values));
    }
    Ok(found)
}

fn text(bytes: &[u8]) -> Result<String, Fault> {
    String::from_utf8(bytes.to_vec()).map_err(|_| Fault::new(FaultKind::Corrupt, "a text in the database is not UTF-8"))
}

pub(crate) fn batch(sqlite: &Sqlite, sql: &str) -> Result<(), Fault> {
    if sqlite.touched.is_some() && guard::replaces(sql) {
        return Err(replacing());
    }
    Ok(sqlite.connection.execute_batch(sql)?)
}

pub(crate) fn is_autocommit(sqlite: &Sqlite) -> bool {
    sqlite.connection.is_autocommit()
}

/// Prepares a statement. The authorizer is asked the first time only, so nothing of this is paid for later ones; it does
/// not see `or replace`, which deletes rows, so the text of a statement on a guarded table is looked at.
fn prepared<'s>(sqlite: &'s Sqlite, sql: &str) -> Result<CachedStatement<'s>, Fault> {
    let statement = sqlite.connection.prepare_cached(sql)?;
    let anew = sqlite.touched.as_ref().is_some_and(|touched| touched.swap(false, Ordering::Relaxed));
    if anew && guard::replaces(sql) {
        statement.discard();
        return Err(replacing());
    }
    Ok(statement)
}

fn replacing() -> Fault {
    Fault::other("a statement that replaces rows is refused: rows of a guarded table are never replaced")
}

/// Answers SQLite's question whether a statement that is being prepared may do something.
fn authorize(action: &AuthAction<'_>, guards: Guards, touched: &AtomicBool) -> Authorization {
    let allowed = match *action {
        AuthAction::Select
        | AuthAction::Read { .. }
        | AuthAction::Function { .. }
        | AuthAction::Recursive
        | AuthAction::Transaction { .. }
        | AuthAction::Savepoint { .. } => true,
        AuthAction::Insert { table_name } => {
            touched.fetch_or(guard::of(guards, table_name).is_some(), Ordering::Relaxed);
            is_own(table_name) && table_name != guard::MIGRATIONS
        }
        AuthAction::Update { table_name, column_name } => {
            touched.fetch_or(guard::of(guards, table_name).is_some(), Ordering::Relaxed);
            is_own(table_name) && guard::may_update(guards, table_name, column_name)
        }
        AuthAction::Delete { table_name } => is_own(table_name) && guard::may_delete(guards, table_name),
        AuthAction::Pragma { pragma_name, pragma_value } => {
            let counted = pragma_value.is_none_or(|value| value.bytes().all(|byte| byte.is_ascii_digit()));
            PRAGMAS.contains(&pragma_name) && counted
        }
        // tables, indexes, triggers, views, other files: a serving connection makes, changes and drops none
        _ => false,
    };
    if allowed { Authorization::Allow } else { Authorization::Deny }
}

/// Tells whether a table is one of ours and not SQLite's own, which hold the schema.
fn is_own(table: &str) -> bool {
    !table.starts_with("sqlite_")
}

pub(crate) fn prepare(sqlite: &Sqlite, sql: &str) -> Result<(), Fault> {
    sqlite.connection.prepare(sql)?;
    Ok(())
}

/// Copies the database through SQLite's own backup, under a temporary name, then makes it durable and names it.
pub(crate) fn backup(from: &Path, to: &Path) -> Result<(), Fault> {
    let temporary = to.with_extension("part");
    let source = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_ONLY).context("while opening the database")?;
    let mut copy = Connection::open(&temporary).context("while making the backup file")?;
    rusqlite::backup::Backup::new(&source, &mut copy).and_then(|backup| backup.step(-1)).context("while copying the database")?;
    copy.execute_batch("pragma journal_mode=delete").context("while closing the copy")?;
    drop(copy);
    File::open(&temporary).and_then(|file| file.sync_all()).context("while making the backup durable")?;
    fs::rename(&temporary, to).context("while naming the backup")?;
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).context("while making the backup folder durable")
}
