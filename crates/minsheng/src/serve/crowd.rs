//! Counting who is connected: in all, and from one address.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Counts connections and refuses those over the limits.
pub(super) struct Crowd {
    all_max: usize,
    each_max: usize,
    now: Mutex<Now>,
}

#[derive(Default)]
struct Now {
    all: usize,
    each: HashMap<IpAddr, usize>,
}

/// Holds one connection's place as long as it lives.
pub(super) struct Place {
    crowd: Arc<Crowd>,
    block: Option<IpAddr>,
}

impl Crowd {
    /// Starts counting.
    pub(super) fn new(all_max: usize, each_max: usize) -> Arc<Self> {
        Arc::new(Self { all_max, each_max, now: Mutex::default() })
    }

    /// Takes a place for an address; an exempt one counts in the total only. `None` when there is no room.
    pub(super) fn enter(self: &Arc<Self>, address: IpAddr, exempt: bool) -> Option<Place> {
        let block = (!exempt).then(|| block(address));
        let mut now = self.lock();
        if now.all >= self.all_max {
            return None;
        }
        if let Some(block) = block {
            let each = now.each.entry(block).or_default();
            if *each >= self.each_max {
                return None;
            }
            *each += 1;
        }
        now.all += 1;
        Some(Place { crowd: Arc::clone(self), block })
    }

    /// Counts the connections of this moment.
    pub(super) fn count(&self) -> usize {
        self.lock().all
    }

    fn lock(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut now = self.crowd.lock();
        now.all -= 1;
        let Some(block) = self.block else { return };
        let left = now.each.get_mut(&block).map_or(0, |each| {
            *each -= 1;
            *each
        });
        if left == 0 {
            now.each.remove(&block);
        }
    }
}

/// Returns what counts as one address: IPv4 itself, of IPv6 the /64 that one line is given.
fn block(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(long) => match long.to_ipv4_mapped() {
            Some(short) => short.into(),
            None => Ipv6Addr::from(u128::from(long) >> 64 << 64).into(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn both_limits_hold_and_a_place_comes_free_again() {
        let crowd = Crowd::new(3, 2);
        let first = crowd.enter(at("192.0.2.1"), false).unwrap();
        let _second = crowd.enter(at("192.0.2.1"), false).unwrap();
        assert!(crowd.enter(at("192.0.2.1"), false).is_none(), "two from one address");
        let _third = crowd.enter(at("192.0.2.1"), true).unwrap();
        assert!(crowd.enter(at("192.0.2.9"), false).is_none(), "three in all");
        drop(first);
        assert!(crowd.enter(at("192.0.2.1"), false).is_some());
        assert_eq!(crowd.count(), 2, "the last place was dropped at once");
    }

    #[test]
    fn one_ipv6_line_is_one_address() {
        let crowd = Crowd::new(9, 1);
        let _one = crowd.enter(at("2001:db8::1"), false).unwrap();
        assert!(crowd.enter(at("2001:db8::ffff:2"), false).is_none());
        assert!(crowd.enter(at("2001:db8:0:1::1"), false).is_some());
        let _mapped = crowd.enter(at("::ffff:192.0.2.1"), false).unwrap();
        assert!(crowd.enter(at("192.0.2.1"), false).is_none());
    }
}
