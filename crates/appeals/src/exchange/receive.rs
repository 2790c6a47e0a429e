//! Taking a request of another site: step by step, each in a transaction of its own, so that what was taken before something failed stays
//! taken, and is known when it comes once more.

use civic::directory::Peer;
use civic::exchange;
use civic::hall::Hall;
use db::Fault;
use uuid::Uuid;

use super::hear::{find, hear, heard_of, prepare, refused};
use super::parcel::{Answer, Answered, Parcel, Told};
use super::reads::{Read, hear_read, heard_read};
use super::{Item, Took};
use crate::filing::{Cabinet, Upload};

/// Takes what another site sent. Blocks: files are looked into and kept. A failure of the machine ends it; what was answered for until then
/// holds, and where that is nothing the failure is told.
pub fn receive(
    hall: &Hall,
    cabinet: &Cabinet<'_>,
    peer: &Peer,
    (parcel, uploads): (&Parcel, &[Vec<Upload>]),
) -> Result<Answer, Fault> {
    let (jurisdiction, id, now) = (hall.site.jurisdiction, peer.id, hall.clock.now());
    hall.store.write_blocking(move |tx| exchange::heard(tx, jurisdiction, id, now))?;
    let mut answer = Answer::default();
    for (item, uploads) in parcel.items.iter().zip(uploads) {
        match one(hall, cabinet, peer, (item, uploads)) {
            Ok(took) => answer.steps.push(answered((item.matter, item.n), took)),
            Err(fault) if answer.steps.is_empty() => return Err(fault),
            Err(fault) => {
                tracing::error!(error = %fault, cause = ?std::error::Error::source(&fault), "a step of another site could not be taken");
                return Ok(answer);
            }
        }
    }
    for read in &parcel.reads {
        let took = one_read(hall, peer, read)?;
        answer.reads.push(answered((read.matter, read.n), took));
    }
    for told in &parcel.reads_told {
        let heard = last_read(hall, peer, told)?;
        if heard != told.n {
            answer.reads_differ.push((told.matter, heard));
        }
    }
    for told in &parcel.told {
        let heard = last_heard(hall, peer, told)?;
        if heard != told.n {
            answer.differ.push((told.matter, heard));
        }
    }
    Ok(answer)
}

fn one(hall: &Hall, cabinet: &Cabinet<'_>, peer: &Peer, (item, uploads): (&Item, &[Upload])) -> Result<Took, Fault> {
    let (site, whose, what) = (hall.site.clone(), peer.clone(), item.clone());
    let found = hall.store.read_blocking(move |tx| find(tx, &site, &whose, &what))?;
    let found = match found {
        Ok(found) => found,
        Err(took) => return Ok(took),
    };
    let ready = match prepare(&hall.site, cabinet, peer, (item, uploads), found) {
        Ok(ready) => ready,
        Err(not) => return refused(not),
    };
    let (site, whose, what, now) = (hall.site.clone(), peer.clone(), item.clone(), hall.clock.now());
    hall.store.write_blocking(move |tx| hear(tx, &site, now, &whose, (&what, ready)))
}

fn last_heard(hall: &Hall, peer: &Peer, told: &Told) -> Result<i64, Fault> {
    let (site, whose, told) = (hall.site.clone(), peer.clone(), told.clone());
    hall.store.read_blocking(move |tx| heard_of(tx, &site, &whose, &told))
}

fn one_read(hall: &Hall, peer: &Peer, read: &Read) -> Result<Took, Fault> {
    let (site, whose, what, now) = (hall.site.clone(), peer.clone(), read.clone(), hall.clock.now());
    hall.store.write_blocking(move |tx| hear_read(tx, &site, now, (&whose, &what)))
}

fn last_read(hall: &Hall, peer: &Peer, told: &Told) -> Result<i64, Fault> {
    let (site, whose, told) = (hall.site.clone(), peer.clone(), told.clone());
    hall.store.read_blocking(move |tx| heard_read(tx, &site, &whose, &told))
}

fn answered((matter, n): (Uuid, i64), took: Took) -> Answered {
    let (took, heard, why) = match took {
        Took::Taken => ("taken", 0, String::new()),
        Took::Known => ("known", 0, String::new()),
        Took::Missing(heard) => ("missing", heard, String::new()),
        Took::Other => ("other", 0, String::new()),
        Took::Refused(why) => ("refused", 0, why),
    };
    Answered { matter, n, took: took.to_owned(), heard, why }
}
