//! The words of a text that led to a label.

use text::words::is_word;

use crate::dictionary::Seen;
use crate::feature::{Part, SUBJECT_WEIGHT};
use crate::model::Model;

/// What is not above this adds nothing: sums of such numbers are exact to a millionth of it.
const NOTHING: f64 = 1e-9;

/// Is a word of a text with what it adds.
#[derive(Clone, Copy)]
struct Weighed<'t> {
    /// Its first eight bytes, in which nearly all words differ: a number is compared faster than letters.
    head: u64,
    folded: &'t str,
    /// Which part of the text it stands in, and its first byte there.
    at: (usize, usize),
    adds: f64,
}

impl<'t> Weighed<'t> {
    fn new(folded: &'t str, at: (usize, usize), adds: f64) -> Self {
        let mut head = [0; 8];
        let many = folded.len().min(head.len());
        head[..many].copy_from_slice(&folded.as_bytes()[..many]);
        Self { head: u64::from_be_bytes(head), folded, at, adds }
    }
}

/// Returns the words that speak for a label more than for the others, the strongest first. `known` is what the model knows of subject
/// and body.
///
/// What a pair or a word adds is shared out over its characters at all spots where it stands; a word has what its characters
/// have. So a pair that lies across two words speaks a little for each, and only whole words of the text are shown.
pub(crate) fn words<'a>(
    model: &Model,
    (parts, known): (&[Part<'a>; 2], &[Vec<Seen>; 2]),
    label: usize,
    most: usize,
) -> Vec<&'a str> {
    let mut all: Vec<Weighed<'_>> = Vec::with_capacity(parts.iter().map(|part| part.words.len()).sum());
    for (number, value) in [f64::from(SUBJECT_WEIGHT), 1.0].into_iter().enumerate() {
        let part = &parts[number];
        let before = before(model, (part, &known[number]), label);
        for (start, end) in &part.words {
            let (folded, adds) = (&part.folded.as_str()[*start..*end], value * (before[*end] - before[*start]));
            if adds.abs() > NOTHING && is_word(folded) {
                all.push(Weighed::new(folded, (number, *start), adds));
            }
        }
    }
    // those of one word side by side, the first of them first
    all.sort_unstable_by(|one, other| {
        one.head.cmp(&other.head).then_with(|| one.folded.cmp(other.folded)).then(one.at.cmp(&other.at))
    });
    let mut best: Vec<Weighed<'_>> = all
        .chunk_by(|one, other| one.head == other.head && one.folded == other.folded)
        .map(whole)
        .filter(|word| word.adds > NOTHING)
        .collect();
    best.sort_unstable_by(|one, other| other.adds.total_cmp(&one.adds).then_with(|| one.folded.cmp(other.folded)));
    let written = |word: Weighed<'_>| {
        let (part, start) = (&parts[word.at.0], word.at.1);
        &part.source[part.folded.origin(start..start + word.folded.len())]
    };
    best.into_iter().take(most).map(written).collect()
}

/// Puts together what one word adds wherever it stands.
fn whole<'t>(same: &[Weighed<'t>]) -> Weighed<'t> {
    Weighed { adds: same.iter().map(|word| word.adds).sum(), ..same[0] }
}

/// Returns for each byte of a part what all bytes before it add to a label beyond what they add to the others on average, and last
/// of all what the whole part adds.
fn before(model: &Model, (part, known): (&Part<'_>, &[Seen]), label: usize) -> Vec<f64> {
    // first how much more a byte adds than the one before it, then the sum of these sums
    let mut sums = vec![0.0; part.folded.as_str().len() + 1];
    for same in known.chunk_by(|one, other| one.place() == other.place()) {
        let weights = &model.planes.of(same[0].place()).as_flattened()[..model.labels.len()];
        let mean = weights.iter().sum::<f32>() / weights.len() as f32;
        let each = f64::from(weights[label] - mean) / same.len() as f64;
        for seen in same {
            let range = part.spots[seen.spot()].range();
            let share = each / range.len() as f64;
            sums[range.start] += share;
            sums[range.end] -= share;
        }
    }
    let (mut share, mut sum) = (0.0, 0.0);
    for at in &mut sums {
        share += std::mem::replace(at, sum);
        sum += share;
    }
    sums
}
