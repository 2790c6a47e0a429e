//! The few PDUs of SMPP 3.4 that a service needs, written and read. Pure.
//!
//! Read with a wide heart: whatever a carrier fills in oddly, a message whose frame is whole gets its own answer, and the
//! conversation goes on.

/// Bytes of a header: length, command, status, sequence number.
const HEAD_BYTES: usize = 16;
/// Longest PDU that is read, in bytes: a `message_payload` holds 64 KiB at most.
pub const PDU_BYTES_MAX: usize = 70 * 1024;
/// Longest text ended by zero that is read, in bytes.
const TEXT_BYTES_MAX: usize = 256;
/// Bit that makes an answer of a question.
pub const ANSWER: u32 = 0x8000_0000;

/// Commands (SMPP 3.4, 5.1.2.1).
pub mod command {
    /// Nothing that is known.
    pub const NACK: u32 = 0x8000_0000;
    /// Hand a message over.
    pub const SUBMIT: u32 = 0x0000_0004;
    /// Take a message, or word of one.
    pub const DELIVER: u32 = 0x0000_0005;
    /// End the conversation.
    pub const UNBIND: u32 = 0x0000_0006;
    /// Begin it, both ways.
    pub const BIND: u32 = 0x0000_0009;
    /// Is anybody there?
    pub const ENQUIRE: u32 = 0x0000_0015;
}

/// Statuses (SMPP 3.4, 5.1.3).
pub mod status {
    /// Done.
    pub const OK: u32 = 0x00;
    /// The message is too long.
    pub const LENGTH: u32 = 0x01;
    /// No such command.
    pub const COMMAND: u32 = 0x03;
    /// Bound already.
    pub const BOUND: u32 = 0x05;
    /// The source address is wrong.
    pub const SOURCE: u32 = 0x0a;
    /// The destination is wrong.
    pub const DESTINATION: u32 = 0x0b;
    /// The password is wrong.
    pub const PASSWORD: u32 = 0x0e;
    /// The system id is wrong.
    pub const SYSTEM: u32 = 0x0f;
    /// The carrier's queue is full.
    pub const QUEUE: u32 = 0x14;
    /// Too many in too short a time.
    pub const THROTTLED: u32 = 0x58;
    /// The receiver cannot now; later.
    pub const LATER: u32 = 0x64;
}

/// Optional parameters (SMPP 3.4, 5.3.2).
mod tag {
    pub(super) const RECEIPTED: u16 = 0x001e;
    pub(super) const SAR_REFERENCE: u16 = 0x020c;
    pub(super) const SAR_TOTAL: u16 = 0x020e;
    pub(super) const SAR_AT: u16 = 0x020f;
    pub(super) const PAYLOAD: u16 = 0x0424;
    pub(super) const STATE: u16 = 0x0427;
}

/// Is one PDU.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pdu {
    /// What it asks, or answers.
    pub command: u32,
    /// How it went; 0 in a question.
    pub status: u32,
    /// Ties an answer to its question.
    pub sequence: u32,
    /// What follows the header.
    pub body: Vec<u8>,
}

/// Says that what comes is no SMPP, or cannot be followed any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken;

impl Pdu {
    /// Makes a question.
    pub fn ask(command: u32, sequence: u32, body: Vec<u8>) -> Self {
        Self { command, status: status::OK, sequence, body }
    }

    /// Answers a question. An answer to a message or a bind has a text of its own, which is empty.
    #[must_use]
    pub fn answer(&self, status: u32) -> Self {
        let body = if self.command == command::DELIVER { vec![0] } else { Vec::new() };
        Self { command: self.command | ANSWER, status, sequence: self.sequence, body }
    }

    /// Says that a command is not known.
    #[must_use]
    pub fn nack(&self) -> Self {
        Self { command: command::NACK, status: status::COMMAND, sequence: self.sequence, body: Vec::new() }
    }

    /// Writes it behind what is there.
    pub fn write(&self, to: &mut Vec<u8>) {
        let length = (HEAD_BYTES + self.body.len()) as u32;
        for number in [length, self.command, self.status, self.sequence] {
            to.extend_from_slice(&number.to_be_bytes());
        }
        to.extend_from_slice(&self.body);
    }

    /// Takes the first PDU off bytes, and says how many bytes it had. `None`: it has not come whole yet.
    pub fn take(bytes: &[u8]) -> Result<Option<(Self, usize)>, Broken> {
        let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        let Some(length) = number(0) else { return Ok(None) };
        let length = length as usize;
        if !(HEAD_BYTES..=PDU_BYTES_MAX).contains(&length) {
            return Err(Broken);
        }
        let (Some(whole), Some(command), Some(status), Some(sequence)) = (bytes.get(..length), number(4), number(8), number(12))
        else {
            return Ok(None);
        };
        Ok(Some((Self { command, status, sequence, body: whole[HEAD_BYTES..].to_vec() }, length)))
    }
}

/// Reads fields one after the other.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.bytes(1).map(|one| one[0])
    }

    fn number(&mut self) -> Option<u16> {
        self.bytes(2).and_then(|two| Some(u16::from_be_bytes(two.try_into().ok()?)))
    }

    fn text(&mut self) -> Option<String> {
        let end = self.0.iter().take(TEXT_BYTES_MAX).position(|byte| *byte == 0)?;
        let text = self.bytes(end)?;
        self.byte()?;
        Some(String::from_utf8_lossy(text).into_owned())
    }
}

/// Is a part of a message that came in several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The same in each part of one message.
    pub reference: u16,
    /// How many parts there are.
    pub of: u8,
    /// Which one this is, from 1.
    pub at: u8,
}

/// Is a message, or word of one, as a carrier hands it over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivered {
    /// The number it comes from.
    pub from: String,
    /// The number it was sent to.
    pub to: String,
    /// Its alphabet (`data_coding`).
    pub coding: u8,
    /// Its words, without a header.
    pub words: Vec<u8>,
    /// Which part of a message it is; none where it is whole.
    pub part: Option<Part>,
    /// True where it is word of a message that was sent.
    pub is_receipt: bool,
    /// Id of that message, where it is named apart.
    pub receipted: Option<String>,
    /// State of that message, where it is named apart.
    pub state: Option<u8>,
}

impl Delivered {
    /// Reads the body of a `deliver_sm`. `None`: it ends where it must not.
    pub fn read(body: &[u8]) -> Option<Self> {
        let mut fields = Fields(body);
        fields.text()?;
        fields.bytes(2)?;
        let from = fields.text()?;
        fields.bytes(2)?;
        let to = fields.text()?;
        let class = fields.byte()?;
        fields.bytes(2)?;
        fields.text()?;
        fields.text()?;
        fields.bytes(2)?;
        let coding = fields.byte()?;
        fields.byte()?;
        let length = fields.byte()?;
        let mut words = fields.bytes(usize::from(length))?.to_vec();
        let mut all = Self { from, to, coding, is_receipt: class & 0x3c == 0x04, ..Self::default() };
        let (mut reference, mut of, mut at) = (None, None, None);
        while let (Some(tag), Some(length)) = (fields.number(), fields.number()) {
            let Some(value) = fields.bytes(usize::from(length)) else { break };
            match tag {
                tag::PAYLOAD if words.is_empty() => words = value.to_vec(),
                tag::RECEIPTED => all.receipted = Some(String::from_utf8_lossy(value).trim_end_matches('\0').to_owned()),
                tag::STATE => all.state = value.first().copied(),
                tag::SAR_REFERENCE => reference = value.try_into().ok().map(u16::from_be_bytes),
                tag::SAR_TOTAL => of = value.first().copied(),
                tag::SAR_AT => at = value.first().copied(),
                _ => {}
            }
        }
        all.part = reference.zip(of).zip(at).map(|((reference, of), at)| Part { reference, of, at });
        if class & 0x40 != 0 {
            let (part, head) = header(&words);
            all.part = part.or(all.part);
            words.drain(..head);
        }
        all.part = all.part.filter(|part| part.of > 1 && (1..=part.of).contains(&part.at));
        Some(Self { words, ..all })
    }
}

/// Reads the header of user data (3GPP TS 23.040, 9.2.3.24): which part it is, and how long the header is.
fn header(words: &[u8]) -> (Option<Part>, usize) {
    let head = words.first().map_or(0, |length| usize::from(*length) + 1).min(words.len());
    let mut fields = Fields(words.get(1..head).unwrap_or_default());
    let mut part = None;
    while let (Some(id), Some(length)) = (fields.byte(), fields.byte()) {
        let Some(value) = fields.bytes(usize::from(length)) else { break };
        match (id, value) {
            (0x00, [reference, of, at]) => part = Some(Part { reference: u16::from(*reference), of: *of, at: *at }),
            (0x08, [high, low, of, at]) => part = Some(Part { reference: u16::from_be_bytes([*high, *low]), of: *of, at: *at }),
            _ => {}
        }
    }
    (part, head)
}

/// Says who a service is to its carrier.
#[derive(Debug, Clone, Copy)]
pub struct Login<'a> {
    /// Its name.
    pub system_id: &'a str,
    /// Its password.
    pub password: &'a str,
    /// Its kind, as the carrier calls it; often empty.
    pub system_type: &'a str,
}

fn text(to: &mut Vec<u8>, words: &str) {
    to.extend(words.bytes().filter(|byte| *byte != 0));
    to.push(0);
}

/// Writes the body of a bind.
pub fn bind(login: Login<'_>) -> Vec<u8> {
    let mut body = Vec::new();
    for words in [login.system_id, login.password, login.system_type] {
        text(&mut body, words);
    }
    body.extend([0x34, 0, 0, 0]);
    body
}

/// Is one part of a message that goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submitted<'a> {
    /// The number it comes from.
    pub from: &'a str,
    /// The number it goes to.
    pub to: &'a str,
    /// Its alphabet.
    pub coding: u8,
    /// Its words, behind a header where there is one.
    pub words: &'a [u8],
    /// Whether a header stands before the words.
    pub headed: bool,
}

/// Writes the body of a `submit_sm` whose arrival is told.
pub fn submit(one: &Submitted<'_>) -> Vec<u8> {
    let mut body = vec![0, 0, 1];
    text(&mut body, one.from);
    body.extend([1, 1]);
    text(&mut body, one.to);
    // class, protocol, priority, time to send, time to live, receipt wanted, replace, alphabet, no ready-made words
    body.extend([if one.headed { 0x40 } else { 0 }, 0, 0, 0, 0, 1, 0, one.coding, 0]);
    let words = &one.words[..one.words.len().min(usize::from(u8::MAX))];
    body.push(words.len() as u8);
    body.extend_from_slice(words);
    body
}

/// Is what became of a message, as its carrier says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The carrier's id of the message.
    pub reference: String,
    /// True: it is there. False: it will never be. None: on its way yet.
    pub arrived: Option<bool>,
}

/// Reads a receipt: its own parameters, else the words that all carriers write (SMPP 3.4, appendix B). `None`: it names no message.
pub fn receipt(of: &Delivered) -> Option<Receipt> {
    let words = String::from_utf8_lossy(&of.words).into_owned();
    let lower = words.to_ascii_lowercase();
    let field = |name: &str| {
        let at = lower.find(name)? + name.len();
        words[at..].split_whitespace().next().map(str::to_owned)
    };
    let reference = of.receipted.clone().or_else(|| field("id:")).filter(|id| !id.is_empty())?;
    let named = match field("stat:").as_deref() {
        Some("DELIVRD") => Some(true),
        Some("EXPIRED" | "DELETED" | "UNDELIV" | "REJECTD") => Some(false),
        _ => None,
    };
    // DELIVERED; EXPIRED, DELETED, UNDELIVERABLE, REJECTED
    let arrived = match of.state {
        Some(2) => Some(true),
        Some(3 | 4 | 5 | 8) => Some(false),
        _ => named,
    };
    Some(Receipt { reference, arrived })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_pdu_reads_back_and_waits_for_its_end() {
        let pdu = Pdu::ask(command::BIND, 7, bind(Login { system_id: "ms", password: "x", system_type: "" }));
        let mut bytes = Vec::new();
        pdu.write(&mut bytes);
        for cut in 0..bytes.len() {
            assert_eq!(Pdu::take(&bytes[..cut]), Ok(None), "{cut}");
        }
        assert_eq!(Pdu::take(&bytes), Ok(Some((pdu, bytes.len()))));
        assert_eq!(Pdu::take(&[0xff; 16]), Err(Broken));
        assert_eq!(Pdu::take(&[0, 0, 0, 15, 0, 0, 0, 0]), Err(Broken));
    }

    fn delivered(class: u8, words: &[u8], more: &[u8]) -> Vec<u8> {
        let mut body = vec![0, 1, 1];
        text(&mut body, "8613900001111");
        body.extend([0, 1]);
        text(&mut body, "10690931");
        body.extend([class, 0, 0, 0, 0, 0, 0, 8, 0, words.len() as u8]);
        body.extend_from_slice(words);
        body.extend_from_slice(more);
        body
    }

    #[test]
    fn parts_are_known_by_either_header_and_by_parameters() {
        let part = Some(Part { reference: 7, of: 3, at: 2 });
        let short = delivered(0x40, &[5, 0, 3, 7, 3, 2, 0x6c, 0x34], &[]);
        let long = delivered(0x40, &[6, 8, 4, 0, 7, 3, 2, 0x6c, 0x34], &[]);
        let sar = delivered(0, &[0x6c, 0x34], &[2, 0x0c, 0, 2, 0, 7, 2, 0x0e, 0, 1, 3, 2, 0x0f, 0, 1, 2]);
        for body in [short, long, sar] {
            let read = Delivered::read(&body).unwrap();
            assert_eq!((read.part, read.words.as_slice(), read.from.as_str()), (part, &[0x6c, 0x34][..], "8613900001111"));
        }
        let alone = Delivered::read(&delivered(0x40, &[5, 0, 3, 7, 1, 1, 0x6c, 0x34], &[])).unwrap();
        assert_eq!(alone.part, None);
    }

    #[test]
    fn a_receipt_is_read_from_words_or_parameters() {
        let words = b"id:A1b2 sub:001 dlvrd:001 submit date:2611291200 done date:2611291201 stat:UNDELIV err:011 text:hello";
        let read = Delivered::read(&delivered(4, words, &[])).unwrap();
        assert!(read.is_receipt);
        assert_eq!(receipt(&read), Some(Receipt { reference: "A1b2".into(), arrived: Some(false) }));
        let named = Delivered::read(&delivered(4, b"", &[0, 0x1e, 0, 3, b'9', b'9', 0, 4, 0x27, 0, 1, 2])).unwrap();
        assert_eq!(receipt(&named), Some(Receipt { reference: "99".into(), arrived: Some(true) }));
        let on_its_way = Delivered::read(&delivered(4, b"id:1 stat:ACCEPTD", &[])).unwrap();
        assert_eq!(receipt(&on_its_way), Some(Receipt { reference: "1".into(), arrived: None }));
        assert_eq!(receipt(&Delivered { is_receipt: true, ..Delivered::default() }), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn parser_of_pdus(bytes: Vec<u8>, class: u8, words in proptest::collection::vec(any::<u8>(), 0..140), more: Vec<u8>) {
            let _ = Pdu::take(&bytes);
            let _ = Delivered::read(&bytes).as_ref().map(receipt);
            let read = Delivered::read(&delivered(class, &words, &more)).unwrap();
            prop_assert!(read.part.is_none_or(|part| part.of > 1 && part.at >= 1 && part.at <= part.of));
            let _ = receipt(&read);
        }
    }
}
