//! How much of the samples is found, and how much else.

use std::collections::BTreeMap;

use text::personal::{Kind, find};

use super::corpus::{Maker, NEGATIVES, SAMPLES_OF_KIND, Sample};

/// Counts for one kind of sample.
#[derive(Default)]
pub struct Count {
    pub samples: usize,
    /// Every byte of the piece is covered.
    pub whole: usize,
    /// Bytes that were taken out and are no part of the piece, over all samples.
    pub beside: usize,
    pub missed: Vec<String>,
}

impl Count {
    fn take(&mut self, sample: &Sample) {
        let found = find(&sample.text);
        let covered = |at: usize| found.iter().any(|one| (one.start..one.end).contains(&at));
        // marks that nobody sees do not count
        let seen = sample.text[sample.at.clone()].char_indices().filter(|(_, c)| *c != '\u{200b}');
        let whole = seen.map(|(at, _)| sample.at.start + at).all(covered);
        self.samples += 1;
        self.whole += usize::from(whole);
        self.beside += (0..sample.text.len()).filter(|at| !sample.at.contains(at) && covered(*at)).count();
        if !whole {
            self.missed.push(format!("{:?} {}", sample.kind, sample.text));
        }
    }

    /// Returns how many of ten thousand are found whole.
    pub fn recall(&self) -> usize {
        self.whole * 10_000 / self.samples
    }
}

/// Is what came of all samples.
pub struct Measured {
    pub kinds: BTreeMap<Kind, Count>,
    /// Names with a form of address.
    pub titled: Count,
    /// Texts without personal data in which something was found.
    pub wrong: Vec<String>,
}

pub fn measure(seed: u64) -> Measured {
    let mut maker = Maker::new(seed);
    let mut kinds: BTreeMap<Kind, Count> = BTreeMap::new();
    for kind in Kind::ALL {
        for _ in 0..SAMPLES_OF_KIND {
            kinds.entry(*kind).or_default().take(&maker.sample(*kind));
        }
    }
    let mut titled = Count::default();
    for _ in 0..SAMPLES_OF_KIND {
        titled.take(&maker.titled());
    }
    let wrong = (0..NEGATIVES).map(|_| maker.negative()).filter(|text| !find(text).is_empty()).collect();
    Measured { kinds, titled, wrong }
}
