//! A board as it is kept between two runs of the program.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::told::Done;
use super::{Board, Matter, Warning};
use crate::issues::{Issues, Kept};
use crate::rules::HotRules;
use crate::warn::{Pasts, Watch};

/// The shape of what is kept; another one is as good as none.
const VERSION: u32 = 1;

/// Is what is kept, with how far in the journal it has come.
#[derive(Serialize, Deserialize)]
struct Whole {
    version: u32,
    mark: i64,
    tidied: i64,
    issues: Kept,
    pasts: Pasts,
    matters: Vec<Matter>,
    homes: HashMap<String, u32>,
    titles: BTreeMap<i64, String>,
    warnings: Vec<Warning>,
    acts: Vec<(i64, Done)>,
}

impl Board {
    /// Writes it down, with the position of the journal up to which it knows everything and the day it was tidied on.
    pub fn to_bytes(&self, (mark, tidied): (i64, i64)) -> Vec<u8> {
        serde_json::to_vec(&self.whole((mark, tidied))).unwrap_or_default()
    }

    /// Reads what was written; none where another version wrote it, or it is broken.
    pub fn from_bytes(bytes: &[u8], rules: HotRules) -> Option<(Self, (i64, i64))> {
        let whole: Whole = serde_json::from_slice(bytes).ok().filter(|whole: &Whole| whole.version == VERSION)?;
        let marks = (whole.mark, whole.tidied);
        Some((Self::back(whole, rules)?, marks))
    }

    /// Makes it anew out of what is in use.
    pub(super) fn packed(&self) -> Self {
        Self::back(self.whole((0, 0)), self.rules.clone()).unwrap_or_else(|| self.clone())
    }

    fn whole(&self, (mark, tidied): (i64, i64)) -> Whole {
        let (issues, numbers, renamed) = self.issues.keep();
        Whole {
            version: VERSION,
            mark,
            tidied,
            issues,
            pasts: self.watch.keep(&renamed),
            matters: numbers.iter().filter_map(|message| self.matter(*message).cloned()).collect(),
            homes: self.homes.clone(),
            titles: self.titles.clone(),
            warnings: self.warnings.clone(),
            acts: self.acts.clone(),
        }
    }

    fn back(whole: Whole, rules: HotRules) -> Option<Self> {
        let issues = Issues::back(whole.issues, rules.place.apart)?;
        if issues.len() != whole.matters.len() {
            return None;
        }
        let by_position = whole.matters.iter().zip(0..).map(|(matter, message)| (matter.position, message)).collect();
        Some(Self {
            watch: Watch::back(rules.clone(), whole.pasts),
            rules,
            issues,
            matters: whole.matters.into_iter().map(Some).collect(),
            by_position,
            homes: whole.homes,
            titles: whole.titles,
            warnings: whole.warnings,
            acts: whole.acts,
        })
    }
}
