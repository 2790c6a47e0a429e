//! What may stand beside a grade and is signed with it: reasons from a fixed list, and marks for what was done (措施), for what was put right
//! (整改) and for what came of it (效果).

use civic::refusal::Refusal;
use civic::rules::RuleSet;
use serde::{Deserialize, Serialize};

/// Reasons that may be ticked at most.
pub const REASONS_MAX: usize = 4;
/// Best mark.
const MARK_MAX: u8 = 5;
/// Worst of the good grades.
const GOOD_MIN: u8 = 4;
/// The middle grade.
const FAIR: u8 = 3;

/// Is what stands beside a grade.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Detail {
    /// Codes of `rules/rating.toml`, in the order in which they were ticked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    /// What was done, 1 to 5.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measures: Option<u8>,
    /// What was put right, 1 to 5.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rectification: Option<u8>,
    /// What came of it, 1 to 5.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effect: Option<u8>,
}

impl Detail {
    /// Tells whether nothing was said beside the grade: then the text that is signed is the first one.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Writes the reasons as the public entry and the signed text hold them.
    pub fn reasons(&self) -> String {
        self.reasons.join(",")
    }

    /// Lists the marks with the names that the public entry gives them.
    pub fn marks(&self) -> [(&'static str, Option<u8>); 3] {
        [("ms", self.measures), ("rc", self.rectification), ("ef", self.effect)]
    }

    /// Checks reasons against the lists that fit the grade, and marks.
    pub fn check(&self, rules: &RuleSet, grade: u8) -> Result<(), Refusal> {
        let list = list_of(grade);
        let known = |code: &String| rules.ground(list, code).is_some();
        let mut once = self.reasons.clone();
        once.sort();
        once.dedup();
        if once.len() != self.reasons.len() || self.reasons.len() > REASONS_MAX || !self.reasons.iter().all(known) {
            return Err(Refusal::new("reason_unknown").with("max", REASONS_MAX).instead("choose_reason"));
        }
        if self.marks().iter().any(|(_, mark)| mark.is_some_and(|mark| !(1..=MARK_MAX).contains(&mark))) {
            return Err(Refusal::new("grade_unknown").instead("choose_grade"));
        }
        Ok(())
    }
}

/// Names the list of reasons that fits a grade.
pub fn list_of(grade: u8) -> &'static str {
    match grade {
        GOOD_MIN.. => "rating_good",
        FAIR => "rating_fair",
        _ => "rating_bad",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_come_from_the_list_of_the_grade_and_each_once() {
        let rules = RuleSet::builtin();
        let of =
            |reasons: &[&str]| Detail { reasons: reasons.iter().map(|code| (*code).to_owned()).collect(), ..Detail::default() };
        assert!(of(&["slow", "rude"]).check(&rules, 1).is_ok());
        assert!(of(&["kind"]).check(&rules, 5).is_ok());
        assert!(of(&["part"]).check(&rules, 3).is_ok());
        for (reasons, grade) in [(&["slow"][..], 5), (&["kind"], 2), (&["slow", "slow"], 1), (&["nonsense"], 1)] {
            assert_eq!(of(reasons).check(&rules, grade).unwrap_err().code, "reason_unknown", "{reasons:?}");
        }
        let many = ["unsolved", "slow", "rude", "passed_on", "unclear"];
        assert_eq!(of(&many).check(&rules, 1).unwrap_err().code, "reason_unknown");
        let mark = |mark| Detail { effect: Some(mark), ..Detail::default() };
        assert!(mark(5).check(&rules, 5).is_ok() && mark(0).check(&rules, 5).is_err() && mark(6).check(&rules, 5).is_err());
    }
}
