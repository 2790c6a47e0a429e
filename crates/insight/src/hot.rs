//! All at once: a file of messages in, issues with title and score out.

use std::num::NonZero;

use serde::Serialize;
use serde_json::Value;

use crate::Message;
use crate::issues::Issues;
use crate::lines::Line;
use crate::rank::{Facts, Part};
use crate::rules::HotRules;
use crate::title::title;

/// At most one issue for so many messages is listed.
const SHARE: usize = 5;

/// Is an issue as it is given out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hot {
    /// Its place in the list, from 1.
    pub issue: usize,
    /// A title in the people's own words, without personal data.
    pub title: String,
    /// Its messages, as the file calls them.
    pub ids: Vec<Value>,
    /// How hot it is.
    pub score: f64,
    /// How many people wrote.
    pub people: usize,
    /// The parts of the score.
    pub because: Vec<Because>,
}

/// Is a part of a score as it is given out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Because {
    /// Which factor of the rules.
    pub factor: String,
    /// The figure.
    pub value: f64,
    /// What it adds.
    pub points: f64,
}

impl From<Part> for Because {
    fn from(part: Part) -> Self {
        Self { factor: part.id, value: round(part.value), points: round(part.points) }
    }
}

fn round(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}

/// Finds the issues of some messages, the hottest first, on so many threads. A message is in one issue at most.
pub fn hot(lines: &[Line], rules: &HotRules, threads: NonZero<usize>) -> Vec<Hot> {
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by_key(|line| lines[*line].at());
    let messages: Vec<Message<'_>> = order.iter().map(|line| lines[*line].message()).collect();
    let mut issues = Issues::default();
    issues.add_all(&messages, threads);
    issues.settle();
    let mut all: Vec<(Vec<u32>, Hot)> = issues
        .list()
        .into_iter()
        .map(|list| {
            let hot = describe(&issues, &list, &messages, rules);
            (list, hot)
        })
        .collect();
    // where there are too many, those of the fewest messages are left out: a dozen letters of one person are an issue, too
    let hotter =
        |(one, a): &(Vec<u32>, Hot), (other, b): &(Vec<u32>, Hot)| b.score.total_cmp(&a.score).then_with(|| one.cmp(other));
    all.sort_by(|one, other| other.0.len().cmp(&one.0.len()).then_with(|| hotter(one, other)));
    all.truncate(lines.len() / SHARE);
    all.sort_by(hotter);
    let numbered = all.into_iter().enumerate().map(|(at, (list, mut hot))| {
        hot.issue = at + 1;
        hot.ids = list.iter().map(|message| lines[order[*message as usize]].id.clone()).collect();
        hot
    });
    numbered.collect()
}

fn describe(issues: &Issues, list: &[u32], messages: &[Message<'_>], rules: &HotRules) -> Hot {
    let own: Vec<Message<'_>> = list.iter().map(|message| messages[*message as usize]).collect();
    let facts = Facts::of(&own, issues.likeness(list));
    let score = facts.score(rules);
    let shown = issues.middle(list).map_or_else(String::new, |middle| {
        let middle = &messages[middle as usize];
        title(middle.subject, middle.body).as_str().to_owned()
    });
    let because = score.parts.into_iter().map(Because::from).collect();
    Hot { issue: 0, title: shown, ids: Vec::new(), score: round(score.total), people: facts.people, because }
}
