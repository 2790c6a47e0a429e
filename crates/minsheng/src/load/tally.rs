//! Counting: how many went well, were told to wait, failed; how long they took.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use hyper::StatusCode;
use serde::Serialize;

/// Reasons of failures named in a report.
const REASONS_MAX: usize = 5;

/// Is what one connection, or all of them, counted.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// When each good one ended, and how long it took.
    took: Vec<(Instant, Duration)>,
    refused: u64,
    /// Failures by what was said.
    failed: BTreeMap<String, u64>,
    /// Times of another kind beside, under a name of their own.
    beside: BTreeMap<&'static str, Vec<Duration>>,
}

impl Tally {
    /// Notes one that went well.
    pub(crate) fn good(&mut self, begun: Instant) {
        let now = Instant::now();
        self.took.push((now, now - begun));
    }

    /// Notes a time of another kind.
    pub(crate) fn aside(&mut self, what: &'static str, begun: Instant) {
        self.beside.entry(what).or_default().push(begun.elapsed());
    }

    /// Notes one that failed.
    pub(crate) fn failed(&mut self, why: impl Into<String>) {
        *self.failed.entry(why.into()).or_default() += 1;
    }

    /// Notes an answer: expected, told to wait, or wrong.
    pub(crate) fn note(&mut self, what: &str, begun: Instant, (status, expected): (StatusCode, &[StatusCode])) -> bool {
        let good = expected.contains(&status);
        if good {
            self.good(begun);
        } else if status == StatusCode::TOO_MANY_REQUESTS {
            self.refused += 1;
        } else {
            self.failed(format!("{what}: {status}"));
        }
        good
    }

    /// Adds what another counted.
    pub(crate) fn add(&mut self, other: Self) {
        self.took.extend(other.took);
        self.refused += other.refused;
        for (why, count) in other.failed {
            *self.failed.entry(why).or_default() += count;
        }
        for (what, times) in other.beside {
            self.beside.entry(what).or_default().extend(times);
        }
    }

    /// Returns the time that so many of a hundred stayed under, of those that ended between two moments.
    pub(crate) fn part_between(&self, percent: usize, from: Instant, to: Instant) -> Option<Duration> {
        let mut took: Vec<Duration> = self.took.iter().filter(|(at, _)| (from..to).contains(at)).map(|(_, took)| *took).collect();
        took.sort_unstable();
        part(&took, percent)
    }

    /// Makes the report.
    pub(crate) fn report(self, profile: &'static str, connections: usize, lasted: Duration) -> Report {
        let mut took: Vec<Duration> = self.took.iter().map(|(_, took)| *took).collect();
        took.sort_unstable();
        let shown = |percent| part(&took, percent).map_or(0.0, millis);
        let count = u32::try_from(took.len()).unwrap_or(u32::MAX);
        let aside = self.beside.into_iter().map(|(what, mut times)| {
            times.sort_unstable();
            let line = Aside {
                count: times.len(),
                p50_ms: part(&times, 50).map_or(0.0, millis),
                p99_ms: part(&times, 99).map_or(0.0, millis),
            };
            (what, line)
        });
        let mut why: Vec<(String, u64)> = self.failed.iter().map(|(why, count)| (why.clone(), *count)).collect();
        why.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        why.truncate(REASONS_MAX);
        Report {
            profile,
            connections,
            seconds: rounded(lasted.as_secs_f64()),
            ok: took.len(),
            refused_429: self.refused,
            failed: self.failed.values().sum(),
            per_second: rounded(f64::from(count) / lasted.as_secs_f64()),
            p50_ms: shown(50),
            p95_ms: shown(95),
            p99_ms: shown(99),
            max_ms: took.last().copied().map_or(0.0, millis),
            recovered_s: None,
            aside: aside.collect(),
            why_failed: why.into_iter().collect(),
        }
    }
}

fn part(sorted: &[Duration], percent: usize) -> Option<Duration> {
    sorted.get((sorted.len() * percent / 100).min(sorted.len().saturating_sub(1))).copied()
}

fn millis(time: Duration) -> f64 {
    rounded(time.as_secs_f64() * 1e3)
}

fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// Is what comes out: one JSON object.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    profile: &'static str,
    connections: usize,
    /// How long it lasted.
    seconds: f64,
    ok: usize,
    refused_429: u64,
    failed: u64,
    per_second: f64,
    p50_ms: f64,
    p95_ms: f64,
    p99_ms: f64,
    max_ms: f64,
    /// Of a spike: seconds after it until the times were those of before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) recovered_s: Option<f64>,
    /// Times of another kind, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    aside: BTreeMap<&'static str, Aside>,
    /// The commonest reasons of failures.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    why_failed: BTreeMap<String, u64>,
}

impl Report {
    /// Tells whether every one went well or was told to come later.
    pub(crate) const fn is_clean(&self) -> bool {
        self.failed == 0
    }
}

/// Is a line beside the report.
#[derive(Debug, Serialize)]
struct Aside {
    count: usize,
    p50_ms: f64,
    p99_ms: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_of_what_went_well() {
        let times: Vec<Duration> = (1..=100).map(Duration::from_millis).collect();
        assert_eq!(part(&times, 50), Some(Duration::from_millis(51)));
        assert_eq!(part(&times, 100), Some(Duration::from_millis(100)));
        assert_eq!(part(&[], 50), None);
    }

    #[test]
    fn an_answer_is_good_refused_or_failed() {
        let (mut tally, begun) = (Tally::default(), Instant::now());
        assert!(tally.note("file", begun, (StatusCode::CREATED, &[StatusCode::CREATED])));
        assert!(!tally.note("file", begun, (StatusCode::TOO_MANY_REQUESTS, &[StatusCode::CREATED])));
        assert!(!tally.note("file", begun, (StatusCode::BAD_GATEWAY, &[StatusCode::CREATED])));
        let report = tally.report("file", 1, Duration::from_secs(1));
        assert_eq!((report.ok, report.refused_429, report.failed), (1, 1, 1));
        assert_eq!(report.why_failed.keys().collect::<Vec<_>>(), ["file: 502 Bad Gateway"]);
    }
}
