//! Issues as they are kept: without what went, with the words that are still in use, numbered anew.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Issues;
use crate::vector::{KeptWord, Lexicon};

/// Are issues as they are kept: whoever reads them back goes on where they stood.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    words: Vec<KeptWord>,
    issues: u32,
    messages: Vec<KeptMessage>,
    shut: Vec<u32>,
}

/// Is a message as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct KeptMessage {
    words: Vec<(u32, f32)>,
    issue: u32,
    home: Option<u32>,
    pinned: bool,
}

impl Issues {
    /// Packs everything up. Messages are numbered anew, in their order; the second part says which number each had, and issues are
    /// numbered anew as well, as the third says.
    pub fn keep(&self) -> (Kept, Vec<u32>, BTreeMap<u32, u32>) {
        let living = self.members.iter().enumerate().filter(|(_, member)| !member.is_gone());
        let (mut renamed, mut issues, mut numbers) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
        let mut kept = Kept::default();
        let mut names: Vec<u32> = Vec::new();
        for (number, member) in living {
            let next = u32::try_from(issues.len()).unwrap_or(u32::MAX);
            let issue = *issues.entry(member.issue).or_insert(next);
            let mut words = Vec::with_capacity(member.bag.len());
            for (word, count) in &member.bag {
                let next = u32::try_from(names.len()).unwrap_or(u32::MAX);
                let name = *renamed.entry(*word).or_insert_with(|| {
                    names.push(*word);
                    next
                });
                words.push((name, *count));
            }
            words.sort_unstable_by_key(|(word, _)| *word);
            kept.messages.push(KeptMessage { words, issue, home: member.home, pinned: member.pinned });
            numbers.push(u32::try_from(number).unwrap_or(u32::MAX));
        }
        (kept.words, kept.issues) = self.lexicon.keep(&names);
        kept.shut = issues.iter().filter(|(old, _)| self.heaps[**old as usize].shut).map(|(_, new)| *new).collect();
        (kept, numbers, issues)
    }

    /// Goes on with what was kept; none where it does not fit together.
    pub fn back(kept: Kept, apart: f32) -> Option<Self> {
        let words = u32::try_from(kept.words.len()).ok()?;
        let messages = u32::try_from(kept.messages.len()).ok()?;
        let strange = |message: &KeptMessage| {
            message.issue >= messages || message.words.iter().any(|(word, count)| *word >= words || !count.is_finite())
        };
        if kept.messages.iter().any(strange) {
            return None;
        }
        let mut issues = Self::with(apart);
        issues.lexicon = Lexicon::back(kept.words, kept.issues);
        issues.cues.resize(issues.lexicon.len(), Vec::new());
        for message in kept.messages {
            issues.upto(message.issue);
            issues.put_back((message.words, message.issue), (message.home, message.pinned));
        }
        for issue in kept.shut {
            issues.heaps.get_mut(issue as usize)?.shut = true;
        }
        Some(issues)
    }
}
