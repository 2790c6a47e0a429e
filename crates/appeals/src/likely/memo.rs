//! What was found a moment ago and cannot have changed since, for nothing happened in the whole journal: a page that is opened again
//! does not compare the same texts twice. In memory only; with the next event all of it is forgotten.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use uuid::Uuid;

use super::Found;

/// Answers remembered at most.
const FOUND_MAX: usize = 512;

/// Remembers answers at one position of the journal.
#[derive(Default)]
pub(crate) struct Memo(Mutex<Remembered>);

#[derive(Default)]
struct Remembered {
    position: i64,
    /// By the matter and who looked at it.
    found: HashMap<(Uuid, Uuid), Found>,
}

impl Memo {
    /// Returns what somebody was answered about a matter at this very position.
    pub fn get(&self, position: i64, of: (Uuid, Uuid)) -> Option<Found> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.found.get(&of).filter(|_| known.position == position).cloned()
    }

    /// Remembers an answer; those of another position go.
    pub fn put(&self, position: i64, of: (Uuid, Uuid), found: &Found) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.position != position || known.found.len() >= FOUND_MAX {
            known.found.clear();
            known.position = position;
        }
        known.found.insert(of, found.clone());
    }

    /// Forgets everything.
    pub fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).found = HashMap::new();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_holds_at_its_position_for_whoever_was_answered() {
        let (memo, of, other) =
            (Memo::default(), (Uuid::from_u128(1), Uuid::from_u128(2)), (Uuid::from_u128(1), Uuid::from_u128(3)));
        memo.put(7, of, &Found { elsewhere: true, ..Found::default() });
        assert!(memo.get(7, of).is_some_and(|found| found.elsewhere));
        assert!(memo.get(8, of).is_none() && memo.get(6, of).is_none() && memo.get(7, other).is_none());
        memo.put(8, other, &Found::default());
        assert!(memo.get(7, of).is_none() && memo.get(8, of).is_none() && memo.get(8, other).is_some());
        memo.forget();
        assert!(memo.get(8, other).is_none());
        for at in 0..3 * FOUND_MAX {
            memo.put(8, (Uuid::from_u128(at as u128), Uuid::nil()), &Found::default());
        }
        assert!(memo.0.lock().unwrap().found.len() <= FOUND_MAX);
    }
}
