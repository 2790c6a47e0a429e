//! What the channels that make something of messages count alike: what a round made of them, and how much one sender said in an hour.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

/// Seconds in an hour.
const HOUR_SECONDS: i64 = 3_600;

/// Counts what a round did. What a channel does not know stays 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Messages that became a matter.
    pub matters: usize,
    /// Messages whose words were added to one.
    pub added: usize,
    /// Words of a talk.
    pub said: usize,
    /// Commands that were answered.
    pub commands: usize,
    /// Messages of which was asked where they belong.
    pub asked: usize,
    /// Letters of ours that came back.
    pub returned: usize,
    /// Messages that lie aside, or were of no interest.
    pub aside: usize,
    /// Messages to be tried again, or that wait for a person.
    pub failed: usize,
    /// Talks that nobody went on with.
    pub ended: usize,
}

/// Is what was made of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Done {
    /// A matter.
    Matter,
    /// Words added to one.
    Added,
    /// Words of a talk.
    Said,
    /// A command that was answered.
    Command,
    /// A question back where it belongs.
    Asked,
    /// Word that a letter of ours came back.
    Returned,
    /// Nothing.
    Aside,
    /// Nothing yet.
    Failed,
}

impl Round {
    /// Counts what was made of a message.
    pub(crate) fn count(&mut self, what: Done) {
        *match what {
            Done::Matter => &mut self.matters,
            Done::Added => &mut self.added,
            Done::Said => &mut self.said,
            Done::Command => &mut self.commands,
            Done::Asked => &mut self.asked,
            Done::Returned => &mut self.returned,
            Done::Aside => &mut self.aside,
            Done::Failed => &mut self.failed,
        } += 1;
    }
}

/// Counts what each of many senders did in the present hour, so that none takes the place of all.
#[derive(Debug)]
pub(crate) struct Hourly {
    names_max: usize,
    counted: Mutex<(i64, HashMap<String, u32>)>,
}

impl Hourly {
    /// Counts so many senders at a time; more are counted anew.
    pub(crate) fn new(names_max: usize) -> Self {
        Self { names_max, counted: Mutex::default() }
    }

    /// Counts once more and tells how often it was in this hour.
    pub(crate) fn count(&self, name: &str, now: Timestamp) -> u32 {
        let hour = now.as_second().div_euclid(HOUR_SECONDS);
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if counted.0 != hour || counted.1.len() >= self.names_max {
            *counted = (hour, HashMap::new());
        }
        let many = counted.1.entry(name.to_owned()).or_default();
        *many += 1;
        *many
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_counted_by_the_hour_and_what_was_made_is_added_up() {
        let (hourly, at) = (Hourly::new(2), |second| Timestamp::from_second(second).unwrap());
        assert_eq!((hourly.count("a", at(7_200)), hourly.count("a", at(10_799)), hourly.count("b", at(7_200))), (1, 2, 1));
        assert_eq!(
            (hourly.count("a", at(10_800)), hourly.count("a", at(7_200))),
            (1, 1),
            "another hour, also by a clock that was turned"
        );
        hourly.count("b", at(7_200));
        assert_eq!(hourly.count("c", at(7_200)), 1, "more than fit are counted anew");
        let mut round = Round::default();
        for what in [Done::Matter, Done::Matter, Done::Asked] {
            round.count(what);
        }
        assert_eq!(round, Round { matters: 2, asked: 1, ..Round::default() });
    }
}
