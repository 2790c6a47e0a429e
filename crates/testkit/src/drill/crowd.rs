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
    file_among(oracle, &[http], Load::of(seed), during);
}

/// Says what residents do.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// Start of chance.
    pub seed: u64,
    /// Pause after each act, in milliseconds.
    pub pace_millis: u64,
    /// Size of a file that each sends along; none = one in four sends a small one.
    pub file_bytes: usize,
}

impl Load {
    /// Returns the usual load: as fast as it goes.
    pub fn of(seed: u64) -> Self {
        Self { seed, pace_millis: 0, file_bytes: 0 }
    }
}

/// Lets clients file at several nodes until `during` returns, each at one node after the other. One more watches the
/// checkpoints of all.
pub fn file_among(oracle: &Oracle, nodes: &[Http], load: Load, during: impl FnOnce()) {
    let (over, number) = (AtomicBool::new(false), AtomicU64::new(0));
    thread::scope(|scope| {
        for client in 0..CLIENTS as u64 {
            let (over, number) = (&over, &number);
            scope.spawn(move || {
                let mut chance = Chance::seed_from_u64(load.seed.wrapping_mul(1_000).wrapping_add(client));
                for turn in client as usize.. {
                    if over.load(Ordering::Acquire) {
                        break;
                    }
                    let http = nodes[turn % nodes.len()];
                    let act = Act::invent(&mut chance, number.fetch_add(1, Ordering::Relaxed)).with_file(load.file_bytes);
                    let at = oracle.intend(act.clone());
                    let answer = http.file(&act);
                    oracle.hear(at, answer.as_ref());
                    pause(if answer.is_none() { UNHEARD_MILLIS } else { load.pace_millis });
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
