//! One way to the server and back, for several requests at once.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::error::Severity;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::types::ToSql;
use tokio_postgres::{AsyncMessage, Client, Config, Connection, Error, Row, Socket, Statement};

use crate::value::Value;
use crate::{Context, Fault};

/// Is one request.
pub(super) enum Sent {
    /// Statements without parameters.
    Batch(String),
    /// A statement that changes rows.
    Run(Statement, Vec<Value>),
    /// A query.
    Ask(Statement, Vec<Value>),
}

/// Is what came of a request.
pub(super) enum Got {
    /// Nothing is told.
    Nothing,
    /// How many rows were changed.
    Count(u64),
    /// What was found.
    Rows(Vec<Row>),
}

/// Is a connection with the runtime that drives it while somebody waits.
pub(super) struct Wire {
    client: Arc<Client>,
    line: JoinHandle<()>,
    runtime: Runtime,
    /// Set when the server warned of something.
    warned: Arc<AtomicBool>,
}

/// Turns of the runtime in which a request that was handed over is written, or the end of a connection noticed.
const TURNS: usize = 3;

impl Wire {
    pub(super) fn connect<T>(config: &Config, tls: T) -> Result<Self, Fault>
    where
        T: MakeTlsConnect<Socket>,
        T::TlsConnect: Send,
        T::Stream: Send + 'static,
        <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
    {
        let runtime = Builder::new_current_thread().enable_all().build().context("while starting a connection's runtime")?;
        let (client, connection) = runtime.block_on(config.connect(tls)).context("while connecting to PostgreSQL")?;
        // ends with the connection; what breaks it is told to whoever asks next
        let warned = Arc::new(AtomicBool::new(false));
        let line = runtime.spawn(listen(connection, Arc::clone(&warned)));
        Ok(Self { client: Arc::new(client), line, runtime, warned })
    }

    /// Tells whether the server warned of something since this was asked last.
    pub(super) fn warned(&self) -> bool {
        self.warned.swap(false, Ordering::Relaxed)
    }

    /// Tells whether the other side has hung up, as far as that has come through.
    pub(super) fn is_closed(&self) -> bool {
        self.turn();
        self.client.is_closed()
    }

    /// Sends a request whose answer nobody needs.
    pub(super) fn dismiss(&self, sql: &'static str) {
        let client = Arc::clone(&self.client);
        self.runtime.spawn(async move { drop(client.batch_execute(sql).await) });
        self.turn();
    }

    fn turn(&self) {
        self.runtime.block_on(async {
            for _ in 0..TURNS {
                tokio::task::yield_now().await;
            }
        });
    }

    pub(super) fn prepare(&self, sql: &str) -> Result<Statement, Error> {
        self.runtime.block_on(self.client.prepare(sql))
    }

    /// Sends requests in their order without waiting in between, and returns what came of each.
    pub(super) fn exchange(&self, sent: &[Sent]) -> Vec<Result<Got, Error>> {
        self.exchanged(sent, None)
    }

    /// Does the same and hangs up when the answers take longer than so long: what then came of them nobody knows.
    pub(super) fn exchange_within(&self, sent: &[Sent], longest: Duration) -> Vec<Result<Got, Error>> {
        self.exchanged(sent, Some(longest))
    }

    fn exchanged(&self, sent: &[Sent], longest: Option<Duration>) -> Vec<Result<Got, Error>> {
        let mut waiting: Vec<_> = sent.iter().map(|one| Waiting::Sent(Box::pin(ask(&self.client, one)))).collect();
        self.runtime.block_on(async {
            let Some(longest) = longest else { return all(&mut waiting).await };
            if timeout(longest, all(&mut waiting)).await.is_err() {
                // what still waits is answered with "closed"
                self.line.abort();
                all(&mut waiting).await;
            }
        });
        let told = |one| if let Waiting::Told(got) = one { Some(got) } else { None };
        waiting.into_iter().filter_map(told).collect()
    }
}

/// Carries requests and answers until the line ends, and notes warnings.
async fn listen<T: AsyncRead + AsyncWrite + Unpin>(mut connection: Connection<Socket, T>, warned: Arc<AtomicBool>) {
    while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
        if let AsyncMessage::Notice(notice) = message
            && notice.parsed_severity() == Some(Severity::Warning)
        {
            warned.store(true, Ordering::Relaxed);
        }
    }
}

/// Is a request on its way.
enum Waiting<'a> {
    Sent(Pin<Box<dyn Future<Output = Result<Got, Error>> + 'a>>),
    Told(Result<Got, Error>),
}

/// Waits until each is told. A request leaves when it is first polled, so the order is that of the list.
async fn all(waiting: &mut [Waiting<'_>]) {
    poll_fn(|context| {
        let mut ready = true;
        for one in &mut *waiting {
            if let Waiting::Sent(future) = one {
                match future.as_mut().poll(context) {
                    Poll::Ready(got) => *one = Waiting::Told(got),
                    Poll::Pending => ready = false,
                }
            }
        }
        if ready { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

async fn ask(client: &Client, sent: &Sent) -> Result<Got, Error> {
    match sent {
        Sent::Batch(sql) => client.batch_execute(sql).await.map(|()| Got::Nothing),
        Sent::Run(statement, params) => client.execute(statement, &borrowed(params)).await.map(Got::Count),
        Sent::Ask(statement, params) => client.query(statement, &borrowed(params)).await.map(Got::Rows),
    }
}

fn borrowed(params: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    params.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}
