//! The links to the other end that stand now, and asking it over one of them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::api::Api;

/// Frames that wait to go out on one link, at most.
const OUT_MAX: usize = 64;
/// Codes of the other end from which on it says that it is asked wrongly, or cannot do what it is asked: another try changes nothing.
const NEVER: std::ops::Range<i64> = 1_400..1_500;

/// Says what one link carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// What happens, and what is asked.
    Universal,
    /// What happens.
    Event,
    /// What is asked.
    Api,
}

impl Role {
    /// Tells whether something can be asked over it.
    pub fn asks(self) -> bool {
        self != Self::Event
    }
}

/// Says why something that was asked was not done, or why nobody knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unasked {
    /// No link stands, so it was not asked.
    Away,
    /// It was asked, and no answer came in time: it may be done.
    Unknown,
    /// The other end said no, with its code.
    Refused(i64),
}

impl Unasked {
    /// Tells whether another try changes nothing.
    pub fn is_for_ever(&self) -> bool {
        matches!(self, Self::Refused(code) if NEVER.contains(code))
    }
}

/// Reads an answer of the other end.
pub(super) fn outcome(answer: &Value) -> Result<Value, Unasked> {
    let code = answer.get("retcode").and_then(Value::as_i64);
    let status = answer.get("status").and_then(Value::as_str).unwrap_or_default();
    match (status, code) {
        // "async": it took what it was asked and does it later
        ("ok" | "async", _) | ("", Some(0 | 1)) => Ok(answer.get("data").cloned().unwrap_or(Value::Null)),
        (_, code) => Err(Unasked::Refused(code.unwrap_or(-1))),
    }
}

/// Is one link, as others see it.
pub(super) struct Peer {
    id: u64,
    role: Role,
    out: mpsc::Sender<String>,
    waiting: Mutex<HashMap<String, SyncSender<Value>>>,
}

impl Peer {
    /// Hands an answer to whoever waits for it; an answer that nobody asked for is dropped.
    pub(super) fn answered(&self, echo: &str, answer: Value) {
        if let Some(waiting) = held(&self.waiting).remove(echo) {
            // whoever asked may have stopped waiting
            drop(waiting.try_send(answer));
        }
    }
}

/// Is all links, and the way of requests where there is one.
#[derive(Default)]
pub struct Hub {
    links: Mutex<Vec<Arc<Peer>>>,
    next: AtomicU64,
    api: Option<Api>,
    down: AtomicBool,
}

/// Is a link that was just made: what others see, and what is to go out on it.
pub(super) type Joined = (Arc<Peer>, mpsc::Receiver<String>);

impl Hub {
    /// Makes a hub that asks by requests, where there is such a way.
    pub fn new(api: Option<Api>) -> Self {
        Self { api, ..Self::default() }
    }

    /// Takes a link in.
    pub(super) fn join(&self, role: Role) -> Joined {
        let (out, going) = mpsc::channel(OUT_MAX);
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let peer = Arc::new(Peer { id, role, out, waiting: Mutex::default() });
        self.beat(true);
        held(&self.links).push(Arc::clone(&peer));
        (peer, going)
    }

    /// Forgets a link that broke; whoever waits for an answer over it hears that none comes.
    pub(super) fn leave(&self, peer: &Peer) {
        held(&self.links).retain(|own| own.id != peer.id);
        held(&peer.waiting).clear();
    }

    /// Notes whether the other end says that its account is there.
    pub(super) fn beat(&self, well: bool) {
        self.down.store(!well, Ordering::Relaxed);
    }

    /// Counts the links that stand.
    pub fn links(&self) -> usize {
        held(&self.links).len()
    }

    /// Tells whether something can be asked now.
    pub fn asks(&self) -> bool {
        !self.down.load(Ordering::Relaxed) && (self.api.is_some() || held(&self.links).iter().any(|peer| peer.role.asks()))
    }

    /// Asks the other end for something and waits for its answer. Blocks; not for asynchronous code.
    pub fn ask(&self, action: &str, params: &Value, wait: Duration) -> Result<Value, Unasked> {
        // the newest link is the one that stands
        let peer = held(&self.links).iter().rev().find(|peer| peer.role.asks()).cloned();
        let Some(peer) = peer else {
            return self.api.as_ref().map_or(Err(Unasked::Away), |api| api.ask(action, params));
        };
        let echo = format!("minsheng-{}", self.next.fetch_add(1, Ordering::Relaxed));
        let (answer, answered) = sync_channel(1);
        held(&peer.waiting).insert(echo.clone(), answer);
        let frame = json!({"action": action, "params": params, "echo": echo}).to_string();
        if peer.out.try_send(frame).is_err() {
            held(&peer.waiting).remove(&echo);
            return Err(Unasked::Away);
        }
        let answer = answered.recv_timeout(wait);
        held(&peer.waiting).remove(&echo);
        answer.map_or(Err(Unasked::Unknown), |answer| outcome(&answer))
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_says_whether_it_was_done() {
        assert_eq!(outcome(&json!({"status": "ok", "retcode": 0, "data": {"message_id": 7}})), Ok(json!({"message_id": 7})));
        assert_eq!(outcome(&json!({"status": "async", "retcode": 1, "data": null})), Ok(Value::Null));
        assert_eq!(outcome(&json!({"status": "failed", "retcode": 100})), Err(Unasked::Refused(100)));
        assert_eq!(outcome(&json!({"status": "failed"})), Err(Unasked::Refused(-1)));
        assert_eq!(outcome(&json!("ok")), Err(Unasked::Refused(-1)));
        assert!(Unasked::Refused(1_404).is_for_ever() && !Unasked::Refused(100).is_for_ever());
        assert_eq!(Hub::default().ask("get_status", &json!({}), Duration::ZERO), Err(Unasked::Away));
    }
}
