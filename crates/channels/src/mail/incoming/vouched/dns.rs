//! Asking one resolver for names (RFC 1035): texts, addresses, mail servers. Over UDP, and over TCP where an answer is too long for it. The
//! resolver is the site's own, on this machine or its network; it does the searching, and DNSSEC where it can.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, UdpSocket};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use civic::chance::{Chance, bytes};

/// Longest name, in bytes (RFC 1035, 2.3.4).
const NAME_BYTES_MAX: usize = 255;
/// Longest part of a name, in bytes.
const LABEL_BYTES_MAX: usize = 63;
/// Longest answer over UDP that is asked for, in bytes (what passes everywhere, DNS flag day 2020).
const UDP_BYTES_MAX: usize = 1_232;
/// Answers read out of one message.
const ANSWERS_MAX: usize = 64;
/// Jumps within one name, so that none leads in a circle.
const JUMPS_MAX: usize = 16;
/// How often the resolver is asked, and how long it may take each time.
const TRIES: usize = 2;
const WAIT: Duration = Duration::from_secs(3);
/// Length of a message's head, in bytes.
const HEAD_BYTES: usize = 12;
/// The answer that there is no such name.
const NO_NAME: u8 = 3;

/// Says what is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An address of the older kind.
    A,
    /// A mail server.
    Mx,
    /// A text.
    Txt,
    /// An address of the newer kind.
    Aaaa,
}

impl Kind {
    fn number(self) -> u16 {
        match self {
            Self::A => 1,
            Self::Mx => 15,
            Self::Txt => 16,
            Self::Aaaa => 28,
        }
    }
}

/// Is one answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// A text, put together.
    Text(String),
    /// An address.
    Address(IpAddr),
    /// The name of a mail server.
    Server(String),
}

/// Says that nothing is known now: nobody answered, or what answered failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unknown;

/// Knows names, wherever it asks.
pub trait Names: Send + Sync {
    /// Lists what stands under a name; nothing where there is no such name.
    fn ask(&self, name: &str, kind: Kind) -> Result<Vec<Record>, Unknown>;
}

/// Asks a resolver.
pub struct Resolver {
    at: SocketAddr,
    chance: Mutex<Chance>,
}

impl Resolver {
    /// Asks the one at an address.
    pub fn new(at: SocketAddr, chance: Chance) -> Self {
        Self { at, chance: Mutex::new(chance) }
    }

    /// Asks once, for whoever wants to know what stands in the way: nobody is there, nothing comes in time, or it says that it cannot.
    pub fn try_out(&self, name: &str, kind: Kind) -> io::Result<Vec<Record>> {
        let id = u16::from_be_bytes(bytes(&mut self.chance.lock().unwrap_or_else(PoisonError::into_inner)));
        let question = question(id, name, kind).ok_or(io::ErrorKind::InvalidInput)?;
        let own = if self.at.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
        let socket = UdpSocket::bind(own)?;
        socket.connect(self.at)?;
        socket.set_read_timeout(Some(WAIT))?;
        socket.send(&question)?;
        let mut answer = vec![0; UDP_BYTES_MAX];
        let length = socket.recv(&mut answer)?;
        match read(&answer[..length], (&question, kind)) {
            Some(Said::Records(records)) => Ok(records),
            Some(Said::Longer) => self.long(&question, kind),
            None => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    fn long(&self, question: &[u8], kind: Kind) -> io::Result<Vec<Record>> {
        let mut stream = TcpStream::connect_timeout(&self.at, WAIT)?;
        stream.set_read_timeout(Some(WAIT))?;
        let length = u16::try_from(question.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
        stream.write_all(&[&length.to_be_bytes(), question].concat())?;
        let mut length = [0; 2];
        stream.read_exact(&mut length)?;
        let mut answer = vec![0; usize::from(u16::from_be_bytes(length))];
        stream.read_exact(&mut answer)?;
        match read(&answer, (question, kind)) {
            Some(Said::Records(records)) => Ok(records),
            _ => Err(io::ErrorKind::InvalidData.into()),
        }
    }
}

impl Names for Resolver {
    fn ask(&self, name: &str, kind: Kind) -> Result<Vec<Record>, Unknown> {
        if spelled(name).is_none() {
            return Ok(Vec::new());
        }
        (0..TRIES).find_map(|_| self.try_out(name, kind).ok()).ok_or(Unknown)
    }
}

/// Spells a name as a message has it; `None`: it is none.
fn spelled(name: &str) -> Option<Vec<u8>> {
    let mut spelled = Vec::new();
    for label in name.trim_end_matches('.').split('.') {
        if label.is_empty() || label.len() > LABEL_BYTES_MAX || !label.is_ascii() {
            return None;
        }
        spelled.push(u8::try_from(label.len()).ok()?);
        spelled.extend_from_slice(label.as_bytes());
    }
    spelled.push(0);
    (spelled.len() <= NAME_BYTES_MAX).then_some(spelled)
}

fn question(id: u16, name: &str, kind: Kind) -> Option<Vec<u8>> {
    let mut question = id.to_be_bytes().to_vec();
    // recursion wanted; one question, one record of ours that says how much fits (EDNS)
    question.extend_from_slice(&[1, 0, 0, 1, 0, 0, 0, 0, 0, 1]);
    question.extend(spelled(name)?);
    question.extend_from_slice(&kind.number().to_be_bytes());
    question.extend_from_slice(&[0, 1]);
    question.extend_from_slice(&[0, 0, 41]);
    question.extend_from_slice(&(UDP_BYTES_MAX as u16).to_be_bytes());
    question.extend_from_slice(&[0; 6]);
    Some(question)
}

/// Is what a message says.
enum Said {
    Records(Vec<Record>),
    Longer,
}

/// Reads an answer to a question; `None`: it is none, or says that something failed.
fn read(answer: &[u8], (question, kind): (&[u8], Kind)) -> Option<Said> {
    let number = |at: usize| Some(u16::from_be_bytes([*answer.get(at)?, *answer.get(at + 1)?]));
    if answer.len() < HEAD_BYTES || answer[..2] != question[..2] || answer[2] & 0x80 == 0 || number(4)? != 1 {
        return None;
    }
    let (_, mut at) = name(answer, HEAD_BYTES)?;
    let end = at + 4;
    // the same question, whatever the resolver does with large and small letters
    if !answer.get(HEAD_BYTES..end)?.eq_ignore_ascii_case(question.get(HEAD_BYTES..end)?) {
        return None;
    }
    match answer[3] & 0x0f {
        0 => {}
        NO_NAME => return Some(Said::Records(Vec::new())),
        _ => return None,
    }
    if answer[2] & 0x02 != 0 {
        return Some(Said::Longer);
    }
    at = end;
    let mut records = Vec::new();
    for _ in 0..usize::from(number(6)?).min(ANSWERS_MAX) {
        let (_, after) = name(answer, at)?;
        let (of, length) = (number(after)?, usize::from(number(after + 8)?));
        let data = after + 10..after + 10 + length;
        answer.get(data.clone())?;
        // what leads from one name to another stands between, and is passed over: the resolver has followed it
        if of == kind.number() {
            records.extend(record(answer, data.clone(), kind));
        }
        at = data.end;
    }
    Some(Said::Records(records))
}

fn record(answer: &[u8], data: std::ops::Range<usize>, kind: Kind) -> Option<Record> {
    let bytes = answer.get(data.clone())?;
    Some(match kind {
        Kind::A => Record::Address(Ipv4Addr::from(<[u8; 4]>::try_from(bytes).ok()?).into()),
        Kind::Aaaa => Record::Address(Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?).into()),
        Kind::Mx => Record::Server(name(answer, data.start + 2)?.0),
        Kind::Txt => {
            let (mut text, mut rest) = (Vec::new(), bytes);
            while let Some((length, more)) = rest.split_first() {
                let (part, after) = more.split_at_checked(usize::from(*length))?;
                text.extend_from_slice(part);
                rest = after;
            }
            Record::Text(String::from_utf8_lossy(&text).into_owned())
        }
    })
}

/// Reads a name and says where it ends.
fn name(message: &[u8], start: usize) -> Option<(String, usize)> {
    let (mut name, mut at, mut end, mut jumps) = (String::new(), start, None, 0);
    loop {
        let length = usize::from(*message.get(at)?);
        match length {
            0 => return Some((name, end.unwrap_or(at + 1))),
            1..=LABEL_BYTES_MAX => {
                let label = message.get(at + 1..at + 1 + length)?;
                if !name.is_empty() {
                    name.push('.');
                }
                name.push_str(&String::from_utf8_lossy(label));
                at += 1 + length;
            }
            0xc0.. => {
                end = end.or(Some(at + 2));
                at = (length & 0x3f) << 8 | usize::from(*message.get(at + 1)?);
                jumps += 1;
            }
            _ => return None,
        }
        if jumps > JUMPS_MAX || name.len() > NAME_BYTES_MAX {
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn answered(records: &[(u16, &[u8])]) -> (Vec<u8>, Vec<u8>) {
        let asked = question(7, "a.example", Kind::Txt).unwrap();
        let mut answer = asked[..asked.len() - 11].to_vec();
        (answer[2], answer[3], answer[7], answer[11]) = (0x81, 0x80, records.len() as u8, 0);
        for (kind, data) in records {
            answer.extend_from_slice(&[0xc0, 12]);
            answer.extend_from_slice(&kind.to_be_bytes());
            answer.extend_from_slice(&[0, 1, 0, 0, 0, 60]);
            answer.extend_from_slice(&(data.len() as u16).to_be_bytes());
            answer.extend_from_slice(data);
        }
        (asked, answer)
    }

    #[test]
    fn texts_are_put_together_and_other_records_passed_over() {
        let (asked, answer) = answered(&[(5, b"\xc0\x0c"), (16, b"\x03v=s\x02pf")]);
        let Some(Said::Records(records)) = read(&answer, (&asked, Kind::Txt)) else { panic!("it is an answer") };
        assert_eq!(records, [Record::Text("v=spf".into())]);
    }

    #[test]
    fn an_answer_to_another_question_is_none() {
        let (asked, answer) = answered(&[(16, b"\x01x")]);
        for at in [0, 1, 13, 22] {
            let mut other = answer.clone();
            other[at] ^= 1;
            assert!(read(&other, (&asked, Kind::Txt)).is_none(), "{at}");
        }
    }

    #[test]
    fn names_that_are_none_are_not_asked_for() {
        for odd in ["", ".", "a..b", "水.example", &"x".repeat(64), &"x.".repeat(128)] {
            assert_eq!(spelled(odd), None, "{odd}");
        }
    }

    proptest! {
        #[test]
        fn parser_of_dns_answers(bytes in proptest::collection::vec(any::<u8>(), 0..200), at in 0usize..80, value in any::<u8>()) {
            let (asked, mut answer) = answered(&[(16, b"\x03v=s\x02pf"), (15, b"\0\x0a\xc0\x0c"), (1, b"\x7f\0\0\x01")]);
            for kind in [Kind::Txt, Kind::Mx, Kind::A, Kind::Aaaa] {
                drop(read(&bytes, (&asked, kind)));
                if let Some(byte) = answer.get_mut(at) {
                    *byte = value;
                }
                if let Some(Said::Records(records)) = read(&answer, (&asked, kind)) {
                    prop_assert!(records.len() <= ANSWERS_MAX);
                }
            }
        }
    }
}
