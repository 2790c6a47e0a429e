//! Counts of people, as far as they may be published: what concerns few is not shown, what is shown is rounded, and no sum gives
//! away what was hidden. Figures about offices are exact and do not come through here.

/// Fewest people a published count may be about.
pub const FEWEST: u64 = 10;
/// Counts are rounded to a multiple of this.
const STEP: u64 = 5;

/// Is one cell of a published table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// A rounded count.
    About(u64),
    /// Too few, or hidden so that another one cannot be computed.
    Hidden,
}

/// Makes one row of counts fit to be published, with its sum. A count of 0 is hidden like any other small one: that nobody in a
/// village did something tells of everybody there. Where exactly one is hidden the next smallest goes with it, for the sum
/// would give it away; and where what is hidden is together still too few, so does the sum.
pub fn publish(counts: &[u64]) -> (Vec<Cell>, Cell) {
    let mut hidden: Vec<usize> = (0..counts.len()).filter(|at| counts[*at] < FEWEST).collect();
    let shown = |hidden: &[usize]| (0..counts.len()).filter(|at| !hidden.contains(at)).min_by_key(|at| counts[*at]);
    let concealed = |hidden: &[usize]| hidden.iter().map(|at| counts[*at]).sum::<u64>();
    // two of them at least, and not so few together that the difference says it
    while !hidden.is_empty() && (hidden.len() < 2 || concealed(&hidden) < FEWEST) {
        let Some(next) = shown(&hidden) else { break };
        hidden.push(next);
    }
    let cell = |at: usize| if hidden.contains(&at) { Cell::Hidden } else { rounded(counts[at]) };
    let total: u64 = counts.iter().sum();
    let sum = if total < FEWEST { Cell::Hidden } else { rounded(total) };
    ((0..counts.len()).map(cell).collect(), sum)
}

fn rounded(count: u64) -> Cell {
    Cell::About((count + STEP / 2) / STEP * STEP)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use Cell::{About, Hidden};

    #[test]
    fn few_are_hidden_and_so_is_what_would_give_them_away() {
        assert_eq!(publish(&[12, 33, 58]), (vec![About(10), About(35), About(60)], About(105)));
        assert_eq!(publish(&[3, 33, 58]), (vec![Hidden, Hidden, About(60)], About(95)));
        assert_eq!(publish(&[0, 4, 58]), (vec![Hidden, Hidden, Hidden], About(60)), "4 together are too few");
        assert_eq!(publish(&[9]), (vec![Hidden], Hidden));
        assert_eq!(publish(&[10]), (vec![About(10)], About(10)));
        assert_eq!(publish(&[]), (vec![], Hidden));
    }

    proptest! {
        /// Whatever is hidden could be ten numbers at least, for all that the shown cells and the sum say.
        #[test]
        fn no_hidden_count_can_be_told_from_what_is_shown(counts in proptest::collection::vec(0_u64..200, 1..8)) {
            let (cells, sum) = publish(&counts);
            let hidden: Vec<u64> = cells.iter().zip(&counts).filter(|(cell, _)| **cell == Hidden).map(|(_, count)| *count).collect();
            for (cell, count) in cells.iter().zip(&counts) {
                if let About(shown) = cell {
                    prop_assert!(*count >= FEWEST && shown.abs_diff(*count) <= STEP / 2 && shown % STEP == 0);
                }
            }
            let shown_sum = sum != Hidden;
            prop_assert!(hidden.len() != 1 || counts.len() == 1);
            prop_assert!(!shown_sum || hidden.is_empty() || hidden.iter().sum::<u64>() >= FEWEST || hidden.len() == counts.len());
        }
    }
}
