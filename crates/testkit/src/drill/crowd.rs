//! Residents who file all at once, for as long as they are let.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use civic::chance::Chance;
use rand_core::SeedableRng;

use super::http::Http;
use crate::oracle::{Act, Oracle};

/// Clients at once.
pub const CLIENTS: usize = 16;
/// How long one waits who got no answer, in milliseconds.
const UNHEARD_MILLIS: u64 = 50;

/// Lets clients file until `during` returns; each act is written down before it is sent. One more watches the checkpoints.
pub fn file_during(oracle: &Oracle, http: Http, seed: u64, during: impl FnOnce()) {
    file_among(oracle, &[http], (seed, 0), during);
}

/// Lets clients file at several nodes until `during` returns, each at one node after the other, with a pause of so many
/// milliseconds after each act. One more watches the checkpoints of all.
pub fn file_among(oracle: &Oracle, nodes: &[Http], (seed, pace): (u64, u64), during: impl FnOnce()) {
    let (over, number) = (AtomicBool::new(false), AtomicU64::new(0));
    thread::scope(|scope| {
        for client in 0..CLIENTS as u64 {
            let (over, number) = (&over, &number);
            scope.spawn(move || {
                let mut chance = Chance::seed_from_u64(seed.wrapping_mul(1_000).wrapping_add(client));
                for turn in client as usize.. {
                    if over.load(Ordering::Acquire) {
                        break;
                    }
                    let http = nodes[turn % nodes.len()];
                    let act = Act::invent(&mut chance, number.fetch_add(1, Ordering::Relaxed));
                    let at = oracle.intend(act.clone());
                    let answer = http.file(&act);
                    oracle.hear(at, answer.as_ref());
                    pause(if answer.is_none() { UNHEARD_MILLIS } else { pace });
                }
            });
        }
        let over = &over;
        scope.spawn(move || {
            for http in nodes.iter().cycle() {
                if over.load(Ordering::Acquire) {
                    break;
                }
                if let Some(answer) = http.get("/log/checkpoint").filter(|answer| answer.status == 200) {
                    oracle.saw_checkpoint(&answer.body);
                }
                pause(20);
            }
        });
        during();
        over.store(true, Ordering::Release);
    });
}

/// Lets time go by: how long a drill lasts is part of it.
#[expect(clippy::disallowed_methods, reason = "a drill strikes at a drawn moment, which is no state that could be waited for")]
pub fn pause(milliseconds: u64) {
    thread::sleep(Duration::from_millis(milliseconds));
}
