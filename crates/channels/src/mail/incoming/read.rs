//! What a mail says: its words in one spelling, its files, who wrote it, and whether a machine did.
//!
//! The parsing of MIME is a library's; what is done with it is here: texts without a charset are tried as Chinese mail is
//! really sent, markup becomes words, signs that hide others are taken out, and what is too much is said.

use appeals::appeal::Sender;
use encoding_rs::GB18030;
use mail_parser::{Address, HeaderName, Message, MessageParser, MessagePart, MimeHeaders, PartType};

use serde::{Deserialize, Serialize};

use super::SITE_HEADER;
use super::head::{fields, unfolded};
use super::imap::CUT;

/// Parts of one mail that are looked into; a mail of more is read without the rest.
const PARTS_MAX: usize = 200;
/// Longest text taken from one mail, in characters.
const TEXT_CHARS_MAX: usize = 100_000;
/// Longest subject, in characters.
const SUBJECT_CHARS_MAX: usize = 200;
/// Longest name of a file, in characters.
const NAME_CHARS_MAX: usize = 100;
/// Longest address, in characters.
const ADDRESS_CHARS_MAX: usize = 1_000;
/// Names of files that were not taken out, at most.
const LEFT_OUT_MAX: usize = PARTS_MAX * 2;
/// Files taken out of one mail; their own limits come later.
const FILES_MAX: usize = 32;
/// The file in which one mail program wraps its own; nothing in it is for us.
const WRAPPED: &str = "winmail.dat";

/// Says which machine wrote a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Auto {
    /// One that answers for somebody who is away.
    Reply,
    /// One that sends the same to many.
    List,
    /// A mail server: a letter could not be delivered.
    Failed,
    /// A mail server: a letter is late.
    Delayed,
}

/// Is a file that came with a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// Its name; empty where it has none.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Is what a mail says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mail {
    /// The address it says it is from; empty where it says none.
    pub from: String,
    /// The name it says.
    pub name: String,
    /// Its subject.
    pub subject: String,
    /// Its words.
    pub text: String,
    /// Its files.
    pub files: Vec<Attached>,
    /// Names of files that were not taken out.
    pub left_out: Vec<String>,
    /// The machine that wrote it, where one did.
    pub auto: Option<Auto>,
    /// What the mail servers on the way found out about its sender.
    pub sender: Option<Sender>,
    /// True where a letter of this site came back as it was sent.
    pub is_ours: bool,
}

/// Reads a mail in this process, and what its servers say of it. `site` is the site's code; `trusted` names the mail server whose
/// findings about senders are believed.
pub fn read(bytes: &[u8], how: (&str, Option<&str>)) -> Mail {
    let mail = parse(bytes).known(bytes, how);
    Mail { sender: mail.sender.or(how.1.map(|_| Sender::Unverified)), ..mail }
}

/// Undoes the wrapping of a mail. What it says of its sender and of its way is not read here: that takes no library.
pub(super) fn parse(bytes: &[u8]) -> Mail {
    let Some(message) = MessageParser::default().parse(bytes) else {
        // no head at all: all of it is words
        return Mail { text: clean(&decoded(bytes), TEXT_CHARS_MAX), ..Mail::default() };
    };
    let mut mail = Mail {
        from: address(message.from()),
        name: name(message.from()),
        subject: subject(&message),
        auto: auto(&message),
        ..Mail::default()
    };
    if let Some(size) = header(&message, CUT).and_then(|size| size.trim().parse::<usize>().ok()) {
        mail.left_out.push(format!("{} MiB", size >> 20));
    }
    let mut text = String::new();
    words(&message, &mut text);
    attached(&message, (&mut mail, &mut text));
    mail.text = text;
    mail.bounded()
}

impl Mail {
    /// Takes out of all its words what hides, and cuts what is too long or too much.
    pub(super) fn bounded(mut self) -> Self {
        self.from = clean(&self.from, ADDRESS_CHARS_MAX);
        self.name = clean(&self.name, NAME_CHARS_MAX);
        self.subject = clean(&self.subject, SUBJECT_CHARS_MAX);
        self.text = clean(&self.text, TEXT_CHARS_MAX);
        self.files.truncate(FILES_MAX);
        self.left_out.truncate(LEFT_OUT_MAX);
        let files = self.files.iter_mut().map(|file| &mut file.name);
        for name in files.chain(&mut self.left_out) {
            *name = clean(name, NAME_CHARS_MAX);
        }
        self
    }

    /// Notes what stands in a mail's own head about it: whether it is ours, and what the trusted server found out about its sender.
    #[must_use]
    pub(super) fn known(self, bytes: &[u8], (site, trusted): (&str, Option<&str>)) -> Self {
        let is_ours = fields(bytes, SITE_HEADER.as_bytes()).first().is_some_and(|code| code == site.as_bytes());
        Self { sender: trusted.and_then(|trusted| found(bytes, trusted)), is_ours, ..self }
    }
}

/// Gathers the words of a message.
fn words(message: &Message<'_>, text: &mut String) {
    for id in message.text_body.iter().take(PARTS_MAX) {
        let Some(part) = message.part(*id) else { continue };
        match &part.body {
            PartType::Text(_) => add(text, &own_text(message, part)),
            PartType::Html(html) => add(text, &mail_parser::decoders::html::html_to_text(html)),
            _ => {}
        }
    }
}

/// Takes the files of a message, and the words of a message that was attached to it.
fn attached(message: &Message<'_>, (mail, text): (&mut Mail, &mut String)) {
    for part in message.attachments().take(PARTS_MAX) {
        let name = clean(part.attachment_name().unwrap_or_default(), NAME_CHARS_MAX);
        match &part.body {
            PartType::Message(inner) => {
                add(text, &subject(inner));
                words(inner, text);
            }
            // plain text stands among the words: nobody has to open a file to read it
            PartType::Text(_) if !is_report(part) => add(text, &own_text(message, part)),
            PartType::Binary(bytes) | PartType::InlineBinary(bytes) if !bytes.is_empty() => {
                if name.eq_ignore_ascii_case(WRAPPED) || part.is_content_type("application", "ms-tnef") {
                    continue;
                }
                if mail.files.len() < FILES_MAX {
                    mail.files.push(Attached { name, bytes: bytes.to_vec() });
                } else {
                    mail.left_out.push(name);
                }
            }
            PartType::Html(_) => mail.left_out.push(name),
            _ => {}
        }
    }
    if message.attachment_count() > PARTS_MAX {
        mail.left_out.push(format!("+{}", message.attachment_count() - PARTS_MAX));
    }
}

fn add(text: &mut String, more: &str) {
    let more = more.trim();
    if !more.is_empty() && text.len() < TEXT_CHARS_MAX * 4 {
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(more);
    }
}

/// Returns the words of a text part. One that names no charset, or plain ASCII, or whose bytes do not fit the one it names, is tried
/// as GB18030, which is what old programs in China send without saying so.
fn own_text(message: &Message<'_>, part: &MessagePart<'_>) -> String {
    let text = part.text_contents().unwrap_or_default();
    let charset = part.content_type().and_then(|kind| kind.attribute("charset"));
    let unnamed = charset.is_none_or(|name| name.eq_ignore_ascii_case("us-ascii"));
    let bare = |how: &str| ["7bit", "8bit", "binary"].iter().any(|bare| how.eq_ignore_ascii_case(bare));
    if text.is_ascii() || !(unnamed || text.contains('\u{fffd}')) || !part.content_transfer_encoding().is_none_or(bare) {
        return text.to_owned();
    }
    let raw = message.raw_message.get(part.offset_body as usize..part.offset_end as usize);
    raw.map_or_else(|| text.to_owned(), decoded)
}

/// Reads bytes as UTF-8, or else as GB18030.
fn decoded(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => GB18030.decode(bytes).0.into_owned(),
    }
}

/// Returns the subject; one that was sent as bare bytes is tried as GB18030 too.
fn subject(message: &Message<'_>) -> String {
    let text = message.subject().unwrap_or_default();
    if !text.contains('\u{fffd}') {
        return text.to_owned();
    }
    let field = message.headers().iter().find(|header| header.name == HeaderName::Subject);
    let raw = field.and_then(|field| message.raw_message.get(field.offset_start as usize..field.offset_end as usize));
    raw.map_or_else(|| text.to_owned(), |raw| decoded(raw).trim().to_owned())
}

fn address(from: Option<&Address<'_>>) -> String {
    let address = from.and_then(|from| from.first()).and_then(|first| first.address()).unwrap_or_default();
    address.trim().to_owned()
}

fn name(from: Option<&Address<'_>>) -> String {
    from.and_then(|from| from.first()).and_then(|first| first.name()).unwrap_or_default().to_owned()
}

/// Finds a field that the parser does not know by name.
fn header<'m>(message: &'m Message<'_>, name: &'static str) -> Option<&'m str> {
    message.headers_raw().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// Tells which machine wrote a mail (RFC 3834, RFC 3464 and what programs do besides).
fn auto(message: &Message<'_>) -> Option<Auto> {
    let says = |name, words: &[&str]| {
        header(message, name).is_some_and(|value| {
            let value = value.trim().to_ascii_lowercase();
            words.iter().any(|word| value.starts_with(word))
        })
    };
    if is_report(message.root_part()) {
        return Some(if delayed(message) { Auto::Delayed } else { Auto::Failed });
    }
    let submitted = header(message, "Auto-Submitted").map(str::trim).filter(|value| !value.eq_ignore_ascii_case("no"));
    let answers = ["X-Autoreply", "X-Autorespond", "X-AutoReply-From", "X-Mail-Autoreply"];
    if submitted.is_some() || says("Precedence", &["auto_reply"]) || answers.iter().any(|name| header(message, name).is_some()) {
        return Some(Auto::Reply);
    }
    let many = header(message, "List-Id").is_some() || header(message, "List-Unsubscribe").is_some();
    (many || says("Precedence", &["bulk", "list", "junk"])).then_some(Auto::List)
}

/// Tells whether a part is the report of a mail server.
fn is_report(part: &MessagePart<'_>) -> bool {
    let report = |kind: &mail_parser::ContentType<'_>| {
        let sub = kind.c_subtype.as_deref().unwrap_or_default();
        sub.eq_ignore_ascii_case("delivery-status")
            || (sub.eq_ignore_ascii_case("report")
                && kind.attribute("report-type").is_some_and(|of| of.eq_ignore_ascii_case("delivery-status")))
    };
    part.content_type().is_some_and(report)
}

/// Tells whether a report says that a letter is late and nothing worse.
fn delayed(message: &Message<'_>) -> bool {
    let status = message.parts.iter().find(|part| part.is_content_type("message", "delivery-status"));
    let text = status.map(|part| String::from_utf8_lossy(part.contents()).to_ascii_lowercase()).unwrap_or_default();
    let actions: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("action:")).map(str::trim).collect();
    !actions.is_empty() && actions.iter().all(|action| *action != "failed")
}

/// Says what the trusted mail server found out about the sender (RFC 8601). Its field stands above those that came with the
/// mail, but only its name makes it believed: the server has to take out others that claim it. `None`: it has written nothing.
fn found(mail: &[u8], trusted: &str) -> Option<Sender> {
    let own = unfolded(mail, b"authentication-results").into_iter().find_map(|value| {
        let value = String::from_utf8_lossy(&value).into_owned();
        let (server, results) = value.trim().split_once(';')?;
        let server = server.split_ascii_whitespace().next().unwrap_or_default();
        server.eq_ignore_ascii_case(trusted).then(|| results.to_ascii_lowercase())
    });
    let results = own?;
    let says = |method: &str| {
        let mut parts = results.split(';').map(str::trim);
        parts.find_map(|part| part.strip_prefix(method)?.strip_prefix('=')?.split(|c: char| !c.is_ascii_alphanumeric()).next())
    };
    Some(match says("dmarc") {
        Some("pass") => Sender::Verified,
        Some("fail") => Sender::Forged,
        _ => Sender::Unverified,
    })
}

/// Takes out what hides or turns other characters, and cuts at a length.
fn clean(text: &str, most: usize) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n").replace('\u{a0}', " ");
    let shown: String = text.chars().filter(|c| !appeals::filing::hides(*c)).take(most).collect();
    // markup leaves many empty lines behind
    let mut lines: Vec<&str> = Vec::new();
    for line in shown.lines().map(str::trim_end) {
        if !(line.is_empty() && lines.last().is_none_or(|last| last.is_empty())) {
            lines.push(line);
        }
    }
    lines.join("\n").trim().to_owned()
}
