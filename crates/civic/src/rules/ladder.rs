//! The ladder of supervision: rows of `rules/supervision.toml`.

use serde::{Deserialize, Serialize};

use super::{RuleSet, RulesError};

/// Says whom a rung reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reaches {
    /// The late office itself.
    Office,
    /// Every supervisor, where no one office is late.
    Supervisors,
    /// The nearest office above that has a leader, and every supervisor.
    Leaders,
    /// The topmost office that has a leader, and every supervisor.
    Top,
}

/// Is one rung: what follows by itself when nothing came of the one before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rung {
    /// Its place, from 0, the reminder before the term; 1 is the first after a missed day.
    pub level: u8,
    /// Code, such as `red`.
    pub code: String,
    /// Chinese name.
    pub zh: String,
    /// English name.
    pub en: String,
    /// Whom it reaches.
    pub reaches: Reaches,
    /// The term that passes before it.
    pub after: String,
    /// Clause behind it, `instrument:article`.
    pub clause: String,
    /// As in [`super::TermRule::verified`].
    pub verified: String,
}

/// Is one step of what follows by itself when something that a bad rating set in motion was not done by its day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LateStep {
    /// What was not done: `call`, `rectify` or `decide`.
    pub of: String,
    /// Its place, from 1: whoever owes it is told first.
    pub level: u8,
    /// Chinese name.
    pub zh: String,
    /// English name.
    pub en: String,
    /// Whom it reaches.
    pub reaches: Reaches,
    /// The term that passes before it.
    pub after: String,
    /// Clause behind it, `instrument:article`.
    pub clause: String,
    /// As in [`super::TermRule::verified`].
    pub verified: String,
}

/// What can be late after a bad rating; each needs a first step.
const LATE: [&str; 3] = ["call", "rectify", "decide"];

impl RuleSet {
    /// Finds a step of what follows when something after a bad rating is late.
    pub fn late_step(&self, of: &str, level: u8) -> Option<&LateStep> {
        self.late.get(&(of.to_owned(), level))
    }

    /// Lists the rungs, the lowest first.
    pub fn ladder(&self) -> impl Iterator<Item = &Rung> {
        self.ladder.values()
    }

    /// Finds a rung.
    pub fn rung(&self, level: u8) -> Option<&Rung> {
        self.ladder.get(&level)
    }

    /// Refuses a ladder with a gap, or with a rung whose term is none of time.
    pub(super) fn check_ladder(&self) -> Result<(), RulesError> {
        let whole = self.ladder.len() > 1 && self.ladder.keys().copied().eq(0..self.ladder.len() as u8);
        let timed = |rung: &Rung| self.terms.get(&rung.after).is_some_and(super::TermRule::is_time);
        if !whole || !self.ladder.values().all(timed) {
            return Err(RulesError::Missing("a rung of the ladder of supervision, or its term".to_owned()));
        }
        let first =
            |of: &&str| self.late_step(of, 1).is_some_and(|step| matches!(step.reaches, Reaches::Office | Reaches::Supervisors));
        let above = |(of, level): &(String, u8)| *level == 1 || self.late_step(of, level - 1).is_some();
        let timed = |step: &LateStep| self.terms.get(&step.after).is_some_and(super::TermRule::is_time);
        let known = |(of, level): &(String, u8)| LATE.contains(&of.as_str()) && *level > 0;
        if LATE.iter().all(first) && self.late.keys().all(|key| known(key) && above(key)) && self.late.values().all(timed) {
            return Ok(());
        }
        Err(RulesError::Missing(
            "a step of what follows when a call-back, something to be put right or a decision is late".to_owned(),
        ))
    }
}
