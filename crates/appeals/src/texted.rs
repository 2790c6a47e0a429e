//! Matters that came by short message from one telephone, or by chat from one account, for which the carrier vouches: what its
//! holder may ask about by naming one of them. Nobody of the staff sees such a list.

use civic::directory::contact_index;
use civic::site::Site;
use db::{Fault, Tx, params};
use uuid::Uuid;

use crate::appeal::Channel;
use crate::store;

/// Lists the newest matters that came from a telephone or an account by its channel, newest first.
pub fn of_contact(tx: &mut Tx<'_>, site: &Site, (channel, contact): (Channel, &str), count: i64) -> Result<Vec<Uuid>, Fault> {
    let contact = contact_index(&site.keys.index, contact);
    let rows = tx.rows(store::TEXTED, params![site.jurisdiction, contact, channel.code(), count])?;
    rows.iter().map(|row| row.get("id")).collect()
}
