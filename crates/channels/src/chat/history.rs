//! What was said to us while no link stood: asked for when one stands again, where the other end keeps it (`get_group_msg_history`,
//! `get_friend_msg_history`; extensions that most programs have). What is here already is known by its name and is none the more.
//!
//! OneBot 11 knows no answer to an event over a WebSocket: what the other end has sent and this site has not kept when it dies is told
//! nobody. This is how it comes all the same.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::event::{self, Heard};
use super::hub::{Hub, Unasked};
use super::keep::Ear;
use super::line::numbered;

/// How long the other end may take for an answer.
const WAIT: Duration = Duration::from_secs(10);
/// Messages asked for of each account and group.
const MESSAGES: usize = 100;
/// Accounts and groups asked about.
const CONTACTS_MAX: usize = 100;
/// By so much the clocks of both ends may differ, in seconds; what comes twice by it is known.
const MARGIN_SECONDS: i64 = 600;
/// Messages kept in one write.
const BATCH: usize = 256;
/// How a recent contact is marked that is an account, and one that is a group.
const KINDS: [(i64, bool); 2] = [(1, false), (2, true)];

/// Is whom to ask about: accounts, and groups.
#[derive(Debug, Default, PartialEq, Eq)]
struct Contacts {
    accounts: BTreeSet<String>,
    groups: BTreeSet<String>,
}

/// Asks for what was said since a moment and keeps it. One at a time: a link that flaps asks no more often.
pub(super) async fn fetch(ear: Arc<Ear>, since: Timestamp) {
    let Some(_turn) = ear.turn() else { return };
    let (own, since) = (Arc::clone(&ear), since.saturating_sub(SignedDuration::from_secs(MARGIN_SECONDS)).unwrap_or(since));
    let asked = tokio::task::spawn_blocking(move || {
        let bound =
            own.hall.site.directory().groups.values().filter(|group| group.active).map(|group| group.code.clone()).collect();
        collect(&own.hub, bound, (&own.account, since.as_second()))
    });
    let Ok(events) = asked.await else { return };
    let messages: Vec<_> = events.iter().filter_map(|said| message(&ear, said)).collect();
    let many = messages.len();
    for batch in messages.chunks(BATCH) {
        if let Err(error) = ear.keep_surely(batch.to_vec()).await {
            tracing::warn!(%error, "what was said while no link stood could not be kept; it is asked for again with the next link");
            return;
        }
    }
    if many > 0 {
        tracing::info!(many, "asked the other end of the chat for what was said while no link stood");
    }
}

fn message(ear: &Ear, said: &Value) -> Option<event::Message> {
    match ear.read(said) {
        Heard::Message(message) => Some(*message),
        _ => None,
    }
}

/// Asks the other end about everybody who may have said something. What it does not know how to tell is left out. Blocks.
fn collect(hub: &Hub, bound: BTreeSet<String>, (account, since): (&str, i64)) -> Vec<Value> {
    let contacts = match hub.ask("get_recent_contact", &json!({"count": CONTACTS_MAX}), WAIT) {
        Ok(data) => recent(&data, since),
        Err(Unasked::Refused(_)) => friends(hub),
        Err(_) => return Vec::new(),
    };
    let groups: BTreeSet<String> = bound.into_iter().chain(contacts.groups).take(CONTACTS_MAX).collect();
    let asked = [("get_group_msg_history", "group_id", groups), ("get_friend_msg_history", "user_id", contacts.accounts)];
    let mut all = Vec::new();
    for (action, name, whose) in asked {
        for one in whose {
            match hub.ask(action, &json!({name: numbered(&one), "count": MESSAGES}), WAIT) {
                Ok(data) => all.extend(read(&data, (account, since), (name == "group_id").then_some(one.as_str()))),
                // it does not know how, or it hangs: the next one fares no better
                Err(no) if no.is_for_ever() => break,
                Err(Unasked::Refused(_)) => {}
                Err(_) => return all,
            }
        }
    }
    all
}

/// Reads who was in touch lately.
fn recent(data: &Value, since: i64) -> Contacts {
    let mut contacts = Contacts::default();
    for one in data.as_array().into_iter().flatten().take(CONTACTS_MAX) {
        let at = one.get("msgTime").and_then(seconds);
        let kind = one.get("chatType").and_then(Value::as_i64).and_then(|kind| KINDS.iter().find(|(code, _)| *code == kind));
        let (Some((_, group)), Some(number)) = (kind, event::number(one.get("peerUin"))) else { continue };
        if at.is_none_or(|at| at >= since) {
            let set = if *group { &mut contacts.groups } else { &mut contacts.accounts };
            set.insert(number);
        }
    }
    contacts
}

/// Asks who the account's friends are, where nobody says who was in touch lately.
fn friends(hub: &Hub) -> Contacts {
    let data = hub.ask("get_friend_list", &json!({}), WAIT).unwrap_or_default();
    let all = data.as_array().into_iter().flatten().take(CONTACTS_MAX);
    Contacts { accounts: all.filter_map(|one| event::number(one.get("user_id"))).collect(), groups: BTreeSet::new() }
}

/// Reads a list of messages as events; of `group` where one is named. Some programs leave out what is the same in all of them.
fn read(data: &Value, (account, since): (&str, i64), group: Option<&str>) -> Vec<Value> {
    let list = data.get("messages").unwrap_or(data).as_array().cloned().unwrap_or_default();
    let whole = |mut said: Value| {
        let fields = said.as_object_mut()?;
        // our own words are no news
        if fields.get("post_type").is_some_and(|kind| kind != "message") {
            return None;
        }
        let at = fields.get("time").and_then(seconds)?;
        fields.insert("time".to_owned(), at.into());
        fields.entry("post_type").or_insert("message".into());
        fields.entry("self_id").or_insert(numbered(account));
        fields.entry("message_type").or_insert(if group.is_some() { "group" } else { "private" }.into());
        if !fields.contains_key("user_id") {
            let of_sender = fields.get("sender").and_then(|sender| sender.get("user_id")).cloned()?;
            fields.insert("user_id".to_owned(), of_sender);
        }
        if let Some(group) = group {
            fields.entry("group_id").or_insert(numbered(group));
        }
        (at >= since).then_some(said)
    };
    list.into_iter().filter_map(whole).collect()
}

/// Reads a moment in seconds, written as a number or as a text.
fn seconds(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str().and_then(|text| text.parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_was_in_touch_since_is_asked_about_and_nobody_else() {
        let data = json!([
            {"peerUin": "20002", "chatType": 1, "msgTime": "1000"},
            {"peerUin": "20003", "chatType": 1, "msgTime": "10"},
            {"peerUin": 700_007, "chatType": 2},
            {"peerUin": "x", "chatType": 1, "msgTime": "1000"},
            {"peerUin": "20004", "chatType": 8, "msgTime": "1000"},
            7,
        ]);
        let contacts = recent(&data, 500);
        assert_eq!(contacts.accounts, ["20002".to_owned()].into());
        assert_eq!(contacts.groups, ["700007".to_owned()].into());
        assert_eq!(recent(&json!("odd"), 0), Contacts::default());
    }

    #[test]
    fn a_kept_message_is_read_like_one_that_is_told() {
        let told = json!({"time": 1_000, "self_id": 10_001, "post_type": "message", "message_type": "private", "message_id": 5,
            "user_id": 20_002, "message": "停水了"});
        let kept = json!({"messages": [
            {"time": "1000", "message_id": 5, "sender": {"user_id": 20_002}, "message": "停水了"},
            {"time": 1_001, "message_id": 6, "post_type": "message_sent", "user_id": 10_001, "message": "已收到"},
            {"time": 10, "message_id": 4, "user_id": 20_002, "message": "早就说过"},
            {"message_id": 7, "user_id": 20_002, "message": "没有时间"},
            "odd",
        ]});
        let all = read(&kept, ("10001", 500), None);
        assert_eq!(all.len(), 1);
        let name = |said: &Value| match event::read(said, "10001", 1_000) {
            Heard::Message(message) => message.name,
            other => panic!("{other:?}"),
        };
        assert_eq!(name(&all[0]), name(&told), "so it is none the more");
        let group = read(&kept, ("10001", 500), Some("700007"));
        assert_eq!((&group[0]["message_type"], &group[0]["group_id"]), (&json!("group"), &json!(700_007)));
        assert!(read(&json!(null), ("10001", 0), None).is_empty());
    }
}
