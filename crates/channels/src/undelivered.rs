//! Messages that reach nobody, of the channels that have no letters coming back.

use civic::hall::Hall;
use civic::outbox::{self, Waiting};
use db::Fault;

/// Notes that there is nobody to write to; what a resident had to be told is told by a person.
pub(crate) fn unreachable(hall: &Hall, waiting: &Waiting) -> Result<(), Fault> {
    let (site, now, waiting) = (hall.site.clone(), hall.clock.now(), waiting.clone());
    hall.store.write_blocking(move |tx| {
        outbox::unreachable(tx, site.jurisdiction, waiting.id, now)?;
        if waiting.recipient == "resident" {
            appeals::undelivered::note(tx, &site, now, (waiting.matter, waiting.event))?;
        }
        Ok(())
    })
}
