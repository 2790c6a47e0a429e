//! A figure for an issue, with every part of it.

use std::collections::HashSet;

use crate::Message;
use crate::rules::HotRules;

/// Four weeks, in seconds.
const WEEKS: i64 = 28 * 86_400;
/// A year of weeks, in seconds.
const YEAR: i64 = 52 * 7 * 86_400;
/// A month, in seconds.
const MONTH: f64 = 30.0 * 86_400.0;

/// Is what an issue's messages come to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Facts {
    /// How many people wrote, each counted once.
    pub people: usize,
    /// How many joined them.
    pub joined: u64,
    /// Which share of the messages came in the busiest four weeks.
    pub growth: f64,
    /// How many times the usual doubled, or halved, in the last four weeks; 0 where nobody knows what is usual.
    pub season: f64,
    /// In how many places; 0 where nobody knows.
    pub places: usize,
    /// Which share of the ratings given is bad; 0 where none was given.
    pub discontent: f64,
    /// Months from the first to the last, twelve at most.
    pub age: f64,
    /// How alike its messages are on average.
    pub likeness: f64,
}

/// Is one part of a score.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Which factor of the rules.
    pub id: String,
    /// The figure.
    pub value: f64,
    /// What it adds.
    pub points: f64,
}

/// Is a score with its parts.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// The sum of the parts, scaled by `scale`.
    pub total: f64,
    /// How far likeness lets it count, from 0 to 1.
    pub scale: f64,
    /// The parts, in the order of the rules.
    pub parts: Vec<Part>,
}

impl Facts {
    /// Counts the messages of an issue.
    pub fn of(messages: &[Message<'_>], likeness: f32) -> Self {
        let unknown = messages.iter().filter(|message| message.who.is_none()).count();
        let known: HashSet<u64> = messages.iter().filter_map(|message| message.who).collect();
        let mut times: Vec<i64> = messages.iter().map(|message| message.at).collect();
        times.sort_unstable();
        let span = times.last().zip(times.first()).map_or(0, |(last, first)| last.saturating_sub(*first));
        Self {
            people: unknown + known.len(),
            joined: messages.iter().map(|message| u64::from(message.joined)).sum(),
            growth: busiest(&times) as f64 / times.len().max(1) as f64,
            season: 0.0,
            places: 0,
            discontent: 0.0,
            age: (span as f64 / MONTH).min(12.0),
            likeness: f64::from(likeness),
        }
    }

    fn value(&self, id: &str) -> f64 {
        match id {
            "people" => (self.people as f64).max(1.0).log2(),
            "joined" => (self.joined as f64 + 1.0).log2(),
            "growth" => self.growth,
            "season" => self.season,
            "spread" => (self.places as f64).max(1.0).log2(),
            "discontent" => self.discontent,
            _ => self.age,
        }
    }

    /// Puts a figure to it.
    pub fn score(&self, rules: &HotRules) -> Score {
        let part = |factor: &crate::rules::Factor| {
            let value = self.value(&factor.id);
            Part { id: factor.id.clone(), value, points: value * factor.weight }
        };
        let parts: Vec<Part> = rules.factors.iter().map(part).collect();
        let least = rules.likeness.least;
        let scale = least + (1.0 - least) * (self.likeness / rules.likeness.full).clamp(0.0, 1.0);
        Score { total: scale * parts.iter().map(|part| part.points).sum::<f64>(), scale, parts }
    }
}

/// Returns how many times the usual doubled in the last four weeks of some times, in order: against the mean of four weeks before, or
/// the same weeks a year ago, whichever is more. Between -3 and 3.
pub fn season(times: &[i64], now: i64) -> f64 {
    let between = |from: i64, to: i64| times.iter().filter(|time| (from..to).contains(*time)).count() as f64;
    let recent = between(now - WEEKS, now.saturating_add(1));
    let Some(first) = times.first().copied().filter(|first| *first < now - WEEKS) else { return 0.0 };
    let mean = between(first, now - WEEKS) * WEEKS as f64 / (now - WEEKS - first).max(WEEKS) as f64;
    let year = between(now - YEAR - WEEKS, now - YEAR);
    ((recent + 1.0) / (mean.max(year) + 1.0)).log2().clamp(-3.0, 3.0)
}

/// Returns how many of some times, in order, lie in the busiest four weeks.
fn busiest(times: &[i64]) -> usize {
    let mut from = 0;
    let count = |(to, time): (usize, &i64)| {
        while times[from] < time.saturating_sub(WEEKS) {
            from += 1;
        }
        to + 1 - from
    };
    times.iter().enumerate().map(count).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(at: i64, who: Option<u64>, joined: u32) -> Message<'static> {
        Message { subject: "停水", body: "", at, who, joined, home: None }
    }

    #[test]
    fn people_count_once_and_every_part_is_told() {
        let day = 86_400;
        let messages = [message(0, Some(7), 3), message(day, Some(7), 0), message(2 * day, None, 0), message(90 * day, None, 0)];
        let facts = Facts::of(&messages, 0.3);
        assert_eq!((facts.people, facts.joined), (3, 3));
        assert!((facts.growth - 0.75).abs() < 1e-9 && (facts.age - 3.0).abs() < 1e-9);
        let score = facts.score(&HotRules::builtin());
        let sum: f64 = score.parts.iter().map(|part| part.points).sum();
        assert!((score.total - sum * score.scale).abs() < 1e-9);
        assert_eq!(score.parts.len(), crate::rules::FIGURES.len());
    }

    #[test]
    fn a_season_is_measured_against_its_own_past() {
        let day = 86_400;
        let quiet: Vec<i64> = (0..10).map(|n| n * 28 * day).collect();
        assert!(season(&quiet, 9 * 28 * day + day).abs() < 0.1);
        let burst: Vec<i64> = quiet.iter().copied().chain((0..6).map(|n| 9 * 28 * day + n)).collect();
        assert!((season(&burst, 9 * 28 * day + day) - 2.0).abs() < 0.1);
        assert!(season(&[0, 1, 2, 3], 300 * day) < 0.0, "what went quiet is colder");
        assert!(season(&[5], 6).abs() < 1e-9 && season(&[], 6).abs() < 1e-9);
    }

    #[test]
    fn more_people_are_never_worth_less() {
        let rules = HotRules::builtin();
        let score = |count: u64| {
            let messages: Vec<Message<'_>> = (0..count).map(|who| message(0, Some(who), 0)).collect();
            Facts::of(&messages, 0.3).score(&rules).total
        };
        assert!(score(2) < score(3) && score(3) < score(30));
        assert!(Facts::of(&[], 0.0).score(&rules).total.is_finite());
    }
}
