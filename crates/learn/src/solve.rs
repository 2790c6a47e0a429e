//! One separating plane per label, found by dual coordinate descent (Hsieh and others 2008, squared hinge loss), on features
//! that are weighted first by how unevenly the label has them (Wang and Manning 2012).
//!
//! All labels are solved side by side: one walk over a text serves each of them.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

use crate::dictionary::Row;

/// How dear a text on the wrong side is, beside a wide margin.
const COST: f32 = 3.0;
/// Walks over all texts, at most.
const WALKS: usize = 20;
/// The walks end when no text would move by more than this.
const STILL: f32 = 0.1;
/// Is added to each count, so that a rare feature says little.
const PRIOR: f32 = 1.0;

/// How many labels lie side by side, so that one instruction serves several.
pub(crate) const LANES: usize = 8;
/// Weights of a feature for eight labels. Where there are fewer, the rest stays zero.
pub(crate) type Block = [f32; LANES];

/// Are planes: a weight for each feature and label, side by side by feature, and a last row that all texts have.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Planes {
    /// How many labels.
    pub labels: usize,
    /// `weights[place * blocks(labels)..]` are the blocks of a feature.
    pub weights: Vec<Block>,
}

/// Returns how many blocks hold a weight for each label.
pub(crate) fn blocks(labels: usize) -> usize {
    labels.div_ceil(LANES)
}

impl Planes {
    /// Returns on which side of each plane a text lies and how far.
    pub(crate) fn scores(&self, row: &Row) -> Vec<f32> {
        let mut scores = self.shared().to_vec();
        self.gather(row, &mut scores);
        let mut scores = scores.into_flattened();
        scores.truncate(self.labels);
        scores
    }

    /// Adds the weights of all features of a text.
    fn gather(&self, row: &Row, scores: &mut [Block]) {
        for (places, value) in row.parts() {
            for place in places {
                for (score, weight) in scores.iter_mut().zip(self.of(*place)) {
                    add(score, weight, value);
                }
            }
        }
    }

    /// Lends the weights of a feature.
    pub(crate) fn of(&self, place: u32) -> &[Block] {
        let size = blocks(self.labels);
        &self.weights[place as usize * size..][..size]
    }

    /// Lends the weights of what all texts have.
    fn shared(&self) -> &[Block] {
        &self.weights[self.weights.len() - blocks(self.labels)..]
    }

    /// Moves all planes by a step along a text; `measure` says how long each feature is for each label.
    pub(crate) fn walk(&mut self, row: &Row, step: &[Block], measure: Option<&[Block]>) {
        let size = blocks(self.labels);
        let mut along = |at: usize, value: f32| {
            let weights = &mut self.weights[at * size..][..size];
            for (one, (weight, step)) in weights.iter_mut().zip(step).enumerate() {
                let measure = measure.map_or(&[1.0; LANES], |measure| &measure[at * size + one]);
                for lane in 0..LANES {
                    weight[lane] += step[lane] * value * measure[lane];
                }
            }
        };
        for (places, value) in row.parts() {
            for place in places {
                along(*place as usize, value);
            }
        }
        let last = self.weights.len() / size - 1;
        let size = size * last;
        for (weight, step) in self.weights[size..].iter_mut().zip(step) {
            add(weight, step, 1.0);
        }
    }
}

fn add(sum: &mut Block, block: &Block, value: f32) {
    for lane in 0..LANES {
        sum[lane] += value * block[lane];
    }
}

/// Is what the planes are found from.
pub(crate) struct Task<'a> {
    /// The texts.
    pub rows: &'a [Row],
    /// The label of each.
    pub labels: &'a [usize],
    /// How much each counts.
    pub shares: &'a [f32],
    /// How many labels there are.
    pub count: usize,
    /// How many features there are.
    pub features: usize,
}

/// Finds the planes of the texts that `take` chooses.
pub(crate) fn solve(task: &Task<'_>, take: &[usize], seed: u64) -> Planes {
    let measure = measure(task, take);
    let size = blocks(task.count);
    let mut planes = Planes { labels: task.count, weights: vec![[0.0; LANES]; measure.len()] };
    let lengths: Vec<Vec<Block>> = take.iter().map(|text| length(&measure, &task.rows[*text], size)).collect();
    let mut pulls = vec![vec![[0.0f32; LANES]; size]; take.len()];
    let mut order: Vec<usize> = (0..take.len()).collect();
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let (mut scores, mut step) = (vec![[0.0; LANES]; size], vec![[0.0; LANES]; size]);
    for _ in 0..WALKS {
        shuffle(&mut order, &mut chance);
        let mut most = 0.0f32;
        for at in &order {
            let text = take[*at];
            scores.copy_from_slice(planes.shared());
            planes.gather(&task.rows[text], &mut scores);
            let slack = 1.0 / (2.0 * COST * task.shares[text]);
            let mut moves = false;
            for one in 0..task.count {
                let (block, lane) = (one / LANES, one % LANES);
                let side = if one == task.labels[text] { 1.0 } else { -1.0 };
                let pull = &mut pulls[*at][block][lane];
                let slope = side * scores[block][lane] - 1.0 + slack * *pull;
                let moved = (*pull - slope / (lengths[*at][block][lane] + slack)).max(0.0);
                most = most.max(if *pull == 0.0 { (-slope).max(0.0) } else { slope.abs() });
                step[block][lane] = (moved - *pull) * side;
                moves |= step[block][lane] != 0.0;
                *pull = moved;
            }
            if moves {
                planes.walk(&task.rows[text], &step, Some(&measure));
            }
        }
        if most < STILL {
            break;
        }
    }
    planes
}

/// Returns the length of a text in each label's own measure.
fn length(measure: &[Block], row: &Row, size: usize) -> Vec<Block> {
    let mut lengths = vec![[1.0; LANES]; size];
    for (places, value) in row.parts() {
        for place in places {
            for (length, measure) in lengths.iter_mut().zip(&measure[*place as usize * size..]) {
                add(length, measure, value * value);
            }
        }
    }
    lengths
}

/// Returns for each feature and label the square of the logarithm of how much oftener texts of the label have it than others.
fn measure(task: &Task<'_>, take: &[usize]) -> Vec<Block> {
    let size = blocks(task.count);
    let mut counts = vec![[0.0f32; LANES]; task.features * size];
    for text in take {
        let (block, lane) = (task.labels[*text] / LANES, task.labels[*text] % LANES);
        for place in &task.rows[*text].places {
            counts[*place as usize * size + block][lane] += task.shares[*text];
        }
    }
    // body and subject are two separate lists of features, but one shared sum only moves each label's plane as a whole
    let prior = PRIOR * task.features as f32;
    let mut sums = vec![[prior; LANES]; size];
    for chunk in counts.chunks_exact(size) {
        sums.iter_mut().zip(chunk).for_each(|(sum, count)| add(sum, count, 1.0));
    }
    let whole: f32 = sums.as_flattened().iter().map(|sum| sum - prior).sum::<f32>() + prior;
    for chunk in counts.chunks_exact_mut(size) {
        let all: f32 = chunk.as_flattened().iter().sum();
        for (count, sum) in chunk.as_flattened_mut().iter_mut().zip(sums.as_flattened()) {
            let with = (*count + PRIOR) / sum;
            let without = (all - *count + PRIOR) / (whole - (sum - prior));
            *count = (with / without).ln().powi(2);
        }
    }
    counts.extend(std::iter::repeat_n([1.0; LANES], size));
    counts
}

/// Puts a list into an order drawn by chance.
pub(crate) fn shuffle<T>(list: &mut [T], chance: &mut ChaCha8Rng) {
    for last in (1..list.len()).rev() {
        let other = (u64::from(chance.next_u32()) * (last as u64 + 1)) >> 32;
        list.swap(last, usize::try_from(other).expect("smaller than the list"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planes_part_what_can_be_parted_and_the_seed_decides() {
        let row = |places: &[u32]| Row { places: places.to_vec(), body: places.len(), values: [0.6, 0.9] };
        let rows: Vec<Row> = (0..30).map(|n| row(&[n % 3, 3 + n % 4])).collect();
        let labels: Vec<usize> = (0..30).map(|n| n % 3).collect();
        let task = Task { rows: &rows, labels: &labels, shares: &[1.0; 30], count: 3, features: 7 };
        let take: Vec<usize> = (0..30).collect();
        let planes = solve(&task, &take, 1);
        for (row, label) in rows.iter().zip(&labels) {
            let scores = planes.scores(row);
            let best = (0..3).max_by(|a, b| scores[*a].total_cmp(&scores[*b])).unwrap();
            assert_eq!(best, *label, "{scores:?}");
        }
        assert_eq!(planes, solve(&task, &take, 1));
    }

    #[test]
    fn an_order_holds_everything_once() {
        let mut list: Vec<usize> = (0..100).collect();
        shuffle(&mut list, &mut ChaCha8Rng::seed_from_u64(7));
        assert_ne!(list, (0..100).collect::<Vec<_>>());
        list.sort_unstable();
        assert_eq!(list, (0..100).collect::<Vec<_>>());
    }
}
