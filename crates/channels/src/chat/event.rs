//! What the other end says: messages, that it is well, and answers to what it was asked (OneBot 11, "event" and "api"). Pure.

use db::Fault;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::segment;

/// Digits of an account's or a group's number, at most.
const NUMBER_DIGITS_MAX: usize = 20;
/// Longest name of a message that the other end gives it, in characters.
const ID_CHARS_MAX: usize = 64;
/// Message that is older than this by the other end's clock was told before, or its clock is of no use, in seconds.
pub const LATE_SECONDS_MAX: i64 = 7 * 86_400;

/// Is what the other end wrote on a message, as the inbox keeps it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Envelope {
    /// The account that wrote it.
    pub(super) user: String,
    /// The group it was written in; empty where it was written to us alone.
    pub(super) group: String,
    /// The group over which somebody who is no friend writes to us alone; empty where they are one.
    #[serde(default)]
    pub(super) over: String,
}

impl Envelope {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Fault> {
        serde_json::from_slice(bytes).map_err(|error| Fault::other("an envelope cannot be read").caused_by(error))
    }

    pub(super) fn written(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("texts are plain data")
    }
}

/// Is a message to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub(super) envelope: Envelope,
    /// What makes it the same message when it comes once more.
    pub(super) name: Vec<u8>,
    /// What it says, as it came.
    pub(super) content: Vec<u8>,
}

/// Is what one frame, or one request, of the other end is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Heard {
    /// A message to us.
    Message(Box<Message>),
    /// An answer to what it was asked, by the mark we gave it.
    Answer(String, Value),
    /// It is well, or it says that its account is not; and in how many milliseconds it says so again, where it promises to.
    Beat(bool, Option<u64>),
    /// A message that is far too old, or whose time cannot be true.
    Odd,
    /// Nothing for us: what others talk among each other, or news that we make nothing of.
    Nothing,
}

/// Reads what the other end said. `account` is ours; `now` is the time in seconds.
pub(super) fn read(said: &Value, account: &str, now: i64) -> Heard {
    if said.get("post_type").is_none() {
        return match said.get("echo").and_then(Value::as_str) {
            Some(echo) => Heard::Answer(echo.to_owned(), said.clone()),
            None => Heard::Nothing,
        };
    }
    if number(said.get("self_id")).as_deref() != Some(account) {
        return Heard::Nothing;
    }
    match said.get("post_type").and_then(Value::as_str) {
        Some("message") => message(said, account, now),
        Some("meta_event") => meta(said),
        _ => Heard::Nothing,
    }
}

fn meta(said: &Value) -> Heard {
    let status = said.get("status");
    let is = |name: &str| status.and_then(|status| status.get(name)).and_then(Value::as_bool);
    match said.get("meta_event_type").and_then(Value::as_str) {
        // whether the account is online may be unknown
        Some("heartbeat") => {
            let again = said.get("interval").and_then(Value::as_u64).filter(|millis| *millis > 0);
            Heard::Beat(is("online") != Some(false) && is("good") != Some(false), again)
        }
        Some("lifecycle") => Heard::Beat(said.get("sub_type").and_then(Value::as_str) != Some("disable"), None),
        _ => Heard::Nothing,
    }
}

fn message(said: &Value, account: &str, now: i64) -> Heard {
    let found = || {
        let kind = said.get("message_type")?.as_str()?;
        let user = number(said.get("user_id")).filter(|user| user != account)?;
        let content = said.get("message").or_else(|| said.get("raw_message"))?;
        let group = match kind {
            "private" => String::new(),
            // what others talk in a group is not ours to keep: only what is said to us
            "group" if segment::mentions(&segment::read(content), account) => number(said.get("group_id"))?,
            _ => return None,
        };
        let of_sender = said.get("sender").and_then(|sender| sender.get("group_id"));
        let over = number(said.get("group_id").or(of_sender)).filter(|over| group.is_empty() && over != "0");
        let id = plain(said.get("message_id")).filter(|id| !id.is_empty() && id.chars().count() <= ID_CHARS_MAX)?;
        let at = said.get("time").and_then(Value::as_i64).unwrap_or(now);
        let name = format!("{account}|{kind}|{group}|{user}|{id}|{at}").into_bytes();
        let content = serde_json::to_vec(content).ok()?;
        let envelope = Envelope { user, group, over: over.unwrap_or_default() };
        Some((at, Message { envelope, name, content }))
    };
    match found() {
        Some((at, _)) if now.saturating_sub(at).unsigned_abs() > LATE_SECONDS_MAX.unsigned_abs() => Heard::Odd,
        Some((_, message)) => Heard::Message(Box::new(message)),
        None => Heard::Nothing,
    }
}

/// Reads the number of an account or a group, written as a number or as a text.
pub(super) fn number(value: Option<&Value>) -> Option<String> {
    let text = plain(value)?;
    let sound = !text.is_empty() && text.len() <= NUMBER_DIGITS_MAX && text.bytes().all(|byte| byte.is_ascii_digit());
    sound.then_some(text)
}

fn plain(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(more: &Value) -> Value {
        let mut event = json!({
            "time": 1_000, "self_id": 10001, "post_type": "message", "message_type": "private", "sub_type": "friend", "message_id": -5,
            "user_id": 20002, "message": "停水了", "raw_message": "停水了", "font": 0, "sender": {"nickname": "某某"},
        });
        for (name, value) in more.as_object().unwrap() {
            event[name] = value.clone();
        }
        event
    }

    #[test]
    fn only_what_is_said_to_us_is_heard() {
        let is_message = |more: Value| matches!(read(&said(&more), "10001", 1_000), Heard::Message(_));
        assert!(is_message(json!({})) && is_message(json!({"self_id": "10001", "user_id": "20002"})));
        for nothing in [
            json!({"self_id": 10002}),
            json!({"user_id": 10001}),
            json!({"post_type": "message_sent"}),
            json!({"message_type": "group", "group_id": 5}),
            json!({"message_type": "group", "group_id": 5, "message": "[CQ:at,qq=all] 开会"}),
            json!({"message_type": "guild"}),
            json!({"message_id": null}),
            json!({"user_id": "20002; drop"}),
        ] {
            assert_eq!(read(&said(&nothing), "10001", 1_000), Heard::Nothing, "{nothing}");
        }
        assert!(is_message(json!({"message_type": "group", "group_id": 5, "message": "[CQ:at,qq=10001] 停水了"})));
        assert_eq!(read(&said(&json!({})), "10001", 1_000 + LATE_SECONDS_MAX + 1), Heard::Odd);
        assert!(matches!(read(&said(&json!({})), "10001", 1_000 - 3 * 3_600), Heard::Message(_)), "a clock three hours off");
        assert_eq!(read(&json!([]), "10001", 0), Heard::Nothing);
    }

    #[test]
    fn the_same_message_has_one_name_and_another_one_has_another() {
        let name = |more: Value| match read(&said(&more), "10001", 1_000) {
            Heard::Message(message) => message.name,
            other => panic!("{other:?}"),
        };
        assert_eq!(name(json!({})), name(json!({"message": [{"type": "text", "data": {"text": "停水了"}}], "font": 1})));
        for other in [json!({"message_id": 6}), json!({"time": 1_001}), json!({"user_id": 20003})] {
            assert_ne!(name(json!({})), name(other));
        }
    }

    #[test]
    fn a_beat_says_whether_the_account_is_there() {
        let beat = |status: Value| json!({"self_id": 10001, "post_type": "meta_event", "meta_event_type": "heartbeat", "status": status, "interval": 5_000});
        assert_eq!(read(&beat(json!({"online": true, "good": true})), "10001", 0), Heard::Beat(true, Some(5_000)));
        assert_eq!(read(&beat(json!({"online": false, "good": true})), "10001", 0), Heard::Beat(false, Some(5_000)));
        assert_eq!(read(&beat(json!({"online": null, "good": true})), "10001", 0), Heard::Beat(true, Some(5_000)));
        assert_eq!(
            read(&json!({"status": "ok", "retcode": 0, "data": null, "echo": "a"}), "10001", 0),
            Heard::Answer("a".into(), json!({"status": "ok", "retcode": 0, "data": null, "echo": "a"}))
        );
    }
}
