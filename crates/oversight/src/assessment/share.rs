//! What a share of so many says and how sure that is: Wilson's interval, and Newcombe's for the difference of two shares (1998, method 10).
//! Pure. A few that are all good are few first.

use civic::rules::assessment::Bounds;

/// Counts the items of one measure of one office.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    /// For the office.
    pub good: u64,
    /// For it and against it.
    pub of: u64,
    /// Left out.
    pub left: u64,
}

impl Counted {
    /// Adds another one.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self { good: self.good + other.good, of: self.of + other.of, left: self.left + other.left }
    }

    /// Takes another one off that was added before.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        let less = |all: u64, part: u64| all.saturating_sub(part);
        Self { good: less(self.good, other.good), of: less(self.of, other.of), left: less(self.left, other.left) }
    }
}

/// Is a share and where it may lie, each from nothing to one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Its lower end.
    pub low: f64,
    /// The share that was counted.
    pub mid: f64,
    /// Its upper end.
    pub high: f64,
}

/// Returns the share of the good ones, within Wilson's interval of so many standard deviations. `None` where there are none.
#[expect(clippy::cast_precision_loss, reason = "counts of matters stay far below 2^52")]
pub fn interval(counted: Counted, z: f64) -> Option<Interval> {
    if counted.of == 0 {
        return None;
    }
    let (n, good) = (counted.of as f64, counted.good.min(counted.of) as f64);
    let (mid, square) = (good / n, z * z);
    let middle = (mid + square / (2.0 * n)) / (1.0 + square / n);
    let half = z / (1.0 + square / n) * (mid * (1.0 - mid) / n + square / (4.0 * n * n)).sqrt();
    Some(Interval { low: (middle - half).clamp(0.0, mid), mid, high: (middle + half).clamp(mid, 1.0) })
}

/// Says how an office stands against others of its class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// One of both rests on too few.
    Few,
    /// No difference that chance would not make.
    Same,
    /// Better, surely.
    Above,
    /// Worse, surely.
    Below,
}

impl Against {
    /// Lists all of them.
    pub const ALL: [Self; 4] = [Self::Few, Self::Same, Self::Above, Self::Below];

    /// Returns the code that words use.
    pub fn code(self) -> &'static str {
        match self {
            Self::Few => "few",
            Self::Same => "same",
            Self::Above => "above",
            Self::Below => "below",
        }
    }
}

/// Holds an office against all others of its class together: better or worse only where the interval of the difference leaves nothing out.
pub fn against(own: Counted, others: Counted, bounds: &Bounds) -> Against {
    if own.of < bounds.fewest || others.of < bounds.fewest {
        return Against::Few;
    }
    let (Some(own), Some(others)) = (interval(own, bounds.z_peers), interval(others, bounds.z_peers)) else {
        return Against::Few;
    };
    let difference = own.mid - others.mid;
    let down = (own.mid - own.low).hypot(others.high - others.mid);
    let up = (own.high - own.mid).hypot(others.mid - others.low);
    if difference - down > 0.0 {
        Against::Above
    } else if difference + up < 0.0 {
        Against::Below
    } else {
        Against::Same
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bounds() -> Bounds {
        Bounds { fewest: 10, weight_min: 50, z: 1.96, z_peers: 2.58, ..Bounds::default() }
    }

    fn counted(of: u64, good: u64) -> Counted {
        Counted { good, of, left: 0 }
    }

    #[test]
    fn intervals_are_those_of_the_books() {
        // Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29
        for (good, of, low, high) in
            [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
        {
            let found = interval(counted(of, good), 1.96).unwrap();
            assert!((found.low - low).abs() < 1e-4 && (found.high - high).abs() < 1e-4, "{good} of {of}: {found:?}");
        }
        assert_eq!(interval(counted(0, 0), 1.96), None);
    }

    #[test]
    fn nine_of_nine_are_no_proof_and_a_small_difference_is_none() {
        assert_eq!(against(counted(9, 9), counted(900, 450), &bounds()), Against::Few);
        assert_eq!(against(counted(20, 17), counted(200, 160), &bounds()), Against::Same);
        assert_eq!(against(counted(200, 190), counted(2_000, 1_400), &bounds()), Against::Above);
        assert_eq!(against(counted(200, 100), counted(2_000, 1_400), &bounds()), Against::Below);
    }

    proptest! {
        #[test]
        fn a_share_lies_in_its_interval_and_more_of_the_same_narrows_it(of in 1_u64..2_000, part in 0_u64..=1_000) {
            let one = counted(of, of * part / 1_000);
            let found = interval(one, 1.96).unwrap();
            prop_assert!(0.0 <= found.low && found.low <= found.mid && found.mid <= found.high && found.high <= 1.0);
            let wider = interval(one, 2.58).unwrap();
            prop_assert!(wider.low <= found.low && found.high <= wider.high);
            let more = interval(counted(one.of * 4, one.good * 4), 1.96).unwrap();
            prop_assert!(more.high - more.low < found.high - found.low);
        }

        #[test]
        fn who_is_held_against_whom_turns_the_answer_round(n in 1_u64..500, m in 1_u64..500, a in 0_u64..=1_000, b in 0_u64..=1_000) {
            let (one, other) = (counted(n, n * a / 1_000), counted(m, m * b / 1_000));
            let turned = match against(one, other, &bounds()) {
                Against::Above => Against::Below,
                Against::Below => Against::Above,
                same => same,
            };
            prop_assert_eq!(against(other, one, &bounds()), turned);
        }

        #[test]
        fn equal_shares_never_differ_and_what_differs_does_so_with_more_of_the_same(n in 10_u64..300, m in 10_u64..300, a in 0_u64..=10, b in 0_u64..=10) {
            // in tens, so that both shares are exact
            let (one, other) = (counted(n * 10, n * a), counted(m * 10, m * b));
            let found = against(one, other, &bounds());
            if a == b {
                prop_assert_eq!(found, Against::Same);
            }
            if found != Against::Same {
                let more = |of: Counted| counted(of.of * 3, of.good * 3);
                prop_assert_eq!(against(more(one), more(other), &bounds()), found);
            }
        }

        #[test]
        fn nobody_is_better_with_a_smaller_share(n in 1_u64..400, m in 1_u64..400, a in 0_u64..=400, b in 0_u64..=400) {
            let (one, other) = (counted(n, a.min(n)), counted(m, b.min(m)));
            match against(one, other, &bounds()) {
                Against::Above => prop_assert!(one.good * other.of > other.good * one.of),
                Against::Below => prop_assert!(one.good * other.of < other.good * one.of),
                Against::Few => prop_assert!(one.of < 10 || other.of < 10),
                Against::Same => {}
            }
        }
    }
}
