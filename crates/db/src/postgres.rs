//! PostgreSQL over the wire, on threads of our own. What needs no answer leaves together with the next question: a command
//! of a dozen statements takes a few ways to the server and back, not a dozen.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::types::{IsNull, ToSql, Type, private::BytesMut};
use tokio_postgres::{NoTls, Statement, error::SqlState};
use uuid::Uuid;

use crate::batch::Engine;
use crate::row::Row;
use crate::tx::{PASSED_OVER, Question};
use crate::value::Value;
use crate::{Context, Fault, FaultKind, Guards, Keep, Tx, guard};
use wire::{Got, Sent, Wire};

mod wire;

/// Prepared statements kept per connection; more and the oldest knowledge is thrown away whole.
const STATEMENTS_MAX: usize = 512;
/// Longest wait for a connection, where the address does not say.
const CONNECT_MAX: Duration = Duration::from_secs(5);
/// Longest silence on a connection before it is looked after, where the address does not say.
const SILENCE_MAX: Duration = Duration::from_secs(20);
/// Time between two looks after a silent connection.
const LOOK_INTERVAL: Duration = Duration::from_secs(5);
/// Longest wait for the answer to a commit. Where a commit waits for a replica that is not there, its server would never say.
const COMMIT_MAX: Duration = Duration::from_secs(30);
/// Longest wait of a writer for a lock that another holds, in milliseconds.
const LOCK_MILLIS_MAX: u32 = 2_000;
/// Longest time for which a writer may leave a transaction open without asking anything, in milliseconds.
const IDLE_MILLIS_MAX: u32 = 20_000;

/// Begins to read: one state of the data.
const BEGIN_READING: &str = "begin isolation level repeatable read read only";

/// Is a prepared statement with the names of its columns.
type Known = (Statement, Arc<[String]>);

/// How statements are planned: once for each connection, along their index. Every one is written for an index (a test reads
/// the plans), and planning some of them takes longer than running them. Without knowing the values PostgreSQL would at times
/// go through the whole table and sort it, so that is made dear; its just-in-time compiler would be called in by that price.
const PLANS: &str =
    "set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set enable_bitmapscan = off; set jit = off";

pub(crate) struct Connection {
    wire: Wire,
    statements: HashMap<String, Known>,
    /// What was put off: it leaves together with what is asked next.
    later: Vec<Sent>,
    /// True after something was refused, until that was rolled back.
    refused: bool,
    url: String,
    schema: Option<String>,
    write: bool,
}

impl Connection {
    pub(crate) fn open(url: &str, schema: Option<&str>, write: bool) -> Result<Self, Fault> {
        let (wire, statements, schema) = (connect(url, schema, write)?, HashMap::new(), schema.map(str::to_owned));
        Ok(Self { wire, statements, later: Vec::new(), refused: false, url: url.to_owned(), schema, write })
    }

    /// Tells whether this is the writer's connection.
    pub(crate) fn writes(&self) -> bool {
        self.write
    }

    pub(crate) fn run(&mut self, sql: &str, params: &[Value]) -> Result<u64, Fault> {
        let (statement, _) = self.statement(sql)?;
        match self.send(Sent::Run(statement, params.to_vec()))? {
            Got::Count(count) => Ok(count),
            _ => Err(Fault::other("PostgreSQL told no count")),
        }
    }

    pub(crate) fn rows(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, Fault> {
        let (statement, columns) = self.statement(sql)?;
        rows(self.send(Sent::Ask(statement, params.to_vec()))?, &columns)
    }

    /// Asks several questions on one way.
    pub(crate) fn ask(&mut self, questions: &[Question<'_>]) -> Result<Vec<Vec<Row>>, Fault> {
        let known = questions.iter().map(|(sql, _)| self.statement(sql)).collect::<Result<Vec<_>, _>>()?;
        let asked = known.iter().zip(questions);
        let mut all: Vec<Sent> =
            asked.map(|((statement, _), (_, params))| Sent::Ask(statement.clone(), params.clone())).collect();
        let Some(last) = all.pop() else { return Ok(Vec::new()) };
        self.later.append(&mut all);
        let mut got = self.send_all(last)?;
        let answers = got.split_off(got.len().saturating_sub(known.len()));
        answers.into_iter().zip(&known).map(|(got, (_, columns))| rows(got, columns)).collect()
    }

    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), Fault> {
        self.send(Sent::Batch(sql.to_owned())).map(drop)
    }

    /// Puts a statement off until the next question, with which it leaves: one way instead of two. If it is refused, that
    /// question is answered with its fault.
    pub(crate) fn later(&mut self, sql: &str, params: &[Value]) -> Result<(), Fault> {
        let (statement, _) = self.statement(sql)?;
        self.later.push(Sent::Run(statement, params.to_vec()));
        Ok(())
    }

    /// Begins a savepoint with the next question.
    pub(crate) fn savepoint(&mut self, name: &str) {
        self.later.push(Sent::Batch(format!("savepoint {name}")));
    }

    /// Releases a savepoint: at once where something was put off or refused in it, for that may fail.
    pub(crate) fn release(&mut self, name: &str) -> Result<(), Fault> {
        let release = Sent::Batch(format!("release {name}"));
        if self.later.is_empty() && !self.refused {
            self.later.push(release);
            return Ok(());
        }
        let passed_over = self.refused;
        self.send(release).map(drop).map_err(|fault| if passed_over { fault.context(PASSED_OVER) } else { fault })
    }

    /// Undoes a savepoint, with what was put off in it.
    pub(crate) fn undo(&mut self, name: &str) -> Result<(), Fault> {
        self.later.push(Sent::Batch(format!("rollback to {name}; release {name}")));
        let sent = std::mem::take(&mut self.later);
        // what was refused in it does not count any more; what was refused before it takes the savepoint itself along
        let last = self.wire.exchange(&sent).pop().unwrap_or_else(|| Ok(Got::Nothing));
        self.refused = last.is_err();
        Ok(last.map(drop)?)
    }

    pub(crate) fn prepare(&mut self, sql: &str) -> Result<(), Fault> {
        self.wire.prepare(sql)?;
        Ok(())
    }

    /// Sends what was put off and one thing more, and answers with the first fault, or what the last one gave.
    fn send(&mut self, last: Sent) -> Result<Got, Fault> {
        Ok(self.send_all(last)?.pop().unwrap_or(Got::Nothing))
    }

    /// Sends what was put off and one thing more, and answers with the first fault, or what each gave.
    fn send_all(&mut self, last: Sent) -> Result<Vec<Got>, Fault> {
        self.later.push(last);
        let sent = std::mem::take(&mut self.later);
        let got: Result<Vec<Got>, _> = self.wire.exchange(&sent).into_iter().collect();
        self.refused |= got.is_err();
        Ok(got?)
    }

    fn reconnect(&mut self) -> Result<(), Fault> {
        if self.wire.is_closed() {
            self.wire = connect(&self.url, self.schema.as_deref(), self.write)?;
            self.statements.clear();
            self.later.clear();
            self.refused = false;
        }
        Ok(())
    }

    fn statement(&mut self, sql: &str) -> Result<Known, Fault> {
        if let Some(known) = self.statements.get(sql) {
            return Ok(known.clone());
        }
        if self.statements.len() >= STATEMENTS_MAX {
            self.statements.clear();
        }
        // what was put off may be what it builds on
        let sent = std::mem::take(&mut self.later);
        let first = self.wire.exchange(&sent).into_iter().find_map(Result::err);
        self.refused |= first.is_some();
        first.map_or(Ok(()), Err)?;
        let prepared = self.wire.prepare(sql);
        self.refused |= prepared.is_err();
        let statement = prepared?;
        let columns = statement.columns().iter().map(|column| column.name().to_owned()).collect();
        let known = (statement, columns);
        self.statements.insert(sql.to_owned(), known.clone());
        Ok(known)
    }
}

fn rows(got: Got, columns: &Arc<[String]>) -> Result<Vec<Row>, Fault> {
    match got {
        Got::Rows(found) => found.iter().map(|row| Ok(Row::new(Arc::clone(columns), values(row)?))).collect(),
        _ => Err(Fault::other("PostgreSQL told no rows")),
    }
}

impl Engine for Connection {
    fn begin(&mut self) -> Result<(), Fault> {
        self.later.clear();
        self.refused = false;
        self.reconnect()?;
        let begin = if self.write { "begin" } else { BEGIN_READING };
        self.later.push(Sent::Batch(begin.to_owned()));
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Fault> {
        // a transaction in which something was refused answers "commit" with a silent rollback: the question before it fails
        self.later.push(Sent::Batch("select 1; commit".to_owned()));
        let sent = std::mem::take(&mut self.later);
        self.wire.warned();
        let mut got = self.wire.exchange_within(&sent, COMMIT_MAX);
        let committed = got.pop().unwrap_or_else(|| Ok(Got::Nothing));
        // refused before the commit came, and the server says so: nothing was kept
        if let Some(error) = got.into_iter().find_map(Result::err).filter(|error| error.as_db_error().is_some()) {
            return Err(error.into());
        }
        let unknown = |fault| Fault::new(FaultKind::Unknown, "the commit's outcome is unknown").caused_by(fault);
        committed.map(drop).map_err(|error| unknown(Fault::from(error)))?;
        if self.wire.warned() {
            // a wait for the replica that somebody broke off ends like this: taken here, and perhaps nowhere else
            return Err(Fault::new(FaultKind::Unknown, "the commit was taken with a warning"));
        }
        Ok(())
    }

    fn rollback(&mut self) {
        let begun = !matches!(self.later.first(), Some(Sent::Batch(sql)) if sql.starts_with("begin"));
        self.later.clear();
        match (begun, self.write) {
            (false, _) => {}
            (true, true) => drop(self.batch("rollback")),
            // nothing was changed, and what is asked next comes behind it: nobody waits for the answer
            (true, false) => self.wire.dismiss("rollback"),
        }
    }

    fn tx(&mut self) -> Tx<'_> {
        Tx::postgres(self)
    }

    fn confine(&mut self, _: Guards) -> Result<(), Fault> {
        Ok(()) // the role was given its rights by the owner; what it holds beyond them is told by `excess`
    }

    fn excess(&mut self, guards: Guards) -> Result<Vec<String>, Fault> {
        let mut found = Vec::new();
        let ask = "select rolsuper as yes from pg_catalog.pg_roles where rolname = current_user";
        if self.rows(ask, &[])?.first().is_some_and(|row| row.get("yes").unwrap_or(true)) {
            found.push("the role that serves is a superuser: it could change and delete anything".to_owned());
            return Ok(found);
        }
        let ask = "select has_schema_privilege(current_schema(), 'create') as yes";
        if self.rows(ask, &[])?.first().is_some_and(|row| row.get("yes").unwrap_or(true)) {
            found.push("the role that serves could make tables".to_owned());
        }
        for guard in guards.iter().copied().flatten() {
            let more = match guard.keep {
                Keep::Appended | Keep::Columns(_) => "update, delete, truncate",
                Keep::Kept => "delete, truncate",
            };
            let ask = "select coalesce(has_table_privilege(to_regclass($1), $2), false) as yes";
            let asked = self.rows(ask, &[Value::from(guard::quoted(guard.table)), Value::from(more)])?;
            if asked.first().is_some_and(|row| row.get("yes").unwrap_or(true)) {
                found.push(format!("the role that serves could change or delete rows of {}", guard.table));
            }
        }
        Ok(found)
    }

    fn has_table(&mut self, name: &str) -> Result<bool, Fault> {
        let sql = "select 1 as one from pg_catalog.pg_tables where schemaname = current_schema() and tablename = $1";
        Ok(!self.rows(sql, &[Value::from(name)])?.is_empty())
    }

    fn grant(&mut self, role: &str, guards: Guards) -> Result<(), Fault> {
        let sql = "select tablename from pg_catalog.pg_tables where schemaname = current_schema() order by tablename";
        let tables = self.rows(sql, &[])?.iter().map(|row| row.get("tablename")).collect::<Result<Vec<String>, Fault>>()?;
        let schema = self.schema.clone().unwrap_or_else(|| "public".to_owned());
        self.batch(&guard::grants(&schema, role, &tables, guards)).context(format!("while giving {role} its rights"))
    }

    fn is_postgres(&self) -> bool {
        true
    }

    fn version(&mut self) -> Result<String, Fault> {
        let rows = self.rows("select cast(current_setting('server_version') as text) as version", &[])?;
        let version: String = rows.first().ok_or_else(|| Fault::other("PostgreSQL tells no version"))?.get("version")?;
        Ok(format!("PostgreSQL {version}"))
    }

    fn problems(&mut self) -> Result<Vec<String>, Fault> {
        let mut problems = Vec::new();
        for setting in ["fsync", "full_page_writes", "synchronous_commit"] {
            let sql = "select cast(current_setting($1) as text) as value";
            let rows = self.rows(sql, &[Value::from(setting)])?;
            let value: String = rows.first().ok_or_else(|| Fault::other("a setting gave no row"))?.get("value")?;
            if value == "off" {
                problems.push(format!("PostgreSQL runs with {setting} off: what was acknowledged can be lost"));
            }
        }
        Ok(problems)
    }

    fn damage(&mut self) -> Result<Vec<String>, Fault> {
        Ok(Vec::new())
    }

    /// Goes on with another connection. Where there is none to be had just now the next command tries again: nothing of this
    /// side is in doubt, for what was not committed is gone and what is asked again is known by its key.
    fn recover(&mut self) -> Result<(), Fault> {
        match self.reconnect() {
            Err(fault) if fault.kind() == FaultKind::Away => {
                tracing::warn!(error = %fault, "the database is away; it is tried again with the next command");
                Ok(())
            }
            answer => answer,
        }
    }
}

/// Returns the role that an address names.
pub(crate) fn role(url: &str) -> Result<Option<String>, Fault> {
    let config: tokio_postgres::Config = url.parse().context("while reading the PostgreSQL address")?;
    Ok(config.get_user().map(str::to_owned))
}

fn connect(url: &str, schema: Option<&str>, write: bool) -> Result<Wire, Fault> {
    let mut config: tokio_postgres::Config = url.parse().context("while reading the PostgreSQL address")?;
    // a line that is dead without a word must show, and long before the two hours after which Linux would look by itself
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT_MAX);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(SILENCE_MAX);
    }
    if config.get_keepalives_idle() > SILENCE_MAX {
        config.keepalives_idle(SILENCE_MAX);
    }
    if config.get_keepalives_interval().is_none() {
        config.keepalives_interval(LOOK_INTERVAL);
    }
    let wire = match config.get_ssl_mode() {
        tokio_postgres::config::SslMode::Require => Wire::connect(&config, tls()?)?,
        _ => Wire::connect(&config, NoTls)?,
    };
    let told = |sent: Sent| wire.exchange(&[sent]).into_iter().collect::<Result<Vec<Got>, _>>();
    if let Some(schema) = schema {
        let quoted = guard::quoted(schema);
        let there =
            wire.prepare("select 1 from pg_catalog.pg_namespace where nspname = $1").context("while looking for the schema")?;
        // a serving role may not make schemas, not even one that is there
        let there = told(Sent::Ask(there, vec![Value::from(schema)])).context("while looking for the schema")?;
        let lacking = !matches!(there.first(), Some(Got::Rows(rows)) if !rows.is_empty());
        let make = if lacking { format!("create schema if not exists {quoted};") } else { String::new() };
        let sql = format!("set client_min_messages = warning; {make} set search_path = {quoted}");
        told(Sent::Batch(sql)).context("while choosing the schema")?;
    }
    let own = if write {
        // a node that stands still in the middle of a batch must not keep the others from the head of the log
        format!("set lock_timeout = {LOCK_MILLIS_MAX}; set idle_in_transaction_session_timeout = {IDLE_MILLIS_MAX}")
    } else {
        "set default_transaction_read_only = on".to_owned()
    };
    told(Sent::Batch(format!("{own}; {PLANS}"))).context("while setting up a connection")?;
    Ok(wire)
}

/// Makes a TLS connector that checks the server's certificate against the system's roots.
fn tls() -> Result<tokio_postgres_rustls::MakeRustlsConnect, Fault> {
    let mut roots = rustls::RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    for certificate in found.certs {
        drop(roots.add(certificate));
    }
    if roots.is_empty() {
        return Err(Fault::other("no certificate roots on this machine, so PostgreSQL's certificate cannot be checked"));
    }
    let config = rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    Ok(tokio_postgres_rustls::MakeRustlsConnect::new(config))
}

/// Codes of a server that ends, starts, has no room for a connection, lost patience with one, or only reads.
const AWAY: &[&str] = &["57P01", "57P02", "57P03", "53300", "25P03", "25006"];

/// Tells whether the line itself broke.
fn broke(error: &tokio_postgres::Error) -> bool {
    std::error::Error::source(error).is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
}

impl From<tokio_postgres::Error> for Fault {
    fn from(error: tokio_postgres::Error) -> Self {
        let kind = match error.code() {
            Some(code) if *code == SqlState::UNIQUE_VIOLATION => FaultKind::Unique,
            Some(code) if *code == SqlState::DISK_FULL => FaultKind::Full,
            Some(code) if *code == SqlState::DATA_CORRUPTED || *code == SqlState::INDEX_CORRUPTED => FaultKind::Corrupt,
            Some(code) if *code == SqlState::LOCK_NOT_AVAILABLE => FaultKind::Busy,
            Some(code) if AWAY.contains(&code.code()) || code.code().starts_with("08") => FaultKind::Away,
            None if error.is_closed() || broke(&error) => FaultKind::Away,
            _ => FaultKind::Other,
        };
        let Some(said) = error.as_db_error() else { return Self::new(kind, "PostgreSQL refused").caused_by(error) };
        // its detail quotes the row, and a message about data (class 22) the value; neither may reach a log
        let message = if said.code().code().starts_with("22") { "a value does not fit its type" } else { said.message() };
        let place = said.constraint().or(said.table()).unwrap_or("-");
        Self::new(kind, format!("PostgreSQL refused: {} {message} ({place})", said.code().code()))
    }
}

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match (self, ty) {
            (Self::Null, _) => Ok(IsNull::Yes),
            (Self::Int(value), &Type::INT4) => i32::try_from(*value)?.to_sql(ty, out),
            (Self::Int(value), &Type::INT2) => i16::try_from(*value)?.to_sql(ty, out),
            (Self::Int(value), _) => value.to_sql(ty, out),
            (Self::Real(value), _) => value.to_sql(ty, out),
            (Self::Bool(value), _) => value.to_sql(ty, out),
            (Self::Text(value), _) => value.to_sql(ty, out),
            (Self::Blob(value), _) => value.to_sql(ty, out),
            (Self::Uuid(value), _) => value.to_sql(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    tokio_postgres::types::to_sql_checked!();
}

fn values(row: &tokio_postgres::Row) -> Result<Vec<Value>, Fault> {
    let mut values = Vec::with_capacity(row.len());
    for (at, column) in row.columns().iter().enumerate() {
        values.push(match *column.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(at)?.into(),
            Type::INT4 => row.try_get::<_, Option<i32>>(at)?.into(),
            Type::INT2 => row.try_get::<_, Option<i16>>(at)?.map(i32::from).into(),
            Type::FLOAT8 => row.try_get::<_, Option<f64>>(at)?.into(),
            Type::BOOL => row.try_get::<_, Option<bool>>(at)?.into(),
            Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(at)?.into(),
            Type::UUID => row.try_get::<_, Option<Uuid>>(at)?.into(),
            Type::TEXT | Type::VARCHAR | Type::NAME => row.try_get::<_, Option<String>>(at)?.into(),
            ref other => return Err(Fault::other(format!("column type {other} is outside the portable subset"))),
        });
    }
    Ok(values)
}
