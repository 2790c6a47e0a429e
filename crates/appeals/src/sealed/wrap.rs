//! The handlers' copy of an accusation: its text under a key of its own, and that key wrapped to each handler who may open
//! it, and for escrow. Whoever has no wrap has no access, and nobody needs to know why; no row says who is accused.

use civic::chance::Chance;
use civic::directory::Staff;
use civic::site::Site;
use civic::vault::{Key, open, seal};
use db::{Fault, FaultKind, Tx, params};
use jiff::civil::Date;
use uuid::Uuid;

use super::about::may_mean;
use super::keys::{self, Body, HandlerKey, Kept};
use super::{Own, escrow, words};

db::statements! {
    PUT_COPY = "insert into accusation_copy (jurisdiction, id, sealed) values ($1, $2, $3)
        on conflict (jurisdiction, id) do update set sealed = excluded.sealed";
    PUT_WRAP = "insert into accusation_wrap (jurisdiction, id, holder, wrapped) values ($1, $2, $3, $4)
        on conflict (jurisdiction, id, holder) do update set wrapped = excluded.wrapped";
    WRAP = "select wrapped from accusation_wrap where jurisdiction = $1 and id = $2 and holder = $3";
    COPY = "select sealed from accusation_copy where jurisdiction = $1 and id = $2";
    HELD = "select id from accusation_wrap where jurisdiction = $1 and holder = $2 and id > $3 order by id limit $4";
    HOLDERS = "select holder from accusation_wrap where jurisdiction = $1 and id = $2 order by holder";
    UNWRAP = "delete from accusation_wrap where jurisdiction = $1 and id = $2";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

/// Stands for the escrow holders among those to whom a key is wrapped.
pub(super) const ESCROW: Uuid = Uuid::nil();

/// Seals a new accusation for those who may open it. The key is drawn here and gone when this returns.
pub(super) fn begin(
    tx: &mut Tx<'_>,
    site: &Site,
    (id, text): (Uuid, &[u8]),
    (own, today): (&Own, Date),
    chance: &mut Chance,
) -> Result<(), Fault> {
    let directory = site.directory();
    let (handlers, words) = (keys::every(tx, site)?.into_iter().filter(|kept| kept.admitted), words(own));
    let shut = |staff: &Staff| own.pressed.as_ref().is_some_and(|pressed| pressed.shuts_out(&directory, today, staff));
    let its = |staff: &Staff| Body::of(&directory, staff.id) == Some(own.body());
    let fits = |staff: &Staff| its(staff) && !may_mean(&directory, today, (staff, &words)) && !shut(staff);
    let handlers: Vec<Kept> = handlers.filter(|kept| directory.staff.get(&kept.staff).is_some_and(fits)).collect();
    let key = Key::random(chance);
    renew(tx, site, (id, own.body()), ((&key, text), &handlers), chance)
}

/// Puts a text under a key and wraps that to some handlers and for escrow; earlier wraps are gone.
pub(super) fn renew(
    tx: &mut Tx<'_>,
    site: &Site,
    (id, body): (Uuid, Body),
    ((key, text), handlers): ((&Key, &[u8]), &[Kept]),
    chance: &mut Chance,
) -> Result<(), Fault> {
    tx.run(UNWRAP, params![site.jurisdiction, id])?;
    tx.run(PUT_COPY, params![site.jurisdiction, id, seal(key, &context(site, id), text, chance)])?;
    for kept in handlers {
        add(tx, site, id, (key, kept))?;
    }
    let shut = escrow::shut(site, body, key.bytes(), chance)?;
    tx.run(PUT_WRAP, params![site.jurisdiction, id, ESCROW, shut])?;
    Ok(())
}

/// Wraps the key to one more handler.
pub(super) fn add(tx: &mut Tx<'_>, site: &Site, id: Uuid, (key, kept): (&Key, &Kept)) -> Result<(), Fault> {
    tx.run(PUT_WRAP, params![site.jurisdiction, id, kept.staff, keys::wrap(kept, key)?])?;
    Ok(())
}

/// Opens the key of an accusation. `None`: it is not wrapped to this handler, or there is no such accusation.
pub(super) fn key(tx: &mut Tx<'_>, site: &Site, id: Uuid, (staff, own): (Uuid, &HandlerKey)) -> Result<Option<Key>, Fault> {
    let wrapped = wrapped(tx, site, (id, staff))?;
    let opened = wrapped.and_then(|wrapped| own.open(&wrapped)).and_then(|bytes| bytes.try_into().ok());
    Ok(opened.map(Key::new))
}

/// Reads what is wrapped to a holder.
pub(super) fn wrapped(tx: &mut Tx<'_>, site: &Site, (id, holder): (Uuid, Uuid)) -> Result<Option<Vec<u8>>, Fault> {
    tx.row(WRAP, params![site.jurisdiction, id, holder])?.map(|row| row.get("wrapped")).transpose()
}

/// Opens the text.
pub(super) fn text(tx: &mut Tx<'_>, site: &Site, id: Uuid, key: &Key) -> Result<Own, Fault> {
    let gone = || Fault::new(FaultKind::Corrupt, "the handlers' copy of an accusation is gone");
    let sealed: Vec<u8> = tx.row(COPY, params![site.jurisdiction, id])?.ok_or_else(gone)?.get("sealed")?;
    let text = zeroize::Zeroizing::new(open(key, &context(site, id), &sealed)?);
    serde_json::from_slice(&text)
        .map_err(|_| Fault::new(FaultKind::Corrupt, "the handlers' copy of an accusation cannot be read"))
}

/// Lists accusations whose key is wrapped to a holder, page by page.
pub(super) fn held(tx: &mut Tx<'_>, site: &Site, (holder, after): (Uuid, Uuid), count: i64) -> Result<Vec<Uuid>, Fault> {
    tx.rows(HELD, params![site.jurisdiction, holder, after, count])?.iter().map(|row| row.get("id")).collect()
}

/// Lists to whom an accusation's key is wrapped.
pub(super) fn holders(tx: &mut Tx<'_>, site: &Site, id: Uuid) -> Result<Vec<Uuid>, Fault> {
    tx.rows(HOLDERS, params![site.jurisdiction, id])?.iter().map(|row| row.get("holder")).collect()
}

fn context(site: &Site, id: Uuid) -> String {
    format!("{}|accusation_copy|{id}|sealed|1", site.jurisdiction)
}
