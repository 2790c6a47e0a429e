//! What people do to issues by hand: two become one, a message is taken out, a message goes altogether. Tidying up respects it.

use super::{Heap, Issues, Member};
use crate::vector::{Bag, Direction};

impl Member {
    /// Tells whether the message went.
    pub(super) fn is_gone(&self) -> bool {
        self.bag.is_empty() && self.pinned
    }
}

impl Issues {
    /// Returns the issue of a message, unless it stands alone by a person's word or went.
    pub fn issue_of(&self, message: u32) -> Option<u32> {
        let member = self.members.get(message as usize).filter(|member| !member.is_gone())?;
        (!self.heaps[member.issue as usize].shut).then_some(member.issue)
    }

    /// Lends the numbers of an issue's messages.
    pub fn members(&self, issue: u32) -> &[u32] {
        self.heaps.get(issue as usize).map_or(&[], |heap| &heap.members)
    }

    /// Returns how many messages are held.
    pub fn len(&self) -> usize {
        self.members.iter().filter(|member| !member.is_gone()).count()
    }

    /// Tells whether there is no message.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Lets a message go: nothing of it stays but its number.
    pub fn forget(&mut self, message: u32) {
        if self.members.get(message as usize).is_none_or(Member::is_gone) {
            return;
        }
        self.take(message);
        let member = &mut self.members[message as usize];
        self.lexicon.forget(&std::mem::take(&mut member.bag));
        (member.direction, member.pinned) = (Direction::default(), true);
    }

    /// Makes one issue of two, by a person's word: what comes to it stays there.
    pub fn merge(&mut self, gone: u32, into: u32) {
        if gone == into {
            return;
        }
        for message in self.members(gone).to_vec() {
            self.settle_in(message, into);
        }
    }

    /// Takes a message out of its issue, by a person's word: it stands alone from now on. Returns where it stands.
    pub fn part(&mut self, message: u32) -> u32 {
        let alone = self.begin();
        self.settle_in(message, alone);
        self.heaps[alone as usize].shut = true;
        alone
    }

    /// Puts a message into an issue, by a person's word.
    pub fn settle_in(&mut self, message: u32, issue: u32) {
        if self.members[message as usize].is_gone() || self.members[message as usize].issue == issue {
            return;
        }
        self.take(message);
        self.put(message, issue);
        self.members[message as usize].pinned = true;
    }

    /// Puts messages together into an issue of their own that others may come to.
    pub fn apart(&mut self, messages: &[u32]) -> u32 {
        let fresh = self.begin();
        for message in messages {
            self.settle_in(*message, fresh);
        }
        fresh
    }

    /// Lists the words that at least `least` of some messages have, the most telling first; no single message shows in them.
    pub fn shared_words(&self, messages: &[u32], least: usize, most: usize) -> Vec<String> {
        let mut seen: std::collections::HashMap<u32, (usize, f32)> = std::collections::HashMap::new();
        for message in messages {
            for (word, weight) in &self.members[*message as usize].direction.0 {
                let (count, sum) = seen.entry(*word).or_default();
                *count += 1;
                *sum += weight;
            }
        }
        let shared = seen.into_iter().filter(|(_, (count, _))| *count >= least).map(|(word, (_, sum))| (word, sum));
        let strong = crate::vector::strongest(shared.collect(), most * 3);
        let names = self.lexicon.names(&strong.iter().map(|(word, _)| *word).collect::<Vec<_>>());
        let mut words: Vec<String> = Vec::new();
        for name in names {
            // what stands for somebody's name is no word of an issue, nor is a bare number
            if name.contains('某') || name.bytes().all(|byte| byte.is_ascii_digit()) {
                continue;
            }
            // a pair that a longer word holds says nothing more
            if !words.iter().any(|word| word.contains(&name) || name.contains(word.as_str())) {
                words.push(name);
            }
        }
        words.truncate(most);
        words
    }

    /// Begins an issue or more, so that a number exists.
    pub(super) fn upto(&mut self, issue: u32) {
        while self.heaps.len() <= issue as usize {
            self.heaps.push(Heap::default());
            self.shared.push(0.0);
            self.held.push(false);
        }
    }

    /// Puts a message back as it was kept.
    pub(super) fn put_back(&mut self, (bag, issue): (Bag, u32), (home, pinned): (Option<u32>, bool)) {
        let direction = self.lexicon.direction(&bag);
        let message = u32::try_from(self.members.len()).expect("fewer messages than four thousand million");
        self.members.push(Member { bag, direction, issue, home, pinned });
        self.put(message, issue);
    }
}
