//! Issues, as messages come.
//!
//! A message goes to the issue whose messages are like it on average, if any is like it enough (average linkage); else it
//! begins one of its own. Only issues that share rare words with it are looked at. [`Issues::settle`] puts everything together anew,
//! the most alike first.

mod hand;
mod keep;
mod settle;

use std::collections::BTreeMap;
use std::num::NonZero;
use std::thread;

use crate::Message;
use crate::vector::{Bag, Direction, Lexicon, Read, Weights, strongest};

pub use keep::Kept;

/// How alike two messages are, at least, to make an issue.
const LIKE: f32 = 0.22;
/// How alike the messages of two large issues are on average, at least, to become one: what many pairs share is no chance.
const LIKE_MANY: f32 = 0.14;
/// How many of a message's strongest words find issues to compare it with.
const CUES: usize = 24;
/// A word that so many issues have finds none.
const COMMON: usize = 600;
/// How many issues are compared in full.
const CLOSEST: usize = 12;
/// Issues of so many messages are weighed anew when one comes that may be like them.
const FRESH: usize = 8;
/// Messages that are read before they are counted: so many are in memory twice.
const READ_AT_ONCE: usize = 2_048;

/// Is a message that was put somewhere.
#[derive(Debug, Clone)]
struct Member {
    bag: Bag,
    direction: Direction,
    issue: u32,
    home: Option<u32>,
    /// A person put it where it is: nothing moves it.
    pinned: bool,
}

/// Is one issue: the sum of its messages' directions.
#[derive(Debug, Clone, Default)]
struct Heap {
    sum: Weights,
    members: Vec<u32>,
    homes: Homes,
    /// A person took its one message out of an issue: nothing comes to it, and it goes nowhere.
    shut: bool,
}

/// Counts messages by where they are at home, as far as that is known.
#[derive(Debug, Clone, Default)]
struct Homes {
    known: u32,
    at: BTreeMap<u32, u32>,
}

impl Homes {
    fn of(home: Option<u32>) -> Self {
        let mut homes = Self::default();
        homes.add(home);
        homes
    }

    fn add(&mut self, home: Option<u32>) {
        if let Some(home) = home {
            *self.at.entry(home).or_default() += 1;
            self.known += 1;
        }
    }

    fn remove(&mut self, home: Option<u32>) {
        if let Some(count) = home.and_then(|home| self.at.get_mut(&home)) {
            *count -= 1;
            self.known -= 1;
        }
    }

    /// Counts the pairs of a message here and one there that are known to be at home in different places.
    fn strangers(&self, other: &Self) -> f32 {
        let pairs = self.at.iter().map(|(home, count)| *count as f32 * (other.known - other.at.get(home).unwrap_or(&0)) as f32);
        pairs.sum()
    }
}

/// Holds messages and the issues they form. Memory grows with the words of the messages: some two kilobytes each.
#[derive(Debug, Clone, Default)]
pub struct Issues {
    /// What likeness loses between messages of different homes, from 0 to 1.
    apart: f32,
    lexicon: Lexicon,
    members: Vec<Member>,
    heaps: Vec<Heap>,
    /// For each word the issues that have it; some have lost it since.
    cues: Vec<Vec<u32>>,
    /// Which issues have messages; by themselves, for they are looked at more than anything else.
    held: Vec<bool>,
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
    /// Begins with none. `apart` is what likeness loses between messages of different homes: 0 nothing, 1 all of it.
    pub fn with(apart: f32) -> Self {
        Self { apart: apart.clamp(0.0, 1.0), ..Self::default() }
    }

    /// Puts one message to an issue, or begins one.
    pub fn add(&mut self, message: &Message<'_>) -> Placed {
        let bag = self.lexicon.read(message.subject, message.body);
        self.cues.resize(self.lexicon.len(), Vec::new());
        let direction = self.lexicon.direction(&bag);
        for issue in self.near(&direction.strongest(CUES)) {
            self.freshen(issue);
        }
        let placed = self.place(bag, message.home);
        // words that nobody else has said yet find it once somebody does
        let heap = &mut self.heaps[placed.issue as usize];
        for (word, _) in &self.members[placed.message as usize].bag {
            heap.sum.entry(*word).or_insert_with(|| {
                self.cues[*word as usize].push(placed.issue);
                0.0
            });
        }
        placed
    }

    /// Weighs the words of a small issue as they count by now: what one message said alone, others may have said since.
    fn freshen(&mut self, issue: u32) {
        if self.heaps[issue as usize].members.len() > FRESH {
            return;
        }
        let heap = &mut self.heaps[issue as usize];
        heap.sum.values_mut().for_each(|weight| *weight = 0.0);
        for message in &heap.members {
            let member = &mut self.members[*message as usize];
            member.direction = self.lexicon.direction(&member.bag);
            for (word, weight) in &member.direction.0 {
                *heap.sum.entry(*word).or_insert_with(|| {
                    self.cues[*word as usize].push(issue);
                    0.0
                }) += weight;
            }
        }
    }

    /// Puts many messages at once: weights of words are known from all of them before the first is put anywhere. They are read by so many
    /// threads; how many changes nothing but the time.
    pub fn add_all(&mut self, messages: &[Message<'_>], threads: NonZero<usize>) {
        let mut bags: Vec<(Bag, Option<u32>)> = Vec::with_capacity(messages.len());
        for part in messages.chunks(READ_AT_ONCE) {
            for (message, read) in part.iter().zip(read_all(part, threads)) {
                bags.push((self.lexicon.count(&read), message.home));
            }
        }
        for (bag, home) in bags {
            self.place(bag, home);
        }
    }

    fn place(&mut self, bag: Bag, home: Option<u32>) -> Placed {
        self.cues.resize(self.lexicon.len(), Vec::new());
        let direction = self.lexicon.direction(&bag);
        let issue = match self.closest(&direction, (1.0, &Homes::of(home)), None).filter(|(_, beyond)| *beyond >= 0.0) {
            Some((issue, _)) => issue,
            None => self.begin(),
        };
        let message = u32::try_from(self.members.len()).expect("fewer messages than four thousand million");
        self.members.push(Member { bag, direction, issue, home, pinned: false });
        self.put(message, issue);
        Placed { message, issue, messages: self.heaps[issue as usize].members.len() }
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
        let sum = self.sum(messages);
        let count = messages.len() as f32;
        let square: f32 = sum.values().map(|weight| weight * weight).sum();
        if count < 2.0 { 0.0 } else { (square - count) / (count * (count - 1.0)) }
    }

    /// Returns the message of an issue that is most like the others.
    pub fn middle(&self, messages: &[u32]) -> Option<u32> {
        let sum = self.sum(messages);
        let like = |message: u32| dot(&self.members[message as usize].direction, &sum);
        messages.iter().copied().max_by(|a, b| like(*a).total_cmp(&like(*b)).then(b.cmp(a)))
    }

    fn sum(&self, messages: &[u32]) -> Weights {
        let mut sum = Weights::default();
        for message in messages {
            for (word, weight) in &self.members[*message as usize].direction.0 {
                *sum.entry(*word).or_default() += weight;
            }
        }
        sum
    }

    fn begin(&mut self) -> u32 {
        self.heaps.push(Heap::default());
        self.shared.push(0.0);
        self.held.push(false);
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
        self.held[issue as usize] = true;
        heap.homes.add(self.members[message as usize].home);
        self.members[message as usize].issue = issue;
    }

    fn take(&mut self, message: u32) {
        let heap = &mut self.heaps[self.members[message as usize].issue as usize];
        for (word, weight) in &self.members[message as usize].direction.0 {
            *heap.sum.entry(*word).or_default() -= weight;
        }
        heap.members.retain(|one| *one != message);
        self.held[self.members[message as usize].issue as usize] = !heap.members.is_empty();
        heap.homes.remove(self.members[message as usize].home);
    }

    /// Returns the issue that is most like the mean direction of some messages, and how far beyond what is [`enough`].
    fn closest(&mut self, direction: &Direction, (count, homes): (f32, &Homes), but: Option<u32>) -> Option<(u32, f32)> {
        let near = self.near(&direction.strongest(CUES));
        let like = |issue: u32| {
            let heap = &self.heaps[issue as usize];
            let members = heap.members.len() as f32;
            let like =
                dot(direction, &heap.sum) / members * (1.0 - self.apart * homes.strangers(&heap.homes) / (count * members));
            like - enough(count, members)
        };
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
            .filter(|(issue, _)| self.held[*issue as usize])
            .collect();
        near = strongest(near, CLOSEST * 4);
        near.retain(|(issue, _)| !self.heaps[*issue as usize].shut);
        // an issue of many messages has many words: what counts is how much it has of them on average
        let like = |issue: &u32| {
            let heap = &self.heaps[*issue as usize];
            words.iter().map(|(word, weight)| weight * heap.sum.get(word).copied().unwrap_or_default()).sum::<f32>()
                / heap.members.len() as f32
        };
        let near = near.into_iter().map(|(issue, _)| (issue, like(&issue))).collect();
        strongest(near, CLOSEST).into_iter().map(|(issue, _)| issue).collect()
    }
}

/// Reads messages by so many threads, in their order.
fn read_all(messages: &[Message<'_>], threads: NonZero<usize>) -> Vec<Read> {
    let read = |part: &[Message<'_>]| part.iter().map(|message| Read::of(message.subject, message.body)).collect::<Vec<_>>();
    thread::scope(|scope| {
        let parts = messages.chunks(messages.len().div_ceil(threads.get()).max(1));
        let hands: Vec<_> = parts.map(|part| scope.spawn(move || read(part))).collect();
        hands.into_iter().flat_map(|hand| hand.join().expect("reading does not panic")).collect()
    })
}

/// Returns how alike so many messages and so many others are on average, at least, to become one issue: the more pairs there are, the
/// less each of them has to say.
fn enough(one: f32, other: f32) -> f32 {
    LIKE_MANY + (LIKE - LIKE_MANY) / (one * other).sqrt().sqrt()
}

fn dot(direction: &Direction, sum: &Weights) -> f32 {
    direction.0.iter().filter_map(|(word, weight)| Some(weight * sum.get(word)?)).sum()
}
