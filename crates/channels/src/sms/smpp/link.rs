//! One connection to a carrier: bound, listened to, kept awake, and closed when the other side says nothing any more.

use std::collections::{HashMap, VecDeque};
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream, ToSocketAddrs};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use db::Fault;

use super::pdu::{ANSWER, Delivered, Login, Pdu, Receipt, Submitted, bind, command, receipt, status, submit};
use crate::sms::coding::Piece;
use crate::worker::NotSent;

/// Bytes asked of the connection at a time.
const READ_BYTES: usize = 64 * 1024;
/// How long one look at the connection waits, so that silence is noticed.
const LOOK: Duration = Duration::from_millis(500);
/// Longest sequence number (SMPP 3.4, 3.2).
const SEQUENCE_MAX: u32 = 0x7fff_ffff;
/// Times that a part is handed over again because the carrier asked for a pause.
const THROTTLED_TIMES_MAX: u32 = 5;

/// Says how a carrier is spoken to.
#[derive(Clone)]
pub struct Carrier {
    /// Host and port.
    pub at: String,
    /// Our name with it.
    pub system_id: String,
    /// Our password.
    pub password: String,
    /// Our kind, as it calls it; often empty.
    pub system_type: String,
    /// The number that residents write to and are written to from.
    pub number: String,
    /// Parts handed over and not yet answered, at most.
    pub window: usize,
    /// Parts handed over in a second, at most.
    pub per_second: u32,
    /// How long an answer may take.
    pub wait: Duration,
    /// How long nothing may be heard before it is asked whether anybody is there.
    pub quiet: Duration,
}

/// Says why there is no connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotBound {
    /// Nobody answers there.
    Away(String),
    /// It does not know us, with its own number for the reason.
    Refused(u32),
}

impl NotBound {
    /// Tells whether the carrier has us on another connection, which it takes for enough.
    pub fn is_elsewhere(&self) -> bool {
        matches!(self, Self::Refused(status::BOUND))
    }
}

impl std::fmt::Display for NotBound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Away(why) => f.write_str(why),
            Self::Refused(status::PASSWORD | status::SYSTEM) => f.write_str("it refuses system_id or password"),
            Self::Refused(status::BOUND) => f.write_str("it says that we are bound already"),
            Self::Refused(status) => write!(f, "it refuses the bind with status 0x{status:08x}"),
        }
    }
}

/// Is what came in together, to be kept before it is called taken.
#[derive(Debug, Default)]
pub struct Heard {
    /// Messages.
    pub texts: Vec<Delivered>,
    /// What became of messages that were sent.
    pub receipts: Vec<Receipt>,
}

/// Is a bound connection. Cheap to share; whoever hears stands on a thread of their own.
pub struct Link {
    carrier: Carrier,
    stream: TcpStream,
    /// One at a time writes.
    writing: Mutex<()>,
    /// Who waits for the answer to which question.
    asked: Mutex<HashMap<u32, Sender<Pdu>>>,
    sequence: AtomicU32,
    gone: AtomicBool,
    pace: Mutex<VecDeque<Instant>>,
}

impl Link {
    /// Connects and binds.
    pub fn open(carrier: &Carrier) -> Result<Arc<Self>, NotBound> {
        let away = |error: std::io::Error| NotBound::Away(error.kind().to_string());
        let address = carrier.at.to_socket_addrs().map_err(away)?.next();
        let address = address.ok_or_else(|| NotBound::Away("the name has no address".to_owned()))?;
        let stream = TcpStream::connect_timeout(&address, carrier.wait).map_err(away)?;
        stream.set_nodelay(true).map_err(away)?;
        stream.set_read_timeout(Some(carrier.wait)).map_err(away)?;
        stream.set_write_timeout(Some(carrier.wait)).map_err(away)?;
        let link = Self {
            carrier: carrier.clone(),
            stream,
            writing: Mutex::default(),
            asked: Mutex::default(),
            sequence: AtomicU32::new(1),
            gone: AtomicBool::new(false),
            pace: Mutex::default(),
        };
        let login = Login { system_id: &carrier.system_id, password: &carrier.password, system_type: &carrier.system_type };
        link.write(&[Pdu::ask(command::BIND, 1, bind(login))]).map_err(away)?;
        let answer = link.bound().map_err(away)?;
        if answer.status != status::OK {
            return Err(NotBound::Refused(answer.status));
        }
        link.stream.set_read_timeout(Some(LOOK)).map_err(away)?;
        Ok(Arc::new(link))
    }

    /// Reads the answer to the bind, byte by byte: what follows it belongs to whoever hears.
    fn bound(&self) -> std::io::Result<Pdu> {
        let mut held = Vec::new();
        loop {
            let mut byte = [0];
            (&self.stream).read_exact(&mut byte)?;
            held.push(byte[0]);
            match Pdu::take(&held) {
                Ok(None) => {}
                Ok(Some((pdu, _))) if pdu.command == command::BIND | ANSWER || pdu.command == command::NACK => return Ok(pdu),
                Ok(Some(_)) => held.clear(),
                Err(_) => return Err(ErrorKind::InvalidData.into()),
            }
        }
    }

    /// Tells whether it can be used no more.
    pub fn is_gone(&self) -> bool {
        self.gone.load(Ordering::Relaxed)
    }

    /// Says good-bye and closes it.
    pub fn close(&self) {
        if !self.gone.swap(true, Ordering::Relaxed) {
            drop(self.write(&[Pdu::ask(command::UNBIND, self.next(), Vec::new())]));
        }
        drop(self.stream.shutdown(Shutdown::Both));
        // whoever waits for an answer hears that there will be none
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn next(&self) -> u32 {
        let step = |number: u32| Some(if number >= SEQUENCE_MAX { 1 } else { number + 1 });
        self.sequence.fetch_update(Ordering::Relaxed, Ordering::Relaxed, step).map_or(1, |before| step(before).unwrap_or(1))
    }

    fn write(&self, pdus: &[Pdu]) -> std::io::Result<()> {
        let mut bytes = Vec::new();
        for pdu in pdus {
            pdu.write(&mut bytes);
        }
        let _one_at_a_time = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        (&self.stream).write_all(&bytes)
    }

    /// Hears until the connection ends. `keep` makes durable what came, and only then the carrier is told that it was taken.
    pub fn hear(&self, keep: impl FnMut(Heard) -> Result<(), Fault>) {
        if let Err(why) = self.listen(keep) {
            tracing::warn!(%why, "the connection to the carrier of short messages ended; it is tried again");
        }
        self.close();
    }

    fn listen(&self, mut keep: impl FnMut(Heard) -> Result<(), Fault>) -> Result<(), String> {
        let (mut held, mut room) = (Vec::new(), vec![0; READ_BYTES]);
        let (mut last, mut enquired) = (Instant::now(), false);
        while !self.is_gone() {
            match (&self.stream).read(&mut room) {
                Ok(0) => return Err("the other side closed it".to_owned()),
                Ok(count) => {
                    held.extend_from_slice(&room[..count]);
                    (last, enquired) = (Instant::now(), false);
                    let used = self.take(&held, &mut keep)?;
                    held.drain(..used);
                }
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.kind().to_string()),
            }
            if last.elapsed() > self.carrier.quiet + self.carrier.wait {
                return Err("the other side says nothing".to_owned());
            }
            if last.elapsed() > self.carrier.quiet && !enquired {
                enquired = true;
                let ask = Pdu::ask(command::ENQUIRE, self.next(), Vec::new());
                self.write(&[ask]).map_err(|error| error.kind().to_string())?;
            }
        }
        Ok(())
    }

    /// Takes all that has come whole, keeps it together, and answers. Returns how many bytes that was.
    fn take(&self, held: &[u8], keep: &mut impl FnMut(Heard) -> Result<(), Fault>) -> Result<usize, String> {
        let (mut used, mut heard, mut waiting, mut answers) = (0, Heard::default(), Vec::new(), Vec::new());
        let mut ends = false;
        while let Some((pdu, length)) = Pdu::take(&held[used..]).map_err(|_| "it sent what is no SMPP".to_owned())? {
            used += length;
            match pdu.command {
                command::DELIVER => {
                    match Delivered::read(&pdu.body) {
                        Some(text) if text.is_receipt => heard.receipts.extend(receipt(&text)),
                        // what ends where it must not is kept as it is, for a person to look at
                        text => heard
                            .texts
                            .push(text.unwrap_or_else(|| Delivered { words: pdu.body.clone(), ..Delivered::default() })),
                    }
                    waiting.push(pdu);
                }
                command::ENQUIRE => answers.push(pdu.answer(status::OK)),
                command::UNBIND => {
                    answers.push(pdu.answer(status::OK));
                    ends = true;
                }
                other if other & ANSWER != 0 => self.answered(pdu),
                _ => answers.push(pdu.nack()),
            }
        }
        if !waiting.is_empty() {
            let kept = keep(heard);
            if let Err(fault) = &kept {
                tracing::warn!(error = %fault, "short messages could not be kept; the carrier is asked to bring them again");
            }
            let status = if kept.is_ok() { status::OK } else { status::LATER };
            answers.extend(waiting.iter().map(|pdu| pdu.answer(status)));
        }
        self.write(&answers).map_err(|error| error.kind().to_string())?;
        if ends { Err("the other side said good-bye".to_owned()) } else { Ok(used) }
    }

    fn answered(&self, pdu: Pdu) {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner).remove(&pdu.sequence);
        // who asked may have stopped waiting
        if let Some(asked) = asked {
            drop(asked.send(pdu));
        }
    }

    /// Waits until another part may be handed over.
    fn pace(&self) {
        let mut pace = self.pace.lock().unwrap_or_else(PoisonError::into_inner);
        let second = Duration::from_secs(1);
        while pace.front().is_some_and(|first| first.elapsed() >= second) {
            pace.pop_front();
        }
        if pace.len() >= self.carrier.per_second as usize {
            let first = pace.pop_front();
            pause(first.map_or(second, |first| second.saturating_sub(first.elapsed())));
        }
        pace.push_back(Instant::now());
    }

    fn hand_over(&self, to: &str, piece: &Piece) -> std::io::Result<Receiver<Pdu>> {
        if self.is_gone() {
            return Err(ErrorKind::NotConnected.into());
        }
        let (sender, answer) = channel();
        let sequence = self.next();
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).insert(sequence, sender);
        let (from, words) = (self.carrier.number.as_str(), piece.words.as_slice());
        let body = submit(&Submitted { from, to, coding: piece.coding, words, headed: piece.headed });
        self.write(&[Pdu::ask(command::SUBMIT, sequence, body)])?;
        Ok(answer)
    }

    /// Hands a part over and hears the carrier's name of it. Waits, and tries again, where the carrier asks for a pause.
    fn one(&self, to: &str, piece: &Piece, first: Option<Receiver<Pdu>>) -> Result<String, NotSent> {
        let later = |why: &str| NotSent::Later(why.to_owned());
        let mut first = first;
        for times in 0..THROTTLED_TIMES_MAX {
            let answer = match first.take() {
                Some(answer) => answer,
                None => self.hand_over(to, piece).map_err(|_| later("the carrier cannot be reached"))?,
            };
            let answer = match answer.recv_timeout(self.carrier.wait) {
                Ok(answer) => answer,
                Err(RecvTimeoutError::Timeout) => {
                    // who hangs once hangs for all that is on its way
                    self.close();
                    return Err(later("the carrier did not answer in time"));
                }
                Err(RecvTimeoutError::Disconnected) => return Err(later("the connection to the carrier ended")),
            };
            match answer.status {
                status::OK => return Ok(name(&answer.body)),
                status::THROTTLED | status::QUEUE => pause(Duration::from_secs(1 << times)),
                status::LENGTH | status::SOURCE | status::DESTINATION => {
                    return Err(NotSent::Never(format!("the carrier answered 0x{:02x}", answer.status)));
                }
                other => return Err(later(&format!("the carrier answered 0x{other:02x}"))),
            }
        }
        Err(later("the carrier asks for a pause"))
    }

    /// Hands the parts of messages over, several at a time, and answers for each message with the carrier's names of its parts.
    pub fn send(&self, messages: &[(String, Vec<Piece>)]) -> Vec<Result<Vec<String>, NotSent>> {
        let mut done: Vec<Result<Vec<String>, NotSent>> = messages.iter().map(|_| Ok(Vec::new())).collect();
        let mut flying: VecDeque<(usize, &str, &Piece, Option<Receiver<Pdu>>)> = VecDeque::new();
        let mut land = |(at, to, piece, answer): (usize, &str, &Piece, Option<Receiver<Pdu>>)| {
            let one = self.one(to, piece, answer);
            match (&mut done[at], one) {
                (Ok(names), Ok(name)) => names.push(name),
                (own @ Ok(_), Err(why)) => *own = Err(why),
                (Err(_), _) => {}
            }
        };
        for (at, (to, pieces)) in messages.iter().enumerate() {
            for piece in pieces {
                if flying.len() >= self.carrier.window.max(1) {
                    flying.pop_front().into_iter().for_each(&mut land);
                }
                self.pace();
                flying.push_back((at, to, piece, self.hand_over(to, piece).ok()));
            }
        }
        flying.into_iter().for_each(land);
        done
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.close();
    }
}

/// Reads the carrier's name of a message.
fn name(body: &[u8]) -> String {
    String::from_utf8_lossy(body.split(|byte| *byte == 0).next().unwrap_or_default()).into_owned()
}

/// Waits: no state tells when a carrier will take more, only time does.
fn pause(long: Duration) {
    let (_nobody_says_anything, waiting) = channel::<()>();
    let _waited = waiting.recv_timeout(long);
}
