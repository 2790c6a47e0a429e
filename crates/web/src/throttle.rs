//! Counting what comes from one address or one contact, so that nobody floods the desks. In memory, by the hour; it
//! forgets at every start, which the limits can bear.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use civic::refusal::Refusal;
use jiff::Timestamp;

/// Counters kept at most; when there are more, those whose hour is over go first.
const COUNTERS_MAX: usize = 100_000;
/// Length of a window, in seconds.
const WINDOW_SECONDS: i64 = 3_600;

/// Is a set of counters.
#[derive(Debug, Default)]
pub struct Throttle {
    counters: Mutex<HashMap<String, Counter>>,
}

#[derive(Debug, Clone, Copy)]
struct Counter {
    since: i64,
    count: u32,
}

/// Names the network an address stands for: all of it for version 4, the first 64 bits for version 6.
pub fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(four) => four.to_string(),
        IpAddr::V6(six) => format!("{:x}/64", six.to_bits() >> 64),
    }
}

impl Throttle {
    /// Says no when a counter has reached its limit for the hour, and for how many seconds.
    pub fn check(&self, now: Timestamp, what: &str, max: u32) -> Result<(), Refusal> {
        let counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        let left = counters.get(what).map(|counter| (counter.count, counter.since + WINDOW_SECONDS - now.as_second()));
        match left {
            Some((count, seconds)) if count >= max && seconds > 0 => {
                Err(Refusal::new("too_many").with("minutes", (seconds + 59) / 60).instead("later_or_counter"))
            }
            _ => Ok(()),
        }
    }

    /// Counts one.
    pub fn note(&self, now: Timestamp, what: &str) {
        let now = now.as_second();
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        if counters.len() >= COUNTERS_MAX {
            counters.retain(|_, counter| counter.since + WINDOW_SECONDS > now);
        }
        let counter = counters.entry(what.to_owned()).or_insert(Counter { since: now, count: 0 });
        if counter.since + WINDOW_SECONDS <= now {
            *counter = Counter { since: now, count: 0 };
        }
        counter.count = counter.count.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_fills_waits_and_begins_anew() {
        let throttle = Throttle::default();
        let at = |second| Timestamp::from_second(second).unwrap();
        for _ in 0..3 {
            throttle.check(at(1_000), "filing|192.0.2.7", 3).unwrap();
            throttle.note(at(1_000), "filing|192.0.2.7");
        }
        let refusal = throttle.check(at(1_060), "filing|192.0.2.7", 3).unwrap_err();
        assert_eq!((refusal.code, refusal.facts[0].1.as_str()), ("too_many", "59"));
        throttle.check(at(1_060), "filing|192.0.2.8", 3).unwrap();
        throttle.check(at(4_600), "filing|192.0.2.7", 3).unwrap();
        throttle.note(at(4_600), "filing|192.0.2.7");
        throttle.check(at(4_601), "filing|192.0.2.7", 3).unwrap();
    }

    #[test]
    fn a_version_6_network_counts_as_one() {
        let network = |text: &str| network(text.parse().unwrap());
        assert_eq!(network("2001:db8:1:2::5"), network("2001:db8:1:2:ffff::1"));
        assert_eq!(network("::ffff:192.0.2.7"), network("192.0.2.7"));
    }
}
