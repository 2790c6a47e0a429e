//! Several hands make something of messages that wait. What falls to one hand stays in its order: so does what one sender said.

use std::thread;

use civic::file::FileStore;
use civic::hall::Hall;
use civic::inbox::{self, Became, Came};
use db::{Fault, Row};
use uuid::Uuid;

/// Says to which hand falls what a sender said.
pub(crate) fn of(sender: &str) -> usize {
    sender.bytes().fold(0, |sum: usize, byte| sum.wrapping_mul(31).wrapping_add(usize::from(byte)))
}

/// Opens messages, oldest first, and lays aside those whose key was shredded. Returns those that are open, and how many were laid aside.
pub(crate) fn opened(hall: &Hall, files: &FileStore, rows: &[Row]) -> Result<(Vec<Came>, usize), Fault> {
    let (jurisdiction, now) = (hall.site.jurisdiction, hall.clock.now());
    let (mut all, mut aside) = (Vec::with_capacity(rows.len()), 0);
    for row in rows {
        if let Some(came) = inbox::unseal(&hall.site, files, row)? {
            all.push(came);
            continue;
        }
        let id: Uuid = row.get("id")?;
        let became = (Became::Aside("shredded"), None);
        hall.store.write_blocking(move |tx| inbox::became(tx, jurisdiction, (id, now), became))?;
        aside += 1;
    }
    Ok((all, aside))
}

/// Lets so many hands work, each message with the hand it falls to. Returns what came of them, without those another process was first at.
pub(crate) fn work<T: Send, D: Send>(
    count: usize,
    messages: Vec<(usize, T)>,
    one: impl Fn(T) -> Result<Option<D>, Fault> + Sync,
) -> Result<Vec<D>, Fault> {
    let mut shares: Vec<Vec<T>> = (0..count).map(|_| Vec::new()).collect();
    for (hand, message) in messages {
        shares[hand % count].push(message);
    }
    let one = &one;
    let done: Vec<Result<Vec<Option<D>>, Fault>> = thread::scope(|scope| {
        let hand = |share: Vec<T>| scope.spawn(move || share.into_iter().map(one).collect());
        let hands: Vec<_> = shares.into_iter().filter(|share| !share.is_empty()).map(hand).collect();
        let broken = || Fault::other("a hand that reads messages broke off");
        hands.into_iter().map(|hand| hand.join().unwrap_or_else(|_| Err(broken()))).collect()
    });
    let mut all = Vec::new();
    for share in done {
        all.extend(share?.into_iter().flatten());
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn what_one_sender_said_stays_in_order_and_nothing_is_done_twice() {
        let said: Vec<(usize, (usize, usize))> = (0..200).map(|at| (of(&format!("139{:08}", at % 7)), (at % 7, at))).collect();
        let heard = Mutex::new(vec![Vec::new(); 7]);
        let done = work(4, said, |(sender, at)| {
            heard.lock().unwrap()[sender].push(at);
            Ok((at % 2 == 0).then_some(at))
        });
        let mut done = done.unwrap();
        done.sort_unstable();
        assert_eq!(done, (0..200).step_by(2).collect::<Vec<_>>());
        let heard = heard.into_inner().unwrap();
        assert!(heard.iter().all(|own| own.is_sorted()) && heard.iter().map(Vec::len).sum::<usize>() == 200);
    }

    #[test]
    fn a_failure_of_one_hand_is_told() {
        let said = (0..8).map(|at| (at, at)).collect();
        let failed = work(4, said, |at| if at == 5 { Err(Fault::other("no")) } else { Ok(Some(at)) });
        assert!(failed.is_err());
    }
}
