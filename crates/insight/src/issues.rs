//! Issues, as messages come.
//!
//! A message goes to the issue whose messages are like it on average, if any is like it enough (average linkage); else it
//! begins one of its own. Only issues that share rare words with it are looked at. [`Issues::settle`] looks again: issues that
//! are alike become one, and messages go where they fit better by now.

use crate::Message;
use crate::vector::{Bag, Direction, Lexicon, Weights, strongest};

/// How alike a message and an issue are on average, at least; and two issues, to become one.
const LIKE: f32 = 0.22;
/// How many of a message's strongest words find issues to compare it with.
const CUES: usize = 24;
/// A word that so many issues have finds none.
const COMMON: usize = 600;
/// How many issues are compared in full.
const CLOSEST: usize = 12;
/// How many words an issue is known by.
const KNOWN: usize = 400;

/// Is a message that was put somewhere.
#[derive(Debug, Clone)]
struct Member {
    bag: Bag,
    direction: Direction,
    issue: u32,
}

/// Is one issue: the sum of its messages' directions.
#[derive(Debug, Clone, Default)]
struct Heap {
    sum: Weights,
    members: Vec<u32>,
}

/// Holds messages and the issues they form. Memory grows with the words of the messages: some two kilobytes each.
#[derive(Debug, Clone, Default)]
pub struct Issues {
    lexicon: Lexicon,
    members: Vec<Member>,
    heaps: Vec<Heap>,
    /// For each word the issues that have it; some have lost it since.
    cues: Vec<Vec<u32>>,
    /// How much each issue shares with what is being looked for; zero between two looks.
    shared: Vec<f32>,
}

/// Says where a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// The number of the message, counted from 0 as they came.
    pub message: u32,
    /// The number of its issue.
    pub issue: u32,
    /// How many messages the issue has now.
    pub messages: usize,
}

impl Issues {
    /// Puts one message to an issue, or begins one.
    pub fn add(&mut self, message: &Message<'_>) -> Placed {
        let bag = self.lexicon.read(message.subject, message.body);
        self.place(bag)
    }

    /// Puts many messages at once: weights of words are known from all of them before the first is put anywhere.
    pub fn add_all<'a>(&mut self, messages: impl IntoIterator<Item = &'a Message<'a>>) {
        let bags: Vec<Bag> = messages.into_iter().map(|message| self.lexicon.read(message.subject, message.body)).collect();
        for bag in bags {
            self.place(bag);
        }
    }

    fn place(&mut self, bag: Bag) -> Placed {
        self.cues.resize(self.lexicon.len(), Vec::new());
        let direction = self.lexicon.direction(&bag);
        let issue = match self.closest(&direction, None).filter(|(_, like)| *like >= LIKE) {
            Some((issue, _)) => issue,
            None => self.begin(),
        };
        let message = u32::try_from(self.members.len()).expect("fewer messages than four thousand million");
        self.members.push(Member { bag, direction, issue });
        self.put(message, issue);
        Placed { message, issue, messages: self.heaps[issue as usize].members.len() }
    }

    /// Looks at everything again: makes one of issues that are alike, moves messages to where they fit better. Returns which issue
    /// went into which, in order; a watch wants to know.
    pub fn settle(&mut self) -> Vec<(u32, u32)> {
        self.lexicon.recount(self.heaps.iter().filter(|heap| !heap.members.is_empty()).map(|heap| &heap.sum));
        for message in 0..self.members.len() {
            self.members[message].direction = self.lexicon.direction(&self.members[message].bag);
        }
        self.build();
        let mut joined = self.join();
        self.move_all();
        joined.extend(self.join());
        self.build();
        joined
    }

    /// Lists issues of two messages at least, each with the numbers of its messages in order.
    pub fn list(&self) -> Vec<Vec<u32>> {
        let mut all: Vec<Vec<u32>> = self.heaps.iter().map(|heap| heap.members.clone()).filter(|list| list.len() > 1).collect();
        for list in &mut all {
            list.sort_unstable();
        }
        all
    }

    /// Returns how alike the messages of an issue are on average, each two of them.
    pub fn likeness(&self, messages: &[u32]) -> f32 {
        let mut sum: Weights = Weights::default();
        for message in messages {
            for (word, weight) in &self.members[*message as usize].direction.0 {
                *sum.entry(*word).or_default() += weight;
            }
        }
        let count = messages.len() as f32;
        let square: f32 = sum.values().map(|weight| weight * weight).sum();
        if count < 2.0 { 0.0 } else { (square - count) / (count * (count - 1.0)) }
    }

    /// Returns the message of an issue that is most like the others.
    pub fn middle(&self, messages: &[u32]) -> Option<u32> {
        let mut sum: Weights = Weights::default();
        for message in messages {
            for (word, weight) in &self.members[*message as usize].direction.0 {
                *sum.entry(*word).or_default() += weight;
            }
        }
        let like = |message: u32| dot(&self.members[message as usize].direction, &sum);
        messages.iter().copied().max_by(|a, b| like(*a).total_cmp(&like(*b)).then(b.cmp(a)))
    }

    fn begin(&mut self) -> u32 {
        self.heaps.push(Heap::default());
        self.shared.push(0.0);
        u32::try_from(self.heaps.len() - 1).expect("fewer issues than four thousand million")
    }

    fn put(&mut self, message: u32, issue: u32) {
        let heap = &mut self.heaps[issue as usize];
        for (word, weight) in &self.members[message as usize].direction.0 {
            *heap.sum.entry(*word).or_insert_with(|| {
                self.cues[*word as usize].push(issue);
                0.0
            }) += weight;
        }
        heap.members.push(message);
        self.members[message as usize].issue = issue;
    }

    fn take(&mut self, message: u32) {
        let heap = &mut self.heaps[self.members[message as usize].issue as usize];
        for (word, weight) in &self.members[message as usize].direction.0 {
            *heap.sum.entry(*word).or_default() -= weight;
        }
        heap.members.retain(|one| *one != message);
    }

    /// Returns the issue that is most like a direction, and how much.
    fn closest(&mut self, direction: &Direction, but: Option<u32>) -> Option<(u32, f32)> {
        let near = self.near(&direction.strongest(CUES));
        let like = |issue: u32| dot(direction, &self.heaps[issue as usize].sum) / self.heaps[issue as usize].members.len() as f32;
        let others = near.into_iter().filter(|issue| Some(*issue) != but);
        others.map(|issue| (issue, like(issue))).max_by(|(one, a), (other, b)| a.total_cmp(b).then(other.cmp(one)))
    }

    /// Lists the issues that share most of the words, the most first.
    fn near(&mut self, words: &[(u32, f32)]) -> Vec<u32> {
        let mut touched: Vec<u32> = Vec::new();
        for (word, weight) in words {
            let issues = &self.cues[*word as usize];
            if issues.len() > COMMON {
                continue;
            }
            for issue in issues {
                let shared = &mut self.shared[*issue as usize];
                if *shared == 0.0 {
                    touched.push(*issue);
                }
                *shared += weight * weight;
            }
        }
        let mut near: Vec<(u32, f32)> = touched
            .into_iter()
            .map(|issue| (issue, std::mem::take(&mut self.shared[issue as usize])))
            .filter(|(issue, _)| !self.heaps[*issue as usize].members.is_empty())
            .collect();
        near = strongest(near, CLOSEST * 4);
        // an issue of many messages has many words: what counts is how much it has of them on average
        let like = |issue: &u32| {
            let heap = &self.heaps[*issue as usize];
            words.iter().map(|(word, weight)| weight * heap.sum.get(word).copied().unwrap_or_default()).sum::<f32>()
                / heap.members.len() as f32
        };
        let near = near.into_iter().map(|(issue, _)| (issue, like(&issue))).collect();
        strongest(near, CLOSEST).into_iter().map(|(issue, _)| issue).collect()
    }

    /// Builds sums and cues anew from the messages, without what was lost. Every issue keeps its number.
    fn build(&mut self) {
        self.cues = vec![Vec::new(); self.lexicon.len()];
        self.heaps.iter_mut().for_each(|heap| *heap = Heap::default());
        for message in 0..u32::try_from(self.members.len()).unwrap_or(u32::MAX) {
            self.put(message, self.members[message as usize].issue);
        }
    }

    /// Makes one issue of each two that are alike, the larger ones first.
    fn join(&mut self) -> Vec<(u32, u32)> {
        let mut joined = Vec::new();
        let mut order: Vec<u32> = (0..u32::try_from(self.heaps.len()).unwrap_or(u32::MAX)).collect();
        order.sort_by_key(|issue| std::cmp::Reverse(self.heaps[*issue as usize].members.len()));
        for issue in order {
            while let Some(other) = self.twin(issue) {
                for message in std::mem::take(&mut self.heaps[other as usize].members) {
                    self.put(message, issue);
                }
                self.heaps[other as usize].sum.clear();
                joined.push((other, issue));
            }
        }
        joined
    }

    /// Finds the issue that is most like another, if they shall be one.
    fn twin(&mut self, issue: u32) -> Option<u32> {
        let count = self.heaps[issue as usize].members.len() as f32;
        if count < 1.0 {
            return None;
        }
        let mean: Vec<(u32, f32)> = self.heaps[issue as usize].sum.iter().map(|(word, sum)| (*word, sum / count)).collect();
        let mean = Direction(strongest(mean, KNOWN));
        let (other, like) = self.closest(&mean, Some(issue))?;
        (like >= LIKE).then_some(other)
    }

    fn move_all(&mut self) {
        for message in 0..u32::try_from(self.members.len()).unwrap_or(u32::MAX) {
            let Member { direction, issue, .. } = self.members[message as usize].clone();
            let heap = &self.heaps[issue as usize];
            let count = heap.members.len() as f32;
            if count < 2.0 {
                continue;
            }
            let own = (dot(&direction, &heap.sum) - 1.0) / (count - 1.0);
            match self.closest(&direction, Some(issue)).filter(|(_, like)| *like > own.max(LIKE)) {
                Some((other, _)) => {
                    self.take(message);
                    self.put(message, other);
                }
                None if own < LIKE / 2.0 => {
                    self.take(message);
                    let alone = self.begin();
                    self.put(message, alone);
                }
                None => {}
            }
        }
    }
}

fn dot(direction: &Direction, sum: &Weights) -> f32 {
    direction.0.iter().filter_map(|(word, weight)| Some(weight * sum.get(word)?)).sum()
}
