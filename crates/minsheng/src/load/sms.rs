//! Short messages in, as a carrier brings them by SMPP 3.4: the generator is the carrier. It listens where the site's `[sms.smpp]` points to,
//! waits until the site binds, and keeps so many `deliver_sm` on their way that nobody has answered yet.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use channels::sms::smpp::Pdu;
use db::{Context, Fault};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use super::tally::{Report, Tally};
use super::{Plan, crowd};

/// `deliver_sm` (SMPP 3.4, 5.1.2.1).
const DELIVER: u32 = 0x0000_0005;
/// `submit_sm`.
const SUBMIT: u32 = 0x0000_0004;
/// `bind_transceiver`.
const BIND: u32 = 0x0000_0009;
/// What an answer is told from its question by.
const ANSWER: u32 = 0x8000_0000;
/// Alphabet of Chinese messages (UCS-2).
const UCS2: u8 = 8;
/// The number that the demo's residents write to.
const TO: &str = "10660000";
/// Senders, so that nobody writes more than one may.
const SENDERS: u64 = 1_000_000;
/// Longest words of a message that is one part, in characters.
const WORDS_CHARS_MAX: usize = 60;
/// Read at once, in bytes.
const PART_BYTES: usize = 16 * 1024;
/// Longest time to wait for the site to bind, in seconds.
const BIND_SECONDS_MAX: u64 = 120;
/// Longest time without any answer before the rest counts as not answered, in seconds.
const LAST_SECONDS: u64 = 30;

/// Measures how fast messages are taken: each is durable when it counts, and becomes a matter after.
pub(crate) async fn run(plan: &Arc<Plan>) -> Result<Report, Fault> {
    let listener = TcpListener::bind(plan.target.address()).await.context("while listening as the carrier")?;
    let came = timeout(Duration::from_secs(BIND_SECONDS_MAX), listener.accept()).await;
    let (stream, _) = came
        .map_err(|_| Fault::other("the site did not come; does its [sms.smpp] point here?"))?
        .context("while waiting for the site")?;
    let mut carrier = Carrier { stream, bytes: Vec::new(), flying: HashMap::new(), tally: Tally::default(), bound: false };
    while !carrier.bound {
        carrier.hear().await?;
    }
    let begun = Instant::now();
    let until = begun + Duration::from_secs(plan.seconds);
    let mut turn = 0;
    while Instant::now() < until {
        let mut out = Vec::new();
        while carrier.flying.len() < plan.connections {
            turn += 1;
            Pdu::ask(DELIVER, turn, message(plan.seed, u64::from(turn))).write(&mut out);
            carrier.flying.insert(turn, Instant::now());
        }
        carrier.say(&out).await?;
        carrier.hear().await?;
    }
    let lasted = begun.elapsed();
    // whoever is slow is waited for, whoever has stopped is not
    let mut last = Instant::now();
    while !carrier.flying.is_empty() && last.elapsed() < Duration::from_secs(LAST_SECONDS) {
        let left = carrier.flying.len();
        carrier.hear().await?;
        if carrier.flying.len() < left {
            last = Instant::now();
        }
    }
    let unanswered = carrier.flying.len();
    (0..unanswered).for_each(|_| carrier.tally.failed("not answered"));
    Ok(carrier.tally.report(plan.profile.code(), plan.connections, lasted))
}

struct Carrier {
    stream: TcpStream,
    /// What came and is no whole PDU yet.
    bytes: Vec<u8>,
    /// Messages nobody has answered yet, by their sequence.
    flying: HashMap<u32, Instant>,
    tally: Tally,
    bound: bool,
}

impl Carrier {
    async fn say(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.stream.write_all(bytes).await.context("while writing to the site")
    }

    /// Reads what there is, and answers what is asked.
    async fn hear(&mut self) -> Result<(), Fault> {
        let mut part = vec![0; PART_BYTES];
        let read = timeout(Duration::from_secs(1), self.stream.read(&mut part)).await;
        let Ok(read) = read else { return Ok(()) };
        let count = read.context("while reading from the site")?;
        if count == 0 {
            return Err(Fault::other("the site closed the connection"));
        }
        self.bytes.extend_from_slice(&part[..count]);
        let (mut at, mut out) = (0, Vec::new());
        while let Some((pdu, length)) = Pdu::take(&self.bytes[at..]).map_err(|_| Fault::other("the site does not speak SMPP"))? {
            at += length;
            self.take(&pdu, &mut out);
        }
        self.bytes.drain(..at);
        self.say(&out).await
    }

    fn take(&mut self, pdu: &Pdu, out: &mut Vec<u8>) {
        if pdu.command == DELIVER | ANSWER {
            match (self.flying.remove(&pdu.sequence), pdu.status) {
                (Some(begun), 0) => self.tally.good(begun),
                (Some(_), status) => self.tally.failed(format!("status {status}")),
                (None, _) => self.tally.failed("an answer to nothing"),
            }
            return;
        }
        if pdu.command & ANSWER != 0 {
            return;
        }
        self.bound |= pdu.command == BIND;
        let body = match pdu.command {
            BIND => b"LOAD\0".to_vec(),
            SUBMIT => format!("{}\0", pdu.sequence).into_bytes(),
            _ => Vec::new(),
        };
        Pdu { body, ..pdu.answer(0) }.write(out);
    }
}

/// Writes a message that no other turn writes.
fn message(seed: u64, turn: u64) -> Vec<u8> {
    let words: String = crowd::words(turn).chars().take(WORDS_CHARS_MAX - 20).collect();
    let words: Vec<u8> = format!("{words}{}号{turn}", seed % 1_000).encode_utf16().flat_map(u16::to_be_bytes).collect();
    // service type; source and destination with their kinds; class, protocol, priority, times, receipt, replace; alphabet, words
    let mut body = vec![0, 1, 1];
    body.extend(format!("139{:08}\0", turn % SENDERS).bytes());
    body.extend([0, 1]);
    body.extend(format!("{TO}\0").bytes());
    body.extend([0, 0, 0, 0, 0, 0, 0, UCS2, 0]);
    body.push(words.len() as u8);
    body.extend(words);
    body
}

#[cfg(test)]
mod tests {
    use channels::sms::smpp::Delivered;

    use super::*;

    #[test]
    fn what_the_carrier_sends_reads_as_a_message_in_one_part() {
        for turn in [1, 77, 999_999] {
            let read = Delivered::read(&message(5, turn)).expect("a message");
            assert_eq!(read.from, format!("139{turn:08}"));
            assert!(read.part.is_none());
        }
    }
}
