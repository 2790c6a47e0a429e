//! What an exchange says of calls.

use db::{Fault, Tx, params};
use jiff::Timestamp;
use uuid::Uuid;

use super::{sealed, sql};
use crate::chance;
use crate::directory::contact_index;
use crate::site::Site;
use crate::vault::mac;

/// Says what happened to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// It began to ring.
    Ringing,
    /// Somebody answered.
    Answered,
    /// It was over.
    Ended,
}

impl What {
    /// Returns the code that exchanges and data use.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ringing => "ringing",
            Self::Answered => "answered",
            Self::Ended => "ended",
        }
    }

    /// Reads a code.
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Ringing, Self::Answered, Self::Ended].into_iter().find(|own| own.code() == code)
    }
}

/// Is one saying of an exchange.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// The exchange's name of the call.
    pub call: &'a str,
    /// What happened; none where only a recording is told of.
    pub what: What,
    /// When, by the exchange's clock.
    pub at: Timestamp,
    /// The number that calls, as a contact; empty where it is hidden.
    pub caller: &'a str,
    /// The office whose desk takes it.
    pub office: &'a str,
}

/// Takes a saying in. False: it was told before, and nothing changes.
pub fn hear(tx: &mut Tx<'_>, site: &Site, now: Timestamp, told: &Told<'_>) -> Result<bool, Fault> {
    let (jurisdiction, mut chance) = (site.jurisdiction, site.chance());
    let (seen, at) = (seen(site, told.call), told.at.as_microsecond());
    let (id, none) = (chance::id_ordered(&mut chance, now), Vec::<u8>::new());
    let row = params![jurisdiction, id, seen.clone(), "exchange", told.office, none.clone(), none, at, "ringing", None::<Uuid>];
    tx.run(sql::PUT, row)?;
    let known = tx.row(sql::ID, params![jurisdiction, seen.clone()])?.ok_or_else(|| Fault::other("a call was put in vain"))?;
    let (id, office): (Uuid, String) = (known.get("id")?, known.get("office")?);
    let name = step_name(site, told.what.code(), &seen);
    let step = params![jurisdiction, id, name, told.what.code(), at, None::<Uuid>, office];
    if tx.run(sql::STEP, step)? == 0 {
        return Ok(false);
    }
    tx.run(sql::BEGAN, params![jurisdiction, id, at])?;
    match told.what {
        What::Ringing => {}
        What::Answered => tx.run(sql::ANSWERED, params![jurisdiction, id, at]).map(drop)?,
        What::Ended => tx.run(sql::ENDED, params![jurisdiction, id, at]).map(drop)?,
    }
    if !told.caller.is_empty() {
        let number = contact_index(&site.keys.index, told.caller);
        tx.run(sql::CALLER, params![jurisdiction, id, sealed(site, id, told.caller, &mut chance), number])?;
    }
    tx.run(sql::SETTLE, params![jurisdiction, id])?;
    reached(tx, site, id)?;
    Ok(true)
}

/// Notes that whoever calls is talked to: earlier calls of the same number that nobody answered need no ringing back.
pub(super) fn reached(tx: &mut Tx<'_>, site: &Site, id: Uuid) -> Result<(), Fault> {
    let Some(row) = tx.row(sql::TALKS, params![site.jurisdiction, id])? else { return Ok(()) };
    let (number, began): (Vec<u8>, i64) = (row.get("number")?, row.get("began_at")?);
    tx.run(sql::REACHED, params![site.jurisdiction, number, began]).map(drop)
}

/// Finds the call that an exchange names; none where nothing was told of it yet.
pub fn call_of(tx: &mut Tx<'_>, site: &Site, call: &str) -> Result<Option<Uuid>, Fault> {
    let row = tx.row(sql::ID, params![site.jurisdiction, seen(site, call)])?;
    row.map(|row| row.get("id")).transpose()
}

fn seen(site: &Site, call: &str) -> Vec<u8> {
    let parts: [&[u8]; 3] = [b"minsheng/hotline-call/1", &site.jurisdiction.to_be_bytes(), call.as_bytes()];
    mac(&site.keys.index, &parts)[..16].to_vec()
}

pub(super) fn step_name(site: &Site, what: &str, of: &[u8]) -> Vec<u8> {
    mac(&site.keys.index, &[b"minsheng/hotline-step/1", what.as_bytes(), of])[..16].to_vec()
}
