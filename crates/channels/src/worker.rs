//! What the workers of all channels have in common: whose turn it is, and what is noted of a message that was handed over or not.

use appeals::undelivered;
use civic::hall::Hall;
use civic::lease::Lease;
use civic::outbox::{self, Waiting};
use db::{Fault, Tx};
use uuid::Uuid;

/// Says why a message was not taken. The texts are the other side's answers, without addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotSent {
    /// Worth another try.
    Later(String),
    /// It will never be taken, or the address is none.
    Never(String),
}

/// Counts what a round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Handed over.
    pub sent: usize,
    /// To be tried again, or given up after many tries.
    pub failed: usize,
    /// Nobody to send to by this channel.
    pub unreachable: usize,
    /// No reason to send it any more.
    pub dropped: usize,
}

/// Is whose turn it is to hand a message over.
pub(crate) enum Turn {
    /// This process's.
    Own(Lease),
    /// Nobody's: it was handed over since it was listed.
    Done,
    /// Another process's, and everything else too.
    Others,
}

/// Takes a channel's job, and looks at the message again under it: a process that stood still since it listed what is due would
/// else send what others have sent meanwhile.
pub(crate) fn turn(hall: &Hall, job: (&'static str, Uuid), id: Uuid) -> Result<Turn, Fault> {
    let (jurisdiction, now) = (hall.site.jurisdiction, hall.clock.now());
    hall.store.write_blocking(move |tx| {
        let Some(lease) = Lease::take(tx, jurisdiction, job, now)? else { return Ok(Turn::Others) };
        Ok(if outbox::still_waits(tx, jurisdiction, id)? { Turn::Own(lease) } else { Turn::Done })
    })
}

/// Notes what became of a message, unless another process has taken the job since: then it is that one's to note. `also` is what
/// else is to be written with a message that was handed over.
pub(crate) fn note<T: Send + 'static>(
    hall: &Hall,
    (waiting, lease): (Waiting, Lease),
    outcome: Result<T, NotSent>,
    round: &mut Round,
    also: impl FnOnce(&mut Tx<'_>, T) -> Result<(), Fault> + Send + 'static,
) -> Result<(), Fault> {
    let (jurisdiction, now) = (hall.site.jurisdiction, hall.clock.now());
    match &outcome {
        Ok(_) => round.sent += 1,
        Err(_) => round.failed += 1,
    }
    let site = hall.site.clone();
    hall.store.write_blocking(move |tx| {
        if !lease.holds(tx, jurisdiction)? {
            return Ok(());
        }
        let (why, waiting) = match outcome {
            Ok(taken) => {
                outbox::sent(tx, jurisdiction, waiting.id, now)?;
                return also(tx, taken);
            }
            Err(NotSent::Later(why)) => (why, waiting),
            Err(NotSent::Never(why)) => (why, Waiting { attempts: outbox::TRIES_MAX, ..waiting }),
        };
        // what a resident should have read in it is told by a person
        if outbox::failed(tx, jurisdiction, &waiting, now, &why)? && waiting.recipient == "resident" {
            undelivered::note(tx, &site, now, (waiting.matter, waiting.event))?;
        }
        Ok(())
    })
}
