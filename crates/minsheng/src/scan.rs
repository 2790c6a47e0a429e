//! A virus scanner that speaks as ClamAV's `clamd` does: a file goes in by `INSTREAM` in pieces, one line comes back. Over a
//! socket of this machine, or TCP. Nothing of the file is written anywhere here, and what comes back is not trusted: one short
//! line of two known forms, or it is a fault.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use civic::file::{Scan, Verdict};
use db::{Context, Fault, FaultKind};

/// Longest time one file may take, answer included.
pub const SCAN_SECONDS_MAX: u64 = 30;
/// Bytes of one piece.
const PIECE_BYTES: usize = 65_536;
/// Longest answer read.
const ANSWER_BYTES_MAX: usize = 512;
/// Longest name of a finding kept, in characters.
const NAME_CHARS_MAX: usize = 80;

/// Says where a scanner listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum At {
    /// A socket of this machine.
    Unix(PathBuf),
    /// Host and port.
    Tcp(String),
}

impl At {
    /// Reads `unix:/run/clamav/clamd.ctl` or `tcp:127.0.0.1:3310`.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(path) = text.strip_prefix("unix:") {
            return path.starts_with('/').then(|| Self::Unix(path.into()));
        }
        let address = text.strip_prefix("tcp:")?;
        let (host, port) = address.rsplit_once(':')?;
        let named = !host.is_empty() && !host.contains(char::is_whitespace);
        (named && port.parse::<u16>().is_ok_and(|port| port > 0)).then(|| Self::Tcp(address.to_owned()))
    }
}

/// Is a scanner.
#[derive(Debug, Clone)]
pub struct Clamd {
    at: At,
    wait: Duration,
}

impl Clamd {
    /// Knows a scanner; nothing is asked yet.
    pub fn new(at: At) -> Self {
        Self { at, wait: Duration::from_secs(SCAN_SECONDS_MAX) }
    }

    /// Waits no longer than this for a file.
    #[must_use]
    pub fn waiting(self, wait: Duration) -> Self {
        Self { wait, ..self }
    }

    /// Tells whether it is on this machine, as far as its address says.
    pub fn is_here(&self) -> bool {
        match &self.at {
            At::Unix(_) => true,
            At::Tcp(address) => address.to_socket_addrs().is_ok_and(|mut all| all.all(|one| one.ip().is_loopback())),
        }
    }

    /// Asks whether it is there.
    pub fn ping(&self) -> Result<(), Fault> {
        let said = self.ask(b"zPING\0", None)?;
        if said == "PONG" { Ok(()) } else { Err(strange()) }
    }

    /// Sends a command and perhaps a file, and reads the answer up to its end.
    fn ask(&self, command: &[u8], file: Option<&[u8]>) -> Result<String, Fault> {
        let until = Instant::now() + self.wait;
        let mut line = match &self.at {
            At::Unix(path) => Line::Unix(UnixStream::connect(path).context("while reaching the scanner")?),
            At::Tcp(address) => Line::Tcp(connect(address, self.wait)?),
        };
        let sent = line.send(command, until).and_then(|()| file.map_or(Ok(()), |file| stream(&mut line, file, until)));
        // a scanner that has enough says why and hangs up while we still write: what it said counts
        match (line.read(until), sent) {
            (Ok(said), _) if !said.is_empty() => Ok(said),
            (_, Err(fault)) | (Err(fault), Ok(())) => Err(fault),
            (Ok(_), Ok(())) => Err(strange()),
        }
    }
}

impl Scan for Clamd {
    fn scan(&self, bytes: &[u8]) -> Result<Verdict, Fault> {
        // the threads that serve must not stand still meanwhile
        let said = tokio::task::block_in_place(|| self.ask(b"zINSTREAM\0", Some(bytes)))?;
        verdict(&said).ok_or_else(strange)
    }
}

/// Reads an answer: `stream: OK`, or `stream: NAME FOUND`. `None` = it is neither.
fn verdict(said: &str) -> Option<Verdict> {
    let said = said.strip_prefix("stream: ")?;
    if said == "OK" {
        return Some(Verdict::Clean);
    }
    let name = said.strip_suffix(" FOUND")?;
    let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/' | ':');
    Some(Verdict::Infected(name.chars().filter(plain).take(NAME_CHARS_MAX).collect()))
}

fn strange() -> Fault {
    Fault::new(FaultKind::Busy, "the scanner gave no answer that can be read")
}

fn late() -> Fault {
    Fault::new(FaultKind::Busy, "the scanner did not answer in time")
}

fn connect(address: &str, wait: Duration) -> Result<TcpStream, Fault> {
    let mut found = address.to_socket_addrs().context("while looking for the scanner")?;
    let first = found.next().ok_or_else(|| Fault::other("the scanner's name has no address"))?;
    TcpStream::connect_timeout(&first, wait).context("while reaching the scanner")
}

/// Sends a file as pieces, each with its length before it, and a piece of none.
fn stream(line: &mut Line, file: &[u8], until: Instant) -> Result<(), Fault> {
    for piece in file.chunks(PIECE_BYTES) {
        let length = u32::try_from(piece.len()).map_err(|_| Fault::other("a piece is too long"))?;
        line.send(&length.to_be_bytes(), until)?;
        line.send(piece, until)?;
    }
    line.send(&0_u32.to_be_bytes(), until)
}

enum Line {
    Unix(UnixStream),
    Tcp(TcpStream),
}

impl Line {
    /// Has the next step end when the time is over; none is begun after it.
    fn within(&self, until: Instant) -> Result<(), Fault> {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(late());
        }
        let set = match self {
            Self::Unix(line) => line.set_read_timeout(Some(left)).and_then(|()| line.set_write_timeout(Some(left))),
            Self::Tcp(line) => line.set_read_timeout(Some(left)).and_then(|()| line.set_write_timeout(Some(left))),
        };
        set.context("while speaking to the scanner")
    }

    fn send(&mut self, bytes: &[u8], until: Instant) -> Result<(), Fault> {
        self.within(until)?;
        let sent = match self {
            Self::Unix(line) => line.write_all(bytes),
            Self::Tcp(line) => line.write_all(bytes),
        };
        sent.context("while handing a file to the scanner")
    }

    /// Reads up to the zero that ends an answer.
    fn read(&mut self, until: Instant) -> Result<String, Fault> {
        let (mut said, mut piece) = (Vec::new(), [0; ANSWER_BYTES_MAX]);
        while said.len() < ANSWER_BYTES_MAX && !said.contains(&0) {
            self.within(until)?;
            let read = match self {
                Self::Unix(line) => line.read(&mut piece),
                Self::Tcp(line) => line.read(&mut piece),
            };
            match read.context("while hearing the scanner")? {
                0 => break,
                read => said.extend_from_slice(&piece[..read]),
            }
        }
        let end = said.iter().position(|byte| *byte == 0).unwrap_or(said.len());
        Ok(String::from_utf8_lossy(&said[..end.min(ANSWER_BYTES_MAX)]).trim_end().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_is_a_socket_or_host_and_port() {
        assert_eq!(At::parse("unix:/run/clamav/clamd.ctl"), Some(At::Unix("/run/clamav/clamd.ctl".into())));
        assert_eq!(At::parse("tcp:[::1]:3310"), Some(At::Tcp("[::1]:3310".to_owned())));
        for wrong in ["", "/run/clamd.ctl", "unix:clamd.ctl", "tcp:localhost", "tcp::3310", "tcp:a b:1", "tcp:a:0", "tcp:a:99999"]
        {
            assert_eq!(At::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn two_forms_of_an_answer_are_read_and_nothing_else_is_called_clean() {
        assert_eq!(verdict("stream: OK"), Some(Verdict::Clean));
        let name = "Win.Test.EICAR_HDB-1".to_owned();
        assert_eq!(verdict("stream: Win.Test.EICAR_HDB-1 FOUND"), Some(Verdict::Infected(name)));
        for other in ["", "OK", "stream: ok", "INSTREAM size limit exceeded. ERROR", "stream: OK FOUNDER", "stream: OK "] {
            assert_eq!(verdict(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn parser_of_scanner_answers(said in "(stream: )?\\PC{0,90}( FOUND)?") {
            match verdict(&said) {
                Some(Verdict::Clean) => prop_assert_eq!(&said, "stream: OK"),
                Some(Verdict::Infected(name)) => prop_assert!(name.is_ascii() && !name.contains(' ') && name.len() <= NAME_CHARS_MAX),
                None => {}
            }
        }
    }
}
