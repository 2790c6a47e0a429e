//! What matters are about, on three levels: category, topic, and what is below it; the need each speaks of (R7).

use serde::{Deserialize, Serialize};

use super::RuleSet;
use super::load::RulesError;

/// The category of accusations: it has no words, they are never read for this.
const SEALED: &str = "21";

/// Is one topic below a category: four digits, or six for what is below that.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// Code; its first two digits are the category.
    pub code: String,
    /// Chinese name.
    pub zh: String,
    /// English name.
    pub en: String,
    /// Need level, 1 to 5; none where it is that of the row above.
    #[serde(default)]
    pub need: Option<u8>,
    /// Words that hint at it.
    #[serde(default)]
    pub cues: Vec<String>,
    /// What each of its words weighs beside those of others: less than 1 where they often stand in matters of other things.
    #[serde(default = "whole")]
    pub weight: f64,
}

fn whole() -> f64 {
    1.0
}

impl Topic {
    /// Returns the code of the row above: a topic's, or a category's.
    pub fn above(&self) -> &str {
        above(&self.code)
    }
}

/// Is one of the five levels of needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Need {
    /// From 1, the most basic, to 5.
    pub level: u8,
    /// Chinese name.
    pub zh: String,
    /// English name.
    pub en: String,
    /// As in [`TermRule::verified`](super::TermRule::verified).
    pub verified: String,
}

/// Is how pressing a text may be, with the words that say so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Urgency {
    /// 1: a life may be in danger; 2: somebody should see to it today.
    pub level: u8,
    /// Chinese name.
    pub zh: String,
    /// English name.
    pub en: String,
    /// Words that hint at it.
    pub cues: Vec<String>,
}

/// Is a kind of matter with the words that speak for it, for messages that do not say which kind they are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindWords {
    /// Code of the kind, as tracks have it.
    pub code: String,
    /// Words that hint at it.
    pub cues: Vec<String>,
    /// What each of its words weighs.
    pub weight: f64,
}

/// Says from when on a suggestion is made.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// Least confidence for a category or topic.
    pub sure: f64,
    /// Least confidence for an office.
    pub sure_office: f64,
    /// How many decided matters a site needs before it learns from them.
    pub learned: usize,
    /// A topic with fewer decided matters is learned as the one above it.
    pub least: usize,
    /// From which share of all points on a suggestion by words is right how often; rising.
    pub stairs: Vec<(f64, f64)>,
    /// The same for the kind of a matter.
    #[serde(default)]
    pub kind_stairs: Vec<(f64, f64)>,
}

/// Returns the code above a code: `030101` → `0301` → `03`.
pub fn above(code: &str) -> &str {
    code.get(..code.len().saturating_sub(2)).unwrap_or_default()
}

/// Returns the category of a code on any level.
pub fn category_of(code: &str) -> &str {
    code.get(..2).unwrap_or(code)
}

impl RuleSet {
    /// Finds a topic on the second or third level.
    pub fn topic(&self, code: &str) -> Option<&Topic> {
        self.topics.get(code)
    }

    /// Lists the topics in the order of their codes: each after the one above it.
    pub fn topics(&self) -> impl Iterator<Item = &Topic> {
        self.topics.values()
    }

    /// Tells whether a code stands on one of the three levels.
    pub fn is_subject(&self, code: &str) -> bool {
        self.category(code).is_some() || self.topic(code).is_some()
    }

    /// Returns the Chinese and the English name of a code on any level.
    pub fn subject(&self, code: &str) -> Option<(&str, &str)> {
        let topic = self.topic(code).map(|row| (row.zh.as_str(), row.en.as_str()));
        topic.or_else(|| self.category(code).map(|row| (row.zh.as_str(), row.en.as_str())))
    }

    /// Returns the need that a code on any level speaks of: its own, or that of the row above. None where no row says.
    pub fn need_of(&self, code: &str) -> Option<&Need> {
        let mut at = code;
        while let Some(topic) = self.topic(at) {
            if let Some(level) = topic.need {
                return self.need(level);
            }
            at = topic.above();
        }
        self.need(self.category(at)?.need)
    }

    /// Finds a level of needs.
    pub fn need(&self, level: u8) -> Option<&Need> {
        self.needs.get(&level)
    }

    /// Lists the levels of needs, the most basic first.
    pub fn needs(&self) -> impl Iterator<Item = &Need> {
        self.needs.values()
    }

    /// Lists how pressing a text may be, the most pressing first.
    pub fn urgencies(&self) -> impl Iterator<Item = &Urgency> {
        self.urgencies.values()
    }

    /// Lists the kinds that words hint at.
    pub fn kind_words(&self) -> impl Iterator<Item = &KindWords> {
        self.kind_words.values()
    }

    /// Returns from when on a suggestion is made.
    pub fn reading(&self) -> &Reading {
        &self.reading
    }

    /// Checks that every topic stands below another row, that needs are known, and that nothing hints at accusations.
    pub(super) fn check_topics(&self) -> Result<(), RulesError> {
        let missing = |what: String| Err(RulesError::Missing(what));
        let digits = |code: &str, count: &[usize]| count.contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit());
        if let Some(category) = self.categories.values().find(|row| !digits(&row.code, &[2])) {
            return missing(format!("two digits for category {}", category.code));
        }
        for topic in self.topics.values() {
            if !digits(&topic.code, &[4, 6]) || !self.is_subject(topic.above()) {
                return missing(format!("the row above topic {}", topic.code));
            }
            if category_of(&topic.code) == SEALED {
                return missing(format!("a reason for topic {}: accusations are not read", topic.code));
            }
            if topic.need.is_some_and(|level| self.need(level).is_none()) {
                return missing(format!("the need level of topic {}", topic.code));
            }
            if topic.cues.iter().any(|cue| cue.trim().is_empty()) {
                return missing(format!("letters in a word of topic {}", topic.code));
            }
            if !(topic.weight > 0.0 && topic.weight <= 1.0) {
                return missing(format!("a weight of topic {} above 0 and at most 1", topic.code));
            }
        }
        let levels = self.categories.values().map(|row| row.need).filter(|level| *level > 0);
        if let Some(level) = levels.into_iter().find(|level| self.need(*level).is_none()) {
            return missing(format!("need level {level}"));
        }
        let wrong = |row: &&KindWords| {
            !self.tracks.contains_key(&row.code) || row.cues.iter().any(|cue| cue.trim().is_empty()) || row.weight <= 0.0
        };
        if let Some(row) = self.kind_words.values().find(wrong) {
            return missing(format!("a track, words or a weight for kind {}", row.code));
        }
        let Reading { sure, sure_office, stairs, kind_stairs, .. } = &self.reading;
        let rises = |stairs: &[(f64, f64)]| stairs.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1);
        let rising = rises(stairs) && rises(kind_stairs);
        let steps = stairs.iter().chain(kind_stairs).flat_map(|(from, right)| [*from, *right]);
        let chances = steps.chain([*sure, *sure_office]);
        if !rising || stairs.is_empty() || chances.into_iter().any(|one| !(0.0..=1.0).contains(&one)) {
            return missing("thresholds of reading between 0 and 1 that rise".to_owned());
        }
        Ok(())
    }
}

impl Default for Reading {
    /// Suggests nothing.
    fn default() -> Self {
        Self { sure: 1.0, sure_office: 1.0, learned: usize::MAX, least: 1, stairs: vec![(0.0, 0.0)], kind_stairs: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_has_a_way_up_a_need_and_words_below_it() {
        let rules = RuleSet::builtin();
        assert!(rules.topics().count() > 150);
        for topic in rules.topics() {
            let below = rules.topics().any(|other| other.above() == topic.code);
            assert!(below || !topic.cues.is_empty(), "{} has no words and nothing below it", topic.code);
            assert!(rules.need_of(&topic.code).is_some(), "{}", topic.code);
        }
        for category in rules.categories().filter(|row| !["21", "99"].contains(&row.code.as_str())) {
            assert!(rules.topics().any(|topic| topic.above() == category.code), "{} has nothing below it", category.code);
        }
        assert_eq!(rules.needs().map(|need| need.level).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
        assert_eq!(rules.urgencies().map(|row| row.level).collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn a_need_is_that_of_the_row_itself_or_of_the_one_above() {
        let rules = RuleSet::builtin();
        let level = |code: &str| rules.need_of(code).map(|need| need.level);
        assert_eq!((level("030101"), level("030103"), level("03")), (Some(1), Some(2), Some(1)));
        assert_eq!((level("0203"), level("160101"), level("1601")), (Some(4), Some(2), Some(3)));
        assert_eq!((level("99"), level("7777"), level("")), (None, None, None));
    }

    #[test]
    fn topics_without_a_row_above_or_about_accusations_are_refused() {
        let shipped = |more: &str| {
            let local = ("local.toml".to_owned(), more.to_owned());
            RuleSet::parse(RuleSet::shipped().chain([local])).map(drop).map_err(|why| why.to_string())
        };
        let row = |code: &str, rest: &str| format!("topic = [{{ code = \"{code}\", zh = \"甲\", en = \"a\"{rest} }}]");
        assert_eq!(shipped(&row("0399", ", cues = [\"水表箱\"]")), Ok(()));
        assert!(shipped(&row("7701", "")).unwrap_err().contains("the row above topic 7701"));
        assert!(shipped(&row("03999", "")).unwrap_err().contains("03999"));
        assert!(shipped(&row("2101", "")).unwrap_err().contains("accusations are not read"));
        assert!(shipped(&row("0399", ", need = 6")).unwrap_err().contains("need level"));
        assert!(shipped(&row("0399", ", cues = [\" \"]")).unwrap_err().contains("letters"));
        assert!(shipped(&row("0399", ", weight = 0.0")).unwrap_err().contains("weight"));
        assert!(shipped("reading = { sure = 2.0, sure_office = 0.5, learned = 9, least = 1, stairs = [[0.0, 0.1]] }").is_err());
    }
}
