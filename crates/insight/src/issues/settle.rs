//! Looking again at everything that was put somewhere as it came: messages are put together anew, the most alike first, so that what
//! came by chance before what it belongs to is not left in the wrong issue. An issue keeps its number.

use std::cmp::{Ordering, Reverse};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::{Heap, Homes, Issues, Member, dot, enough};
use crate::vector::{Direction, strongest};

/// How many words an issue is known by.
const KNOWN: usize = 400;
/// A message so much like the others of its issue fits nowhere better.
const AT_HOME: f32 = 0.5;

/// Is a proposal to make one issue of two; it is out of date once either has changed.
struct Pair {
    /// How far beyond what is enough they are alike.
    beyond: f32,
    issue: u32,
    other: u32,
    changes: (u32, u32),
}

impl Ord for Pair {
    fn cmp(&self, with: &Self) -> Ordering {
        self.beyond.total_cmp(&with.beyond).then_with(|| (with.issue, with.other).cmp(&(self.issue, self.other)))
    }
}

impl PartialOrd for Pair {
    fn partial_cmp(&self, with: &Self) -> Option<Ordering> {
        Some(self.cmp(with))
    }
}

impl PartialEq for Pair {
    fn eq(&self, with: &Self) -> bool {
        self.cmp(with).is_eq()
    }
}

impl Eq for Pair {}

impl Issues {
    /// Puts everything together anew, but for what a person put together: makes one issue of each two that are alike, the most alike
    /// first, and moves messages to where they fit better. Returns which issue went into which; a watch wants to know.
    pub fn settle(&mut self) -> Vec<(u32, u32)> {
        let mut living: Vec<&Member> = self.members.iter().filter(|member| !member.is_gone()).collect();
        living.sort_by_key(|member| member.issue);
        self.lexicon.recount(living.into_iter().map(|member| (member.issue, &member.bag)));
        for message in 0..self.members.len() {
            self.members[message].direction = self.lexicon.direction(&self.members[message].bag);
        }
        let before: Vec<u32> = self.members.iter().map(|member| member.issue).collect();
        self.scatter();
        self.build();
        let all = 0..u32::try_from(self.heaps.len()).unwrap_or(u32::MAX);
        self.join(all);
        let changed = self.move_all();
        self.join(changed);
        let joined = self.rename(&before);
        self.build();
        joined
    }

    /// Gives every message an issue of its own, but for what a person put together.
    fn scatter(&mut self) {
        for issue in 0..self.heaps.len() {
            let (pinned, free): (Vec<u32>, Vec<u32>) =
                self.heaps[issue].members.iter().partition(|one| self.members[**one as usize].pinned);
            for message in free.into_iter().skip(usize::from(pinned.is_empty())) {
                self.members[message as usize].issue = self.begin();
            }
        }
    }

    /// Gives every issue the number that most of its messages had before, if no other issue has more of those. Returns which number
    /// went into which.
    fn rename(&mut self, before: &[u32]) -> Vec<(u32, u32)> {
        let mut shared: BTreeMap<(u32, u32), usize> = BTreeMap::new();
        for (member, old) in self.members.iter().zip(before).filter(|(member, _)| !member.is_gone()) {
            *shared.entry((*old, member.issue)).or_default() += 1;
        }
        let mut order: Vec<((u32, u32), usize)> = shared.into_iter().collect();
        order.sort_by_key(|((old, now), count)| (Reverse(*count), *old, *now));
        let (mut names, mut heirs): (BTreeMap<u32, u32>, BTreeMap<u32, u32>) = (BTreeMap::new(), BTreeMap::new());
        for ((old, now), _) in order {
            if let Entry::Vacant(free) = heirs.entry(old) {
                free.insert(now);
                names.entry(now).or_insert(old);
            }
        }
        let taken: BTreeSet<u32> = names.values().copied().collect();
        for message in 0..self.members.len() {
            let issue = self.members[message].issue;
            if !names.contains_key(&issue) && taken.contains(&issue) {
                names.insert(issue, self.begin());
            }
            self.members[message].issue = names.get(&issue).copied().unwrap_or(issue);
        }
        heirs.into_iter().filter_map(|(old, now)| Some((old, *names.get(&now)?))).filter(|(old, name)| old != name).collect()
    }

    /// Builds sums and cues anew from the messages, without what was lost. Every issue keeps its number.
    fn build(&mut self) {
        self.cues = vec![Vec::new(); self.lexicon.len()];
        self.held.fill(false);
        self.heaps.iter_mut().for_each(|heap| *heap = Heap { shut: heap.shut, ..Heap::default() });
        for message in 0..u32::try_from(self.members.len()).unwrap_or(u32::MAX) {
            if !self.members[message as usize].is_gone() {
                self.put(message, self.members[message as usize].issue);
            }
        }
    }

    /// Makes one issue of each two that are alike, the most alike first; one of each two at least is among those that are given.
    fn join(&mut self, issues: impl IntoIterator<Item = u32>) {
        let mut changes: Vec<u32> = vec![0; self.heaps.len()];
        let mut pairs: BinaryHeap<Pair> = issues.into_iter().filter_map(|issue| self.pair(issue, &changes)).collect();
        while let Some(pair) = pairs.pop() {
            let (issue, other) = (pair.issue, pair.other);
            let now = (changes[issue as usize], changes[other as usize]);
            if now.0 != pair.changes.0 || self.heaps[issue as usize].members.is_empty() {
                continue;
            }
            if now.1 != pair.changes.1 {
                pairs.extend(self.pair(issue, &changes));
                continue;
            }
            let size = |one: u32| (self.heaps[one as usize].members.len(), Reverse(one));
            let (gone, into) = if size(issue) < size(other) { (issue, other) } else { (other, issue) };
            for message in std::mem::take(&mut self.heaps[gone as usize].members) {
                self.put(message, into);
            }
            self.heaps[gone as usize] = Heap::default();
            self.held[gone as usize] = false;
            changes[gone as usize] += 1;
            changes[into as usize] += 1;
            pairs.extend(self.pair(into, &changes));
        }
    }

    fn pair(&mut self, issue: u32, changes: &[u32]) -> Option<Pair> {
        let (other, beyond) = self.twin(issue)?;
        Some(Pair { beyond, issue, other, changes: (changes[issue as usize], changes[other as usize]) })
    }

    /// Finds the issue that is most like another, if they shall be one.
    fn twin(&mut self, issue: u32) -> Option<(u32, f32)> {
        let count = self.heaps[issue as usize].members.len() as f32;
        if count < 1.0 || self.heaps[issue as usize].shut {
            return None;
        }
        let mean: Vec<(u32, f32)> = self.heaps[issue as usize].sum.iter().map(|(word, sum)| (*word, sum / count)).collect();
        let mean = Direction(strongest(mean, KNOWN));
        let homes = self.heaps[issue as usize].homes.clone();
        self.closest(&mean, (count, &homes), Some(issue)).filter(|(_, beyond)| *beyond >= 0.0)
    }

    /// Moves messages to where they fit better, and returns the issues that this changed.
    fn move_all(&mut self) -> BTreeSet<u32> {
        let mut changed = BTreeSet::new();
        for message in 0..u32::try_from(self.members.len()).unwrap_or(u32::MAX) {
            let member = &self.members[message as usize];
            if member.pinned || member.is_gone() {
                continue;
            }
            let Member { direction, issue, home, .. } = member.clone();
            let (heap, homes) = (&self.heaps[issue as usize], Homes::of(home));
            let count = heap.members.len() as f32;
            if count < 2.0 {
                continue;
            }
            let own = (dot(&direction, &heap.sum) - 1.0) / (count - 1.0)
                * (1.0 - self.apart * homes.strangers(&heap.homes) / (count - 1.0));
            if own > AT_HOME {
                continue;
            }
            let enough = enough(1.0, count - 1.0);
            let to = match self
                .closest(&direction, (1.0, &homes), Some(issue))
                .filter(|(_, beyond)| *beyond > (own - enough).max(0.0))
            {
                Some((other, _)) => other,
                None if own < enough / 2.0 => self.begin(),
                None => continue,
            };
            self.take(message);
            self.put(message, to);
            changed.extend([issue, to]);
        }
        changed
    }
}
