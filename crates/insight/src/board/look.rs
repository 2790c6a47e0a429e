//! What somebody sees of issues: the matters in them that they may see, and figures over these alone.

use std::collections::BTreeSet;

use civic::permit::Subject;

use super::{Board, DAY, Matter};
use crate::Message;
use crate::rank::{Facts, Score, season};

/// Weeks that a trend shows.
pub const TREND_WEEKS: usize = 12;
/// Seconds of a week.
const WEEK: i64 = 7 * DAY;
/// Matters from which on an issue is listed: two that sound alike are no issue yet, and can be looked at.
const LISTED_LEAST: usize = 3;
/// Words shown of what several people say.
const WORDS_MAX: usize = 6;
/// Grades up to which a rating is bad.
const BAD_MAX: u8 = 2;

/// Is an issue as one person sees it.
#[derive(Debug, Clone)]
pub struct Seen<'a> {
    /// Its matters, the oldest first.
    pub matters: Vec<&'a Matter>,
    /// The matter whose words are most like those of the others.
    pub middle: &'a Matter,
    /// What its matters come to.
    pub facts: Facts,
    /// How hot it is.
    pub score: Score,
    /// How many ratings were given, and how many of them are bad.
    pub rated: (usize, usize),
    issue: u32,
    messages: Vec<u32>,
}

impl Seen<'_> {
    /// Returns the number it is found by: that of its first matter.
    pub fn number(&self) -> &str {
        &self.matters[0].number
    }

    /// Counts its matters by place, the most first. What names no place counts under none.
    pub fn places(&self) -> Vec<(Option<&str>, usize)> {
        let mut counts: std::collections::BTreeMap<Option<&str>, usize> = std::collections::BTreeMap::new();
        for matter in &self.matters {
            *counts.entry(matter.subject.place.as_deref()).or_default() += 1;
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(place, count)| (std::cmp::Reverse(*count), *place));
        counts
    }

    /// Names the office that holds most of its matters.
    pub fn owner(&self) -> &str {
        let mut counts: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
        for matter in &self.matters {
            *counts.entry(&matter.subject.owner).or_default() += 1;
        }
        counts.into_iter().max_by_key(|(_, count)| *count).map_or("", |(owner, _)| owner)
    }

    /// Counts the matters of the last weeks, the oldest week first; the last one ends now.
    pub fn trend(&self, now: i64) -> [usize; TREND_WEEKS] {
        let mut weeks = [0; TREND_WEEKS];
        for matter in &self.matters {
            let back = usize::try_from((now - matter.at).max(0) / WEEK).unwrap_or(usize::MAX);
            if let Some(week) = TREND_WEEKS.checked_sub(back + 1).and_then(|at| weeks.get_mut(at)) {
                *week += 1;
            }
        }
        weeks
    }
}

impl Board {
    /// Lists the issues in which somebody may see [`LISTED_LEAST`] matters at least, the hottest first.
    pub fn list(&self, may: impl Fn(&Subject) -> bool, now: i64) -> Vec<Seen<'_>> {
        let mut seen: Vec<Seen<'_>> =
            self.issues.list().into_iter().filter_map(|messages| self.seen(&messages, &may, now)).collect();
        seen.retain(|seen| seen.matters.len() >= LISTED_LEAST);
        seen.sort_by(|a, b| b.score.total.total_cmp(&a.score.total).then_with(|| a.number().cmp(b.number())));
        seen
    }

    /// Finds the issue of a matter, as somebody sees it.
    pub fn one(&self, number: &str, may: impl Fn(&Subject) -> bool, now: i64) -> Option<Seen<'_>> {
        let position = self.living().find(|matter| matter.number == number)?.position;
        self.around(position, may, now)
    }

    /// Finds the issue around a matter, as somebody sees it.
    pub fn around(&self, position: i64, may: impl Fn(&Subject) -> bool, now: i64) -> Option<Seen<'_>> {
        let mut messages = self.issues.members(self.issue_at(position)?).to_vec();
        messages.sort_unstable();
        self.seen(&messages, &may, now)
    }

    /// Lists what several people of an issue say, in single words that no one of them says alone.
    pub fn words(&self, seen: &Seen<'_>) -> Vec<String> {
        self.issues.shared_words(&seen.messages, self.rules.kept.shared, WORDS_MAX)
    }

    /// Lends the title that a person gave an issue last.
    pub fn titled(&self, seen: &Seen<'_>) -> Option<&str> {
        let named = self.titles.iter().rev().find(|(position, _)| self.issue_at(**position) == Some(seen.issue));
        named.map(|(_, title)| title.as_str())
    }

    fn seen(&self, messages: &[u32], may: &impl Fn(&Subject) -> bool, now: i64) -> Option<Seen<'_>> {
        let visible = |message: &u32| self.matter(*message).is_some_and(|matter| may(&matter.subject));
        let messages: Vec<u32> = messages.iter().copied().filter(visible).collect();
        if messages.len() < 2 {
            return None;
        }
        let issue = self.issues.issue_of(messages[0])?;
        let mut matters: Vec<&Matter> = messages.iter().filter_map(|message| self.matter(*message)).collect();
        matters.sort_by_key(|matter| matter.position);
        let middle = self.matter(self.issues.middle(&messages)?)?;
        let (facts, rated) = facts(&matters, self.issues.likeness(&messages), now);
        let score = facts.score(&self.rules);
        Some(Seen { matters, middle, facts, score, rated, issue, messages })
    }
}

/// Counts what matters come to, and how many of them were rated.
fn facts(matters: &[&Matter], likeness: f32, now: i64) -> (Facts, (usize, usize)) {
    let told =
        |matter: &&Matter| Message { subject: "", body: "", at: matter.at, who: matter.who, joined: matter.joined, home: None };
    let mut facts = Facts::of(&matters.iter().map(told).collect::<Vec<_>>(), likeness);
    let mut times: Vec<i64> = matters.iter().map(|matter| matter.at).collect();
    times.sort_unstable();
    facts.season = season(&times, now);
    facts.places = matters.iter().filter_map(|matter| matter.subject.place.as_deref()).collect::<BTreeSet<_>>().len();
    let grades: Vec<u8> = matters.iter().filter_map(|matter| matter.grade).collect();
    let bad = grades.iter().filter(|grade| **grade <= BAD_MAX).count();
    facts.discontent = bad as f64 / grades.len().max(1) as f64;
    (facts, (grades.len(), bad))
}
