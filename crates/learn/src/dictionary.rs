//! The features a model knows, and texts as places in that list.

use std::collections::HashMap;

use crate::feature::{Features, SUBJECT_WEIGHT, Spot};

/// Lists the features that a model knows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Dictionary {
    keys: Vec<u32>,
    /// Open addressing: a key and its place in `keys`, plus one; 0 where nothing is. A power of two, at most half full. The key stands here
    /// too: most of a reading is looking up, and a look into memory far away is dear.
    slots: Vec<(u32, u32)>,
}

/// Is a spot of a part whose feature the model knows: the feature's place in the upper half, the number of the spot in the lower one. These are
/// sorted for each text, and one number is sorted faster than three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Seen(u64);

impl Seen {
    fn new(place: u32, spot: usize) -> Self {
        Self(u64::from(place) << 32 | spot as u64)
    }

    /// Returns the place of the feature.
    pub(crate) fn place(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// Returns which spot of its part it is.
    pub(crate) fn spot(self) -> usize {
        self.0 as u32 as usize
    }
}

/// Is a text as a model sees it: places of the features it knows. All features of a part have one value.
#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    /// Places of the body's features, and behind them those of the subject's.
    pub places: Vec<u32>,
    /// How many belong to the body.
    pub body: usize,
    /// The value of a feature of the body, of one of the subject: the whole row has length one.
    pub values: [f32; 2],
}

impl Row {
    /// Makes a row of the places of the body and of those of the subject, each in order and once.
    fn of(body: Vec<u32>, subject: &[u32]) -> Self {
        let (many, mut places) = (body.len(), body);
        let square = many as f32 + SUBJECT_WEIGHT * SUBJECT_WEIGHT * subject.len() as f32;
        places.extend_from_slice(subject);
        let unit = if square > 0.0 { square.sqrt().recip() } else { 0.0 };
        Self { places, body: many, values: [unit, SUBJECT_WEIGHT * unit] }
    }

    /// Makes the same row of what is known of subject and body.
    pub(crate) fn of_known([subject, body]: &[Vec<Seen>; 2]) -> Self {
        let places = |known: &[Seen]| {
            let mut places: Vec<u32> = known.iter().map(|seen| seen.place()).collect();
            places.dedup();
            places
        };
        Self::of(places(body), &places(subject))
    }

    /// Lends both parts, each with its value.
    pub(crate) fn parts(&self) -> [(&[u32], f32); 2] {
        let (body, subject) = self.places.split_at(self.body);
        [(body, self.values[0]), (subject, self.values[1])]
    }
}

impl Dictionary {
    /// Takes the features that two texts at least have, at most `most` of them, the commonest first.
    pub(crate) fn of<'a>(texts: impl Iterator<Item = &'a Features>, most: usize) -> Self {
        let mut counts: HashMap<u32, u32> = HashMap::new();
        for features in texts {
            for key in features.body.iter().chain(&features.subject) {
                *counts.entry(*key).or_default() += 1;
            }
        }
        let mut keys: Vec<(u32, u32)> = counts.into_iter().filter(|(_, count)| *count >= 2).collect();
        // the commonest side by side: most steps of a walk then stay in the nearest memory
        keys.sort_unstable_by_key(|(key, count)| (std::cmp::Reverse(*count), *key));
        keys.truncate(most);
        Self::listed(keys.into_iter().map(|(key, _)| key).collect())
    }

    /// Takes keys, each once.
    pub(crate) fn listed(keys: Vec<u32>) -> Self {
        let size = (keys.len() * 2 + 1).next_power_of_two();
        let mut dictionary = Self { slots: vec![(0, 0); size], keys };
        for (at, key) in dictionary.keys.iter().enumerate() {
            let place = u32::try_from(at + 1).expect("a dictionary has fewer than four thousand million keys");
            let slot = slot(&dictionary.slots, *key);
            dictionary.slots[slot] = (*key, place);
        }
        dictionary
    }

    /// Lends the keys, the commonest first.
    pub(crate) fn keys(&self) -> &[u32] {
        &self.keys
    }

    /// Returns the place of a feature.
    pub(crate) fn place(&self, key: u32) -> Option<u32> {
        self.slots[slot(&self.slots, key)].1.checked_sub(1)
    }

    /// Sees a text.
    pub(crate) fn row(&self, features: &Features) -> Row {
        let known = |keys: &[u32]| {
            let mut places: Vec<u32> = keys.iter().filter_map(|key| self.place(*key)).collect();
            places.sort_unstable();
            places
        };
        Row::of(known(&features.body), &known(&features.subject))
    }

    /// Finds what a model knows of a part of a text, spots of one feature side by side.
    pub(crate) fn known(&self, spots: &[Spot]) -> Vec<Seen> {
        let known = |(at, spot): (usize, &Spot)| Some(Seen::new(self.place(spot.key)?, at));
        let mut known: Vec<Seen> = spots.iter().enumerate().filter_map(known).collect();
        known.sort_unstable();
        known
    }
}

/// Returns where a key stands, or where it would.
fn slot(slots: &[(u32, u32)], key: u32) -> usize {
    let mask = slots.len() - 1;
    let mut slot = key.wrapping_mul(0x9e37_79b1) as usize & mask;
    while slots[slot].1 != 0 && slots[slot].0 != key {
        slot = (slot + 1) & mask;
    }
    slot
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_two_texts_have_is_known_and_the_commonest_stay() {
        let texts = [vec![1, 2, 9], vec![2, 9], vec![2, 7]].map(|body| Features { body, subject: vec![] });
        assert_eq!(Dictionary::of(texts.iter(), 10).keys(), [2, 9]);
        assert_eq!(Dictionary::of(texts.iter(), 1).keys(), [2]);
        assert_eq!(Dictionary::of([].into_iter(), 1).place(3), None);
    }

    #[test]
    fn a_row_has_length_one() {
        let dictionary = Dictionary::listed(vec![1, 2, 3]);
        let row = dictionary.row(&Features { body: vec![1, 2, 8], subject: vec![3] });
        assert_eq!((row.places.as_slice(), row.body), ([0, 1, 2].as_slice(), 2));
        let square: f32 = row.parts().iter().map(|(places, value)| places.len() as f32 * value * value).sum();
        assert!((square - 1.0).abs() < 1e-6);
    }

    proptest! {
        #[test]
        fn every_key_is_found_again(keys in prop::collection::btree_set(any::<u32>(), 0..200), other in any::<u32>()) {
            let dictionary = Dictionary::listed(keys.iter().copied().collect());
            for (at, key) in keys.iter().enumerate() {
                prop_assert_eq!(dictionary.place(*key), Some(at as u32));
            }
            prop_assert_eq!(dictionary.place(other).is_some(), keys.contains(&other));
        }
    }
}
