//! The words of a text that led to a label.

use text::words::is_word;

use crate::feature::{Part, SUBJECT_WEIGHT};
use crate::model::Model;

/// Returns the words that speak for a label more than for the others, the strongest first.
///
/// What a pair or a word adds is shared out over its characters at all spots where it stands; a word has what its characters
/// have. So a pair that lies across two words speaks a little for each, and only whole words of the text are shown.
pub(crate) fn words<'a>(model: &Model, [subject, body]: &[Part<'a>; 2], label: usize, most: usize) -> Vec<&'a str> {
    let mut all: Vec<(&str, f32, &str)> = Vec::with_capacity(subject.words.len() + body.words.len());
    for (part, value) in [(subject, SUBJECT_WEIGHT), (body, 1.0)] {
        let shares = shares(model, part, label);
        for (start, end) in &part.words {
            let folded = &part.folded.as_str()[*start..*end];
            let sum = value * shares[*start..*end].iter().sum::<f32>();
            if sum != 0.0 && is_word(folded) {
                all.push((folded, sum, &part.source[part.folded.origin(*start..*end)]));
            }
        }
    }
    // those of one word side by side, the first of them as it was written
    all.sort_by(|(one, ..), (other, ..)| one.cmp(other));
    let whole = |same: &[(_, f32, &'a str)]| (same.iter().map(|(_, sum, _)| sum).sum::<f32>(), same[0].0, same[0].2);
    let mut best: Vec<(f32, &str, &str)> =
        all.chunk_by(|(one, ..), (other, ..)| one == other).map(whole).filter(|(sum, ..)| *sum > 0.0).collect();
    let order = |(a, one, _): &(f32, &str, &str), (b, other, _): &(f32, &str, &str)| b.total_cmp(a).then(one.cmp(other));
    if best.len() > most {
        best.select_nth_unstable_by(most, order);
        best.truncate(most);
    }
    best.sort_by(order);
    best.into_iter().map(|(_, _, word)| word).collect()
}

/// Returns for each byte of a part what it adds to a label beyond what it adds to the others on average.
fn shares(model: &Model, part: &Part<'_>, label: usize) -> Vec<f32> {
    let mut shares = vec![0.0; part.folded.as_str().len()];
    for spots in part.spots.chunk_by(|one, other| one.key == other.key) {
        let Some(place) = model.dictionary.place(spots[0].key) else { continue };
        let weights = &model.planes.of(place).as_flattened()[..model.labels.len()];
        let mean = weights.iter().sum::<f32>() / weights.len() as f32;
        let each = (weights[label] - mean) / spots.len() as f32;
        for spot in spots {
            let range = spot.range();
            let each = each / range.len() as f32;
            shares[range].iter_mut().for_each(|share| *share += each);
        }
    }
    shares
}
