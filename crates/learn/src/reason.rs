//! The words of a text that led to a label.

use std::collections::HashMap;

use text::words::is_word;

use crate::feature::{Part, SUBJECT_WEIGHT, Spot};
use crate::model::Model;

/// Returns the words that speak for a label more than for the others, the strongest first.
///
/// What a pair or a word adds is shared out over its characters at all spots where it stands; a word has what its characters
/// have. So a pair that lies across two words speaks a little for each, and only whole words of the text are shown.
pub(crate) fn words<'a>(model: &Model, [subject, body]: &[Part<'a>; 2], label: usize, most: usize) -> Vec<&'a str> {
    let mut all: Vec<(f32, &str, &str)> = Vec::new();
    for (part, value) in [(subject, SUBJECT_WEIGHT), (body, 1.0)] {
        let shares = shares(model, part, label);
        for (start, end) in &part.words {
            let folded = &part.folded.as_str()[*start..*end];
            if is_word(folded) {
                let sum = value * shares[*start..*end].iter().sum::<f32>();
                all.push((sum, folded, &part.source[part.folded.origin(*start..*end)]));
            }
        }
    }
    let mut sums: HashMap<&str, (f32, &'a str)> = HashMap::new();
    for (sum, folded, word) in all {
        sums.entry(folded).or_insert((0.0, word)).0 += sum;
    }
    let mut best: Vec<(f32, &str, &str)> =
        sums.into_iter().filter(|(_, (sum, _))| *sum > 0.0).map(|(folded, (sum, word))| (sum, folded, word)).collect();
    best.sort_by(|(a, one, _), (b, other, _)| b.total_cmp(a).then(one.cmp(other)));
    best.into_iter().take(most).map(|(_, _, word)| word).collect()
}

/// Returns for each byte of a part what it adds to a label beyond what it adds to the others on average.
fn shares(model: &Model, part: &Part<'_>, label: usize) -> Vec<f32> {
    let mut shares = vec![0.0; part.folded.as_str().len()];
    for spots in part.spots.chunk_by(|one, other| one.key == other.key) {
        let Some(place) = model.dictionary.place(spots[0].key) else { continue };
        let weights = &model.planes.of(place).as_flattened()[..model.labels.len()];
        let mean = weights.iter().sum::<f32>() / weights.len() as f32;
        let each = (weights[label] - mean) / spots.len() as f32;
        for Spot { start, end, .. } in spots {
            let each = each / (end - start) as f32;
            shares[*start..*end].iter_mut().for_each(|share| *share += each);
        }
    }
    shares
}
