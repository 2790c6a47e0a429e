//! Measuring: texts are cut into five parts, each is labelled by a model that learned from the others.
//!
//! Parts are groups of texts that say the same, so nothing is tested that was learned word for word.

use std::collections::BTreeSet;

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

use crate::train::{Settings, Unfit, parts, train};
use crate::{Example, Text};

/// How often the texts are drawn again for the interval.
const DRAWS: usize = 500;
/// The bounds between which confidence is compared with what was right.
const STEPS: [f64; 9] = [0.0, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98];

/// Is what was said of a text, and what is right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Verdict<'a> {
    /// The right label.
    pub right: &'a str,
    /// The label that was said.
    pub said: &'a str,
    /// How sure it was said.
    pub confidence: f64,
}

/// Are the figures of one label.
#[derive(Debug, Clone, PartialEq)]
pub struct PerLabel {
    /// The label.
    pub label: String,
    /// How many texts have it.
    pub texts: usize,
    /// How many of those it was said of have it.
    pub precision: f64,
    /// Of how many that have it, it was said.
    pub recall: f64,
    /// The harmonic mean of the two.
    pub f1: f64,
}

/// Is one step of confidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// From which confidence on.
    pub from: f64,
    /// How many texts lie in it.
    pub texts: usize,
    /// How sure they were said on average.
    pub said: f64,
    /// How many were right.
    pub right: f64,
}

/// Are all figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// The mean of the labels' F1.
    pub macro_f1: f64,
    /// In nineteen of twenty draws of the same texts it lies between these.
    pub interval: (f64, f64),
    /// How many were right.
    pub accuracy: f64,
    /// How far confidence lies from what was right, on average over the texts.
    pub calibration_error: f64,
    /// Confidence in steps; those without a text are left out.
    pub steps: Vec<Step>,
    /// Each label, in order.
    pub labels: Vec<PerLabel>,
    /// `confusion[right][said]`, in the order of the labels.
    pub confusion: Vec<Vec<usize>>,
}

/// Labels every text by a model that has seen neither it nor what says the same. In the order of the examples.
pub fn cross<'a>(examples: &[Example<'a>], unlabelled: &[Text<'_>], settings: Settings) -> Result<Vec<Verdict<'a>>, Unfit> {
    let parts = parts(examples, settings.seed ^ 0x5eed);
    let mut verdicts: Vec<Option<Verdict<'a>>> = vec![None; examples.len()];
    for part in parts.iter().copied().collect::<BTreeSet<_>>() {
        let others: Vec<Example<'a>> = examples.iter().zip(&parts).filter(|(_, of)| **of != part).map(|(one, _)| *one).collect();
        let model = train(&others, unlabelled, settings)?;
        for (at, example) in examples.iter().enumerate().filter(|(at, _)| parts[*at] == part) {
            let answer = model.label(example.text);
            // the label is one of the examples', and theirs lives longer than the model's
            let said = examples.iter().map(|one| one.label).find(|label| *label == answer.label).unwrap_or_default();
            verdicts[at] = Some(Verdict { right: example.label, said, confidence: answer.confidence });
        }
    }
    Ok(verdicts.into_iter().flatten().collect())
}

/// Counts what was right.
pub fn figures(verdicts: &[Verdict<'_>], seed: u64) -> Figures {
    let names: Vec<&str> = verdicts.iter().flat_map(|one| [one.right, one.said]).collect::<BTreeSet<_>>().into_iter().collect();
    let place = |name: &str| names.binary_search(&name).unwrap_or_default();
    let pairs: Vec<(usize, usize)> = verdicts.iter().map(|one| (place(one.right), place(one.said))).collect();
    let confusion = confusion(pairs.iter().copied(), names.len());
    let count = verdicts.len().max(1) as f64;
    let steps = steps(verdicts);
    Figures {
        macro_f1: macro_f1(&confusion),
        interval: interval(&pairs, names.len(), seed),
        accuracy: verdicts.iter().filter(|one| one.right == one.said).count() as f64 / count,
        calibration_error: steps.iter().map(|step| step.texts as f64 / count * (step.said - step.right).abs()).sum(),
        labels: (0..names.len()).map(|at| per_label(&confusion, at, names[at])).collect(),
        steps,
        confusion,
    }
}

fn confusion(pairs: impl Iterator<Item = (usize, usize)>, count: usize) -> Vec<Vec<usize>> {
    let mut table = vec![vec![0; count]; count];
    pairs.for_each(|(right, said)| table[right][said] += 1);
    table
}

fn per_label(confusion: &[Vec<usize>], at: usize, name: &str) -> PerLabel {
    let share = |part: usize, whole: usize| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
    let (texts, said): (usize, usize) = (confusion[at].iter().sum(), confusion.iter().map(|row| row[at]).sum());
    let hit = confusion[at][at];
    PerLabel {
        label: name.to_owned(),
        texts,
        precision: share(hit, said),
        recall: share(hit, texts),
        f1: share(2 * hit, texts + said),
    }
}

/// Returns the mean F1 of the labels that texts have.
fn macro_f1(confusion: &[Vec<usize>]) -> f64 {
    let labels: Vec<PerLabel> = (0..confusion.len()).map(|at| per_label(confusion, at, "")).filter(|one| one.texts > 0).collect();
    labels.iter().map(|one| one.f1).sum::<f64>() / labels.len().max(1) as f64
}

fn interval(pairs: &[(usize, usize)], count: usize, seed: u64) -> (f64, f64) {
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let mut draw = || {
        let at = (u64::from(chance.next_u32()) * pairs.len() as u64) >> 32;
        pairs[usize::try_from(at).unwrap_or_default()]
    };
    let mut drawn: Vec<f64> = (0..if pairs.is_empty() { 0 } else { DRAWS })
        .map(|_| macro_f1(&confusion((0..pairs.len()).map(|_| draw()), count)))
        .collect();
    drawn.sort_by(f64::total_cmp);
    match drawn.as_slice() {
        [] => (0.0, 0.0),
        drawn => (drawn[DRAWS / 40], drawn[DRAWS - 1 - DRAWS / 40]),
    }
}

fn steps(verdicts: &[Verdict<'_>]) -> Vec<Step> {
    let bounds = STEPS.iter().copied().zip(STEPS.iter().copied().skip(1).chain([f64::INFINITY]));
    let step = |(from, to): (f64, f64)| {
        let inside: Vec<&Verdict<'_>> = verdicts.iter().filter(|one| one.confidence >= from && one.confidence < to).collect();
        let count = inside.len() as f64;
        (!inside.is_empty()).then(|| Step {
            from,
            texts: inside.len(),
            said: inside.iter().map(|one| one.confidence).sum::<f64>() / count,
            right: inside.iter().filter(|one| one.right == one.said).count() as f64 / count,
        })
    };
    bounds.filter_map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(right: &'static str, said: &'static str, confidence: f64) -> Verdict<'static> {
        Verdict { right, said, confidence }
    }

    #[test]
    fn figures_are_as_counted_by_hand() {
        let verdicts = [
            verdict("水", "水", 0.95),
            verdict("水", "水", 0.95),
            verdict("水", "路", 0.55),
            verdict("路", "路", 0.95),
            verdict("灯", "路", 0.55),
        ];
        let figures = figures(&verdicts, 1);
        // in the order of the labels: 水 灯 路
        assert_eq!(figures.confusion, [[2, 0, 1], [0, 0, 1], [0, 0, 1]]);
        let f1: Vec<f64> = figures.labels.iter().map(|one| one.f1).collect();
        assert_eq!(f1, [0.8, 0.0, 0.5]);
        assert!((figures.macro_f1 - 1.3 / 3.0).abs() < 1e-9 && (figures.accuracy - 0.6).abs() < 1e-9);
        assert!(figures.interval.0 <= figures.macro_f1 && figures.macro_f1 <= figures.interval.1);
        assert_eq!(figures.steps.iter().map(|step| (step.from, step.texts)).collect::<Vec<_>>(), [(0.5, 2), (0.95, 3)]);
        assert!((figures.calibration_error - (0.4 * 0.55 + 0.6 * 0.05)).abs() < 1e-9);
    }

    #[test]
    fn nothing_gives_empty_figures() {
        let none = figures(&[], 1);
        assert!(none.macro_f1.abs() < f64::EPSILON && none.labels.is_empty());
    }
}
