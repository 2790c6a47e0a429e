//! From how far a text lies on the sides of the planes to how often such an answer is right.
//!
//! Learned from texts that the planes were not found from: one steepness and one shift per label (multinomial, least
//! surprise), then a staircase that never falls (isotonic) over what is called the surest label.

/// Walks of the descent.
const WALKS: usize = 300;
/// Holds the shifts small where a label has few texts.
const HOLD: f64 = 1.0;
/// Fewer texts than this make no stair of their own.
const STAIR: usize = 60;

/// Makes chances of scores.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Calibration {
    /// How steep.
    pub steep: f64,
    /// A shift per label.
    pub shifts: Vec<f64>,
    /// How sure the multinomial says, and how often that was right: in order, both rising.
    pub stairs: Vec<(f64, f64)>,
}

impl Calibration {
    /// Learns from scores with the right label of each.
    pub(crate) fn learn(scores: &[Vec<f32>], labels: &[usize], count: usize) -> Self {
        let mut this = Self { steep: 3.0, shifts: vec![0.0; count], stairs: Vec::new() };
        if scores.is_empty() {
            return this;
        }
        let mut pace = 1.0;
        let mut before = this.surprise(scores, labels);
        for _ in 0..WALKS {
            let slope = this.slope(scores, labels);
            let next = this.moved(&slope, pace);
            let now = next.surprise(scores, labels);
            if now <= before {
                let still = before - now < 1e-9;
                (this, before, pace) = (next, now, pace * 1.3);
                if still {
                    break;
                }
            } else {
                pace /= 2.0;
            }
        }
        this.stairs = stairs(scores.iter().zip(labels).map(|(scores, label)| {
            let (best, sure) = top(&this.chances(scores));
            (sure, best == *label)
        }));
        this
    }

    /// Writes it as numbers: steepness, shifts, stairs.
    pub(crate) fn to_numbers(&self) -> Vec<f64> {
        let stairs = self.stairs.iter().flat_map(|(sure, right)| [*sure, *right]);
        std::iter::once(self.steep).chain(self.shifts.iter().copied()).chain(stairs).collect()
    }

    /// Reads it from numbers, of which there is one more at least than labels.
    pub(crate) fn of_numbers(numbers: &[f64], labels: usize) -> Self {
        let (shifts, stairs) = numbers[1..].split_at(labels);
        let stairs = stairs.as_chunks().0.iter().map(|[sure, right]| (*sure, *right)).collect();
        Self { steep: numbers[0], shifts: shifts.to_vec(), stairs }
    }

    /// Returns a chance for each label, before the stairs.
    pub(crate) fn chances(&self, scores: &[f32]) -> Vec<f64> {
        let steep: Vec<f64> =
            scores.iter().zip(&self.shifts).map(|(score, shift)| self.steep * f64::from(*score) + shift).collect();
        let most = steep.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut chances: Vec<f64> = steep.into_iter().map(|value| (value - most).exp()).collect();
        let sum: f64 = chances.iter().sum();
        for chance in &mut chances {
            *chance /= sum;
        }
        chances
    }

    /// Returns how often an answer that is called so sure was right: between two stairs, in proportion.
    pub(crate) fn stair(&self, sure: f64) -> f64 {
        let (Some(first), Some(last)) = (self.stairs.first(), self.stairs.last()) else { return sure };
        let above = self.stairs.partition_point(|(from, _)| *from < sure);
        match (above.checked_sub(1).and_then(|at| self.stairs.get(at)), self.stairs.get(above)) {
            (None, _) => first.1 * (sure / first.0.max(1e-9)).min(1.0),
            (_, None) => last.1,
            (Some(low), Some(high)) => low.1 + (high.1 - low.1) * (sure - low.0) / (high.0 - low.0).max(1e-9),
        }
    }

    fn moved(&self, slope: &(f64, Vec<f64>), pace: f64) -> Self {
        let shifts = self.shifts.iter().zip(&slope.1).map(|(shift, slope)| shift - pace * slope).collect();
        Self { steep: (self.steep - pace * slope.0).max(0.01), shifts, stairs: Vec::new() }
    }

    fn surprise(&self, scores: &[Vec<f32>], labels: &[usize]) -> f64 {
        let each = scores.iter().zip(labels).map(|(scores, label)| -self.chances(scores)[*label].max(1e-12).ln());
        let held: f64 = self.shifts.iter().map(|shift| HOLD * shift * shift / 2.0).sum();
        (each.sum::<f64>() + held) / scores.len() as f64
    }

    fn slope(&self, scores: &[Vec<f32>], labels: &[usize]) -> (f64, Vec<f64>) {
        let (mut steep, mut shifts) = (0.0, self.shifts.iter().map(|shift| HOLD * shift).collect::<Vec<f64>>());
        for (scores, label) in scores.iter().zip(labels) {
            for (one, chance) in self.chances(scores).into_iter().enumerate() {
                let over = chance - f64::from(u8::from(one == *label));
                steep += over * f64::from(scores[one]);
                shifts[one] += over;
            }
        }
        let count = scores.len() as f64;
        (steep / count, shifts.into_iter().map(|shift| shift / count).collect())
    }
}

/// Returns the surest label and how sure it is.
pub(crate) fn top(chances: &[f64]) -> (usize, f64) {
    let best = (0..chances.len()).max_by(|a, b| chances[*a].total_cmp(&chances[*b]).then(b.cmp(a)));
    best.map_or((0, 0.0), |best| (best, chances[best]))
}

/// Builds the stairs: neighbours are put together until none falls and each holds enough.
fn stairs(answers: impl Iterator<Item = (f64, bool)>) -> Vec<(f64, f64)> {
    let mut answers: Vec<(f64, bool)> = answers.collect();
    answers.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let size = STAIR.max(answers.len() / 40);
    let mut stairs: Vec<(f64, f64, f64)> = Vec::new();
    for chunk in answers.chunks(size) {
        let count = chunk.len() as f64;
        let sure = chunk.iter().map(|(sure, _)| sure).sum::<f64>();
        let right = chunk.iter().filter(|(_, right)| *right).count() as f64;
        stairs.push((sure, right, count));
        while let [.., low, high] = stairs.as_slice()
            && low.1 / low.2 >= high.1 / high.2
        {
            let joined = (low.0 + high.0, low.1 + high.1, low.2 + high.2);
            stairs.truncate(stairs.len() - 2);
            stairs.push(joined);
        }
    }
    // one text more on either side: nothing is ever called quite sure
    stairs.into_iter().map(|(sure, right, count)| (sure / count, (right + 0.5) / (count + 1.0))).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_called_nine_in_ten_is_right_nine_times() {
        // scores that say 1 or 0; the first label is right in nine of ten that have a high score, in half of the others
        let scores: Vec<Vec<f32>> = (0..2000).map(|n| if n % 2 == 0 { vec![1.0, -1.0] } else { vec![0.1, 0.0] }).collect();
        let labels: Vec<usize> = (0..2000).map(|n| usize::from(if n % 2 == 0 { n % 20 == 0 } else { n % 4 == 1 })).collect();
        let learned = Calibration::learn(&scores, &labels, 2);
        let sure = |scores: &[f32]| learned.stair(top(&learned.chances(scores)).1);
        assert!((sure(&[1.0, -1.0]) - 0.9).abs() < 0.02, "{}", sure(&[1.0, -1.0]));
        assert!((sure(&[0.1, 0.0]) - 0.5).abs() < 0.05);
    }

    #[test]
    fn nothing_learned_says_what_the_scores_say() {
        let none = Calibration::learn(&[], &[], 2);
        assert_eq!(top(&none.chances(&[0.0, 1.0])).0, 1);
        assert!((none.stair(0.7) - 0.7).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn stairs_never_fall(answers in prop::collection::vec((0.0..1.0f64, any::<bool>()), 0..600), probes in prop::collection::vec(0.0..1.0f64, 2)) {
            let calibration = Calibration { steep: 1.0, shifts: vec![], stairs: stairs(answers.into_iter()) };
            let (low, high) = (probes[0].min(probes[1]), probes[0].max(probes[1]));
            prop_assert!(calibration.stair(low) <= calibration.stair(high) + 1e-9);
            prop_assert!((0.0..=1.0).contains(&calibration.stair(high)));
        }
    }
}
