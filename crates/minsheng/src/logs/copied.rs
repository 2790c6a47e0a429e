//! A copy of the technical log on another machine, as it is written: syslog over TLS (RFC 5424, 5425). Whoever breaks in here can end the copy, and
//! cannot change what has left.
//!
//! The program never waits for it: lines go through a short queue to a thread of its own. What does not fit is counted, and the count is the
//! next line that leaves.

use std::io::{self, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::Duration;

use db::{Context, Fault, trust};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use serde_json::Value;

use crate::config::LogCopySection;

/// Lines that wait at most while the other machine is away.
const LINES_MAX: usize = 10_000;
/// Longest time to reach the other machine, or for it to take a line.
const WAIT: Duration = Duration::from_secs(10);
/// The first pause after a failure; each further one is twice as long.
const PAUSE: Duration = Duration::from_secs(1);
/// The longest pause.
const PAUSE_MAX: Duration = Duration::from_mins(1);
/// Facility of what a program of this machine says (local0).
const FACILITY: u8 = 16;

/// Writes lines to standard error, and hands each on.
#[derive(Clone)]
pub(super) struct Both {
    lines: Option<SyncSender<Vec<u8>>>,
    lost: Arc<AtomicU64>,
}

impl Both {
    /// Writes to standard error only.
    pub(super) fn alone() -> Self {
        Self { lines: None, lost: Arc::default() }
    }

    /// Starts the thread that carries lines over.
    pub(super) fn with(section: &LogCopySection) -> Result<Self, Fault> {
        let (lines, taken) = sync_channel(LINES_MAX);
        let lost = Arc::<AtomicU64>::default();
        let carrier = Carrier { way: Way::new(section)?, lines: taken, lost: Arc::clone(&lost) };
        thread::Builder::new()
            .name("log copy".to_owned())
            .spawn(move || carrier.run())
            .context("while starting the log's copy")?;
        Ok(Self { lines: Some(lines), lost })
    }
}

impl Write for Both {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if let Some(lines) = &self.lines
            && let Err(TrySendError::Full(_)) = lines.try_send(line.to_vec())
        {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
        io::stderr().write_all(line)?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// Is the way to the other machine.
pub(crate) struct Way {
    to: String,
    name: ServerName<'static>,
    tls: Arc<ClientConfig>,
}

type Line = StreamOwned<ClientConnection, TcpStream>;

impl Way {
    /// Prepares the way.
    pub(crate) fn new(section: &LogCopySection) -> Result<Self, Fault> {
        let host = section.to.rsplit_once(':').map_or("", |(host, _)| host).trim_matches(['[', ']']);
        let name = ServerName::try_from(host.to_owned());
        let name = name.map_err(|error| Fault::other(format!("log_copy.to {:?}: {error}", section.to)))?;
        Ok(Self { to: section.to.clone(), name, tls: Arc::new(trust("log_copy.root", section.root.as_deref())?) })
    }

    /// Reaches the other machine, and checks its certificate.
    pub(crate) fn reach(&self) -> io::Result<Line> {
        let mut found = self.to.to_socket_addrs()?;
        let address = found.next().ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "the name has no address"))?;
        let mut stream = TcpStream::connect_timeout(&address, WAIT)?;
        stream.set_read_timeout(Some(WAIT))?;
        stream.set_write_timeout(Some(WAIT))?;
        let mut tls = ClientConnection::new(Arc::clone(&self.tls), self.name.clone()).map_err(io::Error::other)?;
        while tls.is_handshaking() {
            tls.complete_io(&mut stream)?;
        }
        Ok(StreamOwned::new(tls, stream))
    }
}

struct Carrier {
    way: Way,
    lines: Receiver<Vec<u8>>,
    lost: Arc<AtomicU64>,
}

impl Carrier {
    /// Carries lines over until the program ends. A line leaves again where it is not certain that it was taken.
    fn run(self) {
        let host = host();
        let (mut open, mut pause) = (None, PAUSE);
        while let Ok(line) = self.lines.recv() {
            let mut waits = frame(&host, &line);
            let lost = self.lost.swap(0, Ordering::Relaxed);
            if lost > 0 {
                let told =
                    format!("{{\"level\":\"ERROR\",\"message\":\"{lost} lines of the log did not fit and were not copied\"}}");
                waits = [frame(&host, told.as_bytes()), waits].concat();
            }
            open = loop {
                if let Ok(line) = carry(&self.way, open.take(), &waits) {
                    break Some(line);
                }
                thread::park_timeout(pause);
                pause = (pause * 2).min(PAUSE_MAX);
            };
            pause = PAUSE;
        }
    }
}

fn carry(way: &Way, open: Option<Line>, bytes: &[u8]) -> io::Result<Line> {
    let mut line = match open {
        Some(line) => line,
        None => way.reach()?,
    };
    line.write_all(bytes)?;
    line.flush()?;
    Ok(line)
}

/// Writes a line as one message of syslog: its length, its weight, when, where, and the line as it is.
fn frame(host: &str, line: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(line);
    let text = text.trim_end();
    let said: Value = serde_json::from_str(text).unwrap_or_default();
    let severity = match said["level"].as_str() {
        Some("ERROR") => 3,
        Some("WARN") => 4,
        Some("INFO") => 6,
        _ => 7,
    };
    let when = said["timestamp"].as_str().unwrap_or("-");
    let message = format!("<{}>1 {when} {host} minsheng {} - - {text}", FACILITY * 8 + severity, std::process::id());
    format!("{} {message}", message.len()).into_bytes()
}

/// Returns the name of this machine as it calls itself, or none.
fn host() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name: String = name.trim().chars().filter(char::is_ascii_graphic).collect();
    if name.is_empty() { "-".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_becomes_a_message_of_its_weight_and_time_with_its_length_before_it() {
        let line = b"{\"timestamp\":\"2026-11-29T08:00:00.000000Z\",\"level\":\"WARN\",\"message\":\"later\"}\n";
        let framed = String::from_utf8(frame("qinghe", line)).unwrap();
        let (length, message) = framed.split_once(' ').unwrap();
        assert_eq!(length.parse::<usize>().unwrap(), message.len());
        let head = format!("<132>1 2026-11-29T08:00:00.000000Z qinghe minsheng {} - - {{", std::process::id());
        assert!(message.starts_with(&head) && message.ends_with("\"later\"}"), "{message}");
        let odd = String::from_utf8(frame("-", b"no JSON")).unwrap();
        assert!(odd.contains("<135>1 - - minsheng"), "{odd}");
    }
}
