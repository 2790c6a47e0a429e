//! The demo's accounts: every member of staff with a password that is printed anyway and a second factor of their own.

use std::sync::Arc;

use appeals::sealed::keys::{self, Kept};
use appeals::sealed::room::Handler;
use civic::account::{self, Cost};
use civic::chance::{self, Chance};
use civic::hall::Hall;
use civic::site::Site;
use db::{Fault, Tx};
use jiff::Timestamp;
use web::desk::demo::PASSWORD;

/// Gives every member of staff an account.
pub fn open(hall: &Hall, now: Timestamp) -> Result<(), Fault> {
    let site = Arc::clone(&hall.site);
    hall.store.write_blocking(move |tx| {
        let mut chance = site.chance();
        for staff in site.directory().staff.values() {
            account::invite(tx, &site, (now, &mut chance), staff.id, &staff.login)?;
            let hash = account::hash(PASSWORD, Cost::CHEAP, &mut chance)?;
            account::finish_setup(tx, &site, staff.id, &hash, 0)?;
        }
        Ok(())
    })
}

/// Gives the handlers of accusations their keys, let in already, under the password that everybody can read.
pub(super) fn handler_keys(tx: &mut Tx<'_>, site: &Site, chance: &mut Chance) -> Result<Vec<Handler>, Fault> {
    let (directory, mut all) = (site.directory(), Vec::new());
    for staff in directory.staff.keys().filter(|staff| keys::handles(&directory, **staff)) {
        let (kept, key) = Kept::make(site, *staff, (PASSWORD, Cost::CHEAP), chance)?;
        keys::put(tx, site, &kept.admitted())?;
        all.push(Handler { staff: *staff, session: chance::id_plain(chance), key });
    }
    Ok(all)
}

/// Tells whether the accounts are there: they are made last, so a demo without them was not finished.
pub fn are_open(hall: &Hall) -> Result<bool, Fault> {
    let site = Arc::clone(&hall.site);
    hall.store.read_blocking(move |tx| {
        let someone = site.directory().staff.keys().next_back().copied();
        someone.map_or(Ok(None), |id| account::by_staff(tx, &site, id)).map(|account| account.is_some())
    })
}
