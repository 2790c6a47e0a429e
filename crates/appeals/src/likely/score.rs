//! How alike two matters are, in points with their reasons: texts, places, days, kinds. Pure; weights are data
//! (`rules/likeness.toml`), and nothing of a person is weighed.

use civic::directory::Directory;
use civic::rules;
use jiff::civil::Date;

use crate::appeal::{Kind, State};

/// Says how near two places are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nearness {
    /// The same place.
    Same,
    /// One lies directly in the other.
    Within,
    /// Both lie directly in the same place.
    Beside,
}

impl Nearness {
    /// Tells how near two places are; none where they are not, or where one is not known.
    pub fn of(directory: &Directory, one: Option<&str>, other: Option<&str>) -> Option<Self> {
        let (one, other) = (one?, other?);
        let above = |code: &str| directory.places.get(code).and_then(|place| place.parent.as_deref());
        if one == other {
            Some(Self::Same)
        } else if above(one) == Some(other) || above(other) == Some(one) {
            Some(Self::Within)
        } else if above(one).is_some() && above(one) == above(other) {
            Some(Self::Beside)
        } else {
            None
        }
    }
}

/// Says in what two matters are alike.
#[derive(Debug, Clone, PartialEq)]
pub struct Reasons {
    /// How much their texts have in common, of one; 0 where they were not compared.
    pub text: f64,
    /// What stands in both, in the words of the matter at hand, the most telling first.
    pub shared: Vec<String>,
    /// How near their places are.
    pub near: Option<Nearness>,
    /// How many days lie between them.
    pub days: u32,
    /// Whether they are of the same kind.
    pub kind: bool,
}

impl Reasons {
    /// Compares what stands in clear columns.
    pub fn of(directory: &Directory, state: &State, other: (Option<&str>, Kind, Date)) -> Self {
        let (place, kind, received) = other;
        let days = state.received.since(received).map_or(0, |span| span.get_days().unsigned_abs());
        let near = Nearness::of(directory, state.place.as_deref(), place);
        Self { text: 0.0, shared: Vec::new(), near, days, kind: state.kind == kind }
    }

    /// Sums them up.
    pub fn points(&self, rules: &rules::Likeness) -> f64 {
        let place = match self.near {
            Some(Nearness::Same) => rules.place_same,
            Some(Nearness::Within) => rules.place_within,
            Some(Nearness::Beside) => rules.place_beside,
            None => 0.0,
        };
        let text = rules.text * (self.text / rules.full).min(1.0);
        let time = rules.time * 0.5_f64.powf(f64::from(self.days) / rules.half_days);
        text + place + time + if self.kind { rules.kind } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use civic::rules::RuleSet;

    use super::*;

    fn reasons(text: f64, near: Option<Nearness>, days: u32, kind: bool) -> f64 {
        let reasons = Reasons { text, shared: Vec::new(), near, days, kind };
        reasons.points(RuleSet::builtin().likeness())
    }

    #[test]
    fn nearer_sooner_and_more_alike_is_more() {
        let rules = RuleSet::builtin();
        let rules = rules.likeness();
        let same = Some(Nearness::Same);
        let all = reasons(1.0, same, 0, true);
        assert!((all - 100.0).abs() < 1e-9 && all >= rules.merge);
        assert!((reasons(0.5, same, 0, true) - all).abs() < 1e-9, "from some likeness on texts say the same");
        assert!(reasons(0.0, same, 0, true) >= rules.shown, "what is near and of today is shown where no words are open");
        assert!(reasons(0.0, same, 0, true) < rules.merge, "and never proposed for merging by that alone");
        let falling = [
            reasons(0.3, same, 0, true),
            reasons(0.3, Some(Nearness::Within), 0, true),
            reasons(0.3, Some(Nearness::Beside), 0, true),
            reasons(0.3, None, 0, true),
            reasons(0.3, None, 14, true),
            reasons(0.3, None, 60, true),
            reasons(0.3, None, 60, false),
            reasons(0.2, None, 60, false),
        ];
        assert!(falling.windows(2).all(|two| two[0] > two[1]), "{falling:?}");
    }
}
