//! The line to a server: a socket that the thread which needs the answer reads by itself, so that an answer wakes one thread
//! and no runtime. Logging in and TLS are the client library's; it gives the line back when it is done.

use std::hash::{BuildHasher, RandomState};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::runtime::Builder;
use tokio_postgres::config::{Config, Host, LoadBalanceHosts};
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_postgres::{NoTls, config::SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::Context as _;
use crate::{Fault, FaultKind};

/// PostgreSQL's port.
const PORT: u16 = 5_432;

/// Is a line that is read and written.
pub(super) trait Line: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Line for T {}

/// Is the socket under a line.
pub(super) enum Socket {
    Unix(UnixStream),
    Tcp(TcpStream),
}

impl Socket {
    /// Says how long a read waits; `None` = as long as it takes.
    pub(super) fn wait(&self, longest: Option<Duration>) -> io::Result<()> {
        match self {
            Self::Unix(stream) => stream.set_read_timeout(longest),
            Self::Tcp(stream) => stream.set_read_timeout(longest),
        }
    }

    /// Says whether a read waits at all.
    pub(super) fn waits(&self, waits: bool) -> io::Result<()> {
        match self {
            Self::Unix(stream) => stream.set_nonblocking(!waits),
            Self::Tcp(stream) => stream.set_nonblocking(!waits),
        }
    }
}

/// Reads and writes a socket and waits in it. Under TLS it says once that nothing is there before it waits, and whoever polls
/// it polls again: TLS reads before it has written what the other side waits for, and reads on as long as there may be more.
#[derive(Clone)]
struct Plain {
    socket: Arc<Socket>,
    /// Under TLS: true when a read was put off, and since then nothing was written.
    put_off: Option<Arc<AtomicBool>>,
}

impl Plain {
    /// Tells whether this read is to be put off.
    fn puts_off(&self) -> bool {
        self.put_off.as_ref().is_some_and(|put_off| !put_off.swap(true, Ordering::Relaxed))
    }

    /// Notes that something was read or written.
    fn goes_on(&self) {
        if let Some(put_off) = &self.put_off {
            put_off.store(false, Ordering::Relaxed);
        }
    }
}

impl AsyncRead for Plain {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.puts_off() {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.goes_on();
        let room = buf.initialize_unfilled();
        let read = again(|| match &*self.socket {
            Socket::Unix(stream) => (&*stream).read(room),
            Socket::Tcp(stream) => (&*stream).read(room),
        });
        Poll::Ready(read.map(|count| buf.advance(count)))
    }
}

impl AsyncWrite for Plain {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.goes_on();
        Poll::Ready(again(|| match &*self.socket {
            Socket::Unix(stream) => (&*stream).write(bytes),
            Socket::Tcp(stream) => (&*stream).write(bytes),
        }))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

fn again(mut act: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match act() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // whoever polls must not wait to be woken, for nobody would
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Err(ErrorKind::TimedOut.into()),
            answer => return answer,
        }
    }
}

/// Shares an encrypted line with whoever opens it, so that it can be kept afterwards.
struct Shared<T>(Arc<Mutex<T>>);

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: Unpin> Shared<T> {
    fn with<R>(&self, act: impl FnOnce(Pin<&mut T>) -> R) -> R {
        act(Pin::new(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Shared<T> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.with(|inner| inner.poll_read(context, buf))
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Shared<T> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.with(|inner| inner.poll_write(context, bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.with(|inner| inner.poll_flush(context))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.with(|inner| inner.poll_shutdown(context))
    }
}

impl<T: TlsStream + Unpin> TlsStream for Shared<T> {
    fn channel_binding(&self) -> ChannelBinding {
        self.with(|inner| inner.channel_binding())
    }
}

/// Makes TLS as another connector does and keeps a hand on what comes of it.
struct Keeping<C: TlsConnect<Plain>> {
    connect: C,
    kept: Arc<Mutex<Option<Shared<C::Stream>>>>,
}

impl<C> TlsConnect<Plain> for Keeping<C>
where
    C: TlsConnect<Plain> + 'static,
    C::Stream: Send + 'static,
    C::Future: Send + 'static,
{
    type Stream = Shared<C::Stream>;
    type Error = C::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Stream, C::Error>> + Send>>;

    fn connect(self, stream: Plain) -> Self::Future {
        let (connecting, kept) = (self.connect.connect(stream), self.kept);
        Box::pin(async move {
            let shared = Shared(Arc::new(Mutex::new(connecting.await?)));
            *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(shared.clone());
            Ok(shared)
        })
    }
}

/// Is where a server may be.
enum Place {
    Unix(PathBuf),
    Tcp(SocketAddr),
}

/// Opens a line to the first server of an address that takes one and that `suits`.
pub(super) fn open<T>(
    config: &Config,
    tls: Option<&MakeRustlsConnect>,
    suits: impl Fn(Box<dyn Line>, Arc<Socket>) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let (hosts, addresses, ports) = (config.get_hosts(), config.get_hostaddrs(), config.get_ports());
    let count = hosts.len().max(addresses.len());
    let first = match config.get_load_balance_hosts() {
        LoadBalanceHosts::Random if count > 0 => RandomState::new().hash_one(count) as usize % count,
        _ => 0,
    };
    let mut last = Fault::other("the PostgreSQL address names no host");
    for at in (0..count).map(|at| (first + at) % count) {
        let port = ports.get(at).or(ports.first()).copied().unwrap_or(PORT);
        let host = hosts.get(at);
        let name = if let Some(Host::Tcp(name)) = host { name.as_str() } else { "" };
        let found = match (addresses.get(at), host) {
            (Some(address), _) => Ok(vec![Place::Tcp(SocketAddr::new(*address, port))]),
            (None, Some(Host::Unix(folder))) => Ok(vec![Place::Unix(folder.join(format!(".s.PGSQL.{port}")))]),
            (None, _) => (name, port).to_socket_addrs().map(|found| found.map(Place::Tcp).collect()),
        };
        let places = found.unwrap_or_else(|error| {
            last = lost(error);
            Vec::new()
        });
        for place in places {
            let socket = connect(config, &place).map_err(lost);
            let opened = socket.and_then(|socket| log_in(config, (name, tls), Arc::new(socket)));
            match opened.and_then(|(line, socket)| suits(line, socket)) {
                Ok(suiting) => return Ok(suiting),
                Err(fault) => last = fault,
            }
        }
    }
    Err(last)
}

/// Makes a fault of a broken line.
pub(super) fn lost(error: io::Error) -> Fault {
    Fault::new(FaultKind::Away, "PostgreSQL cannot be reached").caused_by(error)
}

fn connect(config: &Config, place: &Place) -> io::Result<Socket> {
    let address = match place {
        Place::Unix(path) => return UnixStream::connect(path).map(Socket::Unix),
        Place::Tcp(address) => address,
    };
    let stream = match config.get_connect_timeout() {
        Some(longest) => TcpStream::connect_timeout(address, *longest)?,
        None => TcpStream::connect(address)?,
    };
    stream.set_nodelay(true)?;
    let socket = SockRef::from(&stream);
    socket.set_tcp_user_timeout(config.get_tcp_user_timeout().copied())?;
    if config.get_keepalives() {
        let mut keep = TcpKeepalive::new().with_time(config.get_keepalives_idle());
        if let Some(interval) = config.get_keepalives_interval() {
            keep = keep.with_interval(interval);
        }
        if let Some(retries) = config.get_keepalives_retries() {
            keep = keep.with_retries(retries);
        }
        socket.set_tcp_keepalive(&keep)?;
    }
    Ok(Socket::Tcp(stream))
}

fn log_in(
    config: &Config,
    (name, tls): (&str, Option<&MakeRustlsConnect>),
    socket: Arc<Socket>,
) -> Result<(Box<dyn Line>, Arc<Socket>), Fault> {
    let runtime = Builder::new_current_thread().build().context("while starting a connection's runtime")?;
    let tls = tls.filter(|_| config.get_ssl_mode() == SslMode::Require);
    let plain = Plain { socket: Arc::clone(&socket), put_off: tls.map(|_| Arc::default()) };
    socket.wait(config.get_connect_timeout().copied()).map_err(lost)?;
    let line: Box<dyn Line> = match tls {
        None => {
            drop(runtime.block_on(config.connect_raw(plain.clone(), NoTls))?);
            Box::new(plain)
        }
        Some(tls) => {
            let kept = Arc::default();
            let mut tls = tls.clone();
            let connect = <MakeRustlsConnect as MakeTlsConnect<Plain>>::make_tls_connect(&mut tls, name);
            let connect = connect.map_err(|error| Fault::other("TLS cannot be made").caused_by(error))?;
            drop(runtime.block_on(config.connect_raw(plain, Keeping { connect, kept: Arc::clone(&kept) }))?);
            let shared = kept.lock().unwrap_or_else(PoisonError::into_inner).take();
            Box::new(shared.ok_or_else(|| Fault::other("PostgreSQL took no TLS"))?)
        }
    };
    socket.wait(None).map_err(lost)?;
    Ok((line, socket))
}
