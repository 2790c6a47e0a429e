//! Learning from texts with labels.

use std::collections::{BTreeSet, HashMap};
use std::num::NonZero;
use std::thread;

use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng;

use crate::calibrate::Calibration;
use crate::dictionary::{Dictionary, Row};
use crate::feature::Features;
use crate::model::Model;
use crate::solve::{LANES, Planes, Task, blocks, shuffle, solve};
use crate::{Example, Text, group};

/// How many weights a model has at most, of four bytes each: it stays below 20 MB however many labels there are.
const WEIGHTS: usize = 4_000_000;
/// Into how many parts the texts are cut, each to be labelled by a model that has not seen it.
const PARTS: usize = 5;
/// How sure a label of a text without one must be, so that it is learned from.
const SURE: f64 = 0.9;
/// How much such a text counts beside one with a label.
const SHARE: f32 = 0.3;

/// Says how to learn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Decides everything that is drawn by chance.
    pub seed: u64,
    /// How many threads work; the model does not depend on it.
    pub threads: NonZero<usize>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { seed: 1, threads: NonZero::<usize>::MIN }
    }
}

/// Says why nothing can be learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// There is one label only, or none.
    #[error("texts with two different labels at least are needed")]
    Labels,
    /// There are too few texts to hold some back.
    #[error("ten texts with labels at least are needed")]
    Texts,
}

/// Learns. Texts without a label help where they are like the ones with one; they may be none.
pub fn train(examples: &[Example<'_>], unlabelled: &[Text<'_>], settings: Settings) -> Result<Model, Unfit> {
    let names: BTreeSet<&str> = examples.iter().map(|example| example.label).collect();
    if names.len() < 2 {
        return Err(Unfit::Labels);
    }
    if examples.len() < 10 {
        return Err(Unfit::Texts);
    }
    let names: Vec<&str> = names.into_iter().collect();
    let place: HashMap<&str, usize> = names.iter().zip(0..).map(|(name, at)| (*name, at)).collect();
    let labels: Vec<usize> = examples.iter().map(|example| place[example.label]).collect();
    let texts: Vec<Text<'_>> = examples.iter().map(|example| example.text).chain(unlabelled.iter().copied()).collect();
    let features = features(&texts, settings.threads);
    let dictionary = Dictionary::of(features.iter(), WEIGHTS / (blocks(names.len()) * LANES));
    let rows: Vec<Row> = features.iter().map(|features| dictionary.row(features)).collect();
    let parts = parts(examples, settings.seed);
    let mut crowd = Crowd { rows, labels, count: names.len(), features: dictionary.keys().len(), parts, settings };
    let (planes, calibration) = crowd.learn(examples.len());
    let labels = names.into_iter().map(str::to_owned).collect();
    let texts = examples.len() as u64;
    Ok(Model { labels, dictionary, planes, calibration, texts, corrections: 0 })
}

/// Reads the features of texts, on several threads.
fn features(texts: &[Text<'_>], threads: NonZero<usize>) -> Vec<Features> {
    let size = texts.len().div_ceil(threads.get()).max(1);
    thread::scope(|scope| {
        let hands: Vec<_> = texts
            .chunks(size)
            .map(|texts| scope.spawn(move || texts.iter().map(|text| Features::of(*text)).collect::<Vec<_>>()))
            .collect();
        hands.into_iter().flat_map(|hand| hand.join().expect("reading features does not panic")).collect()
    })
}

/// Cuts examples into parts by chance; what says the same is in the same part.
pub(crate) fn parts(examples: &[Example<'_>], seed: u64) -> Vec<usize> {
    let texts: Vec<Text<'_>> = examples.iter().map(|example| example.text).collect();
    let mut groups = group::alike(&texts);
    let mut named: HashMap<&str, usize> = HashMap::new();
    for (at, example) in examples.iter().enumerate() {
        if let Some(name) = example.group {
            groups[at] = *named.entry(name).or_insert(groups[at]);
        }
    }
    let mut order: Vec<usize> = groups.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    shuffle(&mut order, &mut ChaCha8Rng::seed_from_u64(seed));
    let part: HashMap<usize, usize> = order.into_iter().zip((0..PARTS).cycle()).collect();
    groups.into_iter().map(|group| part[&group]).collect()
}

/// Are all texts of a training.
struct Crowd {
    rows: Vec<Row>,
    /// Of those that have one, which come first.
    labels: Vec<usize>,
    count: usize,
    features: usize,
    parts: Vec<usize>,
    settings: Settings,
}

impl Crowd {
    fn learn(&mut self, known: usize) -> (Planes, Calibration) {
        let mut shares = vec![1.0; known];
        let (mut planes, mut calibration) = self.round(&shares, known);
        if self.rows.len() > known {
            let rest = self.rows.split_off(known);
            for row in rest {
                let chances = calibration.chances(&planes.scores(&row));
                let (label, sure) = crate::calibrate::top(&chances);
                if calibration.stair(sure) >= SURE && !row.places.is_empty() {
                    self.rows.push(row);
                    self.labels.push(label);
                    shares.push(SHARE);
                }
            }
            (planes, calibration) = self.round(&shares, known);
        }
        (planes, calibration)
    }

    /// Finds the planes of all texts, and the calibration from parts that were held back.
    fn round(&self, shares: &[f32], known: usize) -> (Planes, Calibration) {
        let task = Task { rows: &self.rows, labels: &self.labels, shares, count: self.count, features: self.features };
        // the whole is one job more, the longest, so it goes first
        let jobs: Vec<Option<usize>> = std::iter::once(None).chain((0..PARTS).map(Some)).collect();
        let solved = self.spread(&jobs, |job| {
            let take: Vec<usize> =
                (0..self.labels.len()).filter(|at| job.is_none_or(|part| self.parts.get(*at) != Some(&part))).collect();
            let planes = solve(&task, &take, self.settings.seed);
            let held = (0..known).filter(|at| job == Some(self.parts[*at]));
            let scores: Vec<(usize, Vec<f32>)> = held.map(|at| (at, planes.scores(&self.rows[at]))).collect();
            (job.is_none().then_some(planes), scores)
        });
        let (mut whole, mut scores) = (Planes::default(), vec![Vec::new(); known]);
        for (planes, held) in solved {
            whole = planes.unwrap_or(whole);
            for (at, one) in held {
                scores[at] = one;
            }
        }
        let calibration = Calibration::learn(&scores, &self.labels[..known], self.count);
        (whole, calibration)
    }

    /// Does jobs on several threads; the answers are in the order of the jobs.
    fn spread<J: Sync + Copy, A: Send>(&self, jobs: &[J], work: impl Fn(J) -> A + Sync) -> Vec<A> {
        let next = std::sync::atomic::AtomicUsize::new(0);
        let mut done: Vec<(usize, A)> = thread::scope(|scope| {
            let hand = || {
                let mut done = Vec::new();
                loop {
                    let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let Some(job) = jobs.get(at) else { return done };
                    done.push((at, work(*job)));
                }
            };
            let hands: Vec<_> = (0..self.settings.threads.get()).map(|_| scope.spawn(hand)).collect();
            hands.into_iter().flat_map(|hand| hand.join().expect("finding planes does not panic")).collect()
        });
        done.sort_by_key(|(at, _)| *at);
        done.into_iter().map(|(_, answer)| answer).collect()
    }
}
