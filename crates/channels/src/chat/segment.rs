//! What a message is made of: segments, as an array of objects or as one text with CQ codes (OneBot 11, "message"). Pure; a stranger wrote it.

use data_encoding::BASE64;
use serde_json::{Value, json};

/// Pictures of one message, at most; further ones are left out.
pub(super) const IMAGES_MAX: usize = 9;
/// Segments of one message that are looked at.
const SEGMENTS_MAX: usize = 1_000;
/// Whom a mention of all names.
const EVERYBODY: &str = "all";
/// How a picture stands in a message that brings it along.
const INLINE: &str = "base64://";

/// Is one part of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Segment {
    /// Words.
    Text(String),
    /// A mention of an account, by number.
    At(String),
    /// A picture: its bytes where the message brings them along, else what the other end calls it.
    Image(Picture),
    /// Anything else, by its kind: a face, a voice, a card.
    Other(String),
}

/// Is a picture of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Picture {
    /// Its bytes.
    Here(Vec<u8>),
    /// The name by which the other end may hand it over.
    There(String),
}

/// Reads a message as the other end wrote it.
pub(super) fn read(message: &Value) -> Vec<Segment> {
    match message {
        Value::String(text) => from_codes(text),
        Value::Array(all) => all.iter().take(SEGMENTS_MAX).filter_map(from_object).collect(),
        // one segment alone, as some write it
        object @ Value::Object(_) => from_object(object).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Writes words as a message, with a mention before them where there is one; whatever stands in the words is words.
pub(super) fn write(mention: Option<&str>, words: &str) -> Value {
    let text = |text: &str| json!({"type": "text", "data": {"text": text}});
    match mention {
        Some(user) => json!([{"type": "at", "data": {"qq": user}}, text(&format!(" {words}"))]),
        None => json!([text(words)]),
    }
}

/// Tells whether a message mentions an account; a mention of everybody is none.
pub(super) fn mentions(all: &[Segment], account: &str) -> bool {
    all.iter().any(|segment| matches!(segment, Segment::At(who) if who == account && who != EVERYBODY))
}

/// Returns the words of a message.
pub(super) fn words(all: &[Segment]) -> String {
    let text = all.iter().filter_map(|segment| if let Segment::Text(text) = segment { Some(text.as_str()) } else { None });
    text.collect::<String>().trim().to_owned()
}

/// Returns the pictures of a message.
pub(super) fn pictures(all: Vec<Segment>) -> Vec<Picture> {
    let picture = |segment| if let Segment::Image(picture) = segment { Some(picture) } else { None };
    all.into_iter().filter_map(picture).take(IMAGES_MAX).collect()
}

/// Tells whether a message holds something that is neither words nor a picture and that its sender may believe to have told.
pub(super) fn has_more(all: &[Segment]) -> bool {
    let silent = ["face", "reply", "at", "mface", "poke"];
    all.iter().any(|segment| matches!(segment, Segment::Other(kind) if !silent.contains(&kind.as_str())))
}

fn from_object(object: &Value) -> Option<Segment> {
    let kind = object.get("type")?.as_str()?;
    let field = |name: &str| object.get("data").and_then(|data| data.get(name)).map(plain).unwrap_or_default();
    Some(segment(kind, field))
}

/// Reads a text, or a number where somebody wrote one.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

fn segment(kind: &str, field: impl Fn(&str) -> String) -> Segment {
    match kind {
        "text" => Segment::Text(field("text")),
        "at" => Segment::At(field("qq")),
        "image" => {
            let file = field("file");
            let here = file.strip_prefix(INLINE).and_then(|text| BASE64.decode(text.as_bytes()).ok());
            Segment::Image(
                here.map_or(Picture::There(if file.starts_with(INLINE) { String::new() } else { file }), Picture::Here),
            )
        }
        other => Segment::Other(other.to_owned()),
    }
}

/// Reads a text with CQ codes. What opens like one and does not close is words.
fn from_codes(text: &str) -> Vec<Segment> {
    let (mut all, mut rest) = (Vec::new(), text);
    while let Some(at) = rest.find("[CQ:").filter(|_| all.len() < SEGMENTS_MAX) {
        let (before, code) = rest.split_at(at);
        let Some(end) = code.find(']') else { break };
        if !before.is_empty() {
            all.push(Segment::Text(unescape(before, false)));
        }
        let inside = &code["[CQ:".len()..end];
        let (kind, fields) = inside.split_once(',').unwrap_or((inside, ""));
        let found = |name: &str| {
            let field = fields.split(',').find_map(|field| field.split_once('=').filter(|(own, _)| *own == name));
            field.map(|(_, value)| unescape(value, true)).unwrap_or_default()
        };
        all.push(segment(kind, found));
        rest = &code[end + 1..];
    }
    if !rest.is_empty() {
        all.push(Segment::Text(unescape(rest, false)));
    }
    all
}

/// Puts escaped characters back; a comma is escaped in the fields of a code only. `&amp;` is last, so that nothing is put back twice.
fn unescape(text: &str, in_code: bool) -> String {
    let text = text.replace("&#91;", "[").replace("&#93;", "]");
    let text = if in_code { text.replace("&#44;", ",") } else { text };
    text.replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_ways_to_write_a_message_say_the_same() {
        let array = json!([
            {"type": "at", "data": {"qq": "10001"}},
            {"type": "text", "data": {"text": " 路灯[坏]了, 1&2"}},
            {"type": "image", "data": {"file": "base64://aGk="}},
            {"type": "image", "data": {"file": "AB12.image", "url": "http://127.0.0.1/secret"}},
            {"type": "face", "data": {"id": "1"}},
        ]);
        let text = json!(
            "[CQ:at,qq=10001] 路灯&#91;坏&#93;了, 1&amp;2[CQ:image,file=base64://aGk=][CQ:image,file=AB12.image,url=http://127.0.0.1/secret][CQ:face,id=1]"
        );
        assert_eq!(read(&array), read(&text));
        let all = read(&array);
        assert!(mentions(&all, "10001") && !mentions(&all, "10002") && !has_more(&all));
        assert_eq!(words(&all), "路灯[坏]了, 1&2");
        assert_eq!(pictures(all), [Picture::Here(b"hi".to_vec()), Picture::There("AB12.image".into())]);
    }

    #[test]
    fn escapes_are_put_back_once_and_what_is_no_code_is_words() {
        let words_of = |text: &str| words(&read(&json!(text)));
        assert_eq!(words_of("&amp;#91;CQ:at&amp;#93;"), "&#91;CQ:at&#93;");
        assert_eq!(words_of("[CQ:at,qq=1"), "[CQ:at,qq=1");
        assert_eq!(words_of("a&#44;b"), "a&#44;b", "a comma is escaped in codes only");
        assert_eq!(read(&json!("[CQ:at,qq=1&#44;2]")), [Segment::At("1,2".into())]);
        assert_eq!(read(&json!("[CQ:]")), [Segment::Other(String::new())]);
        assert!(!mentions(&read(&json!("[CQ:at,qq=all]")), "all"), "everybody is nobody");
        assert!(has_more(&read(&json!("[CQ:record,file=1.amr]"))));
        assert_eq!(read(&json!(null)), []);
        assert_eq!(write(Some("5"), "[CQ:at,qq=all]")[1]["data"]["text"], " [CQ:at,qq=all]");
    }

    proptest! {
        #[test]
        fn any_text_is_read(text: String, odd in "(\\[CQ:|,|=|\\]|&#9|&amp;|a){0,40}") {
            read(&json!(text));
            read(&json!(odd));
        }
    }
}
