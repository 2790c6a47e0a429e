//! A crew: one thread finds work, as many as the machine has cores do it.

use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use db::{Context, Fault};

/// Pieces of work that wait for each hand, so that memory stays small.
const WAITING: usize = 2;
/// Hands at most.
const HANDS_MAX: usize = 16;

/// Takes the work that is found, one piece after the other.
pub(crate) type Hand<'a, W> = &'a mut dyn FnMut(W) -> Result<(), Fault>;

/// Lets `find` hand out pieces of work and as many hands as there are cores `work` on them, each with a `new` result of its own.
/// Returns all results, or the first failure of anybody.
pub(crate) fn work<W: Send, T: Send>(
    find: impl FnOnce(Hand<'_, W>) -> Result<(), Fault>,
    new: impl Fn() -> T + Sync,
    work: impl Fn(&mut T, W) -> Result<(), Fault> + Sync,
) -> Result<Vec<T>, Fault> {
    let count = thread::available_parallelism().map_or(1, usize::from).min(HANDS_MAX);
    let (send, pieces) = sync_channel::<W>(count * WAITING);
    let (pieces, results) = (Mutex::new(Some(pieces)), Mutex::new(Vec::with_capacity(count)));
    let found = thread::scope(|scope| {
        for _ in 0..count {
            let hand = || {
                let done = one(&pieces, new(), &work);
                if done.is_err() {
                    // nobody takes any more, so that finding ends as well
                    drop(lock(&pieces).take());
                }
                lock(&results).push(done);
            };
            thread::Builder::new().name("crew".to_owned()).spawn_scoped(scope, hand).context("while starting a thread")?;
        }
        let send = send; // it goes with this scope, and so the hands hear of the end
        find(&mut |piece| send.send(piece).map_err(|_| Fault::other("a thread of the check gave up")))
    });
    let results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    let results = results.into_iter().collect::<Result<Vec<T>, Fault>>()?;
    found.map(|()| results)
}

fn one<W, T>(
    pieces: &Mutex<Option<Receiver<W>>>,
    mut own: T,
    work: &impl Fn(&mut T, W) -> Result<(), Fault>,
) -> Result<T, Fault> {
    loop {
        let piece = lock(pieces).as_ref().and_then(|pieces| pieces.recv().ok());
        let Some(piece) = piece else { return Ok(own) };
        work(&mut own, piece)?;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_is_worked_on_once() {
        let find = |hand: Hand<'_, u64>| (1..=1_000).try_for_each(hand);
        let sums = work(find, Vec::new, |all: &mut Vec<u64>, piece| {
            all.push(piece);
            Ok(())
        });
        let mut all = sums.unwrap().concat();
        all.sort_unstable();
        assert_eq!(all, (1..=1_000).collect::<Vec<_>>());
    }

    #[test]
    fn a_failure_of_either_side_ends_the_work() {
        let endless = |hand: Hand<'_, u64>| (0..).try_for_each(hand);
        let failing = |(): &mut (), piece| if piece == 40 { Err(Fault::other("forty")) } else { Ok(()) };
        assert!(work(endless, || (), failing).unwrap_err().to_string().contains("forty"));
        let broken = |_: Hand<'_, u64>| Err(Fault::other("nothing is found"));
        assert!(work(broken, || (), |(), _| Ok(())).unwrap_err().to_string().contains("nothing is found"));
    }
}
