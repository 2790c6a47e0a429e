//! What was opened a moment ago and is likely wanted again: a queue shows the same fifty matters all morning, and each step of
//! a matter opens it anew. Kept in memory only, bounded, and worth nothing without the matter's key: whoever takes something
//! out asks the key store first, so that what was shredded is gone here too.
//!
//! Only what was committed is put in (see [`db::Tx::sees_only_committed`]). Events are never changed, so what was kept of a
//! matter stays true; later events are put on by whoever takes it out.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

/// Weight kept of one generation; two are kept. A matter weighs one for each event, about 3 KiB: 48 MiB in all.
const GENERATION_WEIGHT_MAX: usize = 8_192;

type Thing = Arc<dyn Any + Send + Sync>;

/// Keeps things by matter, or by person, the ones wanted lately.
#[derive(Default)]
pub struct Kept {
    generations: Mutex<Generations>,
}

#[derive(Default)]
struct Generations {
    young: HashMap<Uuid, (Thing, usize)>,
    old: HashMap<Uuid, (Thing, usize)>,
    weight: usize,
}

impl Kept {
    /// Finds what is kept of a matter.
    pub fn get<T: Send + Sync + 'static>(&self, matter: Uuid) -> Option<Arc<T>> {
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((thing, _)) = generations.young.get(&matter) {
            return Arc::clone(thing).downcast().ok();
        }
        let (thing, weight) = generations.old.remove(&matter)?;
        generations.put(matter, Arc::clone(&thing), weight);
        thing.downcast().ok()
    }

    /// Keeps something of a matter, in the place of what was kept of it.
    pub fn put<T: Send + Sync + 'static>(&self, matter: Uuid, thing: Arc<T>, weight: usize) {
        self.generations.lock().unwrap_or_else(PoisonError::into_inner).put(matter, thing, weight);
    }

    /// Forgets a matter.
    pub fn forget(&self, matter: Uuid) {
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        generations.old.remove(&matter);
        if let Some((_, weight)) = generations.young.remove(&matter) {
            generations.weight -= weight;
        }
    }
}

impl Generations {
    fn put(&mut self, matter: Uuid, thing: Thing, weight: usize) {
        self.old.remove(&matter);
        if self.weight + weight > GENERATION_WEIGHT_MAX {
            self.old = std::mem::take(&mut self.young);
            self.weight = 0;
        }
        self.weight += weight;
        if let Some((_, before)) = self.young.insert(matter, (thing, weight)) {
            self.weight -= before;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: usize) -> Uuid {
        Uuid::from_u128(number as u128)
    }

    #[test]
    fn what_is_wanted_stays_and_what_is_not_goes() {
        let kept = Kept::default();
        kept.put(id(0), Arc::new("wanted".to_owned()), 1);
        for number in 1..4 * GENERATION_WEIGHT_MAX {
            kept.put(id(number), Arc::new(number), 1);
            assert_eq!(kept.get::<String>(id(0)).as_deref().map(String::as_str), Some("wanted"));
        }
        assert_eq!(kept.get::<usize>(id(1)), None);
        let newest = 4 * GENERATION_WEIGHT_MAX - 1;
        assert_eq!(kept.get::<usize>(id(newest)).as_deref(), Some(&newest));
        let generations = kept.generations.lock().unwrap();
        assert!(generations.young.len() + generations.old.len() <= 2 * GENERATION_WEIGHT_MAX);
    }

    #[test]
    fn the_newest_stands_in_the_place_of_the_one_before_and_can_be_forgotten() {
        let kept = Kept::default();
        for weight in [1, 5, GENERATION_WEIGHT_MAX, 2] {
            kept.put(id(7), Arc::new(weight), weight);
            assert_eq!(kept.get::<usize>(id(7)).as_deref(), Some(&weight));
        }
        assert_eq!(kept.get::<String>(id(7)), None, "another type is not there");
        kept.forget(id(7));
        assert_eq!(kept.get::<usize>(id(7)), None);
    }
}
