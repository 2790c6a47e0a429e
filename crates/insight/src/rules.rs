//! How issues are ranked and when they are told early: data, read from `rules/hot.toml`.

use std::fmt;

use serde::Deserialize;

/// The rules that ship.
const SHIPPED: &str = include_str!("../../../rules/hot.toml");
/// The figures of an issue that a factor may weigh, by `id`.
pub const FIGURES: [&str; 7] = ["people", "joined", "growth", "season", "spread", "discontent", "age"];

/// Is a figure of an issue with its weight.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Factor {
    /// Which figure.
    pub id: String,
    /// How much it counts.
    pub weight: f64,
    /// What it is, for residents and staff.
    pub zh: String,
    /// The same in English.
    pub en: String,
}

/// Says how far messages that only sound alike count.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Likeness {
    /// From this mean likeness on an issue counts in full.
    pub full: f64,
    /// What is left of the score at none.
    pub least: f64,
}

/// Says when an issue is beyond its season.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Warning {
    /// How unlikely so many people are at most, where what is expected is usual.
    pub chance: f64,
    /// What share of all messages an issue may have that never was before.
    pub share: f64,
    /// In how many days half of what was usual is forgotten.
    pub memory_days: f64,
    /// For how many hours an issue that was told is not told again, unless it has doubled.
    pub silence_hours: i64,
}

/// Says what a site keeps of its matters to form issues of.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Store {
    /// For how many days.
    pub days: i64,
    /// How many matters at most, the newest.
    pub most: usize,
    /// How many matters must have a word that is shown to whoever may not read the matters.
    pub shared: usize,
}

/// Says what places do to likeness.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Places {
    /// What likeness loses between matters of different townships, from 0 to 1.
    pub apart: f32,
}

/// Is a stretch of time that ends now.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// How long it is.
    pub hours: i64,
    /// How many people must have written in it.
    pub least: usize,
}

/// Is what is proposed with a warning, or what an answer to one says.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Its code, for ever.
    pub code: String,
    /// From how many people on it is proposed; 0 where it never is.
    #[serde(default)]
    pub people: usize,
    /// What it is, for staff.
    pub zh: String,
    /// The same in English.
    pub en: String,
}

/// Are all rules about issues.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HotRules {
    /// What the score is made of.
    #[serde(rename = "factor")]
    pub factors: Vec<Factor>,
    /// How likeness scales it.
    pub likeness: Likeness,
    /// What a site keeps.
    pub kept: Store,
    /// What places do.
    pub place: Places,
    /// When to tell.
    pub warning: Warning,
    /// What can be done about an issue, and what is proposed from how many people on, fewest first.
    #[serde(rename = "measure")]
    pub measures: Vec<Choice>,
    /// Why nothing is done about a warning.
    #[serde(rename = "dismissal")]
    pub dismissals: Vec<Choice>,
    /// The windows looked at, the shortest first.
    #[serde(rename = "window")]
    pub windows: Vec<Window>,
}

/// Says what is wrong with rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRules(String);

impl fmt::Display for BadRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the rules about issues: {}", self.0)
    }
}

impl std::error::Error for BadRules {}

impl HotRules {
    /// Returns the rules that ship.
    pub fn builtin() -> Self {
        Self::parse(SHIPPED).expect("the shipped rules are checked by a test")
    }

    /// Returns what is proposed where so many people wrote: the one that asks for most of those that fit.
    pub fn proposal(&self, people: usize) -> Option<&Choice> {
        let fits = self.measures.iter().filter(|measure| measure.people > 0 && measure.people <= people);
        fits.max_by_key(|measure| measure.people)
    }

    /// Reads rules, a site's own ones for instance.
    pub fn parse(text: &str) -> Result<Self, BadRules> {
        let rules: Self = toml::from_str(text).map_err(|why| BadRules(why.to_string()))?;
        let strange = rules.factors.iter().find(|factor| !FIGURES.contains(&factor.id.as_str()));
        if let Some(factor) = strange {
            return Err(BadRules(format!("{} is no figure of an issue", factor.id)));
        }
        let numbers = [rules.likeness.full, rules.warning.memory_days];
        let weights = rules.factors.iter().map(|factor| factor.weight).chain([
            rules.likeness.least,
            rules.warning.chance,
            rules.warning.share,
        ]);
        if numbers.into_iter().any(|number| !(number.is_finite() && number > 0.0))
            || weights.into_iter().any(|one| !(one.is_finite() && one >= 0.0))
        {
            return Err(BadRules("weights are not negative, likeness.full and warning.memory_days are positive".to_owned()));
        }
        if !(0.0..=1.0).contains(&rules.place.apart) || rules.kept.days < 1 || rules.kept.shared < 2 {
            return Err(BadRules("place.apart is a share, kept.days is a day at least, kept.shared two".to_owned()));
        }
        let rising = rules.windows.windows(2).all(|pair| pair[0].hours < pair[1].hours);
        if !rising || rules.windows.iter().any(|window| window.hours <= 0 || window.least < 2) {
            return Err(BadRules("windows grow, have hours, and need two people at least".to_owned()));
        }
        Ok(rules)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_rules_are_whole_and_strange_ones_are_named() {
        let rules = HotRules::builtin();
        assert_eq!(rules.factors.iter().map(|factor| factor.id.as_str()).collect::<Vec<_>>(), FIGURES);
        assert!(!rules.windows.is_empty());
        for (from, to, why) in [
            ("id = \"people\"", "id = \"person\"", "person is no figure"),
            ("weight = 10.0", "weight = -1.0", "not negative"),
            ("hours = 24", "hours = 6", "windows grow"),
            ("least = 7", "least = 1", "two people"),
            ("apart = 0.3", "apart = 1.3", "a share"),
            ("weight = 10.0", "wait = 1", "unknown field"),
        ] {
            let wrong = HotRules::parse(&SHIPPED.replacen(from, to, 1)).unwrap_err().to_string();
            assert!(wrong.contains(why), "{wrong}");
        }
    }
}
