//! The words of a text that led to a label.

use text::words::is_word;

use crate::dictionary::Known;
use crate::feature::{Part, SUBJECT_WEIGHT, Spot};
use crate::model::Model;

/// What is not above this adds nothing: sums of such numbers are exact to a millionth of it.
const NOTHING: f64 = 1e-9;

/// Is a word of a text with what it adds.
struct Weighed<'t, 'a> {
    folded: &'t str,
    written: &'a str,
    adds: f64,
}

/// Returns the words that speak for a label more than for the others, the strongest first. `known` is what the model knows of subject
/// and body.
///
/// What a pair or a word adds is shared out over its characters at all spots where it stands; a word has what its characters
/// have. So a pair that lies across two words speaks a little for each, and only whole words of the text are shown.
pub(crate) fn words<'a>(model: &Model, (parts, known): (&[Part<'a>; 2], &[Known; 2]), label: usize, most: usize) -> Vec<&'a str> {
    let mut all: Vec<Weighed<'_, 'a>> = Vec::with_capacity(parts.iter().map(|part| part.words.len()).sum());
    for ((part, known), value) in parts.iter().zip(known).zip([f64::from(SUBJECT_WEIGHT), 1.0]) {
        let before = before(model, (part, known), label);
        for (start, end) in &part.words {
            let (folded, adds) = (&part.folded.as_str()[*start..*end], value * (before[*end] - before[*start]));
            if adds.abs() > NOTHING && is_word(folded) {
                all.push(Weighed { folded, written: &part.source[part.folded.origin(*start..*end)], adds });
            }
        }
    }
    // those of one word side by side, the first of them as it was written
    all.sort_by(|one, other| one.folded.cmp(other.folded));
    let mut best: Vec<Weighed<'_, 'a>> =
        all.chunk_by(|one, other| one.folded == other.folded).map(whole).filter(|word| word.adds > NOTHING).collect();
    best.sort_by(|one, other| other.adds.total_cmp(&one.adds).then(one.folded.cmp(other.folded)));
    best.into_iter().take(most).map(|word| word.written).collect()
}

/// Puts together what one word adds wherever it stands.
fn whole<'t, 'a>(same: &[Weighed<'t, 'a>]) -> Weighed<'t, 'a> {
    Weighed { adds: same.iter().map(|word| word.adds).sum(), ..same[0] }
}

/// Returns for each byte of a part what all bytes before it add to a label beyond what they add to the others on average, and last
/// of all what the whole part adds.
fn before(model: &Model, (part, known): (&Part<'_>, &[(u32, Spot)]), label: usize) -> Vec<f64> {
    // first how much more a byte adds than the one before it, then the sum of these sums
    let mut sums = vec![0.0; part.folded.as_str().len() + 1];
    for spots in known.chunk_by(|(one, _), (other, _)| one == other) {
        let weights = &model.planes.of(spots[0].0).as_flattened()[..model.labels.len()];
        let mean = weights.iter().sum::<f32>() / weights.len() as f32;
        let each = f64::from(weights[label] - mean) / spots.len() as f64;
        for (_, spot) in spots {
            let range = spot.range();
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
