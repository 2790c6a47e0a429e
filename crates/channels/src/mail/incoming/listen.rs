//! The listener that mail servers hand mail to. A mail is called taken once it is durable, and not before.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use civic::file::FileStore;
use civic::hall::Hall;
use civic::inbox::{self, Coming};
use db::{Context, Fault};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use super::address::Answers;
use super::head::fingerprint;
use super::speak::{Answer, House, Session, Taken};
use super::{CHANNEL, MAIL_BYTES_MAX};
use crate::made::Hourly;

/// Longest line of a conversation, in bytes (RFC 5321, 4.5.3.1.4, and what SMTPUTF8 adds).
const LINE_BYTES_MAX: usize = 2_048;
/// Bytes read at a time.
const READ_BYTES: usize = 16 * 1024;
/// Pause after the system could not accept a connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// Senders counted at a time; more are counted anew.
const SENDERS_MAX: usize = 50_000;

/// Holds the limits of the listener.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at once.
    pub connections_max: usize,
    /// How long a line, or the next part of a mail, may take to come.
    pub wait: Duration,
    /// How long one mail may take to come.
    pub mail: Duration,
    /// Mails of one sender in an hour; more are asked to come later.
    pub of_sender_hour_max: u32,
    /// Addresses of ours in one mail.
    pub to_max: usize,
    /// Addresses that are not ours before a conversation ends.
    pub strangers_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections_max: 64,
            wait: Duration::from_mins(1),
            mail: Duration::from_mins(10),
            of_sender_hour_max: 60,
            to_max: 50,
            strangers_max: 20,
        }
    }
}

/// Is everything the listener works with.
pub struct Listen {
    /// Site, data, clock.
    pub hall: Hall,
    /// Where large mails are kept.
    pub files: FileStore,
    /// The site's own addresses.
    pub answers: Answers,
    /// Its limits.
    pub limits: Limits,
    /// Mails of each sender in the present hour.
    counted: Hourly,
}

/// Is what a mail server wrote on a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Envelope {
    /// Who it comes back to; empty for a mail server's own word.
    pub(super) from: String,
    /// The addresses of ours it was sent to.
    pub(super) to: Vec<String>,
}

impl Listen {
    /// Makes a listener's state.
    pub fn new(hall: Hall, files: FileStore, answers: Answers, limits: Limits) -> Self {
        Self { hall, files, answers, limits, counted: Hourly::new(SENDERS_MAX) }
    }

    /// Counts a mail of a sender; false when there were too many in this hour.
    fn count(&self, sender: &str) -> bool {
        let many = self.counted.count(&sender.to_ascii_lowercase(), self.hall.clock.now());
        // the words of mail servers have no sender, and come by the hundred when an address of many is gone
        sender.is_empty() || many <= self.limits.of_sender_hour_max
    }
}

/// Keeps a mail as it came. False: it was here before. Durable when this returns.
pub async fn keep(hall: &Hall, files: &FileStore, (from, to): (&str, &[String]), mail: Vec<u8>) -> Result<bool, Fault> {
    let (site, own, now) = (hall.site.clone(), hall.clone(), hall.clock.now());
    let name = fingerprint(&mail);
    let known = name.clone();
    if hall.store.read(move |tx| inbox::is_there(tx, &site, CHANNEL, &known)).await? {
        return Ok(false);
    }
    let envelope = Envelope { from: from.to_owned(), to: to.to_vec() };
    let envelope =
        serde_json::to_vec(&envelope).map_err(|error| Fault::other("an envelope cannot be written").caused_by(error))?;
    let files = files.clone();
    let seal = move || Coming::seal((&own.site, &files, now), (CHANNEL, &name), (&envelope, &mail));
    let sealed = tokio::task::spawn_blocking(seal).await.map_err(|_| Fault::other("the sealing of a mail broke off"))?;
    let (coming, jurisdiction) = (sealed?, hall.site.jurisdiction);
    hall.store.write(move |tx| inbox::put(tx, jurisdiction, &coming, now)).await
}

/// Takes mail until it is dropped.
pub async fn listen(listener: TcpListener, listen: Arc<Listen>) {
    let places = Arc::new(Semaphore::new(listen.limits.connections_max));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, from)) => {
                let listen = Arc::clone(&listen);
                tokio::spawn(async move {
                    if let Err(fault) = talk(stream, &listen).await {
                        tracing::debug!(error = %fault, from = %network(from.ip()), "a conversation about mail broke off");
                    }
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection for mail could not be accepted");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Names a network without the machine in it.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => format!("{}.{}.{}.0", v4.octets()[0], v4.octets()[1], v4.octets()[2]),
        IpAddr::V6(v6) => format!("{:x}:{:x}:{:x}::", v6.segments()[0], v6.segments()[1], v6.segments()[2]),
    }
}

async fn talk(stream: TcpStream, listen: &Listen) -> Result<(), Fault> {
    let limits = listen.limits;
    let name = listen.answers.domain().to_owned();
    let is_ours = |address: &str| listen.answers.read(address).is_some();
    let house = House {
        name: &name,
        bytes_max: MAIL_BYTES_MAX,
        to_max: limits.to_max,
        strangers_max: limits.strangers_max,
        is_ours: &is_ours,
    };
    let mut wire = Wire { stream, held: Vec::new(), start: 0, wait: limits.wait };
    wire.say(&Session::greeting(&house)).await?;
    let mut session = Session::default();
    while let Some(line) = wire.line().await? {
        match session.hear(&line, &house) {
            Answer::Say(text) => wire.say(&text).await?,
            Answer::Close(text) => return wire.say(&text).await,
            Answer::Data(text) => {
                wire.say(&text).await?;
                let mail = timeout(limits.mail, wire.mail(MAIL_BYTES_MAX)).await;
                let mail = mail.map_err(|_| Fault::other("a mail took too long to come"))??;
                let taken = take(listen, session.envelope(), mail).await;
                let answer = session.taken(taken);
                wire.say(&answer).await?;
            }
        }
    }
    Ok(())
}

/// Keeps a mail that was handed over, and says what the server may be told.
async fn take(listen: &Listen, (from, to): (&str, &[String]), mail: Came) -> Taken {
    let bytes = match mail {
        Came::Whole(bytes) => bytes,
        Came::Large => return Taken::Large,
        Came::Odd => return Taken::Odd,
    };
    if !listen.count(from) {
        return Taken::Later;
    }
    match keep(&listen.hall, &listen.files, (from, to), bytes).await {
        Ok(_) => Taken::Kept,
        Err(fault) => {
            tracing::warn!(error = %fault, "a mail could not be kept; its server is asked to send it again");
            Taken::Later
        }
    }
}

/// Is what came as a mail.
enum Came {
    Whole(Vec<u8>),
    Large,
    Odd,
}

/// Reads lines and mails off a connection.
struct Wire<S> {
    stream: S,
    held: Vec<u8>,
    start: usize,
    wait: Duration,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    async fn say(&mut self, text: &str) -> Result<(), Fault> {
        let line = format!("{text}\r\n");
        let said = timeout(self.wait, self.stream.write_all(line.as_bytes())).await;
        said.map_err(|_| Fault::other("the other side does not read"))?.context("while answering a mail server")
    }

    /// Waits for more bytes; false at the end.
    async fn more(&mut self) -> Result<bool, Fault> {
        if self.start == self.held.len() {
            (self.start, self.held) = (0, Vec::new());
        }
        self.held.reserve(READ_BYTES);
        let read = timeout(self.wait, self.stream.read_buf(&mut self.held)).await;
        let read = read.map_err(|_| Fault::other("the other side says nothing"))?.context("while hearing a mail server")?;
        Ok(read > 0)
    }

    /// Takes the next line without its end. A line that is too long is answered as none that is known.
    async fn line(&mut self) -> Result<Option<Vec<u8>>, Fault> {
        let mut long = false;
        loop {
            if let Some(at) = self.held[self.start..].iter().position(|byte| *byte == b'\n') {
                let line = self.held[self.start..self.start + at].trim_ascii_end().to_vec();
                self.start += at + 1;
                return Ok(Some(if long || line.len() > LINE_BYTES_MAX { Vec::new() } else { line }));
            }
            if self.held.len() - self.start > LINE_BYTES_MAX {
                // of such a line only its end is of interest
                (long, self.start) = (true, self.held.len());
            }
            if !self.more().await? {
                return Ok(None);
            }
        }
    }

    /// Reads a mail up to the line that holds one dot. What is over the limit is read and thrown away.
    async fn mail(&mut self, most: usize) -> Result<Came, Fault> {
        let mut body = Body::new(most);
        loop {
            if let Some(rest) = body.take(&self.held[self.start..]) {
                self.start = self.held.len() - rest;
                return Ok(body.came());
            }
            self.start = self.held.len();
            if !self.more().await? {
                return Err(Fault::other("the connection ended in the middle of a mail"));
            }
        }
    }
}

/// Gathers a mail: takes stuffed dots out, and knows its end.
struct Body {
    bytes: Vec<u8>,
    most: usize,
    large: bool,
    odd: bool,
    at: At,
}

/// Says where in a line the last byte stood.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Begin,
    Dot,
    DotCr,
    Middle,
    Cr,
}

impl Body {
    fn new(most: usize) -> Self {
        Self { bytes: Vec::new(), most, large: false, odd: false, at: At::Begin }
    }

    /// Takes bytes. Some: the mail ended, and so many bytes after it are left.
    fn take(&mut self, bytes: &[u8]) -> Option<usize> {
        for (at, byte) in bytes.iter().enumerate() {
            let next = match (self.at, byte) {
                (At::Begin, b'.') => At::Dot,
                (At::Dot, b'\r') => At::DotCr,
                (At::DotCr, b'\n') => return Some(bytes.len() - at - 1),
                (At::DotCr, _) => {
                    self.odd = true;
                    self.put(b'\r');
                    self.plain(*byte)
                }
                (At::Cr, b'\n') => {
                    self.put(b'\n');
                    At::Begin
                }
                _ => self.plain(*byte),
            };
            self.at = next;
        }
        None
    }

    fn plain(&mut self, byte: u8) -> At {
        // a line feed alone ends a line for some servers and for others not: what stands behind it could be another mail
        self.odd |= byte == b'\n' || self.at == At::Cr;
        self.put(byte);
        if byte == b'\r' { At::Cr } else { At::Middle }
    }

    fn put(&mut self, byte: u8) {
        if self.bytes.len() < self.most {
            self.bytes.push(byte);
        } else {
            self.large = true;
        }
    }

    fn came(self) -> Came {
        match (self.large, self.odd) {
            (true, _) => Came::Large,
            (_, true) => Came::Odd,
            _ => Came::Whole(self.bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(parts: &[&[u8]], most: usize) -> Result<(Vec<u8>, usize), &'static str> {
        let mut body = Body::new(most);
        let mut rest = None;
        for part in parts {
            rest = body.take(part);
        }
        match (rest, body.came()) {
            (Some(rest), Came::Whole(bytes)) => Ok((bytes, rest)),
            (Some(_), Came::Large) => Err("large"),
            (Some(_), Came::Odd) => Err("odd"),
            (None, _) => Err("no end"),
        }
    }

    #[test]
    fn a_mail_ends_at_its_dot_wherever_it_was_cut() {
        let mail = b"a: b\r\n\r\n..one\r\n.\r\nNOOP\r\n";
        for cut in 0..mail.len() - 6 {
            assert_eq!(whole(&[&mail[..cut], &mail[cut..]], 100), Ok((b"a: b\r\n\r\n.one\r\n".to_vec(), 6)), "{cut}");
        }
        assert_eq!(whole(&[b".\r\n"], 100), Ok((Vec::new(), 0)));
    }

    #[test]
    fn what_another_server_could_take_for_the_end_is_refused() {
        for smuggled in [
            &b"one\n.\r\nMAIL FROM:<>\r\n.\r\n"[..],
            b"one\n.\nMAIL\r\n.\r\n",
            b"one\r.\r\nMAIL\r\n.\r\n",
            b"one\r\n.\nMAIL\r\n.\r\n",
        ] {
            assert_eq!(whole(&[smuggled], 100), Err("odd"), "{}", String::from_utf8_lossy(smuggled));
        }
    }

    #[test]
    fn what_is_too_large_is_read_to_its_end() {
        assert_eq!(whole(&[b"0123456789\r\n.\r\n"], 5), Err("large"));
        assert_eq!(whole(&[b"0123\r\n"], 100), Err("no end"));
    }
}
