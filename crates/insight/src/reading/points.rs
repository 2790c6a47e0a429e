//! What words weigh: which category they speak for, and which topic within it.

use std::collections::BTreeMap;

use civic::rules::Reading;

use super::cues::Hit;

/// Stands for all that the words of the rules do not know, so that one word alone is never sure.
const UNKNOWN: f64 = 0.6;

/// Is what a word hints at.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hint {
    /// Code of the topic.
    pub code: String,
    /// What the word weighs there, above 0 and at most 1.
    pub weight: f64,
}

/// Is one level of what a text may be about.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Level {
    /// Its code.
    pub code: String,
    /// How often it is right.
    pub confidence: f64,
    /// The words that led to it, the weightiest first.
    pub because: Vec<String>,
}

/// Weighs the words: the longer, the more; one that hints at several things gives each its part.
fn points(hit: &Hit<'_, Hint>) -> f64 {
    let length = hit.length.min(5) as f64 - 1.0;
    length.max(0.5) / hit.hints.len() as f64
}

/// Goes down from the category for which most speaks to the topic for which most speaks within it.
pub(super) fn levels(hits: &[Hit<'_, Hint>], rules: &Reading) -> Vec<Level> {
    let mut levels: Vec<Level> = Vec::new();
    let (mut sure, mut within) = (1.0, String::new());
    for digits in [2, 4, 6] {
        let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
        let below = hits.iter().flat_map(|hit| hit.hints.iter().map(move |hint| (&hint.code, hint.weight * points(hit))));
        for (code, points) in below.filter(|(code, _)| code.len() >= digits && code.starts_with(&within)) {
            *sums.entry(&code[..digits]).or_default() += points;
        }
        let all: f64 = sums.values().sum();
        let best = sums.into_iter().max_by(|(one, a), (other, b)| a.total_cmp(b).then(other.cmp(one)));
        let Some((code, most)) = best else { break };
        // below the category nothing is unknown any more: the words hint at one of its topics or say nothing of them
        let unknown = if digits == 2 { UNKNOWN } else { 0.0 };
        let share = most / (all + unknown);
        sure *= if digits == 2 { stair(&rules.stairs, share) } else { share };
        within = code.to_owned();
        levels.push(Level { code: code.to_owned(), confidence: sure, because: reasons(hits, code) });
    }
    levels
}

/// Names the kind for which most speaks.
pub(super) fn kind(hits: &[Hit<'_, Hint>], rules: &Reading) -> Option<Level> {
    let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
    for (hint, points) in hits.iter().flat_map(|hit| hit.hints.iter().map(move |hint| (hint, hint.weight * points(hit)))) {
        *sums.entry(&hint.code).or_default() += points;
    }
    let all: f64 = sums.values().sum();
    let (code, most) = sums.into_iter().max_by(|(one, a), (other, b)| a.total_cmp(b).then(other.cmp(one)))?;
    let confidence = stair(&rules.kind_stairs, most / (all + UNKNOWN));
    Some(Level { code: code.to_owned(), confidence, because: reasons(hits, code) })
}

/// Returns how often a suggestion with this share is right.
fn stair(stairs: &[(f64, f64)], share: f64) -> f64 {
    stairs.iter().rev().find(|(from, _)| share >= *from).map_or(0.0, |(_, right)| *right)
}

/// Lists the words that speak for a code, the weightiest first.
fn reasons(hits: &[Hit<'_, Hint>], code: &str) -> Vec<String> {
    let mut own: Vec<&Hit<'_, Hint>> =
        hits.iter().filter(|hit| hit.hints.iter().any(|hint| hint.code.starts_with(code))).collect();
    own.sort_by(|one, other| points(other).total_cmp(&points(one)));
    own.into_iter().map(|hit| hit.word.to_owned()).collect()
}
