//! What the desk does with calls.

use db::{Fault, Tx, params};
use jiff::Timestamp;
use uuid::Uuid;

use super::{Call, LOST_SECONDS, sealed, sql, told};
use crate::chance::{self, Chance};
use crate::directory::{Staff, contact_index};
use crate::refusal::{No, Refusal};
use crate::site::Site;

/// Notes a call of which no exchange tells: the operator says that it came, and talks. `caller` is empty where it is hidden.
pub fn begin(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (staff, caller): (&Staff, &str),
) -> Result<Uuid, Fault> {
    let (jurisdiction, at) = (site.jurisdiction, now.as_microsecond());
    let id = chance::id_ordered(chance, now);
    let number = if caller.is_empty() { Vec::new() } else { contact_index(&site.keys.index, caller) };
    let sealed = sealed(site, id, caller, chance);
    let row = params![
        jurisdiction,
        id,
        id.as_bytes().to_vec(),
        "manual",
        staff.office.as_str(),
        sealed,
        number,
        at,
        "talking",
        Some(staff.id)
    ];
    tx.run(sql::PUT, row)?;
    tx.run(sql::ANSWERED, params![jurisdiction, id, at])?;
    note(tx, site, (now, chance), (id, "typed"), Some(staff))?;
    told::reached(tx, site, id)?;
    Ok(id)
}

/// Has a call ring that nobody makes, to try the desk. It has no number and counts in no figure.
pub fn ring(tx: &mut Tx<'_>, site: &Site, (now, chance): (Timestamp, &mut Chance), office: &str) -> Result<Uuid, Fault> {
    let (jurisdiction, at, none) = (site.jurisdiction, now.as_microsecond(), Vec::<u8>::new());
    let id = chance::id_ordered(chance, now);
    let seen = id.as_bytes().to_vec();
    let row = params![jurisdiction, id, seen, "test", office, none.clone(), none, at, "ringing", None::<Uuid>];
    tx.run(sql::PUT, row)?;
    note(tx, site, (now, chance), (id, "ringing"), None)?;
    Ok(id)
}

/// Notes what was done to a call.
pub fn note(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (call, what): (Uuid, &'static str),
    staff: Option<&Staff>,
) -> Result<(), Fault> {
    let name: [u8; 16] = chance::bytes(chance);
    let (by, office) = (staff.map(|staff| staff.id), staff.map_or("", |staff| staff.office.as_str()));
    tx.run(sql::STEP, params![site.jurisdiction, call, name.to_vec(), what, now.as_microsecond(), by, office]).map(drop)
}

/// Takes a call, unless somebody else has it.
pub fn take(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (call, staff): (&Call, &Staff),
) -> Result<(), No> {
    if tx.run(sql::TAKE, params![site.jurisdiction, call.id, staff.id])? == 0 {
        return Err(Refusal::new("call_taken").instead("call_pass").into());
    }
    if call.staff != Some(staff.id) {
        note(tx, site, (now, chance), (call.id, "taken"), Some(staff))?;
    }
    Ok(())
}

/// Hands a call on: to somebody, or to the desk of another office where anybody may take it.
pub fn pass(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (call, by): (&Call, &Staff),
    (office, to): (&str, Option<Uuid>),
) -> Result<(), No> {
    if !call.is_live() {
        return Err(Refusal::new("call_over").instead("call_file").into());
    }
    tx.run(sql::PASS, params![site.jurisdiction, call.id, to, office])?;
    Ok(note(tx, site, (now, chance), (call.id, "passed"), Some(by))?)
}

/// Ends the work on a call with a word from the list `wrapup`. A call of which no exchange tells is over with it.
pub fn wrap(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (call, by): (&Call, &Staff),
    word: &str,
) -> Result<(), No> {
    if site.rules().ground("wrapup", word).is_none() {
        return Err(Refusal::new("wrapup_missing").instead("choose_wrapup").into());
    }
    if call.way != "manual" && call.is_live() {
        // it is over with the exchange's word, which may be on its way; the next one makes the same of it
        tx.run(sql::ENDED, params![site.jurisdiction, call.id, now.as_microsecond()])?;
    }
    if tx.run(sql::WRAP, params![site.jurisdiction, call.id, word, now.as_microsecond()])? == 0 {
        return Ok(());
    }
    tx.run(sql::SETTLE, params![site.jurisdiction, call.id])?;
    // whoever finished it has talked, or rung back, whatever the exchange tells of it or not
    tx.run(sql::SETTLED, params![site.jurisdiction, call.id])?;
    Ok(note(tx, site, (now, chance), (call.id, "wrapped"), Some(by))?)
}

/// Notes that a missed call needs no ringing back any more: the caller was reached, or cannot be.
pub fn settled(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (call, by, reached): (&Call, &Staff, bool),
) -> Result<(), Fault> {
    if tx.run(sql::SETTLED, params![site.jurisdiction, call.id])? == 1 {
        let what = if reached { "rung_back" } else { "not_reached" };
        note(tx, site, (now, chance), (call.id, what), Some(by))?;
    }
    Ok(())
}

/// Notes the matter that was filed in a call.
pub fn filed(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (call, matter): (Uuid, Uuid),
    by: Option<&Staff>,
) -> Result<(), Fault> {
    // a form that is sent twice is one step
    if tx.run(sql::FILED, params![site.jurisdiction, call, matter])? == 0 {
        return Ok(());
    }
    note(tx, site, (now, chance), (call, "filed"), by)
}

/// Takes from a call what leads to a person: something was told in it that nobody may connect with who called.
pub fn hush(tx: &mut Tx<'_>, site: &Site, call: Uuid) -> Result<(), Fault> {
    tx.run(sql::HUSH, params![site.jurisdiction, call, Vec::<u8>::new()])?;
    tx.run(sql::DROP_STEPS, params![site.jurisdiction, call]).map(drop)
}

/// Takes from calls what leads to a person when their matter is erased.
pub fn drop_of(tx: &mut Tx<'_>, jurisdiction: i64, matter: Uuid) -> Result<(), Fault> {
    tx.run(sql::OF_MATTER, params![jurisdiction, matter, Vec::<u8>::new()]).map(drop)
}

/// Forgets the numbers of calls that began before a time, who took them and what was done, and ends those of which nothing more was heard. Of a call that somebody
/// still has to ring back the number stays no longer than that either.
pub fn fade(tx: &mut Tx<'_>, jurisdiction: i64, (before, now): (Timestamp, Timestamp)) -> Result<(), Fault> {
    tx.run(sql::FADE, params![jurisdiction, before.as_microsecond(), Vec::<u8>::new()])?;
    tx.run(sql::FADE_STEPS, params![jurisdiction, before.as_microsecond()])?;
    let lost = now.as_microsecond() - LOST_SECONDS * 1_000_000;
    tx.run(sql::LOST, params![jurisdiction, lost, now.as_microsecond()]).map(drop)
}
