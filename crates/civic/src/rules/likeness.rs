//! What makes two matters alike (R4): weights and thresholds, as data.

use serde::Deserialize;

use super::RuleSet;
use super::load::RulesError;

/// Says how much what counts. Points and shares are weighed by no law; a site may weigh otherwise.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Likeness {
    /// Points for texts that say the same.
    pub text: f64,
    /// From this likeness of texts on, of one, they get all of these points.
    pub full: f64,
    /// Texts less alike than this are not told of.
    pub least: f64,
    /// The same while no index says how rare a pair is.
    pub unweighed: f64,
    /// Points for the same place.
    pub place_same: f64,
    /// Points where one place lies in the other.
    pub place_within: f64,
    /// Points where both lie directly in the same place.
    pub place_beside: f64,
    /// Points for the same kind.
    pub kind: f64,
    /// Points for the same day.
    pub time: f64,
    /// After so many days half of the points for time are left.
    pub half_days: f64,
    /// Fewer points are not shown.
    pub shown: f64,
    /// From so many points on merging is proposed.
    pub merge: f64,
    /// From this likeness of texts on a resident who comes again speaks of the same thing.
    pub again: f64,
    /// As in [`TermRule::verified`](super::TermRule::verified).
    pub verified: String,
}

impl Default for Likeness {
    /// Finds nothing alike.
    fn default() -> Self {
        Self {
            text: 0.0,
            full: 1.0,
            least: 1.0,
            unweighed: 1.0,
            place_same: 0.0,
            place_within: 0.0,
            place_beside: 0.0,
            kind: 0.0,
            time: 0.0,
            half_days: 1.0,
            shown: f64::MAX,
            merge: f64::MAX,
            again: 1.0,
            verified: String::new(),
        }
    }
}

impl RuleSet {
    /// Returns what makes two matters alike.
    pub fn likeness(&self) -> &Likeness {
        &self.likeness
    }

    /// Checks that nothing counts less than nothing, that merging is not proposed for what is not shown, and that texts count.
    pub(super) fn check_likeness(&self) -> Result<(), RulesError> {
        let Likeness { text, full, least, unweighed, place_same, place_within, place_beside, .. } = &self.likeness;
        let Likeness { kind, time, half_days, shown, merge, again, .. } = &self.likeness;
        let points = [text, place_same, place_within, place_beside, kind, time, shown, merge];
        let shares = [full, least, unweighed, again];
        let sound = points.iter().all(|one| **one >= 0.0)
            && shares.iter().all(|one| (0.0..=1.0).contains(*one))
            && *full > 0.0
            && *half_days > 0.0
            && place_same >= place_within
            && place_within >= place_beside
            && merge >= shown;
        if sound { Ok(()) } else { Err(RulesError::Missing("weights of likeness that fit together".to_owned())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_that_do_not_fit_together_are_refused() {
        let with = |from: &str, to: &str| {
            let changed = RuleSet::shipped().map(|(name, text)| (name, text.replace(from, to)));
            RuleSet::parse(changed).map(drop).map_err(|why| why.to_string())
        };
        assert_eq!(with("merge = 60", "merge = 31"), Ok(()));
        for (from, to) in [
            ("merge = 60", "merge = 29"),
            ("full = 0.35", "full = 0"),
            ("half_days = 14", "half_days = 0"),
            ("kind = 5", "kind = -5"),
        ] {
            assert!(with(from, to).is_err_and(|why| why.contains("weights of likeness")), "{to}");
        }
    }
}
