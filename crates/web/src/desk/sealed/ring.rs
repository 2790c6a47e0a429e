//! Keys of those who handle accusations, while they are in the room: in the memory of this process and nowhere else. Whoever
//! asks for nothing for five minutes, leaves, or signs out has their key wiped.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use appeals::sealed::keys::HandlerKey;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// After so many minutes without a request in the room, password and code are asked for again.
pub const RECHECK_MINUTES_MAX: i64 = 5;
/// A purpose that was chosen holds for so many minutes.
const PURPOSE_MINUTES_MAX: i64 = 15;

/// Keeps opened keys by session.
#[derive(Debug, Default)]
pub struct Ring(Mutex<HashMap<Uuid, Held>>);

#[derive(Debug)]
struct Held {
    key: HandlerKey,
    until: Timestamp,
    /// Accusations that an entry of this session covers, and until when.
    read: HashMap<Uuid, Timestamp>,
}

impl Ring {
    /// Keeps a key that was just opened.
    pub(super) fn enter(&self, session: Uuid, key: HandlerKey, now: Timestamp) {
        self.held(now).insert(session, Held { key, until: later(now, RECHECK_MINUTES_MAX), read: HashMap::new() });
    }

    /// Lends the key of a session, and begins its five minutes anew.
    pub(super) fn key(&self, session: Uuid, now: Timestamp) -> Option<HandlerKey> {
        let mut held = self.held(now);
        let own = held.get_mut(&session)?;
        own.until = later(now, RECHECK_MINUTES_MAX);
        Some(own.key.clone())
    }

    /// Notes that an entry covers the reading of an accusation.
    pub(super) fn note(&self, session: Uuid, id: Uuid, now: Timestamp) {
        if let Some(own) = self.held(now).get_mut(&session) {
            own.read.insert(id, later(now, PURPOSE_MINUTES_MAX));
        }
    }

    /// Tells whether an entry covers the reading of an accusation.
    pub(super) fn covers(&self, session: Uuid, id: Uuid, now: Timestamp) -> bool {
        self.held(now).get(&session).and_then(|own| own.read.get(&id)).is_some_and(|until| now < *until)
    }

    /// Wipes the key of a session.
    pub fn leave(&self, session: Uuid) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&session);
    }

    /// Wipes what nobody used for too long, and lends the rest. A clock that was put back ends the stay too.
    fn held(&self, now: Timestamp) -> MutexGuard<'_, HashMap<Uuid, Held>> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|_, own| now < own.until && own.until <= later(now, RECHECK_MINUTES_MAX));
        held
    }
}

fn later(now: Timestamp, minutes: i64) -> Timestamp {
    now.checked_add(SignedDuration::from_mins(minutes)).unwrap_or(Timestamp::MAX)
}
