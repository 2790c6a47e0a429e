//! PostgreSQL over the wire, on threads of our own. What needs no answer leaves together with the next question: a command
//! of a dozen statements takes a few ways to the server and back, not a dozen.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::config::TargetSessionAttrs;

use crate::batch::Engine;
use crate::row::Row;
use crate::sums::Sums;
use crate::tx::{Mark, PASSED_OVER, Question};
use crate::value::Value;
use crate::{Context, Fault, FaultKind, Guards, Keep, Tx, guard};
use tls::Address;
use wire::{End, Got, No, Statement, Wire};

mod fault;
mod line;
mod message;
mod tls;
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

/// Statements asked on a connection before it is planned for the first time anew, what was planned while there was little; then after
/// twice as many each time.
const ASKED_MIN: u64 = 1_024;

const BEGIN: &str = "begin";
const COMMIT: &str = "commit";
/// Tells whether this server takes no writes: a replica.
const READ_ONLY: &str = "select cast(current_setting('transaction_read_only') as text) as only";

/// Makes each look of a reader one that sees one state of the data and changes nothing; the server begins it by itself.
const LOOKS: &str = "set default_transaction_isolation = 'repeatable read'; set default_transaction_read_only = on";

/// How statements are planned: once for each connection, along their index. Every one is written for an index (a test reads
/// the plans), and planning some of them takes longer than running them. Without knowing the values PostgreSQL would at times
/// go through the whole table and sort it, so that is made dear; its just-in-time compiler would be called in by that price.
const PLANS: &str =
    "set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set enable_bitmapscan = off; set jit = off";

/// Has what was planned forgotten: each statement is planned anew when it is asked next.
const FORGET: &str = "discard plans";

pub(crate) struct Connection {
    wire: Wire,
    statements: HashMap<String, Arc<Statement>>,
    /// Statements asked on this line, and after how many plans are made anew.
    asked: u64,
    asked_max: u64,
    /// True after something was refused, until that was rolled back.
    refused: bool,
    /// How far a transaction has come.
    stage: Stage,
    /// What it keeps in mind.
    pub(crate) mark: Option<Mark>,
    /// What it adds to counters.
    pub(crate) sums: Sums,
    url: String,
    schema: Option<String>,
    write: bool,
}

/// Says how far a transaction has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// There is none: each way is one by itself.
    Outside,
    /// It was begun here, and the server does not know yet.
    Begun,
    /// The server knows.
    Known,
    /// What is asked next is the last question of a look.
    Last,
}

impl Connection {
    pub(crate) fn open(url: &str, schema: Option<&str>, write: bool) -> Result<Self, Fault> {
        let (wire, statements, schema) = (connect(url, schema, write)?, HashMap::new(), schema.map(str::to_owned));
        let (stage, url) = (Stage::Outside, url.to_owned());
        let (asked, asked_max, sums) = (0, ASKED_MIN, Sums::default());
        Ok(Self { wire, statements, asked, asked_max, refused: false, stage, mark: None, sums, url, schema, write })
    }

    /// Tells whether this is the writer's connection.
    pub(crate) fn writes(&self) -> bool {
        self.write
    }

    pub(crate) fn run(&mut self, sql: &str, params: &[Value]) -> Result<u64, Fault> {
        let statement = self.statement(sql)?;
        self.wire.run(&statement, params)?;
        match self.way()?.pop() {
            Some(Got::Done(tag, _)) => Ok(tag.rsplit(' ').next().and_then(|count| count.parse().ok()).unwrap_or(0)),
            _ => Err(Fault::other("PostgreSQL told no count")),
        }
    }

    pub(crate) fn rows(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, Fault> {
        let statement = self.statement(sql)?;
        self.wire.run(&statement, params)?;
        rows(self.way()?.pop())
    }

    /// Asks several questions on one way.
    pub(crate) fn ask(&mut self, questions: &[Question<'_>]) -> Result<Vec<Vec<Row>>, Fault> {
        let known = questions.iter().map(|(sql, _)| self.statement(sql)).collect::<Result<Vec<_>, _>>()?;
        if known.is_empty() {
            return Ok(Vec::new());
        }
        for (statement, (_, params)) in known.iter().zip(questions) {
            self.wire.run(statement, params)?;
        }
        let mut got = self.way()?;
        let answers = got.split_off(got.len().saturating_sub(known.len()));
        answers.into_iter().map(|got| rows(Some(got))).collect()
    }

    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), Fault> {
        self.wire.words(sql)?;
        self.way().map(drop)
    }

    /// Puts a statement off until the next question, with which it leaves: one way instead of two. If it is refused, that
    /// question is answered with its fault.
    pub(crate) fn later(&mut self, sql: &str, params: &[Value]) -> Result<(), Fault> {
        let statement = self.statement(sql)?;
        self.wire.run(&statement, params)
    }

    /// Makes the next question the last one of a look: the look is over with its answer, and no way is gone to end it.
    pub(crate) fn last(&mut self) {
        if !self.write && matches!(self.stage, Stage::Begun | Stage::Known) {
            self.stage = Stage::Last;
        }
    }

    /// Begins a savepoint with the next question. A look has nothing to undo.
    pub(crate) fn savepoint(&mut self, name: &str) -> Result<(), Fault> {
        if self.write { self.later(&format!("savepoint {name}"), &[]) } else { Ok(()) }
    }

    /// Releases a savepoint: at once where something was put off or refused in it, for that may fail.
    pub(crate) fn release(&mut self, name: &str) -> Result<(), Fault> {
        if !self.write {
            return Ok(());
        }
        let (at_once, passed_over) = (self.wire.waiting() > 0 || self.refused, self.refused);
        let release = self.later(&format!("release {name}"), &[]);
        let answer = release.and_then(|()| if at_once { self.way().map(drop) } else { Ok(()) });
        answer.map_err(|fault| if passed_over { fault.context(PASSED_OVER) } else { fault })
    }

    /// Undoes a savepoint, with what was put off in it.
    pub(crate) fn undo(&mut self, name: &str) -> Result<(), Fault> {
        if !self.write {
            return Ok(());
        }
        // what was refused in it does not count any more; what was refused before it takes the savepoint itself along
        self.wire.words(&format!("rollback to {name}; release {name}"))?;
        self.stage = Stage::Known;
        let last = self.wire.exchange(End::Ready).pop().unwrap_or(Ok(Got::Nothing));
        self.refused = last.is_err();
        Ok(last.map(drop)?)
    }

    pub(crate) fn prepare(&mut self, sql: &str) -> Result<(), Fault> {
        self.understand(sql).map(drop)
    }

    /// Sends what was gathered, and answers with the first fault, or what each gave.
    fn way(&mut self) -> Result<Vec<Got>, Fault> {
        let end = match self.stage {
            Stage::Begun | Stage::Known if !self.write => End::Open,
            _ => End::Ready,
        };
        if self.stage == Stage::Begun {
            self.stage = Stage::Known;
        }
        let got: Result<Vec<Got>, No> = self.wire.exchange(end).into_iter().collect();
        self.refused |= got.is_err();
        Ok(got?)
    }

    fn reconnect(&mut self) -> Result<(), Fault> {
        if self.wire.is_closed() {
            self.statements.clear();
            self.wire = connect(&self.url, self.schema.as_deref(), self.write)?;
            self.refused = false;
            (self.asked, self.asked_max) = (0, ASKED_MIN);
        }
        Ok(())
    }

    /// Has plans made anew once as much was asked again as before: the data may have grown, and a plan of a small table chooses
    /// among indexes that are worth the same there.
    fn plan_anew(&mut self) -> Result<(), Fault> {
        if self.asked >= self.asked_max {
            self.asked_max = self.asked.saturating_mul(2);
            self.later(FORGET, &[])?;
        }
        Ok(())
    }

    fn statement(&mut self, sql: &str) -> Result<Arc<Statement>, Fault> {
        self.asked += 1;
        if let Some(known) = self.statements.get(sql) {
            return Ok(Arc::clone(known));
        }
        if self.statements.len() >= STATEMENTS_MAX {
            self.statements.clear();
        }
        let known = Arc::new(self.understand(sql)?);
        self.statements.insert(sql.to_owned(), Arc::clone(&known));
        Ok(known)
    }

    /// Has the server understand a statement, behind what was put off, for that may be what it builds on.
    fn understand(&mut self, sql: &str) -> Result<Statement, Fault> {
        self.wire.parse(sql)?;
        let last = self.stage == Stage::Last;
        if last {
            self.stage = Stage::Known;
        }
        let got = self.way();
        if last {
            self.stage = Stage::Last;
        }
        match got?.pop() {
            Some(Got::Understood(statement)) => Ok(statement),
            _ => Err(Fault::other("PostgreSQL did not say how it understands a statement")),
        }
    }
}

fn rows(got: Option<Got>) -> Result<Vec<Row>, Fault> {
    match got {
        Some(Got::Done(_, rows)) => Ok(rows),
        _ => Err(Fault::other("PostgreSQL told no rows")),
    }
}

impl Engine for Connection {
    fn begin(&mut self) -> Result<(), Fault> {
        if self.write {
            self.wire.forget();
        }
        self.refused = false;
        self.mark = None;
        self.sums = Sums::default();
        self.stage = Stage::Outside;
        self.reconnect()?;
        self.plan_anew()?;
        if self.write {
            self.later(BEGIN, &[])?;
        }
        self.stage = Stage::Begun;
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Fault> {
        self.later(COMMIT, &[])?;
        self.stage = Stage::Known;
        self.wire.warned();
        let mut got = self.wire.exchange_within(COMMIT_MAX);
        let unknown = |fault| Fault::new(FaultKind::Unknown, "the commit's outcome is unknown").caused_by(fault);
        let committed = got.pop().unwrap_or(Err(No::Passed));
        // refused before the commit came, and the server says so: nothing was kept
        if let Some(no) = got.into_iter().find_map(|got| got.err().filter(|no| matches!(no, No::Said(_)))) {
            return Err(no.into());
        }
        match committed.map_err(|no| unknown(no.into()))? {
            Got::Done(tag, _) if tag == "COMMIT" => {}
            // where something was refused a commit answers so
            Got::Done(tag, _) if tag == "ROLLBACK" => return Err(Fault::other(PASSED_OVER)),
            _ => return Err(unknown(Fault::other("PostgreSQL said something else"))),
        }
        if self.wire.warned() {
            // a wait for the replica that somebody broke off ends like this: taken here, and perhaps nowhere else
            return Err(Fault::new(FaultKind::Unknown, "the commit was taken with a warning"));
        }
        self.stage = Stage::Outside;
        Ok(())
    }

    fn rollback(&mut self) {
        let stage = std::mem::replace(&mut self.stage, Stage::Outside);
        self.wire.forget();
        match self.write {
            // nothing was changed, and what is asked next comes behind it: its end goes with that
            false => self.wire.point(),
            true if stage == Stage::Known => drop(self.batch("rollback")),
            true => {}
        }
    }

    fn rest(&mut self) {
        self.wire.leave();
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
    let Address { config, .. } = Address::parse(url)?;
    Ok(config.get_user().map(str::to_owned))
}

/// Tells whether the line to an address leaves this machine without TLS.
pub(crate) fn leaves_in_clear(url: &str) -> Result<bool, Fault> {
    Ok(Address::parse(url)?.leaves_in_clear())
}

fn connect(url: &str, schema: Option<&str>, write: bool) -> Result<Wire, Fault> {
    let Address { mut config, root } = Address::parse(url)?;
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
    let tls = match config.get_ssl_mode() {
        tokio_postgres::config::SslMode::Require => Some(tls::connector(root.as_deref())?),
        _ => None,
    };
    let mut wire = line::open(&config, tls.as_ref(), |line, socket| {
        let mut wire = Wire::new(line, socket);
        suits(&mut wire, config.get_target_session_attrs())?;
        Ok(wire)
    })?;
    if let Some(schema) = schema {
        let quoted = guard::quoted(schema);
        // a serving role may not make schemas, not even one that is there
        let there = asked(&mut wire, "select 1 as one from pg_catalog.pg_namespace where nspname = $1", &[Value::from(schema)]);
        let there = there.context("while looking for the schema")?;
        let lacking = there.is_empty();
        let make = if lacking { format!("create schema if not exists {quoted};") } else { String::new() };
        let sql = format!("set client_min_messages = warning; {make} set search_path = {quoted}");
        told(&mut wire, &sql).context("while choosing the schema")?;
    }
    let own = if write {
        // a node that stands still in the middle of a batch must not keep the others from the head of the log
        format!("set lock_timeout = {LOCK_MILLIS_MAX}; set idle_in_transaction_session_timeout = {IDLE_MILLIS_MAX}")
    } else {
        LOOKS.to_owned()
    };
    told(&mut wire, &format!("{own}; {PLANS}")).context("while setting up a connection")?;
    Ok(wire)
}

/// Tells whether a server is of the kind that the address asks for.
fn suits(wire: &mut Wire, wanted: TargetSessionAttrs) -> Result<(), Fault> {
    let only = match wanted {
        TargetSessionAttrs::ReadWrite => "off",
        TargetSessionAttrs::ReadOnly => "on",
        _ => return Ok(()),
    };
    let row = asked(wire, READ_ONLY, &[])?.into_iter().next();
    let row = row.ok_or_else(|| Fault::other("PostgreSQL does not say whether it takes writes"))?;
    let suits = row.get::<String>("only")? == only;
    if suits { Ok(()) } else { Err(Fault::new(FaultKind::Away, "this server is not of the kind that the address asks for")) }
}

/// Runs statements on a line that serves nobody yet.
fn told(wire: &mut Wire, sql: &str) -> Result<(), Fault> {
    wire.words(sql)?;
    wire.exchange(End::Ready).into_iter().try_for_each(|got| got.map(drop)).map_err(Fault::from)
}

/// Asks something on a line that serves nobody yet.
fn asked(wire: &mut Wire, sql: &str, params: &[Value]) -> Result<Vec<Row>, Fault> {
    wire.parse(sql)?;
    let Some(Got::Understood(statement)) = wire.exchange(End::Ready).pop().transpose()? else {
        return Err(Fault::other("PostgreSQL did not say how it understands a statement"));
    };
    wire.run(&statement, params)?;
    rows(wire.exchange(End::Ready).pop().transpose()?)
}
