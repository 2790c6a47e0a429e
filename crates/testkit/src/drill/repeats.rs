//! F23: the same form again and again, one after another and a hundred at once; and another form under its key.

use std::sync::Barrier;
use std::thread;

use civic::chance::Chance;
use rand_core::SeedableRng;

use super::house::House;
use super::{Drill, Report};
use crate::oracle::{Act, Oracle};

/// Clients that send the same form at once.
const AT_ONCE: u64 = 100;

/// Sends `count` identical forms in all, half of them at once, under ever new keys for each hundred.
pub fn run(drill: &Drill) -> Result<Report, String> {
    let house = House::make(&drill.binary)?;
    let server = house.start()?;
    let (oracle, mut chance) = (Oracle::default(), Chance::seed_from_u64(drill.seed));
    let mut report = Report::default();
    let (one, half) = (Act::invent(&mut chance, 0), drill.count / 2);
    let at = oracle.intend(one.clone());
    for _ in 0..drill.count - half {
        oracle.hear(at, server.http().file(&one).as_ref());
    }
    for round in 0..half.div_ceil(AT_ONCE) {
        let act = Act::invent(&mut chance, round + 1);
        let at = oracle.intend(act.clone());
        let clients = AT_ONCE.min(half - round * AT_ONCE);
        let begin = Barrier::new(clients as usize);
        let fresh = thread::scope(|scope| {
            let send = || {
                begin.wait();
                let answer = server.http().file(&act);
                oracle.hear(at, answer.as_ref());
                answer.is_some_and(|answer| answer.status == 201)
            };
            let clients: Vec<_> = (0..clients).map(|_| scope.spawn(send)).collect();
            clients.into_iter().filter_map(|client| client.join().ok()).filter(|fresh| *fresh).count()
        });
        if fresh != 1 {
            report.findings.push(format!("I2: {fresh} of {clients} at once were told that they made the matter {}", act.key));
        }
        let other = server.http().file(&act.with_other_words());
        if other.as_ref().is_none_or(|answer| answer.status != 409) {
            report.findings.push("I2: another form under a used key is not refused with 409".to_owned());
        }
        drill.tell(round, "a hundred at once");
    }
    report.findings.extend(oracle.settle(&server).0);
    report.findings.extend(oracle.ask(&server, 0).0);
    report.findings.extend(oracle.check(&house, &server).0);
    report.told = format!("{} forms sent, {} matters", drill.count, oracle.counts().1);
    Ok(report)
}
