//! What offices are measured by (R30): measures with weights, grades, vetoes, as data. What residents say weighs most; a set of rules that
//! says otherwise is refused.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::RuleSet;
use super::load::RulesError;

/// The group of measures that are what residents say.
pub const RESIDENTS: &str = "residents";
/// What all weights add up to.
const WHOLE: u32 = 100;
/// Measures that the log is counted by; each has a weight.
pub const MEASURES: [&str; 9] = ["called", "in_time", "kept", "rectified", "response", "returned", "sat", "satisfied", "solved"];

/// Says from how many on something is judged, and how sure one has to be.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    /// A figure that rests on fewer is not judged.
    pub fewest: u64,
    /// A sheet whose judged measures weigh less than this gets no grade.
    pub weight_min: u32,
    /// Standard deviations of the intervals that are shown.
    pub z: f64,
    /// The same where an office is held against others: several measures are looked at at once.
    pub z_peers: f64,
    /// Where it comes from.
    pub instrument: String,
    /// As in [`TermRule::verified`](super::TermRule::verified).
    pub verified: String,
}

/// Is one measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasureRule {
    /// Its code.
    pub code: String,
    /// Who speaks in it: `residents`, `clock`, `office`.
    pub by: String,
    /// Its weight, of 100.
    pub weight: u32,
    /// Chinese name.
    pub zh: String,
    /// English name.
    pub en: String,
    /// How it is counted, in Chinese.
    pub how_zh: String,
    /// How it is counted, in English.
    pub how_en: String,
    /// What it rests on, `instrument:article`.
    pub clause: String,
    /// As in [`TermRule::verified`](super::TermRule::verified).
    pub verified: String,
}

/// Is one grade.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GradeRule {
    /// Its code.
    pub code: String,
    /// From how many points on.
    pub from: u32,
    /// Chinese name.
    pub zh: String,
    /// English name.
    pub en: String,
}

/// Is one rule by which a measure caps the grade (一票否决).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Veto {
    /// Its code.
    pub code: String,
    /// The measure.
    pub measure: String,
    /// It holds where even the upper end of the interval lies below so many of a hundred.
    pub below: u32,
    /// No grade above this one then.
    pub cap: String,
    /// Chinese words.
    pub zh: String,
    /// English words.
    pub en: String,
    /// What it rests on, `instrument:article`.
    pub clause: String,
    /// As in [`TermRule::verified`](super::TermRule::verified).
    pub verified: String,
}

/// Is all of it: kept with what was judged by it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Assessing {
    /// From how many on something is judged.
    pub bounds: Bounds,
    /// The measures, as files list them.
    pub measures: Vec<MeasureRule>,
    /// The grades, the best first.
    pub grades: Vec<GradeRule>,
    /// What caps a grade.
    pub vetoes: Vec<Veto>,
}

/// Puts a row in the place of the one with its code, or at the end.
pub(super) fn replace<T>(rows: &mut Vec<T>, row: T, code: impl Fn(&T) -> &str) {
    match rows.iter().position(|old| code(old) == code(&row)) {
        Some(at) => rows[at] = row,
        None => rows.push(row),
    }
}

impl Assessing {
    /// Finds a measure.
    pub fn measure(&self, code: &str) -> Option<&MeasureRule> {
        self.measures.iter().find(|rule| rule.code == code)
    }

    /// Finds a grade, and its place from the best on.
    pub fn grade(&self, code: &str) -> Option<(usize, &GradeRule)> {
        self.grades.iter().enumerate().find(|(_, rule)| rule.code == code)
    }

    /// Says what does not fit together.
    pub fn wrong(&self) -> Option<&'static str> {
        let known = |code: &str| self.measure(code).is_some();
        let mut groups: BTreeMap<&str, u32> = BTreeMap::new();
        for rule in &self.measures {
            *groups.entry(&rule.by).or_default() += rule.weight;
        }
        let residents = groups.remove(RESIDENTS).unwrap_or_default();
        let heaviest = self.measures.iter().max_by_key(|rule| rule.weight);
        let falling = self.grades.windows(2).all(|pair| pair[0].from > pair[1].from);
        let Bounds { fewest, weight_min, z, z_peers, .. } = self.bounds;
        if !MEASURES.iter().all(|code| known(code)) || self.measures.len() != MEASURES.len() {
            Some("a weight for each measure and for no other")
        } else if residents + groups.values().sum::<u32>() != WHOLE {
            Some("weights that add up to a hundred")
        } else if residents <= groups.values().sum() || heaviest.is_none_or(|rule| rule.by != RESIDENTS) {
            Some("weights of which what residents say is the most")
        } else if self.grades.last().is_none_or(|rule| rule.from != 0) || !falling {
            Some("grades that fall from the best to the last, which begins at nothing")
        } else if !self.vetoes.iter().all(|veto| known(&veto.measure) && self.grade(&veto.cap).is_some()) {
            Some("vetoes of known measures and grades")
        } else if !self.vetoes.iter().any(|veto| self.measure(&veto.measure).is_some_and(|rule| rule.by == RESIDENTS)) {
            Some("a veto of residents")
        } else if fewest == 0 || weight_min > WHOLE || z.is_nan() || z <= 0.0 || z_peers.is_nan() || z_peers < z {
            Some("bounds under which nothing is judged")
        } else {
            None
        }
    }
}

impl RuleSet {
    /// Returns what offices are measured by.
    pub fn assessing(&self) -> &Assessing {
        &self.assessing
    }

    pub(super) fn check_assessing(&self) -> Result<(), RulesError> {
        self.assessing.wrong().map_or(Ok(()), |wrong| Err(RulesError::Missing(wrong.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_under_which_residents_weigh_less_are_refused() {
        let with = |from: &str, to: &str| {
            let changed = RuleSet::shipped().map(|(name, text)| (name, text.replacen(from, to, 1)));
            RuleSet::parse(changed).map(drop).map_err(|why| why.to_string())
        };
        assert_eq!(with("weight = 30", "weight = 30"), Ok(()));
        let light = with("by = \"residents\"\nweight = 30", "by = \"clock\"\nweight = 30");
        assert!(light.as_ref().is_err_and(|why| why.contains("residents say is the most")), "{light:?}");
        assert!(with("weight = 30", "weight = 31").is_err_and(|why| why.contains("a hundred")));
        assert!(with("cap = \"poor\"", "cap = \"none\"").is_err_and(|why| why.contains("vetoes")));
        assert!(with("from = 90", "from = 70").is_err_and(|why| why.contains("grades")));
        assert!(with("code = \"called\"", "code = \"counted\"").is_err_and(|why| why.contains("each measure")));
        assert!(with("fewest = 10", "fewest = 0").is_err_and(|why| why.contains("bounds")));
    }
}
