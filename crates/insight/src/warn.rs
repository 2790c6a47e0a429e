//! Early warning: an issue in which more people write than its season would give.
//!
//! What is usual for an issue is a mean that forgets slowly, and what the same weeks gave a year ago, whichever is more. An issue
//! that never was may have a small share of all that comes in. It must reach the least number of a window too. The reason is told in
//! figures.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use serde::{Deserialize, Serialize};

use crate::rules::HotRules;

const HOUR: i64 = 3600;
const WEEK: i64 = 7 * 24 * HOUR;
/// A year in weeks, and how many weeks around it count as the same season on either side.
const YEAR: i64 = 52;
const AROUND: i64 = 2;

/// Says that an issue is beyond its season.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alert {
    /// Which issue.
    pub issue: u32,
    /// When, in seconds since 1970.
    pub at: i64,
    /// The window in which it showed, in hours.
    pub hours: i64,
    /// How many people wrote in it.
    pub people: usize,
    /// How many its season would give.
    pub expected: f64,
}

/// Counts tenths of what is expected, as a journal keeps it.
pub fn tenths(expected: f64) -> u64 {
    let upto = |tenths: &u64| (*tenths as f64) < expected * 10.0 - 0.5;
    // a place never expects a million people
    (0..10_000_000).find(|tenths| !upto(tenths)).unwrap_or(10_000_000)
}

/// Is what is known of one issue.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Past {
    /// Times and writers of the longest window.
    recent: VecDeque<(i64, Option<u64>)>,
    /// How many came before it, half of them forgotten each time the memory's length passes; as of `known`.
    before: f64,
    known: i64,
    /// When the first came.
    first: i64,
    /// How many came in each week.
    weeks: BTreeMap<i64, u32>,
    /// When it was told last, and how many people there were.
    told: Option<(i64, usize)>,
}

/// Is what a watch knows, as it is kept.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Pasts {
    issues: BTreeMap<u32, Past>,
    all: (f64, i64, i64),
}

/// Watches issues. Memory grows with issues and the weeks in which they had messages.
#[derive(Debug, Clone)]
pub struct Watch {
    rules: HotRules,
    issues: HashMap<u32, Past>,
    /// How many messages came in all, forgotten like the rest; as of when; since when.
    all: (f64, i64, i64),
}

impl Watch {
    /// Begins to watch, under these rules.
    pub fn new(rules: HotRules) -> Self {
        Self { rules, issues: HashMap::new(), all: (0.0, i64::MIN, 0) }
    }

    /// Sees that a message came to an issue. Times may repeat; one that lies before the last counts as the last.
    pub fn see(&mut self, issue: u32, at: i64, who: Option<u64>) -> Option<Alert> {
        let longest = self.rules.windows.last()?.hours * HOUR;
        let memory = self.rules.warning.memory_days * 24.0 * HOUR as f64 / std::f64::consts::LN_2;
        let share = self.rules.warning.share * self.hourly(at, memory);
        let past = self.issues.entry(issue).or_insert_with(|| Past { first: at, known: at, ..Past::default() });
        let at = past.recent.back().map_or(at, |(last, _)| at.max(*last));
        past.recent.push_back((at, who));
        *past.weeks.entry(at.div_euclid(WEEK)).or_default() += 1;
        while let Some((time, _)) = past.recent.front().copied().filter(|(time, _)| *time <= at - longest) {
            past.before = past.before * fade(past.known, time, memory) + 1.0;
            past.known = time;
            past.recent.pop_front();
        }
        let alert = self.rules.windows.iter().find_map(|window| {
            let people = past.people(at - window.hours * HOUR);
            let expected = past.hourly(at - longest, memory).max(share) * window.hours as f64;
            let told = people >= window.least && tail(people, expected) < self.rules.warning.chance;
            told.then_some(Alert { issue, at, hours: window.hours, people, expected })
        })?;
        let silence = self.rules.warning.silence_hours * HOUR;
        if past.told.is_some_and(|(told, people)| at - told < silence && alert.people < 2 * people) {
            return None;
        }
        past.told = Some((at, alert.people));
        Some(alert)
    }

    /// Counts a message among all, and returns how many come in an hour; at the beginning as if a day had passed.
    fn hourly(&mut self, at: i64, memory: f64) -> f64 {
        let (count, known, first) = self.all;
        let (known, first) = if known == i64::MIN { (at, at) } else { (known.max(at), first) };
        self.all = (count * fade(self.all.1.max(first), known, memory) + 1.0, known, first);
        let length = (memory * (1.0 - fade(first, known, memory))).max(24.0 * HOUR as f64);
        HOUR as f64 * self.all.0 / length
    }

    /// Takes one message of an issue out of what was counted lately.
    pub fn forget(&mut self, issue: u32, message: (i64, Option<u64>)) {
        if let Some(past) = self.issues.get_mut(&issue)
            && let Some(at) = past.recent.iter().position(|one| *one == message)
        {
            past.recent.remove(at);
        }
    }

    /// Forgets issues of which nothing came since a time.
    pub fn prune(&mut self, since: i64) {
        let week = since.div_euclid(WEEK);
        self.issues.retain(|_, past| past.weeks.last_key_value().is_some_and(|(last, _)| *last >= week));
    }

    /// Notes that an issue was told.
    pub fn told(&mut self, issue: u32, told: (i64, usize)) {
        if let Some(past) = self.issues.get_mut(&issue) {
            past.told = past.told.max(Some(told));
        }
    }

    /// Packs up what is known of the issues that go on under other numbers.
    pub fn keep(&self, renamed: &BTreeMap<u32, u32>) -> Pasts {
        let issues = self.issues.iter().filter_map(|(issue, past)| Some((*renamed.get(issue)?, past.clone())));
        Pasts { issues: issues.collect(), all: self.all }
    }

    /// Goes on with what was kept.
    pub fn back(rules: HotRules, pasts: Pasts) -> Self {
        Self { rules, issues: pasts.issues.into_iter().collect(), all: pasts.all }
    }

    /// Takes the past of an issue that became one with another.
    pub fn join(&mut self, gone: u32, into: u32) {
        let Some(gone) = self.issues.remove(&gone) else { return };
        let past = self.issues.entry(into).or_insert_with(|| Past { first: gone.first, known: gone.known, ..Past::default() });
        past.recent.extend(gone.recent);
        past.recent.make_contiguous().sort_unstable_by_key(|(at, _)| *at);
        past.before += gone.before;
        past.first = past.first.min(gone.first);
        past.told = past.told.max(gone.told);
        for (week, count) in gone.weeks {
            *past.weeks.entry(week).or_default() += count;
        }
    }
}

/// Returns how likely so many or more are where `expected` are usual (Poisson).
fn tail(count: usize, expected: f64) -> f64 {
    if (count as f64) <= expected {
        return 1.0;
    }
    if expected <= 0.0 {
        return 0.0;
    }
    let logs: f64 = (1..=count).map(|n| (n as f64).ln()).sum();
    let first = (count as f64 * expected.ln() - expected - logs).exp();
    let more = (count + 1..).scan(first, |term, n| {
        *term *= expected / n as f64;
        Some(*term)
    });
    first + more.take_while(|term| *term > first * 1e-9).sum::<f64>()
}

fn fade(from: i64, to: i64, memory: f64) -> f64 {
    (-((to - from).max(0) as f64) / memory).exp()
}

impl Past {
    /// Counts people since a time; who is not known counts each time.
    fn people(&self, since: i64) -> usize {
        let inside = || self.recent.iter().rev().take_while(|(at, _)| *at > since);
        let known: HashSet<u64> = inside().filter_map(|(_, who)| *who).collect();
        known.len() + inside().filter(|(_, who)| who.is_none()).count()
    }

    /// Returns how many came in an hour before a time, by the slow mean or by the fullest of the same weeks a year ago.
    fn hourly(&self, until: i64, memory: f64) -> f64 {
        let length = memory * (1.0 - fade(self.first, until, memory));
        let mean = if length > HOUR as f64 { self.before * fade(self.known, until, memory) / length } else { 0.0 };
        let week = until.div_euclid(WEEK) + 1 - YEAR;
        let season = self.weeks.range(week - AROUND..=week + AROUND).map(|(_, count)| *count).max().unwrap_or(0);
        HOUR as f64 * mean.max(f64::from(season) / WEEK as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 24 * HOUR;

    fn alerts(times: impl IntoIterator<Item = i64>) -> Vec<Alert> {
        let mut watch = Watch::new(HotRules::builtin());
        times.into_iter().enumerate().filter_map(|(who, at)| watch.see(1, at, Some(who as u64))).collect()
    }

    #[test]
    fn chances_are_those_of_the_table() {
        for (count, expected, chance) in [(2, 1.0, 0.264_241), (5, 0.5, 0.000_172), (7, 0.5, 0.000_001), (15, 5.5, 0.000_599)] {
            assert!((tail(count, expected) - chance).abs() < 1e-6, "{count} {expected}: {}", tail(count, expected));
        }
        assert!(tail(3, 3.0) >= 1.0 && tail(1, 0.0) <= 0.0 && tail(2000, 1000.0) < 1e-100);
    }

    #[test]
    fn a_burst_is_told_once_and_again_when_it_doubles() {
        let told = alerts((0..40).map(|n| n * 300));
        assert_eq!(told.iter().map(|alert| alert.people).collect::<Vec<_>>(), [5, 10, 20, 40]);
        assert_eq!((told[0].hours, told[0].at), (6, 1200));
    }

    #[test]
    fn what_is_usual_is_not_told() {
        // two a day, all year: told in the first fortnight, when nobody could know, and then never again
        assert!(alerts((0..730).map(|n| n * DAY / 2)).iter().all(|alert| alert.at < 14 * DAY));
        // the same, and then ten in a morning
        let told = alerts((0..730).map(|n| n * DAY / 2).chain((0..10).map(|n| 365 * DAY + n * 600)));
        let told: Vec<Alert> = told.into_iter().filter(|alert| alert.at > 14 * DAY).collect();
        assert!(!told.is_empty() && told.len() <= 2, "told, and again when it doubles: {told:?}");
        assert!(told[0].expected > 0.2 && told[0].people >= 5);
    }

    #[test]
    fn what_comes_every_year_is_expected() {
        let season = |year: i64| (0..14).map(move |n| year * YEAR * WEEK + n * DAY / 2);
        assert!(!alerts(season(0)).is_empty(), "the first time nobody could know");
        let mut watch = Watch::new(HotRules::builtin());
        assert!(season(0).filter_map(|at| watch.see(1, at, None)).count() > 0);
        let second: Vec<Alert> = season(1).filter_map(|at| watch.see(1, at, None)).collect();
        assert_eq!(second, []);
    }

    #[test]
    fn one_person_who_writes_often_is_one_person() {
        let mut watch = Watch::new(HotRules::builtin());
        assert!((0..50).all(|n| watch.see(1, n * 60, Some(7)).is_none()));
    }

    #[test]
    fn two_that_become_one_are_counted_together() {
        let mut watch = Watch::new(HotRules::builtin());
        assert!((0..3).all(|n| watch.see(1, n, None).is_none()));
        watch.see(2, 3, None);
        watch.join(1, 2);
        assert_eq!(watch.see(2, 4, None).map(|alert| alert.people), Some(5));
    }
}
