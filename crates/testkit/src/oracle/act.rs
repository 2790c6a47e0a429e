//! What a resident sends: an invented appeal with words and, now and then, a file, under a key of its own.

use civic::chance::{self, Chance};
use data_encoding::HEXLOWER;

/// Texts that stand in every appeal of a drill and must stand in no line of the program's log.
pub const CANARIES: &[&str] = &["田小满", "1390000", "石桥边", "drill-key", "home.drill.example"];
/// A place of the example county.
const VILLAGE: &str = "990777100201";
const BOUNDARY: &str = "minsheng-drill";
const BEGINNINGS: &[&str] = &["石桥边的路灯不亮", "石桥边的水管漏水", "石桥边的垃圾没有人收", "石桥边的井盖不见了"];
const KINDS: &[&str] = &["help", "complaint", "consultation", "suggestion", "praise"];

/// Is one appeal to be filed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// Its submit key.
    pub key: String,
    /// The words.
    pub what: String,
    /// The kind.
    pub kind: &'static str,
    /// Mobile number, where the resident gave one.
    pub mobile: Option<String>,
    /// Address for letters, one of its own, where the resident gave one.
    pub email: Option<String>,
    /// Files sent with it.
    pub files: Vec<Vec<u8>>,
}

impl Act {
    /// Invents the appeal of a number in a drill.
    pub fn invent(chance: &mut Chance, number: u64) -> Self {
        let drawn: [u8; 16] = chance::bytes(chance);
        let mark = HEXLOWER.encode(&drawn);
        let (long, named) = (drawn[0].is_multiple_of(8), drawn[1].is_multiple_of(2));
        let begin = BEGINNINGS[usize::from(drawn[2]) % BEGINNINGS.len()];
        let what = format!(
            "{begin}，已经第 {number} 天了。{}{mark}",
            if long { "夜里走路很不方便。".repeat(200) } else { String::new() }
        );
        let kind = if drawn[3].is_multiple_of(16) { "accusation" } else { KINDS[usize::from(drawn[4]) % KINDS.len()] };
        let file =
            || format!("%PDF-1.7\n%{mark}\n1 0 obj\nendobj\n{}startxref\n9\n%%EOF\n", "% x\n".repeat(usize::from(drawn[6]) * 40));
        Self {
            key: format!("drill-key-{mark}"),
            what,
            kind,
            mobile: named.then(|| format!("1390000{:04}", u16::from_be_bytes([drawn[7], drawn[8]]) % 10_000)),
            email: (named && kind != "accusation" && drawn[9].is_multiple_of(4)).then(|| format!("{mark}@home.drill.example")),
            files: if drawn[5].is_multiple_of(4) { vec![file().into_bytes()] } else { Vec::new() },
        }
    }

    /// Returns the same appeal with other words, as a mistaken client would send it under a used key.
    #[must_use]
    pub fn with_other_words(mut self) -> Self {
        self.what.push_str("（另一件事）");
        self
    }

    /// Returns the same appeal with a file of so many bytes, unless that is none.
    #[must_use]
    pub fn with_file(mut self, bytes: usize) -> Self {
        if bytes > 0 {
            let (head, end) = (format!("%PDF-1.7\n%{}\n1 0 obj\nendobj\n", self.key), "startxref\n9\n%%EOF\n");
            let lines = "% x\n".repeat(bytes.saturating_sub(head.len() + end.len()) / 4);
            self.files = vec![[head, lines, end.to_owned()].concat().into_bytes()];
        }
        self
    }

    /// Tells whether it is an accusation, which enters the log in a daily batch.
    pub fn is_sealed(&self) -> bool {
        self.kind == "accusation"
    }

    /// Writes the body of the form and its type: the same bytes each time.
    pub fn body(&self) -> (String, Vec<u8>) {
        let identity = if self.mobile.is_some() { "named" } else { "anonymous" };
        let mut fields = vec![("what", self.what.as_str()), ("kind", self.kind), ("identity", identity), ("place", VILLAGE)];
        fields.push(("submit_key", &self.key));
        if let Some(mobile) = &self.mobile {
            fields.extend([("name", CANARIES[0]), ("mobile", mobile.as_str())]);
        }
        if let Some(email) = &self.email {
            fields.push(("email", email));
        }
        if self.files.is_empty() {
            let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", percent(value))).collect();
            return ("application/x-www-form-urlencoded".to_owned(), pairs.join("&").into_bytes());
        }
        let mut body = Vec::new();
        for (name, value) in fields {
            let head = format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n");
            body.extend([head.as_bytes(), value.as_bytes(), b"\r\n"].concat());
        }
        for file in &self.files {
            let head = format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"files\"; filename=\"a.pdf\"\r\n\r\n");
            body.extend([head.as_bytes(), file, b"\r\n"].concat());
        }
        body.extend(format!("--{BOUNDARY}--\r\n").bytes());
        (format!("multipart/form-data; boundary={BOUNDARY}"), body)
    }
}

/// Writes a text as forms do.
pub(super) fn percent(value: &str) -> String {
    value.bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02X}"))
}
