//! One way to the server and back, for several requests at once.
//!
//! Requests are gathered, leave together and are answered together. A writer ends each way with a point at which the server
//! gets itself together (`Sync`). A reader's look at the data is one transaction that the server begins by itself with the
//! first request and keeps until that point, so its ways end with a mere "answer so far" (`Flush`): no statement begins the
//! look, and none ends it.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::ops::Range;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::io::{AsyncRead as _, AsyncWrite as _, ReadBuf};
use tokio_postgres::types::Oid;

use super::line::{Line, Socket, lost};
use super::message::{In, Out, Said};
use crate::row::Row;
use crate::value::Value;
use crate::{Fault, FaultKind};

/// Bytes read at once.
const READ_BYTES: usize = 16_384;
/// Said of a request that came after a refused one.
const PASSED: &str = "PostgreSQL passed over it: the transaction was refused something before";

/// Is a statement that the server has understood.
pub(super) struct Statement {
    name: String,
    params: Vec<Oid>,
    columns: Arc<[String]>,
    types: Arc<[Oid]>,
    forgotten: Arc<Mutex<Vec<String>>>,
}

impl Drop for Statement {
    fn drop(&mut self) {
        self.forgotten.lock().unwrap_or_else(PoisonError::into_inner).push(std::mem::take(&mut self.name));
    }
}

/// Is what came of a request.
pub(super) enum Got {
    /// Nothing is told.
    Nothing,
    /// What it did, by its tag, and what was found.
    Done(String, Vec<Row>),
    /// A statement was understood.
    Understood(Statement),
}

/// Says why nothing came of it.
pub(super) enum No {
    /// The server refused it.
    Said(Said),
    /// It was not reached, for something before it was refused.
    Passed,
    /// The line broke, or this side failed: what became of it nobody knows.
    Lost(Fault),
}

impl From<No> for Fault {
    fn from(no: No) -> Self {
        match no {
            No::Said(said) => said.into(),
            No::Passed => Self::other(PASSED),
            No::Lost(fault) => fault,
        }
    }
}

/// Is an answer that is due.
enum Due {
    /// The server is ready again.
    Ready,
    /// A statement that was run, with names and types of its columns.
    Run(Arc<[String]>, Arc<[Oid]>),
    /// A statement to be understood, by its name.
    Parse(String),
    /// A statement to be forgotten.
    Close,
    /// Statements without parameters.
    Words,
}

/// Says how a way ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The server answers and is ready: what it began by itself is over.
    Ready,
    /// The server answers; what it began goes on.
    Open,
}

/// Is a connection.
pub(super) struct Wire {
    line: Box<dyn Line>,
    socket: Arc<Socket>,
    out: Out,
    due: VecDeque<Due>,
    /// How many of the answers due were not asked for yet.
    unsent: usize,
    input: In,
    chunk: Vec<u8>,
    /// True while something was gathered, or sent, since the server was last to be ready.
    open: bool,
    sent_open: bool,
    /// True from a refusal until the server is ready again: it passes over whatever comes.
    skipping: bool,
    broken: Option<(ErrorKind, String)>,
    warned: bool,
    statements: u64,
    forgotten: Arc<Mutex<Vec<String>>>,
}

impl Wire {
    pub(super) fn new(line: Box<dyn Line>, socket: Arc<Socket>) -> Self {
        Self {
            line,
            socket,
            out: Out::default(),
            due: VecDeque::new(),
            unsent: 0,
            input: In::default(),
            chunk: vec![0; READ_BYTES],
            open: false,
            sent_open: false,
            skipping: false,
            broken: None,
            warned: false,
            statements: 0,
            forgotten: Arc::default(),
        }
    }

    /// Tells whether the server warned of something since this was asked last.
    pub(super) fn warned(&mut self) -> bool {
        std::mem::take(&mut self.warned)
    }

    /// Tells whether the other side has hung up, as far as that has come through.
    pub(super) fn is_closed(&mut self) -> bool {
        while self.broken.is_none() {
            let read = self.socket.waits(false).and_then(|()| {
                let read = self.read();
                self.socket.waits(true).and(read)
            });
            match read {
                Ok(()) => drop(self.unasked().map_err(|fault| self.breaks(&fault_io(&fault)))),
                Err(error) if error.kind() == ErrorKind::TimedOut => break,
                Err(error) => self.breaks(&error),
            }
        }
        self.broken.is_some()
    }

    /// Takes note of what the server says unasked. Whatever else there is waits for its turn.
    fn unasked(&mut self) -> Result<(), Fault> {
        while self.due.is_empty() {
            let Some((tag, body)) = self.input.next()? else { return Ok(()) };
            if tag == b'E' {
                return Err(self.input.body(body).said()?.into());
            }
        }
        Ok(())
    }

    /// Gathers a statement with its values.
    pub(super) fn run(&mut self, statement: &Statement, params: &[Value]) -> Result<(), Fault> {
        self.close_forgotten()?;
        self.out.execute(&statement.name, &statement.params, params)?;
        self.gathered(Due::Run(Arc::clone(&statement.columns), Arc::clone(&statement.types)));
        Ok(())
    }

    /// Gathers a statement to be understood.
    pub(super) fn parse(&mut self, sql: &str) -> Result<(), Fault> {
        let name = format!("s{}", self.statements);
        self.out.parse(&name, sql)?;
        self.statements += 1;
        self.gathered(Due::Parse(name));
        Ok(())
    }

    /// Gathers statements without parameters.
    pub(super) fn words(&mut self, sql: &str) -> Result<(), Fault> {
        self.point();
        self.out.words(sql)?;
        self.due.push_back(Due::Words);
        self.unsent += 1;
        Ok(())
    }

    /// Gathers a point at which the server is ready again, whatever was refused before it.
    pub(super) fn point(&mut self) {
        if self.open {
            self.out.bare(b'S');
            self.due.push_back(Due::Ready);
            self.unsent += 1;
            self.open = false;
        }
    }

    fn gathered(&mut self, due: Due) {
        self.due.push_back(due);
        self.unsent += 1;
        self.open = true;
    }

    fn close_forgotten(&mut self) -> Result<(), Fault> {
        let names = std::mem::take(&mut *self.forgotten.lock().unwrap_or_else(PoisonError::into_inner));
        for name in names {
            self.out.close(&name)?;
            self.gathered(Due::Close);
        }
        Ok(())
    }

    /// Counts what was gathered and not sent.
    pub(super) fn waiting(&self) -> usize {
        self.unsent
    }

    /// Throws away what was gathered and not sent.
    pub(super) fn forget(&mut self) {
        self.out.0.clear();
        self.due.truncate(self.due.len() - self.unsent);
        self.unsent = 0;
        self.open = self.sent_open;
    }

    /// Sends what was gathered without waiting for what comes of it.
    pub(super) fn leave(&mut self) {
        if self.unsent > 0 {
            self.send();
        }
    }

    /// Sends what was gathered, waits, and returns what came of each.
    pub(super) fn exchange(&mut self, end: End) -> Vec<Result<Got, No>> {
        match end {
            End::Ready => self.point(),
            End::Open => self.out.bare(b'H'),
        }
        self.send();
        let mut got = Vec::with_capacity(self.due.len());
        while let Some(due) = self.due.pop_front() {
            match due {
                Due::Ready => self.ready(&mut got),
                Due::Close => drop(self.answer(&due)),
                _ => got.push(self.answer(&due)),
            }
        }
        got
    }

    /// Does the same and hangs up when the answers take longer than so long: what then came of them nobody knows.
    pub(super) fn exchange_within(&mut self, longest: Duration) -> Vec<Result<Got, No>> {
        if let Err(error) = self.socket.wait(Some(longest)) {
            self.breaks(&error);
        }
        let got = self.exchange(End::Ready);
        if let Err(error) = self.socket.wait(None) {
            self.breaks(&error);
        }
        got
    }

    /// Waits until the server is ready. What is refused only there is the answer of what came last.
    fn ready(&mut self, got: &mut Vec<Result<Got, No>>) {
        loop {
            match self.message() {
                Ok((b'Z', _)) => break,
                Ok((b'E', range)) => {
                    let said = self.input.body(range).said().map_or_else(No::Lost, No::Said);
                    got.pop();
                    got.push(Err(said));
                }
                Ok(_) => {}
                Err(no) => {
                    got.pop();
                    got.push(Err(no));
                    break;
                }
            }
        }
        self.skipping = false;
    }

    fn answer(&mut self, due: &Due) -> Result<Got, No> {
        if self.skipping {
            return Err(No::Passed);
        }
        let (mut rows, mut params, mut refused) = (Vec::new(), Vec::new(), None);
        loop {
            let (tag, range) = self.message()?;
            let body = self.input.body(range);
            let spoilt = match (tag, due) {
                (b'E', _) => {
                    let said = body.said().map_or_else(No::Lost, No::Said);
                    if !matches!(due, Due::Words) {
                        self.skipping = true;
                        return Err(said);
                    }
                    refused.get_or_insert(said);
                    None
                }
                (b'Z', Due::Words) | (b'I', Due::Run(..)) | (b'3', Due::Close) => {
                    return refused.map_or(Ok(Got::Nothing), Err);
                }
                (b'D', Due::Run(columns, types)) => {
                    body.row(types).map(|values| rows.push(Row::new(Arc::clone(columns), values))).err()
                }
                (b'C', Due::Run(..)) => {
                    let tag = body.tag().map(Cow::into_owned);
                    return refused.map_or_else(|| Ok(Got::Done(tag.map_err(No::Lost)?, rows)), Err);
                }
                (b't', Due::Parse(_)) => body.parameters().map(|found| params = found).err(),
                (b'n', Due::Parse(name)) => return Ok(self.understood(name, params, <_>::default())),
                (b'T', Due::Parse(name)) => match body.columns() {
                    Ok(columns) => return Ok(self.understood(name, params, columns)),
                    Err(fault) => Some(fault),
                },
                _ => None,
            };
            // the rest of an answer that cannot be read is read over, so that the next one is found
            if let Some(fault) = spoilt {
                refused.get_or_insert(No::Lost(fault));
            }
        }
    }

    fn understood(&self, name: &str, params: Vec<Oid>, (columns, types): (Vec<String>, Vec<Oid>)) -> Got {
        let (name, forgotten) = (name.to_owned(), Arc::clone(&self.forgotten));
        Got::Understood(Statement { name, params, columns: columns.into(), types: types.into(), forgotten })
    }

    /// Takes the next message that answers something, reading on where there is none.
    fn message(&mut self) -> Result<(u8, Range<usize>), No> {
        loop {
            if let Some((kind, text)) = &self.broken {
                return Err(No::Lost(lost(io::Error::new(*kind, text.clone()))));
            }
            match self.input.next() {
                Ok(Some((b'N', body))) => {
                    let warning = self.input.body(body).said().is_ok_and(|said| said.severity == "WARNING");
                    self.warned |= warning;
                }
                Ok(Some((b'S' | b'A', _))) => {} // a setting, or news that nobody listens to
                Ok(Some(found)) => return Ok(found),
                Ok(None) => {
                    if let Err(error) = self.read() {
                        self.breaks(&error);
                    }
                }
                Err(fault) => self.breaks(&fault_io(&fault)),
            }
        }
    }

    fn breaks(&mut self, error: &io::Error) {
        if self.broken.is_none() {
            self.broken = Some((error.kind(), error.to_string()));
        }
    }

    fn read(&mut self) -> io::Result<()> {
        let mut buf = ReadBuf::new(&mut self.chunk);
        let mut context = Context::from_waker(Waker::noop());
        let mut line = Pin::new(&mut self.line);
        let mut poll = line.as_mut().poll_read(&mut context, &mut buf);
        // TLS says once that nothing is there, and waits when it is asked again
        if poll.is_pending() {
            poll = line.poll_read(&mut context, &mut buf);
        }
        match poll {
            Poll::Ready(Ok(())) if buf.filled().is_empty() => Err(ErrorKind::UnexpectedEof.into()),
            Poll::Ready(Ok(())) => {
                self.input.add(buf.filled());
                Ok(())
            }
            Poll::Ready(Err(error)) => Err(error),
            Poll::Pending => Err(ErrorKind::TimedOut.into()),
        }
    }

    fn send(&mut self) {
        self.unsent = 0;
        self.sent_open = self.open;
        let out = std::mem::take(&mut self.out.0);
        if self.broken.is_none()
            && let Err(error) = self.write(&out)
        {
            self.breaks(&error);
        }
        self.out.0 = out;
        self.out.0.clear();
    }

    fn write(&mut self, mut out: &[u8]) -> io::Result<()> {
        let mut context = Context::from_waker(Waker::noop());
        let mut line = Pin::new(&mut self.line);
        while !out.is_empty() {
            match line.as_mut().poll_write(&mut context, out) {
                Poll::Ready(Ok(count)) if count > 0 => out = out.get(count..).unwrap_or_default(),
                Poll::Ready(Err(error)) => return Err(error),
                _ => return Err(ErrorKind::WriteZero.into()),
            }
        }
        match line.poll_flush(&mut context) {
            Poll::Ready(flushed) => flushed,
            Poll::Pending => Err(ErrorKind::TimedOut.into()),
        }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        if self.broken.is_none() {
            self.forget();
            self.out.bare(b'X');
            self.send();
        }
    }
}

/// Takes a fault as the end of a line.
fn fault_io(fault: &Fault) -> io::Error {
    let kind = if fault.kind() == FaultKind::Away { ErrorKind::ConnectionAborted } else { ErrorKind::InvalidData };
    io::Error::new(kind, fault.to_string())
}
