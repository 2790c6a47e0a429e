//! What was told of issues, and what people did to them: taken from the site's own events, in their order.

use serde::{Deserialize, Serialize};

use super::Board;
use crate::deed::Deed;

/// Is an early warning that was told, with its answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Warning {
    /// The matter that raised it, by its position: the warning's name.
    pub trigger: i64,
    /// When it was told, in seconds since 1970.
    pub at: i64,
    /// The window in which it showed, in hours.
    pub hours: i64,
    /// How many people wrote in it.
    pub people: usize,
    /// How many its season would give, in tenths: the journal holds whole numbers.
    pub usual_tenths: u64,
    /// The office that was told.
    pub office: String,
    /// What is proposed: a code of the rules.
    pub proposal: String,
    /// What became of it, the oldest first.
    pub answers: Vec<Answer>,
}

/// Is an answer to a warning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// When, in seconds since 1970.
    pub at: i64,
    /// The office whose person answered.
    pub office: String,
    /// How: `seen`, `acted` or `dismissed`.
    pub answer: String,
    /// What was done, or why nothing: a code of the rules; empty where it was only seen.
    pub ground: String,
}

/// Is something a person did to issues, with what takes it back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Done {
    /// Gave a title; the one before, if there was one.
    Titled(i64, Option<String>),
    /// Made one of two: the matters that came over.
    Merged(Vec<i64>),
    /// Took a matter out of the issue of another.
    Parted(i64, i64),
}

impl Warning {
    /// Tells whether nobody has acted on it or dismissed it.
    pub fn is_open(&self) -> bool {
        self.answers.iter().all(|answer| answer.answer == "seen")
    }
}

impl Board {
    /// Lends the warnings that were told, the oldest first.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Takes over that a warning was told.
    pub fn told(&mut self, warning: Warning) {
        if self.warnings.iter().any(|known| known.trigger == warning.trigger) {
            return;
        }
        if let Some(issue) = self.issue_at(warning.trigger) {
            self.watch.told(issue, (warning.at, warning.people));
        }
        self.warnings.push(warning);
    }

    /// Takes over that a warning was answered; earlier ones of the same issue that wait are answered with it.
    pub fn answered(&mut self, trigger: i64, answer: &Answer) {
        let Some(at) = self.warnings.iter().find(|warning| warning.trigger == trigger).map(|warning| warning.at) else { return };
        let issue = self.issue_at(trigger);
        let same = |warning: &Warning| {
            warning.trigger == trigger || issue.is_some() && warning.at <= at && self.issue_at(warning.trigger) == issue
        };
        let also: Vec<bool> = self.warnings.iter().map(|warning| same(warning) && warning.is_open()).collect();
        for (warning, _) in self.warnings.iter_mut().zip(also).filter(|(_, also)| *also) {
            if !warning.answers.contains(answer) {
                warning.answers.push(answer.clone());
            }
        }
    }

    /// Tells whether somebody was told of the issue of a matter within the silence before a moment, and it has not doubled since.
    pub fn is_told(&self, trigger: i64, (at, people): (i64, usize)) -> bool {
        let silence = self.rules.warning.silence_hours * 3600;
        let issue = self.issue_at(trigger);
        self.warnings.iter().any(|warning| {
            let same = warning.trigger == trigger || issue.is_some() && self.issue_at(warning.trigger) == issue;
            same && (at - warning.at).abs() < silence && people < 2 * warning.people
        })
    }

    /// Does what a person did, at a position of the journal.
    pub fn act(&mut self, position: i64, deed: &Deed) {
        if self.acts.iter().any(|(known, _)| *known == position) {
            return;
        }
        let done = match deed {
            Deed::Title { matter, title } => {
                let before = self.titles.remove(matter);
                if !title.is_empty() {
                    self.titles.insert(*matter, title.clone());
                }
                Done::Titled(*matter, before)
            }
            Deed::Merge { matter, into } => {
                let (Some(gone), Some(into)) = (self.issue_at(*matter), self.issue_at(*into)) else { return };
                let moved = self.positions(gone);
                self.issues.merge(gone, into);
                self.watch.join(gone, into);
                Done::Merged(moved)
            }
            Deed::Part { matter } => {
                let Some(issue) = self.issue_at(*matter) else { return };
                let Some(other) = self.positions(issue).into_iter().find(|other| other != matter) else { return };
                let message = self.by_position[matter];
                self.issues.part(message);
                Done::Parted(*matter, other)
            }
            Deed::Undo { position } => return self.undo(*position),
        };
        self.acts.push((position, done));
    }

    /// Lists what can be taken back of what was done to the issue of a matter, by the position of its event, the newest first.
    pub fn undoable(&self, seen: &super::Seen<'_>) -> Vec<(i64, &'static str)> {
        let inside = |position: i64| seen.matters.iter().any(|matter| matter.position == position);
        let own = |done: &Done| match done {
            Done::Titled(matter, _) => inside(*matter).then_some("title"),
            Done::Merged(moved) => moved.iter().any(|matter| inside(*matter)).then_some("merge"),
            Done::Parted(_, other) => inside(*other).then_some("part"),
        };
        self.acts.iter().rev().filter_map(|(position, done)| Some((*position, own(done)?))).collect()
    }

    fn undo(&mut self, position: i64) {
        let Some(at) = self.acts.iter().position(|(known, _)| *known == position) else { return };
        match self.acts.remove(at).1 {
            Done::Titled(matter, before) => {
                self.titles.remove(&matter);
                if let Some(before) = before {
                    self.titles.insert(matter, before);
                }
            }
            Done::Merged(moved) => {
                let messages: Vec<u32> = moved.iter().filter_map(|position| self.by_position.get(position).copied()).collect();
                self.issues.apart(&messages);
            }
            Done::Parted(matter, other) => {
                if let (Some(message), Some(issue)) = (self.by_position.get(&matter).copied(), self.issue_at(other)) {
                    self.issues.settle_in(message, issue);
                }
            }
        }
    }

    fn positions(&self, issue: u32) -> Vec<i64> {
        let members = self.issues.members(issue).iter();
        members.filter_map(|message| self.matter(*message)).map(|matter| matter.position).collect()
    }
}
